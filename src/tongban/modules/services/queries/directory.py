"""The directory of services: search, filters, counts, and one service as its guide shows it."""

from collections.abc import Mapping, Sequence

import msgspec
from sqlalchemy import Connection

from tongban.kernel.actors import Actor
from tongban.kernel.expressions import Type, describe
from tongban.kernel.paging import page_count, skipped
from tongban.kernel.text import LANGUAGES, Text, say
from tongban.kit import shelf
from tongban.kit.i18n import translator
from tongban.modules.catalog import queries as catalog
from tongban.modules.government import queries as government
from tongban.modules.government.definition import Contact, OfficeHours
from tongban.modules.identity import queries as identity
from tongban.modules.services.model import (
    ONLINE_CHANNELS,
    Element,
    Facet,
    Need,
    Service,
    ServiceFilter,
    ServicePage,
    ServiceStatus,
    Window,
)
from tongban.modules.services.queries.definitions import PART, elements, service, version_of
from tongban.modules.services.queries.loading import names_of
from tongban.modules.services.rules import conditions, form, may
from tongban.modules.services.store import listings

PAGE = 20
"""Lines on a page."""


def search(
    connection: Connection, wanted: ServiceFilter, page: int = 1, size: int | None = PAGE
) -> ServicePage:
    """Return a page of the services wanted: those that can be applied for first, best matches first.

    Where nothing holds every word asked for, one word is enough (``loose``). All are on one page
    where there is no ``size``.
    """
    number = max(1, page)
    offset = skipped(number, size)
    lines, total = listings.find(connection, wanted, every_word=True, limit=size, offset=offset)
    loose = bool(wanted.text) and total == 0
    if loose:
        lines, total = listings.find(
            connection, wanted, every_word=False, limit=size, offset=offset
        )
    return ServicePage(
        lines=tuple(lines),
        total=total,
        page=number,
        pages=page_count(total, size),
        loose=loose and total > 0,
    )


class Facets(msgspec.Struct, frozen=True, kw_only=True):
    """What can be filtered by, each with its number of services."""

    departments: tuple[Facet, ...]
    types: tuple[Facet, ...]
    audiences: tuple[Facet, ...]


def facets(connection: Connection, wanted: ServiceFilter, *, loose: bool = False) -> Facets:
    """Return the values of each filter with their counts, the other filters being as they are."""
    every_word = not loose
    return Facets(
        departments=tuple(listings.facets(connection, wanted, "department", every_word=every_word)),
        types=tuple(listings.facets(connection, wanted, "type", every_word=every_word)),
        audiences=tuple(listings.audience_counts(connection, wanted, every_word=every_word)),
    )


def open_services(connection: Connection) -> list[Service]:
    """Return the services that can be applied for here."""
    return [
        service(connection, code) for code in listings.codes_with(connection, ServiceStatus.OPEN)
    ]


def counts(connection: Connection) -> dict[str, int]:
    """Return how many ``services``, ``open`` ones and ``departments`` the directory has."""
    return listings.counts(connection)


def online(connection: Connection) -> bool:
    """Whether anything can be applied for here online: residents need a way to sign in."""
    return identity.residents_can_sign_in(connection)


def service_name(connection: Connection, code: str) -> Text:
    """Return what a service is called, or its code when it is no longer known."""
    return names_of_services(connection, [code])[code]


def names_of_services(connection: Connection, codes: list[str]) -> dict[str, Text]:
    """Return what services are called, by code: one that is no longer offered as it was called last."""
    listed = listings.names(connection, codes)
    return {code: listed.get(code) or _last_name(connection, code) for code in codes}


def _last_name(connection: Connection, code: str) -> Text:
    last = shelf.latest_version(connection, PART, code)
    known = last and version_of(connection, code, last)
    return known.name if known else code


class GuideNeed(msgspec.Struct, frozen=True, kw_only=True):
    """Data that the government holds already, so that nobody brings them."""

    definition: Need
    resource_name: Text
    provider: str
    provider_name: Text
    elements: tuple[Text, ...]


