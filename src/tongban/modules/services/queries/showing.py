"""What writing a value needs to know: what its codes are called, its unit, and what is masked."""

import datetime as dt

import msgspec

from tongban.kernel.text import Text
from tongban.modules.services.model import CaseValue, Option, Origin
from tongban.modules.services.queries.loading import Loaded
from tongban.modules.services.rules import masks


def options_and_unit(loaded: Loaded, key: str) -> tuple[tuple[Option, ...], Text]:
    """Return what the codes of a value are called, and its unit."""
    for situation in loaded.service.situations:
        if key == f"situation.{situation.code}":
            return situation.options, ""
    question = loaded.question(key)
    return question.options, question.unit


class ValueGroup(msgspec.Struct, frozen=True, kw_only=True):
    """Values with one source: a department at one time, the applicant, or the rules."""

    kind: str
    """``results``, ``answers`` or ``fetched``."""
    provider: str = ""
    at: dt.datetime | None = None
    values: tuple[CaseValue, ...] = ()


def groups(loaded: Loaded) -> list[ValueGroup]:
    """Return the values of a case by their source: results, answers, then departments."""
    known = [value for value in loaded.values if value.value is not None]
    results = tuple(value for value in known if value.origin is Origin.COMPUTED)
    given = (Origin.ASKED, Origin.SITUATION)
    answers = tuple(value for value in known if value.origin in given)
    fetched: dict[tuple[str, dt.datetime], list[CaseValue]] = {}
    for value in known:
        if value.origin is Origin.FETCHED:
            fetched.setdefault((value.provider, value.at), []).append(value)
    found = [ValueGroup(kind="results", values=results), ValueGroup(kind="answers", values=answers)]
    found += [
        ValueGroup(kind="fetched", provider=provider, at=at, values=tuple(several))
        for (provider, at), several in fetched.items()
    ]
    return [group for group in found if group.values]


def masked(loaded: Loaded, value: CaseValue, text: str, *, confirming: bool = False) -> str:
    """Return a fetched text as its element says it is shown; what was typed is not masked.

    ``confirming`` is the applicant, who has to see what the application will rest on. What a grant
    gives only masked came masked, and nobody sees it whole.
    """
    element = loaded.elements.get(value.key)
    if element is None or value.origin is not Origin.FETCHED:
        return text
    known_by = (loaded.applicant.name, loaded.applicant.subject.id)
    if confirming and masks.is_to_confirm(element.mask, text, known_by):
        return text
    return masks.mask(element.mask, text)
