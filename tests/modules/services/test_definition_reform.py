"""Which papers nobody should have to bring, and the way that leads to each answer."""

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from tongban.modules.catalog.definition import (
    FormatDefinition,
    ItemDefinition,
    ResourceDefinition,
    ShareDefinition,
    ShareType,
)
from tongban.modules.exchange.definition import GrantDefinition
from tongban.modules.services.definition import MaterialDefinition, ServiceDefinition, ServiceStatus
from tongban.modules.services.definition.reform import HELD, Access, Reform, Standing, analyse

TODAY = dt.date(2026, 11, 24)


def resource(
    code: str, provider: str, *elements: str, share: ShareType = ShareType.CONDITIONAL
) -> ResourceDefinition:
    """Return a resource with an item for each element."""
    return ResourceDefinition(
        code=code,
        name=code,
        provider=provider,
        abstract="",
        format=FormatDefinition(),
        items=tuple(ItemDefinition(name=element, element=element) for element in elements),
        share=ShareDefinition(type=share, basis="某条" if share is ShareType.NONE else ""),
    )


def service(
    *papers: tuple[str, ...], code: str = "s", status: ServiceStatus = ServiceStatus.OPEN
) -> ServiceDefinition:
    """Return a service of the housing department that asks for papers proving these elements."""
    return ServiceDefinition(
        code=code,
        name=code,
        status=status,
        department="housing",
        materials=tuple(
            MaterialDefinition(code=f"m{n}", name=f"m{n}", evidences=elements)
            for n, elements in enumerate(papers)
        ),
    )


def grant(
    resource: str, *items: str, services: tuple[str, ...] = (), ends: dt.date = TODAY
) -> GrantDefinition:
    """Return a grant to the housing department."""
    return GrantDefinition(
        code=f"g-{resource}",
        resource=resource,
        department="housing",
        items=items,
        purpose="p",
        services=services,
        basis="b",
        starts=dt.date(2026, 1, 1),
        ends=ends,
    )


def standings(found: Reform) -> list[Standing]:
    """Return the standing of each paper in order."""
    return [paper.standing for paper in found.papers]


def test_a_paper_that_the_department_holds_itself_need_not_be_asked_for() -> None:
    found = analyse([service(("a",))], [resource("1", "housing", "a")], [], TODAY)
    assert standings(found) == [Standing.NOW]
    assert found.papers[0].places[0].access is Access.OWN


def test_a_paper_held_elsewhere_goes_with_a_grant_that_is_named() -> None:
    found = analyse([service(("a",))], [resource("1", "police", "a")], [], TODAY)
    assert standings(found) == [Standing.GRANT]
    wanted = found.papers[0].wanted[0]
    assert (wanted.provider, wanted.receiver, wanted.resource) == ("police", "housing", "1")
    assert found.suggestions[0].removes == found.papers


def test_a_grant_that_exists_makes_the_paper_superfluous_today() -> None:
    found = analyse([service(("a",))], [resource("1", "police", "a")], [grant("1", "a")], TODAY)
    assert standings(found) == [Standing.NOW]
    assert found.papers[0].places[0].grant == "g-1"


def test_a_grant_that_ended_or_is_for_another_service_does_not_count() -> None:
    held = [resource("1", "police", "a")]
    over = grant("1", "a", ends=TODAY - dt.timedelta(days=1))
    other = grant("1", "a", services=("another",))
    assert standings(analyse([service(("a",))], held, [over], TODAY)) == [Standing.GRANT]
    assert standings(analyse([service(("a",))], held, [other], TODAY)) == [Standing.GRANT]


def test_what_is_not_to_be_shared_is_held_but_stays_with_its_basis() -> None:
    held = [resource("1", "police", "a", share=ShareType.NONE)]
    found = analyse([service(("a",))], held, [], TODAY)
    assert standings(found) == [Standing.REFUSED]
    assert found.papers[0].places[0].basis == "某条"
    assert (found.held, found.suggestions) == (1, ())


def test_a_paper_is_only_held_when_everything_it_proves_is_held() -> None:
    found = analyse([service(("a", "b"), ("b",), ())], [resource("1", "police", "a")], [], TODAY)
    assert standings(found) == [Standing.PARTLY, Standing.NOWHERE, Standing.UNSTATED]
    assert found.papers[0].missing == ("b",)
    assert (found.asked, found.held) == (3, 0)


def test_one_grant_that_covers_all_is_preferred_to_two() -> None:
    held = [
        resource("1", "police", "a"),
        resource("2", "tax", "b"),
        resource("3", "civil", "a", "b"),
    ]
    found = analyse([service(("a", "b"))], held, [], TODAY)
    assert [wanted.resource for wanted in found.papers[0].wanted] == ["3"]


def test_the_three_grants_are_those_that_remove_most() -> None:
    held = [resource(str(n), "police", f"e{n}") for n in range(5)]
    papers = [(f"e{n}",) for n in range(5) for _ in range(n + 1)]
    found = analyse([service(*papers)], held, [], TODAY)
    assert [len(suggestion.removes) for suggestion in found.suggestions] == [5, 4, 3]
    assert found.removed == 12


def test_a_retired_service_or_resource_does_not_count() -> None:
    old = service(("a",), status=ServiceStatus.RETIRED)
    assert analyse([old], [resource("1", "police", "a")], [], TODAY).asked == 0


ELEMENTS = st.lists(st.sampled_from("abcdef"), max_size=4, unique=True).map(tuple)
RESOURCES = st.lists(
    st.tuples(st.sampled_from(["housing", "police", "tax"]), ELEMENTS, st.sampled_from(ShareType)),
    max_size=6,
).map(lambda rows: [resource(str(n), p, *e, share=s) for n, (p, e, s) in enumerate(rows)])


@given(st.lists(ELEMENTS, max_size=8), RESOURCES)
def test_every_count_opens_to_its_evidence(
    papers: list[tuple[str, ...]], held: list[ResourceDefinition]
) -> None:
    found = analyse([service(*papers)], held, [], TODAY)
    assert found.asked == len(papers)
    assert sum(len(found.of(standing)) for standing in Standing) == found.asked
    for paper, elements in zip(found.papers, papers, strict=True):
        assert {place.element for place in paper.places} | set(paper.missing) == set(elements)
        assert (paper.standing in HELD) == (bool(elements) and not paper.missing)
        assert bool(paper.wanted) == (paper.standing is Standing.GRANT)


@given(st.lists(ELEMENTS, min_size=1, max_size=8), RESOURCES)
def test_giving_every_grant_a_paper_wants_removes_it(
    papers: list[tuple[str, ...]], held: list[ResourceDefinition]
) -> None:
    before = analyse([service(*papers)], held, [], TODAY)
    given_grants = [grant(w.resource, *w.elements) for paper in before.papers for w in paper.wanted]
    after = analyse([service(*papers)], held, given_grants, TODAY)
    for old, new in zip(before.papers, after.papers, strict=True):
        if old.standing is Standing.GRANT:
            assert new.standing is Standing.NOW
    assert after.held == before.held
