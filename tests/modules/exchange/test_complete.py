"""A person knows whether anything is missing of what is on record about them, offline, from their file."""

import datetime as dt
import json
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest
from click.testing import CliRunner
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import select, text
from tests.builders import audited
from tests.builders import exchange as builders
from tests.builders.catalog import LABOUR
from tests.builders.exchange import (
    CASE,
    GRANT,
    INVESTIGATED,
    SERVICE,
    TODAY,
    WANG,
    investigating,
    wanted,
)
from tests.builders.ledger import MemorySigner, a_closing

from tongban.kernel.subjects import SubjectKind, SubjectRef
from tongban.kit import testing
from tongban.kit.clock import MovableClock
from tongban.kit.db import Database
from tongban.modules.exchange import actions, queries
from tongban.modules.exchange.actions.chaining import number_before
from tongban.modules.exchange.model import Basis, Wanted
from tongban.modules.exchange.model.looks import Look, LookKind, LookReason
from tongban.modules.exchange.store.tables import chain, disclosures
from tongban.modules.ledger import actions as ledger
from tongban.modules.ledger import queries as log
from tongban.modules.ledger.commands import verify
from tongban.modules.ledger.formats.note import format_verifier_key
from tongban.modules.ledger.formats.receipt import read_trust
from tongban.modules.ledger.formats.uses import parse_uses, verify_uses
from tongban.modules.ledger.model.chains import ChainsChecked

ZONE = ZoneInfo("Asia/Shanghai")
ZHAO = SubjectRef(SubjectKind.PERSON, "470181198502024567")
PERSONS = (WANG, ZHAO)


def founded(database: Database) -> MemorySigner:
    """The small city, in which a case runs about each of two persons, and who signs its ledger."""
    grants = [
        msgspec.structs.replace(each, ends=dt.date(2099, 12, 31)) for each in (GRANT, INVESTIGATED)
    ]
    sources = builders.found(database, grants)
    sources.rows[ZHAO.id] = {**builders.ROW, "id": ZHAO.id}
    database.write(lambda unit: actions.declare_work(unit, "2026-0002", builders.WORKERS))
    use = builders.a_use(
        case_number="2026-0002", subject=ZHAO, elements=(builders.STATUS,), basis=Basis.LAW
    )
    database.write(lambda unit: actions.open_use(unit, use))
    return MemorySigner()


def ask(database: Database, request: Wanted) -> str:
    return builders.ask(database, request).ledger_entry


def read(database: Database, subject: SubjectRef = WANG) -> str:
    number = CASE if subject is WANG else "2026-0002"
    return ask(database, wanted(subject=subject, case_number=number))


def keep_back(database: Database, subject: SubjectRef = WANG) -> str:
    return ask(database, investigating(subject=subject))


def look(database: Database, subject: SubjectRef = WANG, **changed: Any) -> None:
    values: dict[str, Any] = {
        "kind": LookKind.OPENED,
        "account": "li",
        "department": LABOUR,
        "step": "review",
        "post": "审查",
        "case_number": CASE if subject is WANG else "2026-0002",
        "service": SERVICE,
        "service_name": "补贴",
        "service_version": 1,
        "subject": subject,
        "elements": (builders.STATUS,),
        "reason": LookReason("other"),
        "words": "核对原件",
    }
    database.write(lambda unit: actions.note_look(unit, Look(**{**values, **changed})))


def file_of(database: Database, signer: MemorySigner, subject: SubjectRef = WANG) -> bytes:
    """Let everything be numbered and signed, and return a person's complete file."""
    ledger.run_sequencer(database, signer)
    with database.read() as reader:
        return b"".join(queries.complete_file(reader, subject, signer))


def checked(content: bytes, signer: MemorySigner, earlier: bytes | None = None) -> ChainsChecked:
    policy = read_trust(format_verifier_key(signer.key).encode())
    before = None if earlier is None else parse_uses(earlier)
    return verify_uses(parse_uses(content), policy, before)


def found(content: bytes, signer: MemorySigner, earlier: bytes | None = None) -> set[str]:
    return {fault.kind.value for fault in checked(content, signer, earlier).faults}


def gaps(database: Database, subject: SubjectRef = WANG) -> list[tuple[dt.date | None, int, int]]:
    with database.read() as reader:
        return [(one.day, one.after, one.count) for one in queries.gaps(reader, subject)]


