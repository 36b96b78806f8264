"""Whoever has the database in hand plays tricks on a copy of a government with history.

Each trick is noticed within one round, by the product's own means alone: the round that numbers and signs,
the comparison with a place outside, and what an operator or an auditor runs. Which means noticed which
trick is printed.
"""

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import takewhile
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import text
from tests.builders import archive, audited
from tests.builders import services as builders
from tests.builders.exchange import WANG
from tests.builders.ledger import Forgery, slip_in

from tongban.app.cli import main
from tongban.app.doctor import examine
from tongban.app.house import For, bring_up, make_keys, mark, open_house
from tongban.kernel.errors import Refusal
from tongban.kernel.realms import Realm
from tongban.kit import testing
from tongban.kit.house import House
from tongban.kit.settings import Settings
from tongban.modules.exchange import queries as exchange
from tongban.modules.ledger import actions as ledger
from tongban.modules.ledger import queries as log
from tongban.modules.ledger.adapters import Places
from tongban.modules.ledger.adapters.keystore import MARK_FILE
from tongban.modules.ledger.formats.note import format_verifier_key
from tongban.modules.ledger.model import EntryKind, NewEntry, Signer
from tongban.modules.services.actions import closing as services

ORIGIN = "city.example/ledger"
LONG_AGO = datetime(2024, 3, 1, 9, tzinfo=UTC)
NOTE = NewEntry(
    kind=EntryKind.LOG_EXCEPTION,
    public={"exception": "restored", "explanation": "演练", "log_size": 0},
)
"""An entry of which the audit asks for no row, so that only the log itself can tell on it."""
EARLIER = "earlier"
"""Folder beside the data with the database as it was before its last entries."""

AUDIT, REPLAY, DOCTOR, ARCHIVE, SIGNING, OUTSIDE, PERSON = (
    "tongban audit",
    "tongban ledger audit",
    "tongban doctor",
    "tongban archive check",
    "numbering and signing",
    "place outside",
    "tongban verify, by the person",
)
KEPT = "kept.json"
"""The complete file of uses of their data that the applicant kept, beside the data."""
OF_WHAT_IS_KEPT = {"whole", "sealed", "ledger", "audit", "numbered"}
"""Signs of the doctor that do not depend on the machine and its date."""
ONE = "id = (SELECT min(id) FROM exchange_disclosure)"
APPROVED = "outcome = 'approved'"
VALID = "state = 'valid'"
OTHER = '(SELECT content FROM services_value AS other WHERE other."key" <> services_value."key" LIMIT 1)'

SECOND = "SELECT entry FROM exchange_chain WHERE number = 2"
LAST = (
    "SELECT max(entry) FROM exchange_chain WHERE entry IN (SELECT entry FROM exchange_disclosure)"
)

Act = Callable[[House], None]


@dataclass(frozen=True)
class Trick:
    """What is done past the system, and the means that must notice it at least."""

    act: Act
    by: str = ""


def sql(*statements: str) -> Act:
    """Return what writes to the database past the system."""
    return lambda house: audited.attack(house.db, *statements)


def back_dated(house: House) -> None:
    """Slip in an entry without a number, of an instant long ago."""
    slip_in(house.db, Forgery(None, LONG_AGO, b"\0" * 32))


def numbered(house: House) -> None:
    """Slip in an entry that has a number already."""
    made = slip_in(house.db, Forgery(None, house.clock.now(), b"\0" * 32))
    audited.attack(
        house.db,
        "UPDATE ledger_entry SET number = (SELECT max(number) + 1 FROM ledger_entry)"
        f" WHERE id = '{made}'",
    )


def odd_number(house: House) -> None:
    """Slip in an entry whose number is a fraction, which SQLite keeps in a column of whole numbers."""
    made = slip_in(house.db, Forgery(None, house.clock.now(), b"\0" * 32))
    audited.attack(house.db, f"UPDATE ledger_entry SET number = 2.5 WHERE id = '{made}'")
    house.db.write(lambda unit: ledger.append(unit, NOTE))


def gone_on(house: House) -> None:
    """Move a last day, and let the system itself log how the case stands: an event that anybody can put
    in the outbox, or the next click, does it."""
    audited.attack(
        house.db, "UPDATE services_case SET promised_due = '2030-01-01' WHERE state = 'reviewing'"
    )
    with house.db.read() as reader:
        asked = "SELECT min(number) FROM services_case WHERE state = 'reviewing'"
        number = str(reader.connection.execute(text(asked)).scalar_one())
    house.db.write(lambda unit: services.packaged(unit, number))


