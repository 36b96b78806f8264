"""Keys for personal data at rest: sealed with rotating keys, looked up by keyed hash.

A sealed value is ``"tbs2" || key number (4 bytes, big-endian) || what the suite's cipher made``, bound
to its place by associated data. The newest key seals, every kept key opens. The look-up key does
not rotate with the others: an index must find what was written before.
"""

import json
import logging
import os
from pathlib import Path

from tongban.kernel.errors import Kind, Refusal
from tongban.kit.crypto import chance
from tongban.kit.crypto.places import Cell
from tongban.kit.crypto.sealing import AlteredError, Sealer
from tongban.kit.crypto.suite import INTERNATIONAL, Suite
from tongban.kit.files import make_folder, read_json, sync_folder

KEYS_FILE = "data-keys.json"
"""Name of the file below the folder of keys."""
_BOUND = b"tbs2"
"""How a bound value begins; no key of a value of the form before has such a number."""
_SHORTEST = 32
"""Bytes of an empty text as the form before sealed it: number, nonce and tag."""
_DOMAIN = b"tongban sealed value 2\n"
_SEALED = b"tongban sealed 1\n"
_log = logging.getLogger(__name__)
_MAC_KEY = b"\xfftongban mac key 1\n"
"""What keys of authenticators are derived with: no text that is looked up begins so in UTF-8."""