def days_later(database: Database, days: int) -> None:
    clock = database.clock
    assert isinstance(clock, MovableClock)
    clock.advance(dt.timedelta(days=days))


def test_every_line_is_numbered_and_the_file_verifies_with_nothing_but_the_key(
    database: Database,
) -> None:
    signer = founded(database)
    entries = [read(database), read(database)]
    look(database)
    entries.append(read(database))
    content = file_of(database, signer)
    said = checked(content, signer)
    assert (said.whole, said.lines, said.unlinked) == (True, 4, 0)
    with database.read() as reader:
        lines = queries.disclosures_about(reader, WANG).lines
    assert [line.number for line in lines] == [4, 3, 2, 1]
    assert [line.ledger_entry for line in lines if line.state != "opened"] == entries[::-1]
    assert gaps(database) == []


def test_of_whom_nothing_is_on_record_the_government_states_that_there_is_nothing(
    database: Database,
) -> None:
    signer = founded(database)
    said = checked(file_of(database, signer), signer)
    assert (said.whole, said.lines, [each.number for each in said.chains]) == (True, 0, [0])


def test_nothing_in_the_public_ledger_tells_that_two_entries_are_about_one_person(
    database: Database,
) -> None:
    signer = founded(database)
    entries = [read(database), read(database), read(database, ZHAO), read(database, ZHAO)]
    ledger.run_sequencer(database, signer)
    with database.read() as reader:
        public = [log.entry(reader.connection, each).entry.public for each in entries]
    links = [each.pop("link") for each in public]
    assert len(set(links)) == 4
    assert public[0] == public[1] == public[2] == public[3], "all else is the same for everybody"
    assert not [each for each in public if "number" in each]


def test_the_file_ends_where_the_checkpoint_does_and_the_next_one_has_the_rest(
    database: Database,
) -> None:
    signer = founded(database)
    read(database)
    first = file_of(database, signer)
    read(database)
    with database.read() as reader:
        again = b"".join(queries.complete_file(reader, WANG, signer))
    assert checked(again, signer).lines == 1
    second = file_of(database, signer)
    assert (checked(second, signer).lines, found(second, signer, first)) == (2, set())


# What is missing, changed or moved -----------------------------------------------------------------


LINE = "id = (SELECT id FROM exchange_disclosure ORDER BY id LIMIT 1 OFFSET {})"
ATTACKS: dict[str, tuple[tuple[str, ...], set[str], list[tuple[None, int, int]]]] = {
    "a line of the middle is deleted": (
        (f"DELETE FROM exchange_disclosure WHERE {LINE.format(1)}",),
        {"not_opened"}, [(None, 1, 1)]),
    "a line of the middle is deleted with its number": (
        (f"DELETE FROM exchange_disclosure WHERE {LINE.format(1)}",
         "DELETE FROM exchange_chain WHERE number = 2"),
        {"missing"}, [(None, 1, 1)]),
    "the first is deleted with its number": (
        (f"DELETE FROM exchange_disclosure WHERE {LINE.format(0)}",
         "DELETE FROM exchange_chain WHERE number = 1"),
        {"missing"}, [(None, 0, 1)]),
    "the last is deleted": (
        (f"DELETE FROM exchange_disclosure WHERE {LINE.format(3)}",),
        {"not_opened"}, [(None, 3, 1)]),
    "a line is hidden until a day that never comes": (
        (f"UPDATE exchange_disclosure SET shown_on = '2999-01-01' WHERE {LINE.format(2)}",),
        {"not_opened"}, [(None, 2, 1)]),
    "two lines change their numbers": (
        ("UPDATE exchange_chain SET number = 9 WHERE number = 2",
         "UPDATE exchange_chain SET number = 2 WHERE number = 3",
         "UPDATE exchange_chain SET number = 3 WHERE number = 9"),
        {"other_link", "other_head"}, []),
    "the last gets a number further on": (
        ("UPDATE exchange_chain SET number = 7 WHERE number = 4",),
        {"missing"}, [(None, 4 - 1, 3)]),
    "what is given is another purpose": (
        (f"UPDATE exchange_disclosure SET service = 'another' WHERE {LINE.format(1)}",),
        {"not_opened"}, []),
    "the head of the last is another": (
        (f"UPDATE exchange_chain SET head = '{'0' * 64}' WHERE number = 4",),
        {"other_head"}, []),
    "a line is about somebody else": (
        (f"UPDATE exchange_disclosure SET subject_index = '{'0' * 64}' WHERE {LINE.format(1)}",),
        {"not_opened"}, [(None, 1, 1)]),
}  # fmt: skip


