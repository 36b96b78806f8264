"""Reads a listing of services kept elsewhere: its encoding, its columns, one row after the other."""

import csv
import io
from collections.abc import Iterator, Mapping
from pathlib import Path

from tongban.kernel.errors import Kind, Refusal
from tongban.kernel.text import Text
from tongban.kit.definitions.nodes import Mapping as Keys
from tongban.kit.definitions.nodes import Scalar
from tongban.kit.definitions.yaml_files import Refused, read
from tongban.kit.i18n import problem_of

LARGEST = 256 * 1024 * 1024
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "name": ("item_name", "task_name", "name", "事项名称", "服务事项名称"),
    "department": ("department", "dept_name", "实施主体", "实施部门", "部门"),
    "local_code": ("local_item_code", "task_code", "local_code", "实施编码", "地方实施编码"),
    "type": ("task_type_code", "task_type", "type", "事项类型代码", "事项类型"),
    "main_item": ("main_item", "主项名称"),
    "department_code": ("dept_code", "department_code", "部门代码", "实施主体编码"),
    "guide_url": ("guide_url", "指南网址", "网办地址"),
}
"""What a column may be called; ``--map`` says it for other layouts."""
NEEDED = ("name", "department", "local_code")


class Row:
    """One row: its line in the file, and its cells by key; a cell that says nothing is empty."""

    __slots__ = ("cells", "line", "width")

    def __init__(self, line: int, cells: dict[str, str], width: int) -> None:
        self.line = line
        self.cells = cells
        self.width = width

    def get(self, key: str) -> str:
        """Return a cell."""
        return self.cells.get(key, "")


class Listing:
    """A listing with its header understood."""

    def __init__(self, path: Path, columns: Path | None) -> None:
        """Read the header. Refuses a file that cannot be read and one that lacks a column."""
        self._lines = _Lines(path)
        self._header = header = [name.strip() for name in next(iter(self._lines), [])]
        self.width = len(header)
        named = _read_map(columns) if columns is not None else {}
        self._places = _places(header, named, path)

    @property
    def unused(self) -> tuple[str, ...]:
        """The columns that nothing is taken from."""
        taken = set(self._places.values())
        return tuple(name for i, name in enumerate(self._header) if name and i not in taken)

    def has(self, key: str) -> bool:
        """Whether the listing has a column of this key at all."""
        return key in self._places

    def rows(self) -> Iterator[Row]:
        """Yield the rows that are not empty, whatever their width."""
        before = self._lines.number
        for cells in self._lines:
            line, before = before + 1, self._lines.number
            if any(cell.strip() for cell in cells):
                values = {
                    key: cells[place].strip()
                    for key, place in self._places.items()
                    if place < len(cells)
                }
                yield Row(line, values, len(cells))


class _Lines:
    """The lines of a CSV file, with the number of the last one read."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._reader = csv.reader(io.StringIO(_text(path), newline=""))

    @property
    def number(self) -> int:
        return self._reader.line_num

    def __iter__(self) -> Iterator[list[str]]:
        return self

    def __next__(self) -> list[str]:
        try:
            return next(self._reader)
        except csv.Error as error:
            raise _unreadable(self._path, f"{self.number}: {error}") from None


def _text(path: Path) -> str:
    """Return the text of a file in UTF-8, or in GB 18030 as many older systems write it."""
    try:
        if path.stat().st_size > LARGEST:
            raise _unreadable(path, f"> {LARGEST // 1024 // 1024} MiB")
        content = path.read_bytes()
    except OSError as error:
        raise _unreadable(path, problem_of(error)) from None
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise _unreadable(path, "UTF-8, GB 18030: ?")


def _unreadable(path: Path, problem: Text) -> Refusal:
    return Refusal("app.file_unreadable", Kind.INVALID, path=str(path), problem=problem)


def _read_map(path: Path) -> dict[str, str]:
    """Return which column is which, by key, from lines ``key: column``."""
    problems: list[str] = []

    def report(rule: object, line: int, column: int, **_data: object) -> None:
        problems.append(f"{line}:{column} {getattr(rule, 'code', '')}")

    try:
        root = read(path.read_bytes(), report)
    except OSError as error:
        raise _unreadable(path, problem_of(error)) from None
    except Refused:
        root = None
    if not isinstance(root, Keys) or problems:
        raise _bad_map(path, "; ".join(problems) or "1:1")
    named: dict[str, str] = {}
    for key, value in root.values.items():
        if key not in COLUMNS or not isinstance(value, Scalar):
            raise _bad_map(path, f"{key} ({', '.join(COLUMNS)})")
        named[key] = value.text
    return named


def _bad_map(path: Path, problem: str) -> Refusal:
    return Refusal("app.map_unreadable", Kind.INVALID, path=str(path), problem=problem)


def _places(header: list[str], named: Mapping[str, str], path: Path) -> dict[str, int]:
    """Return in which place the cells of each key stand."""
    places: dict[str, int] = {}
    for key, usual in COLUMNS.items():
        wanted = (named[key],) if key in named else usual
        found = next((name for name in wanted if name in header), None)
        if found is not None:
            places[key] = header.index(found)
        elif key in NEEDED or key in named:
            raise Refusal(
                "app.column_missing",
                Kind.INVALID,
                path=str(path),
                column=wanted[0],
                known=", ".join(header),
            )
    return places
