"""Files by what they contain: the name of a file is the SHA-256 of its bytes."""

import json
import os
import re
import tempfile
from pathlib import Path
from typing import Any

from tongban.kernel.errors import Kind, Refusal
from tongban.kit.crypto.hashing import fingerprint

UNFINISHED = ".new"
"""How the name of a file ends while it is written."""
_DIGEST = re.compile(r"^[0-9a-f]{64}$")


def read_json(path: Path) -> dict[str, Any]:
    """Read a small file that this government wrote for itself; refuses one that is damaged."""
    try:
        found = json.loads(path.read_text("utf-8"))
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise Refusal("kit.file_unreadable", Kind.CONFLICT, path=str(path))
    return found


class FileStore:
    """Content-addressed files on disk; written whole or not at all, never changed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, content: bytes) -> str:
        """Keep the bytes durably and return their digest (hex); the same bytes are kept once."""
        digest = fingerprint(content)
        path = self._path(digest)
        if path.exists():
            return digest
        if not path.parent.exists():
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            sync_folder(self._folder)
        descriptor, temporary = tempfile.mkstemp(dir=path.parent, suffix=UNFINISHED)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            Path(temporary).replace(path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
        sync_folder(path.parent)
        return digest

    def get(self, digest: str) -> bytes:
        """Return the bytes; refuses what is not kept here, or no longer matches its digest."""
        path = self._path(digest)
        if not path.exists():
            raise Refusal("kit.file_not_found", Kind.NOT_FOUND)
        content = path.read_bytes()
        if fingerprint(content) != digest:
            raise Refusal("kit.file_damaged", Kind.UNAVAILABLE, digest=digest)
        return content

    def delete(self, digest: str) -> None:
        """Forget a file for good; one that is not kept here is forgotten already.

        Only for what nothing points at any more, and only after that is committed.
        """
        path = self._path(digest)
        if not path.exists():
            return
        path.unlink(missing_ok=True)
        sync_folder(path.parent)

    def has(self, digest: str) -> bool:
        """Whether the file is kept here."""
        return self._path(digest).exists()

    def _path(self, digest: str) -> Path:
        if not _DIGEST.match(digest):
            raise Refusal("kit.file_not_found", Kind.NOT_FOUND)
        return self._folder / digest[:2] / digest[2:]


def make_folder(folder: Path) -> None:
    """Make a folder and those above it that are missing, each open to its owner only."""
    for each in (*reversed(folder.parents), folder):
        if not each.exists():
            each.mkdir(mode=0o700, exist_ok=True)


def sync_folder(folder: Path) -> None:
    """Make durable which names a folder holds."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
