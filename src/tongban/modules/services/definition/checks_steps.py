"""What can be wrong with the steps of a service and the way through them."""

from collections.abc import Iterator, Mapping

from tongban.kernel.text import Text
from tongban.kit.definitions.circles import way_round
from tongban.kit.definitions.finding import Severity
from tongban.kit.definitions.instance import Instance
from tongban.kit.definitions.nearest import nearest
from tongban.kit.definitions.part import Findings, check, found
from tongban.modules.government.definition import DepartmentDefinition
from tongban.modules.identity.definition import RoleDefinition
from tongban.modules.identity.model import DUTIES
from tongban.modules.services.definition.checks_facts import days_of, working_days
from tongban.modules.services.definition.checks_open import is_open
from tongban.modules.services.definition.snippets import PASSES, but
from tongban.modules.services.model import DUTY_OF, Service, Step

_REVIEW = "{code: review, name: 核对婚姻, kind: review, department: civil-affairs, after: [accept]}"


@check(
    Service,
    "services.open_without_steps",
    Severity.ERROR,
    zh="“{it}”已开放办理，却没有{name}环节。",
    en="“{it}” is open but has no step to {name}.",
    fails=but("kind: decide", "kind: review"),
    passes=PASSES,
)
def open_without_steps(service: Service, _: Instance) -> Findings:
    kinds = {step.kind for step in service.steps}
    if not is_open(service):
        return
    if "accept" not in kinds:
        yield found("steps", name={"zh": "受理（accept）", "en": "accept"})
    if "decide" not in kinds:
        yield found("steps", name={"zh": "决定（decide）", "en": "decide"})


@check(
    Service,
    "services.same_step_twice",
    Severity.ERROR,
    zh="“{it}”的环节代码 {step} 出现两次。",
    en="Step {step} stands twice in “{it}”.",
    fails=but("{code: review, name", "{code: accept, name"),
    passes=PASSES,
)
def same_step_twice(service: Service, _: Instance) -> Findings:
    seen: set[str] = set()
    for position, step in enumerate(service.steps):
        if step.code in seen:
            yield found("steps", position, "code", step=step.code)
        seen.add(step.code)


@check(
    Service,
    "services.one_decision",
    Severity.ERROR,
    zh="“{it}”有 {count} 个{name}环节：{which}。一个办件只{name}一次，请只留一个，其余的改成审查（review）。",
    en="“{it}” has {count} steps of kind {name}: {which}. That happens once in a case: keep one of them, and "
    "make the others reviews.",
    why="The first of two decisions would close the case or issue its certificate before the second is made.",
    fails=but(_REVIEW, _REVIEW.replace("kind: review", "kind: decide")),
    passes=PASSES,
)
def one_decision(service: Service, _: Instance) -> Findings:
    for kind, name in _ONCE.items():
        several = [position for position, step in enumerate(service.steps) if step.kind == kind]
        if len(several) > 1:
            which = [service.steps[position].code for position in several]
            yield found("steps", several[1], "kind", name=name, count=len(several), which=which)


_ONCE: dict[str, Text] = {
    "accept": {"zh": "受理", "en": "accept"},
    "decide": {"zh": "决定", "en": "decide"},
}


@check(
    Service,
    "services.step_without_department",
    Severity.ERROR,
    zh="“{it}”的环节“{step}”没有写由哪个部门办理。",
    en="Step “{step}” of “{it}” names no department.",
    fails=but("department: civil-affairs, after", 'department: "", after'),
    passes=PASSES,
)
def step_without_department(service: Service, _: Instance) -> Findings:
    for position, step in enumerate(service.steps):
        if not step.department:
            yield found("steps", position, "department", step=step.name)


@check(
    Service,
    "services.step_of_unknown_department",
    Severity.ERROR,
    zh="“{it}”的环节“{step}”的部门“{department}”没有定义。",
    en="Department “{department}” of step “{step}” in “{it}” is not defined.",
    fails=but("department: civil-affairs, after", "department: civil-affair, after"),
    passes=PASSES,
)
def step_of_unknown_department(service: Service, instance: Instance) -> Findings:
    for position, step in enumerate(service.steps):
        if instance.lacks(DepartmentDefinition, step.department):
            close = instance.meant(DepartmentDefinition, step.department)
            path = ("steps", position, "department")
            yield found(*path, step=step.name, department=step.department, suggestion=close)


