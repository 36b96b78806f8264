"""What can be wrong with an information resource: the rules of the 2017 guide (STANDARDS 1)."""

from collections.abc import Callable, Iterator, Mapping

from tongban.kernel.identifiers import read_resource_code
from tongban.kernel.text import CHINESE, say
from tongban.kit.definitions.finding import Severity
from tongban.kit.definitions.instance import Instance
from tongban.kit.definitions.nearest import nearest
from tongban.kit.definitions.nodes import Step
from tongban.kit.definitions.part import Findings, check, check_all, found
from tongban.modules.catalog.definition import (
    ClassificationDefinition,
    DataClass,
    ElementDefinition,
    ItemDefinition,
    OpenDefinition,
    ResourceDefinition,
    ShareDefinition,
    ShareType,
)
from tongban.modules.catalog.definition.checks_elements import parent_code
from tongban.modules.government.definition import DepartmentDefinition

FORMATS: Mapping[str, str] = {
    "file": "电子文件",
    "spreadsheet": "电子表格",
    "database": "数据库",
    "image": "图形图像",
    "stream": "流媒体",
    "self_describing": "自描述格式",
    "service": "服务接口",
}
STRUCTURED = ("spreadsheet", "database", "service")
"""Formats whose items must be listed (element 8 of the guide)."""
CYCLES = ("realtime", "daily", "weekly", "monthly", "quarterly", "yearly", "other")
METHODS = ("api", "file", "table")
DATA_TYPES = ("C", "N", "Y", "D", "T", "L", "M", "G", "B", "I", "F")

_BEFORE = """# file: departments.yaml
- {code: civil-affairs, name: 民政局}
# file: classification.yaml
- {code: "1", name: 基础信息资源}
- {code: "101", name: 国家人口基础信息}
- {code: "101003", name: 婚姻家庭}
# file: elements.yaml
- {code: person.marital_status, name: 婚姻状况, subject: person}
- {code: person.health, name: 健康状况, subject: person, data_class: sensitive, mask: all}
"""
_RESOURCE = (
    _BEFORE
    + """# file: resources/civil-affairs.yaml
code: 101003/1
name: 婚姻登记信息
provider: civil-affairs
abstract: 在本市办理的结婚、离婚登记
format: {category: database}
items:
  - {name: 婚姻状况, element: person.marital_status}
share: {type: conditional, condition: 办理具体办件时查询本人信息}
"""
)


def _but(old: str, new: str) -> str:
    """Return the snippet that passes with one thing changed."""
    assert old in _RESOURCE
    return _RESOURCE.replace(old, new)


def _guide(element: int) -> str:
    return f"发改高技〔2017〕1272号, {element}"


@check(
    ResourceDefinition,
    "catalog.bad_resource_code",
    Severity.ERROR,
    zh="信息资源代码“{code}”不合规则：分类代码（类 1 位、项 2 位、目 3 位、细目）、“/”、顺序码，"
    "如 101003/1。",
    en="Resource code “{code}” is malformed: class code (1 + 2 + 3 digits and more), “/”, sequence, "
    "such as 101003/1.",
    why=_guide(3),
    fails=_but("101003/1", "101003-1"),
    passes=_RESOURCE,
)
def bad_resource_code(resource: ResourceDefinition, _: Instance) -> Findings:
    if read_resource_code(resource.code) is None:
        yield found("code", code=resource.code)


@check(
    ResourceDefinition,
    "catalog.class_not_in_tree",
    Severity.ERROR,
    zh="“{it}”的分类 {node} 不在 classification.yaml 的分类里。",
    en="The class {node} of “{it}” is not in the tree of classification.yaml.",
    why=_guide(1),
    fails=_but("code: 101003/1", "code: 101009/1"),
    passes=_RESOURCE,
)
def class_not_in_tree(resource: ResourceDefinition, instance: Instance) -> Findings:
    code = read_resource_code(resource.code)
    if code is None or not instance.every(ClassificationDefinition):
        return
    node = code.classification
    if instance.lacks(ClassificationDefinition, node):
        above = parent_code(node)
        near = [c for c in instance.every(ClassificationDefinition) if parent_code(c) == above]
        yield found("code", node=node, suggestion=nearest(node, near))


