"""What can be wrong with how a link finds a subject: the column of another gives another's row."""

from collections.abc import Iterator, Mapping

from tongban.kernel.identifiers import TextKind
from tongban.kernel.subjects import SubjectKind
from tongban.kernel.text import Text
from tongban.kit.definitions.finding import Severity
from tongban.kit.definitions.instance import Instance
from tongban.kit.definitions.part import Findings, check, found
from tongban.modules.catalog.definition import (
    ElementDefinition,
    ItemDefinition,
    LinkDefinition,
    ResourceDefinition,
)

_IDENTIFIERS = (TextKind.RESIDENT_ID, TextKind.CREDIT_CODE)
"""Kinds of text that identify somebody: the subject, or another in relation to it."""
_NAMES: Mapping[SubjectKind, Text] = {
    SubjectKind.PERSON: {"zh": "自然人", "en": "person"},
    SubjectKind.ORGANISATION: {"zh": "法人", "en": "organisation"},
    SubjectKind.PROPERTY: {"zh": "不动产", "en": "property"},
    SubjectKind.VEHICLE: {"zh": "车辆", "en": "vehicle"},
    SubjectKind.PLACE: {"zh": "地点", "en": "place"},
}
_LINKED = """# file: departments.yaml
- {code: civil-affairs, name: 民政局}
# file: elements.yaml
- {code: person.resident_id, name: 公民身份号码, subject: person, mask: resident_id, kind: resident_id}
- {code: person.spouse_id, name: 配偶公民身份号码, subject: person, mask: resident_id, kind: resident_id}
# file: resources.yaml
- code: 101003/1
  name: 婚姻登记信息
  provider: civil-affairs
  abstract: 婚姻登记
  format: {category: database}
  items:
    - {name: 公民身份号码, element: person.resident_id, column: sfzh}
    - {name: 配偶公民身份号码, element: person.spouse_id, column: posfzh}
  share: {type: conditional, condition: 查询本人信息}
  link: {source: civil, table: marriage, identifier: sfzh}
# file: sources.yaml
- {code: civil, name: 民政业务系统, department: civil-affairs, location: civil.db}
"""
_OWN = "    - {name: 公民身份号码, element: person.resident_id, column: sfzh}\n"
_FIRST = (
    "- {code: person.resident_id, name: 公民身份号码, subject: person, mask: resident_id,"
    " kind: resident_id}\n"
)


def _linked_items(
    resource: ResourceDefinition, link: LinkDefinition, instance: Instance
) -> Iterator[tuple[int, ItemDefinition, ElementDefinition]]:
    """Return the items with a column that say something of the subjects whom the link finds."""
    for position, item in enumerate(resource.items):
        element = instance.one(ElementDefinition, item.element) if item.element else None
        if item.column and element is not None and element.subject is link.subject:
            yield position, item, element


def _finds_by(link: LinkDefinition, item: ItemDefinition) -> bool:
    """Whether an item is the column by which subjects are found; SQLite minds no case in names."""
    return item.column.lower() == link.identifier.lower()


def _is_declared(link: LinkDefinition, instance: Instance) -> bool:
    """Whether an element is the own identifier of the subjects whom a link finds."""
    return any(
        element.own_identifier and element.subject is link.subject
        for element in instance.every(ElementDefinition).values()
    )


@check(
    ResourceDefinition,
    "exchange.own_identifier_elsewhere",
    Severity.ERROR,
    zh="“{it}”按 {identifier} 这一列查找（link 的 identifier），而本人的标识“{item}”在 {column} 这一列，"
    "查到的会是别人的行。请把 identifier 改成 {column}；两列记的都是本人标识的，让“{item}”的 column 也写 "
    "{identifier}。",
    en="“{it}” finds people by column {identifier} (identifier of its link), but their own identifier, item "
    "“{item}”, is in {column}: another's row would be found. Write identifier: {column}; where both columns "
    "hold the own identifier, write column: {identifier} for the item.",
    why="A register of marriages has two numbers in each row; by the wrong one, one is told as the other.",
    fails=_LINKED.replace("identifier: sfzh", "identifier: posfzh"),
    passes=_LINKED,
)
def own_identifier_elsewhere(resource: ResourceDefinition, instance: Instance) -> Findings:
    link = resource.link
    if link is None or resource.retired:
        return
    for _, item, element in _linked_items(resource, link, instance):
        if element.own_identifier and not _finds_by(link, item):
            yield found(
                "link", "identifier",
                item=item.name, column=item.column, identifier=link.identifier,
            )  # fmt: skip


