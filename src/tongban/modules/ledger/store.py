"""Tables of the ledger and every question asked of them."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    DateTime,
    Index,
    Integer,
    LargeBinary,
    Row,
    Select,
    String,
    Table,
    Text,
    bindparam,
    cast,
    delete,
    func,
    literal_column,
    select,
    text,
    type_coerce,
    update,
)

from tongban.kit.db import Instant, Often, chunks, inserting, metadata
from tongban.kit.db.streams import between, in_pieces
from tongban.modules.ledger import errors
from tongban.modules.ledger.formats.checkpoint import parse_checkpoint
from tongban.modules.ledger.formats.entry import parse_entry
from tongban.modules.ledger.formats.note import (
    format_verifier_key,
    parse_note,
    parse_verifier_key,
)
from tongban.modules.ledger.model import (
    Entry,
    EntryKind,
    LoggedEntry,
    Outside,
    RefusalReason,
    SetAside,
    SignedCheckpoint,
    Tile,
    TileId,
    VerifierKey,
    Waiting,
)
from tongban.modules.ledger.rules.tiles import TILE_BYTES

entry_table = Table(
    "ledger_entry",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("number", BigInteger, unique=True),
    Column("kind", String(40), nullable=False),
    Column("department", String(80), nullable=False),
    Column("at", Instant, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("authenticator", LargeBinary),
)
"""Entries; ``number`` stays empty until the sequencer gives it, and ``authenticator`` is kept until then.
Everything else but ``body`` repeats what the body says, so that it can be asked for."""

_ODD = "typeof(number) NOT IN ('integer', 'null')"
Index(
    "ix_ledger_entry_odd",
    entry_table.c.id,
    sqlite_where=text(_ODD),
    postgresql_where=text("number < 0"),
)
"""Entries whose number is none: SQLite keeps a fraction, a text or bytes in any column. There is none, so
that to look for them costs nothing."""
Index("ix_ledger_entry_kind_number", entry_table.c.kind, entry_table.c.number)
Index("ix_ledger_entry_department_number", entry_table.c.department, entry_table.c.number)

refused_table = Table(
    "ledger_refused",
    metadata,
    Column("refusal", String(36), primary_key=True),
    Column("id", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("authenticator", LargeBinary, nullable=False),
    Column("reason", String(10), nullable=False),
    Column("refused_at", Instant, nullable=False),
    Column("settled", String(10), index=True),
)
"""Entries that were refused a number, as they were found (what repeats the body is left out, and an id that
is no text is made one); ``settled`` says ``noted`` or ``admitted`` once somebody stated a reason. Nothing is
ever taken away."""

Index("ix_ledger_refused_id", refused_table.c.id)

tile_table = Table(
    "ledger_tile",
    metadata,
    Column("level", Integer, primary_key=True, autoincrement=False),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("hashes", LargeBinary, nullable=False),
)
"""Tiles as wide as they are; a full one never changes again."""

checkpoint_table = Table(
    "ledger_checkpoint",
    metadata,
    Column("size", BigInteger, primary_key=True, autoincrement=False),
    Column("note", Text, nullable=False),
    Column("at", Instant, nullable=False),
)
"""Every checkpoint ever signed, word for word."""

log_table = Table(
    "ledger_log",
    metadata,
    Column("origin", String(200), primary_key=True),
    Column("vkey", String(400), nullable=False),
    Column("since", Instant, nullable=False),
)
"""The one log of this government and its public key."""

outside_table = Table(
    "ledger_outside",
    metadata,
    Column("place", String(10), primary_key=True),
    Column("job", String(36)),
    Column("asked_at", Instant),
    Column("pushed_size", BigInteger),
    Column("pushed_at", Instant),
    Column("compared_at", Instant),
    Column("fault", String(20), nullable=False),
    Column("at_size", String(20), nullable=False),
)
"""How each place outside stands: what it took, and whether what stands there is of this log."""

erasure_table = Table(
    "ledger_erasure",
    metadata,
    Column("erased", String(36), primary_key=True),
    Column("entry", String(36), nullable=False, index=True),
    Column("salt", LargeBinary, nullable=False),
)
"""The entries whose rows were erased, each with the entry that says so, and what opens that one."""
_RAW = select(
    entry_table.c.id, entry_table.c.number, cast(entry_table.c.body, LargeBinary).label("body")
)

_HIGHEST = 2**63 - 1
_SEQUENCER_LOCK = 0x7B_1ED6E5
"""Any number that no one else on this PostgreSQL server takes for an advisory lock."""


def lock_log(connection: Connection) -> None:
    """Wait to be the only sequencer until the transaction ends (SQLite has one writer anyway)."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(_SEQUENCER_LOCK)))


