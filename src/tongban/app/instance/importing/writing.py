"""Writes definitions into an instance folder, a file after the other, and remembers what it wrote.

What a table can hold goes into CSV; where a key is a list of structures (laws, papers, items) into
YAML. A record beside them lets a later import tell its own files from files edited since.
"""

import csv
import io
import json
import shutil
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
import yaml
from msgspec import Struct

from tongban.app.instance.importing.building import Values
from tongban.app.instance.importing.targets import type_at
from tongban.kernel.text import CHINESE, LANGUAGES
from tongban.kit.crypto.hashing import fingerprint
from tongban.kit.definitions.csv_files import BETWEEN
from tongban.kit.definitions.types import Kind

ROWS_A_FILE = 20_000
BYTES_A_FILE = 8 * 1024 * 1024
"""A file is closed before it grows past this: half of what check reads."""
RECORD = ".imported.json"
PREPARED = ".importing-"
"""How the folder begins in which files are prepared, inside the folder into which they go."""
_STALE = 3600
"""Seconds after which nobody is at work in such a folder any more."""
_DUMPER: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


class Files:
    """The files of one import below ``PART/imported``."""

    def __init__(self, into: Path, stem: str, shape: type[Struct], ways: Sequence[str]) -> None:
        self._into, self._stem, self._ways = into, stem, tuple(ways)
        self._nested = any(_is_nested(shape, way) for way in ways)
        self._text = io.StringIO(newline="")
        self._rows = 0
        self._parts: list[tuple[str, str]] = []

    def add(self, values: Values) -> None:
        """Add a definition."""
        if self._rows >= ROWS_A_FILE or self._text.tell() > BYTES_A_FILE:
            self._close()
        if self._nested:
            ordered = {way: values[way] for way in self._ways if way in values}
            self._text.write(as_yaml([nested(ordered)]))
        else:
            writer = csv.writer(self._text, lineterminator="\n")
            if not self._rows:
                writer.writerow(_headings(self._ways))
            writer.writerow([_cell(values.get(way, "")) for way in self._ways])
        self._rows += 1

    def write(self) -> dict[str, str]:
        """Write the rest; return the digest of each file by its path in the folder."""
        if self._rows:
            self._close()
        ending = "yaml" if self._nested else "csv"
        if len(self._parts) == 1:
            name = f"{self._stem}.{ending}"
            (self._into / self._parts[0][0]).replace(self._into / name)
            return {name: self._parts[0][1]}
        return dict(self._parts)

    def _close(self) -> None:
        ending = "yaml" if self._nested else "csv"
        name = f"{self._stem}-{len(self._parts) + 1:03d}.{ending}"
        content = self._text.getvalue().encode()
        _save(self._into / name, content)
        self._parts.append((name, digest(content)))
        self._text, self._rows = io.StringIO(newline=""), 0


def _headings(ways: Sequence[str]) -> list[str]:
    """Return the header of a table: beside a text in another language, a text is in Chinese."""
    return [
        f"{way}.{CHINESE}" if any(f"{way}.{one}" in ways for one in LANGUAGES) else way
        for way in ways
    ]


def _is_nested(shape: type[Struct], way: str) -> bool:
    kind = type_at(shape, way)
    if kind is None or kind.kind in (Kind.SCALAR, Kind.TEXT):
        return False
    return kind.kind is not Kind.LIST or kind.item is None or kind.item.kind is not Kind.SCALAR


def _cell(value: Any) -> Any:
    if isinstance(value, list):
        return BETWEEN.join(str(one).replace(BETWEEN, "；") for one in value)
    return value


def nested(values: Values) -> dict[str, Any]:
    """Return a definition with keys inside keys; a text that another language joins is in Chinese."""
    found: dict[str, Any] = {}
    for way, value in values.items():
        inner = found
        *before, last = way.split(".")
        for step in before:
            held = inner.setdefault(step, {})
            if not isinstance(held, dict):
                held = inner[step] = {CHINESE: held}
            inner = held
        if isinstance(inner.get(last), dict) and not isinstance(value, dict):
            inner[last][CHINESE] = value
        else:
            inner[last] = value
    return found


