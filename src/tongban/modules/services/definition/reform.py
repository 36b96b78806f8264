"""The reform engine, in its smallest form: which papers nobody should have to bring, and why.

A service asks for materials; a material is proof of elements; items of resources hold elements; a
resource belongs to a department that may share it. So whether a paper can go is a question to one
graph, and every answer here carries the way that led to it.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from tongban.kernel.text import Text
from tongban.modules.catalog.definition import ResourceDefinition, ShareType
from tongban.modules.exchange.definition import GrantDefinition
from tongban.modules.services.definition import (
    MaterialDefinition,
    ServiceDefinition,
    ServiceStatus,
)

SUGGESTED = 3
"""How many grants are suggested."""


class Standing(StrEnum):
    """What stands between a paper and its end."""

    NOW = "now"
    """The asking department holds it, or has a grant: it need not be asked for today."""
    GRANT = "grant"
    """Other departments hold it and could grant it."""
    REFUSED = "refused"
    """Held, but some of it is declared not to be shared."""
    PARTLY = "partly"
    """Some of what it proves is held, some is not."""
    NOWHERE = "nowhere"
    """No registered resource holds what it proves."""
    UNSTATED = "unstated"
    """The definition does not say what it proves."""


HELD = frozenset({Standing.NOW, Standing.GRANT, Standing.REFUSED})
"""Standings of papers that the government already holds whole."""


class Access(StrEnum):
    """How the asking department comes to an element in one resource, the nearest first."""

    OWN = "own"
    GRANTED = "granted"
    GRANTABLE = "grantable"
    REFUSED = "refused"


_NEAREST = tuple(Access)


@dataclass(frozen=True, slots=True)
class Place:
    """Where an element lies, as one department sees it."""

    element: str
    resource: str
    provider: str
    item: Text
    access: Access
    grant: str = ""
    """Code of the grant that exists."""
    basis: Text = ""
    """Why it is not shared."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A grant that does not exist: this department, that resource, these elements."""

    receiver: str
    provider: str
    resource: str
    elements: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Paper:
    """A material that a service asks for, and where what it proves lies."""

    service: str
    department: str
    material: str
    name: Text
    standing: Standing
    places: tuple[Place, ...]
    """The nearest place of each element that is held."""
    missing: tuple[str, ...]
    """Elements that no resource holds."""
    wanted: tuple[Wanted, ...]
    """For ``grant``: every grant it takes."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A grant that would remove papers, given those suggested before it."""

    wanted: Wanted
    removes: tuple[Paper, ...]


@dataclass(frozen=True, slots=True)
class Reform:
    """What the whole description comes to."""

    papers: tuple[Paper, ...]
    suggestions: tuple[Suggestion, ...]

    @property
    def asked(self) -> int:
        """How many papers are asked for."""
        return len(self.papers)

    @property
    def held(self) -> int:
        """How many of them the government already holds whole."""
        return sum(1 for paper in self.papers if paper.standing in HELD)

    def of(self, standing: Standing) -> tuple[Paper, ...]:
        """Return the papers of one standing."""
        return tuple(paper for paper in self.papers if paper.standing is standing)

    @property
    def removed(self) -> int:
        """How many papers the suggested grants would remove together."""
        return sum(len(suggestion.removes) for suggestion in self.suggestions)


class _Graph:
    """Elements to the resources that hold them, and grants by resource and receiver."""

    def __init__(
        self,
        resources: Iterable[ResourceDefinition],
        grants: Iterable[GrantDefinition],
        today: dt.date,
    ) -> None:
        self._held: dict[str, list[tuple[ResourceDefinition, Text, ShareType, Text]]] = defaultdict(
            list
        )
        for resource in resources:
            if not resource.retired and not resource.secret:
                for item in resource.items:
                    share = item.share or resource.share
                    if item.element:
                        self._held[item.element].append(
                            (resource, item.name, share.type, share.basis)
                        )
        self._grants: dict[tuple[str, str], list[GrantDefinition]] = defaultdict(list)
        for grant in grants:
            if grant.starts <= today <= grant.ends:
                self._grants[grant.resource, grant.department].append(grant)

    def places(self, element: str, service: ServiceDefinition) -> list[Place]:
        """Return where an element lies for a service's department, the nearest first."""
        found = [self._place(element, service, *held) for held in self._held.get(element, ())]
        return sorted(found, key=lambda place: (_NEAREST.index(place.access), place.resource))

    def _place(
        self,
        element: str,
        service: ServiceDefinition,
        resource: ResourceDefinition,
        item: Text,
        share: ShareType,
        basis: Text,
    ) -> Place:
        access, grant = Access.GRANTABLE, ""
        if resource.provider == service.department:
            access = Access.OWN
        elif grant := self._grant(element, service, resource.code):
            access = Access.GRANTED
        elif share is ShareType.NONE:
            access = Access.REFUSED
        why = basis if access is Access.REFUSED else ""
        return Place(element, resource.code, resource.provider, item, access, grant, why)

    def _grant(self, element: str, service: ServiceDefinition, resource: str) -> str:
        for grant in self._grants.get((resource, service.department), ()):
            if element in grant.items and (not grant.services or service.code in grant.services):
                return grant.code
        return ""


