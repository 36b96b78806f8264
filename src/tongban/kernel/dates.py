"""Dates as law counts them: months, working days, limits, and why each day counts or not.

A date in law is a local date. Which days are worked is the instance's calendar (statutory holidays
and make-up workdays); a year the calendar does not cover is refused, never guessed.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from tongban.kernel.errors import Kind, Refusal
from tongban.kernel.text import Text

DAY = timedelta(days=1)
LONGEST = 5000
"""No limit is longer than this many days or months; a longer one is a slip of the pen."""


def calendar_not_covering(year: int) -> Refusal:
    return Refusal("kernel.calendar_not_covering", Kind.UNAVAILABLE, year=year)


def limit_too_long(amount: int) -> Refusal:
    return Refusal("kernel.limit_too_long", Kind.INVALID, amount=amount, longest=LONGEST)


def date_out_of_range() -> Refusal:
    return Refusal("kernel.date_out_of_range", Kind.INVALID)


# Months and years -------------------------------------------------------------------------------


def add_months(start: date, months: int) -> date:
    """Move by whole months, to the last day of the month where the day does not exist.

    Refuses a date before year 1 or after year 9999.
    """
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    if not 1 <= year <= 9999:
        raise date_out_of_range()
    return date(year, month + 1, min(start.day, days_in_month(year, month + 1)))


def add_days(start: date, days: int) -> date:
    """Move by calendar days. Refuses a date before year 1 or after year 9999."""
    ordinal = start.toordinal() + days
    if not date.min.toordinal() <= ordinal <= date.max.toordinal():
        raise date_out_of_range()
    return date.fromordinal(ordinal)


def days_in_month(year: int, month: int) -> int:
    if month == 2:
        return 29 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 28
    return 30 if month in (4, 6, 9, 11) else 31


def months_between(start: date, end: date) -> int:
    """Return the complete months from start to end, negative when end is earlier."""
    if end < start:
        return -months_between(end, start)
    months = (end.year - start.year) * 12 + end.month - start.month
    last_day = days_in_month(end.year, end.month)
    return months - 1 if end.day < min(start.day, last_day) else months


def years_between(start: date, end: date) -> int:
    """Return the complete years from start to end (周岁), negative when end is earlier.

    Who was born on 29 February completes a year on 28 February of a common year.
    """
    months = months_between(start, end)
    return months // 12 if months >= 0 else -(-months // 12)


def local_date(instant: datetime, zone: str) -> date:
    """Return the date on which the instant falls in the zone."""
    return instant.astimezone(ZoneInfo(zone)).date()


ZONE = "Asia/Shanghai"
"""The zone of a government that names no other."""


# The calendar -----------------------------------------------------------------------------------


class DayKind(StrEnum):
    """What a day is in a calendar."""

    WORKING = "working"
    MAKE_UP = "make_up"  # a weekend day worked in exchange for a holiday (调休)
    WEEKEND = "weekend"
    HOLIDAY = "holiday"


@dataclass(frozen=True, kw_only=True)
class Calendar:
    """Which days are worked, for the years it covers.

    ``holidays`` and ``workdays`` (make-up days) map a date to the name of the holiday it belongs
    to. ``weekend`` holds numbers of weekdays, Monday being 0.
    """

    covers: frozenset[int]
    holidays: Mapping[date, Text] = field(default_factory=dict)
    workdays: Mapping[date, Text] = field(default_factory=dict)
    weekend: frozenset[int] = frozenset((5, 6))
    opens: time = time(9)
    closes: time = time(17)
    zone: str = ZONE
    provisional: frozenset[int] = frozenset()
    """Covered years whose holidays are only expected so far: a day in one is shown as provisional."""
    assumes: bool = False
    """Whether years it does not cover are reckoned with by weekends alone: see :meth:`assumed`."""

    def assumed(self) -> "Calendar":
        """Return the calendar for provisional days: years it does not cover have weekends only.

        Whoever shows a day reckoned with it says that it is provisional and of which year's holidays
        nothing is known yet; nothing that takes a right away may rest on it.
        """
        return replace(self, assumes=True)

    def reaches(self, start: date, end: date) -> bool:
        """Say whether it covers every year from one day to another: what it reckoned is no guess."""
        return self.covers.issuperset(range(start.year, end.year + 1))

    def closing(self, day: date) -> datetime:
        """Return the instant (UTC) at which offices close on the day."""
        return datetime.combine(day, self.closes, ZoneInfo(self.zone)).astimezone(UTC)

    def opening(self, day: date) -> datetime:
        """Return the instant (UTC) at which offices open on the day."""
        return datetime.combine(day, self.opens, ZoneInfo(self.zone)).astimezone(UTC)

    def local_date(self, instant: datetime) -> date:
        """Return the date on which the instant falls where this calendar is kept."""
        return local_date(instant, self.zone)


def why_provisional(calendar: Calendar, due: date | None, *, lacking: bool) -> str:
    """Return why a last day may still move: ``calendar`` where the calendar lacks a year on the way,
    ``expected`` where the holidays of its year are only expected, else empty."""
    if lacking:
        return "calendar"
    return "expected" if due is not None and due.year in calendar.provisional else ""


def day_kind(calendar: Calendar, day: date) -> DayKind:
    """Say what a day is. Refuses a day of a year the calendar does not cover."""
    if day.year not in calendar.covers and not calendar.assumes:
        raise calendar_not_covering(day.year)
    if day in calendar.workdays:
        return DayKind.MAKE_UP
    if day in calendar.holidays:
        return DayKind.HOLIDAY
    return DayKind.WEEKEND if day.weekday() in calendar.weekend else DayKind.WORKING


def is_working_day(calendar: Calendar, day: date) -> bool:
    """Say whether offices work on the day. Refuses a year the calendar does not cover."""
    return day_kind(calendar, day) in (DayKind.WORKING, DayKind.MAKE_UP)


def add_working_days(calendar: Calendar, start: date, days: int) -> date:
    """Return the n-th working day after start (before it when n is negative); 0 is start itself."""
    if abs(days) > LONGEST:
        raise limit_too_long(days)
    step, left, day = (1 if days > 0 else -1), abs(days), start
    while left:
        day = add_days(day, step)
        left -= is_working_day(calendar, day)
    return day


def working_day_if_known(calendar: Calendar, start: date, days: int) -> date | None:
    """Return the n-th working day after start; None where the calendar does not reach so far yet."""
    try:
        return add_working_days(calendar, start, days)
    except Refusal as refusal:
        if refusal.code != "kernel.calendar_not_covering":
            raise
        return None


def working_days_between(calendar: Calendar, start: date, end: date) -> int:
    """Return how many working days lie after start up to and with end; negative backwards.

    So ``working_days_between(c, a, add_working_days(c, a, n)) == n`` for n of 0 or more.
    """
    if end < start:
        return -working_days_between(calendar, end, start)
    return sum(is_working_day(calendar, day) for day in _days(start + DAY, end))


def _days(first: date, last: date) -> Iterator[date]:
    for ordinal in range(first.toordinal(), last.toordinal() + 1):
        yield date.fromordinal(ordinal)


# Limits -----------------------------------------------------------------------------------------


class LimitUnit(StrEnum):
    """What a limit is counted in."""

    WORKING_DAYS = "working_days"
    CALENDAR_DAYS = "calendar_days"
    MONTHS = "months"


@dataclass(frozen=True, kw_only=True)
class Limit:
    """How long something may take; 0 working days means the same day (即办件).

    A limit that would end on a day not worked ends on the next working day (民法典 art. 203).
    """

    amount: int
    unit: LimitUnit = LimitUnit.WORKING_DAYS

    def extended(self, by: int) -> "Limit":
        """Return the limit with days added, as special procedure of type 1 (延长审批) does."""
        return Limit(amount=self.amount + by, unit=self.unit)


@dataclass(frozen=True, kw_only=True)
class Pause:
    """An interval in which the clock stands still; ``end`` is None while it still runs.

    It removes the whole days that started inside it: the day on which it began had already
    started and counts, the day on which it ended does not.
    """

    begin: date
    end: date | None = None

    def removes(self, day: date) -> bool:
        return self.begin < day and (self.end is None or day <= self.end)


class DayReason(StrEnum):
    """Why a day counts towards a limit or not."""

    START = "start"  # day 0: the day of acceptance is not counted
    COUNTS = "counts"
    MAKE_UP = "make_up"  # counts: worked in exchange for a holiday
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    PAUSED = "paused"
    ROLLED = "rolled"  # the limit is over, but its end moves to the next working day


@dataclass(frozen=True, kw_only=True)
class ReckonedDay:
    """One line of a reckoning: ``number`` is the how-manieth counted day, None where not counted.

    ``name`` is the holiday's name for a holiday or a make-up day.
    """

    day: date
    reason: DayReason
    number: int | None = None
    name: Text = ""

    @property
    def counts(self) -> bool:
        return self.number is not None


@dataclass(frozen=True, kw_only=True)
class Reckoning:
    """When a limit that began on ``start`` runs out, and each day on the way with its reason.

    ``due`` and ``due_at`` (end of office hours that day, UTC) are None while an open pause keeps
    the limit from ever running out; then ``days`` ends with the day asked about.
    """

    limit: Limit
    start: date
    due: date | None
    due_at: datetime | None
    total: int
    days: tuple[ReckonedDay, ...]


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How a reckoning stands on a day, in the limit's own counted days.

    ``left`` is below zero once overdue by so many counted days. ``paused`` says that the clock
    stands still on that day. ``overdue`` says that the last day is over, also on a weekend after it
    when nothing was counted yet.
    """

    used: int
    total: int
    left: int
    paused: bool
    overdue: bool = False

    def has_used(self, percent: int) -> bool:
        """Say whether at least this percentage of the limit is used."""
        return self.used * 100 >= self.total * percent


