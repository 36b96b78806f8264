"""What lets the log go on when something about it is not as it should be: a reason, stated in the log.

Each of these acts leaves an entry that everybody can read. None of them forgets or rewrites anything.
"""

import datetime as dt
from collections.abc import Mapping
from functools import partial

from tongban.kit.db import Database, Unit
from tongban.modules.ledger import errors, queries, store
from tongban.modules.ledger.actions.appending import append
from tongban.modules.ledger.actions.sequencing import (
    BATCH,
    fit_to_number,
    open_log,
    sign,
    what_waits,
)
from tongban.modules.ledger.formats.authenticator import authenticator_of, is_ours
from tongban.modules.ledger.formats.entry import parse_entry
from tongban.modules.ledger.model import (
    EntryKind,
    LogException,
    LoggedEntry,
    NewEntry,
    PublicValue,
    SignedCheckpoint,
    Signer,
    TreeHead,
    Waiting,
)
from tongban.modules.ledger.rules.tree import EMPTY_ROOT

_RESTORED = {
    "zh": "从备份恢复，账本从备份时的状态继续。",
    "en": "Restored from a backup; the log goes on from there.",
}
_AT_ONCE = 1000
_ACCEPTED = {
    "ledger.mark_missing": LogException.MARK_MISSING,
    "ledger.clock_behind": LogException.CLOCK_BEHIND,
}
"""Which refusals to sign somebody may overrule, and what the entry calls it."""


def accept(db: Database, signer: Signer, reason: str) -> LogException:
    """Go on with a log without its mark, or at an instant before what was signed last.

    ``reason`` is published. Returns what was overruled. Refuses a log that goes on by itself, and any
    other fault: a log that forks or whose tree disagrees is never accepted.
    """
    _check_reason(reason)

    def work(unit: Unit) -> tuple[LogException, SignedCheckpoint]:
        store.lock_log(unit.connection)
        what = _overruled(unit, signer)
        return what, _sign_on(unit, signer, what, reason)

    what, signed = db.write(work)
    signer.remember(signed.checkpoint.head, signed.newest)
    return what


def _overruled(unit: Unit, signer: Signer) -> LogException:
    fault = queries.fault_of_going_on(unit, signer)
    if fault is None:
        raise errors.nothing_to_accept()
    if fault.code not in _ACCEPTED:
        raise fault
    return _ACCEPTED[fault.code]


def accept_restored(db: Database, signer: Signer, made_on: dt.date) -> None:
    """Go on from a backup that was just restored: a backup never holds the mark.

    ``made_on`` is the day of the backup. A log that was never signed has no exception to state.
    """
    with db.read() as reader:
        empty = store.last_checkpoint(reader.connection) is None
    if empty:
        signer.remember(TreeHead(0, EMPTY_ROOT), None)
        return

    def work(unit: Unit) -> SignedCheckpoint:
        store.lock_log(unit.connection)
        day = {"made_on": made_on.isoformat()}
        return _sign_on(unit, signer, LogException.RESTORED, _RESTORED, **day)

    signed = db.write(work)
    signer.remember(signed.checkpoint.head, signed.newest)


def _sign_on(
    unit: Unit, signer: Signer, what: LogException, reason: PublicValue, **more: PublicValue
) -> SignedCheckpoint:
    """Log an exception, and number and sign it with what waits, whatever the mark and the clock say."""
    last = open_log(unit, signer)
    _log(unit, what, reason, last.checkpoint.size if last else 0, more)
    fit = fit_to_number(unit, None, what_waits(unit, last, BATCH))
    return sign(unit, signer, last, fit, None)


def settle(unit: Unit, reason: str) -> Mapping[str, int]:
    """Say what becomes of the entries that were set aside; ``reason`` is published.

    Those that were written with this government's key and only say an odd instant are admitted and get
    their number; the others were slipped in and stay set aside for ever, noted. Returns how many of
    each. Refuses where nothing is set aside.
    """
    _check_reason(reason)
    counts = {"admitted": 0, "noted": 0}
    while found := store.refused(unit.connection, _AT_ONCE):
        for one in found:
            admitted = _admit(unit, one.entry)
            store.settle(unit.connection, one.refusal, admitted=admitted)
            counts["admitted" if admitted else "noted"] += 1
    if not any(counts.values()):
        raise errors.nothing_to_accept()
    last = store.last_checkpoint(unit.connection)
    _log(unit, LogException.SET_ASIDE, reason, last.checkpoint.size if last else 0, counts)
    return counts


def _admit(unit: Unit, one: Waiting) -> bool:
    """Let an entry of ours wait again; False for one of somebody else's, or that is in the log already."""
    if not is_ours(unit.keyring, one) or store.has_entry(unit.connection, one.id):
        return False
    entry = LoggedEntry(entry=parse_entry(one.body), body=one.body)
    store.insert_entries(unit.connection, [entry], partial(authenticator_of, unit.keyring))
    return True


def _check_reason(reason: str) -> None:
    if not reason.strip():
        raise errors.explanation_missing()


def _log(
    unit: Unit,
    what: LogException,
    reason: PublicValue,
    size: int,
    more: Mapping[str, PublicValue],
) -> None:
    public = {"exception": what.value, "explanation": reason, "log_size": size, **more}
    append(unit, NewEntry(kind=EntryKind.LOG_EXCEPTION, public=public))
