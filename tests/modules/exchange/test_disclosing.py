"""The law of the house: no values without a recorded disclosure with grant, use or own data."""

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from sqlalchemy import func, select
from tests.builders import exchange as builders
from tests.builders.catalog import CIVIL, LABOUR, POLICE
from tests.builders.exchange import (
    ALLOWANCE,
    CASE,
    INSPECTED,
    MARRIED_ON,
    NAME,
    NOBODY,
    NOTE,
    SERVICE,
    STATUS,
    TODAY,
    WANG,
    ask,
    wanted,
)

from tongban.kernel.errors import Kind, Refusal
from tongban.kernel.subjects import SubjectKind, SubjectRef
from tongban.kit import testing
from tongban.kit.db import Database, Unit
from tongban.modules.catalog.definition import MoneyUnit
from tongban.modules.exchange import actions, queries
from tongban.modules.exchange.formats import digest_of
from tongban.modules.exchange.model import (
    DisclosureFilter,
    DisclosureLine,
    Fetched,
    Outcome,
    Unfit,
    UseRequest,
    Wanted,
)
from tongban.modules.exchange.model.occasions import Occasion
from tongban.modules.exchange.store.tables import disclosures
from tongban.modules.ledger import queries as ledger


@pytest.fixture
def sources(database: Database) -> builders.MemorySources:
    return builders.found(database)


def open_use(database: Database, **changed: Any) -> str:
    request: UseRequest = builders.a_use(**changed)
    return database.write(lambda unit: actions.open_use(unit, request))


def fetch(database: Database, use_id: str) -> Fetched:
    return database.write(lambda unit: actions.fetch(unit, use_id))


def lines(database: Database, subject: SubjectRef = WANG) -> tuple[DisclosureLine, ...]:
    with database.read() as reader:
        found = queries.disclosures_about(reader, subject, size=None).lines
    return tuple(line for line in found if isinstance(line, DisclosureLine))


def refused(database: Database, work: Callable[[], object]) -> str:
    with pytest.raises(Refusal) as caught:
        work()
    return caught.value.code


def test_a_use_brings_values_with_the_disclosure_that_stands_for_them(
    database: Database, sources: builders.MemorySources
) -> None:
    fetched = fetch(database, open_use(database))
    assert fetched.values[STATUS] == "20"
    assert str(fetched.values[MARRIED_ON]) == "2019-05-20"
    [line] = lines(database)
    assert line.id == fetched.disclosure_id
    assert (line.department, line.provider, line.service) == (LABOUR, CIVIL, SERVICE)
    assert (line.grant, line.basis, line.purpose) == (
        "marriage-for-subsidy", "consent", "核对婚姻状况",
    )  # fmt: skip
    assert (line.case_number, line.outcome) == (CASE, Outcome.DISCLOSED)


def test_the_ledger_shows_who_and_why_but_neither_whose_nor_what(
    database: Database, sources: builders.MemorySources
) -> None:
    fetched = fetch(database, open_use(database))
    with database.read() as reader:
        body = ledger.entry(reader.connection, fetched.ledger_entry).body.decode()
    assert LABOUR in body
    assert STATUS in body
    for secret in (WANG.id, "王小明", "2019-05-20", CASE):
        assert secret not in body


def test_the_person_can_open_what_the_ledger_committed_to(
    database: Database, sources: builders.MemorySources
) -> None:
    fetched = fetch(database, open_use(database))
    with database.read() as reader:
        salt, facts = queries.opening(reader, WANG, fetched.disclosure_id)
        entry = ledger.entry(reader.connection, fetched.ledger_entry).entry
        kept = queries.disclosure(reader, WANG, fetched.disclosure_id)
    from tongban.modules.ledger.formats.entry import commitment_of
    from tongban.modules.ledger.model import Opening

    assert facts["subject"] == WANG.id
    assert commitment_of(Opening(salt=salt, facts=facts)) == entry.commitment
    assert digest_of(fetched.values, kept.salt) == kept.digest


def test_nobody_else_sees_or_opens_a_line(
    database: Database, sources: builders.MemorySources
) -> None:
    fetched = fetch(database, open_use(database))
    assert lines(database, NOBODY) == ()
    with database.read() as reader:
        code = refused(database, lambda: queries.opening(reader, NOBODY, fetched.disclosure_id))
    assert code == "exchange.disclosure_not_found"


def test_nothing_personal_is_kept_in_the_clear(
    database: Database, sources: builders.MemorySources
) -> None:
    fetch(database, open_use(database))
    with database.read() as reader:
        rows = [dict(row) for row in reader.connection.execute(select(disclosures)).mappings()]
    assert WANG.id not in repr(rows)
    assert "王小明" not in repr(rows)


