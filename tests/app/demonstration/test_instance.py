"""The demonstration instance: it fits its shapes, its references hold, its numbers are nobody's."""

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import pytest
import yaml
from litestar import Litestar
from litestar.testing import TestClient

from tongban.app.demonstration import stories
from tongban.app.demonstration.numbers import DIVISION
from tongban.app.instance.parts import PARTS
from tongban.kernel.identifiers import (
    credit_code_fault,
    implementation_code_fault,
    resident_id_fault,
    resource_code_fault,
)
from tongban.kernel.text import say
from tongban.kit.definitions.finding import Severity
from tongban.kit.definitions.folder import read_folder
from tongban.kit.definitions.instance import Instance
from tongban.kit.definitions.loading import load
from tongban.modules.catalog.definition import (
    ClassificationDefinition,
    ElementDefinition,
    ResourceDefinition,
    ShareType,
)
from tongban.modules.certificates.definition import CertificateTypeDefinition
from tongban.modules.evaluation.definition import IndicatorDefinition
from tongban.modules.exchange.definition import GrantDefinition, SourceDefinition
from tongban.modules.government.definition import (
    CalendarDefinition,
    DepartmentDefinition,
    GovernmentDefinition,
)
from tongban.modules.identity.definition import AccountDefinition, RoleDefinition
from tongban.modules.services.definition.reform import Verdict, analyse, declared_in
from tongban.modules.services.model import Service, ServiceStatus
from tongban.modules.supervision.definition import SupervisionRuleDefinition

INSTANCE = Path(__file__).parents[3] / "instances" / "demonstration"

S = TypeVar("S", bound=msgspec.Struct)

SHAPES: dict[str, type[msgspec.Struct]] = {
    "accounts": AccountDefinition,
    "calendar": CalendarDefinition,
    "certificates": CertificateTypeDefinition,
    "classification": ClassificationDefinition,
    "departments": DepartmentDefinition,
    "elements": ElementDefinition,
    "evaluation": IndicatorDefinition,
    "government": GovernmentDefinition,
    "grants": GrantDefinition,
    "resources": ResourceDefinition,
    "roles": RoleDefinition,
    "services": Service,
    "sources": SourceDefinition,
    "supervision": SupervisionRuleDefinition,
}


def _entries(part: str) -> Iterator[Any]:
    files = [INSTANCE / f"{part}.yaml", *sorted((INSTANCE / part).rglob("*.yaml"))]
    for file in files:
        if file.exists():
            found = yaml.safe_load(file.read_text())
            yield from found if isinstance(found, list) else [found]


@cache
def _declared(part: str) -> tuple[msgspec.Struct, ...]:
    return tuple(msgspec.convert(entry, SHAPES[part]) for entry in _entries(part))


def declared(shape: type[S]) -> list[S]:
    """Return what the instance declares of one shape."""
    part = next(name for name, one in SHAPES.items() if one is shape)
    return [one for one in _declared(part) if isinstance(one, shape)]


def by_code(shape: type[S]) -> dict[str, S]:
    """Return what the instance declares of one shape by code."""
    return {vars_of(one)["code"]: one for one in declared(shape)}


def vars_of(one: msgspec.Struct) -> dict[str, Any]:
    return msgspec.structs.asdict(one)


@pytest.mark.parametrize("part", SHAPES)
def test_every_file_fits_the_shape_of_its_part(part: str) -> None:
    assert _declared(part)


def test_every_yaml_file_belongs_to_a_part() -> None:
    parts = {file.relative_to(INSTANCE).parts[0] for file in INSTANCE.rglob("*.yaml")}
    assert {part.removesuffix(".yaml") for part in parts} == set(SHAPES)


@pytest.mark.parametrize("part", sorted(set(SHAPES) - {"government", "calendar", "accounts"}))
def test_no_code_is_given_twice(part: str) -> None:
    codes = Counter(vars_of(one)["code"] for one in _declared(part))
    assert [code for code, times in codes.items() if times > 1] == []


