"""Certificates in the database: what is personal is sealed, what is looked up is hashed."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Date,
    Index,
    Integer,
    Row,
    Select,
    String,
    Table,
    UniqueConstraint,
    false,
    func,
    not_,
    or_,
    select,
)

from tongban.kernel.paging import skipped
from tongban.kernel.subjects import SubjectKind
from tongban.kernel.text import Text
from tongban.kit.db import Instant, Json, Reader, cell_of, metadata, sealed, values_of
from tongban.kit.db.streams import between, in_pieces
from tongban.modules.certificates import errors
from tongban.modules.certificates.model import Certificate, Line, State

certificate_table = Table(
    "certificates_certificate",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("number", String(120), nullable=False, unique=True),
    Column("type", String(80), nullable=False, index=True),
    Column("type_version", Integer, nullable=False),
    Column("name", Json, nullable=False),
    Column("category", String(20), nullable=False),
    Column("issuer", String(80), nullable=False, index=True),
    Column("holder_kind", String(20), nullable=False),
    Column("holder_index", String(64), nullable=False, index=True),
    sealed("personal", "id", "holder_index", "pdf_digest", "credential_digest"),
    Column("case_number", String(50), nullable=False, index=True),
    Column("issued_at", Instant, nullable=False),
    Column("issued_on", Date, nullable=False),
    Column("valid_until", Date),
    Column("state", String(20), nullable=False, index=True),
    Column("code_index", String(64), nullable=False, unique=True),
    Column("status_list", Integer, nullable=False),
    Column("status_index", Integer, nullable=False),
    Column("job", String(36), nullable=False),
    Column("pdf_digest", String(64), nullable=False),
    Column("pdf_hash", String(64), nullable=False, index=True),
    Column("credential_digest", String(64), nullable=False),
    Column("credential_hash", String(64), nullable=False, index=True),
    Column("ledger_entry", String(36), nullable=False),
    Column("revoked_at", Instant),
    Column("revoked_basis", String(500), nullable=False),
    Column("status_entry", String(36), nullable=False, server_default=""),
    UniqueConstraint("status_list", "status_index"),
    Index("ix_certificates_certificate_ledger_entry", "ledger_entry"),
    Index("ix_certificates_certificate_status_entry", "status_entry"),
    Index("ix_certificates_certificate_pdf_digest", "pdf_digest"),
    Index("ix_certificates_certificate_credential_digest", "credential_digest"),
)


class _Personal(msgspec.Struct, frozen=True, kw_only=True):
    """What of a certificate is sealed."""

    holder_name: str
    body: Text
    basis: Text
    lines: tuple[Line, ...]
    code: str
    opening: str
    revoked_reason: str
    status_opening: str = ""


_PLAIN = tuple(
    column.name
    for column in certificate_table.columns
    if column.name not in ("personal", "code_index")
)


def _values(reader: Reader, certificate: Certificate) -> dict[str, Any]:
    personal = _Personal(
        **{field: getattr(certificate, field) for field in _Personal.__struct_fields__}
    )
    values = {field: getattr(certificate, field) for field in _PLAIN}
    return {
        **values,
        "state": certificate.state.value,
        "holder_kind": certificate.holder_kind.value,
        "personal": reader.keyring.seal(
            msgspec.json.encode(personal).decode(),
            cell_of(certificate_table.c.personal, values),
        ),
        "code_index": code_index(reader, certificate.code),
    }


def code_index(reader: Reader, code: str) -> str:
    """Return the keyed hash by which a verification code is found."""
    return reader.keyring.index("certificates.code:" + code)


def digests(connection: Connection) -> Iterator[str]:
    """Yield the name of every kept file that a certificate speaks of."""
    table = certificate_table
    for row in connection.execute(select(table.c.pdf_digest, table.c.credential_digest)):
        yield from (digest for digest in row if digest)


def names_file(connection: Connection, digest: str) -> bool:
    """Whether any certificate speaks of a kept file of this name; each column has its index."""
    table = certificate_table
    found = (
        select(table.c.id).where(column == digest).limit(1)
        for column in (table.c.pdf_digest, table.c.credential_digest)
    )
    return any(connection.execute(query).first() is not None for query in found)


def insert(reader: Reader, certificate: Certificate) -> None:
    """Keep a new certificate."""
    reader.connection.execute(certificate_table.insert().values(**_values(reader, certificate)))


def save(reader: Reader, certificate: Certificate, before: State) -> bool:
    """Write what became of a certificate; False when somebody was faster."""
    done = reader.connection.execute(
        certificate_table.update()
        .where(certificate_table.c.id == certificate.id, certificate_table.c.state == before.value)
        .values(**_values(reader, certificate))
    )
    return done.rowcount == 1


def _one(reader: Reader, column: Column[Any], value: str) -> Certificate | None:
    row = reader.connection.execute(select(certificate_table).where(column == value)).first()
    return None if row is None else _certificate(reader, row)


def get(reader: Reader, identifier: str) -> Certificate:
    """Return one certificate; refuses an unknown one."""
    found = _one(reader, certificate_table.c.id, identifier)
    if found is None:
        raise errors.not_found()
    return found


def by_code(reader: Reader, code: str) -> Certificate | None:
    """Return the certificate of a verification code."""
    return _one(reader, certificate_table.c.code_index, code_index(reader, code))


def by_number(reader: Reader, number: str) -> Certificate | None:
    """Return the certificate of an identifier (证照标识)."""
    return _one(reader, certificate_table.c.number, number)


def by_pdf(reader: Reader, digest: str) -> Certificate | None:
    """Return the certificate whose PDF has this SHA-256."""
    return _one(reader, certificate_table.c.pdf_hash, digest)


def by_credential(reader: Reader, digest: str) -> Certificate | None:
    """Return the certificate whose credential's signed part has this SHA-256."""
    return _one(reader, certificate_table.c.credential_hash, digest)