@check(
    Service,
    "services.step_after_unknown",
    Severity.ERROR,
    zh="“{it}”的环节“{step}”排在“{after}”之后，但没有这个环节。",
    en="Step “{step}” of “{it}” comes after “{after}”, which is no step of it.",
    fails=but("after: [accept]", "after: [acept]"),
    passes=PASSES,
)
def step_after_unknown(service: Service, _: Instance) -> Findings:
    known = {step.code for step in service.steps}
    for position, step in enumerate(service.steps):
        for number, code in enumerate(step.after):
            if code not in known:
                path = ("steps", position, "after", number)
                yield found(*path, step=step.name, after=code, suggestion=nearest(code, known))


@check(
    Service,
    "services.step_cycle",
    Severity.ERROR,
    zh="“{it}”的环节成了循环，永远走不完：{way}。请改其中一个环节的 after。",
    en="The steps of “{it}” go in a circle and never end: {way}. Change after of one of them.",
    fails=but("after: [accept]", "after: [accept, decide]"),
    passes=PASSES,
)
def step_cycle(service: Service, _: Instance) -> Findings:
    steps = {step.code: step for step in service.steps}
    stuck = _stuck(steps)
    if stuck:
        circle = _circle(steps, stuck)
        position = [step.code for step in service.steps].index(circle[0])
        way = way_round([steps[code].name for code in circle])
        yield found("steps", position, "after", way=way)


def _stuck(steps: Mapping[str, Step]) -> set[str]:
    """Return the steps that can never begin because they wait, in the end, for themselves."""
    waiting = {code: {c for c in step.after if c in steps} for code, step in steps.items()}
    ready = [code for code, before in waiting.items() if not before]
    while ready:
        done = ready.pop()
        waiting.pop(done)
        for code, before in waiting.items():
            if done in before:
                before.remove(done)
                if not before:
                    ready.append(code)
    return set(waiting)


def _circle(steps: Mapping[str, Step], stuck: set[str]) -> list[str]:
    """Return one circle among steps that are stuck, its first step again at its end."""
    way = [min(stuck)]
    while True:
        before = next(code for code in steps[way[-1]].after if code in stuck)
        if before in way:
            return [before, *reversed(way[way.index(before) :])]
        way.append(before)


@check(
    Service,
    "services.unreachable_step",
    Severity.ERROR,
    zh="“{it}”的环节“{step}”没有写排在谁之后（after），受理之后永远走不到。",
    en="Nothing leads to step “{step}” of “{it}”: say which step it comes after.",
    fails=but("department: civil-affairs, after: [accept]}", "department: civil-affairs}"),
    passes=PASSES,
)
def unreachable_step(service: Service, _: Instance) -> Findings:
    if not any(step.kind == "accept" for step in service.steps):
        return
    for position, step in enumerate(service.steps):
        if not step.after and step.kind != "accept":
            yield found("steps", position, step=step.name)


@check(
    Service,
    "services.step_nobody_waits_for",
    Severity.ERROR,
    zh="“{it}”的审查环节“{step}”后面没有决定，审查了也不起作用。",
    en="No decision comes after review “{step}” of “{it}”, so it changes nothing.",
    fails=but("after: [review]", "after: [accept]"),
    passes=PASSES,
)
def step_nobody_waits_for(service: Service, _: Instance) -> Findings:
    steps = {step.code: step for step in service.steps}
    needed = set(_before_decisions(steps))
    if not any(step.kind == "decide" for step in service.steps):
        return
    for position, step in enumerate(service.steps):
        if step.kind == "review" and step.code not in needed:
            yield found("steps", position, step=step.name)


def _before_decisions(steps: Mapping[str, Step]) -> Iterator[str]:
    """Return every step that some decision waits for."""
    seen: set[str] = set()
    way = [code for step in steps.values() if step.kind == "decide" for code in step.after]
    while way:
        code = way.pop()
        if code not in seen and code in steps:
            seen.add(code)
            yield code
            way.extend(steps[code].after)


