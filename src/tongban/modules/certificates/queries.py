"""Ask about certificates. Most answers are personal: the caller sees to who may have them."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection

from tongban.kernel.actors import Actor
from tongban.kernel.dates import local_date
from tongban.kernel.errors import Refusal
from tongban.kernel.masks import HIDDEN, masked
from tongban.kernel.subjects import SubjectRef
from tongban.kernel.text import CHINESE, LANGUAGES, Text, say
from tongban.kit import shelf, troubles
from tongban.kit.crypto.hashing import SHA_256
from tongban.kit.db import Reader
from tongban.modules.catalog import queries as catalog
from tongban.modules.catalog.definition import ElementDefinition
from tongban.modules.certificates import errors, rules, store
from tongban.modules.certificates.definition import (
    CertificateFieldDefinition,
    CertificateTypeDefinition,
)
from tongban.modules.certificates.formats import (
    credential,
    document,
    jws,
    kinds,
    repertoire,
    sdjwt,
    seals,
    status,
)
from tongban.modules.certificates.model import (
    Certificate,
    Line,
    Place,
    Sealer,
    SealIdentity,
    Seen,
    Shown,
    Standing,
    State,
    Typefaces,
    Vault,
    Verification,
)
from tongban.modules.government import queries as government
from tongban.modules.identity import queries as identity

PART = "certificates"
_SIZE = 20


def types(connection: Connection) -> dict[str, CertificateTypeDefinition]:
    """Return the kinds of certificates that departments issue, by code."""
    return shelf.every(connection, PART, CertificateTypeDefinition)


def digests(connection: Connection) -> Iterator[str]:
    """Yield the name of every kept file that a certificate speaks of."""
    yield from store.digests(connection)


def names_file(connection: Connection, digest: str) -> bool:
    """Whether any certificate speaks of a kept file of this name."""
    return store.names_file(connection, digest)


def type_of(connection: Connection, code: str) -> CertificateTypeDefinition:
    """Return a kind of certificate. Refuses one that is not declared or is retired."""
    found = types(connection).get(code)
    if found is None or found.retired:
        raise errors.type_not_found(code)
    return found


def holder_index(reader: Reader, holder: SubjectRef) -> str:
    """Return the keyed hash by which a holder's certificates are found."""
    return reader.keyring.index(f"certificates.holder:{holder.kind}:{holder.id}")


def certificate(reader: Reader, identifier: str) -> Certificate:
    """Return one certificate; refuses an unknown one."""
    return store.get(reader, identifier)


def of_case(reader: Reader, number: str) -> list[Certificate]:
    """Return the certificates of a case, newest first."""
    return store.of_case(reader, number)


def of_holder(
    reader: Reader, holder: SubjectRef, page: int = 1, size: int | None = _SIZE
) -> tuple[list[Certificate], int]:
    """Return a page of what somebody holds, newest first, and how much there is."""
    condition = store.of_holder(holder_index(reader, holder))
    return store.listed(reader, condition, max(page, 1), size)


def every_of_holder(reader: Reader, holder: SubjectRef) -> Iterator[list[Certificate]]:
    """Return all that somebody holds in pieces, newest first."""
    return store.every(reader, store.of_holder(holder_index(reader, holder)))


def revoked(reader: Reader, case_number: str) -> bool:
    """Whether what a case brought was revoked."""
    return any(each.state is State.REVOKED for each in of_case(reader, case_number))


def trouble_of_case(reader: Reader, number: str) -> troubles.Trouble | None:
    """Return what keeps a case's certificate from being made, or None where nothing has failed."""
    pending = (each for each in of_case(reader, number) if each.state is State.PENDING_SEAL)
    found = (troubles.of_job(reader, each.job) for each in pending if each.job)
    return next((each for each in found if each is not None), None)


def case_of_job(reader: Reader, job: str) -> str:
    """Return the number of the case whose certificate a job makes, or empty."""
    return store.case_of_job(reader.connection, job)


