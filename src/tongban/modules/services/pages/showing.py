"""How pages of services write values, days and errors."""

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from litestar import Request, Response

from tongban.kernel.dates import DayReason
from tongban.kernel.errors import Refusal
from tongban.kernel.masks import HIDDEN
from tongban.kernel.text import Text, say, together
from tongban.kit.html import errors_of, named_fault, show_date
from tongban.kit.http import house, language_of
from tongban.kit.i18n import field_sentence, translator
from tongban.modules.government import queries as government
from tongban.modules.services.model import CaseValue, Clock, Happening, Origin, Question, What
from tongban.modules.services.model.sight import NOTHING, Sight
from tongban.modules.services.queries import application, showing
from tongban.modules.services.queries.loading import Loaded
from tongban.modules.services.queries.showing import Manner, Onlooker, shown

_KEPT_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
"""How the history keeps a day: in no language."""
_OF_DAYS = frozenset(
    {What.REDATED, What.PROMISE_MISSED, What.STATUTE_MISSED, What.CORRECTION_MISSED}
)
AnyRequest = Request[Any, Any, Any]
Page = Response[str]


def value_shower(
    loaded: Loaded,
    language: str,
    onlooker: Onlooker = Onlooker.STAFF,
    sight: Sight = NOTHING,
) -> Callable[..., str]:
    """Return ``show(value, claim=False)`` for the values of a case.

    What its element says is masked stays masked, whatever its type and whoever gave it, unless staff see
    it whole by their ``sight``, or the applicant looks at what they typed or what is their own. What the
    steps of staff do not need is hidden altogether.
    """
    hidden = showing.hidden_keys(loaded, onlooker, sight)

    def show(value: CaseValue | None, *, claim: bool = False) -> str:
        if value is None:
            return ""
        content = value.claim if claim else value.value
        text = shown(value.type, content, showing.manner(loaded, value.key), language)
        shows = value.origin is Origin.COMPUTED and value.key not in hidden
        if value.key in sight.whole or shows:
            return text
        if showing.is_unneeded(value.key, onlooker, sight):
            return HIDDEN
        return showing.masked(loaded, value, text, onlooker, typed=claim)

    return show


def set_aside(loaded: Loaded, language: str) -> list[dict[str, Any]]:
    """Return what the applicant said against values that are not fetched: what of, what, and whether
    they are asked for it themselves now. They typed it, so they see it whole."""
    asked = {question.key for page in loaded.pages for question in page.questions}
    return [
        {
            "name": say(loaded.names.get(each.key, each.key), language),
            "claim": shown(each.type, each.claim, showing.manner(loaded, each.key), language),
            "asked": each.key in asked,
        }
        for each in loaded.objections
    ]


def contested(loaded: Loaded, language: str) -> list[str]:
    """Return the names of the fetched values that the applicant says otherwise."""
    return [
        say(loaded.names.get(value.key, value.key), language)
        for value in loaded.values
        if value.claim is not None
    ]


def answer_shower(language: str) -> Callable[[Question, CaseValue | None], str]:
    """Return what writes an answer beside its question."""

    def show(question: Question, value: CaseValue | None) -> str:
        if value is None:
            return ""
        return shown(question.type, value.value, showing.manner_of(question), language)

    return show


def form_errors(
    refusal: Refusal,
    request: AnyRequest,
    questions: Iterable[Question] = (),
    names: Mapping[str, Text] | None = None,
) -> dict[str, Any]:
    """Return the errors of a page; a date's link leads to its first field, a bound is written out.

    The summary names each field: a question, or what ``names`` calls it.
    """
    questions, language = tuple(questions), language_of(request)
    called = {field: say(name, language) for field, name in (names or {}).items()}
    called |= {question.key: say(question.name, language) for question in questions}
    found = errors_of(refusal, request, called)
    for question in questions:
        if question.key in refusal.fields:
            bounds = {
                name: shown(question.type, bound, Manner(unit=question.unit), language)
                for name, bound in (("least", question.least), ("most", question.most))
            }
            text = field_sentence(
                refusal.fields[question.key], language, **{**refusal.data, **bounds}
            )
            found["errors"][question.key] = text
            for line in found["error_list"]:
                if line.get("href") == f"#{question.key}":
                    line["text"] = named_fault(called[question.key], text, language)
    first = {
        f"#{question.key}": f"#{question.key}-year"
        for question in questions
        if question.type == "date"
    }
    for line in found["error_list"]:
        if line.get("href") in first:
            line["href"] = first[line["href"]]
    return found


def day_rows(
    clock: Clock, language: str, provisional: frozenset[int] = frozenset()
) -> list[dict[str, Any]]:
    """Return why each day on the way counts or not, for the table behind a date."""
    t = translator(language)
    rows = []
    for line in clock.reckoning.days:
        reason = t(f"services.day.{line.reason}")
        if line.name and line.reason in (DayReason.HOLIDAY, DayReason.MAKE_UP):
            reason = f"{reason} · {say(line.name, language)}"
        marked = t("kit.value.provisional") if line.day.year in provisional else ""
        weekday = t(f"services.weekday.{line.day.weekday()}")
        rows.append(
            {
                "day": f"{show_date(line.day, language)} {weekday}{marked}",
                "number": str(line.number) if line.counts else "—",
                "reason": reason,
            }
        )
    return rows


def in_words(limit: Any, language: str) -> str:
    """Write a limit: so many working or calendar days."""
    if limit is None:
        return ""
    t = translator(language)
    if limit.days == 0:
        return t("services.limit.same_day")
    return t(f"services.limit.{limit.unit}", days=limit.days)


def named_together(names: Iterable[Text], language: str) -> str:
    """Write several names as one list."""
    return together((say(name, language) for name in names), language)


def days_told(line: Happening, language: str, provisional: frozenset[int] = frozenset()) -> str:
    """Write the days that a line of the history is about as the language does, those of years whose
    holidays are only expected as provisional."""

    def written(found: re.Match[str]) -> str:
        day = dt.date.fromisoformat(found[0])
        mark = translator(language)("kit.value.provisional") if day.year in provisional else ""
        return show_date(day, language) + mark

    return _KEPT_DAY.sub(written, line.words)


def happening_told(
    line: Happening,
    names: Mapping[str, Text],
    language: str,
    provisional: frozenset[int] = frozenset(),
) -> str:
    """Write what a line of the history is about: a day, a value, a colleague or an opinion."""
    if line.what in _OF_DAYS:
        return days_told(line, language, provisional)
    return say(showing.about(line, names), language)


def words(request: AnyRequest) -> dict[str, Any]:
    """Return the helpers that every template of services uses."""
    language = language_of(request)
    with house(request).db.read() as reader:
        provisional = government.calendar(reader.connection).provisional
    return {
        "provisional_years": provisional,
        "day_rows": lambda clock: day_rows(clock, language, provisional),
        "named_together": lambda names: named_together(names, language),
        "places_offered": lambda known: [
            say(known[code], language) for code in application.places_offered(known)
        ],
        "happening_told": lambda line, names: happening_told(line, names, language, provisional),
        "limit_words": lambda limit: in_words(limit, language),
    }