class Keyring:
    """The sealing keys by number, and the look-up key."""

    def __init__(
        self,
        sealing: dict[int, bytes],
        lookup: bytes,
        folder: Path | None = None,
        suite: Suite = INTERNATIONAL,
    ) -> None:
        if not sealing:
            raise ValueError("a keyring needs at least one sealing key")
        self.suite = suite
        self._folder = folder
        self._sealing = {number: suite.cipher.sealer(key) for number, key in sealing.items()}
        self._newest = max(sealing)
        self._lookup = lookup
        self._raw = dict(sealing)
        self._macs: dict[str, bytes] = {}

    @classmethod
    def fresh(cls) -> "Keyring":
        """Make a keyring with one new sealing key."""
        return cls({1: INTERNATIONAL.cipher.new_key()}, chance.token_bytes(32))

    @classmethod
    def load(cls, folder: Path) -> "Keyring":
        """Read ``data-keys.json`` from the folder.

        Refuses a folder without it, for none is ever made, and one that holds something else.
        """
        sealing, lookup = _read(folder)
        return cls(sealing, lookup, folder)

    @classmethod
    def make(cls, folder: Path) -> "Keyring":
        """Make new keys in the folder, for a government that has no data yet."""
        if (folder / KEYS_FILE).exists():
            raise ValueError("there are keys already")
        ring = cls.fresh()
        ring.save(folder)
        return ring

    def save(self, folder: Path) -> None:
        """Write the keys below the folder with mode 0600, all or nothing."""
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        content = {
            "sealing": {str(number): key.hex() for number, key in self._raw.items()},
            "lookup": self._lookup.hex(),
        }
        write_secret(folder / KEYS_FILE, json.dumps(content).encode())

    def rotated(self) -> "Keyring":
        """Return a keyring that seals with a new key and still opens all old values."""
        sealing = {**self._raw, self._newest + 1: self.suite.cipher.new_key()}
        return Keyring(sealing, self._lookup, self._folder, self.suite)

    @property
    def newest(self) -> int:
        """Number of the key that seals; the first is 1."""
        return self._newest

    def seal(self, text: str, cell: Cell) -> bytes:
        """Encrypt a text for its place; two seals of one text differ."""
        number = self._newest.to_bytes(4, "big")
        sealer = self._sealing[self._newest]
        return _BOUND + number + sealer.seal(text.encode(), _associated(number, cell))

    def open(self, sealed: bytes, cell: Cell) -> str:
        """Decrypt what was sealed for this place.

        Refuses what was altered, moved here, never bound, or sealed with a key that is gone; the
        log says where it stands.
        """
        text, fault = self._opened(sealed, cell)
        if text is None:
            raise _refused(fault, cell)
        return text

    def sealed(self, value: bytes, cell: Cell) -> bool:
        """Whether these keys sealed a value, for this place or in the form before, without a word in the
        log.
        """
        if self._opened(value, cell)[0] is not None:
            return True
        number, body = bytes(value[:4]), bytes(value[4:])
        key = self._key(int.from_bytes(number, "big"))
        if key is None or len(value) < _SHORTEST:
            return False
        try:
            key.open(body, number)
        except AlteredError:
            return False
        return True

    def _opened(self, sealed: bytes, cell: Cell) -> tuple[str | None, str]:
        """Return the text, or None and the code of why it does not open."""
        head, number, body = bytes(sealed[:4]), bytes(sealed[4:8]), bytes(sealed[8:])
        key = self._key(int.from_bytes(number, "big")) if head == _BOUND else None
        if key is None:
            return None, "kit.sealed_without_key" if head == _BOUND else "kit.sealed_altered"
        try:
            return key.open(body, _associated(number, cell)).decode(), ""
        except AlteredError:
            return None, "kit.sealed_altered"

    def confirm(self, sealed: bytes | None, said: str, cell: Cell) -> None:
        """Refuse a row of which its seal does not say what the row says now.

        For what is not secret and must not be changed, or written at all, by somebody without the keys: whose
        a session is, whom somebody acts for.
        """
        if sealed is None or self.open(sealed, cell) != said:
            raise _refused("kit.sealed_altered", cell)

    def bind(self, sealed: bytes, cell: Cell) -> bytes | None:
        """Seal anew for its place what the form before sealed for none: for migrations alone.

        None for what is bound already, and for what was altered: that did not open before and will
        not. Refuses a value whose key is not there: it may come back.
        """
        number, body = bytes(sealed[:4]), bytes(sealed[4:])
        if number == _BOUND or len(sealed) < _SHORTEST:
            return None
        key = self._key(int.from_bytes(number, "big"))
        if key is None:
            raise _refused("kit.sealed_without_key", cell)
        try:
            return self.seal(key.open(body, number).decode(), cell)
        except AlteredError:
            _log.error("a sealed value was altered: %s", cell)
            return None

    def seal_bytes(self, content: bytes) -> bytes:
        """Encrypt a file; what comes out says of itself that it is sealed."""
        number = self._newest.to_bytes(4, "big")
        return _SEALED + number + self._sealing[self._newest].seal(content, _SEALED + number)

    def open_bytes(self, sealed: bytes) -> bytes:
        """Decrypt a file; raises ValueError when it was altered or its key is gone."""
        if not self.is_sealed(sealed):
            raise ValueError("these bytes are not sealed")
        head = len(_SEALED) + 4
        number, body = sealed[len(_SEALED) : head], sealed[head:]
        key = self._key(int.from_bytes(number, "big"))
        if key is None:
            raise ValueError("the key of this sealed file is not in the keyring")
        return key.open(body, _SEALED + number)

    def _key(self, number: int) -> Sealer | None:
        """Return a key; one that another process made meanwhile is read from the folder.

        This process seals with the key it knew until it starts again.
        """
        if number not in self._sealing and self._folder is not None:
            sealing, lookup = _read(self._folder)
            if lookup == self._lookup:
                self._raw |= sealing
                self._sealing |= {
                    made: self.suite.cipher.sealer(key) for made, key in sealing.items()
                }
        return self._sealing.get(number)

    @staticmethod
    def is_sealed(content: bytes) -> bool:
        """Whether a file was sealed by some keyring."""
        return content.startswith(_SEALED)

    def index(self, text: str) -> str:
        """Return the keyed hash by which an exact value is found again (hex, 64 characters)."""
        return self.suite.hash.keyed(self._lookup, text.encode()).hex()

    def mac(self, purpose: str, message: bytes) -> bytes:
        """Return the keyed authenticator of a message, a digest of the suite: only who has the keys makes it.

        Each purpose has a key of its own, derived from the look-up key, which never rotates: what one
        purpose vouches for means nothing to another, and no index in a table gives the key away.
        """
        key = self._macs.get(purpose)
        if key is None:
            key = self.suite.hash.keyed(self._lookup, _MAC_KEY + purpose.encode())
            self._macs[purpose] = key
        return self.suite.hash.keyed(key, message)


def _associated(number: bytes, cell: Cell) -> bytes:
    return _DOMAIN + number + cell.canonical()


def _refused(code: str, cell: Cell) -> Refusal:
    _log.error("a sealed value does not open (%s): %s", code, cell)
    return Refusal(code, Kind.UNAVAILABLE)


def _read(folder: Path) -> tuple[dict[int, bytes], bytes]:
    """Return the sealing keys by number, and the look-up key, as a folder holds them."""
    path = folder / KEYS_FILE
    if not path.is_file():
        raise Refusal("kit.keys_missing", Kind.CONFLICT, folder=str(folder))
    kept = read_json(path)
    try:
        sealing = {int(number): bytes.fromhex(key) for number, key in kept["sealing"].items()}
        return sealing, bytes.fromhex(kept["lookup"])
    except (AttributeError, KeyError, TypeError, ValueError):
        raise Refusal("kit.file_unreadable", Kind.CONFLICT, path=str(path)) from None


def write_secret(path: Path, content: bytes) -> None:
    """Write a file that only its owner may read: all of it, on disk, or nothing."""
    make_folder(path.parent)
    temporary = path.with_name(path.name + ".new")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    sync_folder(path.parent)
