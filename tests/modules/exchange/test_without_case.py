"""Reading without a case: only by a grant that says so, on its occasions, and so much a day."""

import dataclasses
import datetime as dt
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import msgspec
import pytest
from sqlalchemy import select
from tests.builders import exchange as builders
from tests.builders.catalog import CIVIL, LABOUR
from tests.builders.exchange import (
    CASE,
    GRANT,
    INSPECTED,
    INSPECTION,
    NOTE,
    STATUS,
    WANG,
    ask,
    inspecting,
    wanted,
)

from tongban.kernel.actors import Actor, ActorKind
from tongban.kernel.errors import Kind, Refusal
from tongban.kit import shelf
from tongban.kit.clock import MovableClock
from tongban.kit.db import Database
from tongban.modules.exchange import actions, queries
from tongban.modules.exchange.definition import GrantDefinition
from tongban.modules.exchange.model import DisclosureLine, Fetched, Outcome, Wanted
from tongban.modules.exchange.model.occasions import Occasion
from tongban.modules.exchange.store.tables import disclosures, tallies
from tongban.modules.government import queries as government
from tongban.modules.government.definition import ReadingQuotas
from tongban.modules.ledger import queries as ledger

ALONE = INSPECTED.without_case.second_person_above if INSPECTED.without_case else 0


@pytest.fixture
def sources(database: Database) -> builders.MemorySources:
    return builders.found(database, [GRANT, INSPECTED])


def refusal_of(database: Database, request: Wanted) -> Refusal:
    with pytest.raises(Refusal) as caught:
        ask(database, request)
    return caught.value


def outcomes(database: Database) -> Counter[str]:
    with database.read() as reader:
        rows = reader.connection.execute(select(disclosures.c.outcome, disclosures.c.reason))
        return Counter(row.reason or row.outcome for row in rows)


def line_of(database: Database, fetched: Fetched) -> DisclosureLine:
    with database.read() as reader:
        return queries.disclosure(reader, WANG, fetched.disclosure_id).line


def allow(database: Database, **quotas: int) -> None:
    """Let the government declare how often may be read a day."""
    with database.read() as reader:
        profile = government.profile(reader.connection)
        (key,) = shelf.every(reader.connection, "government", type(profile))
    changed = msgspec.structs.replace(profile, reading=ReadingQuotas(**quotas))
    database.write(lambda unit: shelf.put(unit, "government", key, 9, changed))


def clerk(name: str) -> Actor:
    """A colleague with the same duty and another account."""
    return dataclasses.replace(builders.staff(LABOUR, "case.review"), account=name)


def test_an_occasion_stands_on_the_line_in_the_ledger_and_in_what_the_person_can_open(
    database: Database, sources: builders.MemorySources
) -> None:
    fetched = ask(database, inspecting())
    line = line_of(database, fetched)
    assert (line.occasion, line.occasion_name) == (INSPECTION.code, INSPECTION.name)
    assert (line.occasion_reference, line.grant) == ("J-2026-0007", INSPECTED.code)
    assert (line.clause, line.purpose) == (INSPECTED.basis, INSPECTED.purpose)
    assert line.asked_by == f"staff:staff-{LABOUR}"
    with database.read() as reader:
        public = ledger.entry(reader.connection, line.ledger_entry).entry.public
        _, facts = queries.opening(reader, WANG, line.id)
    assert public["occasion"] == INSPECTION.code
    assert "J-2026-0007" not in str(public)
    assert (facts["occasion_reference"], facts["asked_by"]) == ("J-2026-0007", line.asked_by)


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"code": GRANT.code}, "exchange.case_needed"),
        ({"code": builders.SERVICE}, "exchange.case_needed"),
        ({"occasion": Occasion(code="curiosity", name="")}, "exchange.occasion_unknown"),
        ({"occasion": None, "occasion_reference": ""}, "exchange.occasion_unknown"),
        ({"elements": ("person.allowance",)}, "exchange.no_grant"),
    ],
)
def test_without_an_occasion_of_the_grant_nothing_is_read_and_the_attempt_is_on_record(
    database: Database, sources: builders.MemorySources, changed: dict[str, Any], code: str
) -> None:
    assert refusal_of(database, inspecting(**changed)).code == code
    assert sources.reads == 0
    assert outcomes(database) == {code: 1}
    with database.read() as reader:
        (row,) = reader.connection.execute(select(disclosures)).mappings()
    assert "curiosity" not in str(dict(row))


