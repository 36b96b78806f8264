"""What lacks words in a language that the government offers: said once for the whole instance."""

import re
from collections.abc import Callable, Iterator
from collections.abc import Set as AbstractSet
from functools import cache
from typing import Any, get_args

import msgspec
from msgspec import Struct

from tongban.kernel.text import CHINESE, ENGLISH, together
from tongban.kit.definitions.finding import Severity
from tongban.kit.definitions.instance import Instance
from tongban.kit.definitions.part import Findings, check, found
from tongban.kit.definitions.types import Kind, Type, shape_type
from tongban.modules.government.definition import GovernmentDefinition

_HAN = re.compile(r"[\u3400-\u9fff]")
_CALLED = frozenset({"name", "question"})
"""Keys that say what something is called: what pages show of it wherever it is mentioned."""
_EXPLAINS = frozenset(
    {"summary", "abstract", "hint", "conditions", "fee", "note", "task", "purpose", "remedy"}
)
"""Keys that explain something in a sentence."""
_RESTS_ON = frozenset({"basis", "clause"})
"""Keys that name the law on which something rests."""
_SHOWN = 3
"""Definitions named of each part; the count says how many there are."""
_GOVERNMENT = """# file: government.yaml
name: {zh: 云汀市, en: Yunting}
division: "470181"
level: "4"
origin: yunting.example/ledger
"""
_SERVICE = """# file: departments.yaml
- {code: finance, name: {zh: 财政局, en: Finance}}
# file: services/a.yaml
code: a
name: {zh: 补贴, en: Subsidy}
summary: 按年给予补贴
department: finance
"""


@check(
    GovernmentDefinition,
    "government.english_missing",
    Severity.INFO,
    zh="{count} 处名称没有英文，英文页面上照写中文并注明是中文：{where}。把名称分语言写出 zh 和 en；"
    "不提供英文页面的，写 languages: [zh]。",
    en="{count} names have no English, and English pages show them in Chinese, marked as such: {where}. "
    "Give zh and en where a name stands; to offer no English pages, write languages: [zh].",
    why="WCAG 2.2, 3.1.2: words in another language than the page are marked, better there are none.",
    fails=_GOVERNMENT + "# file: departments.yaml\n- {code: finance, name: 财政局}\n",
    passes=_GOVERNMENT,
)
def english_missing(government: GovernmentDefinition, instance: Instance) -> Findings:
    if ENGLISH not in government.languages or _chinese_alone(government.name):
        return  # whose own name is in Chinese alone has not begun to write English
    yield from _counted(instance, _without_english)


@check(
    GovernmentDefinition,
    "government.english_partly",
    Severity.INFO,
    zh="{count} 处文字只有中文，而所在的定义已有英文名称，英文页面上会中英文混杂：{where}。请补上 en。",
    en="{count} texts stand in Chinese alone in definitions whose name has English, and English pages show "
    "half of each: {where}. Give en there too.",
    why="WCAG 2.2, 3.1.2: words in another language than the page are marked, better there are none.",
    fails=_GOVERNMENT + _SERVICE,
    passes=_GOVERNMENT
    + _SERVICE.replace("summary: 按年给予补贴", "summary: {zh: 按年, en: Yearly}"),
)
def english_partly(government: GovernmentDefinition, instance: Instance) -> Findings:
    if ENGLISH in government.languages and not _chinese_alone(government.name):
        yield from _counted(instance, _half_in_english)


@check(
    GovernmentDefinition,
    "government.chinese_missing",
    Severity.WARNING,
    zh="{count} 处文字没有中文，中文页面上会显示英文：{where}。请补上 zh。",
    en="{count} texts have no Chinese, and Chinese pages show them in English: {where}. Give zh there.",
    why="WCAG 2.2, 3.1.2; 法律文书以中文为准",
    fails=_GOVERNMENT + "# file: departments.yaml\n- {code: finance, name: {en: Finance}}\n",
    passes=_GOVERNMENT,
)
def chinese_missing(government: GovernmentDefinition, instance: Instance) -> Findings:
    if CHINESE in government.languages:
        yield from _counted(instance, _without_chinese)


@check(
    GovernmentDefinition,
    "government.english_laws_missing",
    Severity.INFO,
    zh="{count} 处法律法规的名称没有英文，英文页面上照写中文并注明是中文：{where}。有通行英文译名的，"
    "分语言写出 zh 和 en；没有的，留着中文就好。",
    en="{count} laws are named in Chinese alone, and English pages show them so, marked as Chinese: {where}. "
    "Give zh and en where a law has an established English title; else leave it.",
    why="WCAG 2.2, 3.1.2: words in another language than the page are marked; no title is made up.",
    fails=_GOVERNMENT
    + "# file: certificates.yaml\n- {code: permit, name: {zh: 许可证, en: Permit}, issuer: finance, "
    "basis: 《本市办法》第三条}\n",
    passes=_GOVERNMENT,
)
def english_laws_missing(government: GovernmentDefinition, instance: Instance) -> Findings:
    if ENGLISH not in government.languages or _chinese_alone(government.name):
        return
    yield from _counted(instance, _laws_without_english)


