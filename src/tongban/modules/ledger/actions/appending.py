"""Appending: an entry is written in the caller's own transaction, vouched for, without a number."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from msgspec.structs import replace

from tongban.kit.crypto import chance
from tongban.kit.db import Unit
from tongban.modules.ledger import store
from tongban.modules.ledger.formats.authenticator import authenticator_of
from tongban.modules.ledger.formats.chain import head_of, link_of
from tongban.modules.ledger.formats.entry import commitment_of, format_entry
from tongban.modules.ledger.model import SALT_SIZE, Entry, LoggedEntry, NewEntry, Opening
from tongban.modules.ledger.rules.entries import check_entry


def commit(facts: Mapping[str, Any]) -> tuple[str, bytes]:
    """Commit to private facts; returns the commitment for the entry and the salt to keep.

    Facts are texts, whole numbers, flags, lists and dicts of them. Keep the salt with the facts and
    delete both to forget: what is left in the ledger then says nothing.
    """
    salt = chance.token_bytes(SALT_SIZE)
    return commitment_of(Opening(salt=salt, facts=dict(facts))), salt


def append(unit: Unit, entry: NewEntry) -> str:
    """Log a fact in the caller's own transaction; returns the entry's id.

    The entry has no number yet: the sequencer gives it one, and a proof is ready within seconds.
    Refuses a field that its kind may not show and any value that could be somebody's number.
    """
    return append_all(unit, [entry])[0]


def append_linked(
    unit: Unit, entry: NewEntry, key: bytes, number: int, before: str
) -> tuple[str, str]:
    """Log a fact that follows others in a chain (:mod:`formats.chain`), under its number and the head
    before it; returns the entry's id and the head from now on.

    Whoever asks makes sure that nobody else gives the same number meanwhile.
    """
    linked = {**entry.public, "link": link_of(key, number, before)}
    logged = _logged(unit, replace(entry, public=linked))
    store.insert_entries(unit.connection, [logged], partial(authenticator_of, unit.keyring))
    return logged.entry.id, head_of(before, logged.body)


def append_all(unit: Unit, entries: Sequence[NewEntry]) -> list[str]:
    """Log many facts at once; returns their ids in the same order."""
    logged = [_logged(unit, entry) for entry in entries]
    store.insert_entries(unit.connection, logged, partial(authenticator_of, unit.keyring))
    return [each.entry.id for each in logged]


def _logged(unit: Unit, new: NewEntry) -> LoggedEntry:
    check_entry(new)
    entry = Entry(
        id=unit.new_id(),
        kind=new.kind,
        at=unit.now.replace(microsecond=0),
        public=dict(new.public),
        commitment=new.commitment,
    )
    return LoggedEntry(entry=entry, body=format_entry(entry))