def test_it_is_as_large_as_promised() -> None:
    services = declared(Service)
    still_open = [one for one in services if one.status is ServiceStatus.OPEN]
    trees = {one.code[0] for one in declared(ResourceDefinition)}
    assert len(declared(DepartmentDefinition)) >= 15
    assert len(declared(ElementDefinition)) >= 120
    assert len(declared(ResourceDefinition)) >= 60
    assert trees == {"1", "2", "3"}
    assert len(services) >= 40
    assert len(still_open) == 5
    assert len({one.department for one in services}) >= 8
    assert len(declared(CertificateTypeDefinition)) >= 12
    assert {one.subject.value for one in declared(ElementDefinition)} == {
        "person",
        "organisation",
        "property",
        "vehicle",
        "place",
    }


def test_it_says_that_it_is_a_demonstration() -> None:
    (government,) = declared(GovernmentDefinition)
    assert government.demonstration
    assert government.division == DIVISION


def test_a_year_without_a_notice_is_declared_provisional() -> None:
    (calendar,) = declared(CalendarDefinition)
    sources = {year.year: vars_of(year)["source"] for year in calendar.years}
    assert "国办发明电〔2024〕12号" in sources[2025]["zh"]
    assert "国办发明电〔2025〕7号" in sources[2026]["zh"]
    assert sources[2027]["zh"].startswith("暂定")
    assert all("暂定" in vars_of(day)["name"]["zh"] for day in calendar.years[2].holidays)
    assert calendar.years[2].workdays == ()


# Identifiers ------------------------------------------------------------------------------------


def test_credit_codes_are_well_formed_and_of_a_division_that_exists_nowhere() -> None:
    codes = [one.credit_code for one in declared(DepartmentDefinition)]
    assert [code for code in codes if credit_code_fault(code) is not None] == []
    assert {code[2:8] for code in codes} == {DIVISION}
    assert len(set(codes)) == len(codes)


def test_resource_codes_stand_in_the_tree_they_name() -> None:
    classes = by_code(ClassificationDefinition)
    for code in by_code(ResourceDefinition):
        assert resource_code_fault(code) is None
        assert code.partition("/")[0] in classes


def test_every_class_stands_below_another() -> None:
    classes = by_code(ClassificationDefinition)
    above = {3: 1, 6: 3}
    assert [c for c in classes if len(c) > 1 and c[: above[len(c)]] not in classes] == []


def test_service_codes_are_well_formed_and_begin_with_their_department() -> None:
    departments = by_code(DepartmentDefinition)
    codes = [(one.national_code, one.department, one.type) for one in declared(Service)]
    given = [one for one in codes if one[0]]
    for code, department, kind in given:
        assert implementation_code_fault(code) is None
        assert code[:18] == departments[department].credit_code
        assert code[21:23] == kind
    assert len({code for code, _, _ in given}) == len(given)


def test_certificate_types_are_defined_by_their_issuer() -> None:
    departments = by_code(DepartmentDefinition)
    for one in declared(CertificateTypeDefinition):
        assert one.type_code[:18] == departments[one.issuer].credit_code
        assert len(one.type_code) == 21


def test_accounts_of_residents_carry_the_numbers_of_the_stories() -> None:
    numbers = {one.person for one in declared(AccountDefinition) if one.kind == "resident"}
    assert numbers == {
        stories.LIN,
        stories.ZHOU,
        stories.HE,
        stories.SUN,
        stories.ZHENG,
        stories.LUO,
        stories.TANG,
    }
    assert all(resident_id_fault(number, today=dt.date.max) is None for number in numbers)


# References -------------------------------------------------------------------------------------


def test_departments_are_known_wherever_they_are_named() -> None:
    named = [one.parent for one in declared(DepartmentDefinition) if one.parent]
    named += [one.provider for one in declared(ResourceDefinition)]
    named += [one.department for one in declared(SourceDefinition)]
    named += [one.department for one in declared(GrantDefinition)]
    named += [one.issuer for one in declared(CertificateTypeDefinition)]
    named += [one.department for one in declared(AccountDefinition) if one.department]
    for service in declared(Service):
        named += [service.department, *service.joint]
        named += [step.department for step in service.steps]
        named += [material.issuer for material in service.materials if material.issuer]
    assert set(named) <= set(by_code(DepartmentDefinition))


