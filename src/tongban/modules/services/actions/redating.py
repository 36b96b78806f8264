"""When the calendar changed: running cases get their new days, and whoever waits for them is told."""

import functools
from collections.abc import Sequence

from msgspec.structs import replace

from tongban.kernel.dates import Calendar
from tongban.kit.db import Unit
from tongban.modules.notices import actions as notices
from tongban.modules.notices.model import Datum
from tongban.modules.services.actions.recording import happened, save
from tongban.modules.services.model import Case, Moved, What
from tongban.modules.services.queries.definitions import service
from tongban.modules.services.rules import may, redating
from tongban.modules.services.store import cases, steps, values

_NAMED = 5
"""Cases that a clerk's message names; the others are counted."""


def move_days(unit: Unit, moves: Sequence[Moved]) -> None:
    """Give running cases the days that the adopted calendar gives them.

    The history keeps the old day beside the new one; applicants get a message for each case, clerks
    one for all of theirs. What was said before, on receipts and in messages, stays as it is.
    """
    for one in moves:
        case = redating.with_days(one.case, one.after)
        if one.accepted_on is not None:
            case = replace(case, accepted_on=one.accepted_on)
        if one.after.correction is not None:
            values.move_correction(unit.connection, case.id, one.after.correction)
        case = save(unit, one.case, case)
        if one.accepted_on is not None:
            happened(unit, case, What.DEEMED_ACCEPTED)
        happened(unit, case, What.REDATED, words=f"{one.old or '—'} → {one.new or '—'}")
        _tell_applicant(unit, one)
    _tell_clerks(unit, moves)


def _tell_applicant(unit: Unit, one: Moved) -> None:
    if one.old is None or one.new is None:
        return
    notices.send(
        unit,
        one.case.account,
        f"services.notice.moved_{one.what}",
        {"number": one.case.number, "service": one.service_name, "old": one.old, "new": one.new},
        f"/my/cases/{one.case.number}",
    )


def _tell_clerks(unit: Unit, moves: Sequence[Moved]) -> None:
    """Tell each clerk once of all cases that they have in hand or could take."""
    by_clerk: dict[str, list[str]] = {}
    cases_moved = [one.case for one in moves]
    for number, clerks in _clerks_of(unit, cases_moved).items():
        for account in clerks:
            by_clerk.setdefault(account, []).append(number)
    for account, numbers in by_clerk.items():
        named = ", ".join(numbers[:_NAMED]) + (" …" if len(numbers) > _NAMED else "")
        data: dict[str, Datum] = {"count": len(numbers), "numbers": named}
        notices.send(unit, account, "services.notice.days_moved", data, "/work")


def _clerks_of(unit: Unit, moved: Sequence[Case]) -> dict[str, set[str]]:
    """Return who has the open steps of cases in hand or could take them, by case number.

    However many cases move, each procedure and each department's staff are looked up once: the
    writer is the only one there is, and others wait for it.
    """
    followed = functools.cache(functools.partial(service, unit.connection))

    @functools.cache
    def able(department: str, duties: tuple[str, ...]) -> frozenset[str]:
        return frozenset(notices.responsible(unit, department, duties))

    runs = steps.open_steps(unit.connection, [case.id for case in moved])
    found: dict[str, set[str]] = {}
    for case in moved:
        clerks = found.setdefault(case.number, set())
        for run in runs.get(case.id, []):
            if run.clerk:
                clerks.add(run.clerk)
            else:
                step = followed(case.service, case.service_version).step(run.step)
                clerks |= able(run.department, may.answerable_for(step))
    return found


def fix_days_of_decided(unit: Unit, before: Calendar, after: Calendar) -> None:
    """Give decided cases their true last days, where the calendar of their time did not reach so far.

    Figures measure by them; nobody waits for them any more, so nobody is told.
    """
    today = after.local_date(unit.now)
    followed = functools.cache(functools.partial(service, unit.connection))
    for year in after.covers - before.covers:
        decided = cases.decided_with_due_in(unit.connection, year)
        corrections = values.corrections_of(unit, [case.id for case in decided])
        for case in decided:
            procedure = followed(case.service, case.service_version)
            asked = (corrections[case.id],) if case.id in corrections else ()
            given = redating.days_of(after, procedure, case, asked, today)
            dated = redating.with_days(case, given)
            if dated != case:
                save(unit, case, dated)