@check(
    ResourceDefinition,
    "catalog.unknown_provider",
    Severity.ERROR,
    zh="“{it}”的提供方“{provider}”没有定义。",
    en="The provider “{provider}” of “{it}” is not defined.",
    why=_guide(4),
    fails=_but("provider: civil-affairs", "provider: civil-affair"),
    passes=_RESOURCE,
)
def unknown_provider(resource: ResourceDefinition, instance: Instance) -> Findings:
    if instance.lacks(DepartmentDefinition, resource.provider):
        close = instance.meant(DepartmentDefinition, resource.provider)
        yield found("provider", provider=resource.provider, suggestion=close)


@check(
    ResourceDefinition,
    "catalog.secret_resource",
    Severity.ERROR,
    zh="“{it}”标为涉密。涉密信息资源不得登记到本目录。",
    en="“{it}” is marked secret. Secret resources may not be registered here.",
    why="Only non-secret (非涉密) data may be registered.",
    fails=_RESOURCE + "secret: true\n",
    passes=_RESOURCE,
)
def secret_resource(resource: ResourceDefinition, _: Instance) -> Findings:
    if resource.secret:
        yield found("secret")


@check(
    ResourceDefinition,
    "catalog.empty_abstract",
    Severity.ERROR,
    zh="“{it}”没有摘要。请用一两句话说明有哪些数据。",
    en="“{it}” has no abstract. Say in a sentence or two what data it holds.",
    why=_guide(6),
    fails=_but("abstract: 在本市办理的结婚、离婚登记", "abstract: ''"),
    passes=_RESOURCE,
)
def empty_abstract(resource: ResourceDefinition, _: Instance) -> Findings:
    if not say(resource.abstract, CHINESE).strip():
        yield found("abstract")


def _listed(value: str, known: tuple[str, ...], *path: Step) -> Findings:
    if value not in known:
        yield found(*path, value=value, known=known, suggestion=nearest(value, known))


@check(
    ResourceDefinition,
    "catalog.unknown_format",
    Severity.ERROR,
    zh="“{it}”的格式分类“{value}”不存在，可用：{known}。",
    en="Format category “{value}” of “{it}” does not exist; there is {known}.",
    why=_guide(7),
    fails=_but("category: database", "category: data"),
    passes=_RESOURCE,
)
def unknown_format(resource: ResourceDefinition, _: Instance) -> Findings:
    yield from _listed(resource.format.category, tuple(FORMATS), "format", "category")


@check(
    ResourceDefinition,
    "catalog.unknown_cycle",
    Severity.ERROR,
    zh="“{it}”的更新周期“{value}”不存在，可用：{known}。",
    en="Update cycle “{value}” of “{it}” does not exist; there is {known}.",
    why=_guide(11),
    fails=_RESOURCE + "update_cycle: dayly\n",
    passes=_RESOURCE + "update_cycle: daily\n",
)
def unknown_cycle(resource: ResourceDefinition, _: Instance) -> Findings:
    yield from _listed(resource.update_cycle, CYCLES, "update_cycle")


@check(
    ResourceDefinition,
    "catalog.unknown_method",
    Severity.ERROR,
    zh="“{it}”的共享方式“{value}”不存在，可用：{known}。",
    en="Sharing method “{value}” of “{it}” does not exist; there is {known}.",
    why=_guide(9),
    fails=_but("查询本人信息}", "查询本人信息, method: [apis]}"),
    passes=_RESOURCE,
)
def unknown_method(resource: ResourceDefinition, _: Instance) -> Findings:
    for way, share in _shares(resource):
        for position, method in enumerate(share.method):
            yield from _listed(method, METHODS, *way, "method", position)


@check(
    ResourceDefinition,
    "catalog.structured_without_items",
    Severity.ERROR,
    zh="“{it}”是结构化数据（{category}），却没有列出信息项。",
    en="“{it}” is structured ({category}) but lists no items.",
    why=_guide(8),
    fails=_but("items:\n  - {name: 婚姻状况, element: person.marital_status}\n", ""),
    passes=_RESOURCE,
)
def structured_without_items(resource: ResourceDefinition, _: Instance) -> Findings:
    category = resource.format.category
    if category in STRUCTURED and not resource.items:
        yield found("format", category=FORMATS[category])


