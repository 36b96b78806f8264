"""What can be wrong with conditions, calculations and results of a service."""

from collections.abc import Iterator, Mapping

from tongban.kernel.expressions import Sort, Type
from tongban.kernel.text import Text
from tongban.kit.definitions.finding import Severity
from tongban.kit.definitions.instance import Instance
from tongban.kit.definitions.nearest import nearest
from tongban.kit.definitions.nodes import Step
from tongban.kit.definitions.part import Findings, check, found
from tongban.modules.catalog.definition import ElementDefinition
from tongban.modules.certificates.definition import (
    CertificateFieldDefinition,
    CertificateTypeDefinition,
)
from tongban.modules.services.definition.checks_data import fields_of
from tongban.modules.services.definition.conditions import (
    SORTS,
    bounds_of,
    dead_parts,
    element_types,
    names_in,
    other_than_text,
    problems,
    sort_of,
    types_of,
    verdict_of,
    verdict_where,
)
from tongban.modules.services.definition.snippets import PASSES, but
from tongban.modules.services.model import Service
from tongban.modules.services.rules.form import IDENTITY

Place = tuple[Step, ...]


def _conditions(service: Service) -> Iterator[tuple[Place, str]]:
    """Return every condition of a service that must be true or false, and where it stands."""
    for position, need in enumerate(service.needs):
        yield ("needs", position, "when"), need.when
    for path, field in fields_of(service):
        yield (*path, "when"), field.when
    for position, material in enumerate(service.materials):
        yield ("materials", position, "when"), material.when
    for position, rule in enumerate(service.rules):
        yield ("rules", position, "condition"), rule.condition


def _is_judged(service: Service, instance: Instance) -> bool:
    """Whether a service has anything to judge, and every element that it may speak of is known."""
    return instance.complete(ElementDefinition) and bool(
        service.rules
        or service.calculations
        or service.result.fields
        or service.needs
        or service.form
        or service.materials
    )


@check(
    Service,
    "services.bad_condition",
    Severity.ERROR,
    zh="“{it}”的条件“{source}”不成立：{problem}",
    en="Condition “{source}” of “{it}” makes no sense: {problem}",
    fails=but("condition: form.months <= 12", 'condition: form.months <= "十二"'),
    passes=PASSES,
)
def bad_condition(service: Service, instance: Instance) -> Findings:
    if not _is_judged(service, instance):
        return
    types = types_of(service, instance)
    for path, source in _conditions(service):
        if source or path[-1] == "condition":
            for problem in problems(source, types):
                yield found(*path, source=source, problem=problem)


@check(
    Service,
    "services.never_true",
    Severity.ERROR,
    zh="“{it}”的条件“{source}”永远不会成立。",
    en="Condition “{source}” of “{it}” can never be true.",
    fails=but("condition: form.months <= 12", "condition: form.months <= 12 and form.months >= 13"),
    passes=PASSES,
)
def never_true(service: Service, instance: Instance) -> Findings:
    yield from _verdicts(service, instance, "never")


@check(
    Service,
    "services.always_true",
    Severity.WARNING,
    zh="“{it}”的条件“{source}”永远成立，等于没有写。",
    en="Condition “{source}” of “{it}” is always true, so it says nothing.",
    fails=but("condition: form.months <= 12", "condition: form.months <= 12 or form.months >= 12"),
    passes=PASSES,
)
def always_true(service: Service, instance: Instance) -> Findings:
    yield from _verdicts(service, instance, "always")


def _verdicts(service: Service, instance: Instance, wanted: str) -> Findings:
    if not _is_judged(service, instance):
        return
    types = types_of(service, instance)
    for path, source in _conditions(service):
        if source and verdict_of(source, types) == wanted:
            yield found(*path, source=source)


@check(
    Service,
    "services.decided_by_bounds",
    Severity.INFO,
    zh="“{it}”的条件“{source}”{verdict}，因为声明的上下限是 {bounds}。请改条件，或者改 least、most。",
    en="Condition “{source}” of “{it}” {verdict}, since the bounds declared are {bounds}. Change the "
    "condition, or least and most.",
    fails=but("申请月数, type: integer", '申请月数, type: integer, most: "12"'),
    passes=but("申请月数, type: integer", '申请月数, type: integer, most: "24"'),
)
def decided_by_bounds(service: Service, instance: Instance) -> Findings:
    if not _is_judged(service, instance):
        return
    types = types_of(service, instance)
    bounds = bounds_of(service, instance)
    for path, source in _conditions(service):
        given = [one for name in sorted(names_in(source)) for one in bounds.get(name, ())]
        if given and verdict_of(source, types) is None:
            verdict = verdict_where(source, " and ".join(given), types)
            if verdict is not None:
                wrong = Severity.ERROR if verdict == "never" else None
                said = _VERDICTS[verdict]
                yield found(*path, severity=wrong, source=source, bounds=given, verdict=said)


