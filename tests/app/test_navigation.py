"""The way that somebody is on is marked, also on pages that are reached from another part."""

import dataclasses

import pytest

from tongban.app.frame import navigation
from tongban.kernel.actors import Actor, ActorKind

OFFICER = Actor(
    kind=ActorKind.STAFF,
    account="officer",
    name="石磊",
    department="public-security",
    duties=frozenset({"grant.decide"}),
)


@pytest.mark.parametrize(
    ("path", "way"),
    [
        ("/grants/G-2026-015", "/grants"),
        ("/agreements", "/grants"),
        ("/agreements/new", "/grants"),
        ("/unusual-reading/1", "/grants"),
        ("/catalog", "/catalog"),
        ("/help", None),
    ],
)
def test_the_way_that_a_page_belongs_to_is_the_one_marked(path: str, way: str | None) -> None:
    ways = navigation(OFFICER, path, "zh")
    assert [each["href"] for each in ways if each["current"]] == ([way] if way else [])


@pytest.mark.parametrize("duty", ["supervision.read", "ledger.audit"])
def test_who_inspects_or_audits_has_a_way_to_unusual_reading_and_to_the_audit(duty: str) -> None:
    inspector = dataclasses.replace(OFFICER, duties=frozenset({duty}))
    ways = navigation(inspector, "/unusual-reading/1", "zh")
    assert {"/unusual-reading", "/audit"} <= {each["href"] for each in ways}
    assert [each["href"] for each in ways if each["current"]] == ["/unusual-reading"]