def unmarked(house: House) -> None:
    """Take away what remembers, outside the database, what was signed last."""
    (house.settings.keys / MARK_FILE).unlink()
    house.db.write(lambda unit: ledger.append(unit, NOTE))


def set_back(house: House) -> None:
    """Put the database back to before its last entries, and take the mark away."""
    house.db.close()
    kept = house.settings.data.parent / EARLIER / "tongban.db"
    shutil.copy(kept, house.settings.data / kept.name)
    unmarked(house)


def forked(house: House) -> None:
    """Put it back, write a mark that agrees with it, and sign another history as long as the first."""
    set_back(house)
    with house.db.read() as reader:
        signed = log.checkpoint(reader.connection)
    signer = ledger.make_log_key(house.settings.keys, ORIGIN)
    signer.remember(signed.checkpoint.head, signed.newest)
    house.db.write(lambda unit: ledger.append_all(unit, [NOTE] * 3))
    ledger.run_sequencer(house.db, signer)


def changed_on_disk(house: House) -> None:
    """Change a byte of a document in an archived package."""
    path = next((house.settings.data / "packages").rglob("*.pdf"))
    path.chmod(0o600)
    path.write_bytes(path.read_bytes()[:-1] + b"!")


TRICKS = {
    "a disclosure is deleted": Trick(sql(f"DELETE FROM exchange_disclosure WHERE {ONE}"), AUDIT),
    "a disclosure is of another department": Trick(
        sql(f"UPDATE exchange_disclosure SET department = '470181-police' WHERE {ONE}"), AUDIT),
    "a disclosure is about another person": Trick(
        sql(f"UPDATE exchange_disclosure SET subject_index = '{'0' * 64}' WHERE {ONE}"), AUDIT),
    "a disclosure is of another day": Trick(
        sql(f"UPDATE exchange_disclosure SET at = '2026-10-24T01:30:00.000000Z' WHERE {ONE}"), AUDIT),
    "a line about a person is deleted from the middle": Trick(
        sql(f"DELETE FROM exchange_disclosure WHERE entry = ({SECOND})"), PERSON),
    "a line about a person is deleted from the middle with its number": Trick(
        sql(f"DELETE FROM exchange_disclosure WHERE entry = ({SECOND})",
            "DELETE FROM exchange_chain WHERE number = 2"), PERSON),
    "the last lines about a person are deleted with their numbers": Trick(
        sql(f"DELETE FROM exchange_disclosure WHERE entry = ({LAST})",
            f"DELETE FROM exchange_chain WHERE entry = ({LAST})"), PERSON),
    "two lines about a person are swapped": Trick(
        sql("UPDATE exchange_chain SET number = 99 WHERE number = 1",
            "UPDATE exchange_chain SET number = 1 WHERE number = 2",
            "UPDATE exchange_chain SET number = 2 WHERE number = 99"), PERSON),
    "a line about a person gets another number": Trick(
        sql(f"UPDATE exchange_chain SET number = 99 WHERE entry = ({LAST})"), PERSON),
    "a second line follows the same line": Trick(
        sql(f"UPDATE exchange_chain SET number = 1, name = '2026-11-01' WHERE entry = ({LAST})"),
        PERSON),
    "approved becomes refused": Trick(
        sql(f"UPDATE services_decision SET outcome = 'refused' WHERE {APPROVED}",
            f"UPDATE services_case SET outcome = 'refused' WHERE {APPROVED}"), AUDIT),
    "another clerk decided": Trick(
        sql(f"UPDATE services_decision SET decided_by = 'zhao' WHERE {APPROVED}"), AUDIT),
    "a last day moves to 2030": Trick(
        sql("UPDATE services_case SET promised_due = '2030-01-01' WHERE state = 'reviewing'"), AUDIT),
    "a last day moves to 2030 and the case goes on": Trick(
        gone_on, AUDIT),
    "a case under way is deleted": Trick(
        sql("DELETE FROM services_case WHERE state = 'reviewing'"), AUDIT),
    "a decided case is deleted": Trick(sql(f"DELETE FROM services_case WHERE {APPROVED}"), AUDIT),
    "a step under way is in another clerk's hand": Trick(
        sql("UPDATE services_step SET clerk = 'zhao' WHERE state <> 'done'"), AUDIT),
    "an answer on a case under way is deleted": Trick(
        sql("DELETE FROM services_value WHERE case_id IN"
            " (SELECT id FROM services_case WHERE state = 'reviewing')"), AUDIT),
    "a draft is deleted": Trick(sql("DELETE FROM services_case WHERE state = 'draft'"), AUDIT),
    "a certificate is deleted": Trick(
        sql(f"DELETE FROM certificates_certificate WHERE {VALID}"), AUDIT),
    "a certificate is revoked": Trick(
        sql(f"UPDATE certificates_certificate SET state = 'revoked' WHERE {VALID}"), AUDIT),
    "a certificate is given to another": Trick(
        sql(f"UPDATE certificates_certificate SET holder_index = '{'0' * 64}' WHERE {VALID}"), AUDIT),
    "a resident becomes an administrator": Trick(
        sql("UPDATE identity_account SET roles = '[\"administrator\"]' WHERE login = 'resident'"),
        AUDIT),
    "an ended grant is revived": Trick(
        sql("UPDATE exchange_grant SET state = 'in_effect', end_reason = NULL"
            " WHERE code = 'marriage-for-subsidy'"),
        AUDIT),
    "a figure of an indicator is changed": Trick(
        sql("UPDATE evaluation_reading SET numerator = 2, value = 1 WHERE day = '2026-11-23'"), AUDIT),
    "an entry of 2024 is slipped in without a number": Trick(back_dated, SIGNING),
    "an entry is slipped in with a number": Trick(numbered, SIGNING),
    "an entry is changed in a column": Trick(
        sql("UPDATE ledger_entry SET department = '470181-police' WHERE number = 3"), REPLAY),
    "an entry is changed in its bytes": Trick(
        sql("UPDATE ledger_entry SET body = (SELECT body FROM ledger_entry WHERE number = 2)"
            " WHERE number = 3"), REPLAY),
    "a tile is changed": Trick(
        sql("UPDATE ledger_tile SET hashes = zeroblob(length(hashes)) WHERE level = 0"), REPLAY),
    "a checkpoint is changed": Trick(
        sql("UPDATE ledger_checkpoint SET note = replace(note, 'city', 'town')"), REPLAY),
    "the mark is deleted": Trick(unmarked, SIGNING),
    "the mark is deleted and the database set back": Trick(set_back, SIGNING),
    "the mark is written anew and a fork signed": Trick(forked, OUTSIDE),
    "a sealed value moves to another row": Trick(
        sql(f"UPDATE services_value SET content = {OTHER}"), DOCTOR),
    "a document in the archive is changed": Trick(changed_on_disk, ARCHIVE),
    "a look at a case is deleted": Trick(
        sql("DELETE FROM exchange_look WHERE kind = 'opened'"), AUDIT),
    "a look was a colleague's": Trick(sql("UPDATE exchange_look SET account = 'zhao'"), AUDIT),
    "a read is kept back from whom it is about until 2099": Trick(
        sql(f"UPDATE exchange_disclosure SET shown_on = '2099-01-01' WHERE {ONE}"), AUDIT),
    "an alarm is closed by nobody": Trick(
        sql("UPDATE exchange_alarm SET state = 'looked_at', words = '无事' WHERE state = 'open'"), AUDIT),
    "somebody agreed, says the agreement": Trick(
        sql("UPDATE exchange_agreement SET state = 'agreed', decided_by = 'zhao'"
            " WHERE state = 'requested'"), AUDIT),
    "more reads were agreed to": Trick(
        sql("UPDATE exchange_agreement SET number = 900 WHERE state = 'agreed'"), AUDIT),
    "consent was given to what was refused": Trick(
        sql("UPDATE services_consent SET choice = 'else'"), AUDIT),
    "an objection of a review is gone": Trick(
        sql("UPDATE services_step SET outcome = 'objected' WHERE kind = 'review' AND outcome = 'passed'"),
        AUDIT),
    "a draft is another account's": Trick(
        sql("UPDATE services_case SET account = 'stranger' WHERE state = 'draft'"), AUDIT),
    "what was erased is forgotten": Trick(sql("DELETE FROM ledger_erasure"), AUDIT),
    "an entry gets a number that is none": Trick(odd_number, SIGNING),
    "a package is said to be another": Trick(
        sql(f"UPDATE archive_package SET digest = '{'0' * 64}'"), AUDIT),
}  # fmt: skip