def mine(reader: Reader, actor: Actor, identifier: str) -> Certificate:
    """Return one certificate of this actor's; refuses another's as if it did not exist.

    Of one that is theirs in another capacity the refusal says so.
    """
    found = store.get(reader, identifier)
    if actor.subject is not None and found.holder_index == holder_index(reader, actor.subject):
        return found
    others = identity.other_capacities(reader, actor)
    if found.holder_index in {holder_index(reader, each) for each in others}:
        raise errors.of_another_capacity()
    raise errors.not_found()


def issued_by(
    reader: Reader,
    actor: Actor,
    text: str = "",
    state: State | None = None,
    page: int = 1,
    size: int | None = _SIZE,
) -> tuple[list[Certificate], int]:
    """Return a page of what the actor's department issued, and how much there is.

    ``text`` is a case or an identifier.
    """
    condition = store.of_issuer(actor.department, rules.wanted(text), state, _today(reader))
    return store.listed(reader, condition, max(page, 1), size)


def fault_of_wanted(typed: str) -> str:
    """Return the message that says why nothing issued can be found by what was typed, if so."""
    return rules.fault_of_wanted(typed)


def every_issued(
    reader: Reader, actor: Actor, text: str = "", state: State | None = None
) -> Iterator[list[Certificate]]:
    """Return all that the actor's department issued in pieces, newest first."""
    condition = store.of_issuer(actor.department, rules.wanted(text), state, _today(reader))
    return store.every(reader, condition)


def issued_one(reader: Reader, actor: Actor, identifier: str) -> Certificate:
    """Return one certificate of the actor's department; refuses another's as if there were none."""
    found = store.get(reader, identifier)
    if not rules.may_see_issued(actor, found):
        raise errors.not_found()
    return found


def identity_of(reader: Reader, department: str) -> SealIdentity:
    """Return who seals for a department, also for one that is no longer declared."""
    profile = government.profile(reader.connection)
    found = government.departments(reader.connection).get(department)
    return SealIdentity(
        department=department,
        department_name=say(found.name, CHINESE) if found else department,
        credit_code=found.credit_code if found else "",
        government=say(profile.name, CHINESE),
        realm=government.realm(reader),
    )


def cannot_set(reader: Reader, text: str) -> tuple[str, ...]:
    """Return the characters of a text that no certificate here can show, each once."""
    return reader.port(Typefaces).lacking(text)


def held(reader: Reader) -> repertoire.Held:
    """Count how much of what documents should hold can be set here."""
    return repertoire.held(reader.port(Typefaces).all())


class Ready(msgspec.Struct, frozen=True, kw_only=True):
    """A certificate's documents, made but not kept yet."""

    pdf: bytes
    credential: str


def make(reader: Reader, certificate: Certificate) -> Ready:
    """Render and seal the document, make and sign the credential; nothing is kept."""
    profile = government.profile(reader.connection)
    place, sealer = reader.port(Place), reader.port(Sealer)
    identity = identity_of(reader, certificate.issuer)
    issuer = _issuer_name(reader, certificate.issuer)
    around = document.Around(
        government=profile.name,
        issuer=issuer,
        address=place.address,
        realm=identity.realm,
    )
    rendered = document.render(certificate, around, reader.port(Typefaces))
    pdf = sealer.seal(identity, rendered, certificate.issued_at)
    named = credential.issuer_in(issuer, identity.realm)
    issued = credential.prepare(certificate, named, place.address, profile.time_zone)
    jwt = sealer.sign(identity, issued.header, issued.claims)
    return Ready(pdf=pdf, credential=sdjwt.compose(jwt, issued.disclosures))


def pdf(reader: Reader, found: Certificate) -> bytes:
    """Return the sealed PDF. Refuses while it is not sealed."""
    if not found.pdf_digest:
        raise errors.not_sealed()
    return reader.port(Vault).get(found.pdf_digest)


