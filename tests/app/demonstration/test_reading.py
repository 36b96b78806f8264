"""What the demonstration's staff may read at the interface, and what they may not."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from litestar import Litestar
from litestar.testing import TestClient
from tests.builders import stories

from tongban.app.house import worker_for
from tongban.kit.house import House
from tongban.kit.http import SESSION_COOKIE
from tongban.modules.catalog import queries as catalog
from tongban.modules.identity import actions as identity

SUN = "470181197906309016"


def read(
    client: TestClient[Litestar], house: House, login: str, resource: str, **body: Any
) -> tuple[int, dict[str, Any]]:
    """Ask as one of the demonstration's staff."""
    session = house.db.write(lambda unit: identity.demonstration_sign_in(unit, login))
    client.cookies.set(SESSION_COOKIE, session.token)
    asked = {"subject": SUN, **body}
    answer = client.post(f"/api/exchange/resources/{resource}", json=asked)
    return answer.status_code, answer.json()


RENTAL = "public-rental-housing"
SIZE, ADDRESS = "person.household_size", "person.household_address"
HOUSEHOLD: dict[str, Any] = {"elements": ["person.household_address"], "purpose": RENTAL}


def test_a_housing_clerk_cannot_read_a_resident_without_a_case(
    client: TestClient[Litestar], house: House
) -> None:
    status, body = read(client, house, "housing-officer", "101001/2", **HOUSEHOLD)
    assert (status, body["code"]) == (403, "exchange.case_needed")


def test_a_case_is_read_for_by_those_who_work_on_it_about_its_applicant_while_it_runs(
    client: TestClient[Litestar], house: House
) -> None:
    walk = stories.Walk(house)
    (rental,) = (each for each in stories.STORIES if each.service == RENTAL)
    actor = walk.actor("luo")
    assert actor.subject is not None
    number = walk.applied(rental).number

    def asked(login: str, subject: str, element: str = SIZE) -> tuple[int, str]:
        told: dict[str, Any] = {"elements": [element], "purpose": RENTAL, "case_number": number}
        status, body = read(client, house, login, "101001/2", **told, subject=subject)
        return status, body.get("code", "")

    unknown = (403, "exchange.case_unknown")
    needs_not = (403, "exchange.not_needed")
    assert asked("housing-officer", actor.subject.id) == needs_not  # it is to be taken in first
    assert asked("housing-officer", SUN) == unknown
    assert asked("civil-officer", actor.subject.id) == unknown
    walk.worked_once(actor, number)
    assert asked("housing-officer", actor.subject.id) == (200, "")
    assert asked("housing-officer", actor.subject.id, ADDRESS) == needs_not
    assert asked("housing-officer", SUN) == unknown
    assert asked("civil-officer", actor.subject.id) == needs_not
    walk.worked(actor, number)
    worker_for(house).settle()
    assert asked("housing-officer", actor.subject.id) == unknown


@pytest.mark.parametrize("case", ["", "2026-0001"])
def test_nobody_reads_an_account_or_address_to_which_its_owner_did_not_consent(
    client: TestClient[Litestar], house: House, case: str
) -> None:
    for resource, element in (
        ("203008/1", "person.bank_account"),
        ("101001/2", "person.household_address"),
    ):
        status, body = read(
            client,
            house,
            "hr-officer",
            resource,
            elements=[element],
            purpose="flexible-employment-subsidy",
            case_number=case,
        )
        code = "exchange.case_unknown" if case else "exchange.case_needed"
        assert (status, body["code"]) == (403, code)


def test_own_data_need_a_service_and_not_curiosity(
    client: TestClient[Litestar], house: House
) -> None:
    with house.db.read() as reader:
        own = catalog.resource(reader.connection, "203004/2")
    element = next(item.element for item in own.items if item.element and item.column)
    asked: dict[str, Any] = {"elements": [element]}
    status, body = read(client, house, "hr-officer", own.code, purpose="curious", **asked)
    assert (status, body["code"]) == (403, "exchange.purpose_unknown")
    service = "flexible-employment-subsidy"
    status, body = read(client, house, "hr-officer", own.code, purpose=service, **asked)
    assert (status, body["code"]) == (403, "exchange.case_needed")


def test_what_the_benchmark_reads_is_lawful_and_masked(
    client: TestClient[Litestar], house: House
) -> None:
    bench = _benchmark()
    house.db.write(lambda unit: bench.run_cases(unit, [SUN]))
    told = {"elements": bench.ELEMENTS, "purpose": bench.PURPOSE}
    status, body = read(
        client, house, bench.LOGIN, bench.RESOURCE, case_number=bench.case_of(SUN), **told
    )
    assert status == 200
    assert body["data"]["masked"] == ["person.name"]


def _benchmark() -> ModuleType:
    file = Path(__file__).parents[3] / "benchmarks" / "bench_exchange_route.py"
    spec = importlib.util.spec_from_file_location("bench_exchange_route", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module
