"""The log's private key as a file, and beside it what was last signed for the public.

``ledger.key`` holds a C2SP private key (mode 0600), ``ledger.vkey`` the public half for copying,
``ledger.mark`` the last tree head known to be committed and the latest instant in it. The mark lies
outside the database on purpose: a restore of the database must not bring back an older one. It is made
with the key, so that where it is missing it was taken away.
"""

import stat
from datetime import datetime
from pathlib import Path

from tongban.kit.crypto.signing import ED25519
from tongban.kit.keyring import write_secret
from tongban.modules.ledger import errors
from tongban.modules.ledger.formats import base64
from tongban.modules.ledger.formats.entry import instant_text, parse_instant
from tongban.modules.ledger.formats.note import (
    format_private_key,
    format_verifier_key,
    is_key_name,
    parse_private_key,
    verifier_key_of,
)
from tongban.modules.ledger.model import KEY_FILE, Mark, TreeHead, VerifierKey
from tongban.modules.ledger.rules.tree import EMPTY_ROOT

PUBLIC_FILE = "ledger.vkey"
MARK_FILE = "ledger.mark"


class FileSigner:
    """Signs with the key in a folder; a :class:`tongban.modules.ledger.model.Signer`."""

    def __init__(self, folder: Path, name: str, seed: bytes) -> None:
        self._folder = folder
        self._sign = ED25519.signer(seed)
        self._key = verifier_key_of(name, seed)
        self._mark = _read_mark(folder)

    @property
    def key(self) -> VerifierKey:
        """The public half; its name is the log's origin."""
        return self._key

    def sign(self, message: bytes) -> bytes:
        """Sign with Ed25519."""
        return self._sign(message)

    def remembered(self) -> Mark | None:
        """The last mark kept beside the key, by this process or another; None where it is gone."""
        found = _read_mark(self._folder)
        if found is None or self._mark is None or found.head.size >= self._mark.head.size:
            self._mark = found or self._mark
            return found
        return self._mark

    def remember(self, head: TreeHead, since: datetime | None) -> None:
        """Keep a mark on disk; one of a smaller tree than is there already is ignored."""
        kept = self.remembered()
        if kept is None or head.size > kept.head.size:
            self._mark = Mark(head, since or (kept.since if kept else None))
            write_secret(self._folder / MARK_FILE, _format_mark(self._mark).encode())


def _format_mark(mark: Mark) -> str:
    since = f" {instant_text(mark.since)}" if mark.since else ""
    return f"{mark.head.size} {base64.encode(mark.head.root)}{since}\n"


def _read_mark(folder: Path) -> Mark | None:
    """Read size, root and, since there is one, instant; None where there is no mark."""
    try:
        words = (folder / MARK_FILE).read_text("utf-8", "replace").split()
    except FileNotFoundError:
        return None
    size, root = (
        (base64.decimal(words[0]), base64.decode_hash(words[1])) if words[1:] else (None, None)
    )
    since = parse_instant(words[2]) if len(words) == 3 else None
    if size is None or root is None or len(words) > 3 or (len(words) == 3 and since is None):
        raise errors.unreadable("mark")
    return Mark(TreeHead(size, root), since)


def open_signer(folder: Path) -> FileSigner:
    """Open the key of a folder; its name is the log's origin, for ever.

    Refuses a folder without it: a new key would be another log. Refuses a key that others on the
    machine can read.
    """
    path = folder / KEY_FILE
    if not path.is_file():
        raise errors.key_missing(str(path))
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise errors.key_file_open(str(path))
    name, seed = parse_private_key(path.read_text("utf-8", "replace").strip())
    return FileSigner(folder, name, seed)


def make_signer(folder: Path, origin: str) -> FileSigner:
    """Make the key of a new log, under the name that it keeps for ever.

    Where there is a key already it is opened; refuses one that was made for another origin.
    """
    if not is_key_name(origin):
        raise errors.unreadable("key")
    if not (folder / KEY_FILE).exists():
        seed = ED25519.new_seed()
        public = format_verifier_key(verifier_key_of(origin, seed))
        write_secret(folder / PUBLIC_FILE, f"{public}\n".encode())
        write_secret(folder / MARK_FILE, _format_mark(Mark(TreeHead(0, EMPTY_ROOT))).encode())
        write_secret(folder / KEY_FILE, f"{format_private_key(origin, seed)}\n".encode())
    made = open_signer(folder)
    if made.key.name != origin:
        raise errors.other_origin(made.key.name, origin)
    return made
