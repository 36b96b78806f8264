"""A person's complete file and its statement: read strictly, checked to the end, bounded."""

import datetime as dt
import json
import os
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.builders.ledger import ORIGIN, MemorySigner

from tongban.kernel.errors import Refusal
from tongban.modules.ledger.formats import uses
from tongban.modules.ledger.formats.chain import START, head_of, link_of, name_of_key
from tongban.modules.ledger.formats.checkpoint import format_checkpoint, sign_checkpoint
from tongban.modules.ledger.formats.entry import commitment_of, format_entry
from tongban.modules.ledger.formats.note import format_verifier_key, parse_note
from tongban.modules.ledger.formats.receipt import read_trust
from tongban.modules.ledger.model import Checkpoint, Entry, EntryKind, Opening
from tongban.modules.ledger.model.chains import AT_ONCE, ChainLine, ChainStanding
from tongban.modules.ledger.rules.tree import inclusion_ranges, leaf_hash, range_hash, root_of

AT = dt.datetime(2026, 11, 24, 1, 0, tzinfo=dt.UTC)
KEY = bytes(range(32))
SIGNER = MemorySigner(seed=b"1" * 32)
POLICY = read_trust(format_verifier_key(SIGNER.key).encode())


def a_log(lines: int) -> tuple[list[ChainLine], str, Checkpoint]:
    """Entries about one person, each behind one of somebody else, the head, and the log's checkpoint."""
    bodies, lined, head = [], [], START
    for number in range(1, lines + 1):
        opening = Opening(salt=os.urandom(32), facts={"subject": "470181199001011233", "n": number})
        public = {"department": "rsj", "link": link_of(KEY, number, head)}
        entry = Entry(
            id=f"e{number}",
            kind=EntryKind.DISCLOSURE,
            at=AT,
            public=dict(public),
            commitment=commitment_of(opening),
        )
        body = format_entry(entry)
        bodies += [b"somebody else's", body]
        lined.append((number, body, opening))
        head = head_of(head, body)
    hashes = [leaf_hash(body) for body in bodies]
    root = root_of(b"".join(hashes))
    found = []
    for number, body, opening in lined:
        index = 2 * number - 1
        ranges = inclusion_ranges(index, len(hashes))
        path = tuple(
            range_hash(lambda height, at: _node(hashes, height, at), *each) for each in ranges
        )
        found.append(ChainLine(number=number, body=body, index=index, path=path, opening=opening))
    return found, head, Checkpoint(origin=ORIGIN, size=len(hashes), root=root)


def _node(hashes: list[bytes], height: int, at: int) -> bytes:
    return root_of(b"".join(hashes[at << height : (at + 1) << height]))


def a_file(lines: int = 3, **changed: Any) -> bytes:
    """An honest file, or one that states something else."""
    found, head, checkpoint = a_log(lines)
    standing = ChainStanding(
        name=AT_ONCE, key_name=name_of_key(KEY), unlinked=0, number=lines, head=head
    )
    said = uses.sign_statement(checkpoint, AT, [standing], SIGNER)
    pieces = [uses.format_head(sign_checkpoint(checkpoint, SIGNER), said)]
    pieces.append(uses.format_chain_head(AT_ONCE, KEY, first=True))
    pieces += [uses.format_line(line, first=line.number == 1) for line in found]
    content = json.loads(b"".join([*pieces, uses.CHAIN_END, uses.FILE_END]))
    return json.dumps({**content, **changed}).encode()


def faults(content: bytes) -> list[str]:
    said = uses.verify_uses(uses.parse_uses(content), POLICY)
    return [fault.kind.value for fault in said.faults]


def test_what_was_written_is_read_and_whole() -> None:
    said = uses.verify_uses(uses.parse_uses(a_file()), POLICY)
    assert (said.whole, said.lines, said.at) == (True, 3, AT)


def test_a_link_is_of_its_key_its_number_and_all_that_came_before() -> None:
    first = head_of(START, b"one")
    made = {
        link_of(KEY, 2, first),
        link_of(KEY, 3, first),
        link_of(KEY, 2, head_of(START, b"two")),
        link_of(bytes(32), 2, first),
    }
    assert len(made) == 4


def test_a_statement_is_never_taken_for_a_checkpoint_nor_a_checkpoint_for_one() -> None:
    _, head, checkpoint = a_log(1)
    standing = ChainStanding(
        name=AT_ONCE, key_name=name_of_key(KEY), unlinked=0, number=1, head=head
    )
    statement = uses.sign_statement(checkpoint, AT, [standing], SIGNER)
    signed = sign_checkpoint(checkpoint, SIGNER)
    for name, instead in (("checkpoint", statement), ("statement", signed)):
        with pytest.raises(Refusal):
            faults(a_file(1, **{name: instead}))
    text = parse_note(statement.encode()).text
    assert uses.parse_statement(text).checkpoint == format_checkpoint(checkpoint)


