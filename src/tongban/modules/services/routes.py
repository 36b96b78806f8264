"""Services and one's own cases for programs."""

from typing import Any

from litestar import Request, Response, get
from litestar.params import FromPath

from tongban.kit.http import (
    house,
    json_answer,
    language_of,
    ok,
    public,
)
from tongban.modules.services import queries, wire

_OPEN = {"access": public("what can be applied for, and how, is for everyone to know")}
AnyRequest = Request[Any, Any, Any]


@get("/api/services/{code:str}", sync_to_thread=False, opt=_OPEN)
def service(request: AnyRequest, code: FromPath[str]) -> Response[bytes]:
    """One service: what it takes, on what basis, in what time."""
    with house(request).db.read() as reader:
        found = queries.guide(reader.connection, code)
    return json_answer(ok(wire.service_guide(found, language_of(request))))


HANDLERS = (service,)
