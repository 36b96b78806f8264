"""Takes apart what listings write in one cell: the laws a service rests on, the papers it asks for."""

import re
from typing import Any

from tongban.app.instance.importing.coding import material_code
from tongban.app.instance.importing.normal import lines_of

_LAW = re.compile(r"《([^《》]+(?:《[^《》]*》[^《》]*)*)》([^《]*)")
_LEADING = re.compile(
    r"^(?:\s|[0-9]{1,2}[.、．)）](?![0-9])|[(（][0-9一二三四五六七八九十]{1,3}[)）]|[一二三四五六七八九十]{1,3}[、.．]|[;；,，。、])+"
)
_NEXT_NUMBER = re.compile(
    r"(?<=[;；,，、。])\s*[(（]?[0-9]{1,2}[.、．)）]$|^[0-9]{1,2}[.、．)）]?$"
)
"""The number of what would come next, after the end of what is here."""
_NUMBER_BETWEEN = re.compile(
    r"(?:(?<=[;；,，、。])\s*|(?<=[条款项目章节》])\s*|(?<=[^A-Za-z.第\s])\s+)"
    r"(?:[(（]?[0-9]{1,2}[.、．)）]?|[(（]?[一二三四五六七八九十]{1,3}[、)）])$"
)
"""The number of a law that does come next; that of an article, as in s. 7 or 附表2, is part of it."""
_MARKS = ";；,，、。"
_BLANKS = " \t\r\n\f\v\u00a0\u3000"
_NUMBERED = re.compile(r"(?:^|(?<=[\s;；。]))[(（]?[0-9]{1,2}[.、．)）]\s*(?=\D)")
_ORIGINALS = re.compile(r"原件\s*([0-9]{1,2})\s*份")
_COPIES = re.compile(r"复印件\s*([0-9]{1,2})\s*份")
_NOTE = re.compile(r"^(.{2,}?)[（(]([^（）()]+)[)）]$")


def bases(cells: list[str]) -> list[dict[str, str]]:
    """Return titles and articles: each 《law》 begins one, what follows it is its article verbatim.

    Words without a 《law》 are a title as they stand.
    """
    found: list[dict[str, str]] = []
    for cell in cells:
        laws = list(_LAW.finditer(cell))
        before = _tidy(cell[: laws[0].start()] if laws else cell, more=bool(laws))
        if before:
            found.append({"title": before})
        for law in laws:
            article = _tidy(law[2], more=law is not laws[-1])
            found.append({"title": law[1].strip()} | ({"article": article} if article else {}))
    return found


def _tidy(text: str, *, more: bool = False) -> str:
    said = _NEXT_NUMBER.sub("", _LEADING.sub("", " ".join(lines_of(text))).rstrip())
    if more:
        said = _NUMBER_BETWEEN.sub("", said)
    return said.rstrip(_MARKS + _BLANKS)


def materials(cells: list[str]) -> list[dict[str, Any]]:
    """Return the papers that some cells name, numbers before them left away, each with a code."""
    names = [name for cell in cells for one in _NUMBERED.split(cell) if (name := _tidy(one))]
    return [_material(name) for name in dict.fromkeys(names)]


def _material(name: str) -> dict[str, Any]:
    """Return a paper; how many originals and copies it takes where its note says so."""
    found: dict[str, Any] = {"code": material_code(name), "name": name}
    noted = _NOTE.fullmatch(name)
    if noted is None:
        return found
    originals, copies = _ORIGINALS.search(noted[2]), _COPIES.search(noted[2])
    if originals is None and copies is None:
        return found
    found |= {"name": noted[1].strip(), "note": noted[2].strip()}
    if originals is not None:
        found["originals"] = int(originals[1])
    if copies is not None:
        found["copies"] = int(copies[1])
    return found
