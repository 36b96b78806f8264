"""What applying a folder would change in a running government, and what it must not change."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import msgspec

from tongban.app.instance.using import Loss, Users, losses
from tongban.kernel.dates import Calendar
from tongban.kernel.errors import Kind as RefusalKind
from tongban.kernel.errors import Refusal
from tongban.kernel.realms import Realm
from tongban.kernel.text import LANGUAGES, Text
from tongban.kit import shelf
from tongban.kit.crypto.hashing import fingerprint
from tongban.kit.db import Reader
from tongban.kit.definitions.instance import Instance
from tongban.kit.definitions.part import Part
from tongban.kit.i18n import translate
from tongban.modules.government import queries as government
from tongban.modules.government.definition import CalendarDefinition, GovernmentDefinition
from tongban.modules.identity import queries as identity
from tongban.modules.identity.definition import AccountDefinition, RoleDefinition
from tongban.modules.identity.model import ADMINISTRATOR, ADMINISTRATOR_DUTIES
from tongban.modules.services import queries as services
from tongban.modules.services.model import Moved, Service, ServiceStatus
from tongban.modules.supervision import queries as supervision
from tongban.modules.supervision.definition import SupervisionRuleDefinition
from tongban.modules.supervision.model import Card

_GOVERNMENT = "government"
"""Name of the part that says who governs."""
_EVERYBODY = 1 << 30
"""One page for all of them."""


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
    name: Text = ""
    """For ``retired``: what it is called, which the folder no longer says."""


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why a change may not be made: its code, and the cases it would leave without what they use."""

    code: str
    part: str
    key: str
    cases: tuple[str, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)
    """What its sentence needs beside part, key and cases."""

    def refusal(self, others: int = 0) -> Refusal:
        """Return what is said of it, and that so many others are in the way too."""
        also = {each: _also(others, each) for each in LANGUAGES}
        cases = ", ".join(self.cases[:10])
        return Refusal(
            self.code,
            RefusalKind.CONFLICT,
            part=self.part,
            key=self.key,
            cases=cases,
            also=also,
            **self.facts,
        )


def _also(others: int, language: str) -> str:
    return translate(language, "app.plan.also", count=others) if others else ""


@dataclass(frozen=True, slots=True)
class Plan:
    """All changes, and all obstacles; only a plan without obstacles can be applied."""

    changes: tuple[Change, ...]
    obstacles: tuple[Obstacle, ...]
    moves: tuple[Moved, ...] = ()
    """Running cases whose days another calendar moves, oldest first."""
    replies: tuple[tuple[Card, dt.date], ...] = ()
    """Cards that another calendar gives a later day to reply by, and that day."""
    unjudged: tuple[str, ...] = ()
    """Numbers of running cases that cannot be read: their days stay, whatever the calendar says."""

    def of(self, part: str, kind: Kind) -> list[str]:
        """Return the keys of one kind of change in one part."""
        return [c.key for c in self.changes if c.part == part and c.kind is kind]


def plan(reader: Reader, instance: Instance, realm: Realm | None = None) -> Plan:
    """Compare a folder with what is running; what it is for is what it says, but for a trial."""
    changes = tuple(
        change for part in instance.parts for change in _changes(reader, instance, part)
    )
    obstacles = (
        *_other_government(reader, instance, realm),
        *_silent_changes(reader, instance, changes),
        *_still_used(reader, instance),
        *_still_staffed(reader, changes),
    )
    calendar = _other_calendar(reader, instance, changes)
    if calendar is None:
        return Plan(changes=changes, obstacles=obstacles)
    reply_days = {
        code: rule.reply_days for code, rule in instance.every(SupervisionRuleDefinition).items()
    }
    moves, unjudged = services.moved_by(reader, calendar)
    return Plan(
        changes=changes,
        obstacles=obstacles,
        moves=tuple(moves),
        unjudged=tuple(unjudged),
        replies=tuple(supervision.moved_by(reader.connection, calendar, reply_days)),
    )


def _other_calendar(
    reader: Reader, instance: Instance, changes: Iterable[Change]
) -> Calendar | None:
    """Return the calendar of the folder, where it has other working days than what is running."""
    profile = instance.one(GovernmentDefinition)
    calendar = instance.one(CalendarDefinition)
    touched = any(change.part in ("government", "calendar") for change in changes)
    if (
        not touched
        or profile is None
        or calendar is None
        or not government.adopted(reader.connection)
    ):
        return None
    wanted = government.calendar_from(profile, calendar)
    return None if wanted == government.calendar(reader.connection) else wanted


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
    for key in sorted(running.keys() - wanted.keys()):
        gone = running[key]
        name: Text = getattr(gone, "name", "")
        yield Change(part.name, key, Kind.RETIRED, part.version_of(gone), name=name)


def digest(value: msgspec.Struct) -> str:
    """Return the digest of a definition's canonical form."""
    return fingerprint(msgspec.json.encode(value, order="deterministic"))


def _differing(before: msgspec.Struct, after: msgspec.Struct) -> Iterator[str]:
    for name in before.__struct_fields__:
        if getattr(before, name) != getattr(after, name):
            yield name