@pytest.mark.parametrize(
    "changed",
    [
        {"occasion_reference": ""},
        {"occasion_reference": "查低保的案子"},
        {"occasion_reference": WANG.id},
        {"occasion_reference": "4701-8119-9001-0112"},
        {"occasion": Occasion(code="我想看看", name="")},
        {"case_number": CASE},
        {"occasion": None},
    ],
)
def test_an_occasion_that_makes_no_sense_is_refused_and_nothing_of_it_is_kept(
    database: Database, sources: builders.MemorySources, changed: dict[str, Any]
) -> None:
    assert refusal_of(database, inspecting(**changed)).code == "exchange.occasion_ill_shaped"
    assert outcomes(database) == {}


def test_a_departments_own_register_is_read_without_a_case_by_a_grant_to_itself(
    database: Database,
) -> None:
    own = msgspec.structs.replace(
        INSPECTED, code="statistics", department=CIVIL, items=(STATUS, NOTE), masked=()
    )
    builders.found(database, [own])
    fetched = ask(database, inspecting(code=own.code, department=CIVIL, elements=(NOTE,)))
    assert fetched.values == {NOTE: "不得外传"}
    beyond = inspecting(code=own.code, department=CIVIL, elements=("person.allowance",))
    assert refusal_of(database, beyond).code == "exchange.no_grant"


def test_the_number_above_which_another_person_must_agree_is_not_passed_alone(
    database: Database, sources: builders.MemorySources
) -> None:
    for _ in range(ALONE):
        ask(database, inspecting())
    refusal = refusal_of(database, inspecting())
    assert (refusal.code, refusal.data["number"]) == ("exchange.second_person_needed", ALONE)
    ask(database, inspecting(asker=clerk("another")))
    ask(database, wanted())


def test_the_quota_of_a_grant_counts_all_who_read_by_it_and_opens_the_next_day(
    database: Database, sources: builders.MemorySources
) -> None:
    for name in ("a", "b"):
        for _ in range(ALONE):
            ask(database, inspecting(asker=clerk(name)))
    for _ in range(2):
        ask(database, inspecting(asker=clerk("c")))
    refusal = refusal_of(database, inspecting(asker=clerk("d")))
    assert (refusal.code, refusal.kind) == ("exchange.grant_quota_spent", Kind.TOO_MANY)
    to_midnight = dt.timedelta(hours=14, minutes=30)
    assert abs(refusal.data["retry_after"] - to_midnight.total_seconds()) < 60
    clock = database.clock
    assert isinstance(clock, MovableClock)
    clock.advance(to_midnight)
    ask(database, inspecting(asker=clerk("d")))


def test_the_quota_of_an_account_holds_for_reads_with_a_case_too(
    database: Database, sources: builders.MemorySources
) -> None:
    allow(database, account=2, client=3, grant=4)
    for _ in range(2):
        ask(database, wanted())
    assert refusal_of(database, wanted()).code == "exchange.account_quota_spent"
    system = Actor(ActorKind.CLIENT, account="labour-core", department=LABOUR)
    for _ in range(2):
        ask(database, wanted(asker=system))
    assert refusal_of(database, wanted(asker=system)).code == "exchange.grant_quota_spent"
    assert outcomes(database)[Outcome.DISCLOSED.value] == 4


