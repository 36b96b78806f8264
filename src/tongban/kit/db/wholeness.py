"""Whether the file of an SQLite database is whole."""

import sqlite3
import time
from contextlib import closing
from pathlib import Path

_MOST = 3
"""Faults that are named."""
_STEPS = 1000
"""Instructions of SQLite between two looks at the time."""


def faults(path: Path, seconds: float) -> tuple[str, ...] | None:
    """Return what SQLite finds broken in the file: nothing where it is whole.

    None where the look, which reads every page, did not end within so many seconds. Reads only, and
    while others write. Source: ``PRAGMA quick_check``.
    """
    until = time.monotonic() + seconds
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True)) as database:
            database.set_progress_handler(lambda: time.monotonic() > until, _STEPS)
            told = [str(row[0]) for row in database.execute(f"PRAGMA quick_check({_MOST})")]
    except sqlite3.OperationalError as error:
        if error.sqlite_errorname == "SQLITE_INTERRUPT":
            return None
        raise
    except sqlite3.DatabaseError as error:
        return (str(error),)
    return () if told == ["ok"] else tuple(line.replace("\n", " ") for line in told)
