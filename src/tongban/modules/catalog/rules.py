"""What the catalogue decides: places in the tree, how careful a resource is, pages of a list."""

import re
from collections.abc import Iterable, Mapping

from tongban.kernel.text import CHINESE, Text
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


def name_of_item(name: Text, element: Text | None) -> Text:
    """Return an item's name; a language it lacks is supplied by what its element is called."""
    if element is None or not isinstance(element, Mapping):
        return name
    own = {CHINESE: name} if isinstance(name, str) else name
    return {**element, **own}


def most_careful(classes: Iterable[str], *, is_open: bool) -> str:
    """Return the most careful class; what holds no element at all is public where it is open."""
    return max(classes, key=CLASSES.index, default="public" if is_open else "internal")
