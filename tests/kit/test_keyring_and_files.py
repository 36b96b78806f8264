"""Personal data at rest, and files by their content."""

import stat
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from tests.builders.sealed import sealed_before

from tongban.app.cli import main
from tongban.kernel.errors import Refusal
from tongban.kit.crypto.places import Cell
from tongban.kit.files import FileStore
from tongban.kit.keyring import Keyring

RING = Keyring.fresh()
HERE = Cell("table", "column", ("row",))


@given(st.text())
def test_what_is_sealed_opens_to_the_same(text: str) -> None:
    assert RING.open(RING.seal(text, HERE), HERE) == text


@given(st.text())
def test_two_seals_of_one_text_differ_and_its_index_does_not(text: str) -> None:
    assert RING.seal(text, HERE) != RING.seal(text, HERE)
    assert RING.index(text) == RING.index(text)


@given(st.text(min_size=1), st.integers(min_value=0), st.integers(1, 255))
def test_an_altered_seal_does_not_open(text: str, at: int, flip: int) -> None:
    sealed = bytearray(RING.seal(text, HERE))
    sealed[at % len(sealed)] ^= flip
    with pytest.raises(Refusal) as refused:
        RING.open(bytes(sealed), HERE)
    assert refused.value.code in ("kit.sealed_altered", "kit.sealed_without_key")
    assert not refused.value.data, "where it stands is for the log and for doctor"


def test_a_rotated_keyring_opens_old_seals_and_finds_by_the_same_index() -> None:
    newer = RING.rotated()
    assert newer.open(RING.seal("赵云溪", HERE), HERE) == "赵云溪"
    assert newer.index("赵云溪") == RING.index("赵云溪")
    with pytest.raises(Refusal) as refused:
        RING.open(newer.seal("赵云溪", HERE), HERE)
    assert refused.value.code == "kit.sealed_without_key"


texts = st.text(max_size=8)
cells = st.builds(Cell, texts, texts, st.lists(texts, max_size=3).map(tuple))


@given(cells, cells)
def test_a_value_opens_in_its_place_and_in_no_other(one: Cell, other: Cell) -> None:
    sealed = RING.seal("赵云溪", one)
    assert RING.open(sealed, one) == "赵云溪"
    if one != other:
        assert one.canonical() != other.canonical()
        with pytest.raises(Refusal, match="sealed_altered"):
            RING.open(sealed, other)


def test_where_one_part_of_a_place_ends_and_the_next_begins_makes_a_difference() -> None:
    sealed = RING.seal("赵云溪", Cell("ab", "c", ("d", "e")))
    for other in (Cell("a", "bc", ("d", "e")), Cell("ab", "c", ("de",)), Cell("ab", "cd", ("e",))):
        with pytest.raises(Refusal):
            RING.open(sealed, other)


def test_what_was_sealed_for_no_place_is_refused_until_it_is_bound() -> None:
    old = sealed_before(RING, "赵云溪")
    with pytest.raises(Refusal, match="sealed_altered"):
        RING.open(old, HERE)
    new = RING.bind(old, HERE)
    assert new is not None
    assert RING.open(new, HERE) == "赵云溪"
    assert RING.bind(new, HERE) is None, "a second time there is nothing to do"


def test_what_was_altered_is_not_bound_and_what_lacks_its_key_is_refused() -> None:
    old = sealed_before(RING, "赵云溪")
    assert RING.bind(old[:-1] + bytes([old[-1] ^ 1]), HERE) is None
    with pytest.raises(Refusal, match="sealed_without_key"):
        Keyring.fresh().bind(b"\x00\x00\x00\x09" + old[4:], HERE)


def test_keys_are_made_once_and_only_their_owner_may_read_them(tmp_path: Path) -> None:
    with pytest.raises(Refusal) as refused:
        Keyring.load(tmp_path / "keys")
    assert refused.value.code == "kit.keys_missing"
    assert not (tmp_path / "keys").exists(), "looking for keys makes none"
    made = Keyring.make(tmp_path / "keys")
    again = Keyring.load(tmp_path / "keys")
    with pytest.raises(ValueError, match="already"):
        Keyring.make(tmp_path / "keys")
    assert again.open(made.seal("x", HERE), HERE) == "x"
    assert stat.S_IMODE((tmp_path / "keys" / "data-keys.json").stat().st_mode) == 0o600


