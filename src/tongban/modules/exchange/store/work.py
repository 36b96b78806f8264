"""Who works on which running case: what a read at the interface must name."""

from collections.abc import Collection

from sqlalchemy import Connection, bindparam, select

from tongban.kit.db import Often
from tongban.modules.exchange.store.tables import work

_AT_WORK = select(work.c.duty).where(
    work.c.case_number == bindparam("case_number"), work.c.department == bindparam("department")
)
_DUTIES = Often(_AT_WORK)
_HELD = Often(_AT_WORK.with_for_update(read=True))


def put_work(
    connection: Connection, case_number: str, several: Collection[tuple[str, str]]
) -> None:
    """Keep these departments and duties as those that work on a case, and no others."""
    mine = work.c.case_number == case_number
    rows = connection.execute(select(work.c.department, work.c.duty).where(mine))
    if {(row.department, row.duty) for row in rows} == set(several):
        return  # most changes of a case hand it to nobody else
    connection.execute(work.delete().where(mine))
    new = [
        {"case_number": case_number, "department": department, "duty": duty}
        for department, duty in sorted(set(several))
    ]
    if new:
        connection.execute(work.insert(), new)


def duties_at_work(
    connection: Connection, case_number: str, department: str, *, hold: bool = False
) -> list[str]:
    """Return with which duties a department works on a case that runs: none where it does not.

    ``hold`` keeps it so until the unit is over.
    """
    asked = _HELD if hold else _DUTIES
    rows = asked.tuples(connection, case_number=case_number, department=department)
    return [row[0] for row in rows]
