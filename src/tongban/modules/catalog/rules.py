"""What the catalogue decides: places in the tree, how careful a resource is, pages of a list."""

import math
import re
from collections.abc import Iterable

from tongban.modules.catalog.model import ClassPath

CLASSES = ("public", "internal", "personal", "sensitive")
"""Classes of data, the least careful first."""
_CODE = re.compile(r"([123]\d{2}\d{3}\d*)/(\d+)")
_WIDTHS = (1, 3, 6)


def class_path(code: str) -> ClassPath | None:
    """Take a resource code apart (发改高技〔2017〕1272号): 类 1 digit, 项 2, 目 3, 细目 any, 顺序码.

    None when the code does not have that form.
    """
    found = _CODE.fullmatch(code)
    if found is None:
        return None
    place, sequence = found.groups()
    nodes = [place[:width] for width in _WIDTHS]
    if len(place) > _WIDTHS[-1]:
        nodes.append(place)
    return ClassPath(nodes=tuple(nodes), sequence=sequence)


def most_careful(classes: Iterable[str]) -> str:
    """Return the most careful class; what holds no element at all is internal."""
    return max(classes, key=CLASSES.index, default="internal")


def pages_of(total: int, size: int) -> int:
    """Return how many pages a list has: one even when it is empty."""
    return max(1, math.ceil(total / size))


def order_of_name(name: str) -> str:
    """Return what sorts Chinese names as people look them up: by sound for the 3,755 common
    characters, since GB 2312 puts its first level in that order.
    """
    return name.encode("gb18030", "replace").hex()[:200]
