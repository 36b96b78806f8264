"""What a law keeps back from a person: told by nothing before its day, seen by the auditor meanwhile."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest
from tests.builders import exchange as builders
from tests.builders.audited import attack
from tests.builders.catalog import CIVIL, LABOUR
from tests.builders.exchange import (
    GRANT,
    INVESTIGATED,
    INVESTIGATION,
    STATUS,
    TODAY,
    WANG,
    ask,
    inspecting,
    investigating,
    officer,
    resident,
    staff,
    wanted,
)

from tongban.kernel.actors import Actor
from tongban.kernel.errors import Kind, Refusal
from tongban.kit.clock import MovableClock
from tongban.kit.db import Database
from tongban.modules.exchange import proven, queries
from tongban.modules.exchange.model import DisclosureFilter
from tongban.modules.exchange.model.occasions import KeptBackReads, Occasion
from tongban.modules.ledger import queries as ledger

ZONE = ZoneInfo("Asia/Shanghai")
DAY = TODAY + dt.timedelta(days=30)
AUDITOR = staff(CIVIL, "ledger.audit")


@pytest.fixture(autouse=True)
def sources(database: Database) -> builders.MemorySources:
    return builders.found(database, [GRANT, INVESTIGATED])


def until(database: Database, moment: dt.datetime) -> None:
    clock = database.clock
    assert isinstance(clock, MovableClock)
    clock.advance(moment - clock.now())


def midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(0), ZONE)


def seen(
    database: Database, size: int | None = None, **narrowed: Any
) -> tuple[list[str], int, int]:
    """Return the ids of Wang's lines on all pages of a size, how many it says there are, and pages."""
    with database.read() as reader:
        chosen = DisclosureFilter(**narrowed)
        first = queries.disclosures_about(reader, WANG, 1, chosen, size)
        pages = [first] + [
            queries.disclosures_about(reader, WANG, number, chosen, size)
            for number in range(2, first.pages + 1)
        ]
    return [line.id for each in pages for line in each.lines], first.total, first.pages


def overseen(database: Database, actor: Actor = AUDITOR) -> list[KeptBackReads]:
    with database.read() as reader:
        reads, total = queries.kept_back(reader, actor)
    assert total == len(reads)
    return reads


def test_until_its_day_no_list_count_page_choice_or_opening_tells_of_it(database: Database) -> None:
    hidden = ask(database, investigating()).disclosure_id
    assert seen(database) == ([], 0, 1)
    shown = [ask(database, wanted(department=CIVIL, code=builders.OWN)).disclosure_id, *(
        ask(database, wanted(department=CIVIL, code=builders.OWN)).disclosure_id for _ in range(2)
    )]  # fmt: skip
    assert seen(database, size=2) == (shown[::-1], 3, 2)
    assert seen(database, department=LABOUR) == ([], 0, 1)
    assert seen(database, state="disclosed")[1] == 3
    with database.read() as reader:
        assert queries.departments_about(reader, WANG) == [CIVIL]
        for find in (queries.disclosure, queries.opening):
            with pytest.raises(Refusal) as caught:
                find(reader, WANG, hidden)
            assert (caught.value.code, caught.value.kind) == (
                "exchange.disclosure_not_found",
                Kind.NOT_FOUND,
            )


def test_from_the_local_midnight_of_its_day_on_it_stands_at_its_own_time_and_says_why(
    database: Database,
) -> None:
    before = ask(database, wanted()).disclosure_id
    kept = ask(database, investigating()).disclosure_id
    until(database, midnight(TODAY + dt.timedelta(days=1)))
    after = ask(database, wanted()).disclosure_id
    until(database, midnight(DAY) - dt.timedelta(seconds=1))
    assert seen(database)[0] == [after, before]
    until(database, midnight(DAY))
    assert seen(database) == ([after, kept, before], 3, 1)
    with database.read() as reader:
        line = queries.disclosure(reader, WANG, kept).line
        _, facts = queries.opening(reader, WANG, kept)
    assert INVESTIGATION.kept_back is not None
    assert (line.shown_on, line.kept_back_by) == (DAY, INVESTIGATION.kept_back.clause)
    assert (facts["shown_on"], facts["kept_back_by"]) == (DAY.isoformat(), line.kept_back_by)


def test_a_read_late_in_the_evening_counts_its_days_from_the_local_date(database: Database) -> None:
    until(database, midnight(TODAY + dt.timedelta(days=1)) + dt.timedelta(hours=1))
    ask(database, investigating())
    (reads,) = overseen(database)
    assert reads.shown_on == DAY + dt.timedelta(days=1), "in UTC it was still the day before"


