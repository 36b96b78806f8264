"""What applying a folder would change in a running government, and what it must not change."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import msgspec

from tongban.kit import shelf
from tongban.kit.db import Reader
from tongban.kit.definitions.instance import Instance
from tongban.kit.definitions.part import Part
from tongban.modules.services import queries as services
from tongban.modules.services.model import Service, ServiceStatus


class Kind(StrEnum):
    """What becomes of one definition."""

    ADDED = "added"
    CHANGED = "changed"
    RETIRED = "retired"


@dataclass(frozen=True, slots=True)
class Change:
    """One definition that would be added, changed or retired."""

    part: str
    key: str
    kind: Kind
    version: int
    fields: tuple[str, ...] = ()
    """For ``changed``: the keys whose values differ."""


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why a change may not be made: its code, and the cases it would leave without what they use."""

    code: str
    part: str
    key: str
    cases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """All changes, and all obstacles; only a plan without obstacles can be applied."""

    changes: tuple[Change, ...]
    obstacles: tuple[Obstacle, ...]

    def of(self, part: str, kind: Kind) -> list[str]:
        """Return the keys of one kind of change in one part."""
        return [c.key for c in self.changes if c.part == part and c.kind is kind]


def plan(reader: Reader, instance: Instance) -> Plan:
    """Compare a folder with what is running."""
    changes = tuple(
        change for part in instance.parts for change in _changes(reader, instance, part)
    )
    obstacles = (*_silent_changes(reader, instance, changes), *_still_used(reader, changes))
    return Plan(changes=changes, obstacles=obstacles)


def _changes(reader: Reader, instance: Instance, part: Part) -> Iterator[Change]:
    wanted = {part.key_of(value): value for value in instance.every(part.shape).values()}
    running = shelf.every(reader.connection, part.name, part.shape)
    for key, value in wanted.items():
        version = part.version_of(value)
        if key not in running:
            yield Change(part.name, key, Kind.ADDED, version)
        elif digest(running[key]) != digest(value):
            yield Change(
                part.name, key, Kind.CHANGED, version, tuple(_differing(running[key], value))
            )
    for key in running.keys() - wanted.keys():
        yield Change(part.name, key, Kind.RETIRED, part.version_of(running[key]))


def digest(value: msgspec.Struct) -> str:
    """Return the digest of a definition's canonical form."""
    return hashlib.sha256(msgspec.json.encode(value, order="deterministic")).hexdigest()


def _differing(before: msgspec.Struct, after: msgspec.Struct) -> Iterator[str]:
    for name in before.__struct_fields__:
        if getattr(before, name) != getattr(after, name):
            yield name


def _silent_changes(
    reader: Reader, instance: Instance, changes: Iterable[Change]
) -> Iterator[Obstacle]:
    """An open service is published: its text changes only with its version."""
    declared = instance.every(Service)
    for change in changes:
        if change.part != services.PART or change.kind is not Kind.CHANGED:
            continue
        latest = shelf.latest_version(reader.connection, change.part, change.key) or 0
        before = shelf.one(reader.connection, change.part, change.key, Service)
        published = before is not None and before.status is ServiceStatus.OPEN
        if published and declared[change.key].version <= latest:
            yield Obstacle("app.changed_without_version", change.part, change.key)


def _still_used(reader: Reader, changes: Iterable[Change]) -> Iterator[Obstacle]:
    """What a running case uses is retired later, when the case is over."""
    gone = {(change.part, change.key) for change in changes if change.kind is Kind.RETIRED}
    if not gone:
        return
    users: dict[tuple[str, str], list[str]] = {}
    for service, version in services.open_versions(reader.connection):
        definition = shelf.one(reader.connection, services.PART, service, Service, version)
        for used in (uses(definition) if definition is not None else set()) & gone:
            users.setdefault(used, []).extend(services.open_numbers(reader.connection, service))
    for (part, key), numbers in sorted(users.items()):
        yield Obstacle("app.still_used", part, key, tuple(sorted(numbers)))


def uses(service: Service) -> set[tuple[str, str]]:
    """Return part and key of everything that a case of this service needs to go on."""
    used = {(services.PART, service.code), ("departments", service.department)}
    used |= {("departments", step.department) for step in service.steps}
    used |= {("resources", need.resource) for need in service.needs}
    used |= {("elements", element) for need in service.needs for element in need.elements}
    used |= {
        ("elements", field.element)
        for section in service.form
        for field in section.fields
        if field.element
    }
    if service.result.certificate:
        used.add(("certificates", service.result.certificate))
    return used


def as_plain(found: Plan) -> Mapping[str, Any]:
    """Return a plan as plain data for JSON."""
    return {
        "changes": [
            {"part": c.part, "key": c.key, "kind": c.kind.value, "fields": list(c.fields)}
            for c in found.changes
        ],
        "obstacles": [
            {"code": o.code, "part": o.part, "key": o.key, "cases": list(o.cases)}
            for o in found.obstacles
        ],
    }
