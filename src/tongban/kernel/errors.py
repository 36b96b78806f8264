"""The one way in which Tongban says no.

A :class:`Refusal` names a fact (``services.case_not_found``) and carries the data its sentence needs.
The sentence itself lives in the message catalogue; the doors map the kind to a status or exit code.
Anything else that escapes is a bug.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Self


class Kind(StrEnum):
    """What sort of no it is; each door has one table from kind to its own answer."""

    INVALID = "invalid"
    UNREADABLE = "unreadable"
    NOT_FOUND = "not_found"
    NOT_ALLOWED = "not_allowed"
    NOT_SIGNED_IN = "not_signed_in"
    CONFLICT = "conflict"
    GONE = "gone"
    TOO_MANY = "too_many"
    TOO_LARGE = "too_large"
    TOO_SLOW = "too_slow"
    NO_METHOD = "no_method"
    NOT_ACCEPTABLE = "not_acceptable"
    MEDIA_TYPE = "media_type"
    UNAVAILABLE = "unavailable"


class Wrong(str):
    """The code of what is wrong with one field, and ``data`` that its sentence needs.

    ``data`` holds nothing personal: a character that cannot stand there, a bound, never the text.
    """

    __slots__ = ("data",)
    data: dict[str, Any]

    def __new__(cls, code: str, **data: Any) -> Self:
        made = super().__new__(cls, code)
        made.data = data
        return made


class Refusal(Exception):
    """A request that is refused: ``code`` is ``module.fact``, ``data`` fills its sentence.

    ``data`` must hold nothing that the one who asked may not know, and nothing personal: it may be
    logged. ``fields`` maps the name of a form field to the code of what is wrong with it,
    a :class:`Wrong` where the sentence needs more than the code.
    """

    def __init__(
        self, code: str, kind: Kind, *, fields: Mapping[str, str] | None = None, **data: Any
    ) -> None:
        super().__init__(code)
        self.code = code
        self.kind = kind
        self.data: dict[str, Any] = data
        self.fields: dict[str, str] = dict(fields or {})

    def __repr__(self) -> str:
        return f"Refusal({self.code!r}, {self.kind!s}, {self.data!r})"
