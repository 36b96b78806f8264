"""What an import that replaces an earlier one takes away: definitions, and what refers to them.

Of what the earlier import wrote only a digest of each definition is kept: a listing may be long.
"""

import dataclasses
import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.structs import astuple

from tongban.app.instance.importing.outcome import Gone
from tongban.kernel.dates import ZONE, local_date
from tongban.kernel.text import CHINESE, say
from tongban.kit.crypto.hashing import SHA_256
from tongban.kit.definitions.finding import Finding, Severity
from tongban.kit.definitions.folder import Files, read_folder
from tongban.kit.definitions.instance import Instance
from tongban.kit.definitions.loading import load, run
from tongban.kit.definitions.part import Part
from tongban.modules.catalog.definition import ResourceDefinition
from tongban.modules.exchange.definition import GrantDefinition
from tongban.modules.identity.definition import AccountDefinition

Keys = Mapping[type[Struct], Collection[str]]
"""Keys of definitions by their shape."""


@dataclass(frozen=True, slots=True)
class Broken:
    """A place that refers to a definition which would be gone, and the key of that one."""

    place: str
    key: str


@dataclass(slots=True)
class Before:
    """A folder before an import: the files that stay, and what is in those that would go."""

    staying: Files = field(default_factory=Files)
    digests: dict[type[Struct], dict[str, bytes]] = field(default_factory=dict)
    """A digest of each definition in the files that would go, by shape and key."""
    named: dict[type[Struct], dict[str, str]] = field(default_factory=dict)
    """What each definition in the files that would go is called, by shape and key."""
    granted: dict[str, Struct] = field(default_factory=dict)
    """The resources in the files that would go of which something is granted in those that stay."""

    def of(self, shape: type[Struct]) -> dict[str, bytes]:
        """Return the digests of one shape."""
        return self.digests.get(shape, {})

    def instance(self) -> Instance:
        """Return what the files that stay declare, not yet checked."""
        return load(self.staying, _unchecked(), _today(), whole=False)

    def gone(self, kept: Keys) -> list[Gone]:
        """Return every definition in the files that would go that is not ``kept``.

        One that is ``kept`` by another file of the folder is not gone.
        """
        staying = self.instance()
        names = {part.shape: part.name for part in _parts()}
        return [
            Gone(names[shape], key, name)
            for shape, named in self.named.items()
            for key, name in named.items()
            if key not in kept.get(shape, ()) and key not in staying.every(shape)
        ]

    def broken_by(self, kept: Keys, granted: Mapping[str, Struct]) -> list[Broken]:
        """Return what in the files that stay refers to what is not ``kept``.

        ``granted`` are the resources that stay and of which something is granted, as they would be.
        """
        gone = {shape: set(old) - set(kept.get(shape, ())) for shape, old in self.digests.items()}
        if not any(gone.values()) and not granted:
            return []
        old = {key: value for key, value in self.granted.items() if key in granted}
        before = {_mark(one) for one in self._errors(old, kept, gone)}
        missed = {key for keys in gone.values() for key in keys}
        return [
            Broken(f"{one.place.file}:{one.place.line}", _missed(one, missed))
            for one in self._errors(granted, kept)
            if one.place.file and _mark(one) not in before
        ]

    def _errors(self, granted: Mapping[str, Struct], *known: Keys) -> list[Finding]:
        """Return what check would refuse if some resources and keys were there besides the files'."""
        instance = self.instance()
        instance.held(ResourceDefinition).values.update(granted)
        for shape in self.digests:
            held = instance.held(shape)
            held.broken.update(*(keys.get(shape, ()) for keys in known), [""])
        run(instance, (check for part in _parts() for check in part.checks))
        return [one for one in instance.findings if one.severity is Severity.ERROR]


def read_before(into: Path, earlier: Iterable[str]) -> Before:
    """Read a folder into which an import goes; ``earlier`` are the files that it replaces."""
    if not into.is_dir():
        return Before()
    found = Before(read_folder(into, _parts()))
    for name in earlier:
        content = found.staying.content.pop(name, None)
        found.staying.left_out.discard(name)
        if content is not None:
            _take_digests(name, content, found)
    if found.granted:
        grants = found.instance().every(GrantDefinition).values()
        used = {grant.resource for grant in grants}
        found.granted = {key: value for key, value in found.granted.items() if key in used}
    return found


def digest_of(value: Struct | None) -> bytes:
    """Return what tells whether a definition is still the same."""
    said = repr(_content(value)).encode("utf-8", "surrogatepass")
    return SHA_256.digest(said)[:16]


def _content(value: Any) -> Any:
    """Return a definition as tuples; what stands in a dict in another order is the same."""
    if isinstance(value, Struct):
        return tuple(map(_content, astuple(value)))
    if isinstance(value, (list, tuple)):
        return tuple(map(_content, value))
    if isinstance(value, Mapping):
        return tuple(sorted((str(key), repr(_content(one))) for key, one in value.items()))
    return value


def _take_digests(name: str, content: bytes, found: Before) -> None:
    parts = tuple(part for part in _unchecked() if part.owns(name))
    instance = load(Files({name: content}), parts, _today(), whole=False)
    for part in parts:
        known = found.digests.setdefault(part.shape, {})
        named = found.named.setdefault(part.shape, {})
        named.update(dict.fromkeys(sorted(instance.held(part.shape).broken), ""))
        for key, value in instance.held(part.shape).values.items():
            known[key] = digest_of(value)
            named[key] = _name(value)
            if isinstance(value, ResourceDefinition):
                found.granted[key] = value


def _name(value: Struct) -> str:
    """Return what a definition is called; of people nothing."""
    personal = isinstance(value, AccountDefinition)
    return "" if personal else say(getattr(value, "name", ""), CHINESE)


def _mark(one: Finding) -> tuple[str, str, int, int]:
    return (one.rule.code, one.place.file, one.place.line, one.place.column)


def _missed(one: Finding, missed: Collection[str]) -> str:
    return next((said for said in map(str, one.data.values()) if said in missed), _item(one))


def _item(one: Finding) -> str:
    """Return the item that a grant names and its resource lacks, else what the finding is about."""
    return str(one.data.get("item", one.subject))


def _parts() -> tuple[Part, ...]:
    from tongban.app.instance.parts import PARTS

    return tuple(PARTS)


def _unchecked() -> tuple[Part, ...]:
    return tuple(dataclasses.replace(part, checks=()) for part in _parts())


def _today() -> dt.date:
    return local_date(dt.datetime.now(dt.UTC), ZONE)
