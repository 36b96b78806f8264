"""The reform engine, in its smallest form: which papers and questions need not be asked, and why.

One graph is walked: service, material, the elements it is proof of, the resources that hold them,
their providers. Everything is a pure function over definitions; every count opens to its evidence.
"""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum

import msgspec

from tongban.kernel.text import Text
from tongban.kit.definitions.instance import Instance
from tongban.modules.catalog.definition import (
    ElementDefinition,
    ItemDefinition,
    ResourceDefinition,
    ShareType,
)
from tongban.modules.exchange.definition import GrantDefinition
from tongban.modules.exchange.definition.checks import item_key
from tongban.modules.government.definition import DepartmentDefinition
from tongban.modules.services.model import Service, ServiceStatus


class Way(StrEnum):
    """How a service could come by an element, the easiest first."""

    FETCHED = "fetched"
    """A need brings it already."""
    OWN = "own"
    """The service's own department holds it."""
    GRANTED = "granted"
    """A grant in force covers it."""
    UNCONDITIONAL = "unconditional"
    """Shared without condition: a grant is a formality."""
    CONDITIONAL = "conditional"
    """A grant is needed and has a condition."""
    REFUSED = "refused"
    """Held, and not shared by law."""


class Verdict(StrEnum):
    """What can become of a paper or a question."""

    REPLACED = "replaced"
    """Data already takes its place; it is only asked where the data did not come."""
    NOW = "now"
    """Can go now: the service only has to declare the need."""
    WITH_GRANT = "with_grant"
    """Can go with one grant or several."""
    REFUSED = "refused"
    """The government holds it all, and part of it may not be shared by law."""
    PARTLY = "partly"
    """The government holds only part of what it proves."""
    NOT_HELD = "not_held"
    """No resource of the catalogue holds it."""
    UNSTATED = "unstated"
    """Nobody said what it is proof of."""


HELD = (Verdict.NOW, Verdict.WITH_GRANT, Verdict.REFUSED)
"""The government already holds all of it."""
NEEDS_NO_GRANT = (Way.FETCHED, Way.OWN, Way.GRANTED)


class Holding(msgspec.Struct, frozen=True, kw_only=True):
    """Where an element lies, and how this service could come by it."""

    element: str
    name: Text
    item: Text
    resource: str
    resource_name: Text
    provider: str
    way: Way
    grant: str = ""
    """Code of the grant in force."""
    basis: Text = ""
    """Why it is not shared, or on what condition."""
    connected: bool = False


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """A paper or a question that a service asks for, and what the government holds of it."""

    service: str
    service_name: Text
    department: str
    code: str
    """Code of the material or field."""
    name: Text
    required: bool
    verdict: Verdict
    holdings: tuple[Holding, ...] = ()
    lacking: tuple[str, ...] = ()
    """Elements that no resource holds."""


class Proposal(msgspec.Struct, frozen=True, kw_only=True):
    """A grant worth giving: from whom to whom, what, and which papers go with it."""

    provider: str
    receiver: str
    resource: str
    resource_name: Text
    elements: tuple[str, ...]
    element_names: tuple[Text, ...]
    share: ShareType
    removes: tuple[Asked, ...]
    """Papers that can go once this and the proposals before it are given."""
    questions: int = 0
    """Questions that can go with it too."""


class Reform(msgspec.Struct, frozen=True, kw_only=True):
    """The whole analysis. ``proposals`` are in the order in which they remove most."""

    papers: tuple[Asked, ...]
    questions: tuple[Asked, ...]
    proposals: tuple[Proposal, ...]
    services: int
    """Services that ask for anything."""

    def of(self, *verdicts: Verdict) -> tuple[Asked, ...]:
        """Return the papers with one of these verdicts."""
        return tuple(paper for paper in self.papers if paper.verdict in verdicts)

    @property
    def asked(self) -> tuple[Asked, ...]:
        """The papers that applicants really have to bring: those that data has not replaced."""
        return tuple(paper for paper in self.papers if paper.verdict is not Verdict.REPLACED)

    @property
    def removable(self) -> tuple[Asked, ...]:
        """Of these, the papers that could still go: at once, or with grants that may be given."""
        return self.of(Verdict.NOW, Verdict.WITH_GRANT)

    @property
    def held(self) -> tuple[Asked, ...]:
        """Of these, the papers of which the government already holds everything."""
        return self.of(*HELD)

    @property
    def counts(self) -> dict[str, int]:
        """How many papers there are of each verdict."""
        counted = Counter(paper.verdict for paper in self.papers)
        return {verdict.value: counted[verdict] for verdict in Verdict}


# Grants in force --------------------------------------------------------------------------------


class Grants:
    """The grants in force on a day, by who receives and from which resource."""

    def __init__(self, grants: Iterable[GrantDefinition], today: dt.date) -> None:
        self._by: defaultdict[tuple[str, str], list[GrantDefinition]] = defaultdict(list)
        for grant in grants:
            if grant.starts <= today <= grant.ends:
                self._by[grant.department, grant.resource].append(grant)

    def of(self, service: Service, resource: str) -> list[GrantDefinition]:
        """Return the grants that let a service use a resource."""
        return [
            grant
            for grant in self._by.get((service.department, resource), ())
            if not grant.services or service.code in grant.services
        ]


