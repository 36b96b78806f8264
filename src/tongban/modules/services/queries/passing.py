"""What the passing of days has done to cases and nobody has noted yet."""

import datetime as dt
from collections.abc import Hashable, Sequence
from functools import partial

import msgspec

from tongban.kernel.dates import Calendar
from tongban.kit.db import Reader
from tongban.kit.lanes import due_or_faulty
from tongban.modules.government import queries as government
from tongban.modules.services.model import Case, Clocks, Correction, What
from tongban.modules.services.queries.definitions import service
from tongban.modules.services.queries.facts import judged_by
from tongban.modules.services.rules import clocks
from tongban.modules.services.store import cases, values

MISSED = (("promised", What.PROMISE_MISSED), ("statutory", What.STATUTE_MISSED))
"""Clocks of which people are told once that their last day is over, and how the history says it."""


class Silent(msgspec.Struct, frozen=True, kw_only=True):
    """A case that counts as accepted because nothing was said within the five days."""

    kept: Case
    """As it stands in the database."""
    case: Case
    """As it is by law."""
    corrections: tuple[Correction, ...]


class Missed(msgspec.Struct, frozen=True, kw_only=True):
    """A case whose promised or statutory day is over without a decision."""

    case: Case
    clocks: Clocks
    which: str
    """``promised`` or ``statutory``."""
    what: What
    lapsed: bool = False
    """Whether it waits on the applicant for longer than was given for a correction."""


class Unanswered(msgspec.Struct, frozen=True, kw_only=True):
    """A case that still waits for a correction whose last day is over."""

    case: Case
    due: dt.date


_RESTS_ON = ("government", "calendar", "services")
"""Parts of a definition by which it is judged what a day has done."""


def judged(reader: Reader) -> dict[str, Hashable]:
    """Return what tells whether it must be looked at again what a day did to a case, by its number."""
    return judged_by(reader, _RESTS_ON)


def passed(reader: Reader, numbers: Sequence[str]) -> list[str]:
    """Return of which of some cases something is to be noted.

    One that cannot be judged is among them: whoever notes it meets its fault, and no other's.
    """
    return due_or_faulty(numbers, partial(_passed, reader))


def _passed(reader: Reader, numbers: Sequence[str]) -> set[str]:
    noted = {one.case.number for one in silent(reader, numbers)}
    noted |= {one.case.number for one in missed(reader, numbers)}
    return noted | {one.case.number for one in unanswered(reader, numbers)}


def silent(reader: Reader, numbers: Sequence[str] | None = None) -> list[Silent]:
    """Return the cases that count as accepted by law and of which that is not noted; or some of them."""
    calendar, today = _today(reader)
    found = cases.received(reader.connection, numbers)
    asked = values.corrections_of(reader, [case.id for case in found])
    every = (_silent(calendar, today, case, asked[case.id]) for case in found)
    return [one for one in every if one is not None]


def _silent(
    calendar: Calendar, today: dt.date, kept: Case, corrections: tuple[Correction, ...]
) -> Silent | None:
    case = clocks.as_it_stands(calendar, kept, corrections, today)
    return None if case is kept else Silent(kept=kept, case=case, corrections=corrections)


def missed(reader: Reader, numbers: Sequence[str] | None = None) -> list[Missed]:
    """Return the cases whose promised or statutory day is over and of which nobody was told; or some.

    Nobody is told of a day that is only provisional, nor while the clock stands still.
    """
    calendar, today = _today(reader)
    late = [
        (which, what, cases.past_due(reader.connection, f"{which}_due", today, what, numbers))
        for which, what in MISSED
    ]
    asked = values.corrections_of(reader, [case.id for _, _, found in late for case in found])
    every = (
        _missed(reader, (calendar, today), case, asked[case.id], which, what)
        for which, what, found in late
        for case in found
    )
    return [one for one in every if one is not None]


def _missed(
    reader: Reader,
    at: tuple[Calendar, dt.date],
    case: Case,
    corrections: tuple[Correction, ...],
    which: str,
    what: What,
) -> Missed | None:
    calendar, today = at
    procedure = service(reader.connection, case.service, case.service_version)
    running = clocks.clocks_of(calendar, procedure, case, corrections, today)
    clock = getattr(running, which)
    if clock is None or not clock.late or clock.provisional:
        return None
    awaited = clocks.awaited(calendar, case, corrections, today)
    lapsed = awaited is not None and awaited.late
    return Missed(case=case, clocks=running, which=which, what=what, lapsed=lapsed)


def unanswered(reader: Reader, numbers: Sequence[str] | None = None) -> list[Unanswered]:
    """Return the cases whose time for a correction is over without one and of which nobody was told;
    or some. Nobody is told of a day that is only provisional."""
    calendar, today = _today(reader)
    found = cases.unanswered(reader.connection, today, What.CORRECTION_MISSED, numbers)
    asked = values.corrections_of(reader, [case.id for case in found])
    clock = ((case, clocks.awaited(calendar, case, asked[case.id], today)) for case in found)
    return [Unanswered(case=case, due=one.due) for case, one in clock if one and one.late]


def _today(reader: Reader) -> tuple[Calendar, dt.date]:
    calendar = government.calendar(reader.connection)
    return calendar, calendar.local_date(reader.now)
