"""What can be wrong with the data a service fetches, the questions it asks and the papers it wants."""

from collections.abc import Iterator

from tongban.kernel.identifiers import TextKind
from tongban.kernel.text import CHINESE, say
from tongban.kit.definitions.finding import Severity
from tongban.kit.definitions.instance import Instance
from tongban.kit.definitions.nearest import nearest
from tongban.kit.definitions.nodes import Step
from tongban.kit.definitions.part import Findings, check, found
from tongban.modules.catalog.definition import ElementDefinition, ResourceDefinition, ShareType
from tongban.modules.catalog.definition.checks_elements import are_reversed, bound_problems
from tongban.modules.exchange.definition import GrantDefinition
from tongban.modules.exchange.definition.checks import item_key, share_of
from tongban.modules.exchange.model import Basis
from tongban.modules.government.definition import DepartmentDefinition
from tongban.modules.services.definition.conditions import SORTS
from tongban.modules.services.definition.reform import grants_for
from tongban.modules.services.definition.snippets import PASSES, but
from tongban.modules.services.model import Field, Material, Need, Service

_NEED = (
    "{elements: [person.name, person.marital_status], resource: 101003/1, purpose: 核验家庭情况}"
)
_MONTHS = "{code: months, name: 申请月数, type: integer}"
_PROOF = "source: applicant, when"


def fields_of(service: Service) -> Iterator[tuple[tuple[Step, ...], Field]]:
    """Return every question of the form and where it stands."""
    for number, section in enumerate(service.form):
        for position, field in enumerate(section.fields):
            yield ("form", number, "fields", position), field


# Needs ------------------------------------------------------------------------------------------


def _provided(
    service: Service, instance: Instance
) -> Iterator[tuple[int, Need, ResourceDefinition]]:
    for position, need in enumerate(service.needs):
        resource = instance.one(ResourceDefinition, need.resource) if need.resource else None
        if resource is not None:
            yield position, need, resource


@check(
    Service,
    "services.need_of_unknown_resource",
    Severity.ERROR,
    zh="“{it}”要取数据的资源 {resource} 没有定义。",
    en="Resource {resource}, from which “{it}” fetches, is not defined.",
    fails=but("resource: 101003/1, purpose: 核验家庭情况", "resource: 101003/9, purpose: 核验"),
    passes=PASSES,
)
def need_of_unknown_resource(service: Service, instance: Instance) -> Findings:
    for position, need in enumerate(service.needs):
        if instance.lacks(ResourceDefinition, need.resource):
            close = instance.meant(ResourceDefinition, need.resource)
            path = ("needs", position, "resource")
            yield found(*path, resource=need.resource, suggestion=close)


@check(
    Service,
    "services.unknown_element",
    Severity.ERROR,
    zh="“{it}”这里的数据元 {element} 没有定义。",
    en="Element {element}, used here by “{it}”, is not defined.",
    fails=but("element: person.account", "element: person.acount"),
    passes=PASSES,
)
def unknown_element(service: Service, instance: Instance) -> Findings:
    for path, code in _elements_used(service):
        if instance.lacks(ElementDefinition, code):
            close = instance.meant(ElementDefinition, code)
            yield found(*path, element=code, suggestion=close)


def _elements_used(service: Service) -> Iterator[tuple[tuple[Step, ...], str]]:
    for number, need in enumerate(service.needs):
        for position, code in enumerate(need.elements):
            yield ("needs", number, "elements", position), code
    for path, field in fields_of(service):
        yield (*path, "element"), field.element
    for number, material in enumerate(service.materials):
        for position, code in enumerate(material.evidences):
            yield ("materials", number, "evidences", position), code


@check(
    Service,
    "services.resource_lacks_element",
    Severity.ERROR,
    zh="“{it}”要从“{resource}”取 {element}，但这个资源里没有指向它的信息项。{elsewhere}",
    en="“{it}” fetches {element} from “{resource}”, which has no item for it. {elsewhere}",
    fails=but("- {elements: [person.name, ", "- {elements: [person.account, "),
    passes=PASSES,
)
def resource_lacks_element(service: Service, instance: Instance) -> Findings:
    for position, need, resource in _provided(service, instance):
        held = {item.element for item in resource.items if item.element}
        for number, code in enumerate(need.elements):
            if code in held or instance.lacks(ElementDefinition, code):
                continue
            path = ("needs", position, "elements", number)
            yield found(
                *path,
                element=code,
                resource=resource.name,
                elsewhere=_elsewhere(code, instance),
            )


