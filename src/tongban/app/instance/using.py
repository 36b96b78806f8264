"""What running cases need of definitions, and what of it a folder would take from them.

A case keeps the version of its service that it began with, but everything that this version points
at is the one that runs now: departments, roles, elements, resources with their sources and grants,
the kind of certificate. So what it needs is looked for on both sides; what is there today and would
be gone is lost. What is missing already, such as a grant that ran out, is not the folder's doing.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

import msgspec

from tongban.kit import shelf
from tongban.kit.db import Reader
from tongban.kit.definitions.instance import Instance
from tongban.modules.catalog import queries as catalog
from tongban.modules.catalog.definition import ElementDefinition, ResourceDefinition, ShareType
from tongban.modules.certificates.definition import CertificateTypeDefinition
from tongban.modules.exchange import queries as exchange
from tongban.modules.exchange.definition import GrantDefinition, SourceDefinition
from tongban.modules.government.definition import DepartmentDefinition
from tongban.modules.identity.definition import RoleDefinition
from tongban.modules.services import queries as services
from tongban.modules.services.definition.reform import Grants
from tongban.modules.services.model import Need, Service

S = TypeVar("S", bound=msgspec.Struct)


@dataclass(frozen=True, slots=True)
class Given:
    """The definitions that cases find: those that run, or those of a folder; none that is retired."""

    services: Mapping[str, Service]
    departments: Mapping[str, DepartmentDefinition]
    roles: Mapping[str, RoleDefinition]
    elements: Mapping[str, ElementDefinition]
    resources: Mapping[str, ResourceDefinition]
    sources: Mapping[str, SourceDefinition]
    certificates: Mapping[str, CertificateTypeDefinition]
    grants: Grants
    """Those in effect today, also the ones that departments agreed on here."""


@dataclass(frozen=True, slots=True, order=True)
class Loss:
    """One definition that a case needs and would not find, or not with ``what`` it needs of it."""

    part: str
    key: str
    what: str = ""


@dataclass(frozen=True, slots=True)
class Users:
    """Who would miss something: numbers of running cases, and how many drafts."""

    cases: tuple[str, ...]
    drafts: int


def losses(reader: Reader, instance: Instance) -> dict[Loss, Users]:
    """Return what applying a folder would take from running cases and drafts, and from which."""
    followed_versions = services.open_versions(reader.connection)
    if not followed_versions:
        return {}
    today = exchange.today(reader.connection, reader.now)
    in_effect = exchange.granted(reader.connection, today)
    before = _running(reader, Grants(in_effect, today))
    declared = shelf.every(reader.connection, "grants", GrantDefinition)
    agreed = {one.code: one for one in in_effect if one.code not in declared}
    wanted = {**agreed, **instance.every(GrantDefinition)}
    after = _declared(instance, Grants(wanted.values(), today))
    numbers: dict[Loss, list[str]] = {}
    drafts: dict[Loss, int] = {}
    for (code, version), count in followed_versions.items():
        followed = shelf.one(reader.connection, services.PART, code, Service, version)
        lost = set(lost_to(followed, before, after)) if followed is not None else set()
        running = services.open_numbers(reader.connection, code, version) if lost else []
        for one in lost:
            numbers.setdefault(one, []).extend(running)
            drafts[one] = drafts.get(one, 0) + count - len(running)
    return {one: Users(tuple(sorted(found)), drafts[one]) for one, found in numbers.items()}


def _running(reader: Reader, grants: Grants) -> Given:
    connection = reader.connection
    return Given(
        services=shelf.every(connection, services.PART, Service),
        departments=shelf.every(connection, "departments", DepartmentDefinition),
        roles=shelf.every(connection, "roles", RoleDefinition),
        elements=shelf.every(connection, "elements", ElementDefinition),
        resources=_kept(catalog.resources(connection)),
        sources=exchange.sources(connection),
        certificates=_kept(
            shelf.every(connection, "certificates", CertificateTypeDefinition),
        ),
        grants=grants,
    )


def _declared(instance: Instance, grants: Grants) -> Given:
    return Given(
        services=instance.every(Service),
        departments=instance.every(DepartmentDefinition),
        roles=instance.every(RoleDefinition),
        elements=instance.every(ElementDefinition),
        resources=_kept(instance.every(ResourceDefinition)),
        sources=instance.every(SourceDefinition),
        certificates=_kept(instance.every(CertificateTypeDefinition)),
        grants=grants,
    )


def _kept(every: Mapping[str, S]) -> dict[str, S]:
    return {key: one for key, one in every.items() if not getattr(one, "retired", False)}


def lost_to(service: Service, before: Given, after: Given) -> Iterator[Loss]:
    """Yield what a case of this version of a service has before and has no longer after."""
    yield from _gone(uses(service, before), before, after)
    yield from _duties_lost(service, before, after)
    yield from _elements_changed(service, before, after)
    for need in service.needs:
        yield from _items_lost(service, need, before, after)
        yield from _grants_lost(service, need, before, after)
    yield from _certificate_changed(service, before, after)


def uses(service: Service, given: Given) -> set[tuple[str, str]]:
    """Return part and key of everything that a case of this service needs to go on."""
    used = {(services.PART, service.code), ("departments", service.department)}
    used |= {("departments", step.department) for step in service.steps}
    used |= {("resources", need.resource) for need in service.needs}
    used |= {("elements", element) for element in _elements(service)}
    if service.result.certificate:
        used.add(("certificates", service.result.certificate))
        kind = given.certificates.get(service.result.certificate)
        used |= {("departments", kind.issuer)} if kind is not None else set()
    return used


def _elements(service: Service) -> set[str]:
    asked = {field.element for section in service.form for field in section.fields}
    return (asked | {element for need in service.needs for element in need.elements}) - {""}


def _gone(used: Iterable[tuple[str, str]], before: Given, after: Given) -> Iterator[Loss]:
    for part, key in used:
        if key in getattr(before, part) and key not in getattr(after, part):
            yield Loss(part, key)


def _duties_lost(service: Service, before: Given, after: Given) -> Iterator[Loss]:
    """Roles by which a step can be done today, where no role would bring its duty any more."""
    brought = {duty for role in after.roles.values() for duty in role.duties}
    for duty in {step.needed_duty for step in service.steps} - brought:
        for code, role in before.roles.items():
            if duty in role.duties:
                yield Loss("roles", code, duty)


def _elements_changed(service: Service, before: Given, after: Given) -> Iterator[Loss]:
    """Elements whose values mean something else: another type, or a code less."""
    for code in _elements(service) & before.elements.keys() & after.elements.keys():
        old, new = before.elements[code], after.elements[code]
        if (old.type, old.subject) != (new.type, new.subject):
            yield Loss("elements", code, f"type: {old.type.value}")
        for value in old.codes.keys() - new.codes.keys():
            yield Loss("elements", code, f"codes: {value}")


def _items_lost(service: Service, need: Need, before: Given, after: Given) -> Iterator[Loss]:
    """Items of a resource that could be fetched, and the source they came from."""
    old, new = before.resources.get(need.resource), after.resources.get(need.resource)
    if old is None or new is None:
        return
    for element in set(need.elements) & _held(old, service) - _held(new, service):
        yield Loss("resources", need.resource, element)
    source = new.link.source if new.link else ""
    if source in before.sources and source not in after.sources:
        yield Loss("sources", source)


def _held(resource: ResourceDefinition, service: Service) -> set[str]:
    """Return the elements that the service's department can fetch, grants aside."""
    own = resource.provider == service.department
    return {
        item.element
        for item in resource.items
        if resource.link is not None
        and item.column
        and (own or catalog.share_of(resource, item).type is not ShareType.NONE)
    }