def opened(data: Path) -> House:
    """Open the government, with a place outside that is beyond the operator's reach."""
    outside = str(data.parent / "outside")
    settings = Settings(data=data, checkpoints_file=outside)
    return open_house(settings, testing.clock_at(testing.MORNING + timedelta(hours=1)))


def one_round(house: House) -> set[str]:
    """Number and sign what waits, and compare with the place outside; returns what was found wrong."""
    signer = house.port(Signer)
    said = set()
    try:
        ledger.run_sequencer(house.db, signer)
    except Refusal as refusal:
        said.add(refusal.code)
    with house.db.read() as reader:
        said |= {"set aside"} if log.set_aside_count(reader.connection) else set()
    return said


def compared(house: House) -> set[str]:
    """Compare with the places outside; returns what differs."""
    for place in house.port(Places).every():
        ledger.push(house.db, place, house.port(Signer))
    with house.db.read() as reader:
        return {fault.code for fault in log.faults_outside(reader.connection)}


def taken_away(house: House) -> bytes:
    """Return the applicant's complete file of who used their data."""
    with house.db.read() as reader:
        return b"".join(exchange.complete_file(reader, WANG, house.port(Signer)))


def missed(house: House) -> set[str]:
    """Let the applicant download their file and check it, with the one that they kept and the key that
    they know; returns what it says where it is not content."""
    folder = house.settings.data.parent
    try:
        (folder / "now.json").write_bytes(taken_away(house))
    except Refusal as refusal:
        return {refusal.code}
    files = [str(folder / "now.json"), "--earlier", str(folder / KEPT)]
    key = format_verifier_key(house.port(Signer).key)
    said = CliRunner().invoke(main, ["verify", *files, "--key", key])
    assert said.exception is None or isinstance(said.exception, SystemExit), said.output
    return set(said.output.splitlines()) if said.exit_code else set()