def grants_for(instance: Instance) -> Grants:
    """Return the grants of an instance that are in force, indexed once."""
    return instance.memo(_grants)


def _grants(instance: Instance) -> Grants:
    return Grants(instance.every(GrantDefinition).values(), instance.today)


# The analysis -----------------------------------------------------------------------------------


class Declared(msgspec.Struct, frozen=True, kw_only=True):
    """What the analysis looks at: definitions by code, wherever they come from."""

    services: Mapping[str, Service]
    resources: Mapping[str, ResourceDefinition]
    elements: Mapping[str, ElementDefinition]
    grants: Iterable[GrantDefinition]
    today: dt.date


def declared_in(instance: Instance) -> Declared:
    """Return what an instance declares, for the analysis."""
    return Declared(
        services=instance.every(Service),
        resources=instance.every(ResourceDefinition),
        elements=instance.every(ElementDefinition),
        grants=instance.every(GrantDefinition).values(),
        today=instance.today,
    )


def analyse(declared: Declared) -> Reform:
    """Say of every paper and question whether it need be asked, and which grants would help most."""
    graph = _Graph(declared)
    papers: list[Asked] = []
    questions: list[Asked] = []
    services = 0
    for service in declared.services.values():
        if service.status is ServiceStatus.RETIRED:
            continue
        found = list(graph.papers(service)), list(graph.questions(service))
        papers.extend(found[0])
        questions.extend(found[1])
        services += bool(found[0] or found[1])
    return Reform(
        papers=tuple(papers),
        questions=tuple(questions),
        proposals=tuple(_proposals(papers, questions, graph)),
        services=services,
    )


_Item = tuple[ResourceDefinition, ItemDefinition]


class _Graph:
    """Elements and where they lie."""

    def __init__(self, declared: Declared) -> None:
        self.elements = declared.elements
        self.resources = declared.resources
        self._grants = Grants(declared.grants, declared.today)
        self._held: defaultdict[str, list[_Item]] = defaultdict(list)
        for resource in declared.resources.values():
            if not resource.retired:
                for item in resource.items:
                    if item.element:
                        self._held[item.element].append((resource, item))

    def papers(self, service: Service) -> Iterator[Asked]:
        """Return the materials of a service."""
        if service.materials:
            fetched = self._fetched(service)
            for material in service.materials:
                yield self._asked(
                    service,
                    fetched,
                    code=material.code,
                    name=material.name,
                    required=material.required,
                    proves=material.evidences,
                )

    def questions(self, service: Service) -> Iterator[Asked]:
        """Return the questions of a service that ask for an element."""
        if service.form:
            fetched = self._fetched(service)
            for section in service.form:
                for field in section.fields:
                    if field.element:
                        yield self._asked(
                            service,
                            fetched,
                            code=field.code,
                            name=field.name,
                            required=field.required,
                            proves=(field.element,),
                        )

    def _asked(
        self,
        service: Service,
        fetched: Mapping[str, str],
        *,
        code: str,
        name: Text,
        required: bool,
        proves: tuple[str, ...],
    ) -> Asked:
        holdings: list[Holding] = []
        lacking: list[str] = []
        for element in proves:
            found = self._best(element, service, fetched, proves)
            if found is None:
                lacking.append(element)
            else:
                holdings.append(found)
        if not lacking:
            holdings = self._together(service, proves, holdings)
        return Asked(
            service=service.code,
            service_name=service.name,
            department=service.department,
            code=code,
            name=name,
            required=required,
            verdict=_verdict(holdings, lacking),
            holdings=tuple(holdings),
            lacking=tuple(lacking),
        )

    def _together(
        self, service: Service, proves: tuple[str, ...], holdings: list[Holding]
    ) -> list[Holding]:
        """Where a grant is needed anyway, take everything from the one resource that has it all."""
        if all(holding.way in NEEDS_NO_GRANT for holding in holdings):
            return holdings
        for holding in sorted(holdings, key=lambda one: list(Way).index(one.way), reverse=True):
            resource = self.resources[holding.resource]
            items = {item.element: item for item in resource.items}
            if holding.way is not Way.REFUSED and all(code in items for code in proves):
                ways = {code: self._way(service, resource, items[code]) for code in proves}
                if all(way is not Way.REFUSED for way, _ in ways.values()):
                    return [
                        self._holding(code, resource, items[code], *ways[code]) for code in proves
                    ]
        return holdings

    def _fetched(self, service: Service) -> dict[str, str]:
        """Return the elements that needs bring already, and from which resource."""
        found: dict[str, str] = {}
        for need in service.needs:
            resource = self.resources.get(need.resource)
            if resource is None or resource.link is None:
                continue
            for item in resource.items:
                if item.element in need.elements:
                    way, _ = self._way(service, resource, item)
                    if way in NEEDS_NO_GRANT:
                        found.setdefault(item.element, need.resource)
        return found

    def _best(
        self,
        element: str,
        service: Service,
        fetched: Mapping[str, str],
        proves: tuple[str, ...],
    ) -> Holding | None:
        """Return the easiest place to get an element from."""
        ways = list(Way)
        best: tuple[tuple[int, int, bool, str], Holding] | None = None
        for resource, item in self._held.get(element, ()):
            if fetched.get(element) == resource.code:
                way, grant = Way.FETCHED, ""
            else:
                way, grant = self._way(service, resource, item)
            also = sum(one.element in proves for one in resource.items)
            rank = (ways.index(way), -also, resource.link is None, resource.code)
            if best is None or rank < best[0]:
                best = rank, self._holding(element, resource, item, way, grant)
        return None if best is None else best[1]

    def _way(
        self, service: Service, resource: ResourceDefinition, item: ItemDefinition
    ) -> tuple[Way, str]:
        if resource.provider == service.department:
            return Way.OWN, ""
        share = item.share or resource.share
        if share.type is ShareType.NONE:
            return Way.REFUSED, ""
        for grant in self._grants.of(service, resource.code):
            if item_key(item) in grant.items:
                return Way.GRANTED, grant.code
        if share.type is ShareType.UNCONDITIONAL:
            return Way.UNCONDITIONAL, ""
        return Way.CONDITIONAL, ""

    def _holding(
        self,
        element: str,
        resource: ResourceDefinition,
        item: ItemDefinition,
        way: Way,
        grant: str,
    ) -> Holding:
        share = item.share or resource.share
        known = self.elements.get(element)
        return Holding(
            element=element,
            name=known.name if known else element,
            item=item.name,
            resource=resource.code,
            resource_name=resource.name,
            provider=resource.provider,
            way=way,
            grant=grant,
            basis=share.basis if way is Way.REFUSED else share.condition,
            connected=resource.link is not None,
        )


