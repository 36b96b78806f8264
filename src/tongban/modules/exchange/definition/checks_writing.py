"""What can be wrong with how an item says that its source writes: units, patterns, words."""

from collections.abc import Iterator, Mapping

from tongban.kernel.characters import half_width
from tongban.kit.definitions.finding import Severity
from tongban.kit.definitions.instance import Instance
from tongban.kit.definitions.nearest import nearest
from tongban.kit.definitions.part import Findings, check, found
from tongban.modules.catalog.definition import (
    ElementDefinition,
    ElementType,
    ItemDefinition,
    ResourceDefinition,
)
from tongban.modules.exchange.rules.patterns import BadPattern, date_pattern

_ITEM = "    - {name: 户口类型, element: person.household, column: kind}\n"
_LINKED = (
    """# file: departments.yaml
- {code: public-security, name: 公安局}
# file: elements.yaml
- {code: person.income, name: 月收入, subject: person, type: money}
- {code: person.born, name: 出生日期, subject: person, type: date}
- {code: person.veteran, name: 退役军人, subject: person, type: boolean}
- code: person.household
  name: 户口类型
  subject: person
  type: code
  codes: {rural: 农村, urban: 城镇}
# file: resources.yaml
- code: 101001/1
  name: 人口基本信息
  provider: public-security
  abstract: 常住人口
  format: {category: database}
  items:
"""
    + _ITEM
    + """  share: {type: conditional, condition: 查询本人信息}
  link: {source: population, table: person, identifier: number}
# file: sources.yaml
- {code: population, name: 人口库, department: public-security, location: population.db}
"""
)


def _with(line: str) -> str:
    """Return the instance with another item in place of its own."""
    return _LINKED.replace(_ITEM, f"    - {{{line}}}\n")


_INCOME = "name: 月收入, element: person.income, column: income"
_BORN = "name: 出生日期, element: person.born, column: born"
_KIND = "name: 户口类型, element: person.household, column: kind"
_VETERAN = "name: 退役军人, element: person.veteran, column: veteran"
_WHOLE_MAP = "codes: {农村户口: rural, 城镇户口: urban}"


def _items(
    resource: ResourceDefinition, instance: Instance
) -> Iterator[tuple[int, ItemDefinition, ElementDefinition]]:
    """Return the items that hold an element that is defined, with their positions."""
    for position, item in enumerate(resource.items):
        element = instance.one(ElementDefinition, item.element) if item.element else None
        if element is not None:
            yield position, item, element


@check(
    ResourceDefinition,
    "exchange.money_without_unit",
    Severity.ERROR,
    zh="“{it}”的信息项“{item}”是金额，却没有写数据源按什么单位记录。请写 written: {{unit: yuan}}（元）、"
    "fen（分）或 wan_yuan（万元）。以前的版本一律按分读取。",
    en="Item “{item}” of “{it}” is money but does not say in which unit its source writes it. Add "
    "written: {{unit: yuan}}, fen or wan_yuan (10,000 yuan). The release before read it as fen.",
    why="A column with 2500.00 yuan that is taken for fen is a hundredth of what it says.",
    fails=_with(_INCOME),
    passes=_with(_INCOME + ", written: {unit: yuan}"),
)
def money_without_unit(resource: ResourceDefinition, instance: Instance) -> Findings:
    if resource.link is None:
        return
    for position, item, element in _items(resource, instance):
        if element.type is ElementType.MONEY and item.column and item.written.unit is None:
            yield found("items", position, item=item.name)


_BELONGS: Mapping[str, ElementType] = {
    "unit": ElementType.MONEY,
    "date": ElementType.DATE,
    "codes": ElementType.CODE,
    "true_words": ElementType.BOOLEAN,
    "false_words": ElementType.BOOLEAN,
}


@check(
    ResourceDefinition,
    "exchange.writing_of_another_type",
    Severity.ERROR,
    zh="“{it}”的信息项“{item}”写了 {said}，但它的数据元类型是 {type}；{said} 只用于类型 {wanted}。",
    en="Item “{item}” of “{it}” says {said}, but its element is of type {type}; {said} is for type "
    "{wanted} only.",
    fails=_with(_BORN + ", written: {unit: yuan}"),
    passes=_with(_BORN + ", written: {date: YYYYMMDD}"),
)
def writing_of_another_type(resource: ResourceDefinition, instance: Instance) -> Findings:
    for position, item, element in _items(resource, instance):
        for key, wanted in _BELONGS.items():
            if getattr(item.written, key) and element.type is not wanted:
                yield found(
                    "items", position, "written", key,
                    item=item.name, said=key, type=element.type, wanted=wanted,
                )  # fmt: skip


