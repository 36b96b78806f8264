"""Packages in the database; what was asked for stays sealed until the package is kept."""

from collections.abc import Iterator
from typing import Any

import msgspec
from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Integer,
    LargeBinary,
    Row,
    Select,
    String,
    Table,
    func,
    select,
)

from tongban.kernel.paging import skipped
from tongban.kit.db import Instant, Reader, cell_of, metadata, sealed
from tongban.kit.db.streams import between, in_pieces
from tongban.modules.archive import errors
from tongban.modules.archive.model import Package, PackageRequest, State

package_table = Table(
    "archive_package",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("case_number", String(50), nullable=False, unique=True),
    Column("state", String(10), nullable=False, index=True),
    Column("name", String(200), nullable=False),
    Column("requested_at", Instant, nullable=False, index=True),
    Column("kept_at", Instant),
    Column("documents", Integer, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("checked_at", Instant),
    Column("fault", String(40), nullable=False),
    sealed("request", "id", "case_number", nullable=True),
    Column("entry", String(36), nullable=False, server_default="", index=True),
    Column("salt", LargeBinary),
)


def _values(package: Package) -> dict[str, Any]:
    values = {field: getattr(package, field) for field in Package.__struct_fields__}
    return {**values, "state": package.state.value}


def insert(reader: Reader, package: Package, request: PackageRequest) -> None:
    """Keep what was asked for."""
    values, text = _values(package), msgspec.json.encode(request).decode()
    values["request"] = reader.keyring.seal(text, cell_of(package_table.c.request, values))
    reader.connection.execute(package_table.insert().values(**values))


def request_of(reader: Reader, identifier: str) -> PackageRequest | None:
    """Return what was asked for, None once it is kept."""
    columns = package_table.c
    query = select(columns.id, columns.case_number, columns.request).where(columns.id == identifier)
    row = reader.connection.execute(query).first()
    return None if row is None or row.request is None else _request(reader, row)


def _request(reader: Reader, row: Any) -> PackageRequest:
    text = reader.keyring.open(row.request, cell_of(package_table.c.request, row))
    return msgspec.json.decode(text, type=PackageRequest)


def digests(reader: Reader) -> Iterator[str]:
    """Yield the name of every kept file that a package which is not made yet is to hold."""
    columns = package_table.c
    query = select(columns.id, columns.case_number, columns.request)
    waiting = query.where(columns.state == State.REQUESTED.value, columns.request.is_not(None))
    for rows in in_pieces(reader.connection, waiting):
        yield from (one.digest for row in rows for one in _request(reader, row).documents)


def save(connection: Connection, package: Package, before: State, *, forget: bool = False) -> bool:
    """Write what became of a package; False when somebody was faster. May forget the request."""
    values = _values(package)
    if forget:
        values["request"] = None
    done = connection.execute(
        package_table.update()
        .where(package_table.c.id == package.id, package_table.c.state == before.value)
        .values(**values)
    )
    return done.rowcount == 1


def get(connection: Connection, identifier: str) -> Package:
    """Return one package; refuses an unknown one."""
    row = connection.execute(select(package_table).where(package_table.c.id == identifier)).first()
    if row is None:
        raise errors.package_not_found()
    return _package(row)


def of_case(connection: Connection, number: str) -> Package | None:
    """Return the package of a case, None while nobody asked for one."""
    query = select(package_table).where(package_table.c.case_number == number)
    row = connection.execute(query).first()
    return None if row is None else _package(row)


def listed(
    connection: Connection, number: str, state: str, page: int, size: int | None
) -> tuple[list[Package], int]:
    """Return a page of packages, newest first, and how many there are in all."""
    wanted = _wanted(number, state)
    total = connection.execute(select(func.count()).select_from(wanted.subquery())).scalar_one()
    rows = connection.execute(_newest(wanted).limit(size).offset(skipped(page, size)))
    return [_package(row) for row in rows], total


def every(connection: Connection, number: str, state: str) -> Iterator[list[Package]]:
    """Return all of those packages in pieces, newest first."""
    for rows in in_pieces(connection, _newest(_wanted(number, state))):
        yield [_package(row) for row in rows]


def _wanted(number: str, state: str) -> Select[Any]:
    """Return what asks for the packages in a state whose case number begins so."""
    wanted = select(package_table)
    if number:
        wanted = wanted.where(package_table.c.case_number.startswith(number, autoescape=True))
    return wanted.where(package_table.c.state == state) if state else wanted


def _newest(wanted: Select[Any]) -> Select[Any]:
    return wanted.order_by(package_table.c.requested_at.desc(), package_table.c.id.desc())


def kept(connection: Connection) -> list[Package]:
    """Return every package that lies in the archive, oldest first."""
    query = select(package_table).where(package_table.c.state != State.REQUESTED.value)
    rows = connection.execute(query.order_by(package_table.c.requested_at, package_table.c.id))
    return [_package(row) for row in rows]


def kept_behind(connection: Connection, after: str, most: int) -> list[Package]:
    """Return packages that lie in the archive, in the order of their ids, behind one."""
    own = package_table.c
    query = select(package_table).where(own.state != State.REQUESTED.value, own.id > after)
    return [_package(row) for row in connection.execute(query.order_by(own.id).limit(most))]


def by_entry(
    connection: Connection, after: str | None, until: str | None
) -> Iterator[list[Package]]:
    """Return packages that were kept in pieces, in the order of their entries: see ``streams.between``."""
    kept_once = package_table.c.entry != ""
    lacking = package_table.c.state != State.REQUESTED.value
    query = select(package_table).where(kept_once | lacking)
    for rows in in_pieces(connection, between(query, package_table.c.entry, after, until)):
        yield [_package(row) for row in rows]


def without_entry(connection: Connection, most: int) -> list[Package]:
    """Return some packages that lie in the archive and of which no entry speaks."""
    table = package_table.c
    query = select(package_table).where(table.entry == "", table.state != State.REQUESTED.value)
    return [_package(row) for row in connection.execute(query.order_by(table.id).limit(most))]


def counts(connection: Connection) -> dict[str, int]:
    """Return how many packages there are in each state."""
    query = select(package_table.c.state, func.count()).group_by(package_table.c.state)
    return {row[0]: row[1] for row in connection.execute(query)}


def _package(row: Row[Any]) -> Package:
    values = {field: getattr(row, field) for field in Package.__struct_fields__}
    salt = None if row.salt is None else bytes(row.salt)
    return Package(**{**values, "state": State(values["state"]), "salt": salt})
