"""The second person: above a number of reads, somebody else has agreed, and never one more is read."""

import dataclasses
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import msgspec
import pytest
from sqlalchemy import select
from tests.builders import exchange as builders
from tests.builders.catalog import CIVIL, LABOUR, POLICE
from tests.builders.exchange import GRANT, INSPECTED, INSPECTION, TODAY, officer, staff
from tests.builders.identity import employed, known_as

from tongban.kernel.actors import Actor
from tongban.kernel.errors import Refusal
from tongban.kit.db import Database
from tongban.modules.exchange import actions, queries
from tongban.modules.exchange.model import Fetched, Wanted
from tongban.modules.exchange.model.agreements import Agreement, AgreementRequest, Standing
from tongban.modules.exchange.model.occasions import WithoutCase
from tongban.modules.exchange.store.tables import disclosures
from tongban.modules.identity import queries as people
from tongban.modules.ledger import queries as ledger

CLERK = dataclasses.replace(staff(LABOUR, "case.review"), account="clerk")
REFERENCE = "J-2026-0007"
WIDE = msgspec.structs.replace(
    INSPECTED,
    without_case=WithoutCase(occasions=(INSPECTION,), a_day=30, for_each=10, second_person_above=2),
)


@pytest.fixture
def city(database: Database) -> Database:
    builders.found(database, [GRANT, WIDE])
    return database


def asked_for(**changed: Any) -> AgreementRequest:
    values: dict[str, Any] = {
        "grant": WIDE.code,
        "occasion": "inspection",
        "occasion_reference": REFERENCE,
        "number": 3,
        "until": TODAY,
    }
    return AgreementRequest(**{**values, **changed})


def ask(city: Database, actor: Actor = CLERK, **changed: Any) -> Agreement:
    return city.write(lambda unit: actions.ask_agreement(unit, actor, asked_for(**changed)))


def answer(city: Database, actor: Actor, one: Agreement, *, agreed: bool = True) -> Agreement:
    reason = "" if agreed else "与检查无关"
    return city.write(
        lambda unit: actions.answer_agreement(unit, actor, one.id, agreed=agreed, reason=reason)
    )


def read(city: Database, request: Wanted) -> Fetched:
    with city.read() as reader:
        prepared = queries.prepare(reader, request)
    return city.write(lambda unit: actions.record(unit, prepared))


def refused(work: Any) -> Refusal:
    with pytest.raises(Refusal) as caught:
        work()
    return caught.value


def inspecting(**changed: Any) -> Wanted:
    return builders.inspecting(**{"asker": CLERK, **changed})


def given(city: Database) -> int:
    with city.read() as reader:
        query = select(disclosures.c.id).where(disclosures.c.outcome != "refused")
        return len(reader.connection.execute(query).all())


def test_what_another_person_agreed_to_is_read_and_not_one_more(city: Database) -> None:
    answer(city, officer(LABOUR), ask(city))
    for _ in range(2 + 3):
        read(city, inspecting())
    assert refused(lambda: read(city, inspecting())).code == "exchange.second_person_needed"
    assert given(city) == 5
    with city.read() as reader:
        (one,), _ = queries.agreements(reader, CLERK)
    assert (one.used, one.standing(TODAY)) == (3, Standing.SPENT)


@pytest.mark.parametrize(
    "changed",
    [
        {"occasion_reference": "J-2026-0008"},
        {"asker": dataclasses.replace(CLERK, account="another")},
    ],
)
def test_an_agreement_is_for_its_reader_and_its_file_only(
    city: Database, changed: dict[str, Any]
) -> None:
    answer(city, officer(LABOUR), ask(city))
    for _ in range(2):
        read(city, inspecting(**changed))
    assert (
        refused(lambda: read(city, inspecting(**changed))).code == "exchange.second_person_needed"
    )


def test_above_what_each_may_read_a_day_nobody_can_agree_and_nothing_is_used_up(
    city: Database,
) -> None:
    answer(city, officer(LABOUR), ask(city, number=20))
    for _ in range(10):
        read(city, inspecting())
    assert refused(lambda: read(city, inspecting())).code == "exchange.each_quota_spent"
    with city.read() as reader:
        (one,), _ = queries.agreements(reader, CLERK)
    assert one.used == 8


def test_those_who_read_at_once_use_up_what_was_agreed_to_and_no_more(city: Database) -> None:
    answer(city, officer(LABOUR), ask(city))
    start = threading.Barrier(12)

    def one(_: int) -> str:
        start.wait()
        try:
            read(city, inspecting())
        except Refusal as refusal:
            return refusal.code
        return "given"

    with ThreadPoolExecutor(12) as pool:
        said = Counter(pool.map(one, range(12)))
    assert said == {"given": 5, "exchange.second_person_needed": 7}
    assert given(city) == 5


