"""The log for programs: C2SP tlog-tiles under /ledger/, and receipts."""

import gzip
from typing import Any

from litestar import Request, Response, get
from litestar.params import FromPath

from tongban.kit.http import house, public
from tongban.modules.ledger import errors, queries
from tongban.modules.ledger.formats.base64 import decimal
from tongban.modules.ledger.formats.consistency import format_consistency
from tongban.modules.ledger.formats.tiles import parse_tile_path
from tongban.modules.ledger.model import TileId

_ACCESS = {"access": public("the log exists to be read by everyone and holds nothing personal")}
_TEXT = "text/plain"  # litestar adds the charset
_BYTES = "application/octet-stream"
_SECONDS = "public, max-age=2"
_FOR_EVER = "public, max-age=31536000, immutable"
_PROOF = ".tlog-proof"


def _answer(content: bytes | str, media_type: str, cache: str, **headers: str) -> Response[bytes]:
    """Answer any site's script as well: the log is for everyone."""
    data = content.encode() if isinstance(content, str) else content
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    shared = {"cache-control": cache, "access-control-allow-origin": "*", **named}
    return Response(data, media_type=media_type, headers=shared)


@get("/ledger/checkpoint", sync_to_thread=False, opt=_ACCESS)
def checkpoint(request: Request[Any, Any, Any]) -> Response[bytes]:
    """The newest signed checkpoint (tlog-checkpoint)."""
    with house(request).db.read() as reader:
        signed = queries.checkpoint(reader.connection)
    return _answer(signed.note, _TEXT, _SECONDS)


@get("/ledger/tile/{path:path}", sync_to_thread=False, opt=_ACCESS)
def tile(request: Request[Any, Any, Any], path: FromPath[str]) -> Response[bytes]:
    """A tile of hashes (``0/x001/067.p/5``) or a bundle of entries (``entries/000``)."""
    wanted = parse_tile_path(path.removeprefix("/"))
    with house(request).db.read() as reader:
        if isinstance(wanted, TileId):
            hashes = queries.tile(reader.connection, wanted.level, wanted.number, wanted.width)
            return _answer(hashes, _BYTES, _FOR_EVER)
        bundle = queries.entry_bundle(reader.connection, wanted.number, wanted.width)
    if "gzip" not in request.headers.get("accept-encoding", ""):
        return _answer(bundle, _BYTES, _FOR_EVER, vary="accept-encoding")
    packed = gzip.compress(bundle, mtime=0)
    return _answer(packed, _BYTES, _FOR_EVER, vary="accept-encoding", content_encoding="gzip")


@get("/ledger/proof/{name:str}", sync_to_thread=False, opt=_ACCESS)
def proof(request: Request[Any, Any, Any], name: FromPath[str]) -> Response[bytes]:
    """The receipt of an entry, ``<entry id>.tlog-proof``, to keep and to verify offline."""
    identifier = name.removesuffix(_PROOF)
    if identifier == name:
        raise errors.entry_not_found()
    with house(request).db.read() as reader:
        text = queries.proof(reader.connection, identifier)
    if text is None:
        raise errors.proof_pending()
    return _answer(
        text, _TEXT, _SECONDS, content_disposition=f'attachment; filename="{identifier}{_PROOF}"'
    )


@get("/ledger/entries/{identifier:str}/entry.json", sync_to_thread=False, opt=_ACCESS)
def body(request: Request[Any, Any, Any], identifier: FromPath[str]) -> Response[bytes]:
    """An entry's own bytes, exactly as they are hashed into the tree."""
    with house(request).db.read() as reader:
        logged = queries.entry(reader.connection, identifier)
    return _answer(
        logged.body,
        "application/json",
        _FOR_EVER,
        content_disposition=f'attachment; filename="{logged.entry.id}.json"',
    )


@get("/ledger/consistency", sync_to_thread=False, opt=_ACCESS)
def consistency(request: Request[Any, Any, Any]) -> Response[bytes]:
    """The proof that the log of size ``from`` is the beginning of that of size ``to`` (RFC 6962, 4.4).

    Without ``to`` it is the newest signed size.
    """
    with house(request).db.read() as reader:
        newest = queries.checkpoint(reader.connection).checkpoint.size
        sizes = _size(request, "from", None), _size(request, "to", newest)
        proof = queries.consistency(reader.connection, *sizes)
    cache = _FOR_EVER if "to" in request.query_params else _SECONDS
    return _answer(format_consistency(proof), "application/json", cache)


def _size(request: Request[Any, Any, Any], name: str, otherwise: int | None) -> int:
    """Return a size that an address asks for. Refuses what is no whole number."""
    size = decimal(request.query_params[name]) if name in request.query_params else otherwise
    if size is None:
        raise errors.size_unreadable(name)
    return size


@get("/ledger/vkey", sync_to_thread=False, opt=_ACCESS)
def vkey(request: Request[Any, Any, Any]) -> Response[bytes]:
    """The log's public key as a vkey (signed-note)."""
    with house(request).db.read() as reader:
        key = queries.verifier_key(reader.connection)
    if key is None:
        raise errors.nothing_signed_yet()
    return _answer(f"{key}\n", _TEXT, _SECONDS)


@get("/ledger/policy", sync_to_thread=False, opt=_ACCESS)
def policy(request: Request[Any, Any, Any]) -> Response[bytes]:
    """The public trust file of this log (tlog-policy)."""
    address = house(request).settings.address.rstrip("/")
    with house(request).db.read() as reader:
        text = queries.policy(reader.connection, f"{address}/ledger")
    return _answer(text, _TEXT, _SECONDS)


HANDLERS = (checkpoint, tile, proof, consistency, body, vkey, policy)