def credential_text(reader: Reader, found: Certificate, fields: Sequence[str] | None = None) -> str:
    """Return the credential with all disclosures, or only the chosen fields."""
    if not found.credential_digest:
        raise errors.not_sealed()
    whole = reader.port(Vault).get(found.credential_digest).decode()
    return whole if fields is None else credential.present(whole, fields)


# Verification ---------------------------------------------------------------------------------------


def verify_typed_code(reader: Reader, typed: str) -> Verification:
    """Say what a code that somebody typed stands for. Refuses what cannot be a code, and says why."""
    rules.check_code(typed)
    return verify_code(reader, typed)


def verify_code(reader: Reader, typed: str) -> Verification:
    """Say what a verification code stands for; a stranger sees the holder's name masked."""
    code = rules.read_code(typed)
    found = store.by_code(reader, code) if code else None
    return _told(reader, found, "code" if code else "code_unreadable")


def verify_document(reader: Reader, content: bytes) -> Verification:
    """Say whether a PDF is one that was issued here, byte for byte.

    Nothing in a stranger's file is interpreted before it was recognised by its SHA-256.
    """
    found = store.by_pdf(reader, SHA_256.hex(content))
    if found is not None:
        anchors = _trusted(reader)
        seals.verify_pdf(content, anchors, found.issued_at)
        return _told(reader, found, "document")
    for end in seals.signed_ends(content):
        found = store.by_pdf(reader, SHA_256.hex(content[:end]))
        if found is not None:
            return Verification(standing=Standing.ALTERED, reason="added")
    return Verification(standing=Standing.UNKNOWN, reason="document")


def verify_credential(reader: Reader, text: str) -> Verification:
    """Say whether a credential holds; shows what its own disclosures show."""
    anchors = _trusted(reader)
    try:
        claims = credential.verify(text, anchors, reader.now).claims
    except Refusal as refusal:
        reason = str(refusal.data.get("reason", "unreadable"))
        if reason != "expired":
            return Verification(standing=Standing.UNKNOWN, reason=reason)
        claims = {}
    found = store.by_credential(reader, credential.hash_of(text.strip()))
    told = _told(reader, found, "credential")
    if told.certificate is None:
        return told
    shown = tuple(
        Shown(name=line.name, value=_both(line))
        for line in told.certificate.lines
        if credential.claim_of(line.code) in claims
    )
    return msgspec.structs.replace(told, disclosed=shown)


def _trusted(reader: Reader) -> list[bytes]:
    pem = reader.port(Sealer).anchors()
    return jws.read_anchors(pem) if pem else []


def _told(reader: Reader, found: Certificate | None, reason: str) -> Verification:
    if found is None:
        return Verification(standing=Standing.UNKNOWN, reason=reason)
    profile = government.profile(reader.connection)
    standing = rules.standing(found, local_date(reader.now, profile.time_zone))
    if standing is Standing.UNKNOWN:
        return Verification(standing=standing, reason="pending")
    return Verification(
        standing=standing,
        certificate=found,
        holder=rules.masked(found.holder_name),
        issuer=_issuer_name(reader, found.issuer),
    )


def _issuer_name(reader: Reader, department: str) -> Text:
    found = government.departments(reader.connection).get(department)
    return found.name if found else department


def _both(line: Line) -> Text:
    return {language: rules.words_of(line, language) for language in LANGUAGES}


def standing(reader: Reader, found: Certificate) -> Standing:
    """Say how a certificate stands today."""
    return rules.standing(found, _today(reader))


def _today(reader: Reader) -> dt.date:
    return local_date(reader.now, government.profile(reader.connection).time_zone)


def standing_word(reader: Reader, found: Certificate) -> str:
    """Return the word for how a certificate stands: ``pending_seal``, or its standing."""
    return State.PENDING_SEAL if found.state is State.PENDING_SEAL else standing(reader, found)


def words(line: Line, language: str) -> str:
    """Write a line's value as people read it."""
    return rules.words_of(line, language)


