"""A whole list as a file: workbook, CSV or JSON, from one view, in pieces, in bounded memory."""

from collections.abc import Callable, Sequence
from enum import StrEnum
from pathlib import Path
from typing import IO, Any, Protocol

import msgspec

from tongban.kernel.realms import Realm
from tongban.kit.db import Reader
from tongban.kit.lists.cells import in_csv, in_json
from tongban.kit.lists.declaration import Asking, Column, Filter, Listing, Place
from tongban.kit.lists.workbook import MEDIA_TYPE, About, Workbook
from tongban.kit.sheets import MARK, csv_lines

Progress = Callable[[int], None]


class Form(StrEnum):
    """What a list is taken away as; the value is the ending of the file."""

    XLSX = "xlsx"
    CSV = "csv"
    JSON = "json"


MEDIA_TYPES = {
    Form.XLSX: MEDIA_TYPE,
    Form.CSV: "text/csv",
    Form.JSON: "application/json",
}


class TooLong(Exception):
    """A list that is longer than was allowed for."""


class _Writer(Protocol):
    def write(self, rows: Sequence[Any]) -> None: ...

    def close(self) -> None: ...


def write(
    reader: Reader,
    listing: Listing,
    asking: Asking,
    form: Form,
    file: IO[bytes],
    *,
    most: int | None = None,
    progress: Progress | None = None,
    folder: Path | None = None,
) -> int:
    """Write every row as filtered into a file and return how many there were.

    All are of one view of the database. Raises :class:`TooLong` beyond ``most`` rows.
    """
    asking = known_to(reader, listing, asking)
    writer = _WRITERS[form](reader, listing, asking, file, folder)
    rows = 0
    try:
        for piece in listing.source.every(reader, asking):
            rows += len(piece)
            if most is not None and rows > most:
                raise TooLong
            writer.write(piece)
            if progress is not None:
                progress(rows)
    finally:
        writer.close()
    return rows


def known_to(reader: Reader, listing: Listing, asking: Asking) -> Asking:
    """Return the same with what the list looks up once for all rows."""
    return asking if listing.known is None else asking.knowing(listing.known(reader, asking))


class _Csv:
    def __init__(self, columns: Sequence[Column], asking: Asking, file: IO[bytes]) -> None:
        self._columns, self._asking, self._file = columns, asking, file
        file.write(MARK + csv_lines([[asking.t(column.heading) for column in columns]]))

    def write(self, rows: Sequence[Any]) -> None:
        cells = ([in_csv(column, row, self._asking) for column in self._columns] for row in rows)
        self._file.write(csv_lines(cells, self._asking.zone))

    def close(self) -> None:
        pass


class _Json:
    def __init__(self, listing: Listing, asking: Asking, file: IO[bytes]) -> None:
        self._listing, self._asking, self._file = listing, asking, file
        self._total = 0
        file.write(b'{"data":[')

    def write(self, rows: Sequence[Any]) -> None:
        for row in rows:
            self._file.write(b"," if self._total else b"")
            thing = self._listing.object_of(row, self._asking)
            self._file.write(msgspec.json.encode(in_json(dict(thing))))
            self._total += 1

    def close(self) -> None:
        self._file.write(b'],"total":%d}' % self._total)


def _workbook(
    reader: Reader, listing: Listing, asking: Asking, file: IO[bytes], folder: Path | None
) -> _Writer:
    about = About(
        title=asking.t(listing.title),
        government=reader.port(Place).government(reader, asking.language),
        narrowed=narrowed(reader, listing, asking),
        at=reader.now,
        cut=asking.t("kit.list.cut"),
    )
    return Workbook(file, listing.in_file, asking, about, folder=folder)


_WRITERS: dict[Form, Callable[[Reader, Listing, Asking, IO[bytes], Path | None], _Writer]] = {
    Form.XLSX: _workbook,
    Form.CSV: lambda _, listing, asking, file, __: _Csv(listing.in_file, asking, file),
    Form.JSON: lambda _, listing, asking, file, __: _Json(listing, asking, file),
}


def narrowed(reader: Reader, listing: Listing, asking: Asking) -> str:
    """Return in words by what a list is narrowed; empty where it is whole."""
    said = [
        f"{asking.t(one.label) if one.label else one.name}{asking.t('kit.list.is')}{text}"
        for one in listing.filters
        if (text := _said(reader, one, asking))
    ]
    return asking.t("kit.list.and").join(said)


def _said(reader: Reader, one: Filter, asking: Asking) -> str:
    value = asking.values.get(one.name)
    if one.is_default(value):
        return ""
    named = dict(one.choices(reader, asking)) if one.choices else {}
    return str(named.get(str(value), value))


def file_title(reader: Reader, listing: Listing, asking: Asking) -> str:
    """Return what a file is called, without its ending: the title, and the day; a trial's says so."""
    title = f"{asking.t(listing.title)} {reader.now.astimezone(asking.zone):%Y-%m-%d}"
    return f"{asking.t('kit.trial.label')} {title}" if _is_tried(reader) else title


def plain_name(reader: Reader, listing: Listing, form: Form) -> str:
    """Return what a file is called for old programs, in ASCII."""
    return f"{'trial-' if _is_tried(reader) else ''}{listing.name}.{form}"


def _is_tried(reader: Reader) -> bool:
    return reader.port(Place).realm(reader) is Realm.TRIAL
