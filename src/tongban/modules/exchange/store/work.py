"""Who works on which running case, and what they need: what a read at the interface must name.

A row is a right to read, so it carries an authenticator: what somebody without the keys writes or changes
gives none.
"""

import logging
from collections.abc import Collection, Iterable
from typing import Any

import msgspec
from sqlalchemy import Row, bindparam, select

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
    mine = work.c.case_number == case_number
    rows = unit.connection.execute(select(work).where(mine)).all()
    vouched = _vouched(unit.keyring, rows)
    if len(vouched) == len(rows) and set(vouched) == set(several):
        return  # most changes of a case hand it to nobody else
    unit.connection.execute(work.delete().where(mine))
    new = [_row(unit.keyring, case_number, each) for each in several]
    if new:
        unit.connection.execute(work.insert(), new)


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