_VERDICTS: Mapping[str, Text] = {
    "always": {"zh": "永远成立", "en": "is always true"},
    "never": {"zh": "永远不成立", "en": "can never be true"},
}


@check(
    Service,
    "services.only_not_negative",
    Severity.WARNING,
    zh="“{it}”的条件“{source}”对不小于 0 的数都成立，等于没有写。请写出要求；只想排除负数的，在 {names} 上写 "
    "least，并删去这个条件。",
    en="Condition “{source}” of “{it}” is true of every number from 0 upwards, so it asks for nothing. "
    "Write what is required; where it only keeps out negative numbers, give {names} a least instead.",
    fails=but("condition: form.months <= 12", "condition: form.months >= 0"),
    passes=but("condition: form.months <= 12", "condition: form.months >= 1"),
)
def only_not_negative(service: Service, instance: Instance) -> Findings:
    if not _is_judged(service, instance):
        return
    types = types_of(service, instance)
    bounds = bounds_of(service, instance)
    for path, source in _conditions(service):
        counted = {
            name: _NOTHING[types[name].sort]
            for name in sorted(names_in(source) & types.keys())
            if types[name].sort in _NOTHING and name not in bounds
        }
        given = " and ".join(f"{name} >= {nothing}" for name, nothing in counted.items())
        if (
            given
            and verdict_of(source, types) is None
            and (verdict_where(source, given, types) == "always")
        ):
            yield found(*path, source=source, names=list(counted))


_NOTHING = {Sort.INTEGER: "0", Sort.DECIMAL: "0", Sort.MONEY: "0 yuan"}
"""What is less than nothing of it is a mistake, unless somebody says otherwise."""


@check(
    Service,
    "services.dead_part",
    Severity.WARNING,
    zh="“{it}”的条件“{source}”里有一部分不起作用：{problem}",
    en="A part of condition “{source}” of “{it}” does nothing: {problem}",
    fails=but(
        "condition: form.months <= 12",
        "condition: form.months <= 12 or (form.months > 20 and form.months < 15)",
    ),
    passes=PASSES,
)
def dead_part(service: Service, instance: Instance) -> Findings:
    if not _is_judged(service, instance):
        return
    types = types_of(service, instance)
    for path, source in _conditions(service):
        if source and verdict_of(source, types) is None:
            for problem in dead_parts(source, types):
                yield found(*path, source=source, problem=problem)


@check(
    Service,
    "services.bad_calculation",
    Severity.ERROR,
    zh="“{it}”的计算“{name}”（{source}）不对：{problem}",
    en="Calculation “{name}” of “{it}” ({source}) is wrong: {problem}",
    fails=but("value: form.months * 200 yuan", "value: form.months * person.name"),
    passes=PASSES,
)
def bad_calculation(service: Service, instance: Instance) -> Findings:
    if not service.calculations or not instance.complete(ElementDefinition):
        return
    types = types_of(service, instance)
    for position, one in enumerate(service.calculations):
        path = ("calculations", position)
        if one.type not in SORTS:
            zh, en = f"类型“{one.type}”不存在。", f"there is no type “{one.type}”."
            problem = {"zh": zh, "en": en}
            close = nearest(one.type, SORTS)
            yield found(
                *path,
                "type",
                suggestion=close,
                name=one.name,
                source=one.value,
                problem=problem,
            )
            continue
        for text in problems(one.value, types, sort_of(one.type)):
            yield found(*path, "value", name=one.name, source=one.value, problem=text)


