"""The departments' sources: each opened for reading only, by the adapter its definition names."""

import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from tongban.kernel.errors import Refusal
from tongban.kit import tally
from tongban.modules.exchange import errors
from tongban.modules.exchange.adapters.sqlite import SqliteSource
from tongban.modules.exchange.errors import Cause
from tongban.modules.exchange.model import Found, Sample, Source, SourceTable

_ADDRESS = "TONGBAN_SOURCE_"
_UNREADABLE = "exchange.source_unreadable"


class _Opened(Protocol):
    """One source that can be read."""

    def read(
        self,
        table: str,
        identifier_column: str,
        identifier: str,
        columns: Sequence[str],
        newest: str,
    ) -> Found | None: ...

    def look(self, table: str) -> SourceTable | None: ...

    def first(self, table: str, columns: Sequence[str], rows: int) -> list[tuple[Any, ...]]: ...

    def every(
        self, table: str, columns: Sequence[str], rows: int, size: int
    ) -> list[tuple[Any, ...]]: ...

    def jumped(self, table: str, columns: Sequence[str], rows: int) -> list[tuple[Any, ...]]: ...

    def size(self, table: str) -> int | None: ...

    def close(self) -> None: ...


def _jumped(
    opened: _Opened, table: str, columns: Sequence[str], rows: int
) -> list[tuple[Any, ...]]:
    return opened.jumped(table, columns, rows)


def _gone_through(
    opened: _Opened, table: str, columns: Sequence[str], rows: int
) -> list[tuple[Any, ...]]:
    return opened.every(table, columns, rows, opened.size(table) or 0)


class DepartmentSources:
    """Opens sources as they are needed and keeps them open; safe from any thread.

    ``addresses`` are those of servers, by the name that a definition gives instead of one.
    """

    def __init__(self, folder: Path, addresses: Mapping[str, str]) -> None:
        self._folder = folder.resolve()
        self._addresses = addresses
        self._opened: dict[Source, _Opened] = {}
        self._lock = threading.Lock()

    def read(
        self,
        source: Source,
        table: str,
        identifier_column: str,
        identifier: str,
        columns: Sequence[str],
        newest: str = "",
    ) -> Found | None:
        """Return the newest row about the identifier, or None; see the protocol."""
        began, outcome = time.monotonic(), "failed"
        try:
            found = self._at(source).read(table, identifier_column, identifier, columns, newest)
            outcome = "nothing_found" if found is None else "answered"
            return found
        except Refusal as refusal:
            if refusal.code == _UNREADABLE:
                outcome = "unreadable"
            raise
        finally:
            tally.count("tongban_source_reads", source.code, outcome)
            took = time.monotonic() - began
            tally.took("tongban_source_read_duration_seconds", took, source.code)

    def look(self, source: Source, table: str) -> SourceTable | None:
        """Return the columns of a table; see the protocol."""
        return self._at(source).look(table)

    def sample(self, source: Source, table: str, columns: Sequence[str], rows: int) -> Sample:
        """Return some rows; see the protocol.

        Places are jumped to where there are any; else the table is gone through, and where that
        takes too long or is not allowed, the first rows have to do.
        """
        opened = self._at(source)
        first = opened.first(table, columns, rows + 1)
        if len(first) <= rows:
            return Sample(rows=first, whole=True, spread=True)
        for way in (_jumped, _gone_through):
            try:
                found = way(opened, table, columns, rows)
            except Refusal:
                continue
            if len(found) * 2 >= rows:
                return Sample(rows=found, whole=False, spread=True)
        return Sample(rows=first[:rows], whole=False, spread=False)

    def size(self, source: Source, table: str) -> int | None:
        """Return how many rows a table has; see the protocol."""
        try:
            return self._at(source).size(table)
        except Refusal:
            return None

    def close(self) -> None:
        """Let go of every connection."""
        with self._lock:
            for opened in self._opened.values():
                opened.close()
            self._opened.clear()

    def _at(self, source: Source) -> _Opened:
        return self._opened.get(source) or self._open(source)

    def _open(self, source: Source) -> _Opened:
        with self._lock:
            if source not in self._opened:
                self._opened[source] = self._made(source)
            return self._opened[source]

    def _made(self, source: Source) -> _Opened:
        if source.adapter == "sqlite":
            path = (self._folder / source.location).resolve()
            if not path.is_relative_to(self._folder):
                raise errors.source_unknown(source.code, Cause.OUTSIDE)
            return SqliteSource(source.code, path)
        if source.adapter == "postgresql" and source.location.startswith(_ADDRESS):
            address = self._addresses.get(source.location, "")
            if address:
                # Its driver takes a tenth of a second to load, and most governments do not need it.
                from tongban.modules.exchange.adapters.postgresql import PostgresqlSource

                return PostgresqlSource(source.code, address)
            raise errors.source_unknown(source.code, Cause.UNSET)
        raise errors.source_unknown(source.code, Cause.OUTSIDE)