def test_a_masked_element_is_given_masked(
    database: Database, sources: builders.MemorySources
) -> None:
    fetched = fetch(database, open_use(database, elements=(NAME, STATUS)))
    assert fetched.values == {NAME: "王**", STATUS: "20"}
    assert fetched.masked == (NAME,)
    assert lines(database)[0].masked == (NAME,)


def test_that_nothing_is_held_is_disclosed_too(
    database: Database, sources: builders.MemorySources
) -> None:
    fetched = fetch(database, open_use(database, subject=NOBODY))
    assert fetched.values == {STATUS: None, MARRIED_ON: None}
    assert fetched.count == 0
    assert lines(database, NOBODY)[0].outcome is Outcome.NOTHING_FOUND


def test_several_rows_are_counted_and_the_newest_is_given(
    database: Database, sources: builders.MemorySources
) -> None:
    sources.count = 3
    assert fetch(database, open_use(database)).count == 3


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"department": POLICE}, "exchange.no_grant"),
        ({"service": "another-service"}, "exchange.no_grant"),
        ({"elements": (STATUS, ALLOWANCE)}, "exchange.no_grant"),
        ({"elements": (NOTE,)}, "exchange.not_shared"),
        ({"elements": (STATUS, NOTE)}, "exchange.not_shared"),
    ],
)
def test_what_no_grant_covers_is_refused_and_the_refusal_is_on_record(
    database: Database, sources: builders.MemorySources, changed: dict[str, Any], code: str
) -> None:
    use_id = open_use(database, **changed)
    assert refused(database, lambda: fetch(database, use_id)) == code
    assert sources.reads == 0
    [line] = lines(database)
    assert (line.outcome, line.reason, line.grant) == (Outcome.REFUSED, code, "")
    with database.read() as reader:
        public = ledger.entry(reader.connection, line.ledger_entry).entry.public
    assert (public["outcome"], public["reason"]) == ("refused", code)


def test_a_grant_that_is_over_covers_nothing(database: Database) -> None:
    over = msgspec.structs.replace(builders.GRANT, ends=TODAY.replace(month=1))
    builders.found(database, [over])
    assert refused(database, lambda: fetch(database, open_use(database))) == "exchange.no_grant"


def test_delivery_by_file_or_table_is_refused_plainly(database: Database) -> None:
    by_file = msgspec.structs.replace(builders.GRANT, delivery="file")
    builders.found(database, [by_file])
    use_id = open_use(database)
    assert refused(database, lambda: fetch(database, use_id)) == "exchange.delivery_not_available"


def test_a_department_needs_no_grant_for_its_own_data_but_a_trace(
    database: Database, sources: builders.MemorySources
) -> None:
    fetched = fetch(database, open_use(database, department=CIVIL, elements=(NOTE,)))
    assert fetched.values == {NOTE: "不得外传"}
    assert fetched.grant == ""
    assert lines(database)[0].department == CIVIL


def test_a_closed_use_brings_nothing_more(
    database: Database, sources: builders.MemorySources
) -> None:
    use_id = open_use(database)
    assert database.write(lambda unit: actions.close_uses(unit, CASE)) == 3
    assert database.write(lambda unit: actions.close_uses(unit, CASE)) == 0
    assert refused(database, lambda: fetch(database, use_id)) == "exchange.use_closed"
    assert lines(database)[0].reason == "exchange.use_closed"


def test_a_grant_ended_between_preparing_and_recording_covers_nothing(
    database: Database, sources: builders.MemorySources
) -> None:
    use_id = open_use(database)
    with database.read() as reader:
        prepared = queries.prepare_use(reader, use_id)
    officer = builders.officer(CIVIL)
    database.write(lambda unit: actions.end_grant(unit, officer, builders.GRANT.code, "不再需要"))
    code = refused(database, lambda: database.write(lambda unit: actions.record(unit, prepared)))
    assert code == "exchange.no_grant"
    assert lines(database)[0].outcome is Outcome.REFUSED


def test_a_source_that_is_down_loses_nothing_and_the_use_can_be_tried_again(
    database: Database, sources: builders.MemorySources
) -> None:
    use_id = open_use(database)
    sources.down = True
    with pytest.raises(Refusal) as caught:
        fetch(database, use_id)
    assert caught.value.kind is Kind.UNAVAILABLE
    assert lines(database) == ()
    sources.down = False
    assert fetch(database, use_id).values[STATUS] == "20"


