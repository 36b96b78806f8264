"""What a module declares of the rows that the ledger speaks of, and how a row is held against its entry.

A module says in its room ``proven`` how to go through such rows and what follows from each: the public
fields that its entry must show, and the facts and salt to which the entry must commit. Whoever compares
knows nothing else of the module.
"""

import functools
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, Protocol

import msgspec
from sqlalchemy import Connection

from tongban.kernel.errors import Refusal
from tongban.kit.db import Reader, Unit
from tongban.modules.ledger import store
from tongban.modules.ledger.formats.entry import commitment_of, parse_entry
from tongban.modules.ledger.formats.erasure import erasure_facts
from tongban.modules.ledger.model import (
    Entry,
    EntryKind,
    ErasureRule,
    LoggedEntry,
    Opening,
    PublicValue,
)

PRIVATE = "commitment"
"""What differs where only something behind the commitment does, and nothing says which of it."""
KIND = "kind"
"""What differs where the entry is of another kind than the row's state has."""


class ProvenRow(msgspec.Struct, frozen=True, kw_only=True):
    """A row as its entry must have it."""

    table: str
    key: str
    """What the row is called in a finding: an internal id or a published code, never a person's."""
    entry: str
    """Id of the entry that speaks of it; empty where it lacks the one it must have."""
    kinds: Collection[EntryKind]
    """What kinds of entry may stand for the row as it is."""
    public: Mapping[str, PublicValue | None] = {}
    """Public fields that follow from the row; None for one that the entry must not show."""
    opening: Opening | None = None
    """What the entry must commit to; None where entries of its time committed to nothing."""
    before: Opening | None = None
    """What an entry of an earlier release may commit to instead, where that was less."""
    gave_way_to: str = ""
    """The entry that took the place of this one, which must stand behind it in the log; empty for the
    newest."""
    faults: tuple[str, ...] = ()
    """Columns that contradict what the row itself holds besides, under seal for example."""


def opening_with(salt: bytes | None, facts: Mapping[str, Any]) -> Opening | None:
    """Return what a row must open its entry with; None for one that has no salt to do it."""
    return None if salt is None else Opening(salt=salt, facts=dict(facts))


def salted_row(
    *,
    table: str,
    key: str,
    entry: str,
    kinds: Collection[EntryKind],
    public: Mapping[str, PublicValue | None],
    salt: bytes | None,
    facts: Mapping[str, Any],
    faults: Sequence[str] = (),
) -> ProvenRow:
    """Return a row that keeps the salt of its entry: without one it is at fault, as nothing else would
    hold it to the facts that its entry does not show."""
    return ProvenRow(
        table=table,
        key=key,
        entry=entry,
        kinds=kinds,
        public=public,
        opening=opening_with(salt, facts),
        faults=(*(("salt",) if salt is None else ()), *faults),
    )


class ProvenRows(Protocol):
    """A module's declaration of one kind of row that the ledger speaks of."""

    @property
    def name(self) -> str:
        """What such a row is: a word with a name in ``audit.rows``."""
        ...

    @property
    def tables(self) -> frozenset[str]:
        """The tables in which they are kept."""
        ...

    @property
    def kinds(self) -> frozenset[EntryKind]:
        """The kinds of entry that speak of them."""
        ...

    @property
    def erasures(self) -> Sequence[ErasureRule]:
        """By which rules such rows may be erased; none for what is kept for ever."""
        ...

    def between(self, reader: Reader, after: str | None, until: str | None) -> Iterator[ProvenRow]:
        """Yield the rows whose entry's id is behind ``after`` and not behind ``until``.

        None has no bound; rows that must have an entry and lack it come first of all. Memory stays
        bounded, however many there are.
        """
        ...

    def accounted(self, reader: Reader, entries: Sequence[LoggedEntry]) -> set[str]:
        """Return of entries that no row names those which need none: a later entry took their place."""
        ...

    def adopt(self, unit: Unit, most: int) -> int:
        """Give some rows of before they were proven an entry that says how they were found.

        Returns how many there were. It is done once, before the baseline of the tables is recorded.
        """
        ...


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """An entry as it lies in the database; ``logged`` is None where its bytes are none of ours."""

    id: str
    logged: LoggedEntry | None


