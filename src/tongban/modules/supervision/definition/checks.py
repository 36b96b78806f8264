"""What can be wrong with a supervision rule."""

from collections.abc import Mapping

from tongban.kernel.expressions import DECIMAL, INTEGER, Type
from tongban.kit.definitions.finding import Severity
from tongban.kit.definitions.instance import Instance
from tongban.kit.definitions.nearest import nearest
from tongban.kit.definitions.part import Findings, check, found
from tongban.modules.services.definition.conditions import problems, verdict_of
from tongban.modules.supervision.definition import SupervisionRuleDefinition
from tongban.modules.supervision.model import Colour

TYPES: Mapping[str, Type] = {
    **{f"{clock}.used_share": DECIMAL for clock in ("case", "acceptance", "statutory")},
    **{f"{clock}.remaining_days": INTEGER for clock in ("case", "acceptance", "statutory")},
    **{f"{clock}.overdue_days": INTEGER for clock in ("case", "acceptance", "statutory", "step")},
}
"""What a rule's condition may speak of."""
RECIPIENTS = ("department", "handler", "bureau")

_RULE = """# file: supervision.yaml
- {code: near, name: 临近承诺时限, colour: yellow, condition: case.used_share >= 0.9}
"""


@check(
    SupervisionRuleDefinition,
    "supervision.bad_condition",
    Severity.ERROR,
    zh="监察规则“{it}”的条件“{source}”不成立：{problem}",
    en="Condition “{source}” of rule “{it}” makes no sense: {problem}",
    fails=_RULE.replace("used_share", "used_shares"),
    passes=_RULE,
)
def bad_condition(rule: SupervisionRuleDefinition, _: Instance) -> Findings:
    for problem in problems(rule.condition, TYPES):
        yield found("condition", source=rule.condition, problem=problem)


@check(
    SupervisionRuleDefinition,
    "supervision.pointless_condition",
    Severity.ERROR,
    zh="监察规则“{it}”的条件“{source}”{verdict}。",
    en="Condition “{source}” of rule “{it}” is {verdict}.",
    fails=_RULE.replace(
        "case.used_share >= 0.9", "case.overdue_days > 1 and case.overdue_days < 1"
    ),
    passes=_RULE,
)
def pointless_condition(rule: SupervisionRuleDefinition, _: Instance) -> Findings:
    verdict = verdict_of(rule.condition, TYPES)
    if verdict is not None:
        always = {
            "zh": "永远成立，每个办件都会亮牌",
            "en": "always true, so every case gets a card",
        }
        never = {"zh": "永远不会成立", "en": "never true"}
        words = always if verdict == "always" else never
        yield found("condition", source=rule.condition, verdict=words)


@check(
    SupervisionRuleDefinition,
    "supervision.unknown_value",
    Severity.ERROR,
    zh="监察规则“{it}”的 {what}“{value}”不存在，可用：{known}。",
    en="“{value}” as {what} of rule “{it}” does not exist; there is {known}.",
    fails=_RULE.replace("colour: yellow", "colour: yelow"),
    passes=_RULE,
)
def unknown_value(rule: SupervisionRuleDefinition, _: Instance) -> Findings:
    for key, value, known in (
        ("colour", rule.colour, tuple(Colour)),
        ("recipient", rule.recipient, RECIPIENTS),
    ):
        if value not in known:
            yield found(key, what=key, value=value, known=known, suggestion=nearest(value, known))


@check(
    SupervisionRuleDefinition,
    "supervision.bad_reply_days",
    Severity.ERROR,
    zh="监察规则“{it}”的答复期限是 {days} 天，应为 1 至 60 个工作日。",
    en="Rule “{it}” leaves {days} days to reply; that should be 1 to 60 working days.",
    fails=_RULE.replace("colour: yellow", "colour: yellow, reply_days: 0"),
    passes=_RULE,
)
def bad_reply_days(rule: SupervisionRuleDefinition, _: Instance) -> Findings:
    if not 1 <= rule.reply_days <= 60:
        yield found("reply_days", days=rule.reply_days)