def shown_to_staff(
    reader: Reader, found: Certificate, language: str, seen: Seen
) -> list[tuple[Line, str]]:
    """Return the lines of a certificate as its issuer's staff look them up afterwards: as ``seen`` says.

    What its element says is masked is masked here as on the page of the case; the holder sees it
    whole, and so does whoever the holder shows it to. The kind is asked as it was when the
    certificate was issued; a line of which nothing is known any more is hidden.
    """
    declared = shelf.one(
        reader.connection, PART, found.type, CertificateTypeDefinition, found.type_version
    )
    meant = {field.code: field.element for field in declared.fields} if declared else {}
    elements = catalog.elements(reader.connection)

    def shown(line: Line) -> str:
        text = words(line, language)
        if line.code in seen.whole:
            return text
        element = elements.get(meant.get(line.code, ""))
        return masked(element.mask, text) if element and line.code in seen.by_mask else HIDDEN

    return [(line, shown(line)) for line in found.lines]


def holder_shown(found: Certificate, seen: Seen = Seen()) -> str:  # noqa: B008 - frozen
    """Return the holder's name as staff see it: most of it hidden in lists."""
    return found.holder_name if seen.holder else rules.masked(found.holder_name)


def spaced(code: str) -> str:
    """Write a verification code in groups that can be read aloud."""
    return rules.spaced(code)


def sentence(found: Certificate, language: str) -> str:
    """Return the certifying sentence with its values."""
    return rules.fill(say(found.body, language), found.lines, language)


def status_list(reader: Reader, number: int) -> str:
    """Return a status list as a signed token. Refuses a list that does not exist."""
    if number < 1 or (number > 1 and not store.has_list(reader.connection, number)):
        raise errors.status_list_not_found()
    department = store.some_issuer(reader.connection, number)
    if department is None:
        raise errors.status_list_not_found()
    address = f"{reader.port(Place).address}{credential.STATUS_PATH}{number}"
    claims = status.claims_of(address, store.revoked_places(reader.connection, number), reader.now)
    identity = identity_of(reader, department)
    return reader.port(Sealer).sign(identity, {"typ": status.TYPE}, claims)


def issuer_metadata(reader: Reader) -> dict[str, Any]:
    """Return what ``/.well-known/jwt-vc-issuer`` says: who issues, by which keys."""
    return {
        "issuer": reader.port(Place).address,
        "jwks": {"keys": reader.port(Sealer).public_keys()},
    }


def type_metadata(reader: Reader, code: str) -> dict[str, Any]:
    """Return what a credential's ``vct`` leads to: the type's name and claims in both languages.

    A kind that is no longer issued is described too, for its credentials are still shown.
    """
    newest = shelf.latest_version(reader.connection, PART, code)
    if newest is None:
        raise errors.type_not_found(code)
    every = [
        shelf.one(reader.connection, PART, code, CertificateTypeDefinition, version)
        for version in range(newest, 0, -1)
    ]
    address = f"{reader.port(Place).address}{credential.TYPE_PATH}{code}"
    elements = catalog.elements(reader.connection)
    codes = {element.code: element.codes for element in elements.values()}
    known = [_typed(each, elements) for each in every if each is not None]
    return kinds.metadata(address, known, codes)


def _typed(
    kind: CertificateTypeDefinition, elements: Mapping[str, ElementDefinition]
) -> CertificateTypeDefinition:
    """Return a kind whose fields all say their type: where none is written, it is the element's."""

    def typed(field: CertificateFieldDefinition) -> CertificateFieldDefinition:
        element = elements.get(field.element)
        return msgspec.structs.replace(field, type=field.type_with(element.type if element else ""))

    return msgspec.structs.replace(kind, fields=tuple(map(typed, kind.fields)))


def anchors(reader: Reader) -> bytes:
    """Return the certificates to trust, PEM: what ``tongban certificate verify`` needs.

    Refuses while nothing was ever sealed.
    """
    pem = reader.port(Sealer).anchors()
    if not pem:
        raise errors.nothing_sealed_yet()
    return pem
