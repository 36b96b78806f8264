"""Pages: anyone verifies a certificate, a holder sees and shows their own."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from typing import Annotated, Any

from litestar import Request, Response, get, post
from litestar.datastructures import UploadFile
from litestar.params import FromPath
from litestar.response import Redirect
from msgspec import Meta, Struct
from msgspec.structs import replace

from tongban.kernel.errors import Refusal
from tongban.kernel.filenames import ENDINGS, file_name
from tongban.kernel.text import say
from tongban.kit.asked import note
from tongban.kit.db import Reader
from tongban.kit.downloads import JSON, download
from tongban.kit.html import errors_of, page, typed_in
from tongban.kit.http import actor_of, house, language_of, public, signed_in
from tongban.kit.interface.declaration import Operation
from tongban.kit.interface.doors import offered
from tongban.kit.lists import Asking, Column, Found, Listing, Paged, doors, look
from tongban.modules.certificates import errors, proven, queries
from tongban.modules.certificates.model import Certificate, Standing, Verification
from tongban.modules.certificates.pages.lines import (
    ISSUED_ON,
    NAME,
    NUMBER,
    STANDING,
    VALID_UNTIL,
    lines,
)
from tongban.modules.government import queries as government
from tongban.modules.ledger import queries as ledger

_STRANGER = {"access": public("anyone who is shown a certificate may verify it")}
_Question = Callable[[Reader], Verification]
_LARGEST = 8 << 20
_LARGEST_FORM = _LARGEST + (1 << 20)
_TONES = {
    Standing.GENUINE: "good",
    Standing.EXPIRED: "care",
    Standing.REVOKED: "stop",
    Standing.ALTERED: "stop",
    Standing.UNKNOWN: "stop",
}
_PRIVATE = {"cache-control": "private, no-store"}


def private(answer: Response[str]) -> Response[str]:
    """Keep a page that shows somebody's certificate out of every cache."""
    answer.headers.update(_PRIVATE)
    return answer


@get("/certificates/verify", sync_to_thread=False, opt=_STRANGER)
def verify_form(request: Request[Any, Any, Any]) -> Response[str]:
    """Ask for a code, a document or a credential."""
    return page(request, "certificates/verify.html", typed={})


@post("/certificates/verify", opt=_STRANGER, request_max_body_size=_LARGEST_FORM)
async def verify(request: Request[Any, Any, Any]) -> Response[str] | Redirect:
    """Verify the one thing that was given; what cannot be answered is asked for again."""
    form = await request.form()
    given = await typed_in(form)
    typed = {name: given.get(name, "") for name in ("code", "credential")}
    try:
        found = await _asked(request, _question(await _upload(form.get("file")), typed))
        if found.certificate is None and typed["code"]:
            raise errors.code_unknown()
    except Refusal as refusal:
        return page(
            request,
            "certificates/verify.html",
            status=422,
            typed=typed,
            **errors_of(refusal, request),
        )
    return _result(request, found)


def _question(content: bytes, typed: dict[str, str]) -> _Question:
    """Return what is asked. Refuses nothing, and several things at once: one would go unanswered."""
    code, credential = typed["code"], typed["credential"]
    given: list[_Question] = []
    if content:
        given.append(lambda reader: queries.verify_document(reader, content))
    if credential:
        given.append(lambda reader: queries.verify_credential(reader, credential))
    if code:
        given.append(lambda reader: queries.verify_typed_code(reader, code))
    if len(given) != 1:
        raise errors.several_given() if given else errors.nothing_given()
    return given[0]


async def _upload(file: Any) -> bytes:
    """Return the bytes of an uploaded file, empty when none was chosen. Refuses a huge one."""
    if not isinstance(file, UploadFile):
        return b""
    content = await file.read(_LARGEST + 1)
    if len(content) > _LARGEST:
        raise errors.too_large(_LARGEST >> 20)
    return content


def _ask(request: Request[Any, Any, Any], question: _Question) -> Verification:
    with house(request).db.read() as reader:
        return question(reader)


async def _asked(request: Request[Any, Any, Any], question: _Question) -> Verification:
    """Ask on a thread of its own: signatures take their time."""
    return await asyncio.to_thread(_ask, request, question)


@get("/v/{code:str}", sync_to_thread=False, opt=_STRANGER)
def scanned(request: Request[Any, Any, Any], code: FromPath[str]) -> Response[str]:
    """Where a QR code leads: what the code stands for."""
    found = _ask(request, lambda reader: queries.verify_code(reader, code))
    return _result(request, found, by_code=True)


def _result(
    request: Request[Any, Any, Any], found: Verification, *, by_code: bool = False
) -> Response[str]:
    certificate = found.certificate
    proof = None
    if certificate is None:
        note(request.scope, errors.not_found())
    if certificate is not None and certificate.ledger_entry:
        with house(request).db.read() as reader:
            if proven.altered(reader, certificate):
                found = replace(found, standing=Standing.ALTERED, reason="ledger")
            proof = ledger.proof(reader.connection, certificate.ledger_entry)
    answer = page(
        request,
        "certificates/result.html",
        status=200 if certificate is not None else 404,
        found=found,
        certificate=certificate,
        tone=_TONES[found.standing],
        proof_ready=proof is not None,
        by_code=by_code,
    )
    return private(answer)


# The holder's own ---------------------------------------------------------------------------------


def _page(reader: Reader, asking: Asking, number: int, size: int | None) -> Found:
    if asking.actor.subject is None:
        return Found((), 0)
    found, total = queries.of_holder(reader, asking.actor.subject, number, size)
    return Found(lines(reader, found), total)