@check(
    ResourceDefinition,
    "exchange.bad_date_pattern",
    Severity.ERROR,
    zh="“{it}”的信息项“{item}”的日期格式“{pattern}”读不出唯一的一天，问题在“{part}”。请用 YYYY、MM 或 M、"
    "DD 或 D（需要时加 hh mm ss）和分隔符，如 YYYYMMDD、YYYY/M/D、YYYY年M月D日。",
    en="Date pattern “{pattern}” of item “{item}” of “{it}” does not say one day: look at “{part}”. "
    "Write YYYY, MM or M, DD or D (hh mm ss where needed) and signs between them: YYYYMMDD, YYYY/M/D.",
    fails=_with(_BORN + ", written: {date: YY-MM-DD}"),
    passes=_with(_BORN + ", written: {date: YYYY年M月D日}"),
)
def bad_date_pattern(resource: ResourceDefinition, _: Instance) -> Findings:
    for position, item in enumerate(resource.items):
        pattern = item.written.date
        if not pattern:
            continue
        try:
            date_pattern(pattern)
        except BadPattern as bad:
            yield found(
                "items", position, "written", "date",
                item=item.name, pattern=pattern, part=bad.part,
            )  # fmt: skip


_IN_ORDER = ("YYYY", "MM", "DD")
_BY_BORN = _with(_BORN + ", written: {date: YYYYMMDD}").replace(
    "identifier: number}", "identifier: number, newest: born}"
)


@check(
    ResourceDefinition,
    "exchange.newest_out_of_order",
    Severity.WARNING,
    zh="“{it}”按 {column} 这一列判断哪一行最新，而信息项“{item}”说这一列的日期写成 {pattern}。存成文字的，"
    "数据库按字符排先后，会把旧的一行当成最新的。请让部门改用日期类型或 YYYY-MM-DD，或者换一列作 newest。",
    en="“{it}” takes the newest row by column {column}, whose dates item “{item}” says to be written "
    "{pattern}. Of texts a database goes by the characters, and an old row is taken for the newest. Have the "
    "column exported as a date or as YYYY-MM-DD, or name another as newest.",
    why="10/01/2019 stands behind 09/12/2026.",
    fails=_BY_BORN.replace("YYYYMMDD", "DD/MM/YYYY"),
    passes=_BY_BORN,
)
def newest_out_of_order(resource: ResourceDefinition, _: Instance) -> Findings:
    link = resource.link
    for position, item in enumerate(resource.items):
        pattern = item.written.date
        if link is None or not pattern or item.column.lower() != link.newest.lower():
            continue
        try:
            parts = date_pattern(pattern).parts
        except BadPattern:
            continue  # told by bad_date_pattern
        if tuple(part for part in parts if part[0] in "YMD")[:3] != _IN_ORDER:
            yield found(
                "items", position, "written", "date",
                item=item.name, column=item.column, pattern=pattern,
            )  # fmt: skip


@check(
    ResourceDefinition,
    "exchange.code_map_to_unknown_code",
    Severity.ERROR,
    zh="“{it}”的信息项“{item}”把“{word}”对应到 {code}，而数据元没有这个代码，可用：{known}。",
    en="Item “{item}” of “{it}” takes “{word}” for {code}, which is no code of its element; there is "
    "{known}.",
    fails=_with(_KIND + ", written: {codes: {农村户口: rurl, 城镇户口: urban}}"),
    passes=_with(_KIND + f", written: {{{_WHOLE_MAP}}}"),
)
def code_map_to_unknown_code(resource: ResourceDefinition, instance: Instance) -> Findings:
    for position, item, element in _items(resource, instance):
        if element.type is not ElementType.CODE:
            continue
        turned = _turned_round(item, element)
        for word, code in item.written.codes.items():
            if code not in element.codes and word not in turned:
                close = nearest(code, element.codes)
                yield found(
                    "items", position, "written", "codes", word, suggestion=close,
                    item=item.name, word=word, code=code, known=list(element.codes),
                )  # fmt: skip


def _turned_round(item: ItemDefinition, element: ElementDefinition) -> dict[str, str]:
    """Return the entries of a code map that have the element's code where the source's word belongs."""
    known = element.codes
    return {
        word: code
        for word, code in item.written.codes.items()
        if word in known and code not in known
    }


@check(
    ResourceDefinition,
    "exchange.code_map_turned_round",
    Severity.ERROR,
    zh="“{it}”的信息项“{item}”的代码对应表写反了：左边写数据源里的词，右边写数据元的代码。应写成 "
    "codes: {{{meant}}}。",
    en="The code map of item “{item}” of “{it}” is the wrong way round: the source's word stands on the "
    "left, the element's code on the right. Write codes: {{{meant}}}.",
    why="As written, no word of the source has a meaning, and none of its values would be given.",
    fails=_with(_KIND + ", written: {codes: {rural: 农村户口, urban: 城镇户口}}"),
    passes=_with(_KIND + f", written: {{{_WHOLE_MAP}}}"),
)
def code_map_turned_round(resource: ResourceDefinition, instance: Instance) -> Findings:
    for position, item, element in _items(resource, instance):
        turned = _turned_round(item, element)
        if turned and element.type is ElementType.CODE:
            meant = ", ".join(f"{word}: {code}" for code, word in list(turned.items())[:6])
            yield found("items", position, "written", "codes", item=item.name, meant=meant)


