"""What is found in a definition: a rule, whom it concerns, where it stands, and the sentence."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from tongban.kernel.text import CHINESE, Text, say, together


class Severity(StrEnum):
    """How much a finding matters: an error keeps the instance from being applied."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What can be found, in words, and an instance that shows it and one that does not.

    ``zh`` and ``en`` are sentences with ``{names}`` that a finding's data fill in. A snippet holds
    one or several files, each after a line ``# file: name``.
    """

    code: str
    severity: Severity
    zh: str
    en: str
    fails: str
    passes: str
    why: Text = ""
    """What it protects, or the standard it rests on; shown on the reference page."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a file of the folder; counted from 1; line 1 stands for the whole file too."""

    file: str
    line: int = 1
    column: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing found. ``suggestion`` is what was probably meant."""

    rule: Rule
    severity: Severity
    subject: str
    place: Place
    data: Mapping[str, Any] = field(default_factory=dict)
    suggestion: str = ""

    @property
    def code(self) -> str:
        """The rule's code, such as ``services.unreachable_step``."""
        return self.rule.code

    def message(self, language: str) -> str:
        """Return the sentence in a language."""
        template = self.rule.zh if language == CHINESE else self.rule.en
        sentence = template.format_map(_Said(self.data, language))
        if not self.suggestion:
            return sentence
        if language == CHINESE:
            return f"{sentence}是不是要写“{self.suggestion}”？"
        return f"{sentence} Did you mean “{self.suggestion}”?"

    @property
    def order(self) -> tuple[str, int, int, str]:
        """What sorts findings as a reader goes through the files."""
        return (self.place.file, self.place.line, self.place.column, self.rule.code)


class _Said(dict[str, Any]):
    """Fills a sentence: texts in the reader's language, lists joined, long values cut short."""

    def __init__(self, data: Mapping[str, Any], language: str) -> None:
        super().__init__(data)
        self._language = language

    def __getitem__(self, key: str) -> str:
        return shorten(self._words(self.get(key, "")))

    def _words(self, value: Any) -> str:
        if isinstance(value, (list, tuple, set, frozenset)):
            return together((self._words(one) for one in value), self._language)
        if isinstance(value, dict):
            return say(value, self._language)
        return str(value)


LONGEST = 200


def shorten(words: str) -> str:
    """Cut what somebody wrote to a length that still fits on a screen, without control characters."""
    if len(words) > LONGEST:
        words = words[: LONGEST - 1] + "…"
    return "".join(c if c.isprintable() else "�" for c in words)
