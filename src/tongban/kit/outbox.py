"""Events reach their handlers at least once, after the unit that emitted them was kept."""

import logging
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import msgspec
from sqlalchemy import Column, ColumnElement, Row, String, Table, or_, select

from tongban.kit import tally
from tongban.kit.db import Database, Instant, Unit, metadata
from tongban.kit.db.unit import is_vouched, outbox
from tongban.kit.faults import kind_of, reraise_stop, where
from tongban.kit.saying import saying
from tongban.kit.troubles import NOT_ASKED, UNKNOWN, WorkGivenUp

Handler = Callable[[Unit, Any], None]
Subscription = tuple[type[Any], Handler]

handled = Table(
    "kit_outbox_handled",
    metadata,
    Column("event", String(36), primary_key=True),
    Column("handler", String(160), primary_key=True),
    Column("at", Instant, nullable=False),
)

_log = logging.getLogger("tongban.outbox")
_WAITS = (1, 5, 30, 120, 600)  # seconds before the next try
_LONGEST = timedelta(seconds=_WAITS[-1])
_TRIES = 12  # within an hour and a half; then it lies as a dead letter until somebody asks again


class Outbox:
    """Hands events to those who subscribed; one that fails is tried again, later and later.

    Events do not wait for each other: what comes after one that fails is handled meanwhile. One that
    failed in every try is a dead letter: it is kept, shown to who looks after operations, and tried
    again when they ask; handlers that had it already do not get it twice. One that nobody with the keys
    emitted, or that was changed since, reaches no handler: it is a dead letter at once.
    """

    def __init__(self, db: Database, subscriptions: Iterable[Subscription]) -> None:
        self._db = db
        self._types: dict[str, type[Any]] = {}
        self._handlers: dict[str, list[Handler]] = {}
        for event, handler in subscriptions:
            self._types[event.name] = event
            self._handlers.setdefault(event.name, []).append(handler)

    def deliver(self, at_most: int = 100) -> int:
        """Handle the events that are due, oldest first; return how many were looked at."""
        with self._db.read() as reader:
            due = reader.connection.execute(
                select(outbox)
                .where(
                    outbox.c.done.is_(False),
                    outbox.c.dead.is_(False),
                    _has_come(reader.now),
                )
                .order_by(outbox.c.at, outbox.c.id)
                .limit(at_most)
            ).all()
        for row in due:
            with saying(happening=row.name, happening_id=row.id):
                self._deliver_one(row)
        return len(due)

    def _deliver_one(self, row: Row[Any]) -> None:
        if not is_vouched(self._db.keyring, "event", row, row.payload):
            self._set_aside(row)
            return
        fault: str | None = None
        for handler in self._handlers.get(row.name, []):
            try:
                event = msgspec.json.decode(row.payload, type=self._types[row.name])
                self._db.write(partial(_handle_once, event_id=row.id, handler=handler, event=event))
            except BaseException as error:
                reraise_stop(error)
                fault = f"{_short(handler)}: {kind_of(error)}"
                _log.error("event %s (%s) failed: %s", row.name, row.id, where(error))
        self._db.write(partial(_settle, row=row, fault=fault))
        tally.count("tongban_events", row.name, "done" if fault is None else "failed")

    def _set_aside(self, row: Row[Any]) -> None:
        """Keep what is not ours as a dead letter; a message has its name only if it is one of ours."""
        _log.error("event %s (%s) was not emitted by this government", row.name, row.id)
        name = row.name if row.name in self._types else UNKNOWN
        self._db.write(partial(_refuse, row=row, name=name))
        tally.count("tongban_events", name, "failed")


def _has_come(now: datetime) -> ColumnElement[bool]:
    """Whether an event's time has come; also of one that a clock put off which stood ahead.

    What was never tried waits for nothing, and nothing waits longer than the longest wait.
    """
    own = outbox.c
    return or_(own.next_at <= now, own.tries == 0, own.next_at > now + _LONGEST)


def _handle_once(unit: Unit, event_id: str, handler: Handler, event: Any) -> None:
    mine = select(outbox.c.done).where(outbox.c.id == event_id).with_for_update()
    if unit.connection.execute(mine).scalar() is not False:
        return  # another process was here since we looked
    name = f"{handler.__module__}.{handler.__qualname__}"
    seen = (handled.c.event == event_id) & (handled.c.handler == name)
    if unit.connection.execute(select(handled.c.event).where(seen)).first() is not None:
        return
    unit.connection.execute(handled.insert().values(event=event_id, handler=name, at=unit.now))
    handler(unit, event)


def _short(handler: Handler) -> str:
    """Return a handler as module and name: `services.close_case`."""
    module = handler.__module__.removeprefix("tongban.modules.").removesuffix(".handlers")
    return f"{module}.{handler.__name__}"


def _refuse(unit: Unit, row: Row[Any], name: str) -> None:
    mine = (outbox.c.id == row.id) & outbox.c.done.is_(False) & outbox.c.dead.is_(False)
    refused = {"dead": True, "fault": NOT_ASKED, "failed_at": row.failed_at or unit.now}
    found = unit.connection.execute(outbox.update().where(mine).values(**refused)).rowcount
    if found and row.fault != NOT_ASKED:
        unit.emit(WorkGivenUp(sort="event", work=name, id=row.id))


def _settle(unit: Unit, row: Row[Any], fault: str | None) -> None:
    mine = outbox.c.id == row.id
    if fault is None:
        # Without its authenticator nobody makes it undone and has it handled once more.
        unit.connection.execute(outbox.update().where(mine).values(done=True, authenticator=None))
        unit.connection.execute(handled.delete().where(handled.c.event == row.id))
        return
    wait = timedelta(seconds=_WAITS[min(row.tries, len(_WAITS) - 1)])
    tries = row.tries + 1
    unit.connection.execute(
        outbox.update()
        .where(mine)
        .values(
            tries=tries,
            next_at=unit.now + wait,
            fault=fault[:200],
            failed_at=row.failed_at or unit.now,
            dead=tries >= _TRIES,
        )
    )
    if tries == _TRIES and row.name != WorkGivenUp.name:
        unit.emit(WorkGivenUp(sort="event", work=row.name, id=row.id))


def pending(unit_or_reader: Any) -> list[str]:
    """Return the names of the events that are still to be handled, oldest first."""
    rows = unit_or_reader.connection.execute(
        select(outbox.c.name)
        .where(outbox.c.done.is_(False), outbox.c.dead.is_(False))
        .order_by(outbox.c.at, outbox.c.id)
    )
    return [row.name for row in rows]