def _other_government(
    reader: Reader, instance: Instance, realm: Realm | None
) -> Iterator[Obstacle]:
    """What a government is for good: the name its ledger signs with, and whether it is real."""
    wanted = instance.one(GovernmentDefinition)
    kept = shelf.every(reader.connection, _GOVERNMENT, GovernmentDefinition)
    running = next(iter(kept.values()), None)
    if wanted is None or running is None:
        return
    found = government.realm(reader)
    if found is not (realm or government.realm_of(wanted)):
        code = "app.plan_in_trial" if found is Realm.TRIAL else "app.demonstration_changed"
        yield Obstacle(code, _GOVERNMENT, "demonstration")
    elif wanted.origin != running.origin:
        facts = {"running": running.origin}
        yield Obstacle("app.origin_changed", _GOVERNMENT, "origin", facts=facts)


def _silent_changes(
    reader: Reader, instance: Instance, changes: Iterable[Change]
) -> Iterator[Obstacle]:
    """An open service is published: its text changes only with its version, also if it was away."""
    declared = instance.every(Service)
    latest = shelf.latest_versions(reader.connection, services.PART)
    for change in changes:
        last = latest.get(change.key)
        if change.part != services.PART or change.kind is Kind.RETIRED or last is None:
            continue
        wanted = declared[change.key]
        if wanted.version > last or not _published(reader, wanted, last):
            continue
        place = instance.place(Service, change.key, ("version",))
        facts: dict[str, Any] = {"place": f"{place.file}:{place.line}"}
        if change.kind is Kind.CHANGED:
            yield Obstacle("app.changed_without_version", change.part, change.key, facts=facts)
        elif not _is_kept(reader, wanted):
            facts["next"] = last + 1
            yield Obstacle("app.returned_without_version", change.part, change.key, facts=facts)


def _published(reader: Reader, wanted: Service, last: int) -> bool:
    """Whether the version that runs, the last one, or the one now declared again was ever open."""
    kept = (_kept(reader, wanted.code, version) for version in (None, last, wanted.version))
    return any(one is not None and one.status is ServiceStatus.OPEN for one in kept)


def _is_kept(reader: Reader, wanted: Service) -> bool:
    kept = _kept(reader, wanted.code, wanted.version)
    return kept is not None and digest(kept) == digest(wanted)


def _kept(reader: Reader, code: str, version: int | None) -> Service | None:
    return shelf.one(reader.connection, services.PART, code, Service, version)


_STILL_USED = {
    (True, False): "app.still_used",
    (True, True): "app.still_used_in_part",
    (False, False): "app.still_drafted",
    (False, True): "app.still_drafted_in_part",
}
"""By whether a numbered case would miss it, and whether only something of it."""


def _still_used(reader: Reader, instance: Instance) -> Iterator[Obstacle]:
    """What running cases and drafts need is taken away later, when they are over."""
    found: dict[tuple[str, str], list[tuple[Loss, Users]]] = {}
    for loss, users in losses(reader, instance).items():
        found.setdefault((loss.part, loss.key), []).append((loss, users))
    for (part, key), lost in sorted(found.items(), key=lambda one: one[0]):
        cases = tuple(sorted({number for _, users in lost for number in users.cases}))
        drafts = max(users.drafts for _, users in lost)
        what = ", ".join(sorted(loss.what for loss, _ in lost if loss.what))
        facts = {"drafts": drafts, **({"what": what} if what else {})}
        yield Obstacle(_STILL_USED[bool(cases), bool(what)], part, key, cases, facts)


def _still_staffed(reader: Reader, changes: Iterable[Change]) -> Iterator[Obstacle]:
    """Whoever works in a department would belong to none, whoever holds a role would lose its duties
    without a word: they are moved or stopped first.

    A demonstration's own accounts follow what declares them.
    """
    gone = [
        (c.part, c.key) for c in changes if c.kind is Kind.RETIRED and c.part in _NEEDED_BY_STAFF
    ]
    if not gone:
        return
    declared = shelf.every(reader.connection, "accounts", AccountDefinition)
    followers = {login.lower() for login in declared}
    staff = identity.staff(reader, active=True, size=_EVERYBODY).rows
    for part, key in gone:
        people = sum(
            key in one.roles if part == "roles" else key == one.department
            for one in staff
            if one.login not in followers
        )
        if people and not (part == "roles" and _stays(reader, key)):
            yield Obstacle(_NEEDED_BY_STAFF[part], part, key, facts={"people": people})


def _stays(reader: Reader, role: str) -> bool:
    """Whether whoever holds a role keeps its duties undeclared: the administrator's own."""
    declared = shelf.every(reader.connection, "roles", RoleDefinition)
    return role == ADMINISTRATOR and set(declared[role].duties) <= ADMINISTRATOR_DUTIES


_NEEDED_BY_STAFF = {"departments": "app.department_staffed", "roles": "app.role_held"}
"""Parts whose definitions members of staff are bound to, and what is said of them."""


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
        "moves": [
            {
                "case": one.case.number,
                "service": one.case.service,
                "day": what,
                "from": old and old.isoformat(),
                "to": new and new.isoformat(),
            }
            for one in found.moves
            for what, old, new in one.days
        ],
        "replies": [
            {
                "case": card.case_number,
                "department": card.department,
                "from": card.reply_due and card.reply_due.isoformat(),
                "to": due.isoformat(),
            }
            for card, due in found.replies
        ],
        "unjudged": list(found.unjudged),
    }
