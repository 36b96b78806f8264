"""Receipts (tlog-proof) and policies (tlog-policy), and checking one with the other."""

from collections.abc import Callable

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.builders.ledger import ORIGIN, MemorySigner

from tongban.kernel.errors import Refusal
from tongban.modules.ledger.formats.checkpoint import format_checkpoint, sign_checkpoint
from tongban.modules.ledger.formats.note import (
    cosign,
    format_signature,
    format_verifier_key,
)
from tongban.modules.ledger.formats.policy import parse_policy
from tongban.modules.ledger.formats.proof import format_proof, parse_proof
from tongban.modules.ledger.formats.receipt import read_trust, verify_receipt
from tongban.modules.ledger.model import Algorithm, Checkpoint, Group, Policy, Receipt, VerifierKey
from tongban.modules.ledger.rules.tiles import Edge, grow, inclusion_path
from tongban.modules.ledger.rules.tree import leaf_hash

LOG = MemorySigner(seed=b"l" * 32)
WITNESSES = {f"W{n}": MemorySigner(f"witness.example/{n}", bytes([n]) * 32) for n in range(1, 6)}
ENTRIES = [b"entry %d" % number for number in range(300)]
VKEY = format_verifier_key(LOG.key)


def vkey_of(witness: MemorySigner) -> str:
    key = VerifierKey.of(witness.key.name, Algorithm.COSIGNATURE_ED25519, witness.key.public)
    return format_verifier_key(key)


POLICY = f"""
# whom this county trusts
log {VKEY} https://zwfw.example.cn/ledger

\twitness W1 {vkey_of(WITNESSES["W1"])}
witness W2 {vkey_of(WITNESSES["W2"])}   https://witness.example
witness W3 {vkey_of(WITNESSES["W3"])}
witness W4 {vkey_of(WITNESSES["W4"])}
witness 见证五 {vkey_of(WITNESSES["W5"])}
group X 2 W1 W2 W3
group Y any W4 见证五
group X-and-Y all X Y
quorum X-and-Y
"""


def a_receipt(index: int = 70, *cosigners: str, extra: bool = True) -> Receipt:
    edge, tiles = grow(Edge(), [leaf_hash(entry) for entry in ENTRIES])
    kept = {(tile.level, tile.number): tile.hashes for tile in tiles}
    checkpoint = Checkpoint(origin=ORIGIN, size=edge.size, root=edge.root)
    note = sign_checkpoint(checkpoint, LOG)
    for name in cosigners:
        witness = WITNESSES[name]
        text = format_checkpoint(checkpoint)
        note += format_signature(cosign(text, witness.key.name, witness.seed, 1_800_000_000))
    path = inclusion_path(lambda level, number: kept[level, number], index, edge.size)
    return Receipt(index=index, path=path, note=note, extra=ENTRIES[index] if extra else None)


def code_of(act: Callable[[], object]) -> str:
    with pytest.raises(Refusal) as refused:
        act()
    return refused.value.code


def test_a_receipt_verifies_from_its_bytes_and_a_key_alone() -> None:
    receipt = parse_proof(format_proof(a_receipt()).encode())
    verified = verify_receipt(receipt, read_trust(VKEY.encode()))
    assert verified.body == ENTRIES[70]
    assert verified.index == 70
    assert verified.checkpoint.size == 300
    assert verified.log == LOG.key
    assert verified.entry is None, (
        "these bytes are no entry of Tongban's, and are logged all the same"
    )


def test_a_receipt_is_written_as_the_specification_shows() -> None:
    lines = format_proof(a_receipt()).split("\n")
    assert lines[0] == "c2sp.org/tlog-proof@v1"
    assert lines[1] == "extra ZW50cnkgNzA="
    assert lines[2] == "index 70"
    assert all(len(line) == 44 for line in lines[3 : lines.index("")])
    assert lines[lines.index("") + 1] == ORIGIN


def test_other_bytes_are_not_in_the_log() -> None:
    policy = read_trust(VKEY.encode())
    assert code_of(lambda: verify_receipt(a_receipt(), policy, b"other")) == "ledger.not_included"
    receipt = msgspec.structs.replace(a_receipt(), index=71)
    assert code_of(lambda: verify_receipt(receipt, policy)) == "ledger.not_included"


def test_a_receipt_without_its_entry_needs_one_beside_it() -> None:
    policy = read_trust(VKEY.encode())
    bare = a_receipt(extra=False)
    assert code_of(lambda: verify_receipt(bare, policy)) == "ledger.entry_missing"
    assert verify_receipt(bare, policy, ENTRIES[70]).index == 70


def test_a_receipt_of_another_log_or_under_another_key_is_refused() -> None:
    stranger, namesake = MemorySigner("other/log"), MemorySigner(ORIGIN)
    for signer, code in (
        (stranger, "ledger.origin_unknown"),
        (namesake, "ledger.signed_by_nobody_known"),
    ):
        policy = Policy(logs=(signer.key,))
        assert code_of(lambda policy=policy: verify_receipt(a_receipt(), policy)) == code  # type: ignore[misc]


def test_a_log_cannot_sign_for_another_log_of_the_same_policy() -> None:
    other = MemorySigner("other/log")
    policy = Policy(logs=(LOG.key, other.key))
    forged = a_receipt().note.replace(ORIGIN + "\n", "other/log\n")
    receipt = msgspec.structs.replace(a_receipt(), note=forged)
    assert code_of(lambda: verify_receipt(receipt, policy)) == "ledger.signed_by_nobody_known"


