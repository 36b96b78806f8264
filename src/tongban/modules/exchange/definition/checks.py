"""What can be wrong with sources and grants, and with the links of resources to sources."""

from tongban.kernel.text import CHINESE, say
from tongban.kit.definitions.finding import Severity
from tongban.kit.definitions.instance import Instance
from tongban.kit.definitions.nearest import nearest
from tongban.kit.definitions.part import Findings, check, found
from tongban.modules.catalog.definition import (
    ItemDefinition,
    ResourceDefinition,
    ShareDefinition,
    ShareType,
)
from tongban.modules.exchange.definition import GrantDefinition, SourceDefinition
from tongban.modules.government.definition import DepartmentDefinition

ADAPTERS = ("sqlite", "postgresql")
DELIVERIES = ("api", "file", "table")

_BEFORE = """# file: departments.yaml
- {code: civil-affairs, name: 民政局}
- {code: human-resources, name: 人力资源和社会保障局}
# file: elements.yaml
- {code: person.marital_status, name: 婚姻状况, subject: person}
- {code: person.spouse_name, name: 配偶姓名, subject: person}
# file: resources.yaml
- code: 101003/1
  name: 婚姻登记信息
  provider: civil-affairs
  abstract: 婚姻登记
  format: {category: database}
  items:
    - {name: 婚姻状况, element: person.marital_status, column: status}
  share: {type: conditional, condition: 查询本人信息}
  link: {source: civil, table: marriage, identifier: number}
# file: sources.yaml
- {code: civil, name: 民政业务系统, department: civil-affairs, location: civil.db}
"""
GRANT = (
    _BEFORE
    + """# file: grants.yaml
- code: marriage-for-subsidy
  resource: 101003/1
  department: human-resources
  items: [person.marital_status]
  purpose: 核验补贴条件
  basis: 本市公共数据共享办法第三条
  starts: 2026-01-01
  ends: 2027-12-31
"""
)


def item_key(item: ItemDefinition) -> str:
    """Return what a grant calls an item: its element, or its name where it has none."""
    return item.element or say(item.name, CHINESE)


def share_of(resource: ResourceDefinition, key: str) -> ShareDefinition | None:
    """Return how an item is shared, None when the resource has no such item."""
    for item in resource.items:
        if key in (item_key(item), say(item.name, CHINESE)):
            return item.share or resource.share
    return None


# Sources and links ------------------------------------------------------------------------------


@check(
    SourceDefinition,
    "exchange.source_of_unknown_department",
    Severity.ERROR,
    zh="数据源“{it}”的部门“{department}”没有定义。",
    en="Department “{department}” of source “{it}” is not defined.",
    fails=_BEFORE.replace("department: civil-affairs", "department: civilaffairs"),
    passes=_BEFORE,
)
def source_of_unknown_department(source: SourceDefinition, instance: Instance) -> Findings:
    if instance.lacks(DepartmentDefinition, source.department):
        close = instance.meant(DepartmentDefinition, source.department)
        yield found("department", department=source.department, suggestion=close)


@check(
    SourceDefinition,
    "exchange.unknown_adapter",
    Severity.ERROR,
    zh="数据源“{it}”的连接方式“{adapter}”不存在，可用：{known}。",
    en="Adapter “{adapter}” of source “{it}” does not exist; there is {known}.",
    fails=_BEFORE.replace("location: civil.db", "location: civil.db, adapter: sqlight"),
    passes=_BEFORE,
)
def unknown_adapter(source: SourceDefinition, _: Instance) -> Findings:
    if source.adapter not in ADAPTERS:
        close = nearest(source.adapter, ADAPTERS)
        yield found("adapter", adapter=source.adapter, known=ADAPTERS, suggestion=close)


@check(
    SourceDefinition,
    "exchange.source_outside",
    Severity.ERROR,
    zh="数据源“{it}”的位置“{location}”必须是数据源文件夹里的文件（数据文件夹里的 sources，"
    "或者 TONGBAN_SOURCES 指明的文件夹），不能是绝对路径或含“..”。",
    en="Location “{location}” of source “{it}” must be a file in the folder of sources (sources in the data "
    "folder, or what TONGBAN_SOURCES names); no absolute path, and no “..”.",
    fails=_BEFORE.replace("civil.db", "../civil.db"),
    passes=_BEFORE,
)
def source_outside(source: SourceDefinition, _: Instance) -> Findings:
    parts = source.location.replace("\\", "/").split("/")
    if (
        source.adapter == "sqlite"
        and source.location.strip()
        and (not parts[0] or ".." in parts or "\0" in source.location)
    ):
        yield found("location", location=source.location)


