"""Who works on which running case, and what they need: what a read at the interface must name."""

from collections.abc import Collection

import msgspec
from sqlalchemy import Connection, bindparam, select

from tongban.kit.db import Often
from tongban.modules.exchange.model.at_work import AtWork
from tongban.modules.exchange.store.tables import work

_COLUMNS = (work.c.department, work.c.duty, work.c.holder, work.c.elements, work.c.masked)
_AT_WORK = select(*_COLUMNS).where(
    work.c.case_number == bindparam("case_number"), work.c.department == bindparam("department")
)
_SEEN = Often(_AT_WORK)
_HELD = Often(_AT_WORK.with_for_update(read=True))


def put_work(connection: Connection, case_number: str, several: Collection[AtWork]) -> None:
    """Keep these as what is worked on a case by whom, and no others; none of them twice."""
    mine = work.c.case_number == case_number
    rows = connection.execute(select(*_COLUMNS).where(mine))
    if {_at_work(*row) for row in rows} == set(several):
        return  # most changes of a case hand it to nobody else
    connection.execute(work.delete().where(mine))
    new = [{"case_number": case_number, **msgspec.structs.asdict(each)} for each in several]
    if new:
        connection.execute(work.insert(), new)


def at_work(
    connection: Connection, case_number: str, department: str, *, hold: bool = False
) -> list[AtWork]:
    """Return by what a department works on a case that runs: nothing where it does not.

    ``hold`` keeps it so until the unit is over.
    """
    asked = _HELD if hold else _SEEN
    rows = asked.rows(connection, case_number=case_number, department=department)
    return [_at_work(*row) for row in rows]


def _at_work(
    department: str, duty: str, holder: str, elements: list[str] | None, masked: list[str]
) -> AtWork:
    return AtWork(
        department=department,
        duty=duty,
        holder=holder,
        elements=None if elements is None else tuple(elements),
        masked=tuple(masked),
    )
