"""Endpoints that verifiers of credentials ask for, all public."""

from typing import Any

from litestar import Request, Response, get
from litestar.params import FromPath

from tongban.kit.http import house, json_answer, public
from tongban.modules.certificates import queries

_ACCESS = {"access": public("a verifier needs it, and it is about nobody")}
_CACHED = {"cache-control": "public, max-age=600"}


@get("/.well-known/jwt-vc-issuer", sync_to_thread=True, opt=_ACCESS)
def issuer_metadata(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Who issues credentials here, and by which keys."""
    with house(request).db.read() as reader:
        return json_answer(queries.issuer_metadata(reader))


@get("/certificates/status/{number:int}", sync_to_thread=True, opt=_ACCESS)
def status_list(request: Request[Any, Any, Any], number: FromPath[int]) -> Response[bytes]:
    """One status list as a signed token: a bit for each certificate."""
    with house(request).db.read() as reader:
        token = queries.status_list(reader, number)
    return Response(token.encode(), media_type="application/statuslist+jwt", headers=_CACHED)


@get("/certificates/types/{code:str}", sync_to_thread=True, opt=_ACCESS)
def type_metadata(request: Request[Any, Any, Any], code: FromPath[str]) -> Response[bytes]:
    """What a kind of credential is called, and its claims."""
    with house(request).db.read() as reader:
        return json_answer(queries.type_metadata(reader, code))


@get("/certificates/trust.pem", sync_to_thread=True, opt=_ACCESS)
def trust(request: Request[Any, Any, Any]) -> Response[bytes]:
    """The certificates to trust when verifying without this site."""
    with house(request).db.read() as reader:
        pem = queries.anchors(reader)
    return Response(
        pem,
        media_type="application/x-pem-file",
        headers={"content-disposition": 'attachment; filename="trust.pem"'},
    )


HANDLERS = (issuer_metadata, status_list, type_metadata, trust)
