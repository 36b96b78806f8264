"""The indicators, each open to its counts."""

from typing import Any

from litestar import Request, Response, get
from litestar.params import FromPath

from tongban.kernel.text import say
from tongban.kit.html import page
from tongban.kit.http import house, language_of, public
from tongban.kit.i18n import translator
from tongban.kit.sheets import csv_file
from tongban.modules.evaluation import queries
from tongban.modules.evaluation.definition import IndicatorDefinition
from tongban.modules.evaluation.model import Better
from tongban.modules.government import queries as government

_WHY = "how a government does is everyone's to see"


def _words(request: Request[Any, Any, Any]) -> dict[str, Any]:
    """Return what writes a value with its unit, and a target with the direction that is good."""
    t = translator(language_of(request))

    def shown(definition: IndicatorDefinition, value: float | None) -> str:
        number = queries.shown(definition, value)
        bare = not number or number.endswith("%")
        return number if bare else t("evaluation.page.days", number=number)

    def target(definition: IndicatorDefinition) -> str:
        text = shown(definition, definition.target)
        lower = text and queries.better(definition) is Better.LOWER
        return t("evaluation.page.lower", target=text) if lower else text

    return {"shown": shown, "target": target, "is_share": queries.is_share}


@get("/indicators", opt={"access": public(_WHY)}, sync_to_thread=False)
def indicators(request: Request[Any, Any, Any]) -> Response[str]:
    """Every indicator, computed from the running system."""
    with house(request).db.read() as reader:
        found = queries.measured(reader.connection)
        counted_on = queries.counted_on(reader.connection)
    context = {"found": found, "counted_on": counted_on, **_words(request)}
    return page(request, "evaluation/indicators.html", **context)


_COLUMNS = ("indicator", "value", "numerator", "denominator", "target", "reached", "dimension")


@get("/indicators/export.csv", opt={"access": public(_WHY)}, sync_to_thread=False)
def indicators_csv(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Every indicator with the counts it is made of, for a spreadsheet."""
    language = language_of(request)
    t = translator(language)
    write = _words(request)
    says = {True: t("evaluation.page.reached"), False: t("evaluation.page.not_reached"), None: ""}
    with house(request).db.read() as reader:
        found = queries.measured(reader.connection)
    rows = [
        [
            say(definition.name, language),
            write["shown"](definition, result.reading.value),
            result.reading.numerator,
            result.reading.denominator,
            write["target"](definition),
            says[result.reached],
            say(definition.dimension, language),
        ]
        for definition, result in found
    ]
    return csv_file("indicators", [t(f"evaluation.page.{name}") for name in _COLUMNS], rows)


@get("/indicators/{code:str}", opt={"access": public(_WHY)}, sync_to_thread=False)
def indicator(request: Request[Any, Any, Any], code: FromPath[str]) -> Response[str]:
    """One indicator: how it is computed, from which counts, by department and by day."""
    with house(request).db.read() as reader:
        definition, result = queries.one(reader.connection, code)
        lines = queries.by_department(reader.connection, definition)
        counted_on = queries.counted_on(reader.connection)
        departments = government.departments(reader.connection)
    return page(
        request,
        "evaluation/indicator.html",
        definition=definition,
        result=result,
        lines=lines,
        counted_on=counted_on,
        departments=departments,
        **_words(request),
    )


HANDLERS = (indicators, indicators_csv, indicator)