def _elsewhere(code: str, instance: Instance) -> dict[str, str]:
    """Return a sentence that says which resources hold an element."""
    held = [
        key
        for key, resource in instance.every(ResourceDefinition).items()
        if any(item.element == code for item in resource.items)
    ]
    if not held:
        return {"zh": "也没有别的资源有它。", "en": "No other resource holds it either."}
    listed = ", ".join(held[:4])
    return {"zh": f"有它的资源：{listed}。", "en": f"It is held by {listed}."}


@check(
    Service,
    "services.need_refused",
    Severity.ERROR,
    zh="“{it}”要取的 {element} 不予共享（依据：{basis}），取不到。请改为向申请人询问。",
    en="“{it}” fetches {element}, which may not be shared (basis: {basis}). Ask the applicant.",
    why="国发〔2016〕51号",
    fails=but(
        "{type: conditional, condition: 查询本人信息}",
        "{type: none, basis: 民法典第一千一百一十条}",
    ),
    passes=PASSES,
)
def need_refused(service: Service, instance: Instance) -> Findings:
    for position, need, resource in _provided(service, instance):
        if resource.provider == service.department:
            continue
        for number, code in enumerate(need.elements):
            share = share_of(resource, code)
            if share is not None and share.type is ShareType.NONE:
                path = ("needs", position, "elements", number)
                yield found(*path, element=code, basis=share.basis)


@check(
    Service,
    "services.need_without_grant",
    Severity.WARNING,
    zh="“{it}”要从“{resource}”取 {elements}，但没有现行有效的授权，只好改为向申请人询问。"
    "请向 {provider} 申请授权，写进 grants.yaml。",
    en="“{it}” fetches {elements} from “{resource}” without a grant in force, so applicants will be "
    "asked instead. Ask {provider} for a grant and add it to grants.yaml.",
    why="No data leave without a grant, a purpose and a trace; a grant that rests on consent covers no "
    "need that rests on law.",
    fails=but("items: [person.name, person.marital_status]", "items: [person.name]"),
    passes=PASSES,
)
def need_without_grant(service: Service, instance: Instance) -> Findings:
    nobody = instance.lacks(DepartmentDefinition, service.department)
    if nobody or not instance.memo(_grants_are_clear):
        return  # whom a grant is for is not known, and that is said already
    for position, need, resource in _provided(service, instance):
        if resource.provider == service.department:
            continue
        granted = {
            item
            for grant in grants_for(instance).of(service, need.resource)
            if need.basis == "consent" or grant.rests_on is Basis.LAW
            for item in grant.items
        }
        keys = {item.element: item_key(item) for item in resource.items if item.element}
        missing = [code for code in need.elements if code in keys and keys[code] not in granted]
        if missing:
            provider = instance.one(DepartmentDefinition, resource.provider)
            yield found(
                "needs",
                position,
                elements=missing,
                resource=resource.name,
                provider=provider.name if provider else resource.provider,
            )


def _grants_are_clear(instance: Instance) -> bool:
    """Whether every grant could be read and names a department and a resource that there are."""
    return instance.complete(GrantDefinition) and not any(
        instance.lacks(DepartmentDefinition, grant.department)
        or instance.lacks(ResourceDefinition, grant.resource)
        for grant in instance.every(GrantDefinition).values()
    )


@check(
    Service,
    "services.need_not_connected",
    Severity.WARNING,
    zh="“{it}”要取数据的“{resource}”还没有连接数据源（link），暂时只能向申请人询问。",
    en="“{resource}”, from which “{it}” fetches, is not linked to a source yet; applicants are asked.",
    fails=but("  link: {source: civil, table: marriage, identifier: number}\n", ""),
    passes=PASSES,
)
def need_not_connected(service: Service, instance: Instance) -> Findings:
    for position, _need, resource in _provided(service, instance):
        if resource.link is None:
            yield found("needs", position, "resource", resource=resource.name)


@check(
    Service,
    "services.bad_need",
    Severity.ERROR,
    zh="“{it}”取数据的这一条{problem_zh}。",
    en="This need of “{it}” {problem_en}.",
    why="个人信息保护法第十三条、第十七条",
    fails=but(_NEED, _NEED[:-1] + ", basis: law}"),
    passes=but(_NEED, _NEED[:-1] + ", basis: law, clause: 社会保险法第八十三条}"),
)
def bad_need(service: Service, _: Instance) -> Findings:
    for position, need in enumerate(service.needs):
        path = ("needs", position)
        if need.basis not in ("consent", "law"):
            close = nearest(need.basis, ("consent", "law"))
            zh = f"的依据“{need.basis}”不存在，应为 consent（同意）或 law（法律）"
            en = f"has the basis “{need.basis}”; it is consent or law"
            yield found(*path, "basis", problem_zh=zh, problem_en=en, suggestion=close)
        if need.basis == "law" and not say(need.clause, CHINESE).strip():
            zh, en = "以法律为依据，却没有写条款（clause）", "rests on law but names no clause"
            yield found(*path, "basis", problem_zh=zh, problem_en=en)
        if not say(need.purpose, CHINESE).strip():
            zh, en = "没有写使用目的（purpose）", "states no purpose"
            yield found(*path, "purpose", problem_zh=zh, problem_en=en)
        if not need.elements:
            zh, en = "没有写要取什么（elements）", "fetches nothing"
            yield found(*path, "elements", problem_zh=zh, problem_en=en)


