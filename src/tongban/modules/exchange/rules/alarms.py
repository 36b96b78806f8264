"""Decisions about unusual reading: from when on how much is much, and which hours are no office hours."""

import datetime as dt
from collections.abc import Collection, Mapping

from tongban.kernel.actors import Actor, ActorKind
from tongban.modules.exchange.model.alarms import Alarm
from tongban.modules.exchange.rules.agreements import is_officer, oversees

STEP = {ActorKind.STAFF: 30, ActorKind.CLIENT: 2_000}
"""So many reads in an hour are nothing unusual; after each so many it is looked whether they are."""
REFUSED_STEP = {ActorKind.STAFF: 20, ActorKind.CLIENT: 200}
"""So many refused attempts in an hour are unusual."""
TIMES_USUAL = 3
"""So many times what the account read in its hours before is unusual."""
PAST = dt.timedelta(days=30)
"""How far back it is looked what is usual; what was counted is kept a little longer."""
KNOWN = dt.timedelta(days=7)
"""What is usual for an account is known once it has read for so long."""
_HOURS_A_WEEK = 5
"""A week with fewer hours of reading says nothing of what is usual: holidays, an absence."""
CEILING = 150
"""More in an hour is unusual for any member of staff, whatever they read before: one every 24 seconds."""
_AROUND = tuple(dt.timedelta(minutes=30 * step) for step in range(-2, 4))
"""An hour on either side of office hours still counts as work."""


def kind_of(who: str) -> ActorKind:
    """Return what kind of asker a name is of."""
    return ActorKind(who.partition(":")[0])


def is_step(who: str, times: int, *, refused: bool = False) -> bool:
    """Whether it is to be looked at again after so many in an hour."""
    steps = REFUSED_STEP if refused else STEP
    step = steps[kind_of(who)]
    return times % step == 0 or (times == 1 and not refused)


def bound(who: str, past: Mapping[dt.datetime, int], hour: dt.datetime) -> int:
    """Return above how many reads an hour is unusual, by the hours in which the account read before.

    By the quietest of the weeks before, so that whoever reads a little more each hour is measured for a
    month by what they read at its beginning; by nothing before the first week is over.
    """
    kind = kind_of(who)
    found = max(STEP[kind] - 1, TIMES_USUAL * _usual(past, hour))
    return min(found, CEILING) if kind is ActorKind.STAFF else found


def _usual(past: Mapping[dt.datetime, int], hour: dt.datetime) -> int:
    if not past or min(past) > hour - KNOWN:
        return 0
    weeks: dict[int, list[int]] = {}
    for begins, times in past.items():
        weeks.setdefault((hour - begins) // KNOWN, []).append(times)
    told = [sum(week) // len(week) for week in weeks.values() if len(week) >= _HOURS_A_WEEK]
    return min(told, default=0)


def around(hour: dt.datetime) -> list[dt.datetime]:
    """Return the instants of which one must be in office hours, or the hour is outside them."""
    return [hour + each for each in _AROUND]


def may_see(actor: Actor, alarm: Alarm, accounts: Collection[str]) -> bool:
    """Whether someone may see an alarm: data officers of both sides and oversight, never the reader
    by any of the ``accounts`` that are known to be theirs."""
    sides = (alarm.department, *alarm.providers)
    return alarm.who not in names_of(accounts) and (oversees(actor) or is_officer(actor, sides))


def names_of(accounts: Collection[str]) -> list[str]:
    """Return under what name each account of staff reads."""
    return [f"{ActorKind.STAFF}:{account}" for account in accounts]
