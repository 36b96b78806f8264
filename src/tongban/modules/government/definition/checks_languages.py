"""What lacks words in a language that the government offers: said once for the whole instance."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any, get_args

import msgspec
from msgspec import Struct

from tongban.kernel.text import CHINESE, ENGLISH, together
from tongban.kit.definitions.finding import Severity
from tongban.kit.definitions.instance import Instance
from tongban.kit.definitions.part import Findings, check, found
from tongban.modules.government.definition import GovernmentDefinition

_HAN = re.compile(r"[\u3400-\u9fff]")
_CALLED = frozenset({"name", "question"})
"""Keys that say what something is called: what pages show of it wherever it is mentioned."""
_SHOWN = 3
"""Definitions named of each part; the count says how many there are."""
_GOVERNMENT = """# file: government.yaml
name: {zh: 云汀市, en: Yunting}
division: "470181"
level: "4"
origin: yunting.example/ledger
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
    lacking = {
        part.name: keys
        for part in instance.parts
        if (keys := [
            key
            for key, one in instance.every(part.shape).items()
            for _ in _without_english(one)
        ])
    }  # fmt: skip
    if lacking:
        where = [_summary(part, keys) for part, keys in lacking.items()]
        count = sum(map(len, lacking.values()))
        yield found(
            "name", count=count, where={each: "; ".join(where) for each in (CHINESE, ENGLISH)}
        )


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


def _chinese_alone(text: Any) -> str:
    if isinstance(text, str):
        return text
    return "" if text is None or text.get(ENGLISH) else str(text.get(CHINESE, ""))


@cache
def _fields(shape: type[Struct]) -> tuple[tuple[str, bool], ...]:
    """Return the fields of a shape that may hold a name: each, and whether it is one itself."""
    return tuple(
        (field.name, field.name in _CALLED and dict[str, str] in get_args(field.type))
        for field in msgspec.structs.fields(shape)
    )
