"""Endpoints that verifiers of credentials ask for, all public."""

from typing import Annotated, Any, Literal, NotRequired, TypedDict

from litestar import Request, Response
from msgspec import Meta, Struct

from tongban.kit.http import house, public
from tongban.kit.interface.declaration import Example, Nothing, Operation
from tongban.kit.interface.doors import offered
from tongban.modules.certificates import errors, queries

_ACCESS = public("a verifier needs it, and it is about nobody")
_CACHED = {"cache-control": "public, max-age=600"}
_PEM = "application/x-pem-file"
_STATUS = "application/statuslist+jwt"
AnyRequest = Request[Any, Any, Any]
_SEALER = (errors.key_missing, errors.key_file_open, errors.key_unfit)


class Keys(TypedDict):
    """A set of public keys (RFC 7517, 5)."""

    keys: list[dict[str, Any]]


class Issuer(TypedDict):
    """Who issues credentials here, and by which keys (SD-JWT VC, 5.2)."""

    issuer: str
    jwks: Keys


class Said(TypedDict):
    """A name in one language."""

    locale: str
    name: NotRequired[str]
    label: NotRequired[str]


class ClaimValue(TypedDict):
    """The type of a claim, and its codes in words."""

    type: str
    codes: NotRequired[dict[str, list[Said]]]


class Claim(TypedDict):
    """A claim of a credential, and whether its holder may leave it out."""

    path: list[str]
    display: list[Said]
    sd: Literal["always", "never"]
    value: NotRequired[ClaimValue]


class CredentialType(TypedDict):
    """A kind of credential (SD-JWT VC type metadata, 6.2)."""

    vct: str
    name: str
    display: list[Said]
    claims: list[Claim]


@offered(
    Operation(
        id="credential_issuer",
        path="/.well-known/jwt-vc-issuer",
        access=_ACCESS,
        message="certificates.interface.issuer",
        answer=Issuer,
        refusals=_SEALER,
        enveloped=False,
    ),
    beside=True,
)
def issuer_metadata(request: AnyRequest, _: Nothing) -> Any:
    """Who issues credentials here, and by which keys."""
    with house(request).db.read() as reader:
        return queries.issuer_metadata(reader)


class _List(Struct, frozen=True, kw_only=True):
    number: Annotated[int, Meta(ge=1, le=2**31 - 1)]


@offered(
    Operation(
        id="credential_status",
        path="/certificates/status/{number}",
        access=_ACCESS,
        message="certificates.interface.status",
        answer=str,
        media=_STATUS,
        values=_List,
        refusals=(errors.status_list_not_found, *_SEALER),
        enveloped=False,
    ),
    beside=True,
)
def status_list(request: AnyRequest, asked: _List) -> Response[bytes]:
    """One status list as a signed token: a bit for each certificate."""
    with house(request).db.read() as reader:
        token = queries.status_list(reader, asked.number)
    return Response(token.encode(), media_type=_STATUS, headers=_CACHED)


class _Type(Struct, frozen=True, kw_only=True):
    code: Annotated[str, Meta(min_length=1, max_length=100)]


@offered(
    Operation(
        id="credential_type",
        path="/certificates/types/{code}",
        access=_ACCESS,
        message="certificates.interface.type",
        answer=CredentialType,
        values=_Type,
        refusals=(errors.type_not_found,),
        example=Example(values={"code": "subsidy-decision"}),
        enveloped=False,
    ),
    beside=True,
)
def type_metadata(request: AnyRequest, asked: _Type) -> Any:
    """What a kind of credential is called, and its claims."""
    with house(request).db.read() as reader:
        return queries.type_metadata(reader, asked.code)


@offered(
    Operation(
        id="credential_trust",
        path="/certificates/trust.pem",
        access=_ACCESS,
        message="certificates.interface.trust",
        answer=str,
        media=_PEM,
        refusals=(errors.nothing_sealed_yet, *_SEALER),
        enveloped=False,
    ),
    beside=True,
)
def trust(request: AnyRequest, _: Nothing) -> Response[bytes]:
    """The certificates to trust when verifying without this site."""
    with house(request).db.read() as reader:
        pem = queries.anchors(reader)
    headers = {"content-disposition": 'attachment; filename="trust.pem"'}
    return Response(pem, media_type=_PEM, headers=headers)


HANDLERS = (issuer_metadata, status_list, type_metadata, trust)