def test_a_unit_that_catches_a_refusal_keeps_its_record_and_goes_on(
    database: Database, sources: builders.MemorySources
) -> None:
    from tongban.kit.db import Recorded

    allowed_use, refused_use = open_use(database), open_use(database, elements=(NOTE,))

    def both(unit: Unit) -> Fetched:
        with pytest.raises(Recorded):
            actions.fetch(unit, refused_use)
        return actions.fetch(unit, allowed_use)

    assert database.write(both).values[STATUS] == "20"
    assert {line.outcome for line in lines(database)} == {Outcome.DISCLOSED, Outcome.REFUSED}


def test_a_unit_that_fails_after_a_disclosure_gives_and_keeps_nothing(
    database: Database, sources: builders.MemorySources
) -> None:
    use_id = open_use(database)

    def stumble(unit: Unit) -> None:
        actions.fetch(unit, use_id)
        raise RuntimeError("stumbled")

    with pytest.raises(RuntimeError, match="stumbled"):
        database.write(stumble)
    assert lines(database) == ()


def test_a_draft_goes_by_its_number_once_it_has_one(
    database: Database, sources: builders.MemorySources
) -> None:
    draft = "0197b3a0-0000-7000-8000-000000000000"
    name = {"zh": "灵活就业补贴", "en": "Subsidy"}
    use = open_use(database, case_number=draft, draft=True, service_name=name)
    fetched = fetch(database, use)
    (line,) = lines(database)
    assert (line.case_number, line.draft, line.service_name) == ("", True, name)
    database.write(lambda unit: actions.number_case(unit, draft, CASE))
    assert (lines(database)[0].case_number, lines(database)[0].draft) == (CASE, False)
    with database.read() as reader:
        kept = queries.uses_of_case(reader.connection, CASE)
        assert {each.id: each.state for each in kept}[use] == "open"
        assert queries.opening(reader, WANG, fetched.disclosure_id)


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"elements": ()}, "exchange.nothing_asked"),
        ({"elements": (STATUS, STATUS)}, "exchange.nothing_asked"),
        ({"elements": ("person.id",)}, "exchange.element_not_held"),
        ({"resource": "306010/2"}, "exchange.resource_not_connected"),
        ({"resource": "999999/9"}, "catalog.resource_not_found"),
        ({"code": "因为我想看"}, "exchange.purpose_ill_shaped"),
        ({"case_number": "王小明的案子"}, "exchange.case_number_ill_shaped"),
        (
            {"subject": SubjectRef(SubjectKind.VEHICLE, "云A12345")},
            "exchange.subject_kind_wrong",
        ),
    ],
)
def test_a_request_that_makes_no_sense_is_refused_without_a_record(
    database: Database, sources: builders.MemorySources, changed: dict[str, Any], code: str
) -> None:
    assert refused(database, lambda: ask(database, builders.wanted(**changed))) == code
    with database.read() as reader:
        count = reader.connection.execute(select(func.count()).select_from(disclosures)).scalar()
    assert count == 0


def test_a_value_that_does_not_fit_is_not_given_and_named_by_reason_but_never_repeated(
    database: Database, sources: builders.MemorySources, caplog: pytest.LogCaptureFixture
) -> None:
    sources.rows[WANG.id] |= {"status": "离异", "married_on": "2019-05-20garbage"}
    fetched = fetch(database, open_use(database, elements=(STATUS, MARRIED_ON, NAME)))
    assert fetched.outcome is Outcome.DISCLOSED
    assert fetched.values == {STATUS: None, MARRIED_ON: None, NAME: "王**"}
    assert fetched.unfit == {
        STATUS: Unfit.NOT_IN_CODE_LIST,
        MARRIED_ON: Unfit.WRITTEN_OTHERWISE,
    }
    assert f"resource 306010/1, source civil: what it holds of {STATUS} does not fit" in caplog.text
    for value in ("离异", "garbage", WANG.id):
        assert value not in caplog.text


def test_where_nothing_fits_nothing_was_given_and_the_ledger_says_so(
    database: Database, sources: builders.MemorySources
) -> None:
    sources.rows[WANG.id]["married_on"] = "2019-02-30"
    fetched = fetch(database, open_use(database, elements=(MARRIED_ON,)))
    assert (fetched.outcome, fetched.unfit) == (
        Outcome.UNREADABLE,
        {MARRIED_ON: Unfit.IMPOSSIBLE_DATE},
    )
    with database.read() as reader:
        body = ledger.entry(reader.connection, fetched.ledger_entry).body.decode()
        counted = queries.facts(reader.connection, TODAY)
    assert '"outcome":"unreadable"' in body
    assert "2019-02-30" not in body
    assert (counted.unreadable, counted.disclosures) == (1, 0)


