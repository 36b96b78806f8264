"""Hold a stretch of rows and entries against each other, and ask what was found."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

import msgspec
from sqlalchemy import Connection

from tongban.kernel.errors import Refusal
from tongban.kit.db import Reader
from tongban.kit.sweeps import Sweep
from tongban.modules.audit import store
from tongban.modules.audit.model import Finding, FindingKind, Kept, Run, Stretch
from tongban.modules.ledger import queries as ledger
from tongban.modules.ledger.model import EntryKind, LoggedEntry
from tongban.modules.ledger.queries import ProvenRow, ProvenRows

MOST = 1000
"""Findings that one stretch lists; the others are counted."""
READERS = ("ledger.audit", "supervision.read", "operations.read")
"""Who may read what was found."""

_ODD = (ValueError, TypeError, KeyError, AttributeError, msgspec.MsgspecError, Refusal)
"""What it raises when a row holds something that nobody could have written by us."""

_Entries = Mapping[str, LoggedEntry]


class Declared:
    """Every kind of proven rows there is, from the lowest module up, and what else is looked through: the
    app gathers and plugs them in."""

    def __init__(self, rows: Sequence[ProvenRows], sweeps: Sequence[Sweep] = ()) -> None:
        self.rows = tuple(rows)
        self.sweeps = tuple(sweeps)


def compare(
    reader: Reader, declared: Sequence[ProvenRows], after: str | None, most: int
) -> Stretch:
    """Hold the entries behind one, and the rows that name them, against each other.

    All in one view: a row and its entry are written together, so that both are seen or neither. None
    begins with what has no entry. Memory is bounded by the number of entries.
    """
    held = ledger.entries_behind(reader.connection, after or "", most)
    until = held[-1].id if len(held) == most else None
    entries = {one.id: one.logged for one in held if one.logged is not None}
    looking = _Looking(reader, entries, after, until)
    for rows_of in declared:
        looking.at(rows_of)
    return Stretch(
        until=until,
        entries=len(held),
        rows=looking.rows,
        findings=tuple(looking.found[:MOST]),
        more=max(0, len(looking.found) - MOST) + looking.more,
    )


class Unreadable(Exception):
    """Something among these rows cannot be read: a smaller stretch tells which."""


class _Looking:
    """One stretch; collects what is wrong and goes on."""

    def __init__(
        self, reader: Reader, entries: _Entries, after: str | None, until: str | None
    ) -> None:
        self.reader = reader
        self.entries = entries
        self.of_kind: dict[EntryKind | str, list[LoggedEntry]] = {}
        for logged in entries.values():
            self.of_kind.setdefault(_sort_of(logged), []).append(logged)
        self.bounds = (after, until)
        self.baselines = ledger.baselines(reader.connection)
        self.found: list[Finding] = []
        self.rows = 0
        self.more = 0

    def at(self, rows_of: ProvenRows) -> None:
        """Look at the rows of one declaration, and at the entries that speak of such rows."""
        try:
            seen = self._rows(rows_of)
            self._entries_left(rows_of, seen)
        except _ODD as error:
            if len(self.entries) > 1:
                raise Unreadable from error
            entry = next(iter(self.entries), "")
            table = min(rows_of.tables)
            self._find(FindingKind.UNREADABLE, rows_of, table=table, entry=entry)

    def _rows(self, rows_of: ProvenRows) -> set[str]:
        """Hold rows against their entries; returns the entries that have their row."""
        seen: set[str] = set()
        loose: list[ProvenRow] = []
        older: dict[str, tuple[ProvenRow, LoggedEntry]] = {}
        for row in rows_of.between(self.reader, *self.bounds):
            self.rows += 1
            logged = self.entries.get(row.entry)
            if row.entry in seen:
                self._about(FindingKind.NAMED_TWICE, rows_of, row, logged)
            elif logged is not None:
                seen.add(row.entry)
                self._hold(rows_of, row, logged)
                if row.gave_way_to:
                    older[row.entry] = row, logged
                elif ledger.is_found_altered(logged):
                    self._about(FindingKind.FOUND_ALTERED, rows_of, row, logged)
            elif len(loose) < MOST:
                loose.append(row)
            else:
                self.more += 1
        self._loose(rows_of, loose)
        self._back(rows_of, {entry: self.entries[entry] for entry in seen})
        self._older(rows_of, list(older.values()))
        return seen

    def _older(self, rows_of: ProvenRows, older: Sequence[tuple[ProvenRow, LoggedEntry]]) -> None:
        """Look whether what took the place of entries stands behind them: else it is a step back."""
        named = {row.gave_way_to for row, _ in older} - self.entries.keys()
        there = {**self.entries, **ledger.entries_called(self.reader.connection, named)}
        for row, logged in older:
            if not ledger.is_before(logged, there.get(row.gave_way_to)):
                self._about(FindingKind.DIFFERS, rows_of, row, logged, ("entry",))

    def _back(self, rows_of: ProvenRows, held: _Entries) -> None:
        """Look for rows that are there although the log says that they were erased."""
        if not rows_of.erasures:
            return
        for some in ledger.erased(self.reader.connection, rows_of, list(held.values())):
            for entry in sorted(some):
                self._find(
                    FindingKind.DIFFERS,
                    rows_of,
                    table=min(rows_of.tables),
                    entry=entry,
                    number=held[entry].number,
                    fields=("erased",),
                )

    def _hold(self, rows_of: ProvenRows, row: ProvenRow, logged: LoggedEntry) -> None:
        fields = ledger.differing(row, logged)
        if fields:
            self._about(FindingKind.DIFFERS, rows_of, row, logged, fields)

    def _loose(self, rows_of: ProvenRows, loose: Sequence[ProvenRow]) -> None:
        """Look for entries that rows name and that are not in this stretch."""
        named = {row.entry for row in loose if row.entry}
        there = ledger.entries_called(self.reader.connection, named)
        for row in loose:
            logged = there.get(row.entry)
            if logged is None:
                self._about(FindingKind.ROW_WITHOUT_ENTRY, rows_of, row, None, row.faults)
            else:
                self._hold(rows_of, row, logged)

    def _entries_left(self, rows_of: ProvenRows, seen: set[str]) -> None:
        left = [each for each in self._speaking_of(rows_of) if each.entry.id not in seen]
        accounted = rows_of.accounted(self.reader, left) if left else set()
        left = [each for each in left if each.entry.id not in accounted]
        erased, by_none = self._erased(rows_of, left)
        for logged in left:
            if logged.entry.id not in erased:
                found = logged.entry.kind is EntryKind.RECORDED_AS_FOUND
                table = str(logged.entry.public["table"]) if found else min(rows_of.tables)
                self._find(
                    FindingKind.ERASED_WITHOUT_RULE
                    if logged.entry.id in by_none
                    else FindingKind.ENTRY_WITHOUT_ROW,
                    rows_of,
                    table=table,
                    row=str(logged.entry.public.get("row", "")),
                    entry=logged.entry.id,
                    number=logged.number,
                )
        for logged in self._found(rows_of):
            if self._is_late(logged):
                self._find(
                    FindingKind.FOUND_LATE,
                    rows_of,
                    table=str(logged.entry.public["table"]),
                    row=str(logged.entry.public["row"]),
                    entry=logged.entry.id,
                    number=logged.number,
                )

    def _erased(
        self, rows_of: ProvenRows, left: Sequence[LoggedEntry]
    ) -> tuple[set[str], set[str]]:
        if not left:
            return set(), set()
        return ledger.erased(self.reader.connection, rows_of, left)

    def _speaking_of(self, rows_of: ProvenRows) -> Iterator[LoggedEntry]:
        """Yield the entries of this stretch that speak of such rows."""
        for kind in rows_of.kinds:
            yield from self.of_kind.get(kind, ())
        yield from self._found(rows_of)

    def _found(self, rows_of: ProvenRows) -> Iterator[LoggedEntry]:
        """Yield the entries of this stretch by which such rows were recorded as found."""
        for table in rows_of.tables:
            yield from self.of_kind.get(table, ())

    def _is_late(self, logged: LoggedEntry) -> bool:
        """Whether a row was recorded as found after the baseline of its table."""
        table = str(logged.entry.public["table"])
        if table not in self.baselines:
            return False
        since = self.baselines[table]
        return since is not None and (logged.number is None or logged.number > since)

    def _about(
        self,
        kind: FindingKind,
        rows_of: ProvenRows,
        row: ProvenRow,
        logged: LoggedEntry | None,
        fields: tuple[str, ...] = (),
    ) -> None:
        number = logged.number if logged is not None else None
        self._find(
            kind,
            rows_of,
            table=row.table,
            row=row.key,
            entry=row.entry,
            number=number,
            fields=fields,
        )

    def _find(self, kind: FindingKind, rows_of: ProvenRows, **said: object) -> None:
        if len(self.found) < MOST:
            self.found.append(
                msgspec.convert({"kind": kind, "rows": rows_of.name, **said}, Finding)
            )
        else:
            self.more += 1


def _sort_of(logged: LoggedEntry) -> EntryKind | str:
    """Return the kind of an entry, or the table of which it records a row as found."""
    entry = logged.entry
    found = entry.kind is EntryKind.RECORDED_AS_FOUND
    return str(entry.public.get("table", "")) if found else entry.kind


def compare_what_can_be_read(
    reader: Reader, declared: Sequence[ProvenRows], after: str | None, most: int
) -> Stretch:
    """Compare a stretch as :func:`compare`; a smaller one where something in it cannot be read.

    So the entry is found whose row holds what nobody could have written, and all others are compared.
    """
    while True:
        try:
            return compare(reader, declared, after, most)
        except Unreadable:
            most = max(1, most // 2)


# What was found ----------------------------------------------------------------------------------


def running(connection: Connection) -> Run | None:
    """Return the audit that is under way, if one is."""
    return store.running(connection)


def last_run(connection: Connection, *, whole: bool = True) -> Run | None:
    """Return the audit that ended last: of all rows, or any."""
    return store.last_ended(connection, whole=whole)


def standing(connection: Connection) -> int:
    """Return how many findings stand."""
    return store.count_standing(connection)


def kinds_standing(connection: Connection) -> list[FindingKind]:
    """Return the kinds of finding of which some stand, in the order in which they are listed."""
    there = store.kinds_standing(connection)
    return [kind for kind in FindingKind if kind.value in there]


def findings(
    connection: Connection,
    *,
    kind: str = "",
    rows: str = "",
    state: str = "",
    page: int = 1,
    size: int | None = 25,
) -> tuple[list[Kept], int]:
    """Return a page of findings, newest first, and how many there are; all without a ``size``."""
    return store.listed(connection, kind, rows, state, page, size)


def every_finding(
    connection: Connection, *, kind: str = "", rows: str = "", state: str = ""
) -> Iterator[list[Kept]]:
    """Return all findings in pieces, newest first."""
    return store.every(connection, kind, rows, state)


def first_findings(connection: Connection, most: int) -> list[Finding]:
    """Return some of the findings that stand."""
    kept = (one.finding for piece in store.every(connection, "", "", "standing") for one in piece)
    return list(islice(kept, most))


def is_due(connection: Connection, now: dt.datetime, zone: dt.tzinfo, hour: int) -> bool:
    """Whether tonight's audit has not begun: none since ``hour`` of this local day, or none at all."""
    last = store.last_ended(connection, whole=True)
    if last is None:
        return True
    local = now.astimezone(zone)
    night = local.replace(hour=hour, minute=0, second=0, microsecond=0)
    if local < night:
        night -= dt.timedelta(days=1)
    return last.began_at < night
