"""The reform engine: which papers can go, why, and which grants would remove most."""

import datetime as dt

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.builders.definitions import TODAY, instance_of

from tongban.modules.catalog.definition import (
    FormatDefinition,
    ItemDefinition,
    LinkDefinition,
    ResourceDefinition,
    ShareDefinition,
    ShareType,
)
from tongban.modules.exchange.definition import GrantDefinition
from tongban.modules.services.definition.reform import (
    HELD,
    Declared,
    Reform,
    Verdict,
    Way,
    analyse,
    declared_in,
)
from tongban.modules.services.definition.snippets import PASSES
from tongban.modules.services.model import Field, Material, Need, Section, Service, ServiceStatus


def resource(
    code: str, provider: str, *elements: str, share: ShareType = ShareType.CONDITIONAL
) -> ResourceDefinition:
    return ResourceDefinition(
        code=code,
        name=f"资源{code}",
        provider=provider,
        abstract="摘要",
        format=FormatDefinition(),
        items=tuple(ItemDefinition(name=e, element=e, column=e) for e in elements),
        share=ShareDefinition(type=share, condition="查本人", basis="某法第一条"),
        link=LinkDefinition(source="s", table="t", identifier="n"),
    )


def service(code: str, department: str, *papers: tuple[str, ...]) -> Service:
    return Service(
        code=code,
        name=f"服务{code}",
        department=department,
        materials=tuple(
            Material(code=f"m{n}", name=f"材料{n}", evidences=proves)
            for n, proves in enumerate(papers)
        ),
    )


def grant(
    department: str, code: str, *items: str, services: tuple[str, ...] = ()
) -> GrantDefinition:
    return GrantDefinition(
        code=f"{department}-{code}",
        resource=code,
        department=department,
        items=items,
        services=services,
        purpose="核验",
        basis="办法",
        starts=dt.date(2026, 1, 1),
        ends=dt.date(2027, 1, 1),
    )


def analysis(
    services: list[Service],
    resources: list[ResourceDefinition],
    grants: tuple[GrantDefinition, ...] = (),
    today: dt.date = TODAY,
) -> Reform:
    return analyse(
        Declared(
            services={one.code: one for one in services},
            resources={one.code: one for one in resources},
            elements={},
            grants=grants,
            today=today,
        )
    )


CIVIL = resource("1/1", "civil", "p.married", "p.spouse")
POLICE = resource("1/2", "police", "p.address")
CLOSED = resource("1/3", "health", "p.adopted", share=ShareType.NONE)
FREE = resource("1/4", "market", "o.status", share=ShareType.UNCONDITIONAL)
ALL = [CIVIL, POLICE, CLOSED, FREE]


def verdict_of(
    proves: tuple[str, ...], *grants: GrantDefinition, department: str = "hr"
) -> Verdict:
    (paper,) = analysis([service("a", department, proves)], ALL, grants).papers
    return paper.verdict


def test_a_paper_whose_department_has_a_grant_can_go_now() -> None:
    assert verdict_of(("p.married",), grant("hr", "1/1", "p.married")) is Verdict.NOW


def test_a_paper_about_the_departments_own_data_can_go_now() -> None:
    assert verdict_of(("p.married",), department="civil") is Verdict.NOW


def test_a_paper_held_elsewhere_can_go_with_a_grant() -> None:
    assert verdict_of(("p.married",)) is Verdict.WITH_GRANT
    assert verdict_of(("o.status",)) is Verdict.WITH_GRANT


@pytest.mark.parametrize(
    "given_grant",
    [
        grant("tax", "1/1", "p.married"),
        grant("hr", "1/2", "p.married"),
        grant("hr", "1/1", "p.spouse"),
        grant("hr", "1/1", "p.married", services=("other",)),
        msgspec.structs.replace(grant("hr", "1/1", "p.married"), ends=dt.date(2026, 6, 1)),
        msgspec.structs.replace(grant("hr", "1/1", "p.married"), starts=dt.date(2026, 12, 1)),
    ],
    ids=[
        "another department",
        "another resource",
        "other items",
        "another service",
        "ended",
        "later",
    ],
)
def test_a_grant_that_is_not_for_this_changes_nothing(given_grant: GrantDefinition) -> None:
    assert verdict_of(("p.married",), given_grant) is Verdict.WITH_GRANT


def test_a_paper_that_the_law_keeps_apart_is_held_and_refused() -> None:
    assert verdict_of(("p.adopted",)) is Verdict.REFUSED
    assert verdict_of(("p.adopted", "p.married")) is Verdict.REFUSED


def test_a_paper_of_which_a_part_is_held_is_told_apart_from_one_that_nobody_holds() -> None:
    assert verdict_of(("p.married", "p.unknown")) is Verdict.PARTLY
    assert verdict_of(("p.unknown",)) is Verdict.NOT_HELD
    assert verdict_of(()) is Verdict.UNSTATED


def test_a_paper_that_a_need_replaces_is_not_asked_for() -> None:
    with_need = msgspec.structs.replace(
        service("a", "hr", ("p.married",)),
        needs=(Need(elements=("p.married",), resource="1/1", purpose="核验"),),
    )
    found = analysis([with_need], ALL, (grant("hr", "1/1", "p.married"),))
    assert found.counts["replaced"] == 1
    assert found.asked == ()
    without_grant = analysis([with_need], ALL)
    assert without_grant.papers[0].verdict is Verdict.WITH_GRANT


