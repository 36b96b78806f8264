"""Where adopted definitions stand: every version for ever, the current ones quickly.

A part is one kind of definition (``services``), a key names one of them. Modules adopt and read
their own parts through their ``actions`` and ``queries``; nobody else touches this.
"""

import threading
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any, TypeVar

import msgspec
from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Engine,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    func,
    select,
)

from tongban.kernel.errors import Kind, Refusal
from tongban.kit.crypto import chance
from tongban.kit.crypto.hashing import fingerprint
from tongban.kit.db import Instant, Often, Unit, inserting, metadata, notes_of
from tongban.kit.db.streams import between
from tongban.kit.definitions.folder import LONGEST_PATH

S = TypeVar("S", bound=msgspec.Struct)
K = TypeVar("K")
V = TypeVar("V")

shelf = Table(
    "kit_shelf",
    metadata,
    Column("part", String(40), primary_key=True),
    Column("key", String(200), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("content", Text, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("current", Boolean, nullable=False, index=True),
    Column("adopted_at", Instant, nullable=False),
)

changes = Table(
    "kit_shelf_change",
    metadata,
    Column("part", String(40), primary_key=True),
    Column("number", Integer, nullable=False),
)

source_files = Table(
    "kit_shelf_file",
    metadata,
    Column("path", String(LONGEST_PATH), primary_key=True),
    Column("content", LargeBinary, nullable=False),
)

listings = Table(
    "kit_shelf_listing",
    metadata,
    # Of the ledger entry that names its digest: every version ever adopted, and whether it was current.
    Column("entry", String(36), primary_key=True),
    Column("content", Text, nullable=False),
    # Hides what an entry committed to that does not show the digest.
    Column("salt", LargeBinary),
)

_NUMBERS = Often(select(changes.c.part, changes.c.number))
"""Asked once in each transaction, which sees the same definitions from its beginning to its end."""

_CLAIMED = "kit.shelf.claimed"
"""Note that a transaction is the only one that changes definitions."""
_NUMBERS_SEEN = "kit.shelf"
"""Note of what was asked; None where the transaction itself changed something."""


class _Cache:
    """Decoded parts by engine, part and change number; bounded by the number of parts."""

    def __init__(self) -> None:
        self._kept: dict[tuple[int, str, type[Any]], tuple[Engine, int, dict[Any, Any]]] = {}
        self._lock = threading.Lock()

    def get(
        self, engine: Engine, part: str, shape: type[Any], number: int
    ) -> dict[Any, Any] | None:
        found = self._kept.get((id(engine), part, shape))
        if found is None or found[0] is not engine or found[1] != number:
            return None
        return found[2]

    def put(
        self, engine: Engine, part: str, shape: type[Any], number: int, values: dict[Any, Any]
    ) -> None:
        with self._lock:
            if len(self._kept) > 200:
                self._kept.clear()
            self._kept[(id(engine), part, shape)] = (engine, number, values)


_cache = _Cache()


_LOCK = 0x7B_5E1F
"""Any number that no one else on this PostgreSQL server takes for an advisory lock."""


def claim(connection: Connection, *, wait: bool = False) -> None:
    """Be the only one who changes what is adopted until the transaction ends.

    Refuses while somebody else does: what they leave is to be looked at before it is changed again.
    Who changes nothing of it, and only makes something anew from it, may ``wait``. SQLite has one
    writer anyway.
    """
    if connection.dialect.name != "postgresql":
        return
    notes = notes_of(connection)
    if notes is not None and _CLAIMED in notes:
        return
    if wait:
        connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))
    elif not connection.execute(select(func.pg_try_advisory_xact_lock(_LOCK))).scalar():
        raise Refusal("kit.definitions_busy", Kind.CONFLICT)
    if notes is not None:
        notes[_CLAIMED] = True


