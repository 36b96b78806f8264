"""What one door for programs takes, answers and refuses, said once."""

import inspect
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Any, Literal

from msgspec import Struct

from tongban.kernel.errors import Kind, Refusal
from tongban.kit.http import STATUS, Access

JSON = "application/json"
_PLACE = re.compile(r"\{([a-z_]+)\}")


class Nothing(Struct, frozen=True, kw_only=True):
    """What an address says that says nothing."""


@dataclass(frozen=True, order=True)
class Problem:
    """One reason to refuse: its code, and the status that its kind has everywhere."""

    status: int
    code: str

    @property
    def sort(self) -> str:
        """Which sort of no it is: a word of :class:`Kind`, or ``bug``."""
        return (
            "bug" if self.status == 500 else next(k for k, s in STATUS.items() if s == self.status)
        )


def problem_of(refusal: Refusal) -> Problem:
    """Return what a refusal is to a program."""
    return Problem(500 if refusal.code == "kit.bug" else STATUS[refusal.kind], refusal.code)


def problem_named(code: str, kind: Kind) -> Problem:
    """Return a reason by its code; ``tests/laws`` hold the kind against where it is refused."""
    return Problem(STATUS[kind], code)


def said_by(refuse: Callable[..., Refusal]) -> Problem:
    """Return the reason that a function of a module's ``errors`` makes a refusal of."""
    needed = [
        one for one in inspect.signature(refuse).parameters.values() if one.default is one.empty
    ]
    named = {one.name: "" for one in needed if one.kind is one.KEYWORD_ONLY}
    return problem_of(refuse(*[""] * (len(needed) - len(named)), **named))


@dataclass(frozen=True, kw_only=True)
class Example:
    """A request that works in a fresh demonstration: it stands in the description and is sent by a test."""

    values: Mapping[str, str] = field(default_factory=dict)
    """What stands in the address, by name."""
    body: Mapping[str, Any] | None = None
    by: str = ""
    """Who sends it: nobody, the login of an account, or the code of a department's client."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Operation:
    """One door for programs.

    ``path`` is written as OpenAPI writes it. A field of ``values`` is taken from the path where that
    names it, else from the query. Bounds stand in the types (``Annotated[str, Meta(max_length=…)]``).
    """

    id: str
    path: str
    access: Access
    message: str
    """Name of the message that says what it is for, in both languages."""
    answer: Any
    """The type of what is answered, or a ``partial`` that makes it: :class:`str` for text, :class:`bytes`
    for octets, else it goes out as JSON."""
    parts: tuple[Any, ...] = ()
    """Types that the answer refers to without having them."""
    media: str = JSON
    method: Literal["GET", "POST"] = "GET"
    values: type[Struct] = Nothing
    query: tuple["Parameter", ...] = ()
    """Parts of the query whose reader is another: the filters of a list."""
    slashes: bool = False
    """Whether what stands last in the path may hold slashes."""
    body: type[Struct] | None = None
    longest: int = 0
    """Bytes of the body, at most."""
    refusals: tuple[Callable[..., Refusal] | Problem, ...] = ()
    """Why it may say no, beyond what every door says."""
    example: Example = Example()
    also: Mapping[int, Any] = field(default_factory=dict)
    """What may come with another status and is no problem, as JSON."""
    asks_nobody: bool = False
    """Whether it is answered without looking up who asks."""
    enveloped: bool = True
    """Whether the answer stands in ``{"data": …}``."""
    words: Mapping[str, Any] = field(default_factory=dict)
    """What the message is filled with; a text that is the name of a message is said."""

    group: str = ""
    """Whose it is: the module of its message, where it is not said."""

    @cached_property
    def shape(self) -> Any:
        """The type of what is answered."""
        return self.answer() if isinstance(self.answer, partial) else self.answer

    @cached_property
    def module(self) -> str:
        """Whose it is."""
        return self.group or self.message.partition(".")[0]

    @cached_property
    def places(self) -> tuple[str, ...]:
        """What its path names."""
        return tuple(_PLACE.findall(self.path))

    @cached_property
    def problems(self) -> tuple[Problem, ...]:
        """Every reason for which it may say no."""
        own = (one if isinstance(one, Problem) else said_by(one) for one in self.refusals)
        return tuple(sorted({*own, *self._common()}))

    @cached_property
    def codes(self) -> frozenset[str]:
        """The codes of these reasons."""
        return frozenset(one.code for one in self.problems)

    def _common(self) -> tuple[Problem, ...]:
        said: tuple[Problem, ...] = ALWAYS
        if self.access.kind != "public":
            said += SIGNED_IN
        if self.access.kind == "duty":
            said += DUTY
        if self.places:
            said += PLACES
        if self.method == "POST":
            said += BODY
        return said + PARAMETERS


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """A part of the query: its schema (JSON Schema 2020-12), and the message that says what it is."""

    name: str
    schema: Mapping[str, Any]
    message: str = ""


ALWAYS = (
    problem_named("kit.bad_request", Kind.UNREADABLE),
    problem_named("kit.hidden_character", Kind.UNREADABLE),
    problem_named("kit.heaped_marks", Kind.UNREADABLE),
    problem_named("kit.not_acceptable", Kind.NOT_ACCEPTABLE),
    Problem(500, "kit.bug"),
    problem_named("kit.crowded", Kind.UNAVAILABLE),
    problem_named("kit.database_silent", Kind.UNAVAILABLE),
    problem_named("kit.database_damaged", Kind.UNAVAILABLE),
    problem_named("kit.database_unlike", Kind.CONFLICT),
    problem_named("kit.sealed_altered", Kind.UNAVAILABLE),
    problem_named("kit.sealed_without_key", Kind.UNAVAILABLE),
)
SIGNED_IN = (problem_named("kit.not_signed_in", Kind.NOT_SIGNED_IN),)
DUTY = (problem_named("kit.not_allowed", Kind.NOT_ALLOWED),)
PLACES = (problem_named("kit.not_found", Kind.NOT_FOUND),)
PARAMETERS = (
    problem_named("kit.parameter_unknown", Kind.INVALID),
    problem_named("kit.parameter_twice", Kind.INVALID),
    problem_named("kit.parameter_missing", Kind.INVALID),
    problem_named("kit.parameter_invalid", Kind.INVALID),
)
BODY = (
    problem_named("kit.body_unreadable", Kind.UNREADABLE),
    problem_named("kit.body_invalid", Kind.INVALID),
    problem_named("kit.media_type_unknown", Kind.MEDIA_TYPE),
    problem_named("kit.too_large", Kind.TOO_LARGE),
    problem_named("kit.too_slow", Kind.TOO_SLOW),
    problem_named("kit.forged", Kind.NOT_ALLOWED),
)
ANYWHERE = (
    problem_named("kit.not_found", Kind.NOT_FOUND),
    problem_named("kit.no_method", Kind.NO_METHOD),
)
"""What is said where there is no door, or not by this method."""