def log_key(connection: Connection) -> VerifierKey | None:
    """Return the public key of the log, once it was opened."""
    vkey = connection.execute(select(log_table.c.vkey)).scalar()
    return None if vkey is None else parse_verifier_key(vkey)


def open_log(connection: Connection, key: VerifierKey, since: Any) -> None:
    """Write down whose log this database keeps."""
    connection.execute(
        log_table.insert().values(origin=key.name, vkey=format_verifier_key(key), since=since)
    )


_INSERT = Often(entry_table.insert(), entry_table.c.keys())


def insert_entries(
    connection: Connection, entries: Sequence[LoggedEntry], vouch: Callable[[str, bytes], bytes]
) -> None:
    """Keep entries that have no number yet; ``vouch`` makes the authenticator of each."""
    rows = [
        {
            "id": logged.entry.id,
            "number": None,
            "kind": logged.entry.kind.value,
            "department": _department(logged.entry),
            "at": logged.entry.at,
            "body": logged.body,
            "authenticator": vouch(logged.entry.id, logged.body),
        }
        for logged in entries
    ]
    if len(rows) == 1:
        _INSERT.insert(connection, rows[0])
    elif rows:
        _INSERT.insert_all(connection, rows)


def take_back(connection: Connection, size: int) -> None:
    """Take the number from entries that have one which the sequencer never gave: beyond what is signed, or
    no whole number at all."""
    number = entry_table.c.number
    given = update(entry_table).where((number >= size) | (number < 0))
    connection.execute(given.values(number=None))
    if connection.dialect.name == "sqlite":
        connection.execute(update(entry_table).where(text(_ODD)).values(number=None))


def pending(connection: Connection, limit: int) -> list[Waiting]:
    """Return entries without a number, oldest id first, read raw: nothing of them is believed yet."""
    columns = entry_table.c
    raw = (cast(column, LargeBinary) for column in (columns.body, columns.authenticator))
    query = select(_key(connection), _raw_id(connection, columns.id), *raw)
    rows = connection.execute(
        query.where(columns.number.is_(None)).order_by(columns.id).limit(limit)
    )
    return [_waiting(*row) for row in rows]


def _key(connection: Connection) -> ColumnElement[Any]:
    """What finds a row whatever stands in it: SQLite keeps an id of any type, even one that is no text."""
    sqlite = connection.dialect.name == "sqlite"
    return literal_column("ledger_entry.rowid") if sqlite else entry_table.c.id


def _raw_id(connection: Connection, column: Column[str]) -> ColumnElement[Any]:
    """An id as bytes where it may be no text at all."""
    return cast(column, LargeBinary) if connection.dialect.name == "sqlite" else column


def _waiting(key: int | str, identifier: bytes | str, body: Any, authenticator: Any) -> Waiting:
    text = identifier if isinstance(identifier, str) else bytes(identifier).decode(errors="replace")
    text = text.replace("\0", "\ufffd")  # PostgreSQL keeps no text with it
    return Waiting(key, text, bytes(body or b""), bytes(authenticator or b""))


def set_aside(connection: Connection, refused: Sequence[SetAside]) -> None:
    """Take entries out of those that wait and keep them under numbers of their refusals' own."""
    columns = entry_table.c
    for one in refused:
        mine = (_key(connection) == one.entry.key) & columns.number.is_(None)
        connection.execute(delete(entry_table).where(mine))
    rows = [
        {
            "refusal": one.refusal,
            "id": one.entry.id,
            "body": one.entry.body,
            "authenticator": one.entry.authenticator,
            "reason": one.reason.value,
            "refused_at": one.at,
        }
        for one in refused
    ]
    if rows:
        connection.execute(refused_table.insert(), rows)


_ADMITTED = "admitted"


def refused(connection: Connection, limit: int) -> list[SetAside]:
    """Return entries that were set aside and are not settled, the first refused first."""
    columns = refused_table.c
    query = select(refused_table).where(columns.settled.is_(None)).order_by(columns.refusal)
    return [
        SetAside(
            refusal=row.refusal,
            reason=RefusalReason(row.reason),
            at=row.refused_at,
            entry=_waiting(row.refusal, row.id, row.body, row.authenticator),
        )
        for row in connection.execute(query.limit(limit))
    ]


def count_refused(connection: Connection) -> dict[RefusalReason, int]:
    """Return how many entries are set aside and not settled, by reason."""
    columns = refused_table.c
    query = select(columns.reason, func.count()).where(columns.settled.is_(None))
    rows = connection.execute(query.group_by(columns.reason))
    return {RefusalReason(row[0]): int(row[1]) for row in rows}


