"""What is at hand of a case, kept as lists ask for it: with every change, and anew by another calendar."""

import logging
from collections.abc import Iterator, Sequence

import msgspec

from tongban.kernel.errors import Refusal
from tongban.kit.db import Reader, Unit
from tongban.kit.sweeps import Flaw
from tongban.modules.exchange import actions as exchange
from tongban.modules.exchange import queries as declared
from tongban.modules.exchange.model.at_work import AtWork
from tongban.modules.government import queries as government
from tongban.modules.services.model import AtHand, Case, State
from tongban.modules.services.model.sight import Sight
from tongban.modules.services.queries.definitions import service
from tongban.modules.services.rules import pressing
from tongban.modules.services.rules.needed import needed_at
from tongban.modules.services.store import at_hand, cases, steps, values

_log = logging.getLogger("tongban.services")
_ODD = (ValueError, TypeError, KeyError, AttributeError, msgspec.MsgspecError, Refusal)
"""What it raises when a row holds something that nobody could have written by us."""
_AT_HAND, WORK = "services_at_hand", "exchange_work"
PIECE = 100
"""Cases that are reckoned anew in one unit of work: a fraction of a second."""


def keep(unit: Unit, case: Case) -> None:
    """Keep what is at hand of a case that was changed: its steps and correction stand already."""
    if case.state is State.DRAFT:
        return
    calendar = government.calendar(unit.connection)
    at_hand.begin(unit.connection, pressing.mark_of(calendar))
    rows = rows_of(unit, case)
    at_hand.keep(unit.connection, case, rows)
    exchange.declare_work(unit, case.number, _at_work(unit, case, rows))


def _at_work(reader: Reader, case: Case, rows: Sequence[AtHand]) -> Sequence[AtWork]:
    return () if case.is_over else tuple(_workers(reader, case, rows))


def unlike(reader: Reader, identifier: str) -> tuple[Flaw, ...]:
    """Hold what is kept at hand of a case, and who works on it, against the case itself.

    Nothing of one that cannot be read: what is wrong with it is found where it is held against the log.
    """
    try:
        case = cases.find_case(reader.connection, identifier)
        if case is None or case.state is State.DRAFT:
            there = at_hand.is_kept(reader.connection, identifier)
            return (Flaw(table=_AT_HAND, row=identifier, fields=("case_id",)),) if there else ()
        rows = rows_of(reader, case)
        at = at_hand.unlike(reader.connection, case, rows)
        work = declared.unlike_work(reader, case.number, _at_work(reader, case, rows))
    except _ODD as error:
        _log.error("what is at hand of a case cannot be reckoned (%s): %s", identifier, error)
        return ()
    found = ((_AT_HAND, case.id, at), (WORK, case.number, work))
    return tuple(
        Flaw(table=table, row=row, fields=fields) for table, row, fields in found if fields
    )


def put_right(unit: Unit, identifiers: Sequence[str]) -> None:
    """Keep anew what is at hand of cases and who works on them: it follows from the cases alone."""
    for identifier in identifiers:
        case = cases.find_case(unit.connection, identifier, lock=True)
        if case is None or case.state is State.DRAFT:
            at_hand.forget(unit.connection, identifier)
        else:
            _keep_if_it_can_be(unit, case)


def strays(reader: Reader, numbers: Sequence[str]) -> list[str]:
    """Return the numbers of which no case runs, though it is kept that somebody works on it."""
    running = cases.stand_running(reader.connection, numbers)
    return [number for number in numbers if number not in running]


def forget_strays(unit: Unit, numbers: Sequence[str]) -> None:
    """Keep of no case that does not run that anybody works on it."""
    for number in strays(unit, numbers):
        exchange.declare_work(unit, number, ())


def _workers(unit: Reader, case: Case, rows: Sequence[AtHand]) -> Iterator[AtWork]:
    """Yield who works on a case and what they need for it: what the pages of the case show them.

    Its own department works on it as long as it runs, its systems with all, its staff with what the
    steps at hand need; another department with what those of its steps need that are at hand.
    """
    procedure = service(unit.connection, case.service, case.service_version)
    own = case.department
    yield AtWork(department=own, duty="", elements=None)
    for step in procedure.steps:
        if step.department == own:
            yield AtWork(department=own, duty=step.needed_duty, elements=())
    for row in rows:
        yield _at_step(row, needed_at(procedure, procedure.step(row.step)))


def _at_step(row: AtHand, sight: Sight) -> AtWork:
    """Return what a step at hand needs: a review to be looked at again is for whoever could do it.

    What else goes by a key than elements nobody asks the interface for, and what elements there are is
    not looked at: what is kept of a case follows from the case and its version of the service alone.
    """
    return AtWork(
        department=row.department,
        duty=row.duty,
        holder="" if row.again else row.clerk,
        elements=tuple(sorted(sight.keys)),
        masked=tuple(sorted(sight.by_mask - sight.whole)),
    )


def rows_of(unit: Reader, case: Case) -> Sequence[AtHand]:
    """Return what is at hand of a case, worked out from what is kept of it."""
    runs = steps.open_steps(unit.connection, [case.id]).get(case.id, [])
    if not runs:
        return ()
    calendar = government.calendar(unit.connection)
    procedure = service(unit.connection, case.service, case.service_version)
    asked = values.waits_of(unit.connection, [case.id])[case.id]
    return [pressing.at_hand(calendar, procedure, case, run, asked) for run in runs]


def reckon_anew(unit: Unit, most: int = PIECE) -> bool:
    """Reckon the days of the next cases by the calendar of today; whether there was anything to do.

    How far it came is kept in the same unit, so that what is broken off goes on where it was.
    """
    noted = at_hand.reckoned(unit.connection)
    if noted is None or not government.adopted(unit.connection):
        return False
    mark = pressing.mark_of(government.calendar(unit.connection))
    by, towards, after = noted
    if by == mark and not towards:
        return False
    after = after if towards == mark else ""
    found = at_hand.cases_after(unit.connection, after, most)
    for identifier in found:
        case = cases.find_case(unit.connection, identifier, lock=True)
        if case is not None:
            _keep_if_it_can_be(unit, case)
    if len(found) < most:
        at_hand.note_reckoned(unit.connection, mark, "", "")
    else:
        at_hand.note_reckoned(unit.connection, by, mark, found[-1])
    return True


def _keep_if_it_can_be(unit: Unit, case: Case) -> None:
    """Keep what is at hand of one case of many: what cannot be reckoned keeps no other from it."""
    try:
        keep(unit, case)
    except Refusal as refusal:
        _log.error("%s could not be reckoned and the others are: %s", case.number, refusal.code)
