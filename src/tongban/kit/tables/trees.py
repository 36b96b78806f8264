"""JSON as a table: a list of objects, wherever it lies, or one object a line; an object of objects that are
alike, with their keys in a column ``key``; or an object of columns.

Numbers stay as they are written. An object inside an object becomes a column ``outer.inner``, a list of
plain values one cell with a line for each, a list of objects one cell of JSON.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from tongban.kernel.text import Text
from tongban.kit.tables.encodings import REPLACEMENT, encoding_of
from tongban.kit.tables.model import (
    COLUMNS,
    LONGEST_CELL,
    MOST_COLUMNS,
    MOST_ROWS,
    ROWS,
    Line,
    Note,
    TakeNote,
    too_much,
    unreadable,
)
from tongban.kit.tables.written import is_emptied, without_errors

DEEPEST = 12
_NONE: frozenset[int] = frozenset()
_MOST_OTHERS = 20
"""Other lists of a document, and columns of it, that are named."""
_LONGEST_KEY = 60


class Written(dict[str, Any]):
    """An object as it was written, with the keys that it has more than once and not the same."""

    twice: tuple[str, ...] = ()


@dataclass(slots=True)
class Record:
    """An object as cells by dotted key, and the keys that two of its values share."""

    cells: dict[str, str] = field(default_factory=dict)
    twice: dict[str, None] = field(default_factory=dict)
    several: set[str] = field(default_factory=set)
    """Keys whose cell holds more than one value."""


class Tree:
    """A JSON document, read whole, with the list of objects that holds most."""

    keyed = True
    form = "json"

    def __init__(self, path: Path) -> None:
        """Find the list. Refuses a document that is no JSON or has no list of objects."""
        text = path.read_text(encoding_of(path), errors="replace")
        self._damaged = text.count(REPLACEMENT)
        found = _parsed(path, text)
        try:
            self.sheet, self._records, self._others = _records_of(_untitled(found), path)
        except RecursionError:  # reading goes a little deeper than writing a cell
            raise unreadable(path, "JSON") from None
        self._totals = tuple(_totals(found, self.sheet, len(self._records)))
        self._twice = tuple(dict.fromkeys(_twice_around(found, 0))) if self.sheet else ()
        self._columns = _columns(self._records, path)

    def lines(self, note: TakeNote) -> Iterator[Line]:
        """Yield the keys as the first line, then the objects, numbered from 1 in their order."""
        if self._damaged:
            note(Note("bad_bytes", 0, {"count": self._damaged}))
        if self._twice:
            note(Note("key_twice", 0, {"keys": self._twice}))
        if self._others:
            note(Note("lists_not_read", 0, {"list": self.sheet, "others": self._others}))
        for key, said in self._totals:
            note(Note("total_differs", 0, {"key": key, "said": said, "found": len(self._records)}))
        yield Line(0, tuple(self._columns))
        for number, record in enumerate(self._records, 1):
            yield _line(number, record, self._columns, note)


class TreeLines:
    """One JSON object a line, each with the number of its line."""

    keyed = True
    form = "json lines"
    sheet = ""

    def __init__(self, path: Path) -> None:
        """Collect the keys of all objects."""
        self._path = path
        self._encoding = encoding_of(path)
        columns: dict[str, None] = {}
        for _, record in self._objects(lambda _: None):
            columns.update(dict.fromkeys(record.cells if record else ()))
            if len(columns) > MOST_COLUMNS:
                raise too_much(path, COLUMNS, MOST_COLUMNS)
        self._columns = list(columns)

    def lines(self, note: TakeNote) -> Iterator[Line]:
        """Yield the keys as the first line, then the objects; a line that is none is noted."""
        yield Line(0, tuple(self._columns))
        for number, record in self._objects(note):
            if record is None:
                yield Line(number, (), broken=True)
            else:
                yield _line(number, record, self._columns, note)

    def _objects(self, note: TakeNote) -> Iterator[tuple[int, Record | None]]:
        with self._path.open(encoding=self._encoding, errors="replace") as file:
            for number, line in enumerate(file, 1):
                if number > MOST_ROWS:
                    raise too_much(self._path, ROWS, MOST_ROWS)
                if not line.strip():
                    continue
                if REPLACEMENT in line:
                    note(Note("bad_bytes", number, {"count": line.count(REPLACEMENT)}))
                yield number, self._object(line, number, note)

    def _object(self, line: str, number: int, note: TakeNote) -> Record | None:
        try:
            found = _loads(line)
            if isinstance(found, dict):
                return flat(found)
        except (ValueError, RecursionError):
            pass  # it is noted
        note(Note("line_unreadable", number, {"limit": LONGEST_CELL}))
        return None


def of_tree(path: Path) -> "Tree | TreeLines":
    """Return a JSON file as a table: by lines where its first line is an object of its own."""
    with path.open(encoding=encoding_of(path), errors="replace") as file:
        filled = (line for line in file if line.strip())
        first, second = next(filled, ""), next(filled, "")
    return TreeLines(path) if second and _is_object(first) else Tree(path)


def _is_object(line: str) -> bool:
    try:
        return isinstance(_loads(line), dict)
    except (ValueError, RecursionError):
        return False


def _loads(text: str) -> Any:
    """Parse JSON; numbers stay as they are written, of one with an exponent it stays plain that it is one."""
    return json.loads(text.lstrip(REPLACEMENT + "\ufeff"), object_pairs_hook=_written,
                      parse_int=str, parse_float=_number, parse_constant=str)  # fmt: skip


def _number(written: str) -> str:
    """Return a number as it is written, ``5E10`` as ``5.0E+10``: as a text it might be a code."""
    if "e" not in written.casefold():
        return written
    try:
        mantissa, exponent = f"{Decimal(written):E}".split("E")
    except (InvalidOperation, ValueError):
        return written
    return f"{mantissa if '.' in mantissa else mantissa + '.0'}E{exponent}"


def _written(pairs: list[tuple[str, Any]]) -> Written:
    found = Written(pairs)
    if len(found) < len(pairs):
        found.twice = tuple(dict.fromkeys(key for key, said in pairs if said != found[key]))
    return found


def _parsed(path: Path, text: str) -> Any:
    try:
        return _loads(text)
    except json.JSONDecodeError as error:
        raise unreadable(path, f"JSON {error.lineno}:{error.colno} {error.msg}") from None
    except (ValueError, RecursionError):
        raise unreadable(path, "JSON") from None


def _uneven(said: str) -> Text:
    return {
        "zh": f"各列的个数不一样（{said}），分不清哪些是同一行；请补成一样长，空的写 null",
        "en": f"its columns are not of one length ({said}), so nobody knows what is one row; make them "
        "alike and write null for what is empty",
    }


def _untitled(found: Any) -> Any:
    """Return a list of objects without the words before them, which are its title."""
    if not isinstance(found, list):
        return found
    titles = next((at for at, one in enumerate(found) if not isinstance(one, str)), 0)
    return found[titles:]


def _records_of(found: Any, path: Path) -> tuple[str, list[Record], tuple[str, ...]]:
    """Return the way to the longest list of objects in a document, its objects, and other lists."""
    try:
        lists = list(_lists(found, (), 0))
    except _Uneven as uneven:
        raise unreadable(path, _uneven(str(uneven))) from None
    if not lists:
        raise unreadable(path, {"zh": "没有对象的列表", "en": "no list of objects"})
    way, longest = max(lists, key=lambda one: (len(one[1]), -len(one[0])))
    if len(longest) > MOST_ROWS:
        raise too_much(path, ROWS, MOST_ROWS)
    others = tuple(".".join(one) for one, held in lists if held is not longest)
    return ".".join(way), [flat(one) for one in longest], others[:_MOST_OTHERS]


def _lists(found: Any, way: tuple[str, ...], depth: int) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Yield every list of objects that is not itself inside a list; one object alone is a list."""
    if depth > DEEPEST:
        return
    whole = _by_key(found) if depth == 0 or (isinstance(found, dict) and len(found) > 2) else None
    if whole:
        yield way, whole
    elif isinstance(found, list):
        if found and all(isinstance(one, dict) for one in found):
            yield way, found
    elif isinstance(found, dict):
        inner = [
            one for key, value in found.items() for one in _lists(value, (*way, key), depth + 1)
        ]
        yield from inner
        if not inner and depth == 0 and found:
            yield from _columns_in(found, (), 0) or [(way, [found])]