def test_a_retired_service_asks_for_nothing_and_a_retired_resource_holds_nothing() -> None:
    gone = msgspec.structs.replace(service("a", "hr", ("p.married",)), status=ServiceStatus.RETIRED)
    assert analysis([gone], ALL).papers == ()
    empty = msgspec.structs.replace(CIVIL, retired=True)
    found = analysis([service("a", "hr", ("p.married",))], [empty])
    assert found.papers[0].verdict is Verdict.NOT_HELD


def test_an_item_may_be_shared_otherwise_than_its_resource() -> None:
    items = (
        ItemDefinition(
            name="x", element="p.x", share=ShareDefinition(type=ShareType.NONE, basis="某法")
        ),
        ItemDefinition(name="y", element="p.y"),
    )
    mixed = msgspec.structs.replace(CIVIL, items=items)
    found = analysis([service("a", "hr", ("p.x",), ("p.y",))], [mixed])
    assert [paper.verdict for paper in found.papers] == [Verdict.REFUSED, Verdict.WITH_GRANT]


def test_where_a_grant_is_needed_anyway_everything_comes_from_one_place() -> None:
    own = resource("1/9", "hr", "p.married")
    found = analysis([service("a", "hr", ("p.married", "p.spouse"))], [CIVIL, own])
    assert {holding.resource for holding in found.papers[0].holdings} == {"1/1"}
    only_own = analysis([service("a", "hr", ("p.married",))], [CIVIL, own])
    assert [holding.way for holding in only_own.papers[0].holdings] == [Way.OWN]


def test_the_grant_that_removes_most_comes_first() -> None:
    services = [
        service("a", "hr", ("p.married",), ("p.spouse",), ("p.address",)),
        service("b", "hr", ("p.married",), ("p.adopted",)),
        service("c", "tax", ("p.address",)),
    ]
    found = analysis(services, ALL)
    first = found.proposals[0]
    assert (first.provider, first.receiver, first.resource) == ("civil", "hr", "1/1")
    assert set(first.elements) == {"p.married", "p.spouse"}
    assert [(paper.service, paper.code) for paper in first.removes] == [
        ("a", "m0"),
        ("a", "m1"),
        ("b", "m0"),
    ]
    assert [len(one.removes) for one in found.proposals] == [3, 1, 1]


def test_a_paper_that_waits_for_two_grants_goes_with_the_second() -> None:
    found = analysis([service("a", "hr", ("p.married", "p.address"))], ALL)
    assert [len(one.removes) for one in found.proposals] == [0, 1]


def test_questions_that_a_grant_would_answer_are_counted_with_it() -> None:
    asking = msgspec.structs.replace(
        service("a", "hr", ("p.married",)),
        form=(Section(title="甲", fields=(Field(code="q", name="婚否", element="p.married"),)),),
    )
    found = analysis([asking], ALL)
    assert found.questions[0].verdict is Verdict.WITH_GRANT
    assert found.proposals[0].questions == 1


def test_the_snippets_service_needs_no_paper_that_is_held() -> None:
    found = analyse(declared_in(instance_of(PASSES)))
    assert found.counts["unstated"] == 1
    assert found.held == ()


ELEMENTS = ["p.a", "p.b", "p.c", "p.d"]
DEPARTMENTS = ["hr", "tax", "civil"]
RESOURCES = st.lists(
    st.tuples(
        st.sampled_from(DEPARTMENTS),
        st.lists(st.sampled_from(ELEMENTS), max_size=3, unique=True),
        st.sampled_from(list(ShareType)),
    ),
    max_size=4,
).map(
    lambda made: [resource(f"1/{n}", one[0], *one[1], share=one[2]) for n, one in enumerate(made)]
)
PAPERS = st.lists(
    st.lists(st.sampled_from([*ELEMENTS, "p.z"]), max_size=3, unique=True), max_size=4
)
SERVICES = st.lists(st.tuples(st.sampled_from(DEPARTMENTS), PAPERS), max_size=4).map(
    lambda made: [
        service(f"s{n}", one[0], *(tuple(proves) for proves in one[1]))
        for n, one in enumerate(made)
    ]
)


@settings(max_examples=150, deadline=None)
@given(SERVICES, RESOURCES)
def test_giving_every_proposed_grant_removes_exactly_the_papers_it_said(
    services: list[Service], resources: list[ResourceDefinition]
) -> None:
    before = analysis(services, resources)
    given_grants: tuple[GrantDefinition, ...] = ()
    promised: set[tuple[str, str]] = set()
    for number, one in enumerate(before.proposals):
        made = grant(one.receiver, one.resource, *one.elements)
        given_grants += (msgspec.structs.replace(made, code=f"g{number}"),)
        promised |= {(paper.service, paper.code) for paper in one.removes}
        after = analysis(services, resources, given_grants)
        now = {(paper.service, paper.code) for paper in after.of(Verdict.NOW)}
        assert promised <= now
    after = analysis(services, resources, given_grants)
    assert after.of(Verdict.WITH_GRANT) == ()
    assert len(after.held) == len(before.held)
    assert sum(before.counts.values()) == len(before.papers)
    assert all(paper.lacking == () for paper in before.of(*HELD))
