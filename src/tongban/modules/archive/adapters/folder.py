"""Packages as folders on disk, open to the government's own account only (0700, files 0600).

A package is not encrypted: an archive must still be readable when every key is lost. Guard the
folder as paper files are guarded.
"""

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from tongban.kit.files import FileStore, sync_folder
from tongban.kit.keyring import Keyring
from tongban.modules.archive import errors


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
        folder = self._folder / name
        if Path(name).name != name or not folder.is_dir():
            raise errors.package_missing(name)
        return {
            path.relative_to(folder).as_posix(): path.read_bytes()
            for path in sorted(folder.rglob("*"))
            if path.is_file()
        }


def _write(path: Path, content: bytes) -> None:
    for parent in reversed(path.parents):
        if not parent.exists():
            parent.mkdir(mode=0o700)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