@pytest.mark.parametrize("name", ATTACKS)
def test_what_is_changed_in_the_database_the_persons_own_file_shows(
    database: Database, name: str
) -> None:
    statements, kinds, missing = ATTACKS[name]
    signer = founded(database)
    for _ in range(4):
        read(database)
    audited.attack(database, *statements)
    assert kinds <= found(file_of(database, signer), signer)
    assert gaps(database) == missing


def test_lines_taken_away_at_the_end_with_their_numbers_are_missed_by_the_earlier_file_and_the_audit(
    database: Database,
) -> None:
    signer = founded(database)
    audited.record_before(database)
    for _ in range(3):
        read(database)
    earlier = file_of(database, signer)
    audited.attack(
        database,
        f"DELETE FROM exchange_disclosure WHERE {LINE.format(2)}",
        "DELETE FROM exchange_chain WHERE number = 3",
    )
    later = file_of(database, signer)
    assert found(later, signer) == set(), "alone it cannot tell: the government states two"
    assert found(later, signer, earlier) == {"not_before"}
    audited.audited(database)
    assert {(each.kind.value, each.table) for each in audited.standing(database)} == {
        ("entry_without_row", "exchange_disclosure")
    }


def test_a_statement_that_leaves_out_the_last_line_is_contradicted_by_the_public_ledger(
    database: Database,
) -> None:
    signer = founded(database)
    entry = [read(database) for _ in range(3)][-1]
    audited.attack(
        database,
        f"DELETE FROM exchange_disclosure WHERE {LINE.format(2)}",
        "DELETE FROM exchange_chain WHERE number = 3",
    )
    file = parse_uses(file_of(database, signer))
    (one,) = file.chains
    head = log.START_OF_CHAIN
    for line in one.lines:
        head = log.head_after(head, line.body)
    with database.read() as reader:
        public = log.entry(reader.connection, entry).entry.public
    assert public["link"] == log.link_after(one.key, len(one.lines) + 1, head)


def test_the_lines_of_another_person_are_no_ones_own(database: Database) -> None:
    signer = founded(database)
    for person in PERSONS:
        for _ in range(2):
            read(database, person)
    mine, theirs = (json.loads(file_of(database, signer, person)) for person in PERSONS)
    mine["chains"] = theirs["chains"]
    assert "other_key" in found(json.dumps(mine).encode(), signer)
    mine["statement"] = theirs["statement"]
    assert found(json.dumps(mine).encode(), signer) == set(), "now it is theirs, and whole"


# What a law keeps back -----------------------------------------------------------------------------


def without_the_log(content: bytes) -> Any:
    """Return what a file says of its person, without where in the log it stands: that moves with
    everybody's entries."""
    said = json.loads(content)
    statement = said.pop("statement").split("\n\n")[0].split("\n")
    said["statement"] = [each for each in statement if each.startswith("chain ")]
    del said["checkpoint"]
    for one in said["chains"]:
        for line in one["lines"]:
            del line["index"], line["path"]
    return said


@pytest.mark.parametrize("lines", [0, 1, 20])
def test_what_is_kept_back_is_in_no_chain_that_the_person_sees_before_its_day(
    database: Database, lines: int
) -> None:
    signer = founded(database)
    for _ in range(lines):
        read(database)
    before = file_of(database, signer)
    for _ in range(3):
        keep_back(database)
    assert without_the_log(file_of(database, signer)) == without_the_log(before)
    assert found(file_of(database, signer), signer, before) == set()
    assert gaps(database) == []
    days_later(database, 29)
    assert without_the_log(file_of(database, signer)) == without_the_log(before)
    days_later(database, 1)
    after = file_of(database, signer)
    said = checked(after, signer, before)
    day = (TODAY + dt.timedelta(days=30)).isoformat()
    assert (said.whole, said.lines) == (True, lines + 3)
    assert [(each.name, each.number) for each in said.chains] == [("-", lines), (day, 3)]


def test_of_what_appears_on_different_days_none_tells_of_the_other(database: Database) -> None:
    signer = founded(database)
    keep_back(database)
    days_later(database, 3)
    keep_back(database)
    days_later(database, 27)
    assert [each.number for each in checked(file_of(database, signer), signer).chains] == [0, 1]
    days_later(database, 3)
    assert [each.number for each in checked(file_of(database, signer), signer).chains] == [0, 1, 1]