def _newest_first(wanted: Select[Any]) -> Select[Any]:
    table = certificate_table.c
    return wanted.order_by(table.issued_at.desc(), table.id.desc())


def of_case(reader: Reader, number: str) -> list[Certificate]:
    """Return the certificates of a case."""
    wanted = select(certificate_table).where(certificate_table.c.case_number == number)
    return [_certificate(reader, row) for row in reader.connection.execute(_newest_first(wanted))]


def of_holder(index: str) -> ColumnElement[bool]:
    """Return what asks for a holder's certificates."""
    return certificate_table.c.holder_index == index


def of_issuer(issuer: str, text: str, state: State | None, today: date) -> ColumnElement[bool]:
    """Return what asks for what a department issued: a case or identifier, standing so today."""
    table = certificate_table.c
    condition = table.issuer == issuer
    if text:
        condition &= or_(table.case_number == text, table.number == text)
    if state is not None:
        condition &= _stands(state, today)
    return condition


def _stands(state: State, today: date) -> ColumnElement[bool]:
    """Return what is true of certificates that stand so today, whatever was noted last."""
    table = certificate_table.c
    if state not in (State.VALID, State.EXPIRED):
        return table.state == state.value
    ran = table.state.in_([State.VALID.value, State.EXPIRED.value])
    over = func.coalesce(table.valid_until < today, false())
    return ran & (over if state is State.EXPIRED else not_(over))


def listed(
    reader: Reader, condition: ColumnElement[bool], page: int, size: int | None
) -> tuple[list[Certificate], int]:
    """Return a page of certificates, newest first, and how many there are."""
    wanted = select(certificate_table).where(condition)
    count = select(func.count()).select_from(certificate_table).where(condition)
    total = reader.connection.execute(count).scalar_one()
    rows = reader.connection.execute(_newest_first(wanted).limit(size).offset(skipped(page, size)))
    return [_certificate(reader, row) for row in rows], total


def every(reader: Reader, condition: ColumnElement[bool]) -> Iterator[list[Certificate]]:
    """Return all of those certificates in pieces, newest first."""
    wanted = _newest_first(select(certificate_table).where(condition))
    for rows in in_pieces(reader.connection, wanted):
        yield [_certificate(reader, row) for row in rows]


