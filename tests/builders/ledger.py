"""Plain builders of what the ledger is made of."""

import os
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import NamedTuple
from uuid import uuid4

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import strategies as st

from tongban.kit.db import Database
from tongban.modules.ledger.formats.entry import format_entry
from tongban.modules.ledger.formats.note import verifier_key_of
from tongban.modules.ledger.model import (
    Entry,
    EntryKind,
    Mark,
    NewEntry,
    PublicValue,
    TreeHead,
    VerifierKey,
)
from tongban.modules.ledger.rules.tree import EMPTY_ROOT
from tongban.modules.ledger.store import entry_table

ORIGIN = "zwfw.example.cn/ledger"


class MemorySigner:
    """A signer that keeps everything in memory."""

    def __init__(self, name: str = ORIGIN, seed: bytes | None = None) -> None:
        self.seed = seed or os.urandom(32)
        self._private = Ed25519PrivateKey.from_private_bytes(self.seed)
        self._key = verifier_key_of(name, self.seed)
        self.mark: Mark | None = Mark(TreeHead(0, EMPTY_ROOT))

    @property
    def key(self) -> VerifierKey:
        return self._key

    def sign(self, message: bytes) -> bytes:
        return self._private.sign(message)

    def remembered(self) -> Mark | None:
        return self.mark

    def remember(self, head: TreeHead, since: datetime | None) -> None:
        if self.mark is None or head.size > self.mark.head.size:
            self.mark = Mark(head, since or (self.mark.since if self.mark else None))


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


class Forgery(NamedTuple):
    """A row that somebody writes with SQL, as an entry that waits for its number."""

    identifier: str | None
    """None for an id as the product makes them."""
    at: datetime
    authenticator: bytes | None


_SECONDS = st.integers(1_577_836_800, 2_208_988_800)  # 2020 to 2040
FORGERIES = st.builds(
    Forgery,
    identifier=st.none()
    | st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20),
    at=_SECONDS.map(lambda seconds: datetime.fromtimestamp(seconds, UTC)),
    authenticator=st.none() | st.binary(max_size=40),
)


def slip_in(database: Database, forgery: Forgery) -> str:
    """Write a forged row; returns its id, to which something is added so that it comes once."""
    made = str(uuid4())
    name = made if forgery.identifier is None else (forgery.identifier[:20] + made)[:36]
    logged = a_closing()
    entry = Entry(id=name, kind=logged.kind, at=forgery.at, public=dict(logged.public))
    row = {
        "id": name,
        "kind": logged.kind.value,
        "department": "rsj",
        "at": forgery.at,
        "body": format_entry(entry),
        "authenticator": forgery.authenticator,
    }
    database.write(lambda unit: unit.connection.execute(entry_table.insert().values(**row)))
    return name
