"""What writing a value needs to know: how it is written, where it came from, and what is masked."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum

import msgspec

from tongban.kernel.identifiers import TextKind
from tongban.kernel.masks import HIDDEN
from tongban.kernel.masks import masked as mask_as
from tongban.kernel.money import show_money
from tongban.kernel.text import CHINESE, Text, say
from tongban.kit.html import show_month, show_value
from tongban.modules.services.model import (
    CaseValue,
    Happening,
    Option,
    Origin,
    Plain,
    Question,
    What,
)
from tongban.modules.services.model.sight import NOTHING, Sight
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


def shown(sort: str, value: Plain | None, manner: Manner, language: str) -> str:
    """Write a value as people read it: the name of a code, an amount, a day, a number with unit."""
    if value is None:
        return ""
    names = {option.code: say(option.name, language) for option in manner.options}
    if isinstance(value, str) and value in names:
        return names[value]
    if isinstance(value, str) and value in manner.places:
        return say(manner.places[value], language)
    if sort == "money" and isinstance(value, int):
        return show_money(value)
    if manner.kind is TextKind.MONTH and isinstance(value, str):
        return show_month(value, language)
    text = show_value(value, language)
    words = say(manner.unit, language)
    plain_number = isinstance(value, int | Decimal) and not isinstance(value, bool)
    return f"{text} {words}" if words and plain_number else text


_OF_VALUES = frozenset({What.DISPUTED, What.SETTLED, What.SETTLED_SOURCE, What.SETTLED_CLAIM})
"""What of a case's history is about one of its values."""


def about(line: Happening, names: Mapping[str, Text]) -> Text:
    """Return what a line of the history is about, a value by what it is called.

    Lines of earlier releases hold the Chinese name and not the key.
    """
    if line.what not in _OF_VALUES:
        return line.words
    named = (name for name in names.values() if say(name, CHINESE) == line.words)
    return names.get(line.words) or next(named, line.words)


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


def hidden_keys(loaded: Loaded, onlooker: Onlooker, sight: Sight = NOTHING) -> frozenset[str]:
    """Return the keys of which the onlooker sees a mask only: what rests on them hides them too.

    Of staff, ``sight`` is what their steps need to see. A result that says in words what is hidden is
    hidden; an amount worked out from it is not, for a step that needs it.
    """
    hidden = {
        value.key
        for value in loaded.values
        if value.key not in sight.whole
        and value.value is not None
        and (is_hidden(loaded, value, onlooker) or is_unneeded(value.key, onlooker, sight))
    }
    for result in loaded.proposal.results:
        uses, key = set(conditions.keys_of(result.expression)), f"result.{result.code}"
        tells = uses & hidden and isinstance(result.value, str)
        if key not in sight.whole and (tells or is_unneeded(key, onlooker, sight)):
            hidden.add(key)
    return frozenset(hidden)


def is_unneeded(key: str, onlooker: Onlooker, sight: Sight) -> bool:
    """Whether it is hidden because whoever looks has no step that needs it."""
    return onlooker is Onlooker.STAFF and not sight.sees(key)


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