@given(st.binary(max_size=2000))
def test_a_sealed_file_opens_to_the_same_also_after_the_keys_were_rotated(content: bytes) -> None:
    sealed = RING.seal_bytes(content)
    assert RING.rotated().open_bytes(sealed) == content
    assert Keyring.is_sealed(sealed)


def test_a_sealed_file_that_was_altered_or_is_another_rings_does_not_open() -> None:
    sealed = bytearray(RING.seal_bytes(b"a document"))
    with pytest.raises(ValueError, match="not sealed"):
        RING.open_bytes(b"a document")
    with pytest.raises(ValueError, match="altered"):
        Keyring.fresh().open_bytes(bytes(sealed))
    sealed[-1] ^= 1
    with pytest.raises(ValueError, match="altered"):
        RING.open_bytes(bytes(sealed))


@given(st.binary(max_size=2000))
def test_a_file_comes_back_as_it_was(content: bytes) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        store = FileStore(Path(folder))
        digest = store.put(content)
        assert store.put(content) == digest
        assert store.get(digest) == content


def test_a_damaged_file_is_refused_rather_than_given_out(tmp_path: Path) -> None:
    store = FileStore(tmp_path)
    digest = store.put(b"as it was")
    (tmp_path / digest[:2] / digest[2:]).write_bytes(b"as it was not")
    with pytest.raises(Refusal) as caught:
        store.get(digest)
    assert caught.value.code == "kit.file_damaged"


@pytest.mark.parametrize("name", ["", "..", "../../etc/passwd", "a" * 64 + "/x", "A" * 64])
def test_a_name_that_is_no_digest_leads_nowhere(tmp_path: Path, name: str) -> None:
    with pytest.raises(Refusal):
        FileStore(tmp_path).get(name)


def test_a_key_that_another_process_made_is_found_in_the_folder(tmp_path: Path) -> None:
    Keyring.make(tmp_path)
    running = Keyring.load(tmp_path)
    newer = Keyring.load(tmp_path).rotated()
    newer.save(tmp_path)
    assert running.open(newer.seal("张三", HERE), HERE) == "张三"
    assert running.open_bytes(newer.seal_bytes(b"file")) == b"file"
    assert Keyring.load(tmp_path).open(running.seal("李四", HERE), HERE) == "李四"
    with pytest.raises(Refusal, match="sealed_without_key"):
        running.open(newer.rotated().seal("王五", HERE), HERE)


def test_keys_are_rotated_from_the_command_line(tmp_path: Path) -> None:
    before = Keyring.make(tmp_path / "keys")
    sealed = before.seal("张三", HERE)
    said = CliRunner().invoke(
        main, ["keys", "rotate", "--data", str(tmp_path)], env={"TONGBAN_LANGUAGE": "en"}
    )
    assert said.exit_code == 0, said.output
    assert "Data key 2" in said.output
    after = Keyring.load(tmp_path / "keys")
    assert after.newest == 2
    assert after.open(sealed, HERE) == "张三"
    nothing = CliRunner().invoke(main, ["keys", "rotate", "--data", str(tmp_path / "nowhere")])
    assert nothing.exit_code == 5
    assert not (tmp_path / "nowhere").exists()


def test_keys_know_what_they_sealed_for_a_place_and_in_the_form_before_and_nothing_of_others() -> (
    None
):
    other = Keyring.fresh()
    assert RING.sealed(RING.seal("text", HERE), HERE)
    assert RING.sealed(sealed_before(RING, "text"), HERE)
    assert not other.sealed(RING.seal("text", HERE), HERE)
    assert not other.sealed(sealed_before(RING, "text"), HERE)
    for noise in (b"", b"tbs2", b"\x00" * 40, b"tbs2" + b"\x00" * 60):
        assert not RING.sealed(noise, HERE)
