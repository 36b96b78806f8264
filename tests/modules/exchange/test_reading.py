"""What a read at the interface rests on: consent for a running case, or a law, and never nothing."""

import json
from typing import Any

import pytest
from sqlalchemy import select
from tests.builders import exchange as builders
from tests.builders.catalog import CIVIL, LABOUR
from tests.builders.exchange import (
    ALLOWANCE,
    CASE,
    CONSENTED,
    GRANT,
    NOBODY,
    NOTE,
    OWN,
    SERVICE,
    STATUS,
    WANG,
    ask,
    wanted,
)

from tongban.kernel.errors import Refusal
from tongban.kit.db import Database
from tongban.modules.exchange import actions, queries
from tongban.modules.exchange.model import (
    UNKNOWN,
    Basis,
    DisclosureLine,
    Outcome,
    UseState,
    Wanted,
)
from tongban.modules.exchange.store.tables import disclosures
from tongban.modules.ledger import queries as ledger


@pytest.fixture
def sources(database: Database) -> builders.MemorySources:
    found = builders.found(database, [GRANT, CONSENTED], running=False)
    database.write(lambda unit: actions.declare_work(unit, CASE, builders.WORKERS))
    return found


def open_use(database: Database, **changed: Any) -> str:
    request = builders.a_use(**{"elements": (ALLOWANCE,), **changed})
    return database.write(lambda unit: actions.open_use(unit, request))


def consented(**changed: Any) -> Wanted:
    return wanted(**{"elements": (ALLOWANCE,), "case_number": CASE, **changed})


def lines(database: Database) -> dict[str, DisclosureLine]:
    with database.read() as reader:
        found = queries.disclosures_about(reader, WANG, size=None).lines
    return {line.id: line for line in found if isinstance(line, DisclosureLine)}


def answered(database: Database, request: Wanted) -> DisclosureLine:
    """Ask, and return the line that the person sees of it."""
    fetched = ask(database, request)
    return lines(database)[fetched.disclosure_id]


def refused(database: Database, request: Wanted) -> tuple[str, DisclosureLine]:
    """Ask for what is refused; return why, and the line that the person sees of it."""
    before = lines(database)
    with pytest.raises(Refusal) as caught:
        ask(database, request)
    (line,) = (line for key, line in lines(database).items() if key not in before)
    return caught.value.code, line


def test_what_needs_consent_is_read_for_a_running_case_in_which_it_was_given(
    database: Database, sources: builders.MemorySources
) -> None:
    use = open_use(database)
    line = answered(database, consented())
    assert (line.basis, line.case_number, line.grant) == (Basis.CONSENT, CASE, CONSENTED.code)
    assert line.clause == CONSENTED.basis
    with database.read() as reader:
        assert queries.disclosure(reader, WANG, line.id).use == use


@pytest.mark.parametrize(
    ("declared", "asked", "code"),
    [
        ({}, {"case_number": ""}, "exchange.case_needed"),
        ({}, {"case_number": "2026-9999"}, "exchange.case_unknown"),
        ({"subject": NOBODY}, {}, "exchange.case_unknown"),
        ({"service": "another-service"}, {}, "exchange.case_unknown"),
        ({"draft": True}, {}, "exchange.case_unknown"),
        ({"basis": Basis.LAW}, {}, "exchange.consent_missing"),
        ({"elements": (STATUS,)}, {}, "exchange.consent_missing"),
        ({"resource": "101001/1"}, {}, "exchange.consent_missing"),
    ],
)
def test_what_needs_consent_is_refused_without_it_and_the_attempt_is_on_record(
    database: Database,
    sources: builders.MemorySources,
    declared: dict[str, Any],
    asked: dict[str, Any],
    code: str,
) -> None:
    open_use(database, **declared)
    why, line = refused(database, consented(**asked))
    assert why == code
    assert sources.reads == 0
    assert (line.outcome, line.reason, line.basis) == (Outcome.REFUSED, code, Basis.NONE)
    assert line.case_number in ("", CASE if code == "exchange.consent_missing" else "")


