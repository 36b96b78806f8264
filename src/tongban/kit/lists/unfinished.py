"""Where pieces of files lie while they are written: for the server's eyes only, gone with their maker.

What a library writes down of a workbook that is not finished is plain text of the rows. It never lies
outside the data folder, and whatever its maker could not take away, because it was killed, the next
round takes away.
"""

import fcntl
import logging
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tongban.kit.faults import where
from tongban.kit.files import UNFINISHED

FOLDER = "exports"
_log = logging.getLogger("tongban.lists")


def folder_in(data: Path) -> Path:
    """Return where files of lists lie below the data folder; made when it is not there yet."""
    folder = data / FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


@contextmanager
def own_folder(data: Path) -> Iterator[Path]:
    """Give a folder of one's own that only the server may read, and take it away afterwards.

    It is held by a lock for as long as its maker lives, which is how :func:`clear` knows.
    """
    folder = folder_in(data)
    with _locked(folder):  # nobody clears between the making of the folder and its lock
        own = Path(tempfile.mkdtemp(dir=folder, suffix=UNFINISHED))
        held = os.open(own, os.O_RDONLY)
        fcntl.flock(held, fcntl.LOCK_EX)
    try:
        yield own
    finally:
        shutil.rmtree(own, ignore_errors=True)
        os.close(held)


def clear(data: Path) -> None:
    """Take away what makers left behind that are no more; what is being written stays.

    What cannot be taken away is logged by its name and keeps nothing else.
    """
    folder = data / FOLDER
    if not folder.is_dir():
        return
    with _locked(folder):
        for path in folder.glob(f"*{UNFINISHED}"):
            try:
                _clear_one(path)
            except OSError as error:
                _log.error("%s could not be taken away: %s", path.name, where(error))


def _clear_one(path: Path) -> None:
    if not path.is_dir():
        path.unlink(missing_ok=True)
        return
    try:
        with _locked(path, wait=False):
            shutil.rmtree(path, ignore_errors=True)
    except BlockingIOError:  # its maker lives
        return
    except FileNotFoundError:  # its maker took it away meanwhile
        return


@contextmanager
def _locked(folder: Path, *, wait: bool = True) -> Iterator[None]:
    held = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(held, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(held)
