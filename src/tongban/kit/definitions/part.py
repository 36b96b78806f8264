"""What a module gives so that an instance can declare its things: parts, and checks over them.

A check is one function. Its code, severity, sentences and two snippets stand beside it::

    @check(
        DepartmentDefinition,
        "government.unknown_parent",
        Severity.ERROR,
        zh="…", en="…", fails=\"\"\"…\"\"\", passes=\"\"\"…\"\"\",
    )
    def unknown_parent(department: DepartmentDefinition, instance: Instance) -> Findings:
        if instance.lacks(DepartmentDefinition, department.parent):
            yield found("parent", code=department.parent)

The reference page, the tests and the SARIF rules are made from it.
"""

import datetime as dt
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from types import ModuleType
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from msgspec import Struct

from tongban.kernel.text import Text
from tongban.kit.definitions.finding import Rule, Severity
from tongban.kit.definitions.nodes import Step

if TYPE_CHECKING:
    from tongban.kit.definitions.instance import Instance

S = TypeVar("S", bound=Struct)


@dataclass(frozen=True, slots=True)
class Found:
    """What a check yields: the way to the key it is about, and what its sentence needs."""

    path: tuple[Step, ...]
    data: Mapping[str, Any] = field(default_factory=dict)
    suggestion: str = ""
    severity: Severity | None = None
    key: str = ""


Findings: TypeAlias = Iterator[Found]


def found(
    *path: Step, suggestion: str = "", severity: Severity | None = None, key: str = "", **data: Any
) -> Found:
    """Say that something was found at a key; ``key`` names the definition in a check of all."""
    return Found(path, data, suggestion, severity, key)


@dataclass(frozen=True, slots=True)
class Check:
    """A rule and the function that finds where it is broken."""

    rule: Rule
    shape: type[Struct]
    find: Callable[[Any, Any], Findings]
    whole: bool = False
    """Whether it looks at all definitions of the shape at once."""


def check(
    shape: type[S],
    code: str,
    severity: Severity,
    *,
    zh: str,
    en: str,
    fails: str,
    passes: str,
    why: Text = "",
) -> Callable[[Callable[[S, "Instance"], Findings]], Check]:
    """Make a check of each definition of a shape."""
    rule = Rule(code=code, severity=severity, zh=zh, en=en, fails=fails, passes=passes, why=why)
    return lambda find: Check(rule, shape, find)


def check_all(
    shape: type[S],
    code: str,
    severity: Severity,
    *,
    zh: str,
    en: str,
    fails: str,
    passes: str,
    why: Text = "",
) -> Callable[[Callable[[Mapping[str, S], "Instance"], Findings]], Check]:
    """Make a check that looks at all definitions of a shape at once, by key."""
    rule = Rule(code=code, severity=severity, zh=zh, en=en, fails=fails, passes=passes, why=why)
    return lambda find: Check(rule, shape, find, whole=True)


def checks_of(shape: type[Struct], *modules: ModuleType) -> tuple[Check, ...]:
    """Return the checks of a shape in some modules, in the order in which they are written."""
    return tuple(
        one
        for module in modules
        for one in vars(module).values()
        if isinstance(one, Check) and one.shape is shape
    )


SNIPPET_DAY = dt.date(2026, 11, 24)
"""The running date of snippets."""

CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,119}")
CODE_WORDS: Text = {
    "zh": "字母、数字和 - _ . 组成，以字母或数字开头，不超过 120 个字符",
    "en": "letters, digits and - _ . only, a letter or digit first, at most 120 characters",
}


@dataclass(frozen=True)
class Part:
    """One kind of definition: ``NAME.yaml``, ``NAME.csv`` or any number of files below ``NAME/``.

    ``key`` is the field that names a definition; empty for a part with one definition only.
    """

    name: str
    shape: type[Struct]
    title: Text
    key: str = "code"
    checks: tuple[Check, ...] = ()
    required: bool = False
    """Whether no instance is without it."""
    code: re.Pattern[str] | None = CODE
    """What a code looks like; None where a check of the part says it better."""
    code_words: Text = field(default_factory=lambda: CODE_WORDS)

    @property
    def single(self) -> bool:
        """Whether the whole part is one definition."""
        return not self.key

    def key_of(self, value: Struct) -> str:
        """Return what a definition is called within its part."""
        return str(getattr(value, self.key)) if self.key else self.name

    def version_of(self, value: Struct, latest: int = 0) -> int:
        """Return the version that a definition says it is, else the one after the latest so far."""
        return int(getattr(value, "version", latest + 1))

    def owns(self, file: str) -> bool:
        """Whether a file of the folder holds definitions of this part."""
        stem, dot, ending = file.rpartition(".")
        if not dot or ending not in ("yaml", "csv") or (self.single and ending == "csv"):
            return False
        return stem == self.name or (not self.single and stem.startswith(self.name + "/"))
