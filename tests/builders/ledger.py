"""Plain builders of what the ledger is made of."""

import os
from collections.abc import Mapping

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tongban.modules.ledger.formats.note import verifier_key_of
from tongban.modules.ledger.model import EntryKind, NewEntry, PublicValue, TreeHead, VerifierKey

ORIGIN = "zwfw.example.cn/ledger"


class MemorySigner:
    """A signer that keeps everything in memory."""

    def __init__(self, name: str = ORIGIN, seed: bytes | None = None) -> None:
        self.seed = seed or os.urandom(32)
        self._private = Ed25519PrivateKey.from_private_bytes(self.seed)
        self._key = verifier_key_of(name, self.seed)
        self.mark: TreeHead | None = None

    @property
    def key(self) -> VerifierKey:
        return self._key

    def sign(self, message: bytes) -> bytes:
        return self._private.sign(message)

    def remembered(self) -> TreeHead | None:
        return self.mark

    def remember(self, head: TreeHead) -> None:
        self.mark = head


def a_disclosure(**more: PublicValue) -> NewEntry:
    public: Mapping[str, PublicValue] = {
        "department": "rsj",
        "department_name": {"zh": "人力资源和社会保障局", "en": "Human Resources Bureau"},
        "resource": "307010012/000001",
        "purpose": "灵活就业社会保险补贴",
        "outcome": "given",
        **more,
    }
    return NewEntry(kind=EntryKind.DISCLOSURE, public=public, commitment="ab" * 32)


def a_closing(department: str = "rsj") -> NewEntry:
    return NewEntry(
        kind=EntryKind.CASE_CLOSED,
        public={"department": department, "outcome": "approved", "working_days": 3},
    )
