"""What is asked of an applicant."""

from collections.abc import Mapping

from tongban.kernel.identifiers import TextKind
from tongban.kernel.text import Text
from tongban.modules.services.model.base import Plain, Value
from tongban.modules.services.model.service import Option


class Question(Value, frozen=True, kw_only=True):
    """What is asked of the applicant because nobody holds it (or may say it)."""

    key: str
    name: Text
    type: str
    kind: TextKind = TextKind.ANY
    least: Plain | None = None
    most: Plain | None = None
    options: tuple[Option, ...] = ()
    required: bool = True
    hint: Text = ""
    autocomplete: str = ""
    unit: Text = ""
    places: Mapping[str, Text] = {}
    """Where a division is asked for: what they are called, by code, the government's own first."""
    because: str = ""
    """Why it is asked although a department holds it: refused, failed or nothing."""


class AskedPage(Value, frozen=True, kw_only=True):
    """A page of questions; ``number`` counts from 1 over all pages that ask something."""

    number: int
    title: Text
    questions: tuple[Question, ...]