def entries_behind(connection: Connection, after: str, most: int) -> list[Held]:
    """Return a stretch of all entries in the order of their ids, those without a number as well."""
    return [_held(row) for row in store.raw_behind(connection, after, most)]


def entries_called(connection: Connection, ids: Collection[str]) -> dict[str, LoggedEntry]:
    """Return the entries of these ids that are there and can be read."""
    held = (_held(row) for row in store.raw_called(connection, sorted(ids)))
    return {one.id: one.logged for one in held if one.logged is not None}


def _held(row: store.Raw) -> Held:
    entry = _read(row.body)
    if entry is None:
        return Held(id=row.id, logged=None)
    return Held(id=row.id, logged=LoggedEntry(entry=entry, body=row.body, number=row.number))


@functools.lru_cache(maxsize=4_000)  # two kinds of row ask for the same entries of a stretch
def _read(body: bytes) -> Entry | None:
    try:
        return parse_entry(body)
    except Refusal:
        return None


def differing(row: ProvenRow, logged: LoggedEntry) -> tuple[str, ...]:
    """Return the fields in which a row is not what its entry says; none where it is.

    A field that only the commitment covers is named where the row keeps the facts beside it, and is
    :data:`PRIVATE` where it does not.
    """
    entry = logged.entry
    public: Mapping[str, PublicValue | None] = row.public
    if entry.kind is EntryKind.RECORDED_AS_FOUND:
        public = {"table": row.table, "row": row.key}
    found = [name for name, value in public.items() if entry.public.get(name) != value]
    if entry.kind not in row.kinds:
        found.insert(0, KIND)
    found += [name for name in row.faults if name not in found]
    known = [one for one in (row.opening, row.before) if one is not None]
    held = (
        known or entry.kind is EntryKind.RECORDED_AS_FOUND
    )  # which shows nothing of what it holds
    if not found and held and not any(opens(one, entry.commitment) for one in known):
        found.append(PRIVATE)
    return tuple(found)


def opens(opening: Opening, commitment: str | None) -> bool:
    """Whether facts and salt are what an entry committed to."""
    try:
        return commitment_of(opening) == commitment
    except Refusal:  # a salt of another length, or facts that no entry could have committed to
        return False


NO_ENTRY = "entry"
"""What differs where the entry that a row names is not there, or it names none."""

FOUND_ALTERED = "found_altered"
"""What an entry shows of whose row it was noticed, when the entry was written, that it was not what the
entry before said."""


def is_found_altered(logged: LoggedEntry) -> bool:
    """Whether an entry says that its row was found altered once."""
    return logged.entry.public.get(FOUND_ALTERED) is True


def altered_before(connection: Connection, rows: Sequence[ProvenRow]) -> dict[str, PublicValue]:
    """Return what a new entry shows besides, of rows as they were before what it says was done.

    Nothing where they were what their entries say. Whoever gives a row a new newest entry asks this:
    else the entry would make true what somebody changed past the system.
    """
    return {FOUND_ALTERED: True} if unlike(connection, rows) else {}


def unlike(connection: Connection, rows: Sequence[ProvenRow]) -> dict[str, tuple[str, ...]]:
    """Return by key the rows that are not what their entries say, and in which fields: for pages.

    One question for all of them. What they show is true as long as the log itself is.
    """
    there = entries_called(connection, {row.entry for row in rows if row.entry})
    found: dict[str, tuple[str, ...]] = {}
    for row in rows:
        logged = there.get(row.entry)
        fields = (NO_ENTRY,) if logged is None else _differing_or_once(row, logged)
        if fields:
            found[row.key] = (*found.get(row.key, ()), *fields)
    return found