def test_consent_ends_with_the_case_and_when_it_is_taken_back(
    database: Database, sources: builders.MemorySources
) -> None:
    use = open_use(database)
    database.write(lambda unit: actions.close_use(unit, use))
    assert refused(database, consented())[0] == "exchange.consent_missing"
    with database.read() as reader:
        assert [each.state for each in queries.uses_of_case(reader.connection, CASE)] == [
            UseState.CLOSED
        ]
    open_use(database)
    with database.read() as reader:
        prepared = queries.prepare(reader, consented())
    database.write(lambda unit: actions.close_uses(unit, CASE))
    with pytest.raises(Refusal) as caught:
        database.write(lambda unit: actions.record(unit, prepared))
    assert caught.value.code == "exchange.use_closed"


def test_a_use_by_law_is_not_covered_by_a_grant_that_needs_consent(
    database: Database, sources: builders.MemorySources
) -> None:
    use = open_use(database, basis=Basis.LAW, clause="《某法》第一条")
    with pytest.raises(Refusal) as caught:
        database.write(lambda unit: actions.fetch(unit, use))
    assert caught.value.code == "exchange.consent_missing"


def test_a_read_by_law_says_the_law_of_its_grant(
    database: Database, sources: builders.MemorySources
) -> None:
    open_use(database, elements=(ALLOWANCE,))
    line = answered(database, wanted(code=GRANT.code))
    assert (line.basis, line.clause, line.purpose) == (Basis.LAW, GRANT.basis, GRANT.purpose)
    assert refused(database, wanted(case_number="2026-9999"))[0] == "exchange.case_unknown"
    line = answered(database, wanted())
    assert (line.case_number, line.basis) == (CASE, Basis.LAW)
    assert refused(database, wanted(case_number=""))[0] == "exchange.case_needed"


def test_a_departments_own_data_are_read_for_a_service_or_a_grant_of_its_own(
    database: Database, sources: builders.MemorySources
) -> None:
    own = {"department": CIVIL, "elements": (NOTE,)}
    for purpose in ("curious", SERVICE, GRANT.code):
        why, line = refused(database, wanted(code=purpose, **own))
        assert why == "exchange.purpose_unknown"
        assert (line.service, line.basis) == (UNKNOWN, Basis.NONE)
    assert refused(database, wanted(code=OWN, **own))[0] == "exchange.case_unknown"
    assert refused(database, wanted(code=OWN, case_number="", **own))[0] == "exchange.case_needed"
    assert sources.reads == 0
    open_use(database, service=OWN)
    line = answered(database, wanted(code=OWN, **own))
    assert (line.service, line.purpose, line.clause, line.basis) == (
        OWN, "婚姻登记", "《婚姻登记条例》第四条", Basis.LAW,
    )  # fmt: skip


HOSTILE = (
    "Sun-Jianping-born-1979-06-30",
    "6222020111122220000",
    "470181-19790630-9016",
    "sun.jianping:13900001111",
    "G-9999-999",
)


@pytest.mark.parametrize("department", [LABOUR, CIVIL])
def test_what_somebody_writes_as_a_purpose_or_case_never_reaches_ledger_or_table(
    database: Database, sources: builders.MemorySources, department: str
) -> None:
    for text in HOSTILE:
        refused(database, wanted(code=text, department=department))
        with pytest.raises(Refusal):  # or is no case number, and then not even recorded
            ask(database, wanted(case_number=text, department=department, code=SERVICE))
    kept = []
    with database.read() as reader:
        for row in reader.connection.execute(select(disclosures)).mappings():
            kept.append(ledger.entry(reader.connection, row["entry"]).body.decode())
            kept.append(json.dumps({name: repr(value) for name, value in row.items()}))
    assert len(kept) > 2 * len(HOSTILE)
    assert [text for text in HOSTILE if any(text in each for each in kept)] == []


def test_a_grant_can_only_be_asked_for_services_the_department_works_on(
    database: Database, sources: builders.MemorySources
) -> None:
    request = builders.a_request(services=("Sun-Jianping-born-1979-06-30",))
    with pytest.raises(Refusal) as caught:
        database.write(lambda unit: actions.request_grant(unit, builders.officer(LABOUR), request))
    assert caught.value.fields == {"services": "exchange.services_unknown"}
