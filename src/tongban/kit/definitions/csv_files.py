"""Reads a CSV file: the header names the keys, each row is one definition.

``promised_limit.days`` is a key inside a key, ``name.en`` one language of a text, and a list is
written with ``;`` between its values. A cell left empty says nothing. It is UTF-8 with commas: a file of
another encoding or delimiter is refused with what it is, for definitions are compared line by line.
"""

import csv
import io
from collections.abc import Iterator
from typing import Any, NoReturn

import msgspec
from msgspec import Struct

from tongban.kit.definitions import reading_rules as rules
from tongban.kit.definitions.nodes import Mapping, Node, Scalar, Sequence
from tongban.kit.definitions.types import Kind, Type, shape_type
from tongban.kit.definitions.yaml_files import Refused, Report, text_of
from tongban.kit.tables.encodings import encoding_of_bytes

BETWEEN = ";"
_LONGEST = 131_072
"""Characters of a row."""


class Column(msgspec.Struct, frozen=True):
    """One column: the way to its key, whether it holds a list, and where it stands."""

    path: tuple[str, ...]
    many: bool
    number: int


class Row(msgspec.Struct, frozen=True):
    """One row as plain values, with its line."""

    line: int
    values: dict[str, Any]


class Table:
    """A CSV file being read: its columns, and its rows one after the other."""

    def __init__(self, content: bytes, shape: type[Struct], report: Report) -> None:
        """Read the header. Raises Refused after reporting why the file cannot be used."""
        self._report = report
        text = text_of(_utf_8(content, report), report)
        self._reader = csv.reader(io.StringIO(text, newline=""), strict=True)
        header = next(self._lines(), None)
        _with_commas(header or [], self._reader.line_num, report)
        self.columns = () if header is None else _columns(header, shape, report)
        self._width = 0 if header is None else len(header)

    def rows(self) -> Iterator[Row]:
        """Yield the rows; one that does not fit the header is reported and left out."""
        before = self._reader.line_num
        for cells in self._lines():
            line, before = before + 1, self._reader.line_num
            if not cells:
                continue
            if len(cells) != self._width:
                self._report(rules.BAD_ROW, line, 1, found=len(cells), wanted=self._width)
                continue
            yield Row(line, self._values(cells))

    def node(self, row: Row) -> Mapping:
        """Return a row as nodes, for telling what is wrong with it."""
        found = _node(row.values, row.line)
        assert isinstance(found, Mapping)
        return found

    def _values(self, cells: list[str]) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for column in self.columns:
            cell = cells[column.number].strip()
            if cell:
                _put(values, column, cell)
        return values

    def _lines(self) -> Iterator[list[str]]:
        try:
            for cells in self._reader:
                if (
                    sum(map(len, cells)) > _LONGEST
                ):  # the reader's own limit is set by whoever came first
                    raise csv.Error(f"row larger than {_LONGEST} characters")
                yield cells
        except csv.Error as error:
            self._report(rules.MALFORMED, self._reader.line_num, 1, problem=str(error))
            raise Refused from None


_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_ENCODINGS = {"gb18030": "GB 18030", "cp950": "Big5", "cp1252": "Windows-1252", "utf-16": "UTF-16",
              "utf-16-le": "UTF-16", "utf-16-be": "UTF-16", "utf-32": "UTF-32"}  # fmt: skip
_HEAD = 1 << 16


def _utf_8(content: bytes, report: Report) -> bytes:
    """Return a content that is UTF-8 or nearly so; refuses a workbook and text in another encoding."""
    if content.startswith(_WORKBOOKS):
        _refuse(report, 1, "工作簿", "a workbook")
    try:
        content.decode("utf-8")
        if b"\0" not in content[:_HEAD]:
            return content
        line = 1
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
    name = _ENCODINGS.get(encoding_of_bytes(content))
    if name is not None:
        _refuse(report, line, f" {name} 编码的文本", f"text in {name}")
    return content


_DELIMITERS = {
    ";": ("分号", "semicolons"),
    "\t": ("制表符", "tabs"),
    "|": ("竖线", "bars"),
    "，": ("全角逗号", "full-width commas"),
    "；": ("全角分号", "full-width semicolons"),
}


def _with_commas(header: list[str], line: int, report: Report) -> None:
    """Refuse a table whose header has no comma and something else between its names."""
    found = next((one for one in _DELIMITERS if len(header) == 1 and one in header[0]), "")
    if found:
        zh, en = _DELIMITERS[found]
        _refuse(report, line, f"用{zh}分隔的", f"parted by {en}")


def _refuse(report: Report, line: int, found_zh: str, found_en: str) -> NoReturn:
    report(rules.TABLE_FORM, line, 1, found_zh=found_zh, found_en=found_en)
    raise Refused


def _put(values: dict[str, Any], column: Column, cell: str) -> None:
    inner = values
    for key in column.path[:-1]:
        inner = inner.setdefault(key, {})
    if column.many:
        inner[column.path[-1]] = [p.strip() for p in cell.split(BETWEEN) if p.strip()]
    else:
        inner[column.path[-1]] = cell


def _node(value: Any, line: int) -> Node:
    if isinstance(value, dict):
        found = Mapping(line, 1)
        for key, inner in value.items():
            found.values[key] = _node(inner, line)
            found.keys[key] = (line, 1)
        return found
    if isinstance(value, list):
        items: list[Node] = [Scalar(one, line, 1, False) for one in value]
        return Sequence(line, 1, items)
    return Scalar(value, line, 1, False)


def _columns(header: list[str], shape: type[Struct], report: Report) -> tuple[Column, ...]:
    columns: list[Column] = []
    seen: set[tuple[str, ...]] = set()
    for number, name in enumerate(header):
        path = tuple(name.strip().split("."))
        clash = any(path[: len(one)] == one or one[: len(path)] == path for one in seen)
        seen.add(path)
        if path in (c.path for c in columns) or clash:
            report(
                rules.BAD_HEADER,
                1,
                1,
                key=name,
                problem_zh="重复，或与另一列冲突",
                problem_en="stands there twice, or contradicts another column",
            )
            raise Refused
        many = _is_many(path, shape, name, report)
        columns.append(Column(path, many, number))
    return tuple(columns)


def _is_many(path: tuple[str, ...], shape: type[Struct], name: str, report: Report) -> bool:
    """Whether a column holds a list; reports a key that a table cannot hold."""
    kind = _type_at(shape_type(shape), path)
    if kind is None or kind.kind in (Kind.SCALAR, Kind.TEXT):
        return False
    if kind.kind is Kind.LIST and kind.item is not None and kind.item.kind is Kind.SCALAR:
        return True
    report(
        rules.BAD_HEADER,
        1,
        1,
        key=name,
        problem_zh="不能写在表格里，请改用 YAML 文件",
        problem_en="cannot be written in a table; use a YAML file",
    )
    raise Refused


def _type_at(kind: Type | None, path: tuple[str, ...]) -> Type | None:
    for key in path:
        if kind is None:
            return None
        if kind.kind is Kind.SHAPE:
            kind = kind.fields[key].type if key in kind.fields else None
        elif kind.kind is Kind.TEXT:
            return kind
        else:
            kind = None
    return kind
