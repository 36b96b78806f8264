"""A person's own file of every entry about them: read, written, and checked with nothing but a policy.

The file is JSON: a signed checkpoint, a statement signed by the same log, and the chains of the person
with each line's entry, its path in the tree and what opens it. The statement says for each chain how many
lines it has up to that checkpoint and their head, so that a line that was left out at the end is missed.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import msgspec

from tongban.kernel.errors import Refusal
from tongban.modules.ledger import errors
from tongban.modules.ledger.formats import base64
from tongban.modules.ledger.formats.chain import KEY_SIZE, START, head_of, link_of, name_of_key
from tongban.modules.ledger.formats.checkpoint import format_checkpoint
from tongban.modules.ledger.formats.entry import (
    commitment_of,
    instant_text,
    parse_entry,
    parse_instant,
    read_salt,
)
from tongban.modules.ledger.formats.note import format_note, parse_note, sign_note, verify_note
from tongban.modules.ledger.formats.receipt import verify_checkpoint
from tongban.modules.ledger.formats.tiles import split_bundles
from tongban.modules.ledger.model import HASH_SIZE, Checkpoint, Entry, Opening, Policy, Signer
from tongban.modules.ledger.model.chains import (
    AT_ONCE,
    Chain,
    ChainLine,
    ChainsChecked,
    ChainStanding,
    LineFault,
    LineFaultKind,
    Statement,
)
from tongban.modules.ledger.rules.tree import is_included, leaf_hash, root_of

FORMAT = "tongban/uses/v1"
"""What the file says that it is."""
MAX_FILE = 256 << 20
"""Bytes of the longest file read."""
MOST_CHAINS = 5_000
"""Chains of one person that are read: one, and one for each day on which something appeared."""
_MOST_FAULTS = 100
_LONGEST_PATH = 63
_STATEMENT = "tongban/statement/v1"
_DAY = re.compile(r"-|\d{4}-\d\d-\d\d", re.ASCII)
_HEX = re.compile(r"[0-9a-f]{64}")
_LINK_SHOWN = re.compile(rb'"link":"([0-9a-f]{64})"')
"""As the canonical bytes of an entry show it."""


class LineOpening(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What opens the commitment of a line."""

    salt: str
    facts: dict[str, Any]


class UsesLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A line: its entry, and what opens it."""

    number: int
    entry: str
    index: int
    path: list[str]
    opening: LineOpening | None = None


class UsesChain(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The lines of one chain, in order."""

    shown_on: str
    key: str
    lines: list[UsesLine]


