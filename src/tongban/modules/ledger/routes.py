"""The log for programs: C2SP tlog-tiles under /ledger/, and receipts."""

import gzip
from functools import partial
from typing import Annotated, Any

from litestar import Request, Response
from msgspec import Meta, Struct, field

from tongban.kit.http import house, public
from tongban.kit.interface.declaration import JSON, Example, Nothing, Operation
from tongban.kit.interface.doors import offered
from tongban.modules.ledger import errors, queries
from tongban.modules.ledger.formats.consistency import format_consistency
from tongban.modules.ledger.formats.entry import EntryFile
from tongban.modules.ledger.formats.tiles import parse_tile_path
from tongban.modules.ledger.model import TileId

_ACCESS = public("the log exists to be read by everyone and holds nothing personal")
_TEXT = "text/plain"  # litestar adds the charset
_BYTES = "application/octet-stream"
_SECONDS = "public, max-age=2"
_FOR_EVER = "public, max-age=31536000, immutable"
_PROOF = ".tlog-proof"
AnyRequest = Request[Any, Any, Any]
Hash = Annotated[str, Meta(pattern="^[A-Za-z0-9+/]{43}=$", description="base64, 32 bytes")]
_Size = Annotated[int, Meta(ge=0, le=2**53)]


def _answer(content: bytes | str, media_type: str, cache: str, **headers: str) -> Response[bytes]:
    """Answer any site's script as well: the log is for everyone."""
    data = content.encode() if isinstance(content, str) else content
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    shared = {"cache-control": cache, "access-control-allow-origin": "*", **named}
    return Response(data, media_type=media_type, headers=shared)


@offered(
    Operation(
        id="ledger_checkpoint",
        path="/ledger/checkpoint",
        access=_ACCESS,
        message="ledger.interface.checkpoint",
        answer=str,
        media=_TEXT,
        refusals=(errors.nothing_signed_yet,),
        enveloped=False,
    )
)
def checkpoint(request: AnyRequest, _: Nothing) -> Response[bytes]:
    """The newest signed checkpoint (tlog-checkpoint)."""
    with house(request).db.read() as reader:
        signed = queries.checkpoint(reader.connection)
    return _answer(signed.note, _TEXT, _SECONDS)


class _Tile(Struct, frozen=True, kw_only=True):
    path: Annotated[str, Meta(min_length=1, max_length=200)]


@offered(
    Operation(
        id="ledger_tile",
        path="/ledger/tile/{path}",
        access=_ACCESS,
        message="ledger.interface.tile",
        answer=bytes,
        media=_BYTES,
        values=_Tile,
        slashes=True,
        refusals=(partial(errors.unreadable, "tile_path"), errors.tile_not_found),
        enveloped=False,
    )
)
def tile(request: AnyRequest, asked: _Tile) -> Response[bytes]:
    """A tile of hashes (``0/x001/067.p/5``) or a bundle of entries (``entries/000``)."""
    wanted = parse_tile_path(asked.path)
    with house(request).db.read() as reader:
        if isinstance(wanted, TileId):
            hashes = queries.tile(reader.connection, wanted.level, wanted.number, wanted.width)
            return _answer(hashes, _BYTES, _FOR_EVER)
        bundle = queries.entry_bundle(reader.connection, wanted.number, wanted.width)
    if "gzip" not in request.headers.get("accept-encoding", ""):
        return _answer(bundle, _BYTES, _FOR_EVER, vary="accept-encoding")
    packed = gzip.compress(bundle, mtime=0)
    return _answer(packed, _BYTES, _FOR_EVER, vary="accept-encoding", content_encoding="gzip")


class _Receipt(Struct, frozen=True, kw_only=True):
    name: Annotated[str, Meta(min_length=1, max_length=60)]


