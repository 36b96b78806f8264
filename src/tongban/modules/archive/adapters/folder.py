"""Packages as folders on disk, open to the government's own account only (0700, files 0600).

A package is not encrypted: an archive must still be readable when every key is lost. Guard the
folder as paper files are guarded.
"""

import os
import shutil
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path

from tongban.kit.files import FileStore, make_folder, sync_folder
from tongban.kit.keyring import Keyring
from tongban.modules.archive import errors
from tongban.modules.archive.model import Flaw


class FolderShelves:
    """Keeps each package in a folder of its own; a :class:`tongban.modules.archive.model.Shelves`."""

    def __init__(self, folder: Path, files: FileStore, keyring: Keyring) -> None:
        self._folder = folder
        self._files = files
        self._keyring = keyring

    def document(self, digest: str) -> bytes:
        """Return a document of the house's files, opened if it was sealed there."""
        content = self._files.get(digest)
        return self._keyring.open_bytes(content) if Keyring.is_sealed(content) else content

    def keep(self, name: str, files: Mapping[str, bytes]) -> None:
        """Write beside, make durable, then rename: a package is there whole or not at all."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        whole, making = self._folder / name, self._folder / f".{name}.new"
        shutil.rmtree(making, ignore_errors=True)
        making.mkdir(mode=0o700)
        for path, content in files.items():
            _write(making / path, content)
        for folder in {making, *(p for p in making.rglob("*") if p.is_dir())}:
            sync_folder(folder)
        if whole.exists():
            shutil.rmtree(whole)
        making.rename(whole)
        sync_folder(self._folder)

    def read(self, name: str) -> Mapping[str, bytes]:
        """Return the files of a package by path. Refuses a package that is not there."""
        folder = self._there(name)
        return {
            _named(folder, path): path.read_bytes()
            for path, found in _inside(folder)
            if stat.S_ISREG(found.st_mode)
        }

    def oddities(self, name: str) -> list[Flaw]:
        """Return what is odd about the files and folders of a package, whatever their bytes say."""
        folder = self._there(name)
        everything = [(folder, folder.lstat()), *_inside(folder)]
        return [
            Flaw(fault, _named(folder, path))
            for path, found in everything
            if (fault := _oddity(path, found))
        ]

    def _there(self, name: str) -> Path:
        folder = self._folder / name
        if Path(name).name != name or not folder.is_dir():
            raise errors.package_missing(name)
        return folder


def _inside(folder: Path) -> Iterator[tuple[Path, os.stat_result]]:
    """Yield everything below a folder, as it is itself: no link is followed."""
    waiting = [] if folder.is_symlink() else [folder]
    while waiting:
        for path in sorted(waiting.pop().iterdir()):
            found = path.lstat()
            yield path, found
            if stat.S_ISDIR(found.st_mode):
                waiting.append(path)


def _oddity(path: Path, found: os.stat_result) -> str:
    """Say what a package never has: links, what is no file, empty folders, and what others may read."""
    kind, is_folder = stat.S_IFMT(found.st_mode), stat.S_ISDIR(found.st_mode)
    if kind == stat.S_IFLNK or (kind == stat.S_IFREG and found.st_nlink > 1):
        return "link"
    if not is_folder and kind != stat.S_IFREG:
        return "special"
    if is_folder and not any(path.iterdir()):
        return "empty"
    return "loose" if stat.S_IMODE(found.st_mode) & 0o7077 else ""


def _named(folder: Path, path: Path) -> str:
    """Return a path within a package; bytes that are no text are spelt out."""
    name = path.relative_to(folder).as_posix()
    return os.fsencode(name).decode(errors="backslashreplace")


def _write(path: Path, content: bytes) -> None:
    make_folder(path.parent)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