KEY = "key"
"""The column for the keys of an object that holds objects as a list does."""


def _by_key(found: Any) -> list[dict[str, Any]] | None:
    """Return the objects of an object that holds nothing else, all alike: each with its key."""
    if not isinstance(found, dict) or len(found) < 2:
        return None
    if not all(isinstance(one, dict) and len(one) > 1 for one in found.values()):
        return None
    shared = set.intersection(*(set(one) for one in found.values()))
    every = {key for one in found.values() for key in one}
    if len(shared) * 2 < len(every) and not (shared and len(found) > 2):
        return None
    return [Written({KEY: key, **one}) for key, one in found.items()]


def _columns_in(found: Any, way: tuple[str, ...], depth: int) -> list[tuple[tuple[str, ...], Any]]:
    """Return the objects of columns in a document that has no list of objects, as rows."""
    if not isinstance(found, dict) or depth > DEEPEST:
        return []
    if _is_of_columns(found):
        return [(way, _by_column(found))]
    return [
        one for key, value in found.items() for one in _columns_in(value, (*way, key), depth + 1)
    ]


def _is_of_columns(found: dict[str, Any]) -> bool:
    """Whether an object holds nothing but lists of plain values, and not each of one value alone."""
    lists = [one for one in found.values() if isinstance(one, list)]
    plain = not any(isinstance(cell, (list, dict)) for one in lists for cell in one)
    return 1 < len(lists) == len(found) and plain and any(len(one) > 1 for one in lists)