def settle(connection: Connection, refusal: str, *, admitted: bool) -> None:
    """Write down what becomes of an entry that was set aside: it waits again, or stays there for ever."""
    mine = update(refused_table).where(refused_table.c.refusal == refusal)
    connection.execute(mine.values(settled=_ADMITTED if admitted else "noted"))


def is_admitted(connection: Connection, identifier: str) -> bool:
    """Whether somebody let an entry have a number whatever instant it says."""
    columns = refused_table.c
    query = select(columns.refusal).where(columns.id == identifier, columns.settled == _ADMITTED)
    return connection.execute(query.limit(1)).first() is not None


def count_pending(connection: Connection) -> int:
    """Return how many entries have no number yet."""
    query = select(func.count()).select_from(entry_table).where(entry_table.c.number.is_(None))
    return int(connection.execute(query).scalar_one())


def oldest_pending(connection: Connection) -> datetime | None:
    """Return since when the oldest entry waits for its number, by its own instant; None where none does."""
    query = select(func.min(entry_table.c.at)).where(entry_table.c.number.is_(None))
    found: datetime | None = connection.execute(query).scalar_one()
    return found


def give_numbers(connection: Connection, ids: Sequence[str], first: int) -> None:
    """Number entries in this order, from ``first``; one that has a number is a bug."""
    columns = entry_table.c
    statement = (
        entry_table.update()
        .where(columns.id == bindparam("identifier"), columns.number.is_(None))
        .values(number=bindparam("place"), authenticator=None)
    )
    rows = [
        {"identifier": identifier, "place": first + offset} for offset, identifier in enumerate(ids)
    ]
    if rows and connection.execute(statement, rows).rowcount != len(rows):
        raise AssertionError("an entry was numbered twice")


def tile_hashes(connection: Connection, level: int, number: int) -> bytes:
    """Return the hashes of a tile as wide as it is; empty where there is none."""
    columns = tile_table.c
    query = select(cast(columns.hashes, LargeBinary))
    query = query.where(columns.level == level, columns.number == number)
    return bytes(connection.execute(query).scalar() or b"")


def save_tiles(connection: Connection, tiles: Sequence[Tile]) -> None:
    """Keep tiles that are new or wider; a full one is never replaced: its key is taken."""
    columns = tile_table.c
    for tile in tiles:
        connection.execute(
            tile_table.delete().where(
                columns.level == tile.level,
                columns.number == tile.number,
                func.length(columns.hashes) < TILE_BYTES,
            )
        )
    if tiles:
        connection.execute(
            tile_table.insert(),
            [{"level": t.level, "number": t.number, "hashes": t.hashes} for t in tiles],
        )


def tile_names(connection: Connection) -> Iterator[TileId]:
    """Name every stored tile."""
    columns = tile_table.c
    for row in connection.execute(select(columns.level, columns.number)):
        yield TileId(row.level, row.number)


def save_checkpoint(connection: Connection, signed: SignedCheckpoint) -> None:
    """Keep a signed checkpoint; two of one size cannot be."""
    connection.execute(
        checkpoint_table.insert().values(
            size=signed.checkpoint.size, note=signed.note, at=signed.at
        )
    )


def last_checkpoint(connection: Connection) -> SignedCheckpoint | None:
    """Return the checkpoint of the largest tree."""
    query = select(checkpoint_table).order_by(checkpoint_table.c.size.desc()).limit(1)
    row = connection.execute(query).first()
    return None if row is None else _checkpoint(row)


def count_signed(connection: Connection) -> int:
    """Return how many checkpoints of a log with entries were signed."""
    query = select(func.count()).select_from(checkpoint_table)
    return int(connection.execute(query.where(checkpoint_table.c.size > 0)).scalar_one())


def checkpoint_at(connection: Connection, size: int) -> SignedCheckpoint | None:
    """Return the checkpoint signed for this size, if one was."""
    query = select(checkpoint_table).where(checkpoint_table.c.size == size)
    row = connection.execute(query).first()
    return None if row is None else _checkpoint(row)


def checkpoint_notes(connection: Connection) -> list[tuple[int, str]]:
    """Return size and signed note of every checkpoint, smallest tree first; nothing is read yet."""
    query = select(checkpoint_table.c.size, checkpoint_table.c.note)
    rows = connection.execute(query.order_by(checkpoint_table.c.size))
    return [(row.size, row.note) for row in rows]