@check(
    ResourceDefinition,
    "catalog.unknown_data_type",
    Severity.ERROR,
    zh="“{it}”的信息项“{item}”数据类型“{value}”不存在，可用：{known}。",
    en="Data type “{value}” of item “{item}” in “{it}” does not exist; there is {known}.",
    why=_guide(8),
    fails=_but("person.marital_status}\nshare", "person.marital_status, data_type: X}\nshare"),
    passes=_RESOURCE,
)
def unknown_data_type(resource: ResourceDefinition, _: Instance) -> Findings:
    for position, item in enumerate(resource.items):
        if item.data_type not in DATA_TYPES:
            path = ("items", position, "data_type")
            yield found(*path, item=item.name, value=item.data_type, known=DATA_TYPES)


_HOLDS: Mapping[str, frozenset[str]] = {
    "N": frozenset({"integer", "decimal", "money", "code", "text"}),
    "I": frozenset({"integer", "money", "code", "boolean", "text"}),
    "B": frozenset({"integer", "decimal", "money"}),
    "F": frozenset({"integer", "decimal", "money"}),
    "Y": frozenset({"money", "decimal"}),
    "D": frozenset({"date"}),
    "T": frozenset({"date"}),
    "L": frozenset({"boolean", "code"}),
    "M": frozenset({"text"}),
}
"""Elements of which types a column of a data type can hold. Digits may be kept as a number whatever they
mean; characters (C) hold anything and are what counts where nothing is said, and G is anything too."""


@check(
    ResourceDefinition,
    "catalog.data_type_against_element",
    Severity.WARNING,
    zh="“{it}”的信息项“{item}”数据类型是 {data_type}，它的数据元 {element} 却是 {type}，两个对不上。"
    "请核对是数据类型写错了，还是数据元指错了。",
    en="Item “{item}” of “{it}” is of data type {data_type}, but its element {element} is of type "
    "{type}: they "
    "do not go together. See whether the data type is wrong or the element.",
    fails=_but("person.marital_status}\nshare", "person.marital_status, data_type: D}\nshare"),
    passes=_but("person.marital_status}\nshare", "person.marital_status, data_type: N}\nshare"),
)
def data_type_against_element(resource: ResourceDefinition, instance: Instance) -> Findings:
    for position, item in enumerate(resource.items):
        element = instance.one(ElementDefinition, item.element) if item.element else None
        fits = _HOLDS.get(item.data_type)
        if element is not None and fits is not None and element.type not in fits:
            yield found(
                "items", position, "data_type", item=item.name, data_type=item.data_type,
                element=item.element, type=element.type.value,
            )  # fmt: skip


@check(
    ResourceDefinition,
    "catalog.item_of_unknown_element",
    Severity.ERROR,
    zh="“{it}”的信息项“{item}”指向的数据元 {element} 没有定义。",
    en="Item “{item}” of “{it}” points to element {element}, which is not defined.",
    fails=_but("element: person.marital_status", "element: person.martial_status"),
    passes=_RESOURCE,
)
def item_of_unknown_element(resource: ResourceDefinition, instance: Instance) -> Findings:
    for position, item in enumerate(resource.items):
        if instance.lacks(ElementDefinition, item.element):
            close = instance.meant(ElementDefinition, item.element)
            path = ("items", position, "element")
            yield found(*path, item=item.name, element=item.element, suggestion=close)


@check(
    ResourceDefinition,
    "catalog.same_item_twice",
    Severity.ERROR,
    zh="“{it}”的信息项“{item}”出现两次。",
    en="Item “{item}” stands twice in “{it}”.",
    fails=_but("share: {type", "  - {name: 婚姻状况}\nshare: {type"),
    passes=_RESOURCE,
)
def same_item_twice(resource: ResourceDefinition, _: Instance) -> Findings:
    seen: set[str] = set()
    for position, item in enumerate(resource.items):
        name = item.element or say(item.name, CHINESE)
        if name in seen or say(item.name, CHINESE) in seen:
            yield found("items", position, item=item.name)
        seen.update((name, say(item.name, CHINESE)))