def reckon(
    calendar: Calendar,
    limit: Limit,
    start: date,
    pauses: Iterable[Pause] = (),
    today: date | None = None,
) -> Reckoning:
    """Reckon when a limit runs out: day 0 is ``start``, due is the end of office hours of the last.

    ``today`` matters only while a pause is open: the list of days ends there. Refuses a limit too
    long to be meant and any year on the way that the calendar does not cover.
    """
    if not 0 <= limit.amount <= LONGEST:
        raise limit_too_long(limit.amount)
    still, total = tuple(pauses), _total(limit, start)
    judge = _judge(calendar, limit, still)
    days = list(_walk(judge, start, total, _last_day_to_look_at(start, still, today)))
    due = None
    if max(line.number or 0 for line in days) == total:
        due = _held(calendar, _roll(calendar, days[-1].day, days), still, days)
    return Reckoning(
        limit=limit,
        start=start,
        due=due,
        due_at=None if due is None else calendar.closing(due),
        total=total,
        days=tuple(days),
    )


def _walk(
    judge: Callable[[date, int], ReckonedDay], start: date, total: int, last: date | None
) -> Iterator[ReckonedDay]:
    """Give each day from day 0 until the limit has run out, or until ``last``."""
    yield ReckonedDay(day=start, reason=DayReason.START)
    day, counted = start, 0
    while counted < total and (last is None or day < last):
        day = add_days(day, 1)
        line = judge(day, counted + 1)
        counted = line.number or counted
        yield line


