"""A folder's definitions as a trial runs them: as they are, but for what lies outside them."""

import datetime as dt
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

import msgspec
from msgspec.structs import replace

from tongban.app.trial.brought import Brought
from tongban.app.trial.cast import Cast, Place, cast_for
from tongban.app.trial.fitting import Fitting
from tongban.app.trial.given import NOTHING, Given, people_in
from tongban.app.trial.limits import limits_in
from tongban.app.trial.people import place_of
from tongban.app.trial.sources import Connected, connect
from tongban.app.trial.values import Facts
from tongban.kernel.text import CHINESE, say
from tongban.kit.definitions.finding import Finding
from tongban.kit.definitions.instance import Instance
from tongban.kit.definitions.loading import run
from tongban.modules.catalog.definition import ElementDefinition, ResourceDefinition
from tongban.modules.exchange.definition import SourceDefinition
from tongban.modules.government.definition import DepartmentDefinition, GovernmentDefinition
from tongban.modules.identity.definition import AccountDefinition, RoleDefinition
from tongban.modules.services.model import Service, ServiceStatus

_GRANT = "services.need_without_grant"
ORIGIN = "trial.invalid/"
"""What a trial's ledger puts before the declared name: ``.invalid`` is nobody's (RFC 2606), so its
checkpoints and proofs never verify as those of the real ledger."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """What a trial is made of: definitions to adopt, and what to write into its sources."""

    instance: Instance
    connected: Connected
    cast: Cast
    facts: Facts
    elements: Mapping[str, ElementDefinition]
    today: dt.date
    lacking: tuple[Finding, ...]
    """Needs of open services that no grant covers: what they would fetch is asked instead."""

    @property
    def origin(self) -> str:
        """The name of the trial's ledger."""
        government = self.instance.one(GovernmentDefinition)
        assert government is not None
        return government.origin


def prepare(
    loaded: Instance, government: GovernmentDefinition, today: dt.date, given: Given = NOTHING
) -> Prepared:
    """Return a trial of what was loaded, which has no errors, with the test sources that are given."""
    elements = loaded.every(ElementDefinition)
    services = open_services(loaded)
    place = Place(place_of(government.division), say(government.name, CHINESE), today)
    facts = Facts(elements, limits_in(services), place.digits, place.town, today)
    resources = loaded.every(ResourceDefinition)
    brought = Brought(given, resources, elements, today)
    cast = cast_for(
        services,
        loaded.every(AccountDefinition),
        loaded.every(RoleDefinition),
        loaded.every(DepartmentDefinition),
        Fitting(services, facts, today, brought),
        place,
        people_in(given, resources.values(), elements, place.digits, today),
    )
    connected = connect(resources, loaded.every(SourceDefinition), elements, given)
    changed = _changed(
        loaded,
        {
            GovernmentDefinition: lambda one: _renamed(one),
            ResourceDefinition: lambda one: connected.resources[one.code],
        },
    )
    _put(changed, SourceDefinition, connected.sources)
    _put(changed, AccountDefinition, cast.accounts)
    _put(changed, RoleDefinition, cast.roles)
    lacking = _without_grant(changed, {one.code for one in services})
    return Prepared(changed, connected, cast, facts, elements, today, lacking)


def _without_grant(trial: Instance, services: Collection[str]) -> tuple[Finding, ...]:
    """Return what ``check`` says of grants only once a resource is connected, as here all are."""
    found, trial.findings = trial.findings, []
    run(trial, (one for part in trial.parts for one in part.checks if one.rule.code == _GRANT))
    lacking, trial.findings = trial.findings, found
    return tuple(one for one in lacking if one.subject.rpartition("/")[2] in services)


def open_services(loaded: Instance) -> list[Service]:
    """Return the services that can be applied for."""
    return [one for one in loaded.every(Service).values() if one.status is ServiceStatus.OPEN]


def _renamed(government: GovernmentDefinition) -> GovernmentDefinition:
    return replace(government, origin=ORIGIN + government.origin)


Change = Callable[..., msgspec.Struct]


def _changed(loaded: Instance, changes: Mapping[type[msgspec.Struct], Change]) -> Instance:
    """Return the instance with some of its definitions changed; the loaded one stays as it is."""
    made = Instance(loaded.parts, loaded.today)
    made.files = loaded.files
    made.findings = loaded.findings
    for part in loaded.parts:
        change = changes.get(part.shape, _same)
        for key, value in loaded.every(part.shape).items():
            made.held(part.shape).values[key] = change(value)
    return made


def _same(value: msgspec.Struct) -> msgspec.Struct:
    return value


def _put(
    instance: Instance, shape: type[msgspec.Struct], values: Mapping[str, msgspec.Struct]
) -> None:
    instance.held(shape).values.update(values)