def _verdict(holdings: list[Holding], lacking: list[str]) -> Verdict:
    if not holdings and not lacking:
        return Verdict.UNSTATED
    if not holdings:
        return Verdict.NOT_HELD
    if lacking:
        return Verdict.PARTLY
    ways = {holding.way for holding in holdings}
    if Way.REFUSED in ways:
        return Verdict.REFUSED
    if ways == {Way.FETCHED}:
        return Verdict.REPLACED
    return Verdict.NOW if ways <= set(NEEDS_NO_GRANT) else Verdict.WITH_GRANT


# The grants that would remove most ---------------------------------------------------------------

_Lane = tuple[str, str]
"""A resource, and the department that would receive from it."""


def _proposals(papers: list[Asked], questions: list[Asked], graph: _Graph) -> Iterator[Proposal]:
    """Yield the missing grants, each time the one that lets most papers go."""
    waiting = {
        number: _lanes(paper)
        for number, paper in enumerate(papers)
        if paper.verdict is Verdict.WITH_GRANT
    }
    wanted = _wanted([papers[number] for number in waiting])
    while waiting:
        lane = _most_useful(waiting)
        done = [number for number, lanes in waiting.items() if lanes == {lane}]
        for lanes in waiting.values():
            lanes.discard(lane)
        for number in done:
            del waiting[number]
        yield _proposal(lane, wanted[lane], [papers[n] for n in done], questions, graph)


def _lanes(paper: Asked) -> set[_Lane]:
    return {
        (holding.resource, paper.department)
        for holding in paper.holdings
        if holding.way not in NEEDS_NO_GRANT
    }


def _wanted(papers: list[Asked]) -> dict[_Lane, dict[str, Text]]:
    """Return the elements that each missing grant would have to cover."""
    wanted: defaultdict[_Lane, dict[str, Text]] = defaultdict(dict)
    for paper in papers:
        for holding in paper.holdings:
            if holding.way not in NEEDS_NO_GRANT:
                wanted[holding.resource, paper.department][holding.element] = holding.name
    return wanted


def _most_useful(waiting: Mapping[int, set[_Lane]]) -> _Lane:
    """Return the lane that lets most papers go at once, else the one most of them wait for."""
    at_once: Counter[_Lane] = Counter()
    at_all: Counter[_Lane] = Counter()
    for lanes in waiting.values():
        at_all.update(lanes)
        if len(lanes) == 1:
            at_once.update(lanes)
    return min(at_all, key=lambda lane: (-at_once[lane], -at_all[lane], lane))


def _proposal(
    lane: _Lane,
    elements: Mapping[str, Text],
    removes: list[Asked],
    questions: list[Asked],
    graph: _Graph,
) -> Proposal:
    code, receiver = lane
    resource = graph.resources[code]
    served = sum(
        question.verdict is Verdict.WITH_GRANT
        and question.department == receiver
        and all(holding.element in elements for holding in question.holdings)
        for question in questions
    )
    return Proposal(
        provider=resource.provider,
        receiver=receiver,
        resource=code,
        resource_name=resource.name,
        elements=tuple(elements),
        element_names=tuple(elements.values()),
        share=resource.share.type,
        removes=tuple(removes),
        questions=served,
    )


def department_names(departments: Mapping[str, DepartmentDefinition]) -> dict[str, Text]:
    """Return the names under which departments are spoken of."""
    return {code: department.name for code, department in departments.items()}
