"""How much is read at the interface: bounded and counted in the transaction of the disclosure."""

import datetime as dt

from tongban.kernel.actors import ActorKind
from tongban.kernel.errors import Refusal
from tongban.kit.db import Unit
from tongban.modules.exchange import errors, store
from tongban.modules.exchange.events import OwnRead, ReadOften
from tongban.modules.exchange.model import Prepared, Wanted
from tongban.modules.exchange.model.quotas import Limit, LimitKind
from tongban.modules.exchange.queries.as_logged import proven_agreement
from tongban.modules.exchange.rules import alarms, quotas
from tongban.modules.government import queries as government
from tongban.modules.identity import queries as identity
from tongban.modules.ledger import queries as ledger


def beyond_quota(unit: Unit, prepared: Prepared) -> Refusal | None:
    """Count a read of the interface under its limits, and refuse it where one of them is reached.

    In the transaction of the disclosure: neither those who ask at once nor a restart read one more.
    Above the number that one person may read alone, one read of what another agreed to is used up.
    """
    wanted, grant = prepared.wanted, prepared.grant
    day, again = quotas.day_of(unit.now, government.zone(unit.connection))
    spent, times = _take(unit, prepared, day, agreed=False)
    agreed = quotas.is_for_a_second(spent, grant) and _agreement(unit, wanted)
    if agreed:
        spent, times = _take(unit, prepared, day, agreed=True)
        if spent:
            store.give_back_agreement(unit.connection, agreed)
    if spent:
        wait = max(1, round((again - unit.now).total_seconds()))
        return quotas.refusal(spent, grant, wait, agreed=bool(agreed))
    _tell(unit, wanted, times[LimitKind.HOUR], refused=False)
    return None


def _take(
    unit: Unit, prepared: Prepared, day: dt.datetime, *, agreed: bool
) -> tuple[list[Limit], dict[LimitKind, int]]:
    declared = government.profile(unit.connection).reading
    hour = quotas.hour_of(unit.now)
    limits = quotas.limits(prepared.wanted, prepared.grant, declared, day, hour, agreed=agreed)
    return store.take(unit.connection, limits)


def _agreement(unit: Unit, wanted: Wanted) -> str | None:
    """Use up one read of what another person agreed to, for this occasion and file, if any is left.

    A row that is not what its newest entry says, or has none, is no agreement: nobody agreed to it.
    """
    if wanted.occasion is None:
        return None
    who, today = quotas.name_of(wanted.asker), government.local(unit.connection, unit.now).date()
    occasion = (wanted.occasion.code, wanted.occasion_reference)
    left = store.agreements_left(unit.connection, who, wanted.code, occasion, today)
    unlike = ledger.unlike(unit.connection, [proven_agreement(one) for one in left])
    agreed = next((one.id for one in left if one.id not in unlike), None)
    if agreed:
        store.use_agreement(unit.connection, agreed)
    return agreed


def count_refused(unit: Unit, wanted: Wanted) -> None:
    """Count an attempt at the interface that was refused.

    Refuses it without a record where too many of this hour are on record already: a flood of attempts
    fills neither the ledger nor anybody's list.
    """
    hour = quotas.hour_of(unit.now)
    spent, times = store.take(unit.connection, [quotas.of_refused(wanted, hour)])
    if spent:
        over = hour + dt.timedelta(hours=1) - unit.now
        raise errors.refused_too_often(max(1, round(over.total_seconds())))
    _tell(unit, wanted, times[LimitKind.REFUSED], refused=True)


def _tell(unit: Unit, wanted: Wanted, times: int, *, refused: bool) -> None:
    """Have it looked whether so much is unusual, after the answer and not at every read."""
    who = quotas.name_of(wanted.asker)
    if alarms.is_step(who, times, refused=refused):
        hour = quotas.hour_of(unit.now)
        unit.emit(
            ReadOften(
                who=who, department=wanted.department, hour=hour, times=times, refused=refused
            )
        )


def tell_own(unit: Unit, wanted: Wanted, entry: str) -> None:
    """Have it told that a member of staff read data of their own, or of whom they act for."""
    if _is_own(unit, wanted):
        unit.emit(
            OwnRead(
                who=quotas.name_of(wanted.asker),
                department=wanted.department,
                at=unit.now,
                entry=entry,
            )
        )


def _is_own(unit: Unit, wanted: Wanted) -> bool:
    """Whether someone reads what is theirs, as far as the house knows who they are."""
    asker, subject = wanted.asker, wanted.subject
    if asker.kind is not ActorKind.STAFF or asker.subject is None:
        return False
    return subject == asker.subject or subject in identity.other_capacities(unit, asker)
