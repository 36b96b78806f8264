"""What stands twice in a service or a grant although its code names one thing."""

from collections.abc import Iterator, Sequence
from typing import Any

from tongban.kernel.text import Text
from tongban.kit.definitions.finding import Severity
from tongban.kit.definitions.instance import Instance
from tongban.kit.definitions.nodes import Step
from tongban.kit.definitions.part import Findings, check, found
from tongban.modules.exchange.definition import GrantDefinition
from tongban.modules.services.definition.checks_data import fields_of
from tongban.modules.services.definition.snippets import PASSES, but
from tongban.modules.services.model import Service

_RULE = (
    "  - {code: months, name: 申请不超过十二个月, "
    "condition: form.months <= 12, clause: 本市补贴办法第五条}\n"
)
_MONTHS = "- {code: months, name: 申请月数, type: integer}"
_CALLED: dict[str, Text] = {
    "rules": {"zh": "条件", "en": "conditions"},
    "calculations": {"zh": "计算", "en": "calculations"},
    "options": {"zh": "选项", "en": "options"},
}


@check(
    Service,
    "services.same_code_twice",
    Severity.ERROR,
    zh="“{it}”的{what}里有两个代码是 {code}：“{first}”和“{second}”，说不清指的是哪一个。"
    "请给其中一个换一个代码。",
    en="Two {what} of “{it}” have the code {code}: “{first}” and “{second}”. Nothing tells which is meant: "
    "give one of them another code.",
    why="Of two calculations with one code both are worked out, and result.CODE is the one or the other.",
    fails=but(_RULE, _RULE + _RULE),
    passes=but(
        _MONTHS,
        _MONTHS + "\n      - {code: c, name: 卡, "
        "options: [{code: a, name: 甲}, {code: b, name: 乙}]}",
    ),
)
def same_code_twice(service: Service, _: Instance) -> Findings:
    for path, several in _lists(service):
        firsts: dict[str, Any] = {}
        for position, one in enumerate(several):
            first = firsts.setdefault(one.code, one)
            if first is not one or one in several[:position]:
                yield found(
                    *path, position, what=_CALLED[str(path[-1])], code=one.code,
                    first=first.name, second=one.name,
                )  # fmt: skip


def _lists(service: Service) -> Iterator[tuple[tuple[Step, ...], Sequence[Any]]]:
    """Yield the lists of coded things that no check of their own looks through."""
    yield ("rules",), service.rules
    yield ("calculations",), service.calculations
    for path, field in fields_of(service):
        yield (*path, "options"), field.options


@check(
    GrantDefinition,
    "services.grant_names_twice",
    Severity.ERROR,
    zh="授权 {code} 的 {what} 里“{item}”写了两次。请删去一处；本来要写别的，请改成那一项。",
    en="“{item}” stands twice in {what} of grant {code}. Remove one; if another was meant, write that.",
    fails=but(
        "items: [person.name, person.marital_status]",
        "items: [person.name, person.name, person.marital_status]",
    ),
    passes=PASSES,
)
def grant_names_twice(grant: GrantDefinition, _: Instance) -> Findings:
    for key in ("items", "masked", "services"):
        named: Sequence[str] = getattr(grant, key)
        for position, one in enumerate(named):
            if one in named[:position]:
                yield found(key, position, code=grant.code, what=key, item=one)