def analyse(
    services: Iterable[ServiceDefinition],
    resources: Iterable[ResourceDefinition],
    grants: Iterable[GrantDefinition],
    today: dt.date,
) -> Reform:
    """Return every paper that the services ask for with its standing, and the best grants.

    ``today`` decides which grants are in force. Retired services and resources do not count, nor do
    resources that may not be registered.
    """
    graph = _Graph(resources, grants, today)
    papers = tuple(
        _paper(service, material, graph)
        for service in services
        if service.status is not ServiceStatus.RETIRED
        for material in service.materials
    )
    return Reform(papers=papers, suggestions=tuple(_suggestions(papers)))


def _paper(service: ServiceDefinition, material: MaterialDefinition, graph: _Graph) -> Paper:
    all_places = {element: graph.places(element, service) for element in material.evidences}
    missing = tuple(element for element, places in all_places.items() if not places)
    held = {element: places for element, places in all_places.items() if places}
    standing = _standing(held, missing)
    wanted: tuple[Wanted, ...] = ()
    chosen = {element: places[0] for element, places in held.items()}
    if standing is Standing.GRANT:
        wanted, chosen = _fewest_grants(service.department, held)
    return Paper(
        service=service.code,
        department=service.department,
        material=material.code,
        name=material.name,
        standing=standing,
        places=tuple(chosen.values()),
        missing=missing,
        wanted=wanted,
    )


def _standing(held: Mapping[str, Sequence[Place]], missing: Sequence[str]) -> Standing:
    if not held:
        return Standing.NOWHERE if missing else Standing.UNSTATED
    if missing:
        return Standing.PARTLY
    furthest = max(_NEAREST.index(places[0].access) for places in held.values())
    if _NEAREST[furthest] is Access.REFUSED:
        return Standing.REFUSED
    return Standing.GRANT if _NEAREST[furthest] is Access.GRANTABLE else Standing.NOW


def _fewest_grants(
    receiver: str, held: Mapping[str, Sequence[Place]]
) -> tuple[tuple[Wanted, ...], dict[str, Place]]:
    """Choose resources so that few grants cover all elements that need one (greedy set cover)."""
    free = (Access.OWN, Access.GRANTED)
    chosen = {e: places[0] for e, places in held.items() if places[0].access in free}
    left = [element for element in held if element not in chosen]
    wanted = []
    while left:
        offers: dict[str, list[Place]] = defaultdict(list)
        for element in left:
            for place in held[element]:
                if place.access is Access.GRANTABLE:
                    offers[place.resource].append(place)
        resource = min(offers, key=lambda code: (-len(offers[code]), code))
        for place in offers[resource]:
            chosen[place.element] = place
        elements = tuple(sorted({place.element for place in offers[resource]}))
        wanted.append(Wanted(receiver, offers[resource][0].provider, resource, elements))
        left = [element for element in left if element not in chosen]
    return tuple(wanted), {element: chosen[element] for element in held}


def _suggestions(papers: Sequence[Paper]) -> Iterator[Suggestion]:
    """Yield the grants that remove most papers, each given those before it."""
    waiting = [paper for paper in papers if paper.standing is Standing.GRANT]
    given: set[tuple[str, str]] = set()
    for _ in range(SUGGESTED):
        if not waiting:
            return
        best = _best(waiting, given)
        given.add(best)
        done = tuple(paper for paper in waiting if _keys(paper) <= given)
        waiting = [paper for paper in waiting if paper not in done]
        yield Suggestion(wanted=_merged(best, papers), removes=done)


def _keys(paper: Paper) -> set[tuple[str, str]]:
    return {(wanted.receiver, wanted.resource) for wanted in paper.wanted}


def _best(waiting: Sequence[Paper], given: set[tuple[str, str]]) -> tuple[str, str]:
    """Return the grant that completes most papers, and brings most others nearer."""
    score: dict[tuple[str, str], float] = defaultdict(float)
    for paper in waiting:
        lacking = _keys(paper) - given
        for key in lacking:
            score[key] += 1.0 if len(lacking) == 1 else 1.0 / (1000 * len(lacking))
    return min(score, key=lambda key: (-score[key], key))


def _merged(key: tuple[str, str], papers: Sequence[Paper]) -> Wanted:
    """Return the grant with every element that any paper wants of it."""
    all_wanted = [w for paper in papers for w in paper.wanted if (w.receiver, w.resource) == key]
    elements = sorted({element for wanted in all_wanted for element in wanted.elements})
    return Wanted(key[0], all_wanted[0].provider, key[1], tuple(elements))
