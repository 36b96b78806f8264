"""What a row becomes: a definition under its key, or an end with its reason; and what is known before."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

from msgspec import Struct

from tongban.app.instance.importing.normal import plain, tight, without_note
from tongban.app.instance.importing.rows import Row, Say, Source
from tongban.kernel.text import Text
from tongban.kit.cli import terminal_language
from tongban.kit.definitions.instance import Instance
from tongban.kit.definitions.nearest import nearest
from tongban.kit.i18n import translate
from tongban.kit.word_forms import simplified
from tongban.modules.government.definition import DepartmentDefinition

S = TypeVar("S", bound=Struct)
Values = dict[str, Any]
"""A definition by the dotted ways of its keys."""


@dataclass(slots=True)
class Built:
    """A row that becomes a definition."""

    line: int
    key: str
    name: str
    values: Values
    parts: dict[str, dict[str, Any]] = field(default_factory=dict)
    """What further rows are compared with: by key, the parts that are there by what tells them apart."""
    codes: dict[str, set[str]] = field(default_factory=dict)
    """By key, the codes that its parts have."""


@dataclass(frozen=True, slots=True)
class Ended:
    """A row that becomes nothing, and why."""

    code: str
    data: Mapping[str, Any] = field(default_factory=dict)


def unfit(key: str, found: str, why: str, /, **data: Any) -> Ended:
    """Return the end of a row for a value that does not do; ``why`` names the words that say what is wrong
    with it and how it should be."""
    said = translate(terminal_language(), f"app.import.why.{why}", **data)
    return Ended("row_unfit", {"key": key, "problem": found, "why": said})


class MadeCodes:
    """Says of codes that are made because rows have none: once where no column has them, else of each."""

    def __init__(self, source: Source, columns: Iterable[str], made_from: tuple[str, ...]) -> None:
        self._asked = any(map(source.has, columns))
        self._made_from, self._told = made_from, False

    def __call__(self, line: int, code: str, say: Say) -> None:
        """Say that the row of a line has no code and which was made for it."""
        if self._asked:
            say(line, "code_computed", own=code, keys=self._made_from)
        elif not self._told:
            say(line, "code_made", keys=self._made_from)
        self._told = True


class Builder(Protocol):
    """Turns the rows of one kind of listing into definitions, in two rounds over them."""

    ways: tuple[str, ...]
    """Every way that a definition may have, in the order in which they are written."""
    told_by: str
    """The key by which rows are those of one definition."""

    def survey(self, row: Row) -> None:
        """Look at a row in the first round, before any is built."""

    def build(self, row: Row, say: Say) -> Built | Ended:
        """Return what a row becomes."""

    def claim(self, row: Row) -> tuple[str, Values] | None:
        """Return the key that a row states, and what it says as far as it can be read; None without one.

        It is asked of rows that are left out, and of later rows of the same key.
        """

    @property
    def adds(self) -> tuple[str, ...]:
        """Keys to which every row of a definition brings its part."""

    @property
    def decisive(self) -> tuple[str, ...] | None:
        """Keys in which all rows of a definition must agree, or the further one is left out; None: all."""

    def added(self) -> Mapping[str, Values]:
        """Return the departments that the listing names and the instance lacks, by code."""

    def lines_of_added(self) -> Mapping[str, int]:
        """Return the line that names each of them first."""


def stated_in(source: Source, row: Row, keys: Iterable[str]) -> Values:
    """Return what a row says for some keys; what cannot be read as it stands."""
    found: Values = {}
    for key in keys:
        value = source.value(row, key, lambda *_, **__: None)
        found[key] = row.unread.get(key, value)
    return {key: value for key, value in found.items() if value not in (None, "", [])}


def names_of(text: Text) -> list[str]:
    """Return a text in each of its languages."""
    return [text] if isinstance(text, str) else list(text.values())


class Names:
    """Keys of definitions, found as they stand or by names as people write them.

    A code is never compared without its signs: 101001/21 and 1010012/1 are two.
    """

    def __init__(self) -> None:
        self._tiers: tuple[dict[str, dict[str, None]], ...] = ({}, {}, {}, {}, {})

    def add(self, key: str, codes: Iterable[str], names: Iterable[str]) -> None:
        """Note what a key may be called."""
        codes_, names_, tight_, plain_, simple_ = self._tiers
        for code in filter(None, codes):
            codes_.setdefault(code, {})[key] = None
            tight_.setdefault(tight(code), {})[key] = None
        for name in filter(None, names):
            names_.setdefault(name, {})[key] = None
            plain_.setdefault(plain(name), {})[key] = None
            simple_.setdefault(simplified(plain(name)), {})[key] = None

    def find(self, said: str) -> tuple[str, ...]:
        """Return the keys that are meant: none, one, or several that share a name."""
        return find_first(said, self)

    def near(self, said: str) -> str:
        """Return the name that was probably meant: without its note in brackets, or one much like it."""
        bare = without_note(said)
        return bare if self.find(bare) else nearest(said, self._tiers[1])

    def tiers(self, said: str) -> Iterator[tuple[str, ...]]:
        """Yield the keys that a text means, from the strictest way of comparing to the loosest."""
        same = plain(said)
        ways = (said.strip(), said.strip(), tight(said), same, simplified(same))
        for tier, way in zip(self._tiers, ways, strict=True):
            yield tuple(tier.get(way, ()))


def unknown(key: str, said: str, *known: Names) -> Ended:
    """Return how a row ends whose cell means nothing that is known, with what comes near."""
    near = next(filter(None, (one.near(said) for one in known)), "")
    return Ended("value_unknown", {"key": key, "found": said, **({"near": near} if near else {})})


def find_first(said: str, *known: Names) -> tuple[str, ...]:
    """Return the keys that a text means in the first of some names, compared as strictly as any finds.

    So a code of one is found before a name of another that is only alike.
    """
    tiers = zip(*(one.tiers(said) for one in known), strict=True)
    return next((found for tier in tiers for found in tier if found), ())


def say_not_one(
    found: tuple[str, ...], line: int, key: str, said: str, say: Say, *known: Names
) -> None:
    """Say of a value that it means nothing that is known, with what comes near, or several things."""
    if found:
        say(line, "reference_ambiguous", key=key, value=said, keys=found)
        return
    near = next(filter(None, (one.near(said) for one in known)), "")
    say(line, "reference_unknown", key=key, value=said, **({"near": near} if near else {}))


def sole(found: tuple[str, ...], key: str, said: str, unknown: Ended) -> str | Ended:
    """Return the one key that a cell means, or why its row ends: it means none, or several."""
    if len(found) > 1:
        return Ended("name_ambiguous", {"key": key, "found": said, "keys": found})
    return found[0] if found else unknown


class Known:
    """What the instance has already: definitions by key, and by what a listing may call them."""

    def __init__(self, instance: Instance) -> None:
        """Take an instance without the files that this import replaces."""
        self.instance = instance
        self.departments = Names()
        self.credit_codes: dict[str, str] = {}
        """Credit code of a department by its code, where it has one."""
        for code, department in self.every(DepartmentDefinition).items():
            codes = (code, department.credit_code)
            self.departments.add(code, codes, names_of(department.name))
            self.credit_codes[code] = department.credit_code

    def every(self, shape: type[S]) -> Mapping[str, S]:
        """Return the definitions of a shape that stay."""
        return self.instance.every(shape)

    def department(self, said: str) -> str:
        """Return the code of the department that a cell names: by name, code or credit code.

        Nothing where there is none, or where several have that name.
        """
        found = self.departments.find(said)
        return found[0] if len(found) == 1 else ""

    def department_or_end(self, said: str, key: str) -> str | Ended:
        """Return the code of the department that a cell names, or why its row ends."""
        near = self.departments.near(said)
        lacking = Ended("department_unknown", {"found": said, **({"near": near} if near else {})})
        return sole(self.departments.find(said), key, said, lacking)

    def names(self, shape: type[S]) -> Names:
        """Return the keys of the definitions of a shape by what people may call them."""
        found = Names()
        for key, value in self.every(shape).items():
            found.add(key, (key,), names_of(getattr(value, "name", "")))
        return found

    def place(self, shape: type[Struct], key: str) -> str:
        """Return file and line of a definition that stays, empty where there is none."""
        origin = self.instance.held(shape).origins.get(key)
        return f"{origin[0]}:{origin[2]}" if origin is not None else ""