@check(
    ResourceDefinition,
    "exchange.code_map_against_names",
    Severity.ERROR,
    zh="“{it}”的信息项“{item}”把“{word}”对应到 {code}（{called}），而“{word}”正是代码 {meant} 的名称，"
    "读出来的意思就反了。请写 {word}: {meant}。",
    en="Item “{item}” of “{it}” takes “{word}” for {code} ({called}), but “{word}” is the name of code "
    "{meant}: its values would be read as something else. Write {word}: {meant}.",
    why="Such a map reads without a fault, and everybody is taken for what they are not.",
    fails=_with(_KIND + ", written: {codes: {农村: urban, 城镇: rural}}"),
    passes=_with(_KIND + ", written: {codes: {农村: rural, 城镇: urban}}"),
)
def code_map_against_names(resource: ResourceDefinition, instance: Instance) -> Findings:
    for position, item, element in _items(resource, instance):
        if element.type is not ElementType.CODE:
            continue
        named = _codes_by_name(element)
        for word, code in item.written.codes.items():
            meant = named.get(_folded(word), [])
            if meant and code in element.codes and code not in meant:
                yield found(
                    "items", position, "written", "codes", word, item=item.name, word=word,
                    code=code, called=element.codes[code], meant=meant[0],
                )  # fmt: skip


def _codes_by_name(element: ElementDefinition) -> dict[str, list[str]]:
    """Return the codes of an element by each name that they have in any language."""
    found_under: dict[str, list[str]] = {}
    for code, name in element.codes.items():
        for one in {name} if isinstance(name, str) else set(name.values()):
            found_under.setdefault(_folded(one), []).append(code)
    found_under.pop("", None)
    return found_under


def _folded(word: str) -> str:
    """Return a word without what tells no two words apart: blanks, width, the case of letters."""
    return "".join(half_width(word).split()).casefold()


@check(
    ResourceDefinition,
    "exchange.code_map_with_gaps",
    Severity.WARNING,
    zh="“{it}”的信息项“{item}”的代码对应表没有一个词对应到 {codes}。数据源若用别的词写它们，"
    "这些值就读不出来；若从不出现，可以不理会。",
    en="No word in the code map of item “{item}” of “{it}” stands for {codes}. If the source has words "
    "for them, those values cannot be read; if they never occur, leave it.",
    fails=_with(_KIND + ", written: {codes: {农村户口: rural}}"),
    passes=_with(_KIND + f", written: {{{_WHOLE_MAP}}}"),
)
def code_map_with_gaps(resource: ResourceDefinition, instance: Instance) -> Findings:
    for position, item, element in _items(resource, instance):
        mapped = item.written.codes
        meant = {*mapped.values(), *_turned_round(item, element)}
        lacking = [code for code in element.codes if code not in meant]
        if mapped and lacking and element.type is ElementType.CODE:
            yield found("items", position, "written", "codes", item=item.name, codes=lacking)


@check(
    ResourceDefinition,
    "exchange.one_word_two_meanings",
    Severity.ERROR,
    zh="“{it}”的信息项“{item}”给“{word}”写了两种意思。一个词只能有一种意思。",
    en="Item “{item}” of “{it}” gives “{word}” two meanings. One word means one thing.",
    fails=_with(_VETERAN + ", written: {true_words: [是, 有], false_words: [否, 有]}"),
    passes=_with(_VETERAN + ", written: {true_words: [有], false_words: [无]}"),
)
def one_word_two_meanings(resource: ResourceDefinition, _: Instance) -> Findings:
    for position, item in enumerate(resource.items):
        written = item.written
        words = [*written.codes, *written.true_words, *written.false_words]
        for word in sorted({w for w in words if words.count(w) > 1 or w in written.empty}):
            yield found("items", position, "written", item=item.name, word=word)


@check(
    ResourceDefinition,
    "exchange.half_of_a_truth",
    Severity.ERROR,
    zh="“{it}”的信息项“{item}”只写了 true_words 和 false_words 中的一个，另一个也要写。",
    en="Item “{item}” of “{it}” has only one of true_words and false_words; say the other too.",
    fails=_with(_VETERAN + ", written: {true_words: [有]}"),
    passes=_with(_VETERAN + ", written: {true_words: [有], false_words: [无]}"),
)
def half_of_a_truth(resource: ResourceDefinition, _: Instance) -> Findings:
    for position, item in enumerate(resource.items):
        if bool(item.written.true_words) != bool(item.written.false_words):
            yield found("items", position, "written", item=item.name)