def _checkpoint(row: Row[Any]) -> SignedCheckpoint:
    note = parse_note(row.note.encode())
    return SignedCheckpoint(checkpoint=parse_checkpoint(note.text), note=row.note, at=row.at)


def outside(connection: Connection) -> dict[str, Outside]:
    """Return how places outside stand, by name."""
    return {
        row.place: Outside(
            place=row.place,
            pushed_size=row.pushed_size,
            pushed_at=row.pushed_at,
            compared_at=row.compared_at,
            fault=row.fault,
            where=row.at_size,
        )
        for row in connection.execute(select(outside_table).order_by(outside_table.c.place))
    }


def asked_of(connection: Connection, place: str) -> tuple[str | None, datetime | None]:
    """Return the job that was last asked to push to a place, and when."""
    columns = outside_table.c
    query = select(columns.job, columns.asked_at).where(columns.place == place)
    row = connection.execute(query).first()
    return (None, None) if row is None else (row.job, row.asked_at)


def note_outside(connection: Connection, place: str, **values: Any) -> None:
    """Write down something about a place."""
    new = inserting(connection, outside_table).values(
        {"place": place, "fault": "", "at_size": "", **values}
    )
    connection.execute(new.on_conflict_do_update(index_elements=["place"], set_=values))


def bodies(connection: Connection, first: int, count: int) -> list[bytes]:
    """Return the bytes of numbered entries in order, from ``first``, at most ``count``."""
    columns = entry_table.c
    query = select(columns.body).where(columns.number >= first, columns.number < first + count)
    return [bytes(body) for body in connection.execute(query.order_by(columns.number)).scalars()]


class Kept(NamedTuple):
    """A numbered entry as it lies in the database, nothing of it believed yet."""

    number: int
    body: bytes
    columns: tuple[object, ...]


def kept_from(connection: Connection, first: int, count: int) -> list[Kept]:
    """Return what lies there in order of number, from ``first``, at most ``count``; for the audit.

    Everything is read raw, so that values nobody could have written by us are found, not fatal.
    """
    columns = entry_table.c
    beside = [type_coerce(c, String) for c in (columns.id, columns.kind, columns.department)]
    query = (
        select(columns.number, cast(columns.body, LargeBinary), *beside, _raw_instant(connection))
        .where(columns.number >= first)
        .order_by(columns.number)
        .limit(count)
    )
    return [Kept(row[0], bytes(row[1]), tuple(row[2:])) for row in connection.execute(query)]


class Raw(NamedTuple):
    """An entry as it lies in the database, its bytes not read."""

    id: str
    number: int | None
    body: bytes


def raw_behind(connection: Connection, after: str, most: int) -> list[Raw]:
    """Return entries in order of id, behind one, with a number or without."""
    query = _RAW.where(entry_table.c.id > after).order_by(entry_table.c.id).limit(most)
    return [Raw(row[0], row[1], bytes(row[2])) for row in connection.execute(query)]


def raw_called(connection: Connection, ids: Sequence[str]) -> Iterator[Raw]:
    """Yield the entries of these ids that are there."""
    for some in chunks(ids):
        for row in connection.execute(_RAW.where(entry_table.c.id.in_(some))):
            yield Raw(row[0], row[1], bytes(row[2]))


def entries_of_kind(connection: Connection, kind: EntryKind) -> Iterator[LoggedEntry]:
    """Yield every entry of a kind, in the order of ids, with a number or without: for rare ones."""
    query = select(entry_table).where(entry_table.c.kind == kind.value)
    for row in connection.execute(query.order_by(entry_table.c.id)):
        yield _logged(row)


class Erasure(NamedTuple):
    """The rows that one entry says were erased: the entries that spoke of them, in order."""

    entry: str
    salt: bytes
    erased: tuple[str, ...]


def insert_erasure(connection: Connection, erasure: Erasure) -> None:
    """Keep which entries' rows were erased."""
    rows = [
        {"erased": erased, "entry": erasure.entry, "salt": erasure.salt}
        for erased in erasure.erased
    ]
    connection.execute(erasure_table.insert(), rows)


def erasures_by_entry(
    connection: Connection, after: str | None, until: str | None
) -> Iterator[Erasure]:
    """Yield erasures in the order of their entries: see ``streams.between``."""
    query = between(select(erasure_table), erasure_table.c.entry, after, until)
    rows = (row for piece in in_pieces(connection, query) for row in piece)
    for _, several in groupby(rows, key=lambda row: str(row.entry)):
        yield _erasure(list(several))


