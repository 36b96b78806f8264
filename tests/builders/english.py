"""Which Chinese words have English that an English reader should have been shown instead."""

from collections.abc import Iterator
from functools import cache
from typing import Any

import yaml

from tongban.app.setup import demonstration_folder
from tongban.kit.i18n import catalogue

_OWN_DATA = frozenset({"中文"})
"""Words that stand in Chinese on purpose: the way to the other language."""


def translated(text: str) -> bool:
    """Whether these Chinese words have English that should have been shown."""
    return text.strip() in _with_english() and text.strip() not in _OWN_DATA


@cache
def _with_english() -> frozenset[str]:
    """Return all Chinese words that the catalogue or the instance never gives without English.

    The same words may be the name of one thing in both languages and of another in Chinese only.
    """
    found = {texts["zh"] for texts in catalogue().values() if texts["zh"] != texts["en"]}
    alone = set()
    for file in demonstration_folder().rglob("*.yaml"):
        tree = yaml.load(file.read_text("utf-8"), yaml.CSafeLoader)
        found |= set(_pairs(tree))
        alone |= set(_alone(tree))
    return frozenset(found - alone)


def _alone(node: Any) -> Iterator[str]:
    """Yield words that stand without another language beside them; registered names among them."""
    if isinstance(node, str):
        yield node
    elif isinstance(node, dict):
        if "login" in node:
            yield node["name"]["zh"]
            yield from [node["organisation_name"]["zh"]] if "organisation_name" in node else []
        elif not isinstance(node.get("zh"), str):
            for value in node.values():
                yield from _alone(value)
    elif isinstance(node, list):
        for value in node:
            yield from _alone(value)


def _pairs(node: Any) -> Iterator[str]:
    """Yield the Chinese of everything that is given in English too."""
    if isinstance(node, dict):
        if isinstance(node.get("zh"), str) and node.get("en"):
            yield node["zh"]
        for value in node.values():
            yield from _pairs(value)
    elif isinstance(node, list):
        for value in node:
            yield from _pairs(value)
