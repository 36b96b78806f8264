"""What can be wrong with an expression: it does not parse, or it does not make sense."""

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tongban.kernel.errors import Kind, Refusal


class ExpressionError(Refusal):
    """The source does not parse. ``position`` is the offset of the first wrong character.

    The code is ``kernel.expression_<fact>``; ``data`` fills its sentence, with ``at`` the number of
    the character as people count it, and ``suggestion`` where there is one.
    """

    def __init__(self, fact: str, position: int, end: int, **data: Any) -> None:
        super().__init__(f"kernel.expression_{fact}", Kind.INVALID, at=position + 1, **data)
        self.position = position
        self.end = end


@dataclass(frozen=True)
class Problem:
    """The source parses but makes no sense at ``position`` to ``end``.

    The code is ``kernel.expression_<fact>`` and its sentence is that of a refusal.
    """

    code: str
    position: int
    end: int
    data: Mapping[str, str | int] = field(default_factory=dict)


def nearest(word: str, known: Iterable[str]) -> str:
    """Return the known word most like a mistyped one, else nothing."""
    words = tuple(known)
    found = difflib.get_close_matches(word, words, n=1, cutoff=0.6)
    if found:
        return found[0]
    last = word.rpartition(".")[2]
    same = [one for one in words if one.rpartition(".")[2] == last]
    return same[0] if len(same) == 1 else ""