def test_money_is_read_in_the_unit_its_item_declares_and_not_at_all_without_one(
    database: Database, sources: builders.MemorySources
) -> None:
    def received(unit: MoneyUnit | None) -> Fetched:
        builders.write_money_in(database, unit)
        with database.read() as reader:
            own = wanted(department=CIVIL, code=builders.OWN, elements=(ALLOWANCE,))
            prepared = queries.prepare(reader, own)
        return database.write(lambda work: actions.record(work, prepared))

    sources.rows[WANG.id]["allowance"] = Decimal("2500.00")
    assert received(MoneyUnit.YUAN).values == {ALLOWANCE: 250_000}
    assert received(MoneyUnit.FEN).values == {ALLOWANCE: 2_500}
    assert received(None).unfit == {ALLOWANCE: Unfit.UNIT_UNKNOWN}
    sources.rows[WANG.id]["allowance"] = Decimal("210.50")
    assert received(MoneyUnit.YUAN).values == {ALLOWANCE: 21_050}
    assert received(MoneyUnit.FEN).unfit == {ALLOWANCE: Unfit.FRACTION_OF_FEN}


def test_a_service_learns_beforehand_what_it_may_fetch(
    database: Database, sources: builders.MemorySources
) -> None:
    with database.read() as reader:

        def allowed(department: str, *elements: str) -> tuple[str, tuple[str, ...], bool]:
            found = queries.allowed(
                reader.connection, SERVICE, department, "306010/1", elements, TODAY
            )
            return found.grant, found.elements, found.own

        assert allowed(LABOUR, STATUS, ALLOWANCE, NOTE) == (builders.GRANT.code, (STATUS,), False)
        assert allowed(POLICE, STATUS) == ("", (), False)
        assert allowed(CIVIL, STATUS, NOTE, "person.id") == ("", (STATUS, NOTE), True)
        assert (
            queries.allowed(
                reader.connection, SERVICE, LABOUR, "306010/2", [STATUS], TODAY
            ).elements
            == ()
        )


def test_lines_are_filtered_and_paged(database: Database, sources: builders.MemorySources) -> None:
    for _ in range(3):
        fetch(database, open_use(database))
    ask(database, builders.wanted(department=CIVIL, code=builders.OWN))
    with database.read() as reader:
        page = queries.disclosures_about(reader, WANG, 2, size=3)
        assert (len(page.lines), page.total, page.pages) == (1, 4, 2)
        own = queries.disclosures_about(reader, WANG, wanted=DisclosureFilter(department=CIVIL))
        assert own.total == 1
        today = DisclosureFilter(since=TODAY, until=TODAY)
        assert queries.disclosures_about(reader, WANG, wanted=today).total == 4
        before = DisclosureFilter(until=TODAY.replace(day=23))
        assert queries.disclosures_about(reader, WANG, wanted=before).total == 0
        assert queries.departments_about(reader, WANG) == [CIVIL, LABOUR]


def test_32_threads_are_answered_and_each_answer_is_on_record(
    database: Database, sources: builders.MemorySources
) -> None:
    start = threading.Barrier(32)

    def one(_: int) -> str:
        start.wait()
        return ask(database, builders.wanted()).disclosure_id

    with ThreadPoolExecutor(32) as pool:
        answered = list(pool.map(one, range(32)))
    assert len(set(answered)) == 32
    assert {line.id for line in lines(database)} == set(answered)


@pytest.mark.parametrize("department", [LABOUR, CIVIL])
def test_nothing_is_read_for_a_closed_use_and_its_refusal_is_on_record(
    database: Database, sources: builders.MemorySources, department: str
) -> None:
    use_id = open_use(database, department=department, elements=(STATUS,))
    database.write(lambda unit: actions.close_use(unit, use_id))
    sources.down = True
    with pytest.raises(Refusal) as caught:
        fetch(database, use_id)
    assert caught.value.code == "exchange.use_closed"
    assert [line.outcome for line in lines(database)] == [Outcome.REFUSED]


