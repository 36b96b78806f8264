"""The command line: verifying without trusting anyone, and auditing."""

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from litestar import Litestar
from litestar.testing import TestClient
from tests.builders.ledger import Forgery, MemorySigner, a_closing, a_disclosure, slip_in

from tongban.kit.clock import MovableClock
from tongban.kit.house import House
from tongban.kit.testing import sqlite_database
from tongban.modules.ledger import actions, queries
from tongban.modules.ledger.commands import ledger, verify
from tongban.modules.ledger.model import EntryKind, Mark, NewEntry, Signer, TreeHead
from tongban.modules.ledger.rules.tree import EMPTY_ROOT


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TONGBAN_LANGUAGE", "en")


FACTS = {"case": "511602-20261124-001", "elements": ["person.marital_status"]}


class Given:
    """Files that somebody has at home."""

    def __init__(self, house: House, folder: Path) -> None:
        commitment, salt = actions.commit(FACTS)
        entry = NewEntry(
            kind=EntryKind.DISCLOSURE, public={"department": "rsj"}, commitment=commitment
        )
        identifier = house.db.write(lambda unit: actions.append(unit, entry))
        house.db.write(lambda unit: actions.append_all(unit, [a_disclosure()] * 20))
        actions.run_sequencer(house.db, house.port(Signer))
        with house.db.read() as reader:
            proof = queries.proof(reader.connection, identifier) or ""
            self.vkey = queries.verifier_key(reader.connection) or ""
            self.body = queries.entry(reader.connection, identifier).body
            self.note = queries.checkpoint(reader.connection).note
            policy = queries.policy(reader.connection, "https://zwfw.example.cn/ledger")
        self.proof = self.file(folder / "my.tlog-proof", proof.encode())
        self.key = self.file(folder / "ledger.vkey.txt", f"{self.vkey}\n".encode())
        self.policy = self.file(folder / "policy", policy.encode())
        self.entry = self.file(folder / "entry.json", self.body)
        self.opening = self.file(folder / "opening.json", queries.opening_file(salt, FACTS))
        self.checkpoint = self.file(folder / "checkpoint", self.note.encode())
        self.folder = folder

    def file(self, path: Path, content: bytes) -> str:
        path.write_bytes(content)
        return str(path)

    def changed(self, path: str, old: str, new: str) -> str:
        text = Path(path).read_text("utf-8")
        assert old in text
        return self.file(self.folder / "changed", text.replace(old, new).encode())


@pytest.fixture
def given(house: House, tmp_path: Path) -> Given:
    return Given(house, tmp_path)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(verify, arguments)


def test_a_receipt_verifies_with_the_key_typed_or_in_a_file(given: Given) -> None:
    for key in (given.vkey, given.key, given.policy):
        result = run(given.proof, "--key", key)
        assert result.exit_code == 0, result.output
        assert "Verified" in result.output
        assert "rsj" in result.output
        assert "of 21" in result.output


def test_the_answer_for_programs_says_the_same(given: Given) -> None:
    answer = json.loads(run(given.proof, "--key", given.vkey, "--json").output)
    assert answer["verified"] is True
    assert answer["entry"]["kind"] == "disclosure"
    assert answer["size"] == 21
    assert answer["origin"] == "zwfw.example.cn/ledger"


def test_the_person_concerned_shows_that_the_entry_is_about_them(given: Given) -> None:
    result = run(given.proof, "--key", given.vkey, "--opening", given.opening)
    assert result.exit_code == 0
    assert "open the commitment" in result.output
    other = given.changed(given.opening, "-001", "-002")
    result = run(given.proof, "--key", given.vkey, "--opening", other)
    assert result.exit_code == 1


def test_the_entry_may_come_beside_the_receipt(given: Given) -> None:
    bare = "\n".join(
        line
        for line in Path(given.proof).read_text("utf-8").split("\n")
        if not line.startswith("extra ")
    )
    path = given.file(given.folder / "bare.tlog-proof", bare.encode())
    assert run(path, "--key", given.vkey, "--entry", given.entry).exit_code == 0
    result = run(path, "--key", given.vkey)
    assert result.exit_code == 2
    assert "--entry" in result.output
    other = given.changed(given.entry, "rsj", "gaj")
    assert run(given.proof, "--key", given.vkey, "--entry", other).exit_code == 1


