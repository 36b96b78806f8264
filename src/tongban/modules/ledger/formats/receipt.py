"""Checking a receipt from end to end, with nothing but its bytes and a policy."""

from tongban.kernel.errors import Refusal
from tongban.modules.ledger import errors
from tongban.modules.ledger.formats.checkpoint import parse_checkpoint
from tongban.modules.ledger.formats.entry import commitment_of, parse_entry
from tongban.modules.ledger.formats.note import (
    parse_note,
    parse_verifier_key,
    require_checkable,
    verify_note,
)
from tongban.modules.ledger.formats.policy import is_quorate, parse_policy
from tongban.modules.ledger.model import (
    Checkpoint,
    Cosigned,
    Entry,
    Opening,
    Policy,
    Receipt,
    SignedNote,
    Verified,
    VerifierKey,
)
from tongban.modules.ledger.rules.tree import is_included, leaf_hash


def read_trust(data: bytes) -> Policy:
    """Read whom to trust: a single vkey (one line) trusts that log without witnesses, anything else
    is a policy file.
    """
    text = data.strip()
    if b"\n" in text or b"+" not in text or b" " in text:
        return parse_policy(data)
    try:
        key = require_checkable(parse_verifier_key(text.decode()))
    except UnicodeDecodeError as error:
        raise errors.unreadable("key") from error
    return Policy(logs=(key,))


def verify_checkpoint(
    note: SignedNote, policy: Policy
) -> tuple[Checkpoint, VerifierKey, tuple[Cosigned, ...]]:
    """Check a signed checkpoint: its origin is a trusted log, the log signed it, the quorum too.

    Returns the checkpoint, the log's key and the witnesses whose cosignatures hold.
    """
    checkpoint = parse_checkpoint(note.text)
    logs = [key for key in policy.logs if key.name == checkpoint.origin]
    if not logs:
        raise errors.origin_unknown(checkpoint.origin)
    verified = verify_note(note, [*logs, *policy.witnesses.values()])
    log = next((each.key for each in verified if each.key in logs), None)
    if log is None:
        raise errors.signed_by_nobody_known()
    witnesses = tuple(each for each in verified if each.key not in logs)
    if not is_quorate(policy, frozenset(each.key for each in witnesses)):
        raise errors.quorum_missing(policy.quorum or "")
    return checkpoint, log, witnesses


def verify_receipt(receipt: Receipt, policy: Policy, body: bytes | None = None) -> Verified:
    """Check that an entry is in the log as the receipt says.

    ``body`` is the entry's bytes; without it those carried by the receipt are hashed. Whatever they
    are, only bytes that were logged pass.
    """
    body = receipt.extra if body is None else body
    if body is None:
        raise errors.entry_missing()
    note = parse_note(receipt.note.encode())
    checkpoint, log, witnesses = verify_checkpoint(note, policy)
    if not is_included(
        leaf_hash(body), receipt.index, checkpoint.size, receipt.path, checkpoint.root
    ):
        raise errors.not_included(receipt.index, checkpoint.size)
    return Verified(
        checkpoint=checkpoint,
        index=receipt.index,
        body=body,
        entry=_entry_or_none(body),
        log=log,
        witnesses=witnesses,
    )


def _entry_or_none(body: bytes) -> Entry | None:
    """The entry, where the logged bytes are one of Tongban's (another log's need not be)."""
    try:
        return parse_entry(body)
    except Refusal:
        return None


def verify_opening(entry: Entry, opening: Opening) -> None:
    """Check that these private facts are the ones the entry committed to; refuses otherwise."""
    if entry.commitment != commitment_of(opening):
        raise errors.commitment_differs()
