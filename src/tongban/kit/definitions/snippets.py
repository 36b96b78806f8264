"""Snippets: small instances written in one text, each file after a line ``# file: name``."""

import re

_FILE = re.compile(r"^# file: (\S+)\n", re.MULTILINE)


def files_of(snippet: str) -> dict[str, str]:
    """Return the files of a snippet; a name that comes again continues its file."""
    parts = _FILE.split(snippet)
    files: dict[str, str] = {}
    for name, text in zip(parts[1::2], parts[2::2], strict=True):
        files[name] = files.get(name, "") + text
    return files
