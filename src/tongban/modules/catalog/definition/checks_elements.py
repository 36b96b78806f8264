"""What can be wrong with data elements and with the trees of the catalogue."""

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

from tongban.kernel.expressions import ExpressionError, Sort, Type, holds, parse
from tongban.kernel.expressions import check as check_expression
from tongban.kernel.identifiers import TextKind
from tongban.kernel.subjects import SubjectKind
from tongban.kernel.text import CHINESE, LANGUAGES, Text, say
from tongban.kit.definitions.finding import Severity
from tongban.kit.definitions.instance import Instance
from tongban.kit.definitions.nearest import nearest
from tongban.kit.definitions.part import Findings, check, check_all, found
from tongban.kit.i18n import field_sentence
from tongban.modules.catalog.definition import (
    ClassificationDefinition,
    DataClass,
    ElementDefinition,
    ElementType,
)

MASKS = ("name", "resident_id", "phone", "account", "all")
BOUNDED = ("integer", "decimal", "money", "date")
"""Types that have a smallest and a largest value."""
_DAYS = (dt.date(2026, 1, 1), dt.date(2100, 1, 1))
"""Bounds that move with the day are at fault where they are so on the first and the last of these."""
_ELEMENT = "# file: elements.yaml\n- {code: person.name, name: 姓名, subject: person, mask: name}\n"


@check(
    ElementDefinition,
    "catalog.element_code_without_subject",
    Severity.ERROR,
    zh="数据元代码“{code}”应当以主体类型开头，写成“{subject}.…”。",
    en="Element code “{code}” should begin with its subject kind, as in “{subject}.…”.",
    why="An element is one meaning about one kind of subject (ISO/IEC 11179, GB/T 18391).",
    fails="# file: elements.yaml\n- {code: company.name, name: 名称, subject: organisation}\n",
    passes=_ELEMENT,
)
def element_code_without_subject(element: ElementDefinition, _: Instance) -> Findings:
    kind, dot, rest = element.code.partition(".")
    if kind != element.subject or not dot or not rest:
        written = kind in tuple(SubjectKind) or kind not in ("", element.code)
        meant = f"{element.subject}.{rest if written and rest else element.code}"
        yield found("code", code=element.code, subject=element.subject, suggestion=meant)


@check(
    ElementDefinition,
    "catalog.code_element_without_codes",
    Severity.ERROR,
    zh="{it}是代码型，却没有列出代码（codes）。",
    en="{it} is of type code but lists no codes.",
    fails="# file: elements.yaml\n- {code: person.sex, name: 性别, subject: person, type: code}\n",
    passes="# file: elements.yaml\n- code: person.sex\n  name: 性别\n  subject: person\n"
    "  type: code\n  codes: {'1': 男, '2': 女}\n",
)
def code_element_without_codes(element: ElementDefinition, _: Instance) -> Findings:
    if element.type is ElementType.CODE and not element.codes:
        yield found("type")


@check(
    ElementDefinition,
    "catalog.codes_without_code_type",
    Severity.ERROR,
    zh="{it}列出了代码，类型却是 {type}；应写 type: code。",
    en="{it} lists codes but is of type {type}; write type: code.",
    fails="# file: elements.yaml\n- {code: person.sex, name: 性别, subject: person, "
    "codes: {'1': 男}}\n",
    passes=_ELEMENT,
)
def codes_without_code_type(element: ElementDefinition, _: Instance) -> Findings:
    if element.codes and element.type is not ElementType.CODE:
        yield found("codes", type=element.type)


@check(
    ElementDefinition,
    "catalog.unknown_mask",
    Severity.ERROR,
    zh="{it}的脱敏方式“{mask}”不存在，可用：{known}。",
    en="Mask “{mask}” of {it} does not exist; there is {known}.",
    fails="# file: elements.yaml\n- {code: person.phone, name: 手机号, subject: person, "
    "mask: phones}\n",
    passes=_ELEMENT,
)
def unknown_mask(element: ElementDefinition, _: Instance) -> Findings:
    if element.mask and element.mask not in MASKS:
        close = nearest(element.mask, MASKS)
        yield found("mask", mask=element.mask, known=MASKS, suggestion=close)