@check(
    SourceDefinition,
    "exchange.address_in_definition",
    Severity.ERROR,
    zh="数据源“{it}”把数据库地址写进了定义。这里只写设置项的名称（如 TONGBAN_SOURCE_TAX），"
    "地址和密码放在环境变量里。",
    en="Source “{it}” has an address in its definition. Name a setting here, such as "
    "TONGBAN_SOURCE_TAX, and keep address and password in the environment.",
    why="An instance folder is shared and kept under version control; a password is not.",
    fails=_BEFORE.replace(
        "location: civil.db", "adapter: postgresql, location: 'postgresql://u:p@h/civil'"
    ),
    passes=_BEFORE.replace(
        "location: civil.db", "adapter: postgresql, location: TONGBAN_SOURCE_CIVIL"
    ),
)
def address_in_definition(source: SourceDefinition, _: Instance) -> Findings:
    named = source.location.startswith("TONGBAN_SOURCE_")
    if "://" in source.location or (source.adapter == "postgresql" and not named):
        yield found("location")


@check(
    ResourceDefinition,
    "exchange.link_to_unknown_source",
    Severity.ERROR,
    zh="“{it}”连接的数据源“{source}”没有定义。",
    en="Source “{source}”, to which “{it}” is linked, is not defined.",
    fails=_BEFORE.replace("source: civil,", "source: civl,"),
    passes=_BEFORE,
)
def link_to_unknown_source(resource: ResourceDefinition, instance: Instance) -> Findings:
    link = resource.link
    if link is not None and instance.lacks(SourceDefinition, link.source):
        close = instance.meant(SourceDefinition, link.source)
        yield found("link", "source", source=link.source, suggestion=close)


@check(
    ResourceDefinition,
    "exchange.link_without_columns",
    Severity.WARNING,
    zh="“{it}”连接了数据源，但有 {count} 个指向数据元的信息项没有写对应的列（column），取不到：{items}。",
    en="“{it}” is linked, but {count} items with an element name no column and cannot be fetched: "
    "{items}.",
    fails=_BEFORE.replace(", column: status", ""),
    passes=_BEFORE,
)
def link_without_columns(resource: ResourceDefinition, _: Instance) -> Findings:
    loose = [item.name for item in resource.items if item.element and not item.column]
    if resource.link is not None and loose:
        yield found("link", count=len(loose), items=loose[:6])


@check(
    ResourceDefinition,
    "exchange.column_of_two_items",
    Severity.WARNING,
    zh="“{it}”的信息项“{item}”和“{other}”写的是同一列 {column}，取到的是同一个值。请核对列名（column）。",
    en="Items “{item}” and “{other}” of “{it}” name the same column {column}, so both are the same "
    "value. Check their columns.",
    why="One of the two was most likely copied and its column not changed: its value is another's.",
    fails=_BEFORE.replace(
        "  share: {type: cond",
        "    - {name: 配偶姓名, element: person.spouse_name, column: status}\n  share: {type: cond",
    ),
    passes=_BEFORE,
)
def column_of_two_items(resource: ResourceDefinition, _: Instance) -> Findings:
    first: dict[str, ItemDefinition] = {}
    for position, item in enumerate(resource.items):
        if resource.link is None or not item.column:
            continue
        other = first.setdefault(item.column.lower(), item)
        if other is not item:
            yield found(
                "items", position, "column", item=item.name, other=other.name, column=item.column
            )


# Grants -----------------------------------------------------------------------------------------


@check(
    GrantDefinition,
    "exchange.grant_of_unknown_resource",
    Severity.ERROR,
    zh="授权 {code} 的资源 {resource} 没有定义。",
    en="Resource {resource} of grant {code} is not defined.",
    fails=GRANT.replace("  resource: 101003/1", "  resource: 101003/2"),
    passes=GRANT,
)
def grant_of_unknown_resource(grant: GrantDefinition, instance: Instance) -> Findings:
    if instance.lacks(ResourceDefinition, grant.resource):
        close = instance.meant(ResourceDefinition, grant.resource)
        yield found("resource", code=grant.code, resource=grant.resource, suggestion=close)


@check(
    GrantDefinition,
    "exchange.grant_to_unknown_department",
    Severity.ERROR,
    zh="授权 {code} 的接收部门“{department}”没有定义。",
    en="Receiving department “{department}” of grant {code} is not defined.",
    fails=GRANT.replace("department: human-resources", "department: human-resorces"),
    passes=GRANT,
)
def grant_to_unknown_department(grant: GrantDefinition, instance: Instance) -> Findings:
    if instance.lacks(DepartmentDefinition, grant.department):
        close = instance.meant(DepartmentDefinition, grant.department)
        yield found("department", code=grant.code, department=grant.department, suggestion=close)


@check(
    GrantDefinition,
    "exchange.grant_to_the_provider",
    Severity.WARNING,
    zh="授权 {code} 把数据授权给了提供部门自己，本部门的数据不需要授权。",
    en="Grant {code} is to the provider itself; a department needs no grant for its own data.",
    fails=GRANT.replace("department: human-resources", "department: civil-affairs"),
    passes=GRANT,
)
def grant_to_the_provider(grant: GrantDefinition, instance: Instance) -> Findings:
    resource = instance.one(ResourceDefinition, grant.resource)
    own = resource is not None and resource.provider == grant.department
    if (
        own and grant.without_case is None
    ):  # what is read of one's own without a case is declared so
        yield found("department", code=grant.code)