def as_yaml(values: Any) -> str:
    """Return values as YAML that people read: in their order, Chinese as it is."""
    return str(yaml.dump(values, Dumper=_DUMPER, allow_unicode=True, sort_keys=False, width=10_000))


def _save(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def digest(content: bytes) -> str:
    """Return what tells whether a file is still as it was written."""
    return fingerprint(content)


def as_shape(values: Values, shape: type[Struct]) -> Struct | None:
    """Return the definition that some values are, None where they are none."""
    try:
        return msgspec.convert(nested(values), shape, strict=False)
    except (msgspec.ValidationError, ValueError):
        return None


# What earlier imports wrote ----------------------------------------------------------------------


def earlier_files(into: Path, stems: Iterable[str]) -> list[str]:
    """Return the files that earlier imports wrote under some stems."""
    found: list[Path] = []
    for stem in stems:
        for ending in ("csv", "yaml"):
            found += [
                into / f"{stem}.{ending}",
                *sorted(into.glob(f"{stem}-[0-9][0-9][0-9].{ending}")),
            ]
    return [path.relative_to(into).as_posix() for path in found if path.is_file()]


def foreign_files(into: Path, files: Iterable[str]) -> list[str]:
    """Return those of some files that no import is known to have written."""
    known = _record(into)
    return [file for file in files if file not in known]


def edited_files(into: Path, files: Iterable[str]) -> list[str]:
    """Return those of some files that an import wrote and somebody changed since."""
    known = _record(into)
    return [
        file
        for file in files
        if file in known and digest((into / file).read_bytes()) not in known[file]
    ]


def was_cut_off(into: Path, files: Iterable[str]) -> bool:
    """Whether an import stopped while it was writing some files: old and new may stand side by side."""
    known = _record(into)
    return any(len(known.get(file, ())) > 1 for file in files)


def move_in(into: Path, folder: Path, before: Sequence[str], written: Mapping[str, str]) -> None:
    """Put written files in the place of earlier ones, so that none is missing at any moment.

    Until all are there the record says of each both digests that it may have: who stops in between
    leaves files that are whole, old or new, and the next import knows them as an import's.
    """
    known = _record(into)
    both = {file: [*known.get(file, []), one] for file, one in written.items()}
    going = {file: [*known.get(file, []), ""] for file in before if file not in written}
    _remember(into, {**known, **both, **going})
    for name in written:
        (into / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).replace(into / name)
    for file in going:
        (into / file).unlink()
    kept = {file: one for file, one in known.items() if file not in going}
    _remember(into, {**kept, **{file: [one] for file, one in written.items()}})


def clear_leftovers(into: Path) -> None:
    """Take away what an import that was ended while it prepared its files has left in the folder."""
    for left in into.glob(f"{PREPARED}*"):
        if left.is_dir() and not left.is_symlink() and time.time() - left.stat().st_mtime > _STALE:
            shutil.rmtree(left, ignore_errors=True)


def _remember(into: Path, known: Mapping[str, Sequence[str]]) -> None:
    """Keep the digests that files may have; most have one, and that stands there alone."""
    plain = {file: one[0] if len(one) == 1 else one for file, one in known.items()}
    text = json.dumps(plain, indent=1, ensure_ascii=False, sort_keys=True)
    whole = into / f"{RECORD}.new"
    whole.write_text(text + "\n", "utf-8")
    whole.replace(into / RECORD)


def _record(into: Path) -> dict[str, list[str]]:
    try:
        found = json.loads((into / RECORD).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    if not isinstance(found, dict):
        return {}
    return {file: one if isinstance(one, list) else [one] for file, one in found.items()}
