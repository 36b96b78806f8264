"""What is said where a folder with errors cannot be used: the first of them, file and line."""

from collections.abc import Sequence
from pathlib import Path

from tongban.kernel.errors import Kind, Refusal
from tongban.kernel.text import LANGUAGES, Text
from tongban.kit.definitions.finding import Finding

_SHOWN = 3


def with_errors(folder: Path, errors: Sequence[Finding]) -> Refusal:
    """Return the refusal of a folder for its errors: how many, the first of them, and how to see all."""
    first: Text = {language: _first(errors, language) for language in LANGUAGES}
    return Refusal(
        "app.instance_has_errors",
        Kind.INVALID,
        folder=str(folder),
        count=len(errors),
        first=first,
    )


def _first(errors: Sequence[Finding], language: str) -> str:
    lines = (
        f"  {one.place.file}:{one.place.line}  {one.message(language)}" for one in errors[:_SHOWN]
    )
    return "\n".join((*lines, *["  …"][: len(errors) > _SHOWN]))