def test_what_is_refused_counts_for_no_quota(
    database: Database, sources: builders.MemorySources
) -> None:
    allow(database, account=1)
    refusal_of(database, wanted(case_number="2026-9999"))
    refusal_of(database, inspecting(occasion=Occasion(code="x", name="")))
    ask(database, wanted())
    with database.read() as reader:
        times = reader.connection.execute(select(tallies.c.kind, tallies.c.times)).all()
    quotas = [("account", 1), ("grant", 1), ("hour", 1)]
    assert sorted(map(tuple, times)) == [*quotas, ("refused", 2)]


def test_a_services_own_fetches_count_for_nobodys_quota(
    database: Database, sources: builders.MemorySources
) -> None:
    use = database.write(lambda unit: actions.open_use(unit, builders.a_use()))
    database.write(lambda unit: actions.fetch(unit, use))
    with database.read() as reader:
        assert reader.connection.execute(select(tallies)).all() == []


def test_those_who_read_at_once_never_read_one_above_a_quota(database: Database) -> None:
    assert INSPECTED.without_case is not None
    wide = msgspec.structs.replace(
        INSPECTED,
        without_case=msgspec.structs.replace(
            INSPECTED.without_case, a_day=9, for_each=6, second_person_above=6
        ),
    )
    builders.found(database, [GRANT, wide])
    start = threading.Barrier(16)

    def one(number: int) -> str:
        start.wait()
        try:
            ask(database, inspecting(asker=clerk(f"clerk-{number % 2}")))
        except Refusal as refusal:
            return refusal.code
        return "given"

    with ThreadPoolExecutor(16) as pool:
        said = Counter(pool.map(one, range(16)))
    assert said["given"] == 9
    assert outcomes(database)["disclosed"] == 9
    with database.read() as reader:
        times = reader.connection.execute(select(tallies.c.kind, tallies.c.times)).all()
    assert max(row.times for row in times if row.kind == "each") <= 6
    assert [row.times for row in times if row.kind == "without"] == [9]


def test_a_case_that_ends_between_preparing_and_recording_is_read_for_no_more(
    database: Database, sources: builders.MemorySources
) -> None:
    with database.read() as reader:
        prepared = queries.prepare(reader, wanted())
    database.write(lambda unit: actions.declare_work(unit, CASE, ()))
    with pytest.raises(Refusal) as caught:
        database.write(lambda unit: actions.record(unit, prepared))
    assert caught.value.code == "exchange.use_closed"
    assert refusal_of(database, wanted()).code == "exchange.case_unknown"


@pytest.mark.parametrize(
    ("asker", "reads"),
    [
        (builders.staff(LABOUR, "case.review"), True),
        (builders.staff(LABOUR, "case.accept"), False),
        (builders.staff(LABOUR, "case.decide", "case.window"), False),
        (Actor(ActorKind.CLIENT, account="core", department=LABOUR), True),
    ],
)
def test_staff_read_for_a_case_with_a_duty_of_an_open_step_and_systems_for_their_department(
    database: Database, sources: builders.MemorySources, asker: Actor, reads: bool
) -> None:
    if reads:
        assert ask(database, wanted(asker=asker)).values == {STATUS: "20"}
    else:
        assert refusal_of(database, wanted(asker=asker)).code == "exchange.case_unknown"


def test_nobody_records_what_another_account_prepared(
    database: Database, sources: builders.MemorySources
) -> None:
    with database.read() as reader:
        prepared = queries.prepare(reader, wanted())
    with pytest.raises(Refusal) as caught:
        database.write(lambda unit: actions.read(unit, clerk("another"), prepared))
    assert caught.value.code == "exchange.not_allowed"


def test_a_grant_says_on_record_what_it_allows_without_a_case(
    database: Database, sources: builders.MemorySources
) -> None:
    with database.read() as reader:
        grant = queries.grant(reader.connection, builders.officer(LABOUR), INSPECTED.code)
        public = ledger.entry(reader.connection, grant.entry).entry.public
        declared = queries.granted(reader.connection, builders.TODAY)
    assert grant.without_case == INSPECTED.without_case
    assert (public["occasions"], public["without_case_a_day"]) == (["inspection"], 8)
    assert all(isinstance(each, GrantDefinition) for each in declared)
