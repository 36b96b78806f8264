"""Adopt kinds of certificates; issue, seal, revoke and expire certificates."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from tongban.kernel.actors import Actor
from tongban.kernel.dates import local_date
from tongban.kernel.errors import Refusal
from tongban.kernel.realms import Realm
from tongban.kernel.text import CHINESE
from tongban.kit import shelf
from tongban.kit.crypto import chance
from tongban.kit.db import Unit
from tongban.kit.jobs import job_state
from tongban.kit.troubles import revive
from tongban.modules.catalog import queries as catalog
from tongban.modules.certificates import errors, queries, rules, store
from tongban.modules.certificates.definition import (
    CertificateFieldDefinition,
    CertificateTypeDefinition,
)
from tongban.modules.certificates.events import CertificateRevoked, CertificateSealed
from tongban.modules.certificates.formats.facts import found_facts, issued_facts, status_facts
from tongban.modules.certificates.model import (
    STATUS_LIST_SIZE,
    Certificate,
    IssueRequest,
    Line,
    State,
)
from tongban.modules.government import queries as government
from tongban.modules.government.definition import DepartmentDefinition
from tongban.modules.ledger import actions as ledger
from tongban.modules.ledger import queries as log
from tongban.modules.ledger.model import EntryKind, NewEntry, PublicValue
from tongban.modules.ledger.queries import ProvenRow

JOB = "certificates.seal"
TABLE = "certificates_certificate"
_PATIENCE = dt.timedelta(minutes=30)


def issue(unit: Unit, request: IssueRequest) -> Certificate:
    """Issue a certificate in the caller's transaction; its seal follows within seconds.

    A job renders and seals it; :class:`CertificateSealed` tells when it is valid. Refuses an unknown
    type, values of no field, fields without a value, and a holder of another kind.
    """
    definition = queries.type_of(unit.connection, request.type)
    if request.holder.kind.value != definition.holder:
        raise errors.holder_unfit(request.holder.kind.value)
    rules.check_fields((field.code for field in definition.fields), request.values)
    profile = government.profile(unit.connection)
    department = government.department(unit.connection, request.issuer or definition.issuer)
    today = local_date(unit.now, profile.time_zone)
    lines = tuple(_line(unit, field, request) for field in definition.fields)
    _check_characters(unit, lines)
    status_list, status_index = _status_place(unit)
    certificate = Certificate(
        id=unit.new_id(),
        number=_number(unit, definition, department, profile.division, today),
        type=definition.code,
        type_version=shelf.latest_version(unit.connection, queries.PART, definition.code) or 1,
        name=definition.name,
        category=definition.category,
        body=definition.body,
        basis=definition.basis,
        issuer=department.code,
        holder_kind=request.holder.kind,
        holder_index=queries.holder_index(unit, request.holder),
        holder_name=request.holder_name,
        lines=lines,
        case_number=request.case_number,
        issued_at=unit.now,
        issued_on=today,
        valid_until=rules.last_day(today, definition.valid_months),
        state=State.PENDING_SEAL,
        code=rules.code_of(chance.token_bytes(rules.CODE_BYTES)),
        status_list=status_list,
        status_index=status_index,
    )
    job = unit.enqueue(JOB, {"certificate": certificate.id})
    certificate = msgspec.structs.replace(certificate, job=job)
    store.insert(unit, certificate)
    return certificate


def _check_characters(unit: Unit, lines: tuple[Line, ...]) -> None:
    """Refuse to promise a certificate that cannot be made, and name the characters."""
    text = "".join(rules.words_of(line, CHINESE) for line in lines)
    if lacking := queries.cannot_set(unit, text):
        raise errors.characters_not_set(lacking)


def _number(
    unit: Unit,
    definition: CertificateTypeDefinition,
    department: DepartmentDefinition,
    division: str,
    today: dt.date,
) -> str:
    while True:  # a serial says nothing of how many there are; the same one twice is one in 10^10
        serial = f"{today.year}{chance.randbelow(10**10):010d}"
        number = rules.number_of(definition.type_code, department.credit_code, division, serial)
        if store.by_number(unit, number) is None:
            return number


def _status_place(unit: Unit) -> tuple[int, int]:
    """Choose a free place at random in the newest list; a list is left when it is half full."""
    number = 1 + store.issued(unit.connection) // (STATUS_LIST_SIZE // 2)
    while True:
        index = chance.randbelow(STATUS_LIST_SIZE)
        if not store.taken(unit.connection, number, index):
            return number, index


def _line(unit: Unit, field: CertificateFieldDefinition, request: IssueRequest) -> Line:
    element = catalog.elements(unit.connection).get(field.element)
    kind = field.type_with(element.type if element else "")
    kept = rules.kept(field.code, kind, request.values[field.code])
    label = request.labels.get(field.code) or (element.codes.get(str(kept), "") if element else "")
    return Line(
        code=field.code,
        name=field.name,
        type=kind,
        value=kept,
        label=label,
        disclosable=field.disclosable,
    )


class Sealed(msgspec.Struct, frozen=True, kw_only=True):
    """What the job made of a certificate."""

    pdf_digest: str
    pdf_hash: str
    credential_digest: str
    credential_hash: str


def seal(unit: Unit, identifier: str, made: Sealed) -> Certificate:
    """Make a certificate valid: its documents are kept, the ledger says that one was issued.

    Sealing one that is valid already changes nothing.
    """
    certificate = store.get(unit, identifier)
    if certificate.state is not State.PENDING_SEAL:
        return certificate
    rules.move(certificate, State.VALID)
    sealed = msgspec.structs.replace(
        certificate,
        state=State.VALID,
        pdf_digest=made.pdf_digest,
        pdf_hash=made.pdf_hash,
        credential_digest=made.credential_digest,
        credential_hash=made.credential_hash,
    )
    facts = issued_facts(sealed)
    commitment, salt = ledger.commit(facts)
    entry = ledger.append(unit, _issued_entry(unit, certificate, commitment))
    opening = log.opening_file(salt, facts).decode()
    valid = msgspec.structs.replace(sealed, ledger_entry=entry, opening=opening)
    if not store.save(unit, valid, certificate.state):
        raise errors.not_now(store.get(unit, identifier).state.value)
    unit.emit(CertificateSealed(certificate=valid.id, case_number=valid.case_number))
    return valid


def _issued_entry(unit: Unit, certificate: Certificate, commitment: str) -> NewEntry:
    public = _public(unit, certificate)
    public["valid_from"] = certificate.issued_on.isoformat()
    if certificate.valid_until is not None:
        public["valid_until"] = certificate.valid_until.isoformat()
    realm = government.realm(unit)
    public["demonstration"] = realm is Realm.DEMONSTRATION
    if realm is Realm.TRIAL:
        public["trial"] = True
    return NewEntry(kind=EntryKind.CERTIFICATE_ISSUED, public=public, commitment=commitment)


def _public(unit: Unit, certificate: Certificate) -> dict[str, str | bool | dict[str, str]]:
    found: dict[str, str | bool | dict[str, str]] = {
        "department": certificate.issuer,
        "certificate_type": certificate.type,
        "certificate_type_name": certificate.name,
        "certificate_type_version": str(certificate.type_version),
    }
    department = government.departments(unit.connection).get(certificate.issuer)
    if department is not None:
        found["department_name"] = department.name
    return found


def revoke(unit: Unit, actor: Actor, identifier: str, reason: str, basis: str) -> Certificate:
    """Revoke a certificate for the department that issued it, with reason and legal basis.

    From this moment every verification says so. The ledger shows the basis, never the reason.
    Refuses another department, a certificate that is not in effect, and no reason or basis or too
    long a one.
    """
    certificate = store.get(unit, identifier)
    if not rules.may_revoke(actor, certificate):
        raise errors.not_yours()
    rules.move(certificate, State.REVOKED)
    reason, basis = reason.strip(), basis.strip()
    rules.check_revocation(reason, basis)
    revoked = _status_on_record(
        unit,
        msgspec.structs.replace(
            certificate,
            state=State.REVOKED,
            revoked_at=unit.now,
            revoked_reason=reason,
            revoked_basis=basis,
        ),
    )
    if not store.save(unit, revoked, certificate.state):
        raise errors.not_now(store.get(unit, identifier).state.value)
    unit.emit(CertificateRevoked(certificate=revoked.id, case_number=revoked.case_number))
    return revoked


def _status_on_record(unit: Unit, certificate: Certificate) -> Certificate:
    """Log how a certificate now stands; returns it with its entry."""
    public = {
        **_public(unit, certificate),
        "status": certificate.state.value,
        "legal_basis": certificate.revoked_basis,
        **log.altered_before(unit.connection, proven_certificate(store.get(unit, certificate.id))),
    }
    facts = status_facts(certificate)
    commitment, salt = ledger.commit(facts)
    new = NewEntry(kind=EntryKind.CERTIFICATE_STATUS, public=public, commitment=commitment)
    entry = ledger.append(unit, new)
    opening = log.opening_file(salt, facts).decode()
    return msgspec.structs.replace(certificate, status_entry=entry, status_opening=opening)


def look_after(unit: Unit) -> None:
    """Note what has expired, and ask again for seals whose job gave up."""
    if government.profile_if_any(unit.connection) is None:
        return
    today = local_date(unit.now, government.profile(unit.connection).time_zone)
    store.expire(unit.connection, today)
    for identifier, job in store.waiting(unit.connection, unit.now, _PATIENCE):
        if job_state(unit, job) is None:
            again = unit.enqueue(JOB, {"certificate": identifier})
            store.set_job(unit.connection, identifier, again)
        else:
            revive(unit, job)


# How it must be on record -----------------------------------------------------------------------


def proven_certificate(one: Certificate) -> list[ProvenRow]:
    """Return what follows from a certificate for the entry of its issue, and for that of its status."""
    status = [proven_status(one)] if one.status_entry else []
    return [*proven_issue(one), *status]


def proven_issue(one: Certificate) -> Iterator[ProvenRow]:
    """Yield what follows from a certificate for the entry of its issue, none while it waits for its seal."""
    if not one.ledger_entry and one.state is State.PENDING_SEAL:
        return
    faults = ["state"] if one.state is State.PENDING_SEAL else []
    if one.state is State.REVOKED and not one.status_entry:
        faults.append("state")
    yield _proven(
        one,
        entry=one.ledger_entry,
        kinds=(EntryKind.CERTIFICATE_ISSUED,),
        file=one.opening,
        now=issued_facts(one),
        public={
            "valid_from": one.issued_on.isoformat(),
            "valid_until": one.valid_until.isoformat() if one.valid_until else None,
        },
        faults=faults,
    )


def proven_status(one: Certificate) -> ProvenRow:
    """Return what follows from a certificate for the newest entry of its status."""
    kinds = [EntryKind.RECORDED_AS_FOUND]
    if one.state is State.REVOKED:
        kinds.append(EntryKind.CERTIFICATE_STATUS)
    return _proven(
        one,
        entry=one.status_entry,
        kinds=kinds,
        file=one.status_opening,
        now=found_facts(one),
        public={"status": one.state.value, "legal_basis": one.revoked_basis},
        faults=[],
    )


def _proven(
    one: Certificate,
    *,
    entry: str,
    kinds: Sequence[EntryKind],
    file: str,
    now: Mapping[str, Any],
    public: Mapping[str, PublicValue | None],
    faults: Sequence[str],
) -> ProvenRow:
    try:
        opening = log.read_opening(file.encode())
    except Refusal:
        opening, faults = None, [*faults, "personal"]
    said = opening.facts if opening is not None else {}
    unlike = [name for name, value in said.items() if now.get(name) != value]
    return ProvenRow(
        table=TABLE,
        key=one.id,
        entry=entry,
        kinds=kinds,
        public={
            "department": one.issuer,
            "certificate_type": one.type,
            "certificate_type_version": str(one.type_version),
            **public,
        },
        opening=opening,
        faults=(*faults, *unlike),
    )