def test_one_that_is_deleted_while_it_is_kept_back_is_missed_by_the_audit_and_later_by_the_person(
    database: Database,
) -> None:
    signer = founded(database)
    audited.record_before(database)
    for _ in range(3):
        keep_back(database)
    audited.attack(database, f"DELETE FROM exchange_disclosure WHERE {LINE.format(1)}")
    ledger.run_sequencer(database, signer)
    audited.audited(database)
    assert [each.table for each in audited.standing(database)] == ["exchange_disclosure"]
    assert gaps(database) == []
    days_later(database, 30)
    day = TODAY + dt.timedelta(days=30)
    assert gaps(database) == [(day, 1, 1)]
    assert found(file_of(database, signer), signer) == {"not_opened"}


# Several at once -----------------------------------------------------------------------------------


def test_those_at_once_get_numbers_that_follow_each_other_and_none_is_lost(
    database: Database,
) -> None:
    signer = founded(database)
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda n: read(database, PERSONS[n % 2]), range(24)))
    for person in PERSONS:
        said = checked(file_of(database, signer, person), signer)
        assert (said.whole, said.lines) == (True, 12)


def test_units_about_many_persons_in_any_order_end_without_waiting_for_each_other_for_ever(
    database: Database,
) -> None:
    signer = founded(database)

    def both(order: int) -> None:
        with database.read() as reader:
            several = [
                queries.prepare(reader, wanted(subject=person, case_number=number))
                for person, number in ((WANG, CASE), (ZHAO, "2026-0002"))[:: order or 1]
            ]
        database.write(lambda unit: [actions.record(unit, each) for each in several])

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(both, [1, -1] * 6))
    for person in PERSONS:
        said = checked(file_of(database, signer, person), signer)
        assert (said.whole, said.lines) == (True, 12)


# What was there before -----------------------------------------------------------------------------


