"""Consistency proofs as files: what is read, what is refused, and what two checkpoints show."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.kernel.errors import Refusal
from tongban.modules.ledger.formats.consistency import (
    check_consistent,
    format_consistency,
    parse_consistency,
)
from tongban.modules.ledger.model import Checkpoint, ConsistencyProof
from tongban.modules.ledger.rules.tree import leaf_hash, node_hash

LEAVES = [leaf_hash(bytes([number])) for number in range(2)]
OLD = Checkpoint(origin="a/b", size=1, root=LEAVES[0])
NEW = Checkpoint(origin="a/b", size=2, root=node_hash(*LEAVES))
PROOF = ConsistencyProof(old=1, new=2, path=(LEAVES[1],))


def refused(data: bytes) -> str:
    with pytest.raises(Refusal) as raised:
        parse_consistency(data)
    return raised.value.code


def test_a_proof_is_read_as_it_was_written() -> None:
    assert parse_consistency(format_consistency(PROOF)) == PROOF
    assert set(json.loads(format_consistency(PROOF))) == {"from", "to", "consistency"}


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"[" * 5000,
        b'{"from": 1, "to": 2}',
        b'{"from": 2, "to": 1, "consistency": []}',
        b'{"from": -1, "to": 1, "consistency": []}',
        b'{"from": 1, "to": 9223372036854775808, "consistency": []}',
        b'{"from": 1, "to": 2, "consistency": ["AAAA"]}',
        b'{"from": 1, "to": 2, "consistency": [], "more": 1}',
        json.dumps({"from": 1, "to": 2, "consistency": ["A" * 43 + "="] * 127}).encode(),
    ],
)
def test_what_is_no_proof_is_refused(data: bytes) -> None:
    assert refused(data) == "ledger.consistency_unreadable"


def test_a_proof_without_end_is_refused_before_it_is_read() -> None:
    assert refused(b" " * 70_000) == "ledger.too_large"


@given(st.binary(max_size=300) | st.text(max_size=200).map(str.encode))
def test_any_bytes_are_a_proof_or_refused(data: bytes) -> None:
    try:
        assert isinstance(parse_consistency(data), ConsistencyProof)
    except Refusal as refusal:
        assert refusal.code == "ledger.consistency_unreadable"  # noqa: PT017


def test_two_checkpoints_of_one_history_agree_and_of_two_do_not() -> None:
    check_consistent(OLD, NEW, PROOF)
    other = Checkpoint(origin="a/b", size=1, root=LEAVES[1])
    for old, new, proof, code in (
        (other, NEW, PROOF, "ledger.not_consistent"),
        (OLD, OLD, PROOF, "ledger.not_consistent"),
        (NEW, OLD, PROOF, "ledger.not_consistent"),
        (OLD, Checkpoint(origin="c/d", size=2, root=NEW.root), PROOF, "ledger.origin_unknown"),
        (OLD, NEW, ConsistencyProof(old=1, new=2, path=()), "ledger.not_consistent"),
    ):
        with pytest.raises(Refusal) as raised:
            check_consistent(old, new, proof)
        assert raised.value.code == code