@check(
    ResourceDefinition,
    "exchange.found_by_anothers_identifier",
    Severity.ERROR,
    zh="“{it}”按 {identifier} 这一列查找，而信息项“{item}”说这一列是 {element}，不是本人的标识（{own}），"
    "查到的会是别人的行。请核对 link 的 identifier 和“{item}”的 column。",
    en="“{it}” finds people by column {identifier}, which item “{item}” says to be {element}, not their own "
    "identifier ({own}): another's row would be found. Check identifier of the link and column of the item.",
    why="The number of a spouse or of a legal representative is shaped like the subject's own.",
    fails=_LINKED.replace(_OWN, "").replace("identifier: sfzh", "identifier: posfzh"),
    passes=_LINKED.replace(_OWN, ""),
)
def found_by_anothers_identifier(resource: ResourceDefinition, instance: Instance) -> Findings:
    link = resource.link
    if link is None or resource.retired or not _is_declared(link, instance):
        return
    own = next(
        element.code
        for element in instance.every(ElementDefinition).values()
        if element.own_identifier and element.subject is link.subject
    )
    for position, item, element in _linked_items(resource, link, instance):
        if _finds_by(link, item) and element.kind in _IDENTIFIERS and not element.own_identifier:
            yield found(
                "items", position, "column",
                item=item.name, element=element.code, identifier=link.identifier, own=own,
            )  # fmt: skip


@check(
    ResourceDefinition,
    "exchange.found_by_another_subject",
    Severity.ERROR,
    zh="“{it}”按 {identifier} 这一列查找{subject}，而信息项“{item}”说这一列是 {element}，是另一类主体的标识，"
    "谁也查不到。请在 link 里写 subject: {meant}，或者核对 identifier。",
    en="“{it}” finds a {subject} by column {identifier}, which item “{item}” says to be {element}, the "
    "identifier of another kind of subject: nobody would be found. Write subject: {meant} in the link, or "
    "check its identifier.",
    why="Where a link says no subject, it is about people (person).",
    fails=_LINKED.replace(
        _OWN, "    - {name: 统一社会信用代码, element: organisation.credit_code, column: sfzh}\n"
    ).replace(
        _FIRST,
        "- {code: organisation.credit_code, name: 统一社会信用代码, subject: organisation}\n",
    ),
    passes=_LINKED,
)
def found_by_another_subject(resource: ResourceDefinition, instance: Instance) -> Findings:
    link = resource.link
    if link is None or resource.retired:
        return
    for item in resource.items:
        element = instance.one(ElementDefinition, item.element) if item.element else None
        if element is None or not item.column or not _finds_by(link, item):
            continue
        if element.own_identifier and element.subject is not link.subject:
            yield found(
                "link", "identifier",
                item=item.name, element=element.code, identifier=link.identifier,
                subject=_NAMES[link.subject], meant=element.subject,
            )  # fmt: skip


@check(
    ResourceDefinition,
    "exchange.own_identifier_unknown",
    Severity.WARNING,
    zh="没有数据元声明是“{it}”所查对象本人的标识，查到的行是不是本人的，核对不了。{elements} 中若有，"
    "请在 elements.yaml 里给它加上 identifies: true。",
    en="No element is declared to be the own identifier of those about whom “{it}” is asked, so nobody can "
    "tell whether a row is theirs. If it is among {elements}, add identifies: true to it in elements.yaml.",
    why="The number of a spouse or of a legal representative is shaped like the subject's own.",
    fails=_LINKED.replace(_FIRST, "").replace(_OWN, ""),
    passes=_LINKED,
)
def own_identifier_unknown(resource: ResourceDefinition, instance: Instance) -> Findings:
    link = resource.link
    if link is None or resource.retired or _is_declared(link, instance):
        return
    alike = [
        element.code
        for _, _item, element in _linked_items(resource, link, instance)
        if element.kind in _IDENTIFIERS
    ]
    if alike:
        yield found("link", "identifier", elements=alike)