def _by_column(found: dict[str, list[Any]]) -> list[dict[str, Any]]:
    """Return the rows of an object of columns. Refuses it where one is longer than another."""
    lengths = [len(one) for one in found.values()]
    if len(set(lengths)) > 1:
        said = [f"{key[:_LONGEST_KEY]} {len(one)}" for key, one in found.items()]
        raise _Uneven(", ".join(said[:_MOST_OTHERS]))
    return [Written(zip(found, row, strict=True)) for row in zip(*found.values(), strict=True)]


class _Uneven(Exception):
    """Columns of an object differ in length; says how long each is."""


_TOTALS = frozenset(
    {"total", "totalcount", "totalnum", "totalnumber", "totalrows", "totalrecords", "totalelements",
     "totalsize", "totalitems", "totalresults", "count", "rowcount", "recordcount", "recordstotal",
     "itemcount", "numfound", "总数", "总条数", "总记录数", "总数量", "记录数", "条数", "合计", "共计"}
)  # fmt: skip
"""What interfaces call how many rows there are altogether; without case and marks."""
_MARKS = re.compile(r"[\W_]+")
_COUNT = re.compile(r"[0-9]{1,12}")


def _totals(found: Any, way: str, count: int) -> Iterator[tuple[str, str]]:
    """Yield the keys around a list that say how many rows there are, where they say another number."""
    before = ""
    for step in (*way.split("."), ""):
        if not isinstance(found, dict):
            return
        for key, said in found.items():
            counts = _MARKS.sub("", key).casefold() in _TOTALS and isinstance(said, str)
            if counts and _COUNT.fullmatch(said.strip()) and int(said) != count:
                yield f"{before}{key}", said.strip()
        found, before = found.get(step), f"{before}{step}."


def _twice_around(found: Any, depth: int) -> Iterator[str]:
    """Yield the keys that stand twice in the objects around the lists."""
    if isinstance(found, Written) and depth <= DEEPEST:
        yield from found.twice
        for value in found.values():
            yield from _twice_around(value, depth + 1)


def flat(record: dict[str, Any]) -> Record:
    """Return an object as cells by dotted key; the last one where a key has several values."""
    made = Record()
    _flatten(record, "", made, 0)
    return made


def _flatten(record: dict[str, Any], before: str, made: Record, depth: int) -> None:
    for key in getattr(record, "twice", ()):
        made.twice[f"{before}{key}"] = None
    for key, value in record.items():
        way = f"{before}{key}"
        if isinstance(value, dict) and depth < DEEPEST:
            _flatten(value, f"{way}.", made, depth + 1)
            continue
        cell = _cell(value)
        if made.cells.get(way, cell) != cell:
            made.twice[way] = None
        made.cells[way] = cell
        if isinstance(value, list) and len(value) > 1:
            made.several.add(way)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list) and not any(isinstance(one, (dict, list)) for one in value):
        return "\n".join(_cell(one) for one in value)
    if isinstance(value, (list, dict)):
        return json.dumps(value, ensure_ascii=False)
    return str(value)


def _columns(records: list[Record], path: Path) -> list[str]:
    columns = list(dict.fromkeys(key for record in records for key in record.cells))
    if len(columns) > MOST_COLUMNS:
        raise too_much(path, COLUMNS, MOST_COLUMNS)
    return columns


def _line(number: int, record: Record, columns: list[str], note: TakeNote) -> Line:
    if record.twice:
        note(Note("key_twice", number, {"keys": tuple(record.twice)}))
    cells = tuple(record.cells.get(column, "") for column in columns)
    if any(len(cell) > LONGEST_CELL for cell in cells):
        note(Note("line_unreadable", number, {"limit": LONGEST_CELL}))
        return Line(number, (), broken=True)
    said = tuple(without_errors(number, cells, note))
    held = record.several
    several = frozenset(at for at, key in enumerate(columns) if key in held) if held else _NONE
    return Line(number, said, emptied=is_emptied(cells, said), several=several)
