"""What can be wrong with a supervision rule."""

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal

from tongban.kernel.expressions import DECIMAL, INTEGER, Type, parse
from tongban.kernel.text import LANGUAGES
from tongban.kit.definitions.finding import Severity
from tongban.kit.definitions.instance import Instance
from tongban.kit.definitions.nearest import nearest
from tongban.kit.definitions.part import Findings, check, check_all, found
from tongban.kit.i18n import translate
from tongban.modules.services.definition import snippets
from tongban.modules.services.definition.conditions import problems, verdict_of
from tongban.modules.services.model import Service, ServiceStatus
from tongban.modules.supervision.definition import SupervisionRuleDefinition
from tongban.modules.supervision.model import Clock, Colour
from tongban.modules.supervision.rules import CLOCKS, clock_of

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


_SHARE = r"(?<![*/+-] )\b(?P<{0}>[a-z]+\.used_share)"
_NUMBER = r"(?P<{0}>\d+(?:\.\d+)?)(?![\d.]| [*/+-])"
_ORDER = r" (?:=|!=|<=?|>=?) "
_COMPARED = re.compile(
    f"{_SHARE.format('a')}{_ORDER}{_NUMBER.format('x')}"
    f"|{_NUMBER.format('y')}{_ORDER}{_SHARE.format('b')}(?! [*/+-])"
)
"""A share beside a number, as an expression is written in its plainest form."""
_MOST_OF_A_LIMIT = 2
"""Shares above it are hardly meant: the limit was missed by as much again."""


@check(
    SupervisionRuleDefinition,
    "supervision.share_in_hundreds",
    Severity.WARNING,
    zh="监察规则“{it}”把 {name} 与 {value} 相比。"
    "used_share 是已用时间占期限的比例，不是百分数：0.9 就是用去十分之九。",
    en="Rule “{it}” compares {name} with {value}. used_share is a share and no percentage: 0.9 is nine "
    "tenths of the time.",
    why={
        "zh": "写成 90 的规则要等期限过去 90 倍才亮牌，等于没有。",
        "en": "A rule that says 90 draws no card before 90 times the limit has passed, which is never.",
    },
    fails=_RULE.replace("0.9", "90"),
    passes=_RULE,
)
def share_in_hundreds(rule: SupervisionRuleDefinition, _: Instance) -> Findings:
    if any(True for _ in problems(rule.condition, TYPES)):
        return
    for one in _COMPARED.finditer(str(parse(rule.condition))):
        value = one["x"] or one["y"]
        if Decimal(value) > _MOST_OF_A_LIMIT:
            yield found("condition", name=one["a"] or one["b"], value=value)


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


_EVERY_CLOCK = """# file: supervision.yaml
- {code: acceptance, name: 受理临近期限, colour: yellow, condition: acceptance.used_share >= 0.9}
- {code: overdue, name: 超过承诺时限, colour: red, condition: case.overdue_days > 0}
- {code: unlawful, name: 超过法定期限, colour: red, condition: statutory.overdue_days > 0}
"""
_EXAMPLES: Mapping[Clock, str] = {
    Clock.ACCEPTANCE: "acceptance.used_share >= 0.9",
    Clock.PROMISED: "case.overdue_days > 0",
    Clock.STATUTORY: "statutory.overdue_days > 0",
    Clock.STEP: "step.overdue_days > 0",
}
"""A condition that watches each clock; whoever does not accept in time has accepted by law, so that
there only the time before can be watched."""


@check_all(
    SupervisionRuleDefinition,
    "supervision.clock_without_rule",
    Severity.WARNING,
    zh="网上可办的事项有{clock}，却没有监察规则看管它，快到期、超期都不会亮牌；可加一条规则，如 {example}。",
    en="Services that can be applied for have a limit, “{clock}”, that no rule watches, so no card is "
    "ever drawn for it; add a rule such as {example}.",
    why={
        "zh": "一条规则只看管一个期限：条件写到 step. 就是环节期限，否则依次是受理期限、法定期限、承诺时限。",
        "en": "A rule watches one limit: that of a step where it speaks of step., else that for "
        "acceptance, by law, or promised, the first of these it speaks of.",
    },
    fails=snippets.plus(_RULE),
    passes=snippets.plus(_EVERY_CLOCK),
)
def clock_without_rule(
    rules: Mapping[str, SupervisionRuleDefinition], instance: Instance
) -> Findings:
    if not rules or any(True for rule in rules.values() for _ in problems(rule.condition, TYPES)):
        return  # who supervises nothing at all knows it, and a condition that is at fault is told
    watched = {clock_of(parse(rule.condition)) for rule in rules.values()}
    running = clocks_of(instance.every(Service).values())
    for clock in (each for each in CLOCKS.values() if each in running - watched):
        words = {one: translate(one, f"supervision.clock.{clock}") for one in LANGUAGES}
        yield found(key=next(iter(rules)), clock=words, example=_EXAMPLES[clock])


def clocks_of(services: Iterable[Service]) -> set[Clock]:
    """Return which clocks run in the cases of some services: only of those that can be applied for."""
    running: set[Clock] = set()
    for service in services:
        if service.status is ServiceStatus.OPEN:
            running.add(Clock.ACCEPTANCE)
            running |= {Clock.PROMISED} if service.promised_limit else set()
            running |= {Clock.STATUTORY} if service.statutory_limit else set()
            running |= {Clock.STEP} if any(step.limit for step in service.steps) else set()
    return running