def _differing_or_once(row: ProvenRow, logged: LoggedEntry) -> tuple[str, ...]:
    once = (FOUND_ALTERED,) if is_found_altered(logged) else ()
    return (*differing(row, logged), *once)


def gave_way(
    connection: Connection, entries: Sequence[LoggedEntry], field: str, newest: Mapping[str, str]
) -> set[str]:
    """Return the entries after which another speaks of the same row.

    Of which row one speaks stands in a public field, or in ``row`` where it was recorded as found;
    ``newest`` is what the rows name now, by that key.
    """
    there = entries_called(connection, set(newest.values()))
    return {
        one.entry.id
        for one in entries
        if is_before(one, there.get(newest.get(spoken_of(one, field), "")))
    }


def spoken_of(logged: LoggedEntry, field: str) -> str:
    """Return the key of the row of which an entry speaks, as a public field has it."""
    public = logged.entry.public
    return str(public.get(field) or public.get("row", ""))


def is_before(one: LoggedEntry, other: LoggedEntry | None) -> bool:
    """Whether an entry stands before another in the log, or will once both have their numbers."""
    if other is None:
        return False
    if one.number is None:
        return other.number is None and one.entry.id < other.entry.id
    return other.number is None or other.number > one.number


def is_newest(
    connection: Connection, entry: str, others: Collection[str], kinds: Collection[EntryKind]
) -> bool:
    """Whether none of the others of these kinds stands behind an entry in the log."""
    there = entries_called(connection, {entry, *others})
    mine = there.get(entry)
    return not any(
        mine is not None and one.entry.kind in kinds and is_before(mine, one)
        for one in there.values()
    )


def erased(
    connection: Connection, declared: ProvenRows, entries: Sequence[LoggedEntry]
) -> tuple[set[str], set[str]]:
    """Return of entries that no row names those whose rows were erased by a rule of theirs, and those
    that were erased by none.

    An erasure counts where its own entry is there, commits to exactly what it is said to have erased,
    stands behind what it erased, and is of these tables.
    """
    known = {one.entry.id: one for one in entries}
    found = list(store.erasures_of(connection, sorted(known)))
    there = entries_called(connection, {one.entry for one in found})
    by_rule: set[str] = set()
    by_none: set[str] = set()
    for one in found:
        said = there.get(one.entry)
        if said is None or not _says_erased(said, one):
            continue
        for gone in (known[each] for each in one.erased if each in known):
            rightly = is_before(gone, said) and _by_rule(declared, said, gone)
            (by_rule if rightly else by_none).add(gone.entry.id)
    return by_rule, by_none


def _says_erased(said: LoggedEntry, erasure: store.Erasure) -> bool:
    opening = Opening(salt=erasure.salt, facts=erasure_facts(erasure.erased))
    is_one = said.entry.kind is EntryKind.ERASED
    return is_one and opens(opening, said.entry.commitment)


def _by_rule(declared: ProvenRows, said: LoggedEntry, gone: LoggedEntry) -> bool:
    public = said.entry.public
    return public.get("table") in declared.tables and any(
        rule.name == public.get("reason") and gone.entry.kind in rule.kinds
        for rule in declared.erasures
    )


def is_numbered_before(one: LoggedEntry, since: int | None) -> bool:
    """Whether an entry has its number, and one before the baseline of a table."""
    return one.number is not None and since is not None and one.number < since


def baselines(connection: Connection) -> dict[str, int | None]:
    """Return by table the number of the entry since which every row of it has an entry of its time.

    The first that was recorded counts. None as a number: recorded, and not numbered yet.
    """
    found: dict[str, int | None] = {}
    for logged in store.entries_of_kind(connection, EntryKind.BASELINE):
        for table in _tables(logged):
            found.setdefault(table, logged.number)
    return found


def _tables(logged: LoggedEntry) -> list[str]:
    tables = logged.entry.public.get("tables")
    return tables if isinstance(tables, list) else []