@pytest.mark.parametrize(
    ("cosigners", "enough"),
    [
        ((), False),
        (("W1", "W2"), False),
        (("W4",), False),
        (("W1", "W4"), False),
        (("W1", "W1", "W4"), False),
        (("W1", "W2", "W4"), True),
        (("W2", "W3", "W5"), True),
        (("W1", "W2", "W3", "W4", "W5"), True),
    ],
)
def test_the_quorum_is_asked_for(cosigners: tuple[str, ...], enough: bool) -> None:
    policy = read_trust(POLICY.encode())
    receipt = parse_proof(format_proof(a_receipt(3, *cosigners)).encode())
    if enough:
        assert len(verify_receipt(receipt, policy).witnesses) == len(cosigners)
    else:
        assert code_of(lambda: verify_receipt(receipt, policy)) == "ledger.quorum_missing"


def test_the_policy_is_read_as_it_is_written() -> None:
    policy = parse_policy(POLICY.encode())
    assert policy.logs == (LOG.key,)
    assert policy.quorum == "X-and-Y"
    assert policy.groups["X"] == Group(2, ("W1", "W2", "W3"))
    assert policy.groups["X-and-Y"].threshold == 2
    assert len(policy.witnesses) == 5
    assert parse_policy(b"quorum none\n") == Policy()


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("quorum X-and-Y", ""),
        lambda text: text + "quorum X\n",
        lambda text: text.replace("quorum X-and-Y", "quorum Z"),
        lambda text: text.replace("quorum X-and-Y", "quorum X Y"),
        lambda text: text.replace("group X 2", "group X 0"),
        lambda text: text.replace("group X 2", "group X 4"),
        lambda text: text.replace("group X 2", "group X 02"),
        lambda text: text.replace("group X 2 W1 W2 W3", "group X 2"),
        lambda text: text.replace("group X 2 W1", "group X 2 W9"),
        lambda text: text.replace("group X 2 W1", "group X 2 W2"),
        lambda text: text.replace("group Y any W4", "group Y any W1"),
        lambda text: text.replace("group Y any W4", "group Y any none"),
        lambda text: text.replace("group Y", "group X"),
        lambda text: text.replace("group Y", "group none"),
        lambda text: text.replace("witness W2", "witness W1"),
        lambda text: text.replace("witness W2", "wittness W2"),
        lambda text: text.replace("witness W2", "witness"),
        lambda text: text.replace("witness W2 ", "witness W2 x"),
        lambda text: text + text.split("\n")[2] + "\n",
        lambda text: text.replace(vkey_of(WITNESSES["W2"]), vkey_of(WITNESSES["W1"])),
        lambda text: text.replace(vkey_of(WITNESSES["W2"]), VKEY),
        lambda text: text.replace(VKEY, vkey_of(WITNESSES["W1"])),
        lambda text: text.replace("\n\n", "\r\n"),
        lambda text: text + "\x00",
    ],
)
def test_a_policy_with_a_fault_is_refused(change: Callable[[str], str]) -> None:
    changed = change(POLICY)
    assert changed != POLICY
    assert code_of(lambda: parse_policy(changed.encode())).startswith("ledger.policy_unreadable")


def test_a_policy_tells_the_line_that_is_wrong() -> None:
    with pytest.raises(Refusal) as refused:
        parse_policy(b"quorum none\n\nlog nothing\n")
    assert refused.value.data == {"line": 3}


@pytest.mark.parametrize(
    "change",
    [
        lambda text: "",
        lambda text: text.replace("@v1", "@v2"),
        lambda text: text.replace("index 70", "index 070"),
        lambda text: text.replace("index 70", "index -1"),
        lambda text: text.replace("index 70", "index"),
        lambda text: text.replace("index 70\n", ""),
        lambda text: text.replace("extra ", "extra !"),
        lambda text: text.replace("extra ", "more "),
        lambda text: text.replace("\n\n", "\n", 1),
        lambda text: text.partition("\n\n")[0],
        lambda text: text.replace("index 70\n", "index 70\nAAAA\n"),
        lambda text: text.replace("index 70\n", "index 70\n" + ("A" * 43 + "=\n") * 64),
        lambda text: text.replace("\n", "\r\n"),
    ],
)
def test_what_is_no_receipt_is_refused(change: Callable[[str], str]) -> None:
    text = change(format_proof(a_receipt()))
    assert code_of(lambda: parse_proof(text.encode())).startswith("ledger.proof_unreadable")


@given(
    st.binary(max_size=200)
    | st.binary(max_size=80).map(lambda tail: b"c2sp.org/tlog-proof@v1\n" + tail)
)
def test_any_bytes_are_a_receipt_or_refused(data: bytes) -> None:
    try:
        receipt = parse_proof(data)
    except Refusal:
        return
    assert format_proof(receipt).encode() == data


@given(st.binary(max_size=200))
def test_any_bytes_are_a_policy_or_refused(data: bytes) -> None:
    for read in (parse_policy, read_trust):
        try:
            policy = read(data)
        except Refusal:
            continue
        assert isinstance(policy, Policy)


@given(st.integers(0), st.integers(0, 255))
def test_a_receipt_with_any_byte_changed_never_proves_anything_else(place: int, byte: int) -> None:
    data = format_proof(a_receipt()).encode()
    place %= len(data)
    changed = data[:place] + bytes([byte]) + data[place + 1 :]
    try:
        verified = verify_receipt(parse_proof(changed), Policy(logs=(LOG.key,)))
    except Refusal:
        return
    assert ENTRIES[verified.index] == verified.body
    assert changed == data