def by_entry(
    reader: Reader, after: str | None, until: str | None, *, of_status: bool
) -> Iterator[list[Certificate]]:
    """Return certificates in pieces, in the order of their entries: see ``streams.between``."""
    table = certificate_table.c
    key = table.status_entry if of_status else table.ledger_entry
    for rows in in_pieces(reader.connection, between(select(certificate_table), key, after, until)):
        yield [_certificate(reader, row) for row in rows]


def status_entries(connection: Connection, identifiers: Sequence[str]) -> dict[str, str]:
    """Return the latest entry about the status of certificates, by id."""
    table = certificate_table.c
    return values_of(connection, table.id, table.status_entry, identifiers)


def without_status_entry(reader: Reader, most: int) -> list[Certificate]:
    """Return some certificates whose status no entry of their own says, in the order of ids."""
    table = certificate_table.c
    query = select(certificate_table).where(table.status_entry == "", table.ledger_entry != "")
    rows = reader.connection.execute(query.order_by(table.id).limit(most))
    return [_certificate(reader, row) for row in rows]


def note_status(reader: Reader, certificate: Certificate) -> None:
    """Write which entry says how a certificate stands, and what opens it."""
    values = _values(reader, certificate)
    mine = certificate_table.c.id == certificate.id
    kept = {name: values[name] for name in ("personal", "status_entry")}
    reader.connection.execute(certificate_table.update().where(mine).values(**kept))


def taken(connection: Connection, number: int, index: int) -> bool:
    """Whether a place in a status list has a certificate."""
    table = certificate_table.c
    query = select(table.id).where(table.status_list == number, table.status_index == index)
    return connection.execute(query).first() is not None


def issued(connection: Connection) -> int:
    """Return how many certificates there are."""
    return connection.execute(select(func.count()).select_from(certificate_table)).scalar_one()


def revoked_places(connection: Connection, number: int) -> Sequence[int]:
    """Return the places of revoked certificates in a status list."""
    table = certificate_table.c
    query = select(table.status_index).where(
        table.status_list == number, table.state == State.REVOKED.value
    )
    return connection.execute(query).scalars().all()


def has_list(connection: Connection, number: int) -> bool:
    """Whether any certificate stands in a status list."""
    query = select(certificate_table.c.id).where(certificate_table.c.status_list == number)
    return connection.execute(query.limit(1)).first() is not None


def some_issuer(connection: Connection, number: int) -> str | None:
    """Return the department whose certificate came first in a status list: it signs the list."""
    table = certificate_table.c
    query = select(table.issuer).where(table.status_list == number)
    return connection.execute(query.order_by(table.issued_at, table.id).limit(1)).scalar()


def expire(connection: Connection, today: date) -> int:
    """Note that certificates whose last day is past have expired; returns how many."""
    table = certificate_table.c
    done = connection.execute(
        certificate_table.update()
        .where(table.state == State.VALID.value, table.valid_until < today)
        .values(state=State.EXPIRED.value)
    )
    return done.rowcount


def waiting(
    connection: Connection, now: datetime, longer_than: timedelta
) -> Iterable[tuple[str, str]]:
    """Return certificate and job of what waits too long for its seal."""
    table = certificate_table.c
    query = select(table.id, table.job).where(
        table.state == State.PENDING_SEAL.value, table.issued_at < now - longer_than
    )
    return [(row.id, row.job) for row in connection.execute(query)]


def case_of_job(connection: Connection, job: str) -> str:
    """Return the number of the case whose certificate a job seals, or empty."""
    table = certificate_table.c
    found = connection.execute(select(table.case_number).where(table.job == job)).scalar()
    return found or ""


def set_job(connection: Connection, identifier: str, job: str) -> None:
    """Note which job seals a certificate."""
    mine = certificate_table.c.id == identifier
    connection.execute(certificate_table.update().where(mine).values(job=job))


def _certificate(reader: Reader, row: Row[Any]) -> Certificate:
    text = reader.keyring.open(row.personal, cell_of(certificate_table.c.personal, row))
    personal = msgspec.json.decode(text, type=_Personal)
    sealed = {field: getattr(personal, field) for field in _Personal.__struct_fields__}
    values = {field: getattr(row, field) for field in _PLAIN}
    values["state"] = State(values["state"])
    values["holder_kind"] = SubjectKind(values["holder_kind"])
    return Certificate(**values, **sealed)