def _every(reader: Reader, asking: Asking) -> Iterator[Sequence[Any]]:
    if asking.actor.subject is not None:
        for found in queries.every_of_holder(reader, asking.actor.subject):
            yield lines(reader, found)


MINE = Listing(
    name="certificates",
    title="certificates.mine.title",
    address="/my/certificates",
    api="/api/my/certificates",
    access=signed_in(),
    known=lambda reader, asking: government.department_names(reader.connection, asking.language),
    columns=(
        NUMBER,
        NAME,
        Column("issuer", "certificates.field.issuer", of="certificate.issuer",
               words=lambda code, asking: asking.known.get(code, code)),
        ISSUED_ON,
        VALID_UNTIL,
        STANDING,
    ),
    source=Paged(_page, _every),
)  # fmt: skip
"""Everything the signed-in person, or the organisation they act for, holds, newest first."""


@get("/my/certificates", sync_to_thread=False, opt={"access": signed_in()})
def my_certificates(request: Request[Any, Any, Any]) -> Response[str]:
    """Everything the signed-in person, or the organisation they act for, holds."""
    with house(request).db.read() as reader:
        listed = look(request, reader, MINE)
    nobody = actor_of(request).subject is None
    return page(request, "certificates/mine.html", listed=listed, nobody=nobody)


@get("/my/certificates/{identifier:str}", sync_to_thread=False, opt={"access": signed_in()})
def my_certificate(request: Request[Any, Any, Any], identifier: FromPath[str]) -> Response[str]:
    """One certificate: what it says, its documents, and showing parts of it."""
    return _mine(request, identifier)


def _mine(request: Request[Any, Any, Any], identifier: str, **more: Any) -> Response[str]:
    language = language_of(request)
    with house(request).db.read() as reader:
        found = queries.mine(reader, actor_of(request), identifier)
        context = {
            "certificate": found,
            "not_as_logged": proven.altered(reader, found),
            "standing": queries.standing(reader, found),
            "department": government.department_name(reader.connection, found.issuer, language),
            "rows": [(line, queries.words(line, language)) for line in found.lines],
            "sentence": queries.sentence(found, language),
            "code": queries.spaced(found.code),
            "presentation": "",
            "chosen": [],
            **more,
        }
    answer = page(request, "certificates/one.html", **context)
    return private(answer)


@post("/my/certificates/{identifier:str}", opt={"access": signed_in()})
async def show_parts(request: Request[Any, Any, Any], identifier: FromPath[str]) -> Response[str]:
    """Make a credential that shows only the chosen fields."""
    form = await request.form()
    chosen = [str(one) for one in form.getall("fields", [])]
    with house(request).db.read() as reader:
        found = queries.mine(reader, actor_of(request), identifier)
        if queries.standing(reader, found) is not Standing.GENUINE:
            raise errors.not_to_be_shown()
        text = queries.credential_text(reader, found, chosen)
    return _mine(request, identifier, presentation=text, chosen=chosen)


@get("/my/certificates/{identifier:str}/pdf", sync_to_thread=True, opt={"access": signed_in()})
def my_pdf(request: Request[Any, Any, Any], identifier: FromPath[str]) -> Response[bytes]:
    """The sealed document."""
    with house(request).db.read() as reader:
        found = queries.mine(reader, actor_of(request), identifier)
        content = queries.pdf(reader, found)
    return _download(request, found, content, "application/pdf")


@get(
    "/my/certificates/{identifier:str}/credential",
    sync_to_thread=True,
    opt={"access": signed_in()},
)
def my_credential(request: Request[Any, Any, Any], identifier: FromPath[str]) -> Response[bytes]:
    """The whole credential, every field disclosed."""
    with house(request).db.read() as reader:
        found = queries.mine(reader, actor_of(request), identifier)
        text = queries.credential_text(reader, found)
    return _download(request, found, text.encode(), "application/dc+sd-jwt")


class _Certificate(Struct, frozen=True, kw_only=True):
    identifier: Annotated[str, Meta(min_length=1, max_length=60)]


@offered(
    Operation(
        id="my_certificate_opening",
        path="/my/certificates/{identifier}/opening",
        access=signed_in(),
        message="certificates.interface.opening",
        answer=ledger.OpeningFile,
        values=_Certificate,
        refusals=(errors.not_found, errors.of_another_capacity, errors.not_sealed),
        enveloped=False,
    )
)
def my_opening(request: Request[Any, Any, Any], asked: _Certificate) -> Response[bytes]:
    """What the ledger entry of its issue commits to: proves that the entry means this certificate."""
    with house(request).db.read() as reader:
        found = queries.mine(reader, actor_of(request), asked.identifier)
    if not found.opening:
        raise errors.not_sealed()
    return _private(download(found.opening.encode(), "opening.json", JSON))


def _download(
    request: Request[Any, Any, Any], found: Certificate, content: bytes, media_type: str
) -> Response[bytes]:
    """Answer with a document of a certificate, called as the certificate is."""
    number = found.number.rsplit(".", 3)[1]
    ending = ENDINGS[media_type]
    name = file_name(f"{say(found.name, language_of(request))} {number}.{ending}", media_type)
    return _private(download(content, name, media_type, plain=f"certificate-{number}.{ending}"))


def _private(answer: Response[bytes]) -> Response[bytes]:
    answer.headers.update(_PRIVATE)
    return answer


HANDLERS = (
    verify_form,
    verify,
    scanned,
    my_certificates,
    *doors(MINE),
    my_certificate,
    show_parts,
    my_pdf,
    my_credential,
    my_opening,
)