def run(data: Path, *command: str) -> set[str]:
    """Run a command as an operator does; returns what it says where it is not content."""
    said = CliRunner().invoke(main, [*command, "--data", str(data)], env={"TONGBAN_LANGUAGE": "en"})
    assert said.exception is None or isinstance(said.exception, SystemExit), said.output
    return set(said.output.splitlines()) if said.exit_code else set()


def ill(settings: Settings) -> set[str]:
    """Return what the doctor finds wrong with what is kept, whatever the machine around it is like."""
    until_last = takewhile(lambda sign: sign.code != "files", examine(settings))
    return {sign.code for sign in until_last if sign.code in OF_WHAT_IS_KEPT and not sign.well}


def noticed(data: Path, trick: Act | None = None) -> Mapping[str, set[str]]:
    """Play a trick, let one round pass, and return what each means says then."""
    house = opened(data)
    try:
        if trick is not None:
            trick(house)
        rounds = {SIGNING: one_round(house), OUTSIDE: compared(house), PERSON: missed(house)}
    finally:
        house.db.close()
    commands = {name: run(data, *name.split()[1:]) for name in (AUDIT, REPLAY, ARCHIVE)}
    return {**rounds, **commands, DOCTOR: ill(house.settings)}


def lived(data: Path) -> None:
    """Make a government with history, everything signed and handed outside, and keep it as it was before
    the last entries."""
    data.mkdir()
    settings = Settings(data=data, checkpoints_file=str(data.parent / "outside"))
    mark(settings, Realm.REAL)
    make_keys(settings, ORIGIN)
    house = open_house(settings, testing.clock_at(), For.MAKING)
    bring_up(house)
    builders.found(house.db, data)
    audited.record_before(house.db)
    audited.live(house.db)
    builders.started(house.db)
    archive.packaged(house)
    signer = house.port(Signer)
    ledger.run_sequencer(house.db, signer)
    (data.parent / KEPT).write_bytes(taken_away(house))
    house.db.close()
    shutil.copytree(data, data.parent / EARLIER)
    house.db.write(lambda unit: ledger.append_all(unit, [NOTE] * 3))
    ledger.run_sequencer(house.db, signer)
    compared(house)
    house.db.close()


@pytest.fixture(scope="module")
def government(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that holds the government's data, what it was before, and the place outside."""
    folder = tmp_path_factory.mktemp("attacked")
    lived(folder / "data")
    return folder


@pytest.fixture
def copy(government: Path, tmp_path: Path) -> Path:
    """The data of a copy of one's own."""
    return Path(shutil.copytree(government, tmp_path / "copy")) / "data"


def means(copy: Path, trick: Trick, note: Callable[[str, object], None]) -> list[str]:
    """Return the means that notice a trick, and let the end of the run print them."""
    found = [each for each, said in noticed(copy, trick.act).items() if said]
    note("noticed by", ", ".join(found) or "NOTHING")
    return found


def test_nothing_is_noticed_where_nobody_played_a_trick(copy: Path) -> None:
    said = noticed(copy)
    assert not any(said.values()), said


@pytest.mark.drill
@pytest.mark.parametrize("name", TRICKS)
def test_a_trick_is_noticed_within_one_round(
    copy: Path, name: str, record_property: Callable[[str, object], None]
) -> None:
    assert TRICKS[name].by in means(copy, TRICKS[name], record_property)
