"""What the ledger refuses, each a fact with its own sentence in messages.toml."""

from tongban.kernel.errors import Kind, Refusal


def unreadable(what: str, line: int | None = None) -> Refusal:
    """Bytes from outside that are not what they should be.

    ``what`` is one of note, checkpoint, key, private_key, mark, tile_path (an address, so not
    found), bundle, proof, consistency, policy, entry, opening, uses, statement; ``line`` counts from 1
    where the format has lines.
    """
    if line is None:
        kind = Kind.NOT_FOUND if what == "tile_path" else Kind.INVALID
        return Refusal(f"ledger.{what}_unreadable", kind)
    return Refusal(f"ledger.{what}_unreadable_at", Kind.INVALID, line=line)


def too_large(what: str, limit: int) -> Refusal:
    """Bytes from outside that are longer than anything of their kind can be (limit in bytes)."""
    return Refusal("ledger.too_large", Kind.TOO_LARGE, what=what, limit=limit)


def key_type_unsupported(algorithm: int) -> Refusal:
    """A key that can be named but not used here (only Ed25519 and Ed25519 cosignatures can)."""
    return Refusal("ledger.key_type_unsupported", Kind.INVALID, algorithm=f"{algorithm:02x}")


def signature_wrong(name: str) -> Refusal:
    """A signature under a known key that does not fit the text: the whole note falls."""
    return Refusal("ledger.signature_wrong", Kind.INVALID, name=name)


def signed_by_nobody_known() -> Refusal:
    """A note without a signature of any key that is trusted."""
    return Refusal("ledger.signed_by_nobody_known", Kind.INVALID)


def origin_unknown(origin: str) -> Refusal:
    """A checkpoint of a log that the policy does not name, or signed under another log's key."""
    return Refusal("ledger.origin_unknown", Kind.INVALID, origin=origin)


def quorum_missing(quorum: str) -> Refusal:
    """A checkpoint that too few witnesses have cosigned."""
    return Refusal("ledger.quorum_missing", Kind.INVALID, quorum=quorum)


def not_included(index: int, size: int) -> Refusal:
    """An entry that is not at this place of the tree that the checkpoint signs."""
    return Refusal("ledger.not_included", Kind.INVALID, index=index, size=size)


def entry_missing() -> Refusal:
    """A proof that does not carry its entry, and no entry beside it."""
    return Refusal("ledger.entry_missing", Kind.INVALID)


def commitment_differs() -> Refusal:
    """Private facts that are not the ones the entry committed to."""
    return Refusal("ledger.commitment_differs", Kind.INVALID)


def statement_of_another() -> Refusal:
    """A statement about a person's entries that was made for another checkpoint than the one beside it."""
    return Refusal("ledger.statement_of_another", Kind.INVALID)


def other_log_file(size: int) -> Refusal:
    """Entries that are not those of the log up to the checkpoint with which they are compared."""
    return Refusal("ledger.other_log_file", Kind.INVALID, size=size)


def field_not_public(kind: str, field: str) -> Refusal:
    """A field that this kind of entry may not show."""
    return Refusal("ledger.field_not_public", Kind.INVALID, entry_kind=kind, field=field)


def field_missing(kind: str, field: str) -> Refusal:
    """A field that this kind of entry must have."""
    return Refusal("ledger.field_missing", Kind.INVALID, entry_kind=kind, field=field)


def field_ill_shaped(kind: str, field: str) -> Refusal:
    """A value that does not have the shape its field demands."""
    return Refusal("ledger.field_ill_shaped", Kind.INVALID, entry_kind=kind, field=field)


def field_looks_personal(kind: str, field: str) -> Refusal:
    """A value that could be somebody's number; it is never repeated in the refusal."""
    return Refusal("ledger.field_looks_personal", Kind.INVALID, entry_kind=kind, field=field)


def commitment_ill_shaped() -> Refusal:
    """A commitment that is not 64 hexadecimal digits."""
    return Refusal("ledger.commitment_ill_shaped", Kind.INVALID)


def entry_too_long(length: int) -> Refusal:
    """An entry of more bytes than a bundle can hold."""
    return Refusal("ledger.entry_too_long", Kind.TOO_LARGE, length=length)


def entry_not_found() -> Refusal:
    """No entry under this id."""
    return Refusal("ledger.entry_not_found", Kind.NOT_FOUND)


