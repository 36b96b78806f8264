"""What writing a value needs to know: how it is written, where it came from, and what is masked."""

import datetime as dt
from collections.abc import Mapping
from enum import StrEnum

import msgspec

from tongban.kernel.identifiers import TextKind
from tongban.kernel.masks import HIDDEN
from tongban.kernel.masks import masked as mask_as
from tongban.kernel.text import Text
from tongban.modules.services.model import CaseValue, Option, Origin, Question
from tongban.modules.services.queries.loading import Loaded
from tongban.modules.services.rules import conditions, masks


class Manner(msgspec.Struct, frozen=True, kw_only=True):
    """How a value is written: what its codes are called, its unit, and what kind of text it is."""

    options: tuple[Option, ...] = ()
    unit: Text = ""
    kind: TextKind = TextKind.ANY
    places: Mapping[str, Text] = {}


def manner(loaded: Loaded, key: str) -> Manner:
    """Return how a value of a case is written."""
    for situation in loaded.service.situations:
        if key == f"situation.{situation.code}":
            return Manner(options=situation.options)
    return manner_of(loaded.question(key))


def manner_of(question: Question) -> Manner:
    """Return how the answer to a question is written."""
    return Manner(
        options=question.options, unit=question.unit, kind=question.kind, places=question.places
    )


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


class Onlooker(StrEnum):
    """Who looks at the values of a case."""

    STAFF = "staff"
    APPLICANT = "applicant"
    CONFIRMING = "confirming"
    """The applicant before sending, who has to see what the application will rest on."""


def hidden_keys(
    loaded: Loaded, onlooker: Onlooker, whole: frozenset[str] = frozenset()
) -> frozenset[str]:
    """Return the keys of which the onlooker sees a mask only: what rests on them hides them too.

    ``whole`` are the keys that the onlooker sees all the same, because a step asks to check them. A
    result that says in words what is hidden is hidden; an amount worked out from it is not.
    """
    hidden = {
        value.key
        for value in loaded.values
        if value.key not in whole and value.value is not None and is_hidden(loaded, value, onlooker)
    }
    for result in loaded.proposal.results:
        uses = set(conditions.keys_of(result.expression))
        if uses & hidden and isinstance(result.value, str):
            hidden.add(f"result.{result.code}")
    return frozenset(hidden)


def is_hidden(loaded: Loaded, value: CaseValue, onlooker: Onlooker) -> bool:
    """Whether the onlooker does not see the value whole, or what is claimed against it."""
    if value.origin is Origin.COMPUTED:
        return False
    return any(
        content is not None
        and masked(loaded, value, str(content), onlooker, typed=typed) != str(content)
        for content, typed in ((value.value, False), (value.claim, True))
    )


def masked(
    loaded: Loaded, value: CaseValue, text: str, onlooker: Onlooker, *, typed: bool = False
) -> str:
    """Return a text as its element says it is shown, whoever gave it: a department or the applicant.

    Applicants see whole what they typed themselves: a value that nobody fetched, or what they say
    against one (``typed``). What a grant gives only masked came masked, and nobody sees it whole.
    """
    if value.origin is Origin.COMPUTED:
        return HIDDEN
    element = loaded.elements.get(value.key)
    if element is None:
        return text
    if onlooker is not Onlooker.STAFF and (typed or value.origin is not Origin.FETCHED):
        return text
    known_by = (loaded.applicant.name, loaded.applicant.subject.id)
    told = onlooker is not Onlooker.STAFF or text == loaded.applicant.name  # who applies, by name
    if told and masks.is_own(element.mask, text, known_by):
        return text
    if onlooker is not Onlooker.STAFF and masks.is_to_confirm(element.mask):
        return text
    return mask_as(element.mask, text)