class Uses(RuleBasedStateMachine):
    """Uses, grants and sources in any order: whatever is given is on record, and nothing else."""

    def __init__(self) -> None:
        super().__init__()
        import tempfile

        self.folder = tempfile.TemporaryDirectory()
        self.database = testing.sqlite_database(Path(self.folder.name))
        self.sources = builders.found(self.database, [builders.GRANT, INSPECTED])
        self.running = True
        self.read: Counter[str] = Counter()
        self.uses: list[tuple[str, str, tuple[str, ...]]] = []
        self.closed: set[str] = set()
        self.granted = True
        self.given: dict[str, Fetched] = {}
        self.refusals = 0

    @rule(
        case=st.sampled_from(["2026-0001", "2026-0002"]),
        department=st.sampled_from([LABOUR, CIVIL, POLICE]),
        elements=st.sets(st.sampled_from([STATUS, MARRIED_ON, NAME, NOTE]), min_size=1),
    )
    def open_a_use(self, case: str, department: str, elements: set[str]) -> None:
        chosen = tuple(sorted(elements))
        use_id = open_use(self.database, case_number=case, department=department, elements=chosen)
        self.uses.append((use_id, department, chosen))
        self.closed.discard(use_id)

    @precondition(lambda self: self.uses)
    @rule(data=st.data())
    def fetch_a_use(self, data: st.DataObject) -> None:
        use_id, department, elements = data.draw(st.sampled_from(self.uses))
        may = use_id not in self.closed and (
            department == CIVIL or (department == LABOUR and self.granted and NOTE not in elements)
        )
        if self.sources.down and may:
            return
        try:
            fetched = fetch(self.database, use_id)
        except Refusal:
            assert not may
            self.refusals += 1
            return
        assert may
        self.given[fetched.disclosure_id] = fetched

    @rule(running=st.booleans())
    def begin_or_end_the_case(self, running: bool) -> None:
        several = builders.WORKERS if running else ()
        self.database.write(lambda unit: actions.declare_work(unit, CASE, several))
        self.running = running

    @rule(
        case=st.sampled_from([CASE, "2026-0002", ""]),
        department=st.sampled_from([LABOUR, POLICE]),
        duty=st.sampled_from(["case.review", "case.decide"]),
    )
    def ask_for_a_case(self, case: str, department: str, duty: str) -> None:
        asker = builders.staff(department, duty)
        may = self.running and (case, department, duty) == (CASE, LABOUR, "case.review")
        self.ask(wanted(case_number=case, department=department, asker=asker), may and self.granted)

    @rule(
        who=st.sampled_from(["a", "b", "c"]),
        occasion=st.sampled_from(["inspection", "curiosity"]),
        grant=st.sampled_from([INSPECTED.code, builders.GRANT.code]),
    )
    def ask_on_an_occasion(self, who: str, occasion: str, grant: str) -> None:
        rule = INSPECTED.without_case
        assert rule is not None
        asker = replace(builders.staff(LABOUR, "case.review"), account=who)
        said = Occasion(code=occasion, name="")
        left = self.read[who] < rule.second_person_above and self.read.total() < rule.a_day
        may = left and (occasion, grant) == ("inspection", INSPECTED.code)
        given = self.ask(builders.inspecting(asker=asker, code=grant, occasion=said), may)
        self.read[who] += given

    def ask(self, asked: Wanted, may: bool) -> bool:
        """Ask the interface, and see that it answers as it may; whether it gave anything."""
        if self.sources.down and may:
            return False
        try:
            fetched = ask(self.database, asked)
        except Refusal:
            assert not may
            self.refusals += 1
            return False
        assert may
        self.given[fetched.disclosure_id] = fetched
        return True

    @rule(case=st.sampled_from(["2026-0001", "2026-0002"]))
    def close_a_case(self, case: str) -> None:
        with self.database.read() as reader:
            opened = queries.uses_of_case(reader.connection, case)
        self.database.write(lambda unit: actions.close_uses(unit, case))
        self.closed |= {use.id for use in opened}

    @precondition(lambda self: self.granted)
    @rule()
    def end_the_grant(self) -> None:
        code = builders.GRANT.code
        self.database.write(
            lambda unit: actions.end_grant(unit, builders.officer(CIVIL), code, "期满")
        )
        self.granted = False

    @rule(down=st.booleans())
    def switch_the_source(self, down: bool) -> None:
        self.sources.down = down

    @invariant()
    def whatever_was_given_is_on_record_with_its_reason(self) -> None:
        on_record = lines(self.database)
        given = {line.id: line for line in on_record if line.outcome is not Outcome.REFUSED}
        assert given.keys() == self.given.keys()
        assert len(on_record) - len(given) == self.refusals
        for line in given.values():
            assert line.grant or line.department == line.provider
            assert line.case_number or (line.occasion and line.occasion_reference)
            assert line.purpose
            assert line.ledger_entry

    def teardown(self) -> None:
        self.database.close()
        self.folder.cleanup()


TestUses = Uses.TestCase
TestUses.settings = settings(max_examples=12, stateful_step_count=20, deadline=None)