@check(
    Service,
    "services.value_from_nowhere",
    Severity.ERROR,
    zh="“{it}”的“{source}”用到 {names}，而没有一个数据需求取它，也没有一个问题问它，永远不会有值。"
    "请写进 needs，或者在 form 里问。",
    en="“{source}” of “{it}” uses {names}, which no need fetches and no question asks, so it never has a "
    "value. Fetch it in needs, or ask it in form.",
    fails=but("condition: form.months <= 12", "condition: person.age >= 18"),
    passes=PASSES,
)
def value_from_nowhere(service: Service, instance: Instance) -> Findings:
    known = {element for need in service.needs for element in need.elements} | {*IDENTITY}
    known |= {field.element for _path, field in fields_of(service)}
    for path, source in (*_conditions(service), *_values(service)):
        lacking = sorted((names_in(source) & element_types(instance).keys()) - known)
        if lacking:
            yield found(*path, source=source, names=lacking)


def _values(service: Service) -> Iterator[tuple[Place, str]]:
    """Return every value that a service works out, and where it stands."""
    for position, one in enumerate(service.calculations):
        yield ("calculations", position, "value"), one.value
    for field, source in service.result.fields.items():
        yield ("result", "fields", field), source


@check(
    Service,
    "services.calculation_unused",
    Severity.INFO,
    zh="“{it}”算出的“{name}”（result.{code}）没有写进证照，也没有一个条件或计算用到它，只在办件页面上看得到。"
    "请写进 result 的 fields，或者删去。",
    en="“{name}”, which “{it}” works out (result.{code}), stands on no certificate and no condition or "
    "calculation uses it: only the case's page shows it. Put it into the fields of result, or remove it.",
    fails=but(", amount: result.amount}", ", amount: 200 yuan}"),
    passes=PASSES,
)
def calculation_unused(service: Service, _: Instance) -> Findings:
    if not service.result.certificate:
        return  # there is nothing else to put it on
    sources = [source for _path, source in _conditions(service)]
    sources += [*service.result.fields.values(), *(one.value for one in service.calculations)]
    used = {name for source in sources for name in names_in(source)}
    for position, one in enumerate(service.calculations):
        if f"result.{one.code}" not in used:
            yield found("calculations", position, name=one.name, code=one.code)


# Results ----------------------------------------------------------------------------------------


@check(
    Service,
    "services.unknown_certificate",
    Severity.ERROR,
    zh="“{it}”的结果证照“{certificate}”没有定义。",
    en="Certificate type “{certificate}”, the result of “{it}”, is not defined.",
    fails=but("  certificate: decision", "  certificate: decisions"),
    passes=PASSES,
)
def unknown_certificate(service: Service, instance: Instance) -> Findings:
    code = service.result.certificate
    if instance.lacks(CertificateTypeDefinition, code):
        close = instance.meant(CertificateTypeDefinition, code)
        yield found("result", "certificate", certificate=code, suggestion=close)


@check(
    Service,
    "services.result_field_unknown",
    Severity.ERROR,
    zh="“{it}”的结果填写了“{field}”，但证照“{certificate}”没有这一项。",
    en="“{it}” fills in “{field}”, which certificate “{certificate}” does not have.",
    fails=but("{holder: applicant.name, amount: result.amount}", "{holders: applicant.name}"),
    passes=PASSES,
)
def result_field_unknown(service: Service, instance: Instance) -> Findings:
    kind = _certificate(service, instance)
    if kind is None:
        return
    known = [field.code for field in kind.fields]
    for field in service.result.fields:
        if field not in known:
            path = ("result", "fields", field)
            yield found(*path, field=field, certificate=kind.name, suggestion=nearest(field, known))


def _certificate(service: Service, instance: Instance) -> CertificateTypeDefinition | None:
    code = service.result.certificate
    return instance.one(CertificateTypeDefinition, code) if code else None


@check(
    Service,
    "services.result_field_empty",
    Severity.ERROR,
    zh="证照“{certificate}”有“{field}”一项，“{it}”却没有填写，发出的证照会缺这一项。",
    en="“{it}” does not fill in “{field}” of certificate “{certificate}”, which would be issued "
    "without it.",
    fails=but("{holder: applicant.name, amount: result.amount}", "{holder: applicant.name}"),
    passes=PASSES,
)
def result_field_empty(service: Service, instance: Instance) -> Findings:
    kind = _certificate(service, instance)
    if kind is None:
        return
    for field in kind.fields:
        if field.code not in service.result.fields:
            yield found("result", "fields", field=field.name, certificate=kind.name)


