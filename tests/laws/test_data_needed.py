"""In every situation of the demonstration only the data are fetched that it has a use for.

The purpose bounds what is fetched: the least that it needs (Personal Information Protection Law,
article 6). What does not come is asked, so that no page promises a question that never comes.
"""

import datetime as dt
import itertools
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from tests.builders.services import MORNING, TODAY, value

from tongban.app.instance import load
from tongban.kit.definitions.instance import Instance
from tongban.modules.catalog.definition import ElementDefinition
from tongban.modules.services.model import (
    Brought,
    CaseValue,
    Choice,
    Consent,
    Element,
    Need,
    Origin,
    Service,
    ServiceStatus,
)
from tongban.modules.services.rules import conditions, form

Situation = tuple[CaseValue, ...]


@pytest.fixture(scope="module")
def demonstration() -> Instance:
    return load(Path("instances/demonstration"), dt.date(2026, 11, 24))


@pytest.fixture(scope="module")
def elements(demonstration: Instance) -> dict[str, Element]:
    declared = dict(demonstration.every(ElementDefinition))
    return msgspec.convert(declared, dict[str, Element], from_attributes=True)


def open_services(demonstration: Instance) -> list[Service]:
    every = demonstration.every(Service).values()
    return [one for one in every if one.status is ServiceStatus.OPEN]


def situations(service: Service) -> Iterator[Situation]:
    """Yield what an applicant may answer, each with each."""
    answers = [
        [
            value(f"situation.{one.code}", option.code, type="code", origin=Origin.SITUATION)
            for option in one.options
        ]
        for one in service.situations
    ]
    yield from itertools.product(*answers)


def _used(service: Service, element: str, situation: Situation) -> bool:
    """Whether a question, a check, the certificate, a rule or a calculation looks at an element.

    A rule or a calculation does unless it comes out the same with nothing but the situation known.
    """
    lookup = form.lookup_of(situation)
    if any(
        field.key == element and form.applies(field.when, lookup)
        for section in service.form
        for field in section.fields
    ):
        return True
    if any(element in step.checks for step in service.steps):
        return True
    if any(element in conditions.keys_of(line) for line in service.result.fields.values()):
        return True
    rules = [rule.condition for rule in service.rules]
    if any(element in conditions.keys_of(rule) and conditions.holds(rule, lookup) is None
           for rule in rules):  # fmt: skip
        return True
    return any(
        element in conditions.keys_of(each.value)
        and conditions.work_out(each.value, lookup, each.type) is None
        for each in service.calculations
    )


def test_what_is_fetched_in_a_situation_is_used_in_that_situation(demonstration: Instance) -> None:
    services = open_services(demonstration)
    assert len(services) >= 5
    idle = [
        (service.code, [each.value for each in situation], element)
        for service in services
        for situation in situations(service)
        for _, need in form.needs_of(service, form.lookup_of(situation))
        for element in need.elements
        if not _used(service, element, situation)
    ]
    assert idle == []


def test_a_pension_alone_needs_nothing_of_the_medical_contributions(
    demonstration: Instance,
) -> None:
    service = demonstration.one(Service, "flexible-employment-subsidy")
    assert service is not None
    fetched = {
        situation[0].value: {
            element
            for _, need in form.needs_of(service, form.lookup_of(situation))
            for element in need.elements
        }
        for situation in situations(service)
    }
    medical = {"person.medical_paid_months_12", "person.medical_paid_12"}
    assert medical <= fetched["both"]
    assert not medical & fetched["pension"]
    assert {"person.pension_paid_12", "person.medical_kind"} <= fetched["pension"]


def _unanswered(needs: tuple[tuple[int, Need], ...], brought: Brought) -> list[Consent]:
    choice = Choice.REFUSED if brought is Brought.NOT_ASKED else Choice.ALLOWED
    return [
        Consent(
            number=number,
            resource=need.resource,
            choice=choice,
            brought=brought,
            unfit=need.elements if brought is Brought.UNREADABLE else (),
            at=MORNING,
        )
        for number, need in needs
    ]


@pytest.mark.parametrize("brought", sorted(set(Brought) - {Brought.FETCHED}))
def test_what_does_not_come_is_asked_and_nothing_that_the_situation_does_not_need(
    demonstration: Instance, elements: dict[str, Element], brought: Brought
) -> None:
    for service in open_services(demonstration):
        for situation in situations(service):
            needs = form.needs_of(service, form.lookup_of(situation))
            wanted = {element for _, need in needs for element in need.elements}
            said = _unanswered(needs, brought)
            pages = form.asked_pages(
                service, elements, situation, said, TODAY, frozenset(form.IDENTITY)
            )
            asked = {question.key for page in pages for question in page.questions}
            assert wanted - set(form.IDENTITY) <= asked, service.code
            elsewhere = {element for need in service.needs for element in need.elements} - wanted
            explained = {q.key for page in pages for q in page.questions if q.because}
            assert not elsewhere & explained, service.code