@check(
    ElementDefinition,
    "catalog.sensitive_without_mask",
    Severity.WARNING,
    zh="{it}是敏感数据，却没有脱敏方式，凡是显示的地方都会显示全文。",
    en="{it} is sensitive but has no mask, so it shows whole wherever it shows.",
    fails="# file: elements.yaml\n- {code: person.resident_id, name: 公民身份号码, "
    "subject: person, data_class: sensitive}\n",
    passes="# file: elements.yaml\n- {code: person.resident_id, name: 公民身份号码, "
    "subject: person, data_class: sensitive, mask: resident_id}\n",
)
def sensitive_without_mask(element: ElementDefinition, _: Instance) -> Findings:
    words = element.type in (ElementType.TEXT, ElementType.CODE)
    if element.data_class is DataClass.SENSITIVE and words and not element.mask:
        yield found("data_class")


@check(
    ElementDefinition,
    "catalog.kind_of_no_text",
    Severity.ERROR,
    zh="{it}的类型是 {type}，不能再写 kind: {kind}；kind 只用于文字（type: text）。",
    en="{it} is of type {type} and cannot be of kind {kind}; only a text (type: text) has a kind.",
    fails="# file: elements.yaml\n- {code: person.age, name: 年龄, subject: person, "
    "type: integer, kind: mobile}\n",
    passes="# file: elements.yaml\n- {code: person.phone, name: 手机号, subject: person, "
    "mask: phone, kind: mobile}\n",
)
def kind_of_no_text(element: ElementDefinition, _: Instance) -> Findings:
    if element.kind is not TextKind.ANY and element.type is not ElementType.TEXT:
        yield found("kind", type=element.type, kind=element.kind)


@check(
    ElementDefinition,
    "catalog.bad_bound",
    Severity.ERROR,
    zh="{it}的上下限“{source}”不成立：{problem}",
    en="Bound “{source}” of {it} makes no sense: {problem}",
    fails="# file: elements.yaml\n- {code: person.born, name: 出生日期, subject: person, "
    "type: date, most: 0}\n",
    passes="# file: elements.yaml\n- {code: person.born, name: 出生日期, subject: person, "
    "type: date, least: today - 120 years, most: today}\n",
)
def bad_bound(element: ElementDefinition, _: Instance) -> Findings:
    for key, source in (("least", element.least), ("most", element.most)):
        for problem in bound_problems(source, element.type):
            yield found(key, source=source, problem=problem)


@check(
    ElementDefinition,
    "catalog.bounds_reversed",
    Severity.ERROR,
    zh="{it}的下限 {least} 大于上限 {most}，任何值都填不进去。请检查 least 和 most 是不是写反了。",
    en="The least of {it}, {least}, is above its most, {most}, so no value fits. Are the two swapped?",
    fails="# file: elements.yaml\n- {code: person.age, name: 年龄, subject: person, "
    'type: integer, least: "120", most: "0"}\n',
    passes="# file: elements.yaml\n- {code: person.age, name: 年龄, subject: person, "
    'type: integer, least: "0", most: "120"}\n',
)
def bounds_reversed(element: ElementDefinition, _: Instance) -> Findings:
    if are_reversed(element.least, element.most, element.type):
        yield found("least", least=element.least, most=element.most)


def are_reversed(least: str, most: str, kind: str) -> bool:
    """Whether a smallest value is above the largest, so that none fits: now and in all years to come.

    Bounds that are missing or make no sense are not: :func:`bound_problems` tells of those.
    """
    if not (least and most) or any(
        True for one in (least, most) for _ in bound_problems(one, kind)
    ):
        return False
    try:
        above = parse(f"({least}) > ({most})")
    except ExpressionError:  # each is short enough, and both together are not
        return False
    return all(holds(above, {"today": day}) for day in _DAYS)


def bound_problems(source: str, kind: str) -> Iterator[Text]:
    """Yield what is wrong with a bound of a number, an amount or a date, in every language."""
    if not source:
        return
    if kind not in BOUNDED:
        data = {"found": kind, "wanted": ", ".join(BOUNDED)}
        yield _sentence("kernel.expression_result", data)
        return
    try:
        problems = check_expression(parse(source), {}, Type(sort=Sort(kind)))
    except ExpressionError as error:
        yield _sentence(error.code, error.data)
        return
    for problem in problems:
        yield _sentence(problem.code, problem.data)


def _sentence(name: str, data: Mapping[str, Any]) -> Text:
    return {language: field_sentence(name, language, **data) for language in LANGUAGES}