# Questions --------------------------------------------------------------------------------------


@check(
    Service,
    "services.field_of_nothing",
    Severity.ERROR,
    zh="“{it}”的问题“{field}”没有指向数据元，也没有写类型（type）或选项（options）。",
    en="Question “{field}” of “{it}” points to no element and has neither type nor options.",
    fails=but("name: 申请月数, type: integer", "name: 申请月数"),
    passes=PASSES,
)
def field_of_nothing(service: Service, _: Instance) -> Findings:
    for path, field in fields_of(service):
        if not field.element and not field.type and not field.options:
            yield found(*path, field=field.name)


@check(
    Service,
    "services.bad_field",
    Severity.ERROR,
    zh="“{it}”的问题“{field}”{problem_zh}。",
    en="Question “{field}” of “{it}” {problem_en}.",
    fails=but("name: 申请月数, type: integer", "name: 申请月数, type: number"),
    passes=PASSES,
)
def bad_field(service: Service, _: Instance) -> Findings:
    codes: set[str] = set()
    elements: set[str] = set()
    for path, field in fields_of(service):
        if field.type and field.type not in SORTS:
            zh, en = f"的类型“{field.type}”不存在", f"has the unknown type “{field.type}”"
            close = nearest(field.type, SORTS)
            yield found(
                *path, "type", field=field.name, problem_zh=zh, problem_en=en, suggestion=close
            )
        if field.code in codes:
            zh, en = f"的代码 {field.code} 重复", f"repeats the code {field.code}"
            yield found(*path, "code", field=field.name, problem_zh=zh, problem_en=en)
        if field.element and field.element in elements:
            zh, en = f"把 {field.element} 又问了一遍", f"asks {field.element} a second time"
            yield found(*path, "element", field=field.name, problem_zh=zh, problem_en=en)
        if field.type == "code" and not field.options:
            zh, en = "是选择题，却没有选项（options）", "is a choice without options"
            yield found(*path, "type", field=field.name, problem_zh=zh, problem_en=en)
        codes.add(field.code)
        elements.add(field.element)


@check(
    Service,
    "services.kind_of_no_text",
    Severity.ERROR,
    zh="“{it}”的问题“{field}”写了 kind: {kind}；kind 只用于没有数据元的文字，数据元的写在 elements.yaml 里。",
    en="Question “{field}” of “{it}” says kind: {kind}, which is for a text without an element; an "
    "element's kind stands in elements.yaml.",
    fails=but(_MONTHS, _MONTHS[:-1] + ", kind: mobile}"),
    passes=but(_MONTHS, _MONTHS + "\n      - {code: p, name: 电话, type: text, kind: phone}"),
)
def kind_of_no_text(service: Service, _: Instance) -> Findings:
    for path, field in fields_of(service):
        text = field.type in ("", "text") and not field.element and not field.options
        if field.kind is not TextKind.ANY and not text:
            yield found(*path, "kind", field=field.name, kind=field.kind)


@check(
    Service,
    "services.bad_bound",
    Severity.ERROR,
    zh="“{it}”的问题“{field}”的上下限“{source}”不成立：{problem}",
    en="Bound “{source}” of question “{field}” of “{it}” makes no sense: {problem}",
    fails=but(_MONTHS, _MONTHS[:-1] + ", most: today}"),
    passes=but(_MONTHS, _MONTHS[:-1] + ', least: "1", most: "12"}'),
)
def bad_bound(service: Service, instance: Instance) -> Findings:
    for path, field in fields_of(service):
        element = instance.one(ElementDefinition, field.element) if field.element else None
        kind = element.type if element else field.type or "text"
        for key, source in (("least", field.least), ("most", field.most)):
            for problem in bound_problems(source, kind):
                yield found(*path, key, field=field.name, source=source, problem=problem)


