"""Reads the files of an instance folder, and no others: nothing outside it, nothing too large."""

import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tongban.kit.definitions import reading_rules as rules
from tongban.kit.definitions.finding import Finding, Place, Rule
from tongban.kit.definitions.nearest import nearest
from tongban.kit.definitions.part import Part

LARGEST = 16 * 1024 * 1024
DEEPEST = 8
LONGEST_PATH = 400
"""Characters of a file's path in the folder that the database keeps."""
_ENDINGS = (".yaml", ".yml", ".csv")


@dataclass
class Files:
    """What was read: the content of each file by its path in the folder, and what was not read."""

    content: dict[str, bytes] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    left_out: set[str] = field(default_factory=set)
    """Files that belong to a part and could not be read."""

    def refuse(self, rule: Rule, file: str, suggestion: str = "", **data: object) -> None:
        """Note that a file was not read."""
        self.left_out.add(file)
        self.findings.append(
            Finding(
                rule=rule,
                severity=rule.severity,
                subject=file,
                place=Place(file),
                data=data,
                suggestion=suggestion,
            )
        )


def read_folder(folder: Path, parts: Iterable[Part]) -> Files:
    """Return the files of a folder that hold definitions. Raises OSError when there is no folder."""
    root = folder.resolve(strict=True)
    known = tuple(parts)
    files = Files()
    names = {part.name for part in known}
    for path in sorted(root.iterdir()):
        file = path.name
        if file.startswith("."):
            continue
        if file in names:
            _read_below(path, root, known, files)
        elif any(part.owns(file) for part in known):
            _read(path, root, files)
        else:
            _unknown(path, names, files)
    return files


def _unknown(path: Path, names: set[str], files: Files) -> None:
    """Warn of a file or folder that looks like definitions but belongs to no part."""
    stem, dot, ending = path.name.rpartition(".")
    close = stem if stem in names else nearest(stem or path.name, names)
    if dot and f".{ending}" in _ENDINGS:
        files.refuse(rules.UNKNOWN_FILE, path.name, f"{close}.yaml" if close else "")
    elif not dot and close and path.is_dir():
        files.refuse(rules.UNKNOWN_FILE, path.name, f"{close}/")


def _read_below(top: Path, root: Path, parts: tuple[Part, ...], files: Files) -> None:
    if top.is_symlink():
        files.refuse(rules.OUTSIDE, top.name)
        return
    if not top.is_dir():
        files.refuse(rules.UNKNOWN_FILE, top.name, f"{top.name}.yaml")
        return
    for path in _walk(top, 1):
        file = path.relative_to(root).as_posix()
        if any(part.owns(file) for part in parts):
            _read(path, root, files)
        elif path.is_symlink() and path.is_dir():
            files.refuse(rules.OUTSIDE, file)
        elif path.suffix in _ENDINGS:
            close = file.removesuffix(".yml") + ".yaml" if path.suffix == ".yml" else ""
            files.refuse(rules.UNKNOWN_FILE, file, close)


def _walk(folder: Path, depth: int) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if path.name.startswith("."):
            continue
        if path.is_dir() and not path.is_symlink():
            if depth < DEEPEST:
                yield from _walk(path, depth + 1)
        else:
            yield path


def _read(path: Path, root: Path, files: Files) -> None:
    file = path.relative_to(root).as_posix()
    if len(file) > LONGEST_PATH:
        files.refuse(rules.PATH_TOO_LONG, file, size=len(file), limit=LONGEST_PATH)
        return
    try:
        real = path.resolve(strict=True)
        if not real.is_relative_to(root):
            files.refuse(rules.OUTSIDE, file)
            return
        _read_file(real, file, files)
    except (OSError, RuntimeError) as error:
        if path.is_symlink():
            files.refuse(rules.OUTSIDE, file)
        else:
            problem = getattr(error, "strerror", None) or type(error).__name__
            files.refuse(rules.UNREADABLE, file, problem=problem)


def _read_file(real: Path, file: str, files: Files) -> None:
    """Read an ordinary file; opening does not wait for a pipe's other end."""
    handle = os.open(real, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW)
    about = os.fstat(handle)
    if not stat.S_ISREG(about.st_mode):
        os.close(handle)
        files.refuse(rules.NOT_A_FILE, file)
        return
    with os.fdopen(handle, "rb") as opened:
        content = opened.read(LARGEST + 1)
        if len(content) > LARGEST:
            size = f"{max(about.st_size, len(content)) / 1024 / 1024:.1f}"
            files.refuse(rules.TOO_LARGE, file, size=size, limit=LARGEST // 1024 // 1024)
            return
        files.content[file] = content