def erasures_of(connection: Connection, erased: Sequence[str]) -> Iterator[Erasure]:
    """Yield the erasures that speak of some entries, each with all of which it speaks."""
    columns = erasure_table.c
    for some in chunks(erased):
        mine = select(columns.entry).where(columns.erased.in_(some))
        query = select(erasure_table).where(columns.entry.in_(mine)).order_by(columns.entry)
        for _, several in groupby(connection.execute(query), key=lambda row: str(row.entry)):
            yield _erasure(list(several))


def _erasure(rows: Sequence[Row[Any]]) -> Erasure:
    salt = bytes(rows[0].salt)
    return Erasure(rows[0].entry, salt, tuple(sorted(row.erased for row in rows)))


def columns_of(connection: Connection, entry: Entry) -> tuple[object, ...]:
    """Return what must lie beside an entry's body: :attr:`Kept.columns` of an honest row."""
    at = Instant().process_bind_param(entry.at, connection.dialect)
    return entry.id, entry.kind.value, _department(entry), at


def _raw_instant(connection: Connection) -> ColumnElement[Any]:
    """The instant as the database keeps it: text on SQLite, its own type on PostgreSQL."""
    return type_coerce(
        entry_table.c.at, String if connection.dialect.name == "sqlite" else DateTime(timezone=True)
    )


def _department(entry: Entry) -> str:
    return str(entry.public.get("department", ""))


def entry_by_id(connection: Connection, identifier: str) -> LoggedEntry:
    """Return one entry; refuses an id that is none."""
    row = connection.execute(select(entry_table).where(entry_table.c.id == identifier)).first()
    if row is None:
        raise errors.entry_not_found()
    return _logged(row)


def entries_newest(
    connection: Connection,
    skip: int,
    limit: int,
    kind: EntryKind | None = None,
    department: str = "",
) -> list[LoggedEntry]:
    """Return numbered entries, newest first, after skipping some."""
    query = _matching(select(entry_table), kind, department)
    query = query.order_by(entry_table.c.number.desc())
    if (
        kind is None and not department
    ):  # numbers have no gaps: no need to walk over what is skipped
        newest = _newest(connection)
        query = query.where(entry_table.c.number <= (-1 if newest is None else newest) - skip)
    else:
        query = query.offset(skip)
    return [_logged(row) for row in connection.execute(query.limit(limit))]


def count_entries(
    connection: Connection, kind: EntryKind | None = None, department: str = ""
) -> int:
    """Return how many numbered entries there are."""
    if kind is None and not department:
        newest = _newest(connection)
        return 0 if newest is None else int(newest) + 1
    query = _matching(select(func.count()).select_from(entry_table), kind, department)
    return int(connection.execute(query).scalar_one())


def _newest(connection: Connection) -> int | None:
    """Return the highest number; a text or bytes in its place, which SQLite orders behind all, is none."""
    number = entry_table.c.number
    query = select(func.max(number)).where(number <= _HIGHEST)
    newest = connection.execute(query).scalar()
    return None if newest is None else int(newest)


def id_at(connection: Connection, number: int) -> str | None:
    """Return the id of the entry that has this number."""
    query = select(entry_table.c.id).where(entry_table.c.number == number)
    return connection.execute(query).scalar()


def has_entry(connection: Connection, identifier: str) -> bool:
    """Whether there is an entry of this id."""
    query = select(entry_table.c.id).where(entry_table.c.id == identifier)
    return connection.execute(query).scalar() is not None


def entries_from(
    connection: Connection,
    first: int,
    limit: int,
    kind: EntryKind | None = None,
    department: str = "",
) -> list[LoggedEntry]:
    """Return numbered entries, oldest first, from a number on."""
    query = _matching(select(entry_table), kind, department)
    query = query.where(entry_table.c.number >= first)
    rows = connection.execute(query.order_by(entry_table.c.number).limit(limit))
    return [_logged(row) for row in rows]


def _matching(query: Select[Any], kind: EntryKind | None, department: str) -> Select[Any]:
    query = query.where(entry_table.c.number.is_not(None))
    if kind is not None:
        query = query.where(entry_table.c.kind == kind.value)
    if department:
        query = query.where(entry_table.c.department == department)
    return query


def departments(connection: Connection) -> list[str]:
    """Return the codes of departments that stand in the log (one step down the index for each)."""
    column = entry_table.c.department
    found: list[str] = []
    while True:
        query = select(func.min(column)).where(column > (found[-1] if found else ""))
        code = connection.execute(query).scalar()
        if code is None:
            return found
        found.append(code)


def _logged(row: Row[Any]) -> LoggedEntry:
    body = bytes(row.body)
    return LoggedEntry(entry=parse_entry(body), body=body, number=row.number)
