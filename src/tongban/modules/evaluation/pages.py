"""The indicators, each open to its counts."""

from collections.abc import Callable
from typing import Any

from litestar import Request, Response, get
from litestar.params import FromPath

from tongban.kit.html import page
from tongban.kit.http import house, language_of, public
from tongban.kit.i18n import Translate, translator
from tongban.kit.lists import (
    Asking,
    Column,
    Held,
    Kind,
    Listing,
    coded,
    doors,
    in_words,
    look,
)
from tongban.modules.evaluation import queries, wire
from tongban.modules.evaluation.definition import IndicatorDefinition
from tongban.modules.evaluation.model import Better
from tongban.modules.government import queries as government

_WHY = "how a government does is everyone's to see"


def _words(t: Translate) -> dict[str, Any]:
    """Return what writes a value with its unit, and a target with the direction that is good."""

    def shown(definition: IndicatorDefinition, value: float | None) -> str:
        number = queries.shown(definition, value)
        bare = not number or number.endswith("%")
        return number if bare else t("evaluation.page.days", number=number)

    def target(definition: IndicatorDefinition) -> str:
        text = shown(definition, definition.target)
        lower = text and queries.better(definition) is Better.LOWER
        return t("evaluation.page.lower", target=text) if lower else text

    return {"shown": shown, "target": target, "is_share": queries.is_share}


def _figure(row: Any, _: Asking) -> float | None:
    definition, result = row
    return queries.figure(definition, result.reading.value)


def _target_figure(row: Any, _: Asking) -> float | None:
    return queries.figure(row[0], row[0].target)


def _target(row: Any, asking: Asking) -> str:
    return str(_words(asking.t)["target"](row[0]))


def _unit(row: Any, asking: Asking) -> str:
    return asking.t(f"evaluation.page.unit_{'share' if queries.is_share(row[0]) else 'days'}")


def _reached(row: Any, asking: Asking) -> str:
    words = {True: "reached", False: "not_reached"}
    said = words.get(row[1].reached)
    return asking.t(f"evaluation.page.{said}") if said else ""


def _of(part: str) -> Callable[[Any, Asking], Any]:
    return lambda row, _: getattr(row[0], part)


INDICATORS = Listing(
    name="indicators",
    title="evaluation.page.title",
    address="/indicators",
    api="/api/indicators",
    access=public(_WHY),
    columns=(
        Column("name", "evaluation.page.indicator", of=_of("name"), words=in_words),
        Column("value", "evaluation.page.value", Kind.NUMBER, shows=_figure,
               of=lambda row, _: row[1].reading.value),
        Column("counts", "evaluation.page.counts", in_file=False, numeric=True,
               of=lambda row, _: f"{row[1].reading.numerator} / {row[1].reading.denominator}"),
        Column("numerator", "evaluation.page.numerator", Kind.NUMBER, on_page=False,
               of=lambda row, _: row[1].reading.numerator),
        Column("denominator", "evaluation.page.denominator", Kind.NUMBER, on_page=False,
               of=lambda row, _: row[1].reading.denominator),
        Column("target", "evaluation.page.target", shows=_target, of=_of("target"), in_file=False),
        Column("target_figure", "evaluation.page.target", Kind.NUMBER, of=_target_figure,
               on_page=False),
        Column("unit", "evaluation.page.unit", of=_unit, on_page=False),
        Column("better", "evaluation.page.better", of=lambda row, _: row[1].better,
               words=coded("evaluation.better"), on_page=False),
        Column("reached", "evaluation.page.reached", on_page=False, shows=_reached,
               of=lambda row, _: row[1].reached),
        Column("dimension", "evaluation.page.dimension", of=_of("dimension"), words=in_words),
    ),
    thing=wire.indicator,
    shape=wire.IndicatorObject,
    source=Held(lambda reader, _: queries.measured(reader)),
    size=None,
)  # fmt: skip
"""Every indicator, computed from the running system."""


@get("/indicators", opt={"access": public(_WHY)}, sync_to_thread=False)
def indicators(request: Request[Any, Any, Any]) -> Response[str]:
    """Every indicator, computed from the running system."""
    with house(request).db.read() as reader:
        listed = look(request, reader, INDICATORS)
        counted_on = queries.counted_on(reader)
    words = _words(translator(language_of(request)))
    return page(
        request, "evaluation/indicators.html", listed=listed, counted_on=counted_on, **words
    )


@get("/indicators/{code:str}", opt={"access": public(_WHY)}, sync_to_thread=False)
def indicator(request: Request[Any, Any, Any], code: FromPath[str]) -> Response[str]:
    """One indicator: how it is computed, from which counts, by department and by day."""
    with house(request).db.read() as reader:
        definition, result = queries.one(reader, code)
        lines = queries.by_department(reader.connection, definition)
        counted_on = queries.counted_on(reader)
        departments = government.departments(reader.connection)
    return page(
        request,
        "evaluation/indicator.html",
        definition=definition,
        result=result,
        lines=lines,
        counted_on=counted_on,
        departments=departments,
        **_words(translator(language_of(request))),
    )


HANDLERS = (indicators, *doors(INDICATORS), indicator)
