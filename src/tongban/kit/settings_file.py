"""Settings that stand in a file: TOML, flat, each key the name of a setting in small letters."""

import re
import tomllib
from collections.abc import Collection
from pathlib import Path

from tongban.kernel.errors import Kind, Refusal
from tongban.kit.definitions.nearest import nearest
from tongban.kit.private_files import Read, read_private

_LONGEST = 32 * 1024
_LONGEST_LINE = 3000
"""Characters: the parser takes the square of a key's dots."""
_SHOWN = 60
"""Characters of an unknown key that a refusal repeats."""


def read_file(path: Path, known: Collection[str], prefixes: tuple[str, ...]) -> dict[str, str]:
    """Return what a file says, by key.

    Refuses what is no TOML in UTF-8, a key that is none, with the one that was probably meant, a value
    that is no text, and a file that others on the machine may change.
    """
    try:
        found = read_private(path, _LONGEST)
    except FileNotFoundError:
        raise Refusal("kit.settings_missing", Kind.NOT_FOUND, path=str(path)) from None
    if found.changed:
        raise Refusal("kit.settings_changeable", Kind.INVALID, path=str(path))
    said = _parsed(path, found)
    for key, value in said.items():
        if key not in known and not key.startswith(prefixes):
            raise _unknown(path, key, known)
        if not isinstance(value, str):
            raise Refusal("kit.settings_no_text", Kind.INVALID, key=key, path=str(path))
    return {key: str(value) for key, value in said.items()}


def is_seen(path: Path) -> bool:
    """Whether others on the machine may read the file."""
    return read_private(path, _LONGEST).seen


def _parsed(path: Path, found: Read) -> dict[str, object]:
    try:
        text = found.content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Refusal("kit.settings_no_utf8", Kind.INVALID, path=str(path)) from None
    try:
        _check_lines(text)
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # brackets in brackets are read by recursion
        line = re.search(r"at line (\d+)", str(error))
        where = line[1] if line else str(text.count("\n") + 1)
        raise Refusal("kit.settings_no_toml", Kind.INVALID, path=str(path), line=where) from None


def _check_lines(text: str) -> None:
    for number, line in enumerate(text.split("\n"), 1):
        if len(line) > _LONGEST_LINE:
            raise ValueError(f"too long (at line {number})")


def _unknown(path: Path, key: str, known: Collection[str]) -> Refusal:
    meant = nearest(key, known)
    code = "kit.settings_unknown_meant" if meant else "kit.settings_unknown"
    return Refusal(code, Kind.INVALID, key=key[:_SHOWN], path=str(path), meant=meant)
