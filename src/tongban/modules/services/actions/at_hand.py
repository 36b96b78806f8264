"""What is at hand of a case, kept as lists ask for it: with every change, and anew by another calendar."""

import logging
from collections.abc import Collection, Iterator, Sequence

from tongban.kernel.errors import Refusal
from tongban.kit.db import Reader, Unit
from tongban.modules.catalog import queries as catalog
from tongban.modules.exchange import actions as exchange
from tongban.modules.exchange.model.at_work import AtWork
from tongban.modules.government import queries as government
from tongban.modules.services.model import AtHand, Case, State
from tongban.modules.services.model.sight import Sight
from tongban.modules.services.queries.definitions import service
from tongban.modules.services.rules import pressing
from tongban.modules.services.rules.needed import needed_at
from tongban.modules.services.store import at_hand, cases, steps, values

_log = logging.getLogger("tongban.services")
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
    exchange.declare_work(unit, case.number, () if case.is_over else _workers(unit, case, rows))


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
    known = catalog.elements(unit.connection)
    for row in rows:
        yield _at_step(row, needed_at(procedure, procedure.step(row.step)), known)


def _at_step(row: AtHand, sight: Sight, known: Collection[str]) -> AtWork:
    """Return what a step at hand needs of the elements there are: a review to be looked at again is for
    whoever could do it."""
    return AtWork(
        department=row.department,
        duty=row.duty,
        holder="" if row.again else row.clerk,
        elements=tuple(key for key in sight.keys if key in known),
        masked=tuple(key for key in sight.by_mask - sight.whole if key in known),
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
