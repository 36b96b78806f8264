"""What can be wrong with an indicator."""

import math

from tongban.kit.definitions.finding import Severity
from tongban.kit.definitions.instance import Instance
from tongban.kit.definitions.nearest import nearest
from tongban.kit.definitions.part import Findings, check, found
from tongban.modules.evaluation.definition import IndicatorDefinition
from tongban.modules.evaluation.model import Better
from tongban.modules.evaluation.rules import MEASURES

BETTER = ("higher", "lower")
_INDICATOR = """# file: evaluation.yaml
- {code: on-time, name: 按时办结率, of: cases_on_time_share, target: 0.98}
"""


@check(
    IndicatorDefinition,
    "evaluation.unknown_measure",
    Severity.ERROR,
    zh="指标“{it}”的算法“{measure}”不存在，可用：{known}。",
    en="Measure “{measure}” of indicator “{it}” does not exist; there is {known}.",
    fails=_INDICATOR.replace("on_time_share", "in_time_share"),
    passes=_INDICATOR,
)
def unknown_measure(indicator: IndicatorDefinition, _: Instance) -> Findings:
    if indicator.of not in MEASURES:
        known = tuple(MEASURES)
        close = nearest(indicator.of, known)
        yield found("of", measure=indicator.of, known=known, suggestion=close)


@check(
    IndicatorDefinition,
    "evaluation.unknown_direction",
    Severity.ERROR,
    zh="指标“{it}”的 better“{value}”不存在，应为 higher（越高越好）或 lower（越低越好）。",
    en="“{value}” as better of indicator “{it}” does not exist; it is higher or lower.",
    fails=_INDICATOR.replace("target: 0.98", "better: more"),
    passes=_INDICATOR,
)
def unknown_direction(indicator: IndicatorDefinition, _: Instance) -> Findings:
    if indicator.better and indicator.better not in BETTER:
        yield found("better", value=indicator.better, suggestion=nearest(indicator.better, BETTER))


@check(
    IndicatorDefinition,
    "evaluation.contrary_direction",
    Severity.ERROR,
    zh="指标“{it}”写的 better“{value}”与算法 {measure} 的方向（{better}）不一致；请改正或不写。",
    en="Indicator “{it}” says that {value} is better, but for {measure} it is {better}; correct it "
    "or leave it out.",
    why="A figure that is better the wrong way round praises what is worse.",
    fails=_INDICATOR.replace("target: 0.98", "better: lower"),
    passes=_INDICATOR.replace("target: 0.98", "better: higher"),
)
def contrary_direction(indicator: IndicatorDefinition, _: Instance) -> Findings:
    measure = MEASURES.get(indicator.of)
    if measure is not None and indicator.better in BETTER and indicator.better != measure.better:
        yield found(
            "better",
            value=indicator.better,
            measure=indicator.of,
            better=measure.better.value,
            suggestion="" if measure.better is Better.NEITHER else measure.better.value,
        )


@check(
    IndicatorDefinition,
    "evaluation.target_without_direction",
    Severity.ERROR,
    zh="指标“{it}”的算法 {measure} 没有好坏方向，不能设目标。",
    en="Measure {measure} of indicator “{it}” is better neither way, so it can have no target.",
    fails=_INDICATOR.replace("cases_on_time_share", "disclosures_consented_share"),
    passes=_INDICATOR.replace("cases_on_time_share, target: 0.98", "disclosures_consented_share"),
)
def target_without_direction(indicator: IndicatorDefinition, _: Instance) -> Findings:
    measure = MEASURES.get(indicator.of)
    neither = measure is not None and measure.better is Better.NEITHER
    if neither and indicator.target is not None:
        yield found("target", measure=indicator.of)


@check(
    IndicatorDefinition,
    "evaluation.target_out_of_reach",
    Severity.ERROR,
    zh="指标“{it}”的目标是 {target}；{measure} 是比率，目标应在 0 到 1 之间。",
    en="The target of indicator “{it}” is {target}; {measure} is a share, so give 0 to 1.",
    fails=_INDICATOR.replace("0.98", "98"),
    passes=_INDICATOR,
)
def target_out_of_reach(indicator: IndicatorDefinition, _: Instance) -> Findings:
    target = indicator.target
    if target is None:
        return
    measure = MEASURES.get(indicator.of)
    share = measure is not None and measure.is_share and not 0 <= target <= 1
    if share or not math.isfinite(target):
        yield found("target", target=target, measure=indicator.of)