def test_what_does_not_verify_ends_with_one(given: Given) -> None:
    from tongban.modules.ledger.formats.note import format_verifier_key

    namesake = format_verifier_key(MemorySigner("zwfw.example.cn/ledger").key)
    stranger = format_verifier_key(MemorySigner("other/log").key)
    for key in (namesake, stranger):
        result = run(given.proof, "--key", key)
        assert result.exit_code == 1
        assert "does not verify" in result.output
    index = Path(given.proof).read_text("utf-8").partition("index ")[2].partition("\n")[0]
    moved = given.changed(given.proof, f"index {index}\n", f"index {(int(index) + 1) % 21}\n")
    answer = json.loads(run(moved, "--key", given.vkey, "--json").output)
    assert answer["verified"] is False
    assert answer["code"] == "ledger.not_included"
    larger = given.changed(given.proof, "\n21\n", "\n22\n")
    assert run(larger, "--key", given.vkey).exit_code == 1


def test_what_cannot_be_read_ends_with_two(given: Given, tmp_path: Path) -> None:
    missing, folder = str(tmp_path / "missing"), str(tmp_path)
    for arguments in (
        (missing, "--key", given.vkey),
        (folder, "--key", given.vkey),
        (given.proof, "--key", missing),
        (given.proof, "--key", given.vkey[:-1]),
        (given.proof, "--key", given.vkey, "--entry", missing),
        (given.proof, "--key", given.vkey, "--opening", given.entry),
        (given.entry, "--key", given.vkey),
        (given.checkpoint, "--key", given.vkey),
    ):
        result = run(*arguments)
        assert result.exit_code == 2, (arguments, result.output)
        assert "cannot be verified" in result.output