def test_a_statement_of_another_checkpoint_or_another_signer_is_refused() -> None:
    other = json.loads(a_file(4))
    with pytest.raises(Refusal) as caught:
        faults(a_file(3, statement=other["statement"]))
    assert caught.value.code == "ledger.statement_of_another"
    _, head, checkpoint = a_log(3)
    standing = ChainStanding(
        name=AT_ONCE, key_name=name_of_key(KEY), unlinked=0, number=3, head=head
    )
    forged = uses.sign_statement(checkpoint, AT, [standing], MemorySigner(seed=b"2" * 32))
    with pytest.raises(Refusal) as caught:
        faults(a_file(3, statement=forged))
    assert caught.value.code == "ledger.signed_by_nobody_known"


@pytest.mark.parametrize(
    ("change", "kinds"),
    [
        (lambda one: one["lines"].pop(), ["missing"]),
        (lambda one: one["lines"].pop(0), ["missing"]),
        (lambda one: one["lines"].reverse(), ["missing", "misplaced", "misplaced"]),
        (lambda one: one["lines"].append(one["lines"][0]), ["misplaced"]),
        (lambda one: one["lines"][1].update(index=0), ["not_included", "not_included"]),
        (lambda one: one["lines"][1].update(opening=None), ["not_opened"]),
        (lambda one: one["lines"][1]["opening"]["facts"].update(n=9), ["not_opened"]),
        (lambda one: one.update(key="00" * 32), ["other_key", "other_link", "other_link"]),
        (lambda one: one.update(shown_on="2027-01-01"), ["missing", "not_stated"]),
    ],
)
def test_each_change_is_named(change: Any, kinds: list[str]) -> None:
    content = json.loads(a_file())
    change(content["chains"][0])
    found = faults(json.dumps(content).encode())
    assert [each for each in found if each in kinds][: len(kinds)] == kinds[: len(found)], found
    assert found


def test_a_chain_that_is_there_twice_is_named() -> None:
    content = json.loads(a_file())
    content["chains"] *= 2
    assert "chain_twice" in faults(json.dumps(content).encode())


@given(st.binary(max_size=200))
def test_whatever_bytes_come_the_answer_is_a_refusal(data: bytes) -> None:
    uses.is_uses_file(data)
    with pytest.raises(Refusal):
        uses.parse_uses(data)


_HONEST = a_file()
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=70),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=5,
)


@given(st.data())
def test_whatever_stands_anywhere_in_a_file_it_is_whole_only_if_nothing_was_changed(
    data: st.DataObject,
) -> None:
    content = json.loads(_HONEST)
    place: Any = content
    while isinstance(place, dict | list) and place:
        keys = sorted(place) if isinstance(place, dict) else range(len(place))
        key = data.draw(st.sampled_from(list(keys)))
        if not isinstance(place[key], dict | list) or data.draw(st.integers(0, 5)) == 0:
            place[key] = data.draw(_VALUES)
            break
        place = place[key]
    changed = json.dumps(content).encode()
    try:
        said = uses.verify_uses(uses.parse_uses(changed), POLICY)
    except Refusal:
        return
    assert said.whole is (content == json.loads(_HONEST))


@given(st.text(max_size=300))
def test_a_statement_is_read_or_refused_whatever_its_text(text: str) -> None:
    with pytest.raises(Refusal):
        uses.parse_statement(text)


def test_hostile_files_take_no_longer_than_their_length() -> None:
    lines = [{"number": 1, "entry": "", "index": 0, "path": ["A" * 44] * 5000}] * 20
    content = json.loads(_HONEST)
    content["chains"][0]["lines"] = lines
    deep = b'{"format":"tongban/uses/v1","checkpoint":' + b"[" * 200_000
    none = {**content["chains"][0], "lines": []}
    many = json.dumps({**content, "chains": [none] * 6000}).encode()
    began = time.process_time()
    for hostile in (json.dumps(content).encode(), deep, many):
        with pytest.raises(Refusal):
            uses.parse_uses(hostile)
    assert time.process_time() - began < 20


def test_faults_are_counted_and_only_the_first_are_listed() -> None:
    content = json.loads(a_file(1))
    line = content["chains"][0]["lines"][0]
    content["chains"][0]["lines"] = [line] * 400
    said = uses.verify_uses(uses.parse_uses(json.dumps(content).encode()), POLICY)
    assert (len(said.faults), said.more) == (100, 299)