def test_the_day_stays_as_it_was_when_the_grant_says_otherwise_afterwards(
    database: Database,
) -> None:
    ask(database, investigating())
    rule = INVESTIGATED.without_case
    assert rule is not None
    assert INVESTIGATION.kept_back is not None
    longer = msgspec.structs.replace(
        INVESTIGATION, kept_back=msgspec.structs.replace(INVESTIGATION.kept_back, days=300)
    )
    changed = msgspec.structs.replace(
        INVESTIGATED, without_case=msgspec.structs.replace(rule, occasions=(longer,))
    )
    database.write(lambda unit: builders.adopt(unit, [GRANT, changed]))
    until(database, midnight(DAY))
    assert seen(database)[1] == 1


@pytest.mark.parametrize("elements", [("person.allowance",), (builders.NOTE,)])
def test_a_refused_attempt_on_the_occasion_is_kept_back_too(
    database: Database, elements: tuple[str, ...]
) -> None:
    with pytest.raises(Refusal):
        ask(database, investigating(elements=elements))
    assert seen(database)[1] == 0
    assert [each.times for each in overseen(database)] == [1]
    until(database, midnight(DAY))
    assert seen(database)[1] == 1


def test_what_names_no_occasion_that_keeps_anything_back_is_seen_at_once(
    database: Database,
) -> None:
    with pytest.raises(Refusal):
        ask(database, investigating(occasion=Occasion(code="elsewhere", name="")))
    with pytest.raises(Refusal):
        ask(database, inspecting(occasion=INVESTIGATION))
    invented = msgspec.structs.replace(INVESTIGATION, code="inspection")
    ask(database, investigating(occasion=invented))
    assert seen(database)[1] == 3
    assert overseen(database) == []


def test_the_ledger_shows_of_it_what_it_shows_of_every_other(database: Database) -> None:
    plain = ask(database, investigating(occasion=Occasion(code="inspection", name="")))
    kept = ask(database, investigating())
    with database.read() as reader:
        one, other = (
            ledger.entry(reader.connection, each.ledger_entry).entry.public
            for each in (plain, kept)
        )
    links = one.pop("link"), other.pop("link")
    assert {**one, "occasion": INVESTIGATION.code} == other
    assert len(set(links)) == 2, "a link tells apart whose it is only to who has the key"


def test_who_oversees_sees_files_and_days_and_never_the_person(database: Database) -> None:
    for _ in range(2):
        ask(database, investigating())
    ask(database, investigating(occasion_reference="J-2026-0008"))
    ask(database, wanted())
    reads = overseen(database)
    assert [(each.reference, each.times) for each in reads] == [
        ("J-2026-0007", 2),
        ("J-2026-0008", 1),
    ]
    assert {(each.department, each.grant, each.occasion, each.shown_on) for each in reads} == {
        (LABOUR, INVESTIGATED.code, INVESTIGATION.code, DAY)
    }
    assert WANG.id not in str(reads)
    with database.read() as reader:
        assert queries.departments_keeping_back(reader, AUDITOR) == [LABOUR]
        assert queries.kept_back(reader, AUDITOR, LABOUR, page=2, size=1) == ([reads[1]], 2)
        assert queries.kept_back(reader, AUDITOR, CIVIL) == ([], 0)
    until(database, midnight(DAY))
    assert overseen(database) == []


@pytest.mark.parametrize(
    "actor", [officer(CIVIL), officer(LABOUR), staff(LABOUR, "case.review"), resident()]
)
def test_nobody_else_is_told_what_is_kept_back(database: Database, actor: Actor) -> None:
    ask(database, investigating())
    with database.read() as reader:
        for find in (queries.kept_back, queries.departments_keeping_back):
            with pytest.raises(Refusal) as caught:
                find(reader, actor)
            assert caught.value.kind is Kind.NOT_ALLOWED
        assert not queries.may_oversee(actor)


def test_what_the_source_does_not_hold_is_kept_back_as_well(database: Database) -> None:
    ask(database, investigating(subject=builders.NOBODY, elements=(STATUS,)))
    with database.read() as reader:
        assert queries.disclosures_about(reader, builders.NOBODY).total == 0


def test_what_is_kept_back_is_held_against_its_entry_where_it_is_shown(database: Database) -> None:
    ask(database, investigating())
    ask(database, investigating(occasion_reference="J-2026-0008"))
    first = overseen(database)[0].first
    attack(database, f"UPDATE exchange_disclosure SET shown_on = '2099-01-01' WHERE id = '{first}'")
    reads = overseen(database)
    with database.read() as reader:
        held = proven.kept_back_as_logged(reader, reads)
    assert [(one.reference, one.altered) for one in held] == [
        ("J-2026-0008", False),
        ("J-2026-0007", True),
    ]