class CompleteUses(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Everything on record about a person, with what proves that it is all: for ``tongban verify``."""

    format: str
    checkpoint: str
    statement: str
    chains: list[UsesChain]


class _Head(msgspec.Struct):
    format: str


class UsesFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file as it was read; nothing of it is believed yet."""

    checkpoint: str
    statement: str
    chains: tuple[Chain, ...]


# The statement -----------------------------------------------------------------------------------


def sign_statement(
    checkpoint: Checkpoint, at: datetime, chains: Iterable[ChainStanding], signer: Signer
) -> str:
    """State how a person's chains stand at a checkpoint, as a note signed by the log.

    Its first line is no origin, so that no statement can be taken for a checkpoint.
    """
    lines = [_STATEMENT, instant_text(at)]
    lines += [_standing_text(each) for each in chains]
    text = "".join(f"{line}\n" for line in lines) + format_checkpoint(checkpoint)
    return format_note(sign_note(text, signer))


def _standing_text(one: ChainStanding) -> str:
    return f"chain {one.name} {one.key_name} {one.unlinked} {one.number} {one.head}"


def parse_statement(text: str) -> Statement:
    """Read the text of a statement (not its signatures); refuses anything that is not one."""
    lines = text.split("\n")
    at = parse_instant(lines[1]) if len(lines) > 1 else None
    if lines[0] != _STATEMENT or at is None:
        raise errors.unreadable("statement")
    rest = lines[2:]
    said = [line for line in rest if line.startswith("chain ")]
    if len(said) > MOST_CHAINS or rest[: len(said)] != said:
        raise errors.unreadable("statement")
    chains = tuple(map(_parse_standing, said))
    return Statement(at=at, chains=chains, checkpoint="\n".join(rest[len(said) :]))


def _parse_standing(line: str) -> ChainStanding:
    parts = line.split(" ")
    if len(parts) != 6:
        raise errors.unreadable("statement")
    _, name, key_name, unlinked, number, head = parts
    counts = base64.decimal(unlinked), base64.decimal(number)
    sound = _DAY.fullmatch(name) and _HEX.fullmatch(key_name) and _HEX.fullmatch(head)
    if not sound or counts[0] is None or counts[1] is None or counts[0] > counts[1]:
        raise errors.unreadable("statement")
    return ChainStanding(
        name=name, key_name=key_name, unlinked=counts[0], number=counts[1], head=head
    )


# The file ----------------------------------------------------------------------------------------


def is_uses_file(data: bytes) -> bool:
    """Whether bytes say of themselves that they are such a file."""
    if data.lstrip()[:1] != b"{":
        return False
    try:
        return msgspec.json.decode(data, type=_Head).format == FORMAT
    except (ValueError, RecursionError):
        return False


def format_head(checkpoint: str, statement: str) -> bytes:
    """Write the beginning of a file, up to its chains: the rest follows a piece at a time."""
    said = {"format": FORMAT, "checkpoint": checkpoint, "statement": statement}
    return msgspec.json.encode(said)[:-1] + b',"chains":['


def format_chain_head(name: str, key: bytes, *, first: bool) -> bytes:
    """Write the beginning of a chain, up to its lines."""
    said = {"shown_on": "" if name == AT_ONCE else name, "key": key.hex()}
    return (b"" if first else b",") + b"\n" + msgspec.json.encode(said)[:-1] + b',"lines":['


def format_line(line: ChainLine, *, first: bool) -> bytes:
    """Write one line of a chain."""
    opening = line.opening
    wire = UsesLine(
        number=line.number,
        entry=line.body.decode(),
        index=line.index,
        path=[base64.encode(each) for each in line.path],
        opening=None
        if opening is None
        else LineOpening(base64.encode(opening.salt), opening.facts),
    )
    return (b"" if first else b",") + b"\n" + msgspec.json.encode(wire)


CHAIN_END = b"]}"
FILE_END = b"\n]}\n"


def parse_uses(data: bytes) -> UsesFile:
    """Read a file; refuses what is none, and one that is longer than any person's can be."""
    if len(data) > MAX_FILE:
        raise errors.too_large("uses", MAX_FILE)
    try:
        wire = msgspec.json.decode(data, type=CompleteUses)
    except (ValueError, RecursionError) as error:
        raise errors.unreadable("uses") from error
    if wire.format != FORMAT or len(wire.chains) > MOST_CHAINS:
        raise errors.unreadable("uses")
    return UsesFile(
        checkpoint=wire.checkpoint,
        statement=wire.statement,
        chains=tuple(map(_chain, wire.chains)),
    )


def _chain(wire: UsesChain) -> Chain:
    name = wire.shown_on or AT_ONCE
    if not _HEX.fullmatch(wire.key) or len(wire.key) != 2 * KEY_SIZE or not _DAY.fullmatch(name):
        raise errors.unreadable("uses")
    return Chain(name=name, key=bytes.fromhex(wire.key), lines=tuple(map(_line, wire.lines)))


def _line(wire: UsesLine) -> ChainLine:
    path = [base64.decode_hash(each) for each in wire.path[: _LONGEST_PATH + 1]]
    known = tuple(each for each in path if each is not None)
    in_range = 0 < wire.number < 2**53 and 0 <= wire.index < 2**63
    if not in_range or len(known) != len(wire.path) or len(known) > _LONGEST_PATH:
        raise errors.unreadable("uses")
    try:
        body = wire.entry.encode()
    except UnicodeEncodeError as error:
        raise errors.unreadable("uses") from error
    return ChainLine(
        number=wire.number, body=body, index=wire.index, path=known, opening=_opening(wire.opening)
    )


def _opening(wire: LineOpening | None) -> Opening | None:
    return None if wire is None else Opening(salt=read_salt(wire.salt), facts=wire.facts)


# Checking ----------------------------------------------------------------------------------------


def verify_uses(file: UsesFile, policy: Policy, earlier: UsesFile | None = None) -> ChainsChecked:
    """Check that a file holds every entry about the person that its statement counts, each in the log.

    Refuses where the checkpoint or the statement is not signed by the trusted log, for then nothing is
    known. Everything else is a fault that is named, and the rest is checked all the same. With an
    ``earlier`` file of the same person the later must go on from it.
    """
    checkpoint, statement = _signed(file, policy)
    checking = _Checking(checkpoint)
    said = {each.name: each for each in statement.chains}
    found = {each.name: each for each in file.chains}
    for name in [*said, *(each for each in found if each not in said)]:
        checking.chain(name, found.get(name), said.get(name))
    if len(said) != len(statement.chains) or len(found) != len(file.chains):
        checking.find(LineFaultKind.CHAIN_TWICE, AT_ONCE)
    if earlier is not None:
        _, before = _signed(earlier, policy)
        checking.goes_on_from(before)
    return ChainsChecked(
        checkpoint=checkpoint,
        at=statement.at,
        lines=checking.lines,
        unlinked=sum(each.unlinked for each in statement.chains),
        chains=statement.chains,
        faults=tuple(checking.faults[:_MOST_FAULTS]),
        more=max(0, len(checking.faults) - _MOST_FAULTS),
    )


def _signed(file: UsesFile, policy: Policy) -> tuple[Checkpoint, Statement]:
    """Return checkpoint and statement once both are known to be the log's, and of each other."""
    try:
        notes = file.checkpoint.encode(), file.statement.encode()
    except UnicodeEncodeError as error:
        raise errors.unreadable("uses") from error
    checkpoint, log, _ = verify_checkpoint(parse_note(notes[0]), policy)
    note = parse_note(notes[1])
    verify_note(note, [log])
    statement = parse_statement(note.text)
    if statement.checkpoint != format_checkpoint(checkpoint):
        raise errors.statement_of_another()
    return checkpoint, statement


class _Checking:
    """One file; collects what is wrong and goes on."""

    def __init__(self, checkpoint: Checkpoint) -> None:
        self.checkpoint = checkpoint
        self.faults: list[LineFault] = []
        self.lines = 0
        self.heads: dict[tuple[str, int], str] = {}
        self._keys: dict[str, str] = {}
        self._subject: object = None
        self._seen: set[int] = set()

    def find(self, kind: LineFaultKind, chain: str, number: int = 0, count: int = 1) -> None:
        self.faults.append(LineFault(kind=kind, chain=chain, number=number, count=count))

    def chain(self, name: str, chain: Chain | None, said: ChainStanding | None) -> None:
        """Check one chain against what is stated of it."""
        if said is None:
            self.find(LineFaultKind.NOT_STATED, name)
            return
        if chain is None:
            if said.number:
                self.find(LineFaultKind.MISSING, name, 0, said.number)
            self.heads[name, 0] = START
            self._keys[name] = said.key_name
            return
        if name_of_key(chain.key) != said.key_name:
            self.find(LineFaultKind.OTHER_KEY, name)
        self._keys[name] = said.key_name
        head = self._through(chain, said)
        if head is not None and head != said.head:
            self.find(LineFaultKind.OTHER_HEAD, name, said.number)

    def _through(self, chain: Chain, said: ChainStanding) -> str | None:
        """Go through the lines; returns the head over them, None where one is missing."""
        head: str | None = START
        last = 0
        self.heads[chain.name, 0] = START
        for line in chain.lines:
            if line.number <= last or line.number > said.number:
                self.find(LineFaultKind.MISPLACED, chain.name, line.number)
                continue
            if line.number > last + 1:
                self.find(LineFaultKind.MISSING, chain.name, last, line.number - last - 1)
                head = None
            self._line(chain, line, head, linked=line.number > said.unlinked)
            head = None if head is None else head_of(head, line.body)
            last = line.number
            if head is not None:
                self.heads[chain.name, last] = head
        if last < said.number:
            self.find(LineFaultKind.MISSING, chain.name, last, said.number - last)
            return None
        return head

    def _line(self, chain: Chain, line: ChainLine, before: str | None, *, linked: bool) -> None:
        self.lines += 1
        place = (chain.name, line.number)
        if line.index in self._seen:
            self.find(LineFaultKind.TWICE, *place)
        self._seen.add(line.index)
        size, root = self.checkpoint.size, self.checkpoint.root
        if not is_included(leaf_hash(line.body), line.index, size, line.path, root):
            self.find(LineFaultKind.NOT_INCLUDED, *place)
            return
        entry = _entry_or_none(line.body)
        if entry is None or not self._opens(chain, line, entry):
            self.find(LineFaultKind.NOT_OPENED, *place)
            return
        if before is None:
            return
        expected = link_of(chain.key, line.number, before) if linked else None
        if entry.public.get("link") != expected:
            self.find(LineFaultKind.OTHER_LINK, *place)

    def _opens(self, chain: Chain, line: ChainLine, entry: Entry) -> bool:
        """Whether a line's facts are those its entry commits to, about the person of all others, and of
        the day of its chain."""
        opening = line.opening
        if opening is None:
            return False
        try:
            fits = commitment_of(opening) == entry.commitment
        except Refusal:
            return False
        facts: Mapping[str, Any] = opening.facts
        subject = (entry.public.get("subject_kind"), facts.get("subject"))
        if self._subject is None:
            self._subject = subject
        day = facts.get("shown_on", AT_ONCE)
        return fits and subject == self._subject and day == chain.name

    def goes_on_from(self, before: Statement) -> None:
        """Look whether every chain of an earlier statement is a beginning of what is here."""
        for said in before.chains:
            if self._keys.get(said.name, said.key_name) != said.key_name:
                self.find(LineFaultKind.OTHER_KEY, said.name)
            elif (
                self.heads.get((said.name, said.number), None if said.number else START)
                != said.head
            ):
                self.find(LineFaultKind.NOT_BEFORE, said.name, said.number)


def _entry_or_none(body: bytes) -> Entry | None:
    try:
        return parse_entry(body)
    except Refusal:
        return None


# The end of a chain -------------------------------------------------------------------------------


def left_out(
    file: UsesFile, policy: Policy, pieces: Iterable[bytes]
) -> tuple[tuple[LineFault, ...], int]:
    """Look through the whole log for entries about the person behind the last lines of a file.

    ``pieces`` are the entries of the log as its bundles have them, one after the other. Refuses what is not
    the log of the file's checkpoint, entry by entry. Returns what was found, and how many entries
    were looked through. Memory is 32 bytes an entry, and a piece.
    """
    checkpoint, statement = _signed(file, policy)
    keys = {each.name: each.key for each in file.chains}
    following = {
        link_of(keys[each.name], each.number + 1, each.head): each
        for each in statement.chains
        if each.name in keys
    }
    hashes, found = bytearray(), []
    for place, body in enumerate(split_bundles(pieces)):
        if place == checkpoint.size:
            break
        hashes += leaf_hash(body)
        for link in _LINK_SHOWN.findall(body):
            one = following.get(link.decode())
            if one is not None:
                found.append(
                    LineFault(kind=LineFaultKind.LEFT_OUT, chain=one.name, number=one.number)
                )
    if len(hashes) != HASH_SIZE * checkpoint.size or root_of(bytes(hashes)) != checkpoint.root:
        raise errors.other_log_file(checkpoint.size)
    return tuple(found[:_MOST_FAULTS]), checkpoint.size