def test_elements_are_known_wherever_they_are_named() -> None:
    named = [
        item.element for one in declared(ResourceDefinition) for item in one.items if item.element
    ]
    for certificate in declared(CertificateTypeDefinition):
        named += [field.element for field in certificate.fields if field.element]
    for service in declared(Service):
        named += [element for need in service.needs for element in need.elements]
        named += [element for material in service.materials for element in material.evidences]
        named += [f.element for page in service.form for f in page.fields if f.element]
    assert set(named) <= set(by_code(ElementDefinition))


def test_an_item_of_a_linked_resource_is_about_the_subject_of_the_link() -> None:
    elements = by_code(ElementDefinition)
    for resource in declared(ResourceDefinition):
        if resource.link is not None:
            kinds = {elements[item.element].subject for item in resource.items if item.element}
            assert kinds == {resource.link.subject}, resource.code


def test_an_element_begins_with_the_kind_of_its_subject() -> None:
    for one in declared(ElementDefinition):
        assert one.code.startswith(f"{one.subject.value}.")


def test_a_need_asks_a_resource_for_what_it_holds() -> None:
    resources = by_code(ResourceDefinition)
    for service in declared(Service):
        for need in service.needs:
            held = {item.element for item in resources[need.resource].items}
            assert set(need.elements) <= held, (service.code, need.resource)


def test_every_need_of_anothers_data_is_covered_by_a_grant() -> None:
    resources = by_code(ResourceDefinition)
    for service in declared(Service):
        for need in service.needs:
            if resources[need.resource].provider == service.department:
                continue
            covered = [
                one.code
                for one in declared(GrantDefinition)
                if one.resource == need.resource
                and one.department == service.department
                and (not one.services or service.code in one.services)
                and set(need.elements) <= set(one.items)
            ]
            assert covered, (service.code, need.resource)


def test_a_grant_gives_items_of_its_resource_and_never_of_one_that_is_not_shared() -> None:
    resources = by_code(ResourceDefinition)
    services = by_code(Service)
    for grant in declared(GrantDefinition):
        resource = resources[grant.resource]
        assert resource.share.type is not ShareType.NONE
        assert set(grant.items) <= {item.element for item in resource.items}
        assert set(grant.services) <= set(services)
        assert grant.starts < grant.ends


def test_the_result_of_an_open_service_fills_a_certificate_that_exists() -> None:
    certificates = by_code(CertificateTypeDefinition)
    for service in declared(Service):
        if service.status is ServiceStatus.OPEN:
            certificate = certificates[service.result.certificate]
            assert set(service.result.fields) == {field.code for field in certificate.fields}
            assert certificate.issuer == service.department


def test_every_step_of_an_open_service_has_someone_with_an_account() -> None:
    roles = by_code(RoleDefinition)
    duties = {"accept": "case.accept", "review": "case.review", "decide": "case.decide"}
    able = {
        (account.department, duty)
        for account in declared(AccountDefinition)
        for role in account.roles
        for duty in roles[role].duties
    }
    for service in declared(Service):
        for step in service.steps:
            if step.kind in duties:
                assert (step.department, duties[step.kind]) in able, (service.code, step.code)


def test_every_review_says_what_it_checks_and_all_of_that_is_brought() -> None:
    wrong = [one for one in _instance().findings if one.rule.code in _ABOUT_REVIEWS]
    assert wrong == []
    services = by_code(Service)
    asked = (
        ("flexible-employment-subsidy", "insurance-review", "person.medical_kind"),
        ("old-age-allowance", "account-review", "person.bank_account_status"),
        ("public-rental-housing", "income-review", "person.household_income_per_head"),
    )
    for service, step, element in asked:
        assert element in services[service].step(step).checks
        assert element in {code for need in services[service].needs for code in need.elements}


_ABOUT_REVIEWS = {
    "services.checks_what_is_not_brought",
    "services.review_without_checks",
    "services.task_names_what_is_not_brought",
    "services.need_without_grant",
}


def test_the_journey_crosses_departments_and_mixes_consent_with_law() -> None:
    journey = by_code(Service)["flexible-employment-subsidy"]
    resources = by_code(ResourceDefinition)
    holders = {resources[need.resource].provider for need in journey.needs}
    assert holders == {
        "public-security",
        "human-resources",
        "tax",
        "medical-insurance",
        "finance",
    }
    assert {need.basis for need in journey.needs} == {"consent", "law"}
    assert all(need.clause for need in journey.needs if need.basis == "law")
    assert len({step.department for step in journey.steps}) > 1