def tile_not_found() -> Refusal:
    """A tile or bundle that the tree does not have (yet)."""
    return Refusal("ledger.tile_not_found", Kind.NOT_FOUND)


def nothing_signed_yet() -> Refusal:
    """A log that has not been opened: no checkpoint was ever signed."""
    return Refusal("ledger.nothing_signed_yet", Kind.UNAVAILABLE)


def sizes_impossible(old: int, new: int) -> Refusal:
    """A consistency proof between sizes that the log never had in that order."""
    return Refusal("ledger.sizes_impossible", Kind.INVALID, old=old, new=new)


def not_consistent(old: int, new: int) -> Refusal:
    """Two checkpoints of one log of which the earlier does not begin the later: it was rewritten."""
    return Refusal("ledger.not_consistent", Kind.INVALID, old=old, new=new)


def proof_or_data_missing() -> Refusal:
    """Two checkpoints to compare, and neither a proof nor a log that could make one."""
    return Refusal("ledger.proof_or_data_missing", Kind.INVALID)


def place_away(place: str) -> Refusal:
    """A place outside that does not take or give back checkpoints now; it is tried again."""
    return Refusal("ledger.place_away", Kind.UNAVAILABLE, place=place)


def place_unfit(setting: str) -> Refusal:
    """A setting that names no place to which checkpoints could be handed."""
    return Refusal("ledger.place_unfit", Kind.INVALID, setting=setting)


def history_elsewhere(place: str, size: str) -> Refusal:
    """A checkpoint that we signed and that this log does not contain stands outside: it was forked."""
    return Refusal("ledger.history_elsewhere", Kind.CONFLICT, place=place, size=size)


def foreign_checkpoint(place: str) -> Refusal:
    """What stands outside was never signed by this log: the place was written to by somebody else."""
    return Refusal("ledger.foreign_checkpoint", Kind.CONFLICT, place=place)


def other_log(origin: str) -> Refusal:
    """A signer of another log than the one that this database keeps."""
    return Refusal("ledger.other_log", Kind.CONFLICT, origin=origin)


def tree_disagrees(size: int) -> Refusal:
    """Stored tiles that no longer give the root last signed: nothing may be signed on top."""
    return Refusal("ledger.tree_disagrees", Kind.CONFLICT, size=size)


def log_rolled_back(signed: int, found: int) -> Refusal:
    """A database that is older than what was signed: going on would fork the public log."""
    return Refusal("ledger.log_rolled_back", Kind.CONFLICT, signed=signed, found=found)


def mark_missing(size: int) -> Refusal:
    """No mark of what was signed last beside the key of a log that has entries: it was taken away."""
    return Refusal("ledger.mark_missing", Kind.CONFLICT, size=size)


def clock_behind(now: str, signed: str) -> Refusal:
    """A clock that is behind what was signed last: nothing is signed until it is right."""
    return Refusal("ledger.clock_behind", Kind.CONFLICT, now=now, signed=signed)


def entries_set_aside(count: int, unknown: int) -> Refusal:
    """Entries that were refused a number, of which so many were made without this government's key."""
    return Refusal("ledger.entries_set_aside", Kind.CONFLICT, count=count, unknown=unknown)


def nothing_to_accept() -> Refusal:
    """A log that goes on by itself: there is no exception to state a reason for."""
    return Refusal("ledger.nothing_to_accept", Kind.CONFLICT)


def explanation_missing() -> Refusal:
    """An exception without a stated reason, which the public reads."""
    return Refusal("ledger.explanation_missing", Kind.INVALID)


def key_missing(path: str) -> Refusal:
    """No private key where the log's key must lie: a new one would be another log."""
    return Refusal("ledger.key_missing", Kind.CONFLICT, path=path)


def other_origin(key: str, origin: str) -> Refusal:
    """The log's key was made for one origin, and the definitions name another."""
    return Refusal("ledger.other_origin", Kind.CONFLICT, key=key, origin=origin)


def key_file_open(path: str) -> Refusal:
    """A private key that others on the machine can read."""
    return Refusal("ledger.key_file_open", Kind.CONFLICT, path=path)


def proof_pending() -> Refusal:
    """An entry that is kept but has no number yet: its proof is ready in seconds."""
    return Refusal("ledger.proof_pending", Kind.UNAVAILABLE)


def file_unreadable(path: str) -> Refusal:
    """A file on the command line that cannot be opened."""
    return Refusal("ledger.file_unreadable", Kind.INVALID, path=path)
