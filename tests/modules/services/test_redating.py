"""Nobody is bound by a guessed day: what a changed calendar does to a notice of correction."""

import datetime as dt

from tests.builders import services as builders

from tongban.kernel.dates import Calendar
from tongban.modules.services.model import Correction, State
from tongban.modules.services.rules import clocks, redating

LAST_OF_YEAR = dt.date(2026, 12, 31)
WORKED = Calendar(covers=frozenset({2026}), holidays={})
HOLIDAY = Calendar(covers=frozenset({2026}), holidays={LAST_OF_YEAR: "元旦"})
GROWN = Calendar(covers=frozenset({2026, 2027}), holidays={LAST_OF_YEAR: "元旦"})


def asked(days: int, due: dt.date | None) -> Correction:
    return Correction(
        asked_at=dt.datetime(2026, 12, 29, 2, tzinfo=dt.UTC),
        asked_on=dt.date(2026, 12, 29),
        asked_by="li",
        from_state=State.SUBMITTED,
        items=(),
        days=days,
        due=due,
    )


def moved(before: Calendar, after: Calendar, given: Correction) -> dt.date | None:
    waiting = builders.case(state=State.CORRECTION, submitted_at=given.asked_at)
    found = redating.moved(before, after, builders.procedure(), waiting, (given,), given.asked_on)
    return found.after.correction if found else None


def test_a_provisional_day_for_a_correction_is_never_stored_as_the_last_one() -> None:
    given = asked(5, None)
    assert clocks.dated(HOLIDAY, given).provisional
    assert moved(WORKED, HOLIDAY, given) is None
    assert moved(HOLIDAY, GROWN, asked(6, None)) is None  # as was expected: nothing to tell
    assert moved(WORKED, GROWN, given) == dt.date(2027, 1, 6)


def test_no_case_lapses_by_a_day_that_a_new_holiday_made_too_early() -> None:
    given = asked(2, LAST_OF_YEAR)
    assert clocks.is_correction_late(clocks.dated(WORKED, given), dt.date(2027, 1, 1))
    assert moved(WORKED, HOLIDAY, given) is None
    waiting = clocks.dated(HOLIDAY, given)
    assert (waiting.due, waiting.provisional) == (dt.date(2027, 1, 1), True)
    assert not clocks.is_correction_late(waiting, dt.date(2027, 3, 1))
    assert moved(HOLIDAY, GROWN, given) == dt.date(2027, 1, 1)
