"""An instance (实例) as read: every definition by shape and key, and where each stands."""

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any, TypeVar, cast

from msgspec import Struct

from tongban.kit.definitions.finding import Finding, Place, Severity
from tongban.kit.definitions.nearest import nearest
from tongban.kit.definitions.nodes import Node, Path, entries, place_of
from tongban.kit.definitions.part import Part
from tongban.kit.definitions.yaml_files import Refused, read

S = TypeVar("S", bound=Struct)
T = TypeVar("T")


class Held:
    """The definitions of one part. An origin is file, position in it, and line."""

    __slots__ = ("broken", "origins", "part", "unreadable", "values")

    def __init__(self, part: Part) -> None:
        self.part = part
        self.values: dict[str, Struct] = {}
        self.origins: dict[str, tuple[str, int, int]] = {}
        self.broken: set[str] = set()
        self.unreadable = False


class Instance:
    """Everything a folder declares, and everything that was found wrong with it.

    ``today`` is the running date. What could not be read counts as known, so that one mistake
    gives one finding and not another for everything that refers to it.
    """

    def __init__(self, parts: tuple[Part, ...], today: dt.date) -> None:
        self.parts = parts
        self.today = today
        self.files: dict[str, bytes] = {}
        self.findings: list[Finding] = []
        self._held: dict[type[Struct], Held] = {part.shape: Held(part) for part in parts}
        self._memo: dict[Any, Any] = {}
        self._nodes: tuple[str, list[Node]] = ("", [])

    def held(self, shape: type[Struct]) -> Held:
        """Return what is known of a part, for those who fill it."""
        return self._held[shape]

    def every(self, shape: type[S]) -> Mapping[str, S]:
        """Return the definitions of a shape by key."""
        held = self._held.get(shape)
        return {} if held is None else cast("Mapping[str, S]", held.values)

    def one(self, shape: type[S], key: str = "") -> S | None:
        """Return one definition, or of a single part the one there is; None when there is none."""
        values = self.every(shape)
        return values.get(key) if key else next(iter(values.values()), None)

    def lacks(self, shape: type[Struct], key: str) -> bool:
        """Whether something refers to a definition that is not there; no key refers to nothing."""
        held = self._held.get(shape)
        if not key or held is None or held.unreadable:
            return False
        return key not in held.values and key not in held.broken

    def complete(self, *shapes: type[Struct]) -> bool:
        """Whether everything that is declared of these shapes could be read."""
        held = [self._held[shape] for shape in shapes if shape in self._held]
        return not any(one.unreadable or one.broken for one in held)

    def meant(self, shape: type[Struct], key: str) -> str:
        """Return the key that was probably meant."""
        return nearest(key, self.every(shape))

    def memo(self, work: Callable[["Instance"], T]) -> T:
        """Return what some work over the instance yields, done once."""
        if work not in self._memo:
            self._memo[work] = work(self)
        return cast("T", self._memo[work])

    def forget(self) -> None:
        """Do all work anew that was done once: there is more in the instance than before."""
        self._memo.clear()

    def place(self, shape: type[Struct], key: str, path: Path = ()) -> Place:
        """Return where a key of a definition stands."""
        origin = self._held[shape].origins.get(key)
        if origin is None:
            return Place("")
        file, position, line = origin
        if file.endswith(".csv"):
            return Place(file, line, 1)
        nodes = self._entries(file)
        if position >= len(nodes):
            return Place(file, line, 1)
        return Place(file, *place_of(nodes[position], path))

    def _entries(self, file: str) -> list[Node]:
        """Return the definitions of a YAML file as nodes, keeping those of the last file."""
        if self._nodes[0] != file:
            try:
                root = read(self.files[file], lambda *_, **__: None)
            except Refused:
                root = None
            self._nodes = (file, [] if root is None else list(entries(root)))
        return self._nodes[1]

    def declares(self, file: str, *shapes: type[Struct]) -> bool:
        """Whether a file may hold definitions of some shapes."""
        return any(held.part.owns(file) for shape, held in self._held.items() if shape in shapes)

    def of(self, severity: Severity) -> list[Finding]:
        """Return the findings of one severity."""
        return [finding for finding in self.findings if finding.severity is severity]

    @property
    def errors(self) -> list[Finding]:
        """Return the findings that keep the instance from being applied."""
        return self.of(Severity.ERROR)

    @property
    def counts(self) -> dict[str, int]:
        """Return how many findings there are of each severity."""
        return {severity.value: len(self.of(severity)) for severity in Severity}
