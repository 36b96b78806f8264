"""What a query and an action are given: a connection, the time, the keys, and what was plugged in."""

from collections.abc import Callable, Hashable, Mapping
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any, Literal, TypeVar

import msgspec
from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
)

from tongban.kernel.errors import Refusal
from tongban.kernel.events import Event
from tongban.kit.clock import Clock, new_id
from tongban.kit.crypto.hashing import same
from tongban.kit.db.columns import Instant, Json
from tongban.kit.keyring import Keyring
from tongban.kit.ports import Ports

P = TypeVar("P")
T = TypeVar("T")

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)
"""All tables of all modules; each name begins with its module's."""

EVENTS = "events"
"""What a unit wakes that emitted an event; one that asked for a job wakes the kind of the job."""


def kind_of_job(name: str) -> str:
    """Return the kind of a job: its module, the part of its name before the first full stop."""
    return name.partition(".")[0]


outbox = Table(
    "kit_outbox",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("name", String(100), nullable=False),
    Column("payload", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("done", Boolean, nullable=False, index=True),
    Column("tries", Integer, nullable=False),
    Column("next_at", Instant, nullable=False),
    Column("fault", String(200)),
    Column("failed_at", Instant),
    Column("dead", Boolean, nullable=False),
    Column("authenticator", LargeBinary),
)

jobs = Table(
    "kit_job",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("kind", String(60), nullable=False),
    Column("name", String(100), nullable=False),
    Column("payload", Json, nullable=False),
    Column("state", String(10), nullable=False, index=True),
    Column("done_parts", Integer, nullable=False),
    Column("all_parts", Integer, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("at", Instant, nullable=False),
    Column("next_at", Instant, nullable=False),
    Column("fault", String(200)),
    Column("failed_at", Instant),
    Column("gave_up_at", Instant),
    Column("authenticator", LargeBinary),
    Index("ix_kit_job_due", "kind", "state", "next_at"),
)


WorkSort = Literal["job", "event"]


def vouch(keyring: Keyring, sort: WorkSort, identifier: str, name: str, payload: str) -> bytes:
    """Return the authenticator of a job or an event: over its id, its name and its payload as it is kept.

    Between them stand zero bytes, and none of the three has one. Which handlers act, and on what, is no
    more than these say; hours and tries say only when.
    """
    return keyring.mac(f"kit.{sort}", "\0".join((identifier, name, payload)).encode())


def is_vouched(keyring: Keyring, sort: WorkSort, row: Any, payload: Any) -> bool:
    """Whether whoever has the keys asked for this work, and it is not done yet.

    What is done has no authenticator any more.
    """
    said = row.authenticator
    if not isinstance(said, bytes) or not isinstance(payload, str):
        return False  # SQLite keeps whatever it is given in a column of any type
    return same(vouch(keyring, sort, row.id, row.name, payload), said)


class Recorded(Exception):
    """A refusal that must be on record: what was written before it is kept, then it is raised."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.code)
        self.refusal = refusal


class Reader:
    """A consistent view of the database at one instant, for queries."""

    __slots__ = ("clock", "connection", "keyring", "now", "ports")

    def __init__(
        self, connection: Connection, clock: Clock, keyring: Keyring, ports: Ports
    ) -> None:
        self.connection = connection
        self.clock = clock
        self.now: datetime = clock.now()
        self.keyring = keyring
        self.ports = ports

    def port(self, protocol: type[P]) -> P:
        """Return what the app plugged in for a protocol."""
        return self.ports.get(protocol)


class Unit(Reader):
    """One unit of work: everything an action does in it is kept together or not at all."""

    __slots__ = ("_last", "before", "counted", "woken")

    def __init__(
        self,
        connection: Connection,
        clock: Clock,
        keyring: Keyring,
        ports: Ports,
        before: Callable[[], AbstractContextManager[Reader]],
    ) -> None:
        super().__init__(connection, clock, keyring, ports)
        self.before = before
        """Gives a view of what is kept already: of what this unit changes, as it was before."""
        self.woken: set[str] = set()
        """Which kinds of work this unit leaves behind: events, and jobs by their kind."""
        self.counted: list[tuple[str, ...]] = []
        """What is counted once this unit is kept: a name of :mod:`tongban.kit.tally`, and its labels."""
        self._last: dict[Hashable, Callable[[Unit], object]] = {}

    def do(self, work: "Callable[[Unit], T]") -> T:
        """Do the work of this unit, and last of all what was asked to come last."""
        try:
            result = work(self)
        except Recorded:
            self._end()
            raise
        self._end()
        return result

    def at_the_end(self, key: Hashable, work: "Callable[[Unit], object]") -> None:
        """Have something done as the last of this unit: once for a key, however often it is asked for.

        It sees everything that the unit changed, and is kept with it or not at all.
        """
        self._last.setdefault(key, work)

    def _end(self) -> None:
        while self._last:
            work = self._last.pop(next(iter(self._last)))
            work(self)

    def new_id(self) -> str:
        """Return a fresh time-ordered identifier."""
        return new_id(self.clock)

    def emit(self, event: Event) -> None:
        """Put an event in the outbox: it is handled after this unit was kept, at least once."""
        self.woken.add(EVENTS)
        identifier, payload = self.new_id(), msgspec.json.encode(event).decode()
        self.connection.execute(
            outbox.insert().values(
                id=identifier,
                name=event.name,
                payload=payload,
                authenticator=vouch(self.keyring, "event", identifier, event.name, payload),
                at=self.now,
                done=False,
                tries=0,
                next_at=self.now,
                dead=False,
            )
        )

    def enqueue(self, job: str, payload: Mapping[str, Any]) -> str:
        """Ask for something long to be done later; returns the job's id."""
        self.woken.add(kind_of_job(job))
        identifier, kept = self.new_id(), msgspec.json.encode(dict(payload)).decode()
        self.connection.execute(
            jobs.insert().values(
                id=identifier,
                kind=kind_of_job(job),
                name=job,
                payload=dict(payload),
                authenticator=vouch(self.keyring, "job", identifier, job, kept),
                state="queued",
                done_parts=0,
                all_parts=0,
                tries=0,
                at=self.now,
                next_at=self.now,
            )
        )
        return identifier

    def recorded(self, refusal: Refusal) -> Recorded:
        """Return what to raise so that this unit is kept and the caller is refused."""
        return Recorded(refusal)