# Language and law -------------------------------------------------------------------------------


def _in_both(text: Any) -> bool:
    return isinstance(text, dict) and bool(text.get("zh")) and bool(text.get("en"))


def test_names_are_in_both_languages() -> None:
    for shape in (
        DepartmentDefinition,
        ElementDefinition,
        ClassificationDefinition,
        ResourceDefinition,
        Service,
        CertificateTypeDefinition,
        RoleDefinition,
        AccountDefinition,
        SupervisionRuleDefinition,
        IndicatorDefinition,
    ):
        missing = [one for one in declared(shape) if not _in_both(vars_of(one)["name"])]
        assert missing == []


def test_open_services_ask_in_both_languages() -> None:
    for one in declared(Service):
        if one.status is ServiceStatus.OPEN:
            texts = [question.question for question in one.situations]
            texts += [option.name for question in one.situations for option in question.options]
            texts += [field.name for page in one.form for field in page.fields]
            texts += [rule.clause for rule in one.rules]
            texts += [material.name for material in one.materials]
            assert [text for text in texts if not _in_both(text)] == []


def test_a_rule_of_the_city_is_openly_fictional() -> None:
    for service in declared(Service):
        for basis in service.basis:
            own = "云汀市" in str(basis.title)
            assert own == basis.local
            assert own == ("（演示规则）" in str(basis.title))


def test_a_refusal_to_share_names_the_law_it_rests_on() -> None:
    refused = [one for one in declared(ResourceDefinition) if one.share.type is ShareType.NONE]
    assert len(refused) >= 5
    assert all(say(one.share.basis, "zh").startswith("《中华人民共和国") for one in refused)


def test_what_is_open_says_on_which_condition_and_is_not_personal() -> None:
    elements = by_code(ElementDefinition)
    for resource in declared(ResourceDefinition):
        if not resource.open.open:
            continue
        assert resource.open.condition
        shown = [item for item in resource.items if item.open is None or item.open.open]
        classes = {elements[item.element].data_class.value for item in shown if item.element}
        assert classes <= {"public"}, resource.code


# As a whole -------------------------------------------------------------------------------------


@cache
def _instance() -> Instance:
    return load(read_folder(INSTANCE, PARTS), PARTS, dt.date(2026, 11, 24))


def test_the_check_finds_no_error_and_warns_only_of_what_a_directory_does_not_state() -> None:
    found = [one for one in _instance().findings if one.severity is not Severity.INFO]
    assert {one.rule.code for one in found} == {"services.listed_incomplete"}


def test_forty_one_papers_are_asked_for_and_twenty_six_are_held() -> None:
    reform = analyse(declared_in(_instance()))
    assert len(reform.asked) == 41
    assert len(reform.held) == 26
    assert len(reform.papers) == len(reform.asked) + len(reform.of(Verdict.REPLACED))
    assert all(paper in reform.held for paper in reform.removable)


def test_three_grants_would_let_eight_papers_go() -> None:
    reform = analyse(declared_in(_instance()))
    best = reform.proposals[:3]
    assert sum(len(proposal.removes) for proposal in best) == 8
    assert (best[0].provider, best[0].receiver) == ("public-security", "civil-affairs")


def test_papers_of_the_journey_are_replaced_by_data() -> None:
    reform = analyse(declared_in(_instance()))
    journey = {
        paper.code: paper.verdict
        for paper in reform.papers
        if paper.service == "flexible-employment-subsidy"
    }
    left = {code for code, verdict in journey.items() if verdict is not Verdict.REPLACED}
    assert left == {"platform-statement"}


def test_the_reform_page_says_what_was_asked_what_was_replaced_and_what_could_still_go(
    client: TestClient[Litestar],
) -> None:
    reform = analyse(declared_in(_instance()))
    page = client.get("/reform").text
    figures = dict(
        zip(
            re.findall(r'tb-figure__label">(?:<a[^>]*>)?([^<]+)', page),
            map(int, re.findall(r'tb-figure__number">(\d+)', page)),
            strict=True,
        )
    )
    assert figures == {
        "原来要求的材料": len(reform.papers),
        "其中已由数据代替": len(reform.of(Verdict.REPLACED)),
        "现在还要交": len(reform.asked),
        "其中还可以不交": len(reform.removable),
    }