def _counted(instance: Instance, lacking: Callable[[Struct], Iterator[Any]]) -> Findings:
    """Yield one finding that counts what definitions lack, and says which lack it."""
    keys = {
        part.name: [key for key, one in instance.every(part.shape).items() for _ in lacking(one)]
        for part in instance.parts
    }
    where = [_summary(part, of_part) for part, of_part in keys.items() if of_part]
    if where:
        count = sum(map(len, keys.values()))
        yield found(
            "name", count=count, where={each: "; ".join(where) for each in (CHINESE, ENGLISH)}
        )


def _laws_without_english(value: Any) -> Iterator[str]:
    """Yield every law inside a definition that stands in Chinese alone."""
    for field, inner in _inside(value):
        if field in _RESTS_ON:
            several = inner if isinstance(inner, list | tuple) else (inner,)
            titles = [one.title if isinstance(one, Struct) else one for one in several]  # type: ignore[attr-defined]
            yield from (words for one in titles if _HAN.search(words := _chinese_alone(one)))
        else:
            yield from _laws_without_english(inner)


def _inside(value: Any) -> Iterator[tuple[str, Any]]:
    """Yield what a struct, list or mapping holds; of a struct with the name of its field."""
    if isinstance(value, Struct):
        yield from ((name, getattr(value, name)) for name in value.__struct_fields__)
    elif isinstance(value, dict):
        yield from (("", each) for each in value.values())
    elif isinstance(value, list | tuple):
        yield from (("", each) for each in value)


def _summary(part: str, keys: list[str]) -> str:
    """Return how many names of a part lack English, and where the first of them are."""
    named = [key for key in dict.fromkeys(keys) if key][:_SHOWN]
    if not named:
        return f"{part} {len(keys)}"
    return (
        f"{part} {len(keys)} ({together(named, ENGLISH)}{', …' if len(set(keys)) > _SHOWN else ''})"
    )


def _without_english(value: Any) -> Iterator[str]:
    """Yield every name inside a definition that stands in Chinese alone."""
    if isinstance(value, Struct):
        for field, called in _fields(type(value)):
            inner: Any = getattr(value, field)
            if not called or getattr(value, "element", None):  # an item is called as its element is
                yield from _without_english(inner)
            elif (words := _chinese_alone(inner)) and _HAN.search(words):
                yield words
    elif isinstance(value, dict):
        for each in value.values():
            yield from _without_english(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _without_english(each)


def _half_in_english(value: Struct) -> Iterator[str]:
    """Yield what a definition explains in Chinese alone although its own name has English.

    Titles of laws and addresses may well stand in Chinese, so they are not counted.
    """
    name: Any = getattr(value, "name", None)
    if isinstance(name, dict) and not _chinese_alone(name):
        explained = _texts(value, shape_type(type(value)), _EXPLAINS)
        yield from filter(_HAN.search, map(_chinese_alone, explained))


def _without_chinese(value: Struct) -> Iterator[Any]:
    """Yield every text inside a definition that is written in languages and not in Chinese."""
    for text in _texts(value, shape_type(type(value))):
        if isinstance(text, dict) and "".join(text.values()).strip() and not _in(text, CHINESE):
            yield text


def _texts(
    value: Any, kind: Type, keys: AbstractSet[str] = frozenset(), key: str = ""
) -> Iterator[Any]:
    """Yield every text that people read inside a value of a type; with ``keys`` those of some keys."""
    if value is None:
        return
    if kind.kind is Kind.TEXT:
        if not keys or key in keys:
            yield value
    elif kind.kind is Kind.SHAPE:
        for name, field in kind.fields.items():
            yield from _texts(getattr(value, name), field.type, keys, name)
    elif kind.item is not None:
        for each in value.values() if isinstance(value, dict) else value:
            yield from _texts(each, kind.item, keys, key)


def _chinese_alone(text: Any) -> str:
    if isinstance(text, str):
        return text
    return "" if text is None or _in(text, ENGLISH) else str(text.get(CHINESE, ""))


def _in(text: dict[str, str], language: str) -> str:
    return text.get(language, "").strip()


@cache
def _fields(shape: type[Struct]) -> tuple[tuple[str, bool], ...]:
    """Return the fields of a shape that may hold a name: each, and whether it is one itself."""
    return tuple(
        (field.name, field.name in _CALLED and dict[str, str] in get_args(field.type))
        for field in msgspec.structs.fields(shape)
    )