def unnumbered(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let lines be recorded as an older release did: without number and link."""
    from tongban.modules.exchange.actions import disclosing, looking

    for module in (disclosing, looking):
        monkeypatch.setattr(
            module, "append_about", lambda unit, _who, _day, entry: ledger.append(unit, entry)
        )
    for person in PERSONS:
        for _ in range(3):
            read(database, person)
        look(database, person)
        keep_back(database, person)
    monkeypatch.undo()


@pytest.mark.parametrize("most", [1, 1000])
def test_lines_of_before_are_numbered_once_in_the_order_of_their_entries(
    database: Database, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    signer = founded(database)
    unnumbered(database, monkeypatch)
    while database.write(lambda unit: number_before(unit, most)):
        pass
    audited.record_before(database)
    read(database)
    said = checked(file_of(database, signer), signer)
    assert (said.whole, said.lines, said.unlinked) == (True, 5, 4)
    with database.engine.connect() as connection:
        rows = connection.execute(select(chain.c.number, chain.c.entry).order_by(chain.c.entry))
        numbers = [row.number for row in rows]
    assert sorted(numbers) == [1, 1, 1, 1, 2, 2, 3, 3, 4, 4, 5]
    audited.audited(database)
    assert audited.standing(database) == []
    audited.attack(database, "DELETE FROM exchange_chain WHERE number = 2")
    audited.record_before(database)
    audited.audited(database)
    found_then = {(each.table, *each.fields) for each in audited.standing(database)}
    assert ("exchange_chain", "before") in found_then, "nothing is numbered a second time"
    assert ("exchange_disclosure", "number") in found_then


def test_an_exchange_among_the_lines_of_before_is_told_by_the_first_line_after_them(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    signer = founded(database)
    unnumbered(database, monkeypatch)
    audited.record_before(database)
    read(database)
    said = json.loads(file_of(database, signer))
    first, second = said["chains"][0]["lines"][:2]
    first["number"], second["number"] = 2, 1
    said["chains"][0]["lines"][:2] = [second, first]
    assert found(json.dumps(said).encode(), signer) == {"other_link", "other_head"}


# Anything that may happen --------------------------------------------------------------------------


def a_line_less(lines: list[Any], at: int) -> None:
    del lines[at]


def two_swapped(lines: list[Any], at: int) -> None:
    other = (at + 1) % len(lines)
    one, two = lines[at], lines[other]
    lines[at] = {**two, "number": one["number"]}
    lines[other] = {**one, "number": two["number"]}


def renumbered(lines: list[Any], at: int) -> None:
    lines[at]["number"] += 1


def other_facts(lines: list[Any], at: int) -> None:
    lines[at]["opening"]["facts"]["department"] = "somebody-else"


def no_opening(lines: list[Any], at: int) -> None:
    lines[at]["opening"] = None


def elsewhere(lines: list[Any], at: int) -> None:
    lines[at]["index"] += 1


def other_entry(lines: list[Any], at: int) -> None:
    lines[at]["entry"] = lines[at]["entry"].replace("given", "refused")
    lines[at]["entry"] = lines[at]["entry"].replace("opened", "pages")


def doubled(lines: list[Any], at: int) -> None:
    lines.insert(at, lines[at])


CHANGES: tuple[Callable[[list[Any], int], None], ...] = (
    a_line_less, two_swapped, renumbered, other_facts, no_opening, elsewhere, other_entry, doubled,
)  # fmt: skip


class Lives(RuleBasedStateMachine):
    """Lines come, are kept back, appear, are deleted and brought back; only what is honest verifies."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.database = testing.sqlite_database(Path(self.folder.name))
        self.expected: dict[str, list[dt.date]] = {}
        self.kept: dict[str, bytes] = {}

    @initialize()
    def begin(self) -> None:
        self.signer = founded(self.database)
        self.today = TODAY
        self.expected = {person.id: [] for person in PERSONS}

    @rule(person=st.sampled_from(PERSONS))
    def is_read(self, person: SubjectRef) -> None:
        read(self.database, person)
        self.expected[person.id].append(self.today)

    @rule(person=st.sampled_from(PERSONS))
    def is_read_and_kept_back(self, person: SubjectRef) -> None:
        if len(self.expected[person.id]) < 10:
            keep_back(self.database, person)
            self.expected[person.id].append(self.today + dt.timedelta(days=30))

    @rule(person=st.sampled_from(PERSONS), what=st.sampled_from([builders.STATUS, builders.NAME]))
    def is_looked_at(self, person: SubjectRef, what: str) -> None:
        elements = (f"{what}.{len(self.expected[person.id])}",)
        look(self.database, person, elements=elements)
        self.expected[person.id].append(self.today)

    @rule(days=st.sampled_from([1, 15, 30]))
    def days_pass(self, days: int) -> None:
        days_later(self.database, days)
        self.today += dt.timedelta(days=days)

    @rule(person=st.sampled_from(PERSONS))
    def is_downloaded(self, person: SubjectRef) -> None:
        content = file_of(self.database, self.signer, person)
        said = checked(content, self.signer, self.kept.get(person.id))
        visible = [day for day in self.expected[person.id] if day <= self.today]
        assert (said.whole, said.lines) == (True, len(visible)), said.faults
        assert gaps(self.database, person) == []
        self.kept[person.id] = content

    @precondition(lambda self: self.kept)
    @rule(change=st.sampled_from(CHANGES), data=st.data())
    def is_changed(self, change: Callable[[list[Any], int], None], data: st.DataObject) -> None:
        content = data.draw(st.sampled_from(sorted(self.kept.values())))
        said = json.loads(content)
        several = [each["lines"] for each in said["chains"] if each["lines"]]
        if several:
            lines = data.draw(st.sampled_from(several))
            at = data.draw(st.integers(0, len(lines) - 1))
            change(lines, at)
            if said != json.loads(content):
                assert not checked(json.dumps(said).encode(), self.signer).whole

    @rule(person=st.sampled_from(PERSONS), data=st.data())
    def is_deleted_and_brought_back(self, person: SubjectRef, data: st.DataObject) -> None:
        with self.database.read() as reader:
            shown = queries.disclosures_about(reader, person, size=None).lines
        mine = [line for line in shown if line.number and line.state == "disclosed"]
        if not mine:
            return
        line = data.draw(st.sampled_from(mine))
        rows = audited.kept(self.database)
        with self.database.engine.begin() as connection:
            connection.execute(disclosures.delete().where(disclosures.c.id == line.id))
        assert gaps(self.database, person) == [(line.shown_on, line.number - 1, 1)]
        assert not checked(file_of(self.database, self.signer, person), self.signer).whole
        one = next(each for each in rows["exchange_disclosure"] if each["id"] == line.id)
        with self.database.engine.begin() as connection:
            connection.execute(disclosures.insert().values(**one))

    @invariant()
    def no_number_is_given_twice(self) -> None:
        if not self.expected:
            return
        with self.database.engine.connect() as connection:
            count = connection.execute(text("SELECT count(*) FROM exchange_chain")).scalar_one()
        assert count == sum(map(len, self.expected.values()))

    def teardown(self) -> None:
        self.database.close()
        self.folder.cleanup()


Lives.TestCase.settings = settings(max_examples=12, stateful_step_count=14, deadline=None)
TestLives = Lives.TestCase


# At the terminal -----------------------------------------------------------------------------------


def run(*given: str) -> tuple[int, str]:
    said = CliRunner().invoke(verify, given, env={"TONGBAN_LANGUAGE": "en"})
    return said.exit_code, said.output


def test_the_command_says_what_is_proven_what_is_missing_and_what_cannot_be_read(
    tmp_path: Path,
) -> None:
    database = testing.sqlite_database(tmp_path)
    signer = founded(database)
    key = ("--key", format_verifier_key(signer.key))
    read(database)
    keep_back(database)
    files = {name: tmp_path / f"{name}.json" for name in ("old", "new", "cut")}
    files["old"].write_bytes(file_of(database, signer))
    days_later(database, 30)
    for _ in range(2):
        read(database)
    files["new"].write_bytes(file_of(database, signer))
    code, said = run(str(files["new"]), *key, "--earlier", str(files["old"]))
    assert code == 0
    for words in ("nothing about you is missing", "1 to 3", "from 2026-12-24 on", "goes on from"):
        assert words in said
    code, said = run(str(files["old"]), *key, "--earlier", str(files["new"]))
    assert (code, "no longer the same" in said) == (1, True)
    cut = json.loads(files["new"].read_bytes())
    del cut["chains"][0]["lines"][1]
    files["cut"].write_text(json.dumps(cut))
    code, said = run(str(files["cut"]), *key)
    assert (code, "After line 1, 1 line is missing" in said) == (1, True)
    code, said = run(str(files["cut"]), *key, "--json")
    assert code == 1
    assert json.loads(said)["faults"][0] == {
        "kind": "missing", "shown_on": None, "number": 1, "count": 1,
    }  # fmt: skip
    files["cut"].write_text(files["new"].read_text()[:-20])
    assert run(str(files["cut"]), *key)[0] == 2
    assert run(str(files["new"]), "--key", format_verifier_key(MemorySigner().key))[0] == 1
    database.close()


def whole_log(database: Database) -> bytes:
    """All bundles of the log, one after the other, as anybody downloads them."""
    with database.read() as reader:
        size = log.checkpoint(reader.connection).checkpoint.size
        full, rest = divmod(size, 256)
        widths = [256] * full + ([rest] if rest else [])
        return b"".join(
            log.entry_bundle(reader.connection, number, width)
            for number, width in enumerate(widths)
        )


def test_the_public_log_shows_what_was_left_out_at_the_end_without_any_earlier_file(
    tmp_path: Path,
) -> None:
    database = testing.sqlite_database(tmp_path)
    signer = founded(database)
    database.write(lambda unit: ledger.append_all(unit, [a_closing()] * 300))
    for person in PERSONS * 3:
        read(database, person)
    file, entries = tmp_path / "mine.json", tmp_path / "log"
    file.write_bytes(file_of(database, signer))
    entries.write_bytes(whole_log(database))
    command = (str(file), "--key", format_verifier_key(signer.key), "--log", str(entries))
    code, said = run(*command)
    assert (code, "entries of the public ledger were looked through" in said) == (0, True), said
    audited.attack(
        database,
        "DELETE FROM exchange_disclosure WHERE entry IN"
        " (SELECT entry FROM exchange_chain WHERE number = 3)",
        "DELETE FROM exchange_chain WHERE number = 3",
    )
    file.write_bytes(file_of(database, signer))
    code, said = run(*command)
    assert (code, "Behind line 2 the public ledger has another entry" in said) == (1, True), said
    assert run(*command[:3])[0] == 0, "the file alone cannot tell"
    for other in (entries.read_bytes()[:-1], entries.read_bytes()[700:], b""):
        entries.write_bytes(other)
        assert run(*command)[0] == 2
    database.close()