def put(unit: Unit, part: str, key: str, version: int, value: msgspec.Struct) -> None:
    """Adopt a definition as the current one of its key; the same version is replaced."""
    claim(unit.connection)
    content = msgspec.json.encode(value, order="deterministic").decode()
    same = (shelf.c.part == part) & (shelf.c.key == key)
    unit.connection.execute(shelf.update().where(same, shelf.c.current).values(current=False))
    unit.connection.execute(shelf.delete().where(same, shelf.c.version == version))
    unit.connection.execute(
        shelf.insert().values(
            part=part,
            key=key,
            version=version,
            content=content,
            digest=fingerprint(content.encode()),
            current=True,
            adopted_at=unit.now,
        )
    )
    _changed(unit, part)


def put_all(unit: Unit, part: str, values: dict[str, tuple[int, msgspec.Struct]]) -> None:
    """Adopt many definitions whose keys hold none yet, in one statement."""
    claim(unit.connection)
    rows = []
    for key, (version, value) in values.items():
        content = msgspec.json.encode(value, order="deterministic").decode()
        rows.append(
            {
                "part": part,
                "key": key,
                "version": version,
                "content": content,
                "digest": fingerprint(content.encode()),
                "current": True,
                "adopted_at": unit.now,
            }
        )
    if rows:
        unit.connection.execute(shelf.insert(), rows)
        _changed(unit, part)


def retire(unit: Unit, part: str, key: str) -> None:
    """Take a definition out of the current ones; its versions stay readable."""
    claim(unit.connection)
    unit.connection.execute(
        shelf.update().where(shelf.c.part == part, shelf.c.key == key).values(current=False)
    )
    _changed(unit, part)


def every(connection: Connection, part: str, shape: type[S]) -> dict[str, S]:
    """Return the current definitions of a part by key; do not change what you are given."""
    return kept(connection, part, shape, lambda: _decoded(connection, part, shape))


def _decoded(connection: Connection, part: str, shape: type[S]) -> dict[str, S]:
    decoder = msgspec.json.Decoder(shape)
    rows = connection.execute(
        select(shelf.c.key, shelf.c.content)
        .where(shelf.c.part == part, shelf.c.current)
        .order_by(shelf.c.key)
    )
    return {row.key: decoder.decode(row.content) for row in rows}


def kept(
    connection: Connection, part: str, shape: type[Any], read: Callable[[], dict[K, V]]
) -> dict[K, V]:
    """Return what ``read`` finds, read again only when the part's number changed: see :func:`touch`.

    ``shape`` tells apart what is kept of one part. Do not change what you are given.
    """
    number = mark(connection, part)
    if number is None:
        return {}
    engine = connection.engine
    found: dict[K, V] | None = _cache.get(engine, part, shape, number)
    if found is None:
        found = read()
        _cache.put(engine, part, shape, number, found)
    return found


def one(
    connection: Connection, part: str, key: str, shape: type[S], version: int | None = None
) -> S | None:
    """Return one definition: its current version, or the version asked for, retired or not."""
    query = select(shelf.c.content).where(shelf.c.part == part, shelf.c.key == key)
    chosen = shelf.c.current if version is None else shelf.c.version == version
    content = connection.execute(query.where(chosen)).scalar()
    return None if content is None else msgspec.json.decode(content, type=shape)


def as_of(connection: Connection, part: str, shape: type[S], at: datetime) -> S | None:
    """Return what was adopted last at a moment, of a part that holds one definition.

    Before the first was adopted, the first: what has no older version was always so.
    """
    mine = shelf.c.part == part
    columns = select(shelf.c.content)
    then = columns.where(mine, shelf.c.adopted_at <= at).order_by(
        shelf.c.adopted_at.desc(), shelf.c.version.desc()
    )
    first = columns.where(mine).order_by(shelf.c.adopted_at, shelf.c.version)
    content = connection.execute(then.limit(1)).scalar()
    content = content or connection.execute(first.limit(1)).scalar()
    return None if content is None else msgspec.json.decode(content, type=shape)


def latest_version(connection: Connection, part: str, key: str) -> int | None:
    """Return the highest version ever adopted, or None."""
    return connection.execute(
        select(func.max(shelf.c.version)).where(shelf.c.part == part, shelf.c.key == key)
    ).scalar()