@check(
    Service,
    "services.unknown_duty",
    Severity.ERROR,
    zh="“{it}”的环节“{step}”需要的职责“{duty}”不存在。",
    en="Duty “{duty}” of step “{step}” in “{it}” does not exist.",
    fails=but("after: [accept]}", "after: [accept], duty: case.revue}"),
    passes=PASSES,
)
def unknown_duty(service: Service, _: Instance) -> Findings:
    for position, step in enumerate(service.steps):
        if step.duty and step.duty not in DUTIES:
            path = ("steps", position, "duty")
            yield found(
                *path, step=step.name, duty=step.duty, suggestion=nearest(step.duty, DUTIES)
            )


@check(
    Service,
    "services.step_duty_unfit",
    Severity.ERROR,
    zh="“{it}”的环节“{step}”要求职责 {duty}，有这项职责的人打不开办件。请写 {those} 之一，或者不写。",
    en="Step “{step}” of “{it}” needs duty {duty}, which opens no cases. Name one of {those}, or none.",
    fails=but("after: [accept]}", "after: [accept], duty: case.window}"),
    passes=PASSES,
)
def step_duty_unfit(service: Service, _: Instance) -> Findings:
    fit = sorted(set(DUTY_OF.values()))
    for position, step in enumerate(service.steps):
        if step.duty in DUTIES and step.duty not in fit:
            path = ("steps", position, "duty")
            yield found(*path, step=step.name, duty=step.duty, those=", ".join(fit))


@check(
    Service,
    "services.duty_nobody_has",
    Severity.WARNING,
    zh="“{it}”的环节“{step}”需要职责 {duty}，但没有任何角色带有它，没有人能办。",
    en="Step “{step}” of “{it}” needs duty {duty}, which no role brings; nobody can do it.",
    fails=but(", case.review, case.decide]", "]"),
    passes=PASSES,
)
def duty_nobody_has(service: Service, instance: Instance) -> Findings:
    if not service.steps or not instance.complete(RoleDefinition):
        return
    brought = instance.memo(_duties_of_roles)
    for position, step in enumerate(service.steps):
        duty = step.needed_duty
        if duty in DUTIES and duty not in brought:
            yield found("steps", position, step=step.name, duty=duty)


def _duties_of_roles(instance: Instance) -> frozenset[str]:
    roles = instance.every(RoleDefinition).values()
    return frozenset(duty for role in roles for duty in role.duties)


@check(
    Service,
    "services.steps_over_promise",
    Severity.ERROR,
    zh="“{it}”的环节最长要 {steps} 个工作日（{way}），超过承诺的 {promised}。",
    en="The steps of “{it}” take up to {steps} working days ({way}), more than the {promised} "
    "promised.",
    fails=but(_REVIEW, _REVIEW[:-1] + ", limit: {days: 6}}"),
    passes=but(_REVIEW, _REVIEW[:-1] + ", limit: {days: 3}}"),
)
def steps_over_promise(service: Service, _: Instance) -> Findings:
    steps = {step.code: step for step in service.steps}
    promised = service.promised_limit
    if promised is None or not steps or _stuck(steps):
        return
    days, way = max((_longest(code, steps, {}) for code in steps), key=lambda one: one[0])
    if days > working_days(promised):
        names = " → ".join(way)
        yield found("promised_limit", steps=f"{days:g}", way=names, promised=days_of(promised))


def _longest(
    code: str, steps: Mapping[str, Step], known: dict[str, tuple[float, list[str]]]
) -> tuple[float, list[str]]:
    """Return the working days of the slowest way to the end of a step, and that way."""
    if code not in known:
        step = steps[code]
        # The promise runs from acceptance to decision: taking in and delivering have clocks of their own.
        counted = step.limit is not None and step.kind not in ("accept", "issue")
        own = working_days(step.limit) if counted and step.limit is not None else 0.0
        before = [_longest(c, steps, known) for c in step.after if c in steps]
        days, way = max(before, key=lambda one: one[0], default=(0.0, []))
        known[code] = (days + own, [*way, code])
    return known[code]