# Sharing and opening ----------------------------------------------------------------------------


def _shares(resource: ResourceDefinition) -> Iterator[tuple[tuple[Step, ...], ShareDefinition]]:
    """Return the sharing policy of the resource and of each item that has its own."""
    yield ("share",), resource.share
    for position, item in enumerate(resource.items):
        if item.share is not None:
            yield ("items", position, "share"), item.share


Policy = tuple[tuple[Step, ...], OpenDefinition, ShareDefinition, ItemDefinition | None]


def _opens(resource: ResourceDefinition) -> Iterator[Policy]:
    """Return the opening policy of the resource and its items, each with the sharing it meets."""
    yield ("open",), resource.open, resource.share, None
    for position, item in enumerate(resource.items):
        if item.open is not None:
            share = item.share or resource.share
            yield ("items", position, "open"), item.open, share, item


def _of_type(
    resource: ResourceDefinition, wanted: ShareType, lacks: Callable[[ShareDefinition], object]
) -> Findings:
    for path, share in _shares(resource):
        if share.type is wanted and not lacks(share):
            yield found(*path)


@check(
    ResourceDefinition,
    "catalog.conditional_without_condition",
    Severity.ERROR,
    zh="“{it}”是有条件共享，却没有写共享条件（condition）。",
    en="“{it}” is shared conditionally but states no condition.",
    why=_guide(9),
    fails=_but("type: conditional, condition: 办理具体办件时查询本人信息", "type: conditional"),
    passes=_RESOURCE,
)
def conditional_without_condition(resource: ResourceDefinition, _: Instance) -> Findings:
    yield from _of_type(
        resource, ShareType.CONDITIONAL, lambda share: say(share.condition, CHINESE).strip()
    )


@check(
    ResourceDefinition,
    "catalog.refusal_without_basis",
    Severity.ERROR,
    zh="“{it}”不予共享，却没有写所依据的法律、行政法规或者党中央、国务院政策（basis）。",
    en="“{it}” is not shared but names no law, regulation or national policy for that (basis).",
    why="国发〔2016〕51号: 以共享为原则、不共享为例外",
    fails=_but("type: conditional, condition: 办理具体办件时查询本人信息", "type: none"),
    passes=_RESOURCE,
)
def refusal_without_basis(resource: ResourceDefinition, _: Instance) -> Findings:
    yield from _of_type(resource, ShareType.NONE, lambda share: say(share.basis, CHINESE).strip())


@check(
    ResourceDefinition,
    "catalog.open_without_condition",
    Severity.ERROR,
    zh="“{it}”向社会开放，却没有写开放条件（condition）。没有条件就写“无条件开放”。",
    en="“{it}” is open to the public but states no condition. Where there is none, say so.",
    why=_guide(10),
    fails=_RESOURCE + "open: {open: true}\n",
    passes=_but("person.marital_status}", "person.marital_status, open: {open: false}}")
    + "open: {open: true, condition: 无条件开放}\n",
)
def open_without_condition(resource: ResourceDefinition, _: Instance) -> Findings:
    for path, opened, _share, _item in _opens(resource):
        if opened.open and not say(opened.condition, CHINESE).strip():
            yield found(*path)


@check(
    ResourceDefinition,
    "catalog.open_but_not_shared",
    Severity.ERROR,
    zh="“{it}”不予共享，却向社会开放，两者矛盾。",
    en="“{it}” is not shared between departments and yet open to the public.",
    why=_guide(10),
    fails=_but(
        "type: conditional, condition: 办理具体办件时查询本人信息", "type: none, basis: 民法典"
    )
    + "open: {open: true, condition: 无条件开放}\n",
    passes=_RESOURCE,
)
def open_but_not_shared(resource: ResourceDefinition, _: Instance) -> Findings:
    for path, opened, share, _item in _opens(resource):
        if opened.open and share.type is ShareType.NONE:
            yield found(*path)