def latest_versions(connection: Connection, part: str) -> dict[str, int]:
    """Return the highest version ever adopted of every key of a part, retired ones too."""
    query = select(shelf.c.key, func.max(shelf.c.version)).where(shelf.c.part == part)
    rows = connection.execute(query.group_by(shelf.c.key))
    return {row[0]: row[1] for row in rows}


def listing(connection: Connection) -> dict[str, str]:
    """Return every version ever adopted with its digest, by part, key and version; ``-`` before the
    digest of one that is not current.

    The digest is made anew of what is kept: one that was changed with its column is another.
    """
    query = select(shelf.c.part, shelf.c.key, shelf.c.version, shelf.c.content, shelf.c.current)
    return {
        f"{row.part} {row.key} {row.version}": ("" if row.current else "-") + _digest(row.content)
        for row in connection.execute(query.order_by(shelf.c.part, shelf.c.key, shelf.c.version))
    }


def keep_listing(
    unit: Unit, entry: str, listed: Mapping[str, str], salt: bytes | None = None
) -> None:
    """Keep what was adopted when a ledger entry named its digest: see :func:`digest_of_listing`."""
    content = msgspec.json.encode(listed, order="sorted").decode()
    unit.connection.execute(listings.insert().values(entry=entry, content=content, salt=salt))


def kept_listings(
    connection: Connection, after: str | None, until: str | None
) -> Iterator[tuple[str, dict[str, str], bytes | None]]:
    """Yield entry, listing and salt in the order of entries: see ``streams.between``."""
    query = between(select(listings), listings.c.entry, after, until)
    for row in connection.execute(query):
        salt = None if row.salt is None else bytes(row.salt)
        yield row.entry, msgspec.json.decode(row.content, type=dict[str, str]), salt


def newest_listing(connection: Connection) -> str:
    """Return the entry of the newest listing; empty where there is none."""
    return connection.execute(select(func.max(listings.c.entry))).scalar() or ""


def digest_of_listing(listed: Mapping[str, str]) -> str:
    """Return the SHA-256 of a listing: lines ``<what> <digest>``, sorted."""
    return _digest("".join(f"{what} {digest}\n" for what, digest in sorted(listed.items())))


def _digest(content: str) -> str:
    return fingerprint(content.encode())


def keep_files(unit: Unit, files: dict[str, bytes]) -> None:
    """Keep the instance's files as they were written, replacing those of the last time."""
    claim(unit.connection)
    unit.connection.execute(source_files.delete())
    rows = [{"path": path, "content": content} for path, content in files.items()]
    if rows:
        unit.connection.execute(source_files.insert(), rows)


def kept_files(connection: Connection) -> dict[str, bytes]:
    """Return the files kept at the last apply."""
    rows = connection.execute(select(source_files).order_by(source_files.c.path))
    return {row.path: bytes(row.content) for row in rows}


def _changed(unit: Unit, part: str) -> None:
    """Give the part a new change number, so that every process reads it afresh."""
    touch(unit.connection, part)


def mark(connection: Connection, part: str) -> int | None:
    """Return the part's change number, or None while nothing of it was ever adopted.

    What a process keeps of a part is good as long as the number is the same. Modules may keep
    other things that seldom change under a number of their own: see :func:`touch`.
    """
    notes = notes_of(connection)
    numbers = None if notes is None else notes.get(_NUMBERS_SEEN)
    if numbers is None:
        numbers = dict(_NUMBERS.tuples(connection))
        notes = notes_of(connection)
        if notes is not None:
            notes.setdefault(_NUMBERS_SEEN, numbers)
    return numbers.get(part)


def touch(connection: Connection, part: str) -> None:
    """Give a part a new change number: random, so that one rolled back is never met again."""
    number = chance.randbits(31)
    known = inserting(connection, changes).values(part=part, number=number)
    connection.execute(  # two who touch a new part at once are no fault of either
        known.on_conflict_do_update(index_elements=[changes.c.part], set_={"number": number})
    )
    notes = notes_of(connection)
    if notes is not None:
        notes[_NUMBERS_SEEN] = None  # a unit may still be undone while its batch goes on