@offered(
    Operation(
        id="ledger_proof",
        path="/ledger/proof/{name}",
        access=_ACCESS,
        message="ledger.interface.proof",
        answer=str,
        media=_TEXT,
        values=_Receipt,
        refusals=(errors.entry_not_found, errors.proof_pending),
        enveloped=False,
    )
)
def proof(request: AnyRequest, asked: _Receipt) -> Response[bytes]:
    """The receipt of an entry, ``<entry id>.tlog-proof``, to keep and to verify offline."""
    identifier = asked.name.removesuffix(_PROOF)
    if identifier == asked.name:
        raise errors.entry_not_found()
    with house(request).db.read() as reader:
        text = queries.proof(reader.connection, identifier)
    if text is None:
        raise errors.proof_pending()
    return _answer(
        text, _TEXT, _SECONDS, content_disposition=f'attachment; filename="{identifier}{_PROOF}"'
    )


class _Entry(Struct, frozen=True, kw_only=True):
    identifier: Annotated[str, Meta(min_length=1, max_length=60)]


@offered(
    Operation(
        id="ledger_entry",
        path="/ledger/entries/{identifier}/entry.json",
        access=_ACCESS,
        message="ledger.interface.entry",
        answer=EntryFile,
        media=JSON,
        values=_Entry,
        refusals=(errors.entry_not_found,),
        enveloped=False,
    )
)
def body(request: AnyRequest, asked: _Entry) -> Response[bytes]:
    """An entry's own bytes, exactly as they are hashed into the tree."""
    with house(request).db.read() as reader:
        logged = queries.entry(reader.connection, asked.identifier)
    return _answer(
        logged.body,
        "application/json",
        _FOR_EVER,
        content_disposition=f'attachment; filename="{logged.entry.id}.json"',
    )


class _Sizes(Struct, frozen=True, kw_only=True):
    old: _Size = field(name="from")
    new: _Size | None = field(name="to", default=None)


class Consistency(Struct, frozen=True):
    """The hashes that lead from the root of the smaller log to that of the larger (RFC 6962, 2.1.2)."""

    old: _Size = field(name="from")
    new: _Size = field(name="to")
    consistency: list[Hash]


@offered(
    Operation(
        id="ledger_consistency",
        path="/ledger/consistency",
        access=_ACCESS,
        message="ledger.interface.consistency",
        answer=Consistency,
        media=JSON,
        values=_Sizes,
        refusals=(errors.sizes_impossible, errors.nothing_signed_yet),
        example=Example(values={"from": "1"}),
        enveloped=False,
    )
)
def consistency(request: AnyRequest, asked: _Sizes) -> Response[bytes]:
    """The proof that the log of size ``from`` is the beginning of that of size ``to`` (RFC 6962, 4.4).

    Without ``to`` it is the newest signed size.
    """
    with house(request).db.read() as reader:
        newest = queries.checkpoint(reader.connection).checkpoint.size
        new = newest if asked.new is None else asked.new
        proof = queries.consistency(reader.connection, asked.old, new)
    cache = _SECONDS if asked.new is None else _FOR_EVER
    return _answer(format_consistency(proof), JSON, cache)


@offered(
    Operation(
        id="ledger_vkey",
        path="/ledger/vkey",
        access=_ACCESS,
        message="ledger.interface.vkey",
        answer=str,
        media=_TEXT,
        refusals=(errors.nothing_signed_yet,),
        enveloped=False,
    )
)
def vkey(request: AnyRequest, _: Nothing) -> Response[bytes]:
    """The log's public key as a vkey (signed-note)."""
    with house(request).db.read() as reader:
        key = queries.verifier_key(reader.connection)
    if key is None:
        raise errors.nothing_signed_yet()
    return _answer(f"{key}\n", _TEXT, _SECONDS)


@offered(
    Operation(
        id="ledger_policy",
        path="/ledger/policy",
        access=_ACCESS,
        message="ledger.interface.policy",
        answer=str,
        media=_TEXT,
        refusals=(errors.nothing_signed_yet,),
        enveloped=False,
    )
)
def policy(request: AnyRequest, _: Nothing) -> Response[bytes]:
    """The public trust file of this log (tlog-policy)."""
    address = house(request).settings.address.rstrip("/")
    with house(request).db.read() as reader:
        text = queries.policy(reader.connection, f"{address}/ledger")
    return _answer(text, _TEXT, _SECONDS)


HANDLERS = (checkpoint, tile, proof, consistency, body, vkey, policy)
