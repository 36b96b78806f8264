"""What can be wrong with what a grant allows to be read without a case."""

from collections import Counter
from collections.abc import Iterator

from tongban.kernel.text import CHINESE, say
from tongban.kit.definitions.finding import Severity
from tongban.kit.definitions.instance import Instance
from tongban.kit.definitions.part import Findings, check, found
from tongban.modules.exchange.definition import GrantDefinition
from tongban.modules.exchange.definition.checks import GRANT
from tongban.modules.exchange.model import Basis
from tongban.modules.exchange.model.occasions import KeptBack, WithoutCase
from tongban.modules.exchange.rules.grants import is_code
from tongban.modules.government.definition import MOST_READ_A_DAY, GovernmentDefinition

_INSPECTED = (
    GRANT
    + """  rests_on: law
  without_case:
    occasions:
      - {code: inspection, name: {zh: 监督检查, en: Inspection}}
    a_day: 200
    for_each: 50
    second_person_above: 10
"""
)


_KEPT_BACK = """# file: government.yaml
name: 云汀市
division: "470181"
level: "4"
origin: yunting.example/ledger
most_days_kept_back: 30
""" + _INSPECTED.replace(
    "监督检查, en: Inspection}}",
    "监督检查, en: Inspection}, kept_back: {clause: 本市调查规定第八条, days: 30}}",
)


@check(
    GrantDefinition,
    "exchange.without_case_by_consent",
    Severity.ERROR,
    zh="授权 {code} 允许没有办件也能查询（without_case），但它依据的是本人同意。"
    "没有办件就没有本人的同意，只有依据法律的授权才能这样写。",
    en="Grant {code} allows reading without a case (without_case) but rests on consent. Nobody consents "
    "without a case; only a grant that rests on law may say so.",
    fails=_INSPECTED.replace("rests_on: law", "rests_on: consent"),
    passes=_INSPECTED,
)
def without_case_by_consent(grant: GrantDefinition, _: Instance) -> Findings:
    if grant.without_case is not None and grant.rests_on is not Basis.LAW:
        yield found("without_case", code=grant.code)


@check(
    GrantDefinition,
    "exchange.without_occasion",
    Severity.ERROR,
    zh="授权 {code} 允许没有办件也能查询，但没有写在哪些场合（occasions）。每次查询都要写明场合。",
    en="Grant {code} allows reading without a case but names no occasion. Each such read states one.",
    fails=_INSPECTED.replace(
        "occasions:\n      - {code: inspection, name: {zh: 监督检查, en: Inspection}}",
        "occasions: []",
    ),
    passes=_INSPECTED,
)
def without_occasion(grant: GrantDefinition, _: Instance) -> Findings:
    if grant.without_case is not None and not grant.without_case.occasions:
        yield found("without_case", "occasions", code=grant.code)


@check(
    GrantDefinition,
    "exchange.bad_occasion",
    Severity.ERROR,
    zh="授权 {code} 的场合“{occasion}”没有名称，或者代码重复，或者代码不是由字母、数字和 . _ : - 组成。",
    en="Occasion “{occasion}” of grant {code} has no name, a code that another has, or one that is not "
    "made of letters, digits and . _ : -.",
    fails=_INSPECTED.replace("code: inspection", "code: 监督检查"),
    passes=_INSPECTED,
)
def bad_occasion(grant: GrantDefinition, _: Instance) -> Findings:
    occasions = grant.without_case.occasions if grant.without_case is not None else ()
    times = Counter(each.code for each in occasions)
    for position, each in enumerate(occasions):
        if not is_code(each.code) or times[each.code] > 1 or not say(each.name, CHINESE).strip():
            path = ("without_case", "occasions", position)
            yield found(*path, code=grant.code, occasion=each.code)


@check(
    GrantDefinition,
    "exchange.bad_quota",
    Severity.ERROR,
    zh="授权 {code} 的次数 {name} 是 {number}，应当在 {least} 到 {most} 之间。",
    en="{name} of grant {code} is {number} and should be from {least} to {most}.",
    why="Each may read at most as often as all together, and alone at most as often as each.",
    fails=_INSPECTED.replace("for_each: 50", "for_each: 500"),
    passes=_INSPECTED,
)
def bad_quota(grant: GrantDefinition, _: Instance) -> Findings:
    if grant.without_case is None:
        return
    for name, number, least, most in _bounds(grant.without_case):
        if not least <= number <= most:
            yield found(
                "without_case",
                name,
                code=grant.code,
                name=name,
                number=number,
                least=least,
                most=most,
            )


def _bounds(rule: WithoutCase) -> Iterator[tuple[str, int, int, int]]:
    yield "a_day", rule.a_day, 1, MOST_READ_A_DAY
    yield "for_each", rule.for_each, 1, max(1, rule.a_day)
    yield "second_person_above", rule.second_person_above, 0, max(0, rule.for_each)


@check(
    GrantDefinition,
    "exchange.kept_back_without_clause",
    Severity.ERROR,
    zh="授权 {code} 的场合“{occasion}”写了暂缓告知本人（kept_back），但没有写依据（clause）。"
    "没有依据就要立即告知。",
    en="Occasion “{occasion}” of grant {code} is kept back from the person (kept_back) by no law (clause). "
    "Without one they see it at once.",
    fails=_KEPT_BACK.replace("clause: 本市调查规定第八条", 'clause: ""'),
    passes=_KEPT_BACK,
)
def kept_back_without_clause(grant: GrantDefinition, _: Instance) -> Findings:
    for position, occasion, rule in _kept_back(grant):
        if not say(rule.clause, CHINESE).strip():
            path = ("without_case", "occasions", position, "kept_back")
            yield found(*path, code=grant.code, occasion=occasion)


@check(
    GrantDefinition,
    "exchange.kept_back_too_long",
    Severity.ERROR,
    zh="授权 {code} 的场合“{occasion}”暂缓告知本人 {days} 天，应当在 1 到 {most} 天之间。"
    "最多几天由 government.yaml 的 most_days_kept_back 规定，没有写就是 0，也就是不得暂缓。",
    en="Occasion “{occasion}” of grant {code} is kept back from the person for {days} days and should be for "
    "1 to {most}: as many as most_days_kept_back in government.yaml says, and none where it says nothing.",
    why="What an investigation keeps back appears on a stated day at the latest; how late that may be, a "
    "government states once for all its grants.",
    fails=_KEPT_BACK.replace("days: 30", "days: 31"),
    passes=_KEPT_BACK,
)
def kept_back_too_long(grant: GrantDefinition, instance: Instance) -> Findings:
    governments = instance.every(GovernmentDefinition).values()
    most = max((each.most_days_kept_back for each in governments), default=0)
    for position, occasion, rule in _kept_back(grant):
        if not 1 <= rule.days <= most:
            path = ("without_case", "occasions", position, "kept_back", "days")
            yield found(*path, code=grant.code, occasion=occasion, days=rule.days, most=most)


def _kept_back(grant: GrantDefinition) -> Iterator[tuple[int, str, KeptBack]]:
    occasions = grant.without_case.occasions if grant.without_case is not None else ()
    for position, each in enumerate(occasions):
        if each.kept_back is not None:
            yield position, each.code, each.kept_back
