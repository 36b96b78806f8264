"""One's own case is never a dead end because one acts for somebody else just now."""

import datetime as dt

import httpx
from tests.builders import services as builders
from tests.builders.services_web import City
from tests.modules.services.test_pages import applied, begun

from tongban.kernel.actors import Actor
from tongban.kit import http
from tongban.modules.identity import actions as identity
from tongban.modules.identity import queries as accounts
from tongban.modules.identity.model import Mandate, Person

COMPANY = "91470100MA5EXAMP0C"


def mandated(city: City) -> tuple[Actor, Mandate]:
    """Wang as himself, and his mandate for a company."""
    city.as_wang()
    with city.db.read() as reader:
        found = accounts.actor_of_session(reader, token(city))
    assert found is not None
    actor = found[0]
    assert actor.subject is not None
    person = identity_person(city, actor.subject.id)
    company = city.db.write(
        lambda unit: identity.ensure_organisation(unit, COMPANY, "云汀市某商贸有限公司")
    )
    given = city.db.write(
        lambda unit: identity.give_mandate(unit, person, company, dt.date(2026, 1, 1))
    )
    return actor, given


def token(city: City) -> str:
    return str(city.browser.client.cookies.get(http.SESSION_COOKIE))


def identity_person(city: City, number: str) -> Person:
    with city.db.read() as reader:
        person = accounts.person_by_number(reader, number)
    assert person is not None
    return person


def act_for(city: City, actor: Actor, mandate: str | None) -> None:
    city.db.write(lambda unit: identity.act_for(unit, actor, token(city), mandate))


def acting_now(city: City) -> Actor:
    with city.db.read() as reader:
        found = accounts.actor_of_session(reader, token(city))
    assert found is not None
    return found[0]


def told(answer: httpx.Response) -> None:
    assert answer.status_code == 403
    assert "另一个身份" in answer.text
    assert 'href="/account"' in answer.text


def test_ones_own_case_says_that_one_acts_for_somebody_else_and_where_to_change_that(
    city: City,
) -> None:
    actor, mandate = mandated(city)
    draft, number = begun(city), applied(city)
    act_for(city, actor, mandate.id)
    told(city.browser.get(draft))
    for page in ("", "/receipt", "/withdraw", "/correct"):
        told(city.browser.get(f"/my/cases/{number}{page}"))
    act_for(city, acting_now(city), None)
    assert city.browser.get(f"/my/cases/{number}").status_code == 200


def test_anothers_case_stays_unknown_whomever_one_acts_for(city: City) -> None:
    actor, mandate = mandated(city)
    number = builders.submitted(city.db).number  # of another account that acts for the same person
    act_for(city, actor, mandate.id)
    assert city.browser.get(f"/my/cases/{number}").status_code == 404


def test_one_acts_for_nobody_else_without_a_mandate_in_force(city: City) -> None:
    actor, mandate = mandated(city)
    with city.db.read() as reader:
        assert accounts.other_capacities(reader, builders.STRANGER) == []
        (company,) = accounts.other_capacities(reader, actor)
        assert company.id == COMPANY
    city.db.write(lambda unit: identity.revoke_mandate(unit, mandate.id))
    with city.db.read() as reader:
        assert accounts.other_capacities(reader, actor) == []
