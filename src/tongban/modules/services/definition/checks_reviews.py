"""What a reviewer is asked to check must be there to be checked."""

from collections.abc import Iterator, Mapping

from tongban.kernel.text import LANGUAGES, Text, say
from tongban.kit.definitions.finding import Severity
from tongban.kit.definitions.instance import Instance
from tongban.kit.definitions.nearest import nearest
from tongban.kit.definitions.part import Findings, check, found
from tongban.modules.catalog.definition import ElementDefinition, ResourceDefinition
from tongban.modules.services.definition.checks_data import fields_of
from tongban.modules.services.definition.checks_open import is_open
from tongban.modules.services.definition.conditions import names_in
from tongban.modules.services.definition.snippets import but
from tongban.modules.services.model import Service, StepKind
from tongban.modules.services.rules.form import IDENTITY

_REVIEW = "{code: review, name: 核对婚姻, kind: review, department: civil-affairs, after: [accept]"


def _asking(task: str, checks: str = "") -> str:
    more = f", checks: [{checks}]" if checks else ""
    return but(_REVIEW, f"{_REVIEW}, task: {task}{more}")


def brought(service: Service) -> frozenset[str]:
    """Return what a page of a case can show: what is fetched, asked, chosen or attached."""
    held = {element for need in service.needs for element in need.elements}
    held |= {field.key for _, field in fields_of(service)}
    held |= {f"situation.{situation.code}" for situation in service.situations}
    held |= {f"material.{material.code}" for material in service.materials}
    return frozenset(held | set(IDENTITY))


def _proved(service: Service) -> frozenset[str]:
    """Return the elements that a document is proof of: not to be shown, but there to be read."""
    return frozenset(code for material in service.materials for code in material.evidences)


def _used(service: Service) -> frozenset[str]:
    """Return what conditions, questions, documents, steps and the certificate make use of."""
    sources = [need.when for need in service.needs]
    sources += [field.when for _, field in fields_of(service)]
    sources += [material.when for material in service.materials]
    sources += [rule.condition for rule in service.rules]
    sources += [one.value for one in service.calculations]
    sources += service.result.fields.values()
    named = {name for source in sources if source for name in names_in(source)}
    named |= {field.element for _, field in fields_of(service)} | _proved(service)
    return frozenset(named.union(*((*step.checks, *step.needs) for step in service.steps)))


def _unread(service: Service) -> bool:
    """Whether nobody knows what is used: a step says only in words what is looked at, or a condition
    cannot be read, which is told elsewhere."""
    in_words = any(step.task and not (step.checks or step.needs) for step in service.steps)
    return in_words or not all(names_in(rule.condition) for rule in service.rules)


@check(
    Service,
    "services.need_of_no_use",
    Severity.WARNING,
    zh="“{it}”取数据元 {names}，但没有条件、问题、材料、环节的核对内容（checks）或者证照用到它。"
    "用不到，就不要取；由工作人员核对的，写进环节的 checks。",
    en="“{it}” fetches {names}, which no condition, question, document, step (checks) or certificate uses. "
    "Do not fetch it, or write it in the checks of the step at which somebody looks at it.",
    why="《中华人民共和国个人信息保护法》第六条: only the least data that the purpose needs",
    fails=but(
        _REVIEW,
        f"{_REVIEW}, checks: [person.name]",
    ),
    passes=but(
        _REVIEW,
        f"{_REVIEW}, checks: [person.name, person.marital_status]",
    ),
)
def need_of_no_use(service: Service, _: Instance) -> Findings:
    if not is_open(service) or _unread(service):
        return
    used = _used(service)
    for position, need in enumerate(service.needs):
        unused = [element for element in need.elements if element not in used]
        if unused:
            yield found("needs", position, "elements", names=unused)


@check(
    Service,
    "services.checks_what_is_not_brought",
    Severity.ERROR,
    zh="“{it}”的环节“{step}”要核对 {what}，但没有数据需求、表单或者材料带来它，页面上看不到。",
    en="Step “{step}” of “{it}” is to check {what}, which no need, question or material brings, so that "
    "no page shows it.",
    fails=_asking("核对婚姻状况。", "person.age"),
    passes=_asking("核对婚姻状况。", "person.marital_status"),
)
def checks_what_is_notbrought(service: Service, _: Instance) -> Findings:
    here = brought(service)
    for position, step in enumerate(service.steps):
        for number, what in enumerate(step.checks):
            if what not in here:
                close = nearest(what, here)
                path = ("steps", position, "checks", number)
                yield found(*path, step=step.name, what=what, suggestion=close)


@check(
    Service,
    "services.review_without_checks",
    Severity.WARNING,
    zh="“{it}”的审查环节“{step}”用文字写了要核对什么，没有列出（checks）。列出以后，这些内容会显示在这句话旁边，"
    "缺少的也能查出来。",
    en="Review “{step}” of “{it}” says in words what to check and does not list it (checks). What is "
    "listed stands beside the words, and what is not brought is found.",
    fails=_asking("核对婚姻状况。"),
    passes=_asking("核对婚姻状况。", "person.marital_status"),
)
def review_without_checks(service: Service, _: Instance) -> Findings:
    for position, step in enumerate(service.steps):
        silent = step.kind is StepKind.REVIEW and step.task and not step.checks
        if silent and is_open(service):
            yield found("steps", position, "task", step=step.name)


@check(
    Service,
    "services.task_names_what_is_not_brought",
    Severity.WARNING,
    zh="“{it}”的环节“{step}”要经办人看“{fact}”，但没有数据需求、表单或者材料带来它，页面上看不到。",
    en="The task of step “{step}” of “{it}” names “{fact}”, which no need, question or material brings, "
    "so that no page shows it.",
    fails=_asking("核对婚姻状况和年龄。", "person.marital_status"),
    passes=_asking("核对婚姻状况。", "person.marital_status"),
)
def task_names_what_is_notbrought(service: Service, instance: Instance) -> Findings:
    if not is_open(service) or not instance.complete(ElementDefinition):
        return
    known = instance.memo(_names_of_facts)
    here = brought(service) | _proved(service) | {need.resource for need in service.needs}
    there = {name for name, codes in known.items() if codes & here} | _called(service)
    for position, step in enumerate(service.steps):
        for fact in _named(step.task, known, there):
            yield found("steps", position, "task", step=step.name, fact=fact)


def _called(service: Service) -> set[str]:
    """Return what the service's own questions and documents are called, in small letters."""
    names = [field.name for _, field in fields_of(service)]
    names += [material.name for material in service.materials]
    return {say(name, language).strip().lower() for name in names for language in LANGUAGES}


def _named(task: Text, known: Mapping[str, frozenset[str]], there: set[str]) -> Iterator[str]:
    """Yield the facts that a sentence names and that are not there, longer names first."""
    text = "\n".join(say(task, language) for language in LANGUAGES).lower()
    for name in sorted(known, key=len, reverse=True):
        if name in text:
            text = text.replace(name, "\n")
            if name not in there:
                yield name


def _names_of_facts(instance: Instance) -> dict[str, frozenset[str]]:
    """Return which elements and resources are called so, in either language and small letters."""
    called: dict[str, Text] = {}
    called |= {code: one.name for code, one in instance.every(ElementDefinition).items()}
    called |= {code: one.name for code, one in instance.every(ResourceDefinition).items()}
    found_names: dict[str, set[str]] = {}
    for code, name in called.items():
        for language in LANGUAGES:
            words = say(name, language).strip().lower()
            if len(words) > 1:
                found_names.setdefault(words, set()).add(code)
    return {name: frozenset(codes) for name, codes in found_names.items()}