def _grants_lost(service: Service, need: Need, before: Given, after: Given) -> Iterator[Loss]:
    """Grants by which an element could be fetched, where none would cover it any more.

    What could be seen whole and would come masked is lost too: a rule would look at the mask.
    """
    resource = after.resources.get(need.resource)
    if resource is None or resource.provider == service.department:
        return
    for element in need.elements:
        left = _covering(after.grants, service, need, element)
        whole = any(element not in grant.masked for grant in left)
        for grant in _covering(before.grants, service, need, element):
            if not left:
                yield Loss("grants", grant.code, element)
            elif not whole and element not in grant.masked:
                yield Loss("grants", grant.code, f"masked: {element}")


def _covering(grants: Grants, service: Service, need: Need, element: str) -> list[GrantDefinition]:
    return [
        grant
        for grant in grants.of(service, need.resource)
        if grant.delivery == "api" and element in grant.items
    ]


def _certificate_changed(service: Service, before: Given, after: Given) -> Iterator[Loss]:
    """Fields that the service fills and the kind would no longer have, and ones nobody fills."""
    code = service.result.certificate
    old, new = before.certificates.get(code), after.certificates.get(code)
    if old is None or new is None:
        return
    filled = service.result.fields.keys()
    had = {field.code: field.type for field in old.fields}
    has = {field.code: field.type for field in new.fields}
    for field in filled & had.keys():
        if has.get(field) != had[field]:
            yield Loss("certificates", code, field)
    for field in has.keys() - had.keys() - filled:
        yield Loss("certificates", code, field)
    if old.holder != new.holder:
        yield Loss("certificates", code, f"holder: {old.holder}")