def test_nobody_agrees_to_what_they_asked_for_or_read_themselves(city: Database) -> None:
    both = staff(LABOUR, "case.review", "grant.decide")
    mine = ask(city, both)
    assert refused(lambda: answer(city, both, mine)).code == "exchange.not_the_second_person"
    client = city.write(lambda unit: actions.add_client(unit, "core", "核心系统", LABOUR))
    assert client
    for_system = ask(city, both, client="core")
    assert for_system.reader == "client:core"
    assert refused(lambda: answer(city, both, for_system)).code == "exchange.not_the_second_person"
    for other in (officer(POLICE), staff(CIVIL, "case.review"), builders.resident()):
        said = refused(partial(answer, city, other, mine))
        assert said.code == "exchange.agreement_not_found"
    assert answer(city, officer(CIVIL), mine).decided_by == officer(CIVIL).account


def test_nobody_agrees_with_themself_by_another_account(city: Database) -> None:
    def account(login: str, department: str, number: str = "") -> Actor:
        identifier = employed(city, login, department, "grant.decide")
        if number:
            city.write(lambda unit: known_as(unit, identifier, number))
        with city.read() as reader:
            found = people.actor_of(reader, identifier)
        return dataclasses.replace(found, duties=frozenset({"case.review", "grant.decide"}))

    clerk = account("one", LABOUR, builders.WANG.id)
    another = account("other", CIVIL, builders.WANG.id)
    mine = ask(city, clerk)
    assert refused(lambda: answer(city, another, mine)).code == "exchange.not_the_second_person"
    with city.read() as reader:
        assert not queries.may_answer_agreement(reader, another, mine)
    colleague = account("third", LABOUR)
    nameless = account("fourth", LABOUR)
    assert answer(city, colleague, mine).decided_by == colleague.account
    assert answer(city, nameless, ask(city, colleague)).decided_by == nameless.account


def test_a_refusal_says_why_and_nobody_answers_twice(city: Database) -> None:
    one = ask(city)
    said = refused(
        lambda: city.write(
            lambda unit: actions.answer_agreement(
                unit, officer(LABOUR), one.id, agreed=False, reason=" "
            )
        )
    )
    assert said.fields == {"reason": "exchange.reason_missing"}
    assert answer(city, officer(LABOUR), one, agreed=False).reason == "与检查无关"
    again = refused(lambda: answer(city, officer(CIVIL), one))
    assert again.code == "exchange.agreement_answered"
    for _ in range(2):
        read(city, inspecting())
    assert refused(lambda: read(city, inspecting())).code == "exchange.second_person_needed"


def test_asking_and_answering_stand_in_the_ledger_without_the_file(city: Database) -> None:
    one = ask(city)
    done = answer(city, officer(LABOUR), one)
    with city.read() as reader:
        entries = [ledger.entry(reader.connection, each.entry) for each in (one, done)]
    kinds = [(str(each.entry.kind), each.entry.public.get("outcome")) for each in entries]
    assert kinds == [("reading_asked", None), ("reading_answered", "agreed")]
    assert all(each.entry.public["reads"] == 3 for each in entries)
    assert all(REFERENCE not in each.body.decode() for each in entries)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"occasion": "curiosity"}, "occasion"),
        ({"occasion_reference": builders.WANG.id}, "occasion_reference"),
        ({"number": None}, "number"),
        ({"number": 0}, "number"),
        ({"number": 211}, "number"),
        ({"until": None}, "until"),
        ({"until": TODAY.replace(day=23)}, "until"),
        ({"until": TODAY.replace(month=12, day=1)}, "until"),
        ({"client": "nobodys"}, "client"),
    ],
)
def test_what_is_asked_for_is_bounded_field_by_field(
    city: Database, changed: dict[str, Any], field: str
) -> None:
    assert set(refused(lambda: ask(city, **changed)).fields) == {field}


def test_only_who_reads_by_a_grant_that_says_so_may_ask(city: Database) -> None:
    assert refused(lambda: ask(city, grant=GRANT.code)).code == "exchange.not_allowed"
    assert refused(lambda: ask(city, grant="G-0")).code == "exchange.grant_not_found"
    for actor in (staff(CIVIL, "case.review"), staff(LABOUR, "ledger.audit"), builders.resident()):
        assert refused(partial(ask, city, actor)).code == "exchange.not_allowed"


def test_an_agreement_is_seen_by_those_concerned_and_by_who_looks_over_all(
    city: Database,
) -> None:
    ask(city)

    def seen(actor: Actor) -> int:
        with city.read() as reader:
            return queries.agreements(reader, actor)[1]

    for actor in (CLERK, officer(LABOUR), officer(CIVIL), staff(POLICE, "ledger.audit")):
        assert seen(actor) == 1
    for actor in (officer(POLICE), dataclasses.replace(CLERK, account="x"), builders.resident()):
        assert seen(actor) == 0
