"""Schemathesis, all checks, as nobody, as a resident and as a department's client, finds nothing."""

import os
from typing import Any

import pytest
import schemathesis
from litestar import Litestar
from schemathesis import Case as Asked
from schemathesis import CheckContext, Config, Response
from tests.builders.interface import UNSAYABLE, findings

from tongban.kit.house import House
from tongban.modules.exchange import actions as exchange
from tongban.modules.identity import actions as identity

MANY = int(os.environ.get("TONGBAN_TEST_EXAMPLES", "10"))
"""Examples for each door in the drill, which goes through all phases."""
ACCEPTED = ["2xx", "3xx", "400", "401", "403", "404", "409", "422", "429"]


@schemathesis.check  # type: ignore[untyped-decorator]
def what_the_description_allows_is_refused_only_for_what_no_schema_says(
    _context: CheckContext, response: Response, case: Asked
) -> None:
    """400 and 422 answer to what is described only where :data:`UNSAYABLE` says why."""
    if response.status_code in (400, 422) and case.meta and case.meta.generation.mode.is_positive:
        assert response.json()["code"] in UNSAYABLE, response.json()


class _Ready:
    """Nothing works behind the application of a test, which its door for supervisors would say."""

    async def checks(self) -> dict[str, str]:
        return {"write": "ok"}


def _as(house: House, who: str) -> dict[str, Any]:
    """Return what a program sends to be somebody, as schemathesis takes it."""
    if who == "client":
        key = house.db.write(
            lambda unit: exchange.add_client(unit, "inspection", "", "medical-insurance")
        )
        return {"client": {"bearer": key}}
    if who == "resident":
        session = house.db.write(lambda unit: identity.demonstration_sign_in(unit, "sun"))
        return {"session": {"api_key": session.token}}
    return {}


def _asked_for(auth: dict[str, Any], many: int = 0) -> Config:
    phases = ("examples", "coverage", "fuzzing", "stateful")
    wanted = phases if many else ("examples", "fuzzing")
    found: dict[str, Any] = {
        "generation": {
            "max-examples": many or 3,
            "deterministic": not many,
            "database": "none",
        },
        "phases": {phase: {"enabled": phase in wanted} for phase in phases},
        "checks": {"positive_data_acceptance": {"expected-statuses": ACCEPTED}},
    }
    return Config.from_dict({**found, "auth": {"openapi": auth}} if auth else found)


WHO = pytest.mark.parametrize("who", ["nobody", "resident", "client"])


def _found(application: Litestar, house: House, who: str, many: int = 0) -> list[str]:
    application.state["readiness"] = _Ready()
    config = _asked_for(_as(house, who), many)
    schema = schemathesis.openapi.from_asgi("/openapi.json", application, config=config)
    return sorted(set(findings(schema)))


@WHO
def test_everything_is_answered_as_described(application: Litestar, house: House, who: str) -> None:
    found = _found(application, house, who)
    assert not found, "\n".join(found)


@pytest.mark.drill
@WHO
def test_everything_is_answered_as_described_in_every_phase_and_in_a_row(
    application: Litestar, house: House, who: str
) -> None:
    found = _found(application, house, who, MANY)
    assert not found, "\n".join(found)