def test_verifying_loads_no_database_and_no_web_framework(given: Given) -> None:
    program = (
        "import sys\n"
        "from tongban.modules.ledger.commands import verify\n"
        "verify(sys.argv[1:], standalone_mode=False)\n"
        "heavy = {'sqlalchemy', 'litestar', 'jinja2', 'sqlite3'} & set(sys.modules)\n"
        "sys.exit(f'loaded {heavy}' if heavy else 0)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, given.proof, "--key", given.vkey],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "✓" in done.stdout


def audit(*arguments: str) -> Result:
    return CliRunner().invoke(ledger, ["audit", *arguments])


def as_served(house: House) -> str:
    """The data folder, its database under the name that a government gives it."""
    data = house.settings.data
    (data / "tongban.db").symlink_to(data / "test.db")
    return str(data)


def test_an_honest_log_passes_the_audit(house: House, given: Given) -> None:
    data = as_served(house)
    for more in ((), ("--key", given.vkey), ("--checkpoint", given.checkpoint)):
        result = audit("--data", data, *more)
        assert result.exit_code == 0, result.output
        assert "sound" in result.output
        assert "21 entries" in result.output
    shown = CliRunner().invoke(ledger, ["checkpoint", "--data", data])
    assert shown.output == given.note


def test_the_audit_names_what_was_tampered_with(house: House, given: Given) -> None:
    data = as_served(house)
    house.db.write(
        lambda unit: unit.connection.exec_driver_sql(
            "UPDATE ledger_entry SET body = replace(body, 'rsj', 'gaj') WHERE number = 3"
        )
    )
    result = audit("--data", data)
    assert result.exit_code == 1
    assert "not sound" in result.output
    assert "0/000.p/21" in result.output
    assert "size 21" in result.output


def test_the_audit_finds_a_rewritten_history_by_a_kept_checkpoint(
    house: House, given: Given, tmp_path: Path
) -> None:
    folder = tmp_path / "again"
    folder.mkdir()
    forged = sqlite_database(folder)
    forged.write(lambda unit: actions.append_all(unit, [a_closing()] * 30))
    signer = house.port(Signer)
    forged.write(lambda unit: actions.sequence(unit, _Forgetful(signer)))
    forged.close()
    (folder / "tongban.db").symlink_to(folder / "test.db")
    assert audit("--data", str(folder)).exit_code == 0
    result = audit("--data", str(folder), "--key", given.vkey, "--checkpoint", given.checkpoint)
    assert result.exit_code == 1
    assert "history was rewritten" in result.output


class _Forgetful:
    """The right key in the hands of a forger, who ignores what was signed before."""

    def __init__(self, signer: Signer) -> None:
        self.key = signer.key
        self.sign = signer.sign

    def remembered(self) -> Mark:
        return Mark(TreeHead(0, EMPTY_ROOT))

    def remember(self, head: TreeHead, since: datetime | None) -> None:
        return None


def test_a_folder_without_a_government_cannot_be_audited(tmp_path: Path) -> None:
    result = audit("--data", str(tmp_path))
    assert result.exit_code != 0
    assert "no_government_here" in repr(result.exception)


def act(*words: str) -> Result:
    return CliRunner().invoke(ledger, words, env={"TONGBAN_LANGUAGE": "en"})


def test_what_was_refused_a_number_is_listed_and_settled_by_command(house: House) -> None:
    data = ("--data", str(house.settings.data))
    keyring_in_house(house)
    assert (act("refused", *data).exit_code, act("refused", *data).output) == (
        0,
        "✓ Entries that were refused a number: 0\n",
    )
    forged = slip_in(house.db, Forgery(None, datetime(2024, 3, 1, tzinfo=UTC), None))
    actions.run_sequencer(house.db, house.port(Signer))
    said = act("refused", *data)
    assert said.exit_code == 1
    assert f"{forged}  not written by this system" in said.output
    assert "0 get their number after all, 1 stay without" in (
        act("settle", *data, "--reason", "Somebody wrote into the database").output
    )
    assert act("refused", *data).exit_code == 0


def keyring_in_house(house: House) -> None:
    """Put the keyring and the database where commands look for them."""
    house.keyring.save(house.settings.keys)
    (house.settings.data / "tongban.db").symlink_to(house.settings.data / "test.db")


def test_a_log_without_its_mark_is_accepted_by_command(house: House) -> None:
    data = ("--data", str(house.settings.data))
    keyring_in_house(house)
    house.db.write(lambda unit: actions.append(unit, a_closing()))
    actions.run_sequencer(house.db, house.port(Signer))
    well = act("accept", *data, "--reason", "why")
    assert "nothing_to_accept" in repr(well.exception)
    (house.settings.keys / "ledger.mark").unlink()
    done = act("accept", *data, "--reason", "The keys folder came from another disk")
    assert "The mark of what was signed last was missing" in done.output
    assert (house.settings.keys / "ledger.mark").is_file()
    assert isinstance(house.clock, MovableClock)
    house.clock.advance(timedelta(days=36500))  # the command has the machine's own
    house.db.write(lambda unit: actions.append(unit, a_closing()))
    assert actions.run_sequencer(house.db, house.port(Signer)) is not None


def test_two_checkpoints_are_compared_offline_and_against_the_log(
    house: House, client: TestClient[Litestar], tmp_path: Path
) -> None:
    keyring_in_house(house)
    made = [_signed(house, tmp_path / f"{count}.txt", count) for count in (3, 9)]
    vkey = client.get("/ledger/vkey").text.strip()
    proof = tmp_path / "proof.json"
    proof.write_bytes(client.get("/ledger/consistency?from=3&to=12").content)
    old, new = map(str, made)
    agreed = act("consistency", old, new, "--key", vkey, "--proof", str(proof))
    assert (agreed.exit_code, "the log of size 3" in agreed.output) == (0, True)
    data = ("--data", str(house.settings.data))
    assert act("consistency", old, new, *data).exit_code == 0
    assert act("consistency", old, *data).exit_code == 0, "against the newest"
    assert act("consistency", old, "--key", vkey).exit_code == 2, "nothing to prove it with"
    assert act("consistency", new, old, "--key", vkey, "--proof", str(proof)).exit_code == 1
    forged = sqlite_database(_made(tmp_path / "again"))
    forged.write(lambda unit: actions.append_all(unit, [a_closing()] * 3))
    other = forged.write(lambda unit: actions.sequence(unit, _Forgetful(house.port(Signer))))
    forged.close()
    assert other is not None
    Path(old).write_text(other.note)
    rewritten = act("consistency", old, new, "--key", vkey, "--proof", str(proof))
    assert (rewritten.exit_code, "History was rewritten" in rewritten.output) == (1, True)
    assert act("consistency", old, *data).exit_code == 1
    Path(old).write_text(other.note.replace("\n3\n", "\n2\n"))
    assert act("consistency", old, *data).exit_code == 1, "its signature does not hold"


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def _signed(house: House, path: Path, count: int) -> Path:
    """Append and sign, and keep the checkpoint in a file."""
    house.db.write(lambda unit: actions.append_all(unit, [a_closing()] * count))
    signed = actions.run_sequencer(house.db, house.port(Signer))
    assert signed is not None
    path.write_text(signed.note)
    return path


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ("from=3&to=12", 200),
        ("from=3", 200),
        ("from=0&to=0", 200),
        ("from=4&to=3", 422),
        ("from=3&to=13", 422),
        ("", 422),
        ("from=x", 422),
        ("from=-1", 422),
        ("from=3&to=99999999999999999999", 422),
    ],
)
def test_the_route_gives_proofs_between_sizes_that_were_there(
    house: House, client: TestClient[Litestar], tmp_path: Path, asked: str, status: int
) -> None:
    _signed(house, tmp_path / "a", 12)
    answered = client.get(f"/ledger/consistency?{asked}")
    assert answered.status_code == status, answered.text