@check(
    Service,
    "services.bad_result_field",
    Severity.ERROR,
    zh="“{it}”的结果“{field}”（{source}）不对：{problem}",
    en="Result “{field}” of “{it}” ({source}) is wrong: {problem}",
    fails=but("amount: result.amount}", "amount: person.name}"),
    passes=PASSES,
)
def bad_result_field(service: Service, instance: Instance) -> Findings:
    kind = _certificate(service, instance)
    if kind is None or not instance.complete(ElementDefinition):
        return
    types = types_of(service, instance)
    wanted = {field.code: _type_wanted(field, instance) for field in kind.fields}
    for field, source in service.result.fields.items():
        if field in wanted:
            for problem in problems(source, types, wanted[field]):
                yield found("result", "fields", field, field=field, source=source, problem=problem)


@check(
    Service,
    "services.result_line_is_text",
    Severity.ERROR,
    zh="证照“{certificate}”的“{line}”是文字，“{it}”填的（{source}）类型却是 {type}，到作出决定时会被拒绝，"
    "办件批不下来。请在证照的这一栏写 type: {type}。",
    en="Line “{line}” of certificate “{certificate}” is text, and what “{it}” fills in ({source}) is of type "
    "{type}: it would be refused at the decision, so that no case could be approved. Write type: {type} "
    "at that line of the certificate.",
    fails=PASSES.replace("name: 金额, type: money", "name: 金额"),
    passes=PASSES,
)
def result_line_is_text(service: Service, instance: Instance) -> Findings:
    kind = _certificate(service, instance)
    if kind is None or not instance.complete(ElementDefinition):
        return
    types, elements = types_of(service, instance), element_types(instance)
    for line in kind.fields:
        source = service.result.fields.get(line.code, "")
        element = elements.get(line.element)
        text = line.type_with(element.sort if element else "") == "text"
        if source and text and (other := other_than_text(source, types)):
            yield found(
                "result",
                "fields",
                line.code,
                certificate=kind.name,
                line=line.name,
                source=source,
                type=other,
            )


@check(
    Service,
    "services.most_open_wrong",
    Severity.ERROR,
    zh="“{it}”的同时在办件数 {number} 不对，应当是 1 或更多；0 表示不限。",
    en="“{it}” lets {number} cases run at once; it should be 1 or more, or 0 for any number.",
    fails=but("visits: 0\n", "visits: 0\nmost_open: -1\n"),
    passes=but("visits: 0\n", "visits: 0\nmost_open: 2\n"),
)
def most_open_wrong(service: Service, _: Instance) -> Findings:
    if service.most_open < 0:
        yield found("most_open", number=service.most_open)


@check(
    Service,
    "services.result_field_typed",
    Severity.ERROR,
    zh="“{it}”的结果“{field}”取自“{element}”，这是申请人可以自己填写的。证照上是谁，以登录时"
    "核实的身份为准，请写 {instead}。",
    en="Result “{field}” of “{it}” comes from “{element}”, which an applicant may type. Who a "
    "certificate is for is known from signing in: write {instead}.",
    fails=but("holder: applicant.name", "holder: person.name"),
    passes=PASSES,
)
def result_field_typed(service: Service, _: Instance) -> Findings:
    needed = {element for need in service.needs for element in need.elements}
    typed = needed | {field.element for _, field in fields_of(service)}
    for field, source in service.result.fields.items():
        for element in names_in(source):
            if element in IDENTITY and element in typed:
                instead = IDENTITY[element]
                path = ("result", "fields", field)
                yield found(
                    *path, field=field, element=element, instead=instead, suggestion=instead
                )


def _type_wanted(field: CertificateFieldDefinition, instance: Instance) -> Type | None:
    """Return the type that a line of a certificate wants; of text :func:`result_line_is_text` speaks."""
    element = element_types(instance).get(field.element)
    kind = field.type_with(element.sort if element else "")
    return sort_of(kind) if kind in SORTS and kind != "text" else None


@check(
    Service,
    "services.open_without_rules",
    Severity.WARNING,
    zh="“{it}”没有写任何决定的条件（rules），系统无法提出建议，全靠人工判断。",
    en="“{it}” has no conditions for its decision (rules), so nothing can be proposed to the clerk.",
    fails=but(
        "rules:\n  - {code: months, name: 申请不超过十二个月, condition: form.months <= 12, "
        "clause: 本市补贴办法第五条}\n",
        "",
    ),
    passes=PASSES,
)
def open_without_rules(service: Service, _: Instance) -> Findings:
    if service.status == "open" and not service.rules:
        yield found()