@check_all(
    ElementDefinition,
    "catalog.same_element_name",
    Severity.WARNING,
    zh="数据元“{it}”与 {other} 同名、同主体。一个含义只应有一个数据元，否则同一数据会被重复采集。",
    en="Element “{it}” has the same name and subject as {other}. One meaning should be one element, "
    "or the same data are collected twice.",
    fails=_ELEMENT + "- {code: person.full_name, name: 姓名, subject: person}\n",
    passes=_ELEMENT,
)
def same_element_name(elements: Mapping[str, ElementDefinition], _: Instance) -> Findings:
    names: dict[tuple[str, str], str] = {}
    for key, element in elements.items():
        name = (element.subject.value, say(element.name, CHINESE).strip())
        if name in names:
            yield found("name", key=key, other=names[name])
        names.setdefault(name, key)


@check_all(
    ElementDefinition,
    "catalog.two_identifiers",
    Severity.ERROR,
    zh="数据元“{it}”和 {other} 都是同一类主体本人的标识（identifies）。一类主体只有一个标识，请去掉多写的 "
    "identifies: true；配偶、法定代表人的号码是别人的标识，不能写。",
    en="Elements “{it}” and {other} both identify the same kind of subject (identifies). There is one for "
    "each kind: remove identifies: true from the other. The number of a spouse or of a legal representative "
    "identifies somebody else.",
    why="By it a row of a department's table is known to be about the subject that was asked about.",
    fails="# file: elements.yaml\n"
    "- {code: person.resident_id, name: 公民身份号码, subject: person, mask: resident_id}\n"
    "- {code: person.spouse_id, name: 配偶号码, subject: person, mask: resident_id, identifies: true}\n",
    passes="# file: elements.yaml\n"
    "- {code: person.id_card, name: 身份证号, subject: person, mask: resident_id, identifies: true}\n"
    "- {code: person.spouse_id, name: 配偶号码, subject: person, mask: resident_id}\n",
)
def two_identifiers(elements: Mapping[str, ElementDefinition], _: Instance) -> Findings:
    own: dict[SubjectKind, str] = {}
    # The core vocabulary first: what is said in addition to it is what has to go.
    for key, element in sorted(elements.items(), key=lambda each: each[1].identifies):
        if not element.own_identifier:
            continue
        if element.subject in own:
            yield found("identifies", key=key, other=own[element.subject])
        own.setdefault(element.subject, key)


# The trees --------------------------------------------------------------------------------------

_WIDTHS = (1, 3, 6)


def parent_code(code: str) -> str:
    """Return the code of the node above: 类 1 digit, 项 3, 目 6, 细目 anything longer."""
    return next((code[:width] for width in reversed(_WIDTHS) if width < len(code)), "")


@check(
    ClassificationDefinition,
    "catalog.bad_class_code",
    Severity.ERROR,
    zh="分类代码“{code}”不合规则：类 1 位（1、2 或 3）、项 2 位、目 3 位、细目任意位，都是数字。",
    en="Class code “{code}” is malformed: class 1 digit (1, 2 or 3), item 2, branch 3, then any "
    "digits.",
    why="发改高技〔2017〕1272号",
    fails='# file: classification.yaml\n- {code: "41", name: 其他}\n',
    passes='# file: classification.yaml\n- {code: "1", name: 基础信息资源}\n',
)
def bad_class_code(node: ClassificationDefinition, _: Instance) -> Findings:
    code = node.code
    right = code.isascii() and code.isdigit() and code[0] in "123"
    if not right or (len(code) not in _WIDTHS and len(code) < _WIDTHS[-1]):
        yield found("code", code=code)


@check(
    ClassificationDefinition,
    "catalog.class_without_parent",
    Severity.ERROR,
    zh="分类“{it}”（{code}）的上一级 {parent} 没有定义。",
    en="The class above “{it}” ({code}), {parent}, is not defined.",
    why="发改高技〔2017〕1272号",
    fails='# file: classification.yaml\n- {code: "101", name: 国家人口基础信息}\n',
    passes='# file: classification.yaml\n- {code: "1", name: 基础信息资源}\n'
    '- {code: "101", name: 国家人口基础信息}\n',
)
def class_without_parent(node: ClassificationDefinition, instance: Instance) -> Findings:
    above = parent_code(node.code)
    if node.code.isdigit() and instance.lacks(ClassificationDefinition, above):
        yield found("code", code=node.code, parent=above)
