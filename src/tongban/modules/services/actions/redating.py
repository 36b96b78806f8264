"""When the calendar changed: running cases get their new days, and whoever waits for them is told."""

import functools
from collections.abc import Sequence

from tongban.kernel.dates import Calendar
from tongban.kit.db import Unit
from tongban.kit.lanes import faulty_among
from tongban.modules.notices import actions as notices
from tongban.modules.notices.model import Datum
from tongban.modules.services.actions import passing
from tongban.modules.services.actions.recording import about, happened, save
from tongban.modules.services.events import DaysFixed
from tongban.modules.services.model import Case, Moved, State, What
from tongban.modules.services.queries.clerks import clerks_of
from tongban.modules.services.queries.definitions import service
from tongban.modules.services.rules import redating
from tongban.modules.services.rules.states import Verb, moved
from tongban.modules.services.store import cases, values

_NAMED = 5
"""Cases that a clerk's message names; the others are counted."""


def move_days(unit: Unit, moves: Sequence[Moved]) -> None:
    """Give running cases the days that the adopted calendar gives them.

    The history keeps the old day beside the new one; applicants get a message for each case, clerks
    one for all of theirs. What was said before, on receipts and in messages, stays as it is.
    """
    for one in moves:
        case = redating.with_days(one.becomes, one.after)
        if one.after.correction is not None:
            values.move_correction(unit.connection, case.id, one.after.correction)
        case = save(unit, one.case, case)
        _note_acceptance(unit, one.case, case)
        happened(unit, case, What.REDATED, words=f"{one.old or '—'} → {one.new or '—'}")
        _tell_applicant(unit, one)
    _tell_clerks(unit, moves)


def _note_acceptance(unit: Unit, before: Case, case: Case) -> None:
    """Note what the calendar makes of acceptance: it came too late, or by silence, or not yet."""
    if case.state is before.state:
        if case.accepted_on != before.accepted_on:
            happened(unit, case, What.DEEMED_ACCEPTED)
    elif case.state is State.DEEMED:
        moved(before.state, Verb.DEEM, case.state)
        passing.tell_of_deemed(unit, case)
    else:
        moved(before.state, Verb.RECKON_ANEW, case.state)
        passing.tell_of_not_deemed(unit, case)


def _tell_applicant(unit: Unit, one: Moved) -> None:
    if one.old is None or one.new is None:
        return
    notices.send(
        unit,
        one.case.account,
        f"services.notice.moved_{one.what}",
        {
            "number": one.case.number,
            "service": one.service_name,
            "old": one.old,
            "new": notices.last_day(unit, one.new),
        },
        f"/my/cases/{one.case.number}",
    )


def _tell_clerks(unit: Unit, moves: Sequence[Moved]) -> None:
    """Tell each clerk once of all cases that they have in hand or could take."""
    by_clerk: dict[str, list[str]] = {}
    cases_moved = [one.case for one in moves]
    for number, clerks in clerks_of(unit, cases_moved).items():
        for account in clerks:
            by_clerk.setdefault(account, []).append(number)
    for account, numbers in by_clerk.items():
        named = ", ".join(numbers[:_NAMED]) + (" …" if len(numbers) > _NAMED else "")
        data: dict[str, Datum] = {"count": len(numbers), "numbers": named}
        notices.send(unit, account, "services.notice.days_moved", data, "/work")


def fix_days_of_decided(unit: Unit, before: Calendar, after: Calendar) -> None:
    """Give decided cases their true last days, where the calendar of their time did not reach so far.

    Figures measure by them; nobody waits for them any more, so nobody is told. One that cannot be judged
    keeps its days, and no other from its own.
    """
    for year in after.covers - before.covers:
        for case, dated in _fixed_of(unit, after, cases.decided_with_due_in(unit.connection, year)):
            save(unit, case, dated)
            unit.emit(DaysFixed(**about(case)))


def _fixed_of(unit: Unit, calendar: Calendar, decided: Sequence[Case]) -> list[tuple[Case, Case]]:
    every = {one.number: one for one in decided}
    becomes: list[tuple[Case, Case]] = []

    def look(some: Sequence[str]) -> None:
        becomes.extend(_fixed(unit, calendar, [every[number] for number in some]))

    faulty_among(list(every), look)
    return becomes


def _fixed(unit: Unit, calendar: Calendar, some: Sequence[Case]) -> list[tuple[Case, Case]]:
    """Return which of some decided cases a calendar gives other days, and each as it becomes."""
    today = calendar.local_date(unit.now)
    followed = functools.cache(functools.partial(service, unit.connection))
    corrections = values.corrections_of(unit, [case.id for case in some])
    both = (
        (
            case,
            redating.with_days(
                case,
                redating.days_of(
                    calendar,
                    followed(case.service, case.service_version),
                    case,
                    corrections[case.id],
                    today,
                ),
            ),
        )
        for case in some
    )
    return [(case, dated) for case, dated in both if dated != case]
