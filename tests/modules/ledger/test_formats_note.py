"""Signed notes, keys, checkpoints and cosignatures, against published examples."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.builders.ledger import ORIGIN, MemorySigner

from tongban.kernel.errors import Refusal
from tongban.modules.ledger.formats.checkpoint import (
    format_checkpoint,
    parse_checkpoint,
    sign_checkpoint,
)
from tongban.modules.ledger.formats.note import (
    MAX_NOTE,
    cosign,
    format_note,
    format_private_key,
    format_verifier_key,
    parse_note,
    parse_private_key,
    parse_verifier_key,
    require_checkable,
    sign_note,
    verify_note,
)
from tongban.modules.ledger.model import Algorithm, Checkpoint, Signature, SignedNote, VerifierKey
from tongban.modules.ledger.rules.tree import EMPTY_ROOT

# The example key and note of the Go reference implementation (golang.org/x/mod/sumdb/note).
GO_VKEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_PRIVATE = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
GO_TEXT = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
)
GO_NOTE = (
    GO_TEXT + "\n— PeterNeumann "
    "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
# The checkpoint that the specification of tlog-checkpoint shows.
CHECKPOINT_NOTE = (
    "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"
    "— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/"
    "Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
)


def code_of(data: bytes | str) -> str:
    with pytest.raises(Refusal) as refused:
        parse_note(data.encode() if isinstance(data, str) else data)
    return refused.value.code


def test_the_reference_note_verifies_and_is_signed_again_byte_for_byte() -> None:
    note = parse_note(GO_NOTE.encode())
    key = parse_verifier_key(GO_VKEY)
    assert note.text == GO_TEXT
    assert [each.key.name for each in verify_note(note, [key])] == ["PeterNeumann"]
    name, seed = parse_private_key(GO_PRIVATE)
    assert format_note(sign_note(GO_TEXT, MemorySigner(name, seed))) == GO_NOTE
    assert format_private_key(name, seed) == GO_PRIVATE
    assert format_verifier_key(key) == GO_VKEY


def test_no_part_or_alteration_of_a_key_is_a_key() -> None:
    for start in range(len(GO_VKEY)):
        for end in range(start + 1, len(GO_VKEY) + 1):
            if (start, end) != (0, len(GO_VKEY)):
                with pytest.raises(Refusal):
                    parse_verifier_key(GO_VKEY[start:end])
    for place, char in enumerate(GO_VKEY):
        # One alteration names another type of key, which can be read but not used.
        changed = GO_VKEY[:place] + chr(ord(char) + 1) + GO_VKEY[place + 1 :]
        with pytest.raises(Refusal):
            require_checkable(parse_verifier_key(changed))


def test_a_note_whose_text_was_changed_is_refused() -> None:
    note = parse_note(GO_NOTE.replace("problem is", "problem was").encode())
    with pytest.raises(Refusal) as refused:
        verify_note(note, [parse_verifier_key(GO_VKEY)])
    assert refused.value.code == "ledger.signature_wrong"


@pytest.mark.parametrize(
    "note",
    [
        "",
        "\n",
        GO_TEXT,
        GO_TEXT + "\n",
        GO_NOTE[:-1],
        GO_NOTE + "\n",
        GO_NOTE.replace("— ", "- "),
        GO_NOTE.replace("— ", "—"),
        GO_NOTE.replace("PeterNeumann ", "Peter Neumann "),
        GO_NOTE.replace("PeterNeumann ", "Peter+Neumann "),
        GO_NOTE.replace("PeterNeumann ", " "),
        GO_NOTE.replace("x08g", "x08!"),
        GO_NOTE.replace("JnAM=", "JnAM"),
        GO_NOTE.replace("JnAM=", "JnAN="),
        GO_NOTE.replace("then", "\tthen"),
        GO_NOTE.replace("\n", "\r\n"),
        GO_TEXT + "\n— a AAAA\n",
        GO_TEXT + "\n— a AAAAAA==\n",
        GO_TEXT + "\n" + "— a AAAAAAA=\n" * 101,
    ],
)
def test_what_is_not_a_signed_note_is_refused(note: str) -> None:
    assert code_of(note) == "ledger.note_unreadable"


def test_bytes_that_are_no_text_or_too_many_are_refused() -> None:
    assert code_of(b"\xff" + GO_NOTE.encode()) == "ledger.note_unreadable"
    assert code_of(b"a" * (MAX_NOTE + 1)) == "ledger.too_large"


def test_text_is_split_from_signatures_at_the_last_empty_line() -> None:
    signer = MemorySigner()
    text = "one\n\ntwo\n\n\nthree\n"
    note = parse_note(format_note(sign_note(text, signer)).encode())
    assert note.text == text
    verify_note(note, [signer.key])


def test_a_note_may_carry_a_hundred_signatures_of_strangers() -> None:
    signer = MemorySigner()
    note = sign_note(GO_TEXT, signer)
    strangers = [
        Signature(name=f"stranger-{n}", key_id=bytes(4), signature=b"?") for n in range(99)
    ]
    full = parse_note(
        format_note(SignedNote(text=GO_TEXT, signatures=(*strangers, *note.signatures))).encode()
    )
    assert [each.key for each in verify_note(full, [signer.key])] == [signer.key]


def test_a_key_is_known_only_where_name_and_id_both_agree() -> None:
    signer, namesake = MemorySigner(), MemorySigner()
    note = sign_note(GO_TEXT, signer)
    with pytest.raises(Refusal) as refused:
        verify_note(note, [namesake.key])
    assert refused.value.code == "ledger.signed_by_nobody_known"
    renamed = Signature(name="other", key_id=signer.key.id, signature=note.signatures[0].signature)
    both = SignedNote(text=GO_TEXT, signatures=(renamed, *note.signatures))
    assert len(verify_note(both, [signer.key])) == 1


def test_one_wrong_signature_of_a_known_key_spoils_the_whole_note() -> None:
    good, bad = MemorySigner("good"), MemorySigner("bad")
    right = sign_note(GO_TEXT, good).signatures
    wrong = Signature(name="bad", key_id=bad.key.id, signature=bytes(64))
    note = SignedNote(text=GO_TEXT, signatures=(*right, wrong))
    verify_note(note, [good.key])
    with pytest.raises(Refusal) as refused:
        verify_note(note, [good.key, bad.key])
    assert refused.value.code == "ledger.signature_wrong"


@pytest.mark.parametrize("length", [0, 1, 7, 8, 63, 65])
def test_a_signature_of_the_wrong_length_is_wrong(length: int) -> None:
    for algorithm in Algorithm:
        key = VerifierKey.of("a", algorithm, MemorySigner().key.public)
        note = SignedNote(
            text=GO_TEXT,
            signatures=(Signature(name="a", key_id=key.id, signature=b"\xff" * (length or 1)),),
        )
        with pytest.raises(Refusal) as refused:
            verify_note(note, [key])
        assert refused.value.code == "ledger.signature_wrong"


def test_keys_of_other_types_can_be_named_but_not_used() -> None:
    rekor = (
        "rekor.sigstore.dev+c0d23d6a+AjBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABNhtmPtrWm3U1eQXBogSMdGvXw"
        "BcK5AW5i0hrZLOC96l+smGNM7nwZ4QvFK/4sueRoVj//QP22Ni4Qt9DPfkWLc="
    )
    key = parse_verifier_key(rekor)
    assert key.algorithm == 2
    assert format_verifier_key(key) == rekor
    with pytest.raises(Refusal) as refused:
        require_checkable(key)
    assert refused.value.code == "ledger.key_type_unsupported"


def test_the_published_checkpoint_is_read_and_written_alike() -> None:
    note = parse_note(CHECKPOINT_NOTE.encode())
    checkpoint = parse_checkpoint(note.text)
    assert checkpoint.origin == "example.com/behind-the-sofa"
    assert checkpoint.size == 20_852_163
    assert format_checkpoint(checkpoint) == note.text
    assert format_note(note) == CHECKPOINT_NOTE


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a\n",
        "a\n1\n",
        "\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
        "a\n01\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
        "a\n-1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
        "a\n１\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
        "a\n9223372036854775808\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
        "a\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU\n",
        "a\n1\n47DEQpj8HBSa\n",
        "a\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
        "a\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n\n",
        "a\n0\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
    ],
)
def test_what_is_not_a_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(Refusal) as refused:
        parse_checkpoint(text)
    assert refused.value.code == "ledger.checkpoint_unreadable"


def test_an_empty_tree_and_extension_lines_are_checkpoints_too() -> None:
    empty = Checkpoint(origin=ORIGIN, size=0, root=EMPTY_ROOT, extensions=("one", "two 2"))
    assert parse_checkpoint(format_checkpoint(empty)) == empty


def test_a_log_signs_only_under_its_own_name() -> None:
    checkpoint = Checkpoint(origin="other/log", size=0, root=EMPTY_ROOT)
    with pytest.raises(Refusal) as refused:
        sign_checkpoint(checkpoint, MemorySigner())
    assert refused.value.code == "ledger.other_log"


def test_a_witness_cosigns_with_its_time_and_only_that_text() -> None:
    signer, witness = MemorySigner(), MemorySigner("witness.example/w1")
    text = format_checkpoint(Checkpoint(origin=ORIGIN, size=0, root=EMPTY_ROOT))
    cosignature = cosign(text, "witness.example/w1", witness.seed, 1_679_315_147)
    key = VerifierKey.of("witness.example/w1", Algorithm.COSIGNATURE_ED25519, witness.key.public)
    note = SignedNote(text=text, signatures=(*sign_note(text, signer).signatures, cosignature))
    found = verify_note(parse_note(format_note(note).encode()), [signer.key, key])
    assert found[1].at == datetime.fromtimestamp(1_679_315_147, UTC)
    other = SignedNote(text=text.replace(ORIGIN, "other"), signatures=(cosignature,))
    with pytest.raises(Refusal):
        verify_note(other, [key])


@given(st.binary(max_size=300))
def test_any_bytes_are_a_note_or_refused(data: bytes) -> None:
    try:
        note = parse_note(data)
    except Refusal:
        return
    assert format_note(note).encode() == data


@given(
    st.text(max_size=40).map(lambda text: text + "\n"),
    st.lists(st.tuples(st.text(max_size=10), st.binary(max_size=80)), max_size=4),
)
def test_notes_made_of_anything_are_read_back_or_refused(
    text: str, lines: list[tuple[str, bytes]]
) -> None:
    note = SignedNote(
        text=text,
        signatures=tuple(
            Signature(name=name, key_id=data[:4], signature=data[4:]) for name, data in lines
        ),
    )
    try:
        data = format_note(note).encode()
    except UnicodeEncodeError:
        return
    try:
        found = parse_note(data)
    except Refusal:
        return
    assert found == note or format_note(found).encode() == data


@given(st.text(max_size=120))
def test_any_text_is_a_key_or_refused(text: str) -> None:
    for read in (parse_verifier_key, parse_private_key):
        with pytest.raises(Refusal):
            read(text)


@given(st.text(max_size=200) | st.from_regex(r"[a-z]{1,3}\n[0-9]{1,3}\n[A-Za-z0-9+/]{43}=\n"))
def test_any_text_is_a_checkpoint_or_refused(text: str) -> None:
    try:
        checkpoint = parse_checkpoint(text)
    except Refusal:
        return
    assert format_checkpoint(checkpoint) == text