@check(
    ResourceDefinition,
    "catalog.personal_data_open",
    Severity.ERROR,
    zh="“{it}”向社会开放，但信息项“{item}”是个人数据。请把它的 open 设为 false。",
    en="“{it}” is open to the public but its item “{item}” is personal. Set open: false for it.",
    why="个人信息保护法",
    fails=_RESOURCE + "open: {open: true, condition: 无条件开放}\n",
    passes=_RESOURCE,
)
def personal_data_open(resource: ResourceDefinition, instance: Instance) -> Findings:
    careful = (DataClass.PERSONAL, DataClass.SENSITIVE)
    for position, item in enumerate(resource.items):
        opened = item.open or resource.open
        element = instance.one(ElementDefinition, item.element) if item.element else None
        if opened.open and element is not None and element.data_class in careful:
            yield found("items", position, item=item.name)


@check(
    ResourceDefinition,
    "catalog.item_without_element",
    Severity.INFO,
    zh="“{it}”有 {count} 个信息项没有指向数据元：{items}。指向后才能用来免交材料。",
    en="{count} items of “{it}” point to no element: {items}. Only items that do can replace papers.",
    fails=_but("share: {type", "  - {name: 登记机关}\nshare: {type"),
    passes=_RESOURCE,
)
def item_without_element(resource: ResourceDefinition, _: Instance) -> Findings:
    loose = [item.name for item in resource.items if not item.element]
    if 0 < len(loose) < len(resource.items) and not resource.retired:
        yield found("items", count=len(loose), items=loose[:6])


# Between resources ------------------------------------------------------------------------------


@check(
    ResourceDefinition,
    "catalog.unknown_related",
    Severity.ERROR,
    zh="“{it}”关联的资源 {code} 没有定义。",
    en="Resource {code}, to which “{it}” relates, is not defined.",
    why=_guide(13),
    fails=_RESOURCE + "related: [101003/2]\n",
    passes=_RESOURCE,
)
def unknown_related(resource: ResourceDefinition, instance: Instance) -> Findings:
    for position, code in enumerate(resource.related):
        if instance.lacks(ResourceDefinition, code):
            close = instance.meant(ResourceDefinition, code)
            yield found("related", position, code=code, suggestion=close)


_TWO = (
    _RESOURCE
    + """# file: resources/more.yaml
code: 101003/2
name: {name}
provider: civil-affairs
abstract: {abstract}
format: {category: file}
share: {type: unconditional}
"""
)


def _second(name: str, abstract: str) -> str:
    return _TWO.replace("{name}", name).replace("{abstract}", abstract)


@check_all(
    ResourceDefinition,
    "catalog.same_resource_name",
    Severity.ERROR,
    zh="信息资源“{it}”与 {other} 同名。同一数据只登记一次；确有不同，请在名称里写明。",
    en="Resource “{it}” has the same name as {other}. Register data once, or tell them apart by name.",
    why=_guide(2),
    fails=_second("婚姻登记信息", "收养登记"),
    passes=_second("收养登记信息", "收养登记"),
)
def same_resource_name(resources: Mapping[str, ResourceDefinition], _: Instance) -> Findings:
    yield from _twice(resources, "name")


@check_all(
    ResourceDefinition,
    "catalog.same_abstract",
    Severity.WARNING,
    zh="信息资源“{it}”的摘要与 {other} 完全相同，可能是重复登记。",
    en="The abstract of “{it}” is the same as that of {other}; it may be registered twice.",
    why=_guide(6),
    fails=_second("收养登记信息", "在本市办理的结婚、离婚登记"),
    passes=_second("收养登记信息", "收养登记"),
)
def same_abstract(resources: Mapping[str, ResourceDefinition], _: Instance) -> Findings:
    yield from _twice(resources, "abstract")


def _twice(resources: Mapping[str, ResourceDefinition], field: str) -> Findings:
    seen: dict[str, str] = {}
    for key, resource in resources.items():
        words = say(getattr(resource, field), CHINESE).strip()
        if words and words in seen and not resource.retired:
            yield found(field, key=key, other=seen[words])
        seen.setdefault(words, key)
