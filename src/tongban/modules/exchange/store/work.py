"""Who works on which running case, and what they need: what a read at the interface must name.

A row is a right to read, so it carries an authenticator: what somebody without the keys writes or changes
gives none.
"""

import logging
from collections.abc import Collection, Iterable
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, bindparam, select

from tongban.kit.crypto.hashing import same
from tongban.kit.db import Often, Reader, Unit
from tongban.kit.keyring import Keyring
from tongban.modules.exchange.model.at_work import AtWork
from tongban.modules.exchange.store.tables import work

_log = logging.getLogger("tongban.exchange")
_PURPOSE = "exchange.work"
_AT_WORK = select(work).where(
    work.c.case_number == bindparam("case_number"), work.c.department == bindparam("department")
)
_SEEN = Often(_AT_WORK)
_HELD = Often(_AT_WORK.with_for_update(read=True))


def put_work(unit: Unit, case_number: str, several: Collection[AtWork]) -> None:
    """Keep these as what is worked on a case by whom, and no others; none of them twice."""
    if not unlike(unit, case_number, several):
        return  # most changes of a case hand it to nobody else
    unit.connection.execute(work.delete().where(work.c.case_number == case_number))
    new = [_row(unit.keyring, case_number, each) for each in several]
    if new:
        unit.connection.execute(work.insert(), new)


def unlike(reader: Reader, case_number: str, several: Collection[AtWork]) -> tuple[str, ...]:
    """Return by which columns what is kept of a case is not this: all of the key where a row is there that
    should not be or the other way round."""
    query = select(work).where(work.c.case_number == case_number)
    try:
        rows = reader.connection.execute(query).all()
        vouched = {_key(one): one for one in _vouched(reader.keyring, rows)}
    except (ValueError, TypeError, msgspec.MsgspecError):  # SQLite keeps anything in any column
        return ("elements", "masked")
    wanted = {_key(one): one for one in several}
    found = {"authenticator"} if len(vouched) < len(rows) else set()
    if vouched.keys() != wanted.keys():
        found |= {"department", "duty", "holder"}
    for key in vouched.keys() & wanted.keys():
        one, other = vouched[key], wanted[key]
        found |= {
            name for name in ("elements", "masked") if getattr(one, name) != getattr(other, name)
        }
    return tuple(sorted(found))


def numbers_after(connection: Connection, after: str, most: int) -> list[str]:
    """Return the next numbers of cases that somebody works on, in the database's order."""
    number = work.c.case_number
    query = select(number).where(number > after).distinct().order_by(number).limit(most)
    return list(connection.execute(query).scalars())


def _key(one: AtWork) -> tuple[str, str, str]:
    return one.department, one.duty, one.holder


def at_work(
    reader: Reader, case_number: str, department: str, *, hold: bool = False
) -> list[AtWork]:
    """Return by what a department works on a case that runs: nothing where it does not.

    A row that somebody without the keys wrote or changed counts for nothing. ``hold`` keeps it so until
    the unit is over.
    """
    asked = _HELD if hold else _SEEN
    rows = asked.rows(reader.connection, case_number=case_number, department=department)
    return _vouched(reader.keyring, rows)


def _row(keyring: Keyring, case_number: str, one: AtWork) -> dict[str, Any]:
    row = {"case_number": case_number, **msgspec.structs.asdict(one)}
    return {**row, "authenticator": _vouch(keyring, tuple(row.values()))}


def _vouched(keyring: Keyring, rows: Iterable[Row[Any]]) -> list[AtWork]:
    """Return what those of some rows say that were written with the keys; of others the log tells."""
    return [_at_work(row) for row in rows if _is_vouched(keyring, row)]


def _is_vouched(keyring: Keyring, row: Row[Any]) -> bool:
    said = row[:-1]
    good = isinstance(row.authenticator, bytes) and same(_vouch(keyring, said), row.authenticator)
    if not good:
        _log.error(
            "a row of exchange_work was not written by this system: case %s", row.case_number
        )
    return good


def _vouch(keyring: Keyring, said: Collection[Any]) -> bytes:
    """Return the authenticator of a row: over all that it says, in the order of its columns."""
    return keyring.mac(_PURPOSE, msgspec.json.encode(said))


def _at_work(row: Row[Any]) -> AtWork:
    return AtWork(
        department=row.department,
        duty=row.duty,
        holder=row.holder,
        elements=None if row.elements is None else tuple(row.elements),
        masked=tuple(row.masked),
    )
