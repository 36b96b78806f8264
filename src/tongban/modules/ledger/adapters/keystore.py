"""The log's private key as a file, and beside it what was last signed for the public.

``ledger.key`` holds a C2SP private key (mode 0600), ``ledger.vkey`` the public half for copying,
``ledger.mark`` the last tree head known to be committed. The mark lies outside the database on
purpose: a restore of the database must not bring back an older one.
"""

import stat
from pathlib import Path

from tongban.kit.crypto.signing import ED25519
from tongban.kit.keyring import write_secret
from tongban.modules.ledger import errors
from tongban.modules.ledger.formats import base64
from tongban.modules.ledger.formats.note import (
    format_private_key,
    format_verifier_key,
    is_key_name,
    parse_private_key,
    verifier_key_of,
)
from tongban.modules.ledger.model import KEY_FILE, TreeHead, VerifierKey

PUBLIC_FILE = "ledger.vkey"
MARK_FILE = "ledger.mark"


class FileSigner:
    """Signs with the key in a folder; a :class:`tongban.modules.ledger.model.Signer`."""

    def __init__(self, folder: Path, name: str, seed: bytes) -> None:
        self._folder = folder
        self._sign = ED25519.signer(seed)
        self._key = verifier_key_of(name, seed)
        self._mark = self._read_mark()

    @property
    def key(self) -> VerifierKey:
        """The public half; its name is the log's origin."""
        return self._key

    def sign(self, message: bytes) -> bytes:
        """Sign with Ed25519."""
        return self._sign(message)

    def remembered(self) -> TreeHead | None:
        """The last tree head kept beside the key."""
        return self._mark

    def remember(self, head: TreeHead) -> None:
        """Keep a committed tree head on disk; a smaller one than the last is ignored."""
        if self._mark is not None and head.size <= self._mark.size:
            return
        text = f"{head.size} {base64.encode(head.root)}\n"
        write_secret(self._folder / MARK_FILE, text.encode())
        self._mark = head

    def _read_mark(self) -> TreeHead | None:
        path = self._folder / MARK_FILE
        if not path.exists():
            return None
        size_text, _, root_text = path.read_text("utf-8", "replace").strip().partition(" ")
        size, root = base64.decimal(size_text), base64.decode_hash(root_text)
        if size is None or root is None:
            raise errors.unreadable("mark")
        return TreeHead(size, root)


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
        write_secret(folder / KEY_FILE, f"{format_private_key(origin, seed)}\n".encode())
    made = open_signer(folder)
    if made.key.name != origin:
        raise errors.other_origin(made.key.name, origin)
    return made
