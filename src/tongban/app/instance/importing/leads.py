"""Who leads and who takes part where a cell names departments: 水务局（牵头）、财政局（配合）."""

import re

from tongban.app.instance.importing.nesting import cut
from tongban.kit.word_forms import simplified

_LEADS = r"(?:牵头|主办|主要负责|主责)(?:单位|部门|机关)?"
_JOINS = r"(?:配合|协办|协助|会办|联办|参与|会同)(?:单位|部门|机关)?"
_BETWEEN = re.compile(r"[、，,;；\n/|]+")
_MARKED = re.compile(
    rf"(?P<before>(?P<lead>{_LEADS})|{_JOINS})[:：](?P<name>.+)"
    rf"|(?P<body>.+?)(?:[（(](?:(?P<led>{_LEADS})|{_JOINS})[)）]|(?:(?P<heads>牵头|主办)|配合|协办|会办))"
)
_LONGEST = 400


def lead_of(said: str) -> tuple[str, tuple[str, ...]]:
    """Return the department that leads and those that take part; the cell itself where none leads.

    A word with a colon holds for the names behind it, one in brackets for the name before. Where two
    lead, or a name stands before anybody is said to lead, nobody is taken: it stays as it is.
    """
    if len(said) > _LONGEST or not re.search(_LEADS, simplified(said)):
        return said, ()
    leads: list[str] = []
    others: list[str] = []
    under = others
    for one in filter(None, (part.strip() for part in cut(said, _BETWEEN))):
        name, role = _marked(one)
        if role == "over":
            under = leads
        elif role == "under":
            under = others
        (leads if role in ("over", "leads") else under if not role else others).append(name)
    return (leads[0], tuple(others)) if len(leads) == 1 else (said, ())


def _marked(part: str) -> tuple[str, str]:
    """Return the name in a part and what is said of it: over and under hold for those behind too."""
    found = _MARKED.fullmatch(simplified(part))
    if found is None:
        return part, ""
    kind = "name" if found["name"] else "body"
    name = part[found.start(kind) : found.end(kind)].strip()
    if found["before"]:
        return name, "over" if found["lead"] else "under"
    return name, "leads" if found["led"] or found["heads"] else "joins"