@check(
    GrantDefinition,
    "exchange.grant_beyond_items",
    Severity.ERROR,
    zh="授权 {code} 要的“{item}”不在资源 {resource} 里。",
    en="“{item}” of grant {code} is not in resource {resource}.",
    fails=GRANT.replace("items: [person.marital_status]", "items: [person.spouse_name]"),
    passes=GRANT,
)
def grant_beyond_items(grant: GrantDefinition, instance: Instance) -> Findings:
    resource = instance.one(ResourceDefinition, grant.resource)
    if resource is None:
        return
    for position, item in enumerate(grant.items):
        if share_of(resource, item) is None:
            close = nearest(item, [item_key(one) for one in resource.items])
            path = ("items", position)
            yield found(
                *path, code=grant.code, item=item, resource=grant.resource, suggestion=close
            )


@check(
    GrantDefinition,
    "exchange.grant_against_refusal",
    Severity.ERROR,
    zh="授权 {code} 要的“{item}”是不予共享的（依据：{basis}），不能授权。",
    en="“{item}” of grant {code} may not be shared (basis: {basis}), so it cannot be granted.",
    why="国发〔2016〕51号",
    fails=GRANT.replace(
        "{type: conditional, condition: 查询本人信息}",
        "{type: none, basis: 民法典第一千一百一十条}",
    ),
    passes=GRANT,
)
def grant_against_refusal(grant: GrantDefinition, instance: Instance) -> Findings:
    resource = instance.one(ResourceDefinition, grant.resource)
    if resource is None:
        return
    for position, item in enumerate(grant.items):
        share = share_of(resource, item)
        if share is not None and share.type is ShareType.NONE:
            yield found("items", position, code=grant.code, item=item, basis=share.basis)


@check(
    GrantDefinition,
    "exchange.grant_masks_unknown_item",
    Severity.ERROR,
    zh="授权 {code} 要脱敏的“{item}”不在它的授权范围（items）里。",
    en="“{item}”, masked by grant {code}, is not among its items.",
    fails=GRANT + "  masked: [person.spouse_name]\n",
    passes=GRANT + "  masked: [person.marital_status]\n",
)
def grant_masks_unknown_item(grant: GrantDefinition, _: Instance) -> Findings:
    for position, item in enumerate(grant.masked):
        if item not in grant.items:
            yield found("masked", position, code=grant.code, item=item)


@check(
    GrantDefinition,
    "exchange.grant_without_days",
    Severity.ERROR,
    zh="授权 {code} 的结束日期 {ends} 早于开始日期 {starts}。",
    en="Grant {code} ends on {ends}, before it starts on {starts}.",
    fails=GRANT.replace("ends: 2027-12-31", "ends: 2025-12-31"),
    passes=GRANT,
)
def grant_without_days(grant: GrantDefinition, _: Instance) -> Findings:
    if grant.ends < grant.starts:
        yield found("ends", code=grant.code, starts=grant.starts, ends=grant.ends)


@check(
    GrantDefinition,
    "exchange.grant_expired",
    Severity.WARNING,
    zh="授权 {code} 已于 {ends} 到期，依靠它的数据会改为向申请人询问。请续期或删去。",
    en="Grant {code} ended on {ends}; what it brought is asked of applicants again. Renew or remove "
    "it.",
    fails=GRANT.replace("ends: 2027-12-31", "ends: 2026-06-30"),
    passes=GRANT,
)
def grant_expired(grant: GrantDefinition, instance: Instance) -> Findings:
    if grant.starts <= grant.ends < instance.today:
        yield found("ends", code=grant.code, ends=grant.ends)


@check(
    GrantDefinition,
    "exchange.grant_incomplete",
    Severity.ERROR,
    zh="授权 {code} 没有写{what_zh}。没有目的和依据，数据不得提供。",
    en="Grant {code} states no {what_en}. No data leave without a purpose and a basis.",
    fails=GRANT.replace("purpose: 核验补贴条件", "purpose: ''"),
    passes=GRANT,
)
def grant_incomplete(grant: GrantDefinition, _: Instance) -> Findings:
    if not say(grant.purpose, CHINESE).strip():
        yield found("purpose", code=grant.code, what_zh="使用目的", what_en="purpose")
    if not say(grant.basis, CHINESE).strip():
        yield found("basis", code=grant.code, what_zh="依据", what_en="basis")
    if not grant.items:
        yield found("items", code=grant.code, what_zh="信息项", what_en="items")


@check(
    GrantDefinition,
    "exchange.unknown_delivery",
    Severity.ERROR,
    zh="授权 {code} 的交换方式“{delivery}”不存在，可用：{known}。",
    en="Delivery “{delivery}” of grant {code} does not exist; there is {known}.",
    fails=GRANT + "  delivery: mail\n",
    passes=GRANT + "  delivery: api\n",
)
def unknown_delivery(grant: GrantDefinition, _: Instance) -> Findings:
    if grant.delivery not in DELIVERIES:
        close = nearest(grant.delivery, DELIVERIES)
        yield found(
            "delivery",
            suggestion=close,
            code=grant.code,
            delivery=grant.delivery,
            known=DELIVERIES,
        )
