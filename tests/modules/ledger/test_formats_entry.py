"""An entry's bytes, and commitments to what they do not show."""

from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.builders.ledger import a_disclosure

from tongban.kernel.errors import Refusal
from tongban.modules.ledger.formats.entry import (
    commitment_of,
    format_entry,
    format_opening,
    parse_entry,
    parse_opening,
)
from tongban.modules.ledger.formats.receipt import verify_opening
from tongban.modules.ledger.model import Entry, EntryKind, Opening

ENTRY = Entry(
    id="0193590a-0000-7000-8000-000000000000",
    kind=EntryKind.DISCLOSURE,
    at=datetime(2026, 11, 24, 1, 30, tzinfo=UTC),
    public={"outcome": "given", "department": "rsj", "item_count": 3, "purpose": "补贴"},
    commitment="ab" * 32,
)
BYTES = (
    '{"at":"2026-11-24T01:30:00Z","commitment":"' + "ab" * 32 + '",'
    '"id":"0193590a-0000-7000-8000-000000000000","kind":"disclosure",'
    '"public":{"department":"rsj","item_count":3,"outcome":"given","purpose":"补贴"},"v":1}'
).encode()

facts = st.dictionaries(
    st.text(max_size=5),
    st.recursive(
        st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(max_size=8),
        lambda inner: (
            st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3)
        ),
        max_leaves=8,
    ),
    max_size=4,
)


def test_an_entry_has_exactly_these_bytes() -> None:
    assert format_entry(ENTRY) == BYTES
    assert parse_entry(BYTES) == ENTRY


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"null",
        b"{}",
        b"[" * 100_000,
        BYTES + b"\n",
        BYTES.replace(b":", b": "),
        BYTES.replace(b'"v":1', b'"v":2'),
        BYTES.replace(b'"v":1', b'"v":1.0'),
        BYTES.replace(b'"v":1', b'"v":1,"x":1'),
        BYTES.replace(b"disclosure", b"rumour"),
        BYTES.replace("补贴".encode(), b"\\u8865\\u8d34"),
        BYTES.replace(b"01:30:00Z", b"01:30:00.0Z"),
        BYTES.replace(b"2026-11-24", b"2026-11-32"),
        BYTES.replace(b'"item_count":3,"outcome":"given"', b'"outcome":"given","item_count":3'),
        BYTES.replace(b'"item_count":3', b'"item_count":3.5'),
        BYTES.replace(b'"outcome":"given"', b'"outcome":"given","outcome":"given"'),
    ],
)
def test_any_other_spelling_of_an_entry_is_refused(data: bytes) -> None:
    with pytest.raises(Refusal) as refused:
        parse_entry(data)
    assert refused.value.code == "ledger.entry_unreadable"


@given(
    st.binary(max_size=200)
    | st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace"))
)
def test_any_bytes_are_an_entry_or_refused(data: bytes) -> None:
    with pytest.raises(Refusal):
        parse_entry(data)


@given(st.integers(0, len(BYTES) - 1), st.integers(0, 255))
def test_an_altered_entry_is_refused_or_another_entry(place: int, byte: int) -> None:
    data = BYTES[:place] + bytes([byte]) + BYTES[place + 1 :]
    try:
        entry = parse_entry(data)
    except Refusal:
        return
    assert format_entry(entry) == data


def test_an_entry_too_long_for_a_bundle_is_refused() -> None:
    long = msgspec.structs.replace(ENTRY, public={"department": "rsj", "purpose": "x" * 66_000})
    with pytest.raises(Refusal) as refused:
        format_entry(long)
    assert refused.value.code == "ledger.entry_too_long"


def test_the_commitment_is_the_hash_that_the_documentation_names() -> None:
    opening = Opening(salt=bytes(32), facts={"case": "1", "a": [True, None]})
    named = b"tongban/commitment/v1\n" + bytes(32) + b'{"a":[true,null],"case":"1"}'
    assert commitment_of(opening) == sha256(named).hexdigest()


@given(facts, st.binary(min_size=32, max_size=32))
def test_an_opening_is_read_back_and_opens_only_its_own_commitment(
    private: dict[str, Any], salt: bytes
) -> None:
    opening = Opening(salt=salt, facts=private)
    found = parse_opening(format_opening(opening))
    assert found == opening
    entry = msgspec.structs.replace(ENTRY, commitment=commitment_of(opening))
    verify_opening(entry, found)
    for other in (
        Opening(salt=bytes(31) + bytes([salt[-1] ^ 1]), facts=private),
        Opening(salt=salt, facts={**private, "more": 1}),
    ):
        with pytest.raises(Refusal) as refused:
            verify_opening(entry, other)
        assert refused.value.code == "ledger.commitment_differs"


@pytest.mark.parametrize(
    "private",
    [{"x": 1.5}, {"x": 2**53}, {"x": float("nan")}, {"x": b"bytes"}, {"x": ENTRY.at}, {1: "x"}],
)
def test_facts_with_more_than_one_spelling_cannot_be_committed_to(private: dict[Any, Any]) -> None:
    with pytest.raises(Refusal) as refused:
        commitment_of(Opening(salt=bytes(32), facts=private))
    assert refused.value.code == "ledger.opening_unreadable"


@given(
    st.binary(max_size=200)
    | st.text(max_size=100).map(lambda text: text.encode("utf-8", "replace"))
)
def test_any_bytes_are_an_opening_or_refused(data: bytes) -> None:
    with pytest.raises(Refusal):
        parse_opening(data)


@pytest.mark.parametrize(
    "data",
    [
        b'{"salt":"AAAA","facts":{}}',
        b'{"salt":"' + b"A" * 43 + b'=","facts":{"x":0.5}}',
        b'{"salt":"' + b"A" * 43 + b'=","facts":[]}',
        b'{"salt":"' + b"A" * 43 + b'=","facts":{},"more":1}',
        b'{"salt":"' + b"A" * 43 + b'=","facts":{"x":' + b"[" * 200 + b"]" * 200 + b"}}",
    ],
)
def test_a_wrong_opening_is_refused(data: bytes) -> None:
    with pytest.raises(Refusal):
        parse_opening(data)


def test_the_same_facts_give_another_commitment_under_another_salt() -> None:
    one = commitment_of(Opening(salt=bytes(32), facts={"case": "1"}))
    two = commitment_of(Opening(salt=bytes(31) + b"\x01", facts={"case": "1"}))
    assert one != two
    assert a_disclosure().commitment != one