@check(
    Service,
    "services.bounds_reversed",
    Severity.ERROR,
    zh="“{it}”的问题“{field}”的下限 {least} 大于上限 {most}，怎么填都不对。"
    "请检查 least 和 most 是不是写反了；"
    "没有写的一项随数据元。",
    en="The least of question “{field}” of “{it}”, {least}, is above its most, {most}, so no answer fits. "
    "Are the two swapped? Where one is left out, it is the element's.",
    fails=but(_MONTHS, _MONTHS[:-1] + ', least: "12", most: "1"}'),
    passes=but(_MONTHS, _MONTHS[:-1] + ', least: "1", most: "12"}'),
)
def bounds_reversed(service: Service, instance: Instance) -> Findings:
    for path, field in fields_of(service):
        if not (field.least or field.most):
            continue  # an element's own bounds are told of there
        element = instance.one(ElementDefinition, field.element) if field.element else None
        least = field.least or (element.least if element else "")
        most = field.most or (element.most if element else "")
        if are_reversed(least, most, element.type if element else field.type or "text"):
            key = "least" if field.least else "most"
            yield found(*path, key, field=field.name, least=least, most=most)


@check(
    Service,
    "services.bad_situation",
    Severity.ERROR,
    zh="“{it}”的情形“{situation}”{problem_zh}。",
    en="Situation “{situation}” of “{it}” {problem_en}.",
    fails=but(", {code: other, name: 其他}]", "]"),
    passes=PASSES,
)
def bad_situation(service: Service, _: Instance) -> Findings:
    seen: set[str] = set()
    for position, situation in enumerate(service.situations):
        codes = [option.code for option in situation.options]
        if len(codes) < 2:
            zh, en = "至少要有两个选项", "needs two options at least"
            yield found(
                "situations", position, situation=situation.code, problem_zh=zh, problem_en=en
            )
        if situation.code in seen or len(set(codes)) < len(codes):
            zh, en = "的代码或选项代码重复", "repeats a code"
            yield found(
                "situations", position, situation=situation.code, problem_zh=zh, problem_en=en
            )
        seen.add(situation.code)


# Materials --------------------------------------------------------------------------------------

_SOURCES = ("applicant", "government", "other")
_FORMS = ("paper", "electronic", "both")


@check(
    Service,
    "services.material_nobody_issues",
    Severity.ERROR,
    zh="“{it}”的材料“{material}”来自政府，却没有写由哪个部门出具（issuer）；没有人出具的材料谁也交不出。",
    en="Material “{material}” of “{it}” comes from the government, yet no department issues it.",
    fails=but(_PROOF, "source: government, when"),
    passes=but(_PROOF, "source: government, issuer: tax, when"),
)
def material_nobody_issues(service: Service, _: Instance) -> Findings:
    for position, material in enumerate(service.materials):
        if material.source == "government" and not material.issuer:
            yield found("materials", position, material=material.name)


@check(
    Service,
    "services.material_of_unknown_issuer",
    Severity.ERROR,
    zh="“{it}”的材料“{material}”的出具部门“{issuer}”没有定义。",
    en="Issuer “{issuer}” of material “{material}” of “{it}” is not defined.",
    fails=but(_PROOF, "source: government, issuer: taxes, when"),
    passes=PASSES,
)
def material_of_unknown_issuer(service: Service, instance: Instance) -> Findings:
    for position, material in enumerate(service.materials):
        if material.source == "government" and instance.lacks(
            DepartmentDefinition, material.issuer
        ):
            close = instance.meant(DepartmentDefinition, material.issuer)
            path = ("materials", position, "issuer")
            yield found(*path, material=material.name, issuer=material.issuer, suggestion=close)


@check(
    Service,
    "services.bad_material",
    Severity.ERROR,
    zh="“{it}”的材料“{material}”{problem_zh}。",
    en="Material “{material}” of “{it}” {problem_en}.",
    fails=but(_PROOF, "source: aplicant, when"),
    passes=PASSES,
)
def bad_material(service: Service, _: Instance) -> Findings:
    seen: set[str] = set()
    for position, material in enumerate(service.materials):
        for key, zh, en, close in _problems_of(material, seen):
            path = ("materials", position, key)
            yield found(
                *path, material=material.name, problem_zh=zh, problem_en=en, suggestion=close
            )
        seen.add(material.code)


def _problems_of(material: Material, seen: set[str]) -> Iterator[tuple[str, str, str, str]]:
    if material.source not in _SOURCES:
        zh, en = f"的来源“{material.source}”不存在", f"has the unknown source “{material.source}”"
        yield "source", zh, en, nearest(material.source, _SOURCES)
    if material.form not in _FORMS:
        zh, en = f"的形式“{material.form}”不存在", f"has the unknown form “{material.form}”"
        yield "form", zh, en, nearest(material.form, _FORMS)
    if material.code in seen:
        yield "code", f"的代码 {material.code} 重复", f"repeats the code {material.code}", ""
    if material.originals < 0 or material.copies < 0:
        yield "copies", "的份数不能是负数", "cannot be wanted less than not at all", ""
