"""Small files that an operator writes: read bounded, and refused where others may read or change them."""

import os
import stat
from dataclasses import dataclass
from pathlib import Path

from tongban.kernel.errors import Kind, Refusal

_LENT = "/run/secrets"
"""Where container engines lay secrets: the folder guards them, their own modes are 0444."""


@dataclass(frozen=True)
class Read:
    """What a file holds, and who else may have been at it."""

    content: bytes
    seen: bool
    """Whether others on the machine may read it."""
    changed: bool
    """Whether others on the machine may change it."""


def read_private(path: Path, longest: int) -> Read:
    """Read a regular file of at most so many bytes.

    What belongs to root may be read by its group, as a service reads what it may not change; so stand
    the credentials that systemd hands over. Raises OSError where there is none to be read.
    """
    descriptor = os.open(
        path, os.O_RDONLY | os.O_NONBLOCK
    )  # a pipe without a writer holds nobody up
    known = os.fstat(descriptor)
    if not stat.S_ISREG(known.st_mode):
        os.close(descriptor)
        raise Refusal("kit.private_no_file", Kind.INVALID, path=str(path))
    with os.fdopen(descriptor, "rb") as file:
        content = file.read(longest + 1)
    if len(content) > longest:
        raise Refusal("kit.private_too_large", Kind.INVALID, path=str(path), longest=longest)
    if _is_lent(path):
        return Read(content, seen=False, changed=False)
    return Read(content, seen=_seen(known), changed=_changed(known))


def _is_lent(path: Path) -> bool:
    """Whether a supervisor laid the file there for this process alone.

    By where the path leads, not by how it is written: ``..`` and links lead elsewhere.
    """
    folders = filter(None, (os.environ.get("CREDENTIALS_DIRECTORY"), _LENT))
    there = path.resolve()
    return any(there.is_relative_to(Path(folder).resolve()) for folder in folders)


def _seen(known: os.stat_result) -> bool:
    group = 0 if known.st_uid == 0 else stat.S_IRGRP
    return bool(known.st_mode & (stat.S_IROTH | group))


def _changed(known: os.stat_result) -> bool:
    mine = known.st_uid in (0, os.geteuid()) or os.geteuid() == 0
    return not mine or bool(known.st_mode & (stat.S_IWOTH | stat.S_IWGRP))
