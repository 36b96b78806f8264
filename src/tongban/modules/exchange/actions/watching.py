"""Unusual reading: judged after the answer, kept once for an account, kind and day, and told."""

import datetime as dt

import msgspec

from tongban.kernel.actors import Actor, ActorKind
from tongban.kit.db import Reader, Unit
from tongban.modules.exchange import errors, queries, store
from tongban.modules.exchange.events import OwnRead, ReadOften
from tongban.modules.exchange.formats import alarm_facts
from tongban.modules.exchange.model.alarms import Alarm, AlarmKind, AlarmState
from tongban.modules.exchange.rules import agreements, alarms
from tongban.modules.exchange.rules.grants import DECIDE
from tongban.modules.government import queries as government
from tongban.modules.government.model import Openness
from tongban.modules.identity import queries as identity
from tongban.modules.ledger import actions as ledger
from tongban.modules.ledger.model import EntryKind, NewEntry, PublicValue
from tongban.modules.notices import actions as notices
from tongban.modules.notices import queries as boxes

_LONGEST_WORDS = 1000
_KEPT = alarms.PAST + dt.timedelta(days=2)


def watch_often(unit: Unit, event: ReadOften) -> None:
    """Judge how much an account or client read, or was refused, in an hour, and at which hour."""
    if event.times == 1:
        store.forget_tallies(unit.connection, unit.now - _KEPT)
    for kind, usual in _unusual(unit, event):
        _raise(unit, event, kind, event.hour, times=event.times, usual=usual)


def _unusual(reader: Reader, event: ReadOften) -> list[tuple[AlarmKind, int]]:
    if event.refused:
        return [(AlarmKind.REFUSALS, 0)]
    found = []
    since = event.hour - alarms.PAST
    past = store.hours_before(reader.connection, event.who, since, event.hour)
    usual = alarms.bound(event.who, past, event.hour)
    if event.times > usual:
        found.append((AlarmKind.VOLUME, usual))
    if alarms.kind_of(event.who) is ActorKind.STAFF and _is_outside(reader, event.hour):
        found.append((AlarmKind.HOUR, 0))
    return found


def _is_outside(reader: Reader, hour: dt.datetime) -> bool:
    """Whether offices are closed around an hour; where the calendar does not reach, nobody says so."""
    states = [government.office_state(reader.connection, at) for at in alarms.around(hour)]
    return all(each.openness not in (Openness.OPEN, Openness.UNKNOWN) for each in states)


def watch_own(unit: Unit, event: OwnRead) -> None:
    """Tell that somebody read their own data, or those of an organisation they act for."""
    _raise(unit, event, AlarmKind.RELATION, event.at, times=1, usual=0, entry=event.entry)


def _raise(
    unit: Unit,
    event: ReadOften | OwnRead,
    kind: AlarmKind,
    since: dt.datetime,
    *,
    times: int,
    usual: int,
    entry: str = "",
) -> None:
    """Keep an alarm and tell it, once for an account, kind and day."""
    new = Alarm(
        id=unit.new_id(),
        who=event.who,
        department=event.department,
        providers=tuple(store.providers_of(unit.connection, event.who, since)),
        kind=kind,
        day=government.local(unit.connection, since).date(),
        at=unit.now,
        times=times,
        usual=usual,
        entry=entry,
    )
    if store.put_alarm(unit.connection, new):
        store.save_alarm(unit.connection, put_on_record(unit, new))
        for account in _whom_to_tell(unit, new):
            notices.send(unit, account, "exchange.notice.unusual", {}, f"/unusual-reading/{new.id}")


def _whom_to_tell(reader: Reader, alarm: Alarm) -> list[str]:
    """Return the data officers of reader and providers, and who looks over all; never the reader."""
    found = [
        account
        for department in dict.fromkeys((alarm.department, *alarm.providers))
        for account in boxes.responsible(reader, department, [DECIDE])
    ]
    found += boxes.responsible(reader, "", agreements.OVERSIGHT)
    reading = identity.accounts_of_same(reader, alarm.who.partition(":")[2])
    return [each for each in dict.fromkeys(found) if each not in reading]


def look_into(unit: Unit, actor: Actor, identifier: str, words: str) -> Alarm:
    """Say that one looked into an alarm, and what was found.

    Refuses who may not see it, one that somebody looked into already, and no words or too many.
    """
    alarm = queries.alarm(unit, actor, identifier, lock=True)
    if alarm.state is AlarmState.LOOKED_AT:
        raise errors.alarm_looked_at()
    if not words.strip():
        raise errors.form_incomplete({"words": "exchange.words_missing"})
    if len(words) > _LONGEST_WORDS:
        raise errors.form_incomplete({"words": "exchange.text_too_long"})
    looked = msgspec.structs.replace(
        alarm,
        state=AlarmState.LOOKED_AT,
        words=words.strip(),
        looked_by=actor.account,
        looked_at=unit.now,
    )
    kept = put_on_record(unit, looked)
    store.save_alarm(unit.connection, kept)
    return kept


def put_on_record(unit: Unit, alarm: Alarm) -> Alarm:
    """Return an alarm with the ledger entry that says how it now stands."""
    commitment, salt = ledger.commit(alarm_facts(alarm))
    new = NewEntry(kind=EntryKind.ALARM, public=shown_on_record(alarm), commitment=commitment)
    return msgspec.structs.replace(alarm, status_entry=ledger.append(unit, new), salt=salt)


def shown_on_record(alarm: Alarm) -> dict[str, PublicValue]:
    """Return what the entry about an alarm shows: whether somebody looked into it, never whose reading."""
    return {"alarm": alarm.id, "status": alarm.state.value}