class Guide(msgspec.Struct, frozen=True, kw_only=True):
    """A service as its guide page shows it."""

    definition: Service
    department_name: Text
    needs: tuple[GuideNeed, ...]
    replaced: frozenset[str]
    """Codes of the materials that need not be brought, because their data are fetched."""
    step_departments: tuple[tuple[Text, Text], ...]
    """Each step and the department that does it."""
    online: bool
    """Whether residents can sign in here."""
    window: Window
    """Where it is done in person: what the service does not say is the department's or, at last, the
    government's."""
    office_hours: OfficeHours
    names: Mapping[str, Text]
    """What the keys are called that its conditions ask for; the question of a situation is quoted."""
    types: Mapping[str, Type]

    def in_which(self, when: str, language: str) -> str:
        """Return in words when something is needed that only some situations need."""
        t = translator(language)
        return describe(conditions.parsed(when), language, self.names, t, self.types)

    @property
    def is_open(self) -> bool:
        """Whether the government takes it in by Tongban, online or at the counter."""
        return ServiceStatus(self.definition.status) is ServiceStatus.OPEN

    @property
    def can_apply(self) -> bool:
        """Whether it can be applied for here online."""
        return self.is_open and self.online

    @property
    def elsewhere(self) -> str:
        """The address of another site where it is applied for; empty where none is known."""
        return self.definition.apply_url or self.definition.guide_url

    @property
    def channels(self) -> tuple[str, ...]:
        """The ways to apply that lead somewhere: online only here or where an address is known."""
        if self.can_apply or self.elsewhere:
            return self.definition.channels
        return tuple(code for code in self.definition.channels if code not in ONLINE_CHANNELS)


def guide(connection: Connection, code: str) -> Guide:
    """Return what the guide page of a service shows. Refuses an unknown service."""
    found = service(connection, code)
    departments = government.departments(connection)
    names = {key: one.name for key, one in departments.items()}
    profile = government.profile(connection)
    responsible = departments.get(found.department)
    contacts = [responsible.contact] if responsible else []
    known = elements(connection)
    return Guide(
        definition=found,
        department_name=names.get(found.department, found.department),
        needs=tuple(_need(connection, need, names) for need in found.needs),
        replaced=form.replaceable(found),
        step_departments=tuple(
            (step.name, names.get(step.department, step.department)) for step in found.steps
        ),
        online=online(connection),
        window=_window(found.window, [*contacts, profile.contact]),
        office_hours=profile.office_hours,
        names=_names(found, known),
        types=conditions.types_of(found, known),
    )


def _names(found: Service, known: dict[str, Element]) -> dict[str, Text]:
    """Return what keys are called; a question among other words stands in quotation marks."""
    asked = {
        f"situation.{one.code}": {
            language: f"“{say(one.question, language)}”" for language in LANGUAGES
        }
        for one in found.situations
    }
    return names_of(found, known) | asked


def _window(stated: Window, contacts: Sequence[Contact]) -> Window:
    """Return where to go, filled up from whoever is responsible."""
    address = next((one.address for one in contacts if one.address), "")
    phone = next((one.phone for one in contacts if one.phone), "")
    return msgspec.structs.replace(
        stated, address=stated.address or address, phone=stated.phone or phone
    )


def _need(connection: Connection, need: Need, names: dict[str, Text]) -> GuideNeed:
    resource = catalog.resources(connection).get(need.resource)
    elements = catalog.elements(connection)
    provider = resource.provider if resource else ""
    return GuideNeed(
        definition=need,
        resource_name=resource.name if resource else need.resource,
        provider=provider,
        provider_name=names.get(provider, provider),
        elements=tuple(elements[code].name if code in elements else code for code in need.elements),
    )


def may_apply(connection: Connection, actor: Actor, code: str) -> bool:
    """Whether the service is for such as the actor stands for."""
    return may.may_apply(actor, service(connection, code))
