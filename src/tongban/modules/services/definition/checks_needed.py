"""What a step is shown of a case: what it has to judge, and no more than it needs."""

from tongban.kit.definitions.finding import Severity
from tongban.kit.definitions.instance import Instance
from tongban.kit.definitions.nearest import nearest
from tongban.kit.definitions.part import Findings, check, found
from tongban.modules.services.definition.checks_open import is_open
from tongban.modules.services.definition.checks_reviews import brought
from tongban.modules.services.definition.conditions import names_in
from tongban.modules.services.definition.snippets import PASSES, but
from tongban.modules.services.model import Service, StepKind
from tongban.modules.services.rules.form import IDENTITY
from tongban.modules.services.rules.needed import with_documents

_REVIEW = "{code: review, name: 核对婚姻, kind: review, department: civil-affairs, after: [accept]"
_DECIDE = "{code: decide, name: 决定, kind: decide, department: human-resources, after: [review]"
_MANY = 4
"""From so many values on it is worth a word that a step sees them all."""


def _needing(step: str, needs: str) -> str:
    return but(step, f"{step}, needs: [{needs}]")


def _values(service: Service) -> frozenset[str]:
    """Return what a step can be shown: what is brought, and what is worked out from it."""
    return brought(service) | {f"result.{each.code}" for each in service.calculations}


@check(
    Service,
    "services.step_needs_what_is_not_brought",
    Severity.ERROR,
    zh="“{it}”的环节“{step}”写着需要 {what}，但没有数据需求、表单、材料或者计算带来它。",
    en="Step “{step}” of “{it}” says it needs {what}, which no need, question, material or calculation "
    "brings.",
    fails=_needing(_REVIEW, "person.age"),
    passes=_needing(_REVIEW, "person.marital_status"),
)
def step_needs_what_is_not_brought(service: Service, _: Instance) -> Findings:
    values = _values(service)
    for position, step in enumerate(service.steps):
        for number, what in enumerate(step.needs):
            if what not in values:
                path = ("steps", position, "needs", number)
                yield found(*path, step=step.name, what=what, suggestion=nearest(what, values))


@check(
    Service,
    "services.step_judges_unseen",
    Severity.ERROR,
    zh="“{it}”的环节“{step}”要作决定，但它的 needs 没有列出 {names}，而规则、计算或者证照要用到，"
    "办理的人看不到。",
    en="Step “{step}” of “{it}” decides, and its needs leave out {names}, on which rules, calculations "
    "or the certificate rest: whoever decides could not see it.",
    fails=_needing(_DECIDE, "person.marital_status"),
    passes=_needing(_DECIDE, "form.months, result.amount"),
)
def step_judges_unseen(service: Service, _: Instance) -> Findings:
    values = _values(service)
    sources = [rule.condition for rule in service.rules]
    sources += [each.value for each in service.calculations]
    sources += service.result.fields.values()
    used = sorted({name for source in sources for name in names_in(source)} & values)
    for position, step in enumerate(service.steps):
        if step.kind is StepKind.DECIDE and step.needs:
            seen = {*step.needs, *step.checks}
            unseen = [name for name in used if name not in seen]
            if unseen:
                yield found("steps", position, "needs", step=step.name, names=unseen)


@check(
    Service,
    "services.step_sees_nothing",
    Severity.WARNING,
    zh="“{it}”的环节“{step}”由别的部门审查，却没有写要核对（checks）或者需要（needs）什么，办理的人一项内容也看不到。",
    en="Review “{step}” of “{it}” is another department's and names nothing to check (checks) or to see "
    "(needs), so that whoever does it sees no value of the case.",
    fails=PASSES,
    passes=_needing(_REVIEW, "person.marital_status"),
)
def step_sees_nothing(service: Service, _: Instance) -> Findings:
    for position, step in enumerate(service.steps):
        others = step.kind is StepKind.REVIEW and step.department != service.department
        if is_open(service) and others and not (step.needs or step.checks):
            yield found("steps", position, step=step.name)


@check(
    Service,
    "services.step_needs_everything",
    Severity.INFO,
    zh="“{it}”的环节“{step}”写着需要办件的全部 {count} 项内容。只留下做这个环节真正要看的。",
    en="Step “{step}” of “{it}” says it needs all {count} values of a case. Leave only what is looked "
    "at to do it.",
    why="《中华人民共和国个人信息保护法》第六条: only the least data that the purpose needs",
    fails=_needing(
        _REVIEW,
        "person.marital_status, person.account, form.months, situation.kind, "
        "material.proof, result.amount",
    ),
    passes=_needing(_REVIEW, "person.marital_status"),
)
def step_needs_everything(service: Service, _: Instance) -> Findings:
    every = _values(service) - set(IDENTITY)
    for position, step in enumerate(service.steps):
        seen = with_documents(service, {*step.needs, *step.checks})
        if step.needs and len(every) >= _MANY and every <= seen:
            yield found("steps", position, "needs", step=step.name, count=len(every))
