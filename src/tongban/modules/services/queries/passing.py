"""What the passing of days has done to cases and nobody has noted yet."""

import datetime as dt
from collections.abc import Sequence

import msgspec

from tongban.kernel.dates import Calendar
from tongban.kit.db import Reader
from tongban.modules.government import queries as government
from tongban.modules.services.model import Case, Clocks, Correction, What
from tongban.modules.services.queries.definitions import service
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


def silent(reader: Reader) -> list[Silent]:
    """Return the cases that count as accepted by law and of which that is not noted."""
    calendar, today = _today(reader)
    found = cases.received(reader.connection)
    asked = values.corrections_of(reader, [case.id for case in found])
    every = []
    for kept in found:
        corrections = (asked[kept.id],) if kept.id in asked else ()
        case = clocks.as_it_stands(calendar, kept, corrections, today)
        if case is not kept:
            every.append(Silent(kept=kept, case=case, corrections=corrections))
    return every


def missed(reader: Reader) -> list[Missed]:
    """Return the cases whose promised or statutory day is over and of which nobody was told.

    Nobody is told of a day that is only provisional, nor while the clock stands still.
    """
    calendar, today = _today(reader)
    return [
        Missed(case=case, clocks=running, which=which, what=what)
        for which, what in MISSED
        for case, running in _running(
            reader,
            calendar,
            today,
            cases.past_due(reader.connection, f"{which}_due", today, what),
        )
        if (clock := getattr(running, which)) is not None and clock.late and not clock.provisional
    ]


def _running(
    reader: Reader, calendar: Calendar, today: dt.date, found: Sequence[Case]
) -> list[tuple[Case, Clocks]]:
    asked = values.corrections_of(reader, [case.id for case in found])
    return [
        (
            case,
            clocks.clocks_of(
                calendar,
                service(reader.connection, case.service, case.service_version),
                case,
                (asked[case.id],) if case.id in asked else (),
                today,
            ),
        )
        for case in found
    ]


def _today(reader: Reader) -> tuple[Calendar, dt.date]:
    calendar = government.calendar(reader.connection)
    return calendar, calendar.local_date(reader.now)