def _total(limit: Limit, start: date) -> int:
    """Return the number of days to count: a limit of months is so many calendar days."""
    if limit.unit is LimitUnit.MONTHS:
        return (add_months(start, limit.amount) - start).days
    return limit.amount


def _last_day_to_look_at(start: date, pauses: Sequence[Pause], today: date | None) -> date | None:
    """Return where to stop although the limit has not run out, or None without an open pause."""
    opened = [pause.begin for pause in pauses if pause.end is None]
    if not opened:
        return None
    return max(start, min(opened), today or start)


def _judge(
    calendar: Calendar, limit: Limit, pauses: Sequence[Pause]
) -> Callable[[date, int], ReckonedDay]:
    """Return what turns a day, and the number it has if it counts, into a line of a reckoning."""
    every_day = limit.unit is not LimitUnit.WORKING_DAYS

    def line(day: date, number: int) -> ReckonedDay:
        kind = day_kind(calendar, day)
        name = calendar.workdays.get(day) or calendar.holidays.get(day, "")
        if any(pause.removes(day) for pause in pauses):
            return ReckonedDay(day=day, reason=DayReason.PAUSED, name=name)
        if every_day or kind is DayKind.WORKING:
            return ReckonedDay(day=day, reason=DayReason.COUNTS, number=number, name=name)
        if kind is DayKind.MAKE_UP:
            return ReckonedDay(day=day, reason=DayReason.MAKE_UP, number=number, name=name)
        return ReckonedDay(day=day, reason=DayReason(kind.value), name=name)

    return line


def _roll(calendar: Calendar, due: date, days: list[ReckonedDay]) -> date:
    """Move the end to the next working day, adding a line for each day passed over."""
    while not is_working_day(calendar, due):
        due = add_days(due, 1)
        days.append(ReckonedDay(day=due, reason=DayReason.ROLLED))
    return due


def _held(
    calendar: Calendar, due: date, pauses: Sequence[Pause], days: list[ReckonedDay]
) -> date | None:
    """Return the end of a limit whose clock was stopped on its last day: the day it runs again.

    None while it stands still; the days passed over have their lines.
    """
    for pause in sorted(pauses, key=lambda one: one.begin):
        if not pause.begin <= due or (pause.end is not None and pause.end <= due):
            continue
        if pause.end is None:
            return None
        days += [
            ReckonedDay(day=day, reason=DayReason.PAUSED) for day in _days(due + DAY, pause.end)
        ]
        due = _roll(calendar, pause.end, days)
    return due


def standing(
    calendar: Calendar, reckoning: Reckoning, today: date, pauses: Iterable[Pause] = ()
) -> Standing:
    """Say how a reckoning stands today. Give the pauses the reckoning was made with."""
    still = tuple(pauses)
    paused = any(pause.removes(today) for pause in still)
    used = max((line.number or 0 for line in reckoning.days if line.day <= today), default=0)
    left = reckoning.total - used
    if reckoning.due is not None and today >= reckoning.due:
        judge = _judge(calendar, reckoning.limit, still)
        late = sum(judge(day, 1).counts for day in _days(reckoning.due + DAY, today))
        used, left = reckoning.total + late, -late
    overdue = reckoning.due is not None and today > reckoning.due
    return Standing(used=used, total=reckoning.total, left=left, paused=paused, overdue=overdue)
