"""How much may be read at the interface in a day: by an account, by a grant, and without a case."""

import datetime as dt
from zoneinfo import ZoneInfo

from tongban.kernel.actors import Actor, ActorKind
from tongban.kernel.errors import Refusal
from tongban.modules.exchange import errors
from tongban.modules.exchange.model import Grant, Wanted
from tongban.modules.exchange.model.quotas import Limit, LimitKind
from tongban.modules.government.definition import ReadingQuotas

UNBOUNDED = 2**31 - 1
"""More than anybody reads in an hour: the count alone is wanted."""
REFUSED_AN_HOUR = {ActorKind.STAFF: 200, ActorKind.CLIENT: 2_000}
"""Refused attempts that are put on record: ten times those of which somebody is told."""


def name_of(asker: Actor) -> str:
    """Return what tells an account from every other account and client."""
    return f"{asker.kind}:{asker.account}"


def day_of(now: dt.datetime, zone: ZoneInfo) -> tuple[dt.datetime, dt.datetime]:
    """Return the instants at which the local day began and at which the next begins."""
    today = now.astimezone(zone).date()
    begins, ends = (
        dt.datetime.combine(day, dt.time(0), zone).astimezone(dt.UTC)
        for day in (today, today + dt.timedelta(days=1))
    )
    return begins, ends


def hour_of(now: dt.datetime) -> dt.datetime:
    """Return the instant at which an hour began."""
    return now.replace(minute=0, second=0, microsecond=0)


def limits(
    wanted: Wanted,
    grant: Grant | None,
    quotas: ReadingQuotas,
    day: dt.datetime,
    hour: dt.datetime,
    *,
    agreed: bool = False,
) -> list[Limit]:
    """Return under which limits a read falls that the interface was asked for.

    ``agreed`` where another person agreed, so that more may be read than by one alone.
    """
    who = name_of(wanted.asker)
    of_account = quotas.client if wanted.asker.kind is ActorKind.CLIENT else quotas.account
    found = [
        Limit(LimitKind.ACCOUNT, who, day, of_account),
        Limit(LimitKind.HOUR, who, hour, UNBOUNDED),
    ]
    if grant is not None:
        found.append(Limit(LimitKind.GRANT, grant.code, day, quotas.grant))
    if grant is not None and grant.without_case is not None and wanted.occasion is not None:
        alone = grant.without_case.for_each if agreed else grant.without_case.second_person_above
        found += [
            Limit(LimitKind.EACH, f"{who} {grant.code}", day, alone),
            Limit(LimitKind.WITHOUT, grant.code, day, grant.without_case.a_day),
        ]
    return found


def of_refused(wanted: Wanted, hour: dt.datetime) -> Limit:
    """Return how many refused attempts of an account or client are put on record in an hour."""
    most = REFUSED_AN_HOUR[wanted.asker.kind]
    return Limit(LimitKind.REFUSED, name_of(wanted.asker), hour, most)


def is_for_a_second(spent: list[Limit], grant: Grant | None) -> bool:
    """Whether only the number that one may read alone is reached, so that another can agree to more."""
    rule = grant.without_case if grant is not None else None
    alone = [each.kind for each in spent] == [LimitKind.EACH]
    return alone and rule is not None and rule.second_person_above < rule.for_each


def refusal(spent: list[Limit], grant: Grant | None, wait: int, *, agreed: bool = False) -> Refusal:
    """Return why nothing more is read for ``wait`` seconds: the quota of the account before a grant's."""
    kinds = {each.kind for each in spent}
    if LimitKind.ACCOUNT in kinds or grant is None:
        return errors.account_quota_spent(wait)
    rule = grant.without_case
    if not agreed and rule is not None and is_for_a_second(spent, grant):
        return errors.second_person_needed(grant.code, rule.second_person_above)
    if LimitKind.EACH in kinds:
        return errors.each_quota_spent(grant.code, wait)
    return errors.grant_quota_spent(grant.code, wait)
