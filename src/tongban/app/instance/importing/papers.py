"""The papers that a cell asks for: parted where its writer parted them, and never inside a name.

Numbers, bullets, line breaks and semicolons part for certain. 、 commas, 。 and + part only where each
part is a paper by its own name (身份证、户口簿); 身份证原件、复印件 is one paper, and what may be one or
several stays one and is a doubt. Words with a colon that are no paper stand over papers: 个人：身份证.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from tongban.app.instance.importing.findings import Doubt
from tongban.app.instance.importing.lists import BULLET, MARKS, NUMBERINGS, Mark, marks_of
from tongban.app.instance.importing.nesting import cut, depths
from tongban.app.instance.importing.normal import is_reference, points_elsewhere
from tongban.app.instance.importing.paper_words import (
    are_papers,
    are_several,
    clean,
    holds_several,
    is_generic,
    is_note,
    is_thing,
    is_waived,
    looks_several,
    nothing_because,
    offers_choice,
    paper,
    says_no_paper,
    tidy,
    with_notes,
)
from tongban.kit.word_forms import simplified

_STRONG = re.compile(r"[;；\n|]+")
_WITHIN = re.compile(r"[;；\n|、，,。+＋]+|[ \u00a0\u3000]{2,}|[\t\u3000]+")
_GOES_ON = re.compile(r"[及和与或、，,)）】]|以及|并")
_ANY_OF = re.compile(r"任[一选意]|之一|[二三]选一|选一|其中|或者?")
_WHO = (
    r"(?:申请)?(?:个人|单位|企业|自然人|法人|公司|机构|社会组织|社会团体|事业单位|行政机关|机关|其他组织|个体工商户|个体户|合作社|本人"
    r"|代理人|受托人|被委托人|委托人|申请人|经办人|法定代表人|负责人|监护人|双方|居民|村民|学校)(?:办理|申请|申报|提[供交]|携带|的)*"
)
_HEADING = re.compile(
    rf"(?:^|(?<=[;；\n。，,、 \t\u3000]))(?P<who>{_WHO}(?:[:：]|(?<=提[供交])(?![的:：])))"
    r"|(?:^|(?<=[;；\n。 \t\u3000]))(?P<over>[^;；\n。:： \t\u3000]{1,40}[:：])(?!//|(?<=[0-9].)[0-9])"
)
_REMARK = re.compile(
    r"(?:^|(?<=[;；。\n]))[ \t\u3000]*[*※]?(?:备?注|说明|提示|温馨提示|注意(?:事项)?|特别(?:说明|提示))"
    r"[0-9一二三四五]?[:：](?P<said>[^\n]*)"
)
"""Words below or behind papers that are none themselves."""
_GOES_OVER = ";；、，,"
"""What ends a line behind which words over a list still stand over the next."""
_MOST_PARTS = 200
"""Parts of a cell beyond which 、 and commas are prose."""


@dataclass(slots=True)
class Papers:
    """The papers of a cell, and what of it was not understood."""

    papers: list[dict[str, Any]] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)

    def doubt(self, code: str, value: str, **data: str) -> None:
        """Note once what somebody should look at."""
        one = Doubt(code, {"value": value, **data})
        if one not in self.doubts:
            self.doubts.append(one)


@dataclass(slots=True)
class _Piece:
    """What may be one paper, what stands over it, and whether something of its own parts it off."""

    text: str
    heading: str = ""
    parted: bool = False


def papers_of(
    cells: list[str], *, parted: bool = False, codes: Mapping[str, str] | None = None
) -> Papers:
    """Return the papers that some cells name, without their numbers, each with a code.

    ``parted`` says that each cell is one paper: a map has said what lies between them. ``codes`` are
    words of the listing and the names for which they stand.
    """
    found = Papers()
    pieces = [
        piece
        for cell in cells
        for piece in (
            [_Piece(cell, parted=True)] if parted else _parted(_without_remarks(cell, found), found)
        )
    ]
    named: dict[str, list[str]] = {}
    for piece in pieces:
        for said in _names(piece, found):
            _take((codes or {}).get(said, said), piece.heading, named, found)
    found.papers = [paper(name, "；".join(notes)) for name, notes in named.items()]
    return found


def _take(name: str, heading: str, named: dict[str, list[str]], found: Papers) -> None:
    """Take a name as a paper, as a note on the one before, or as what is none."""
    if named and is_note(name):
        last, notes = named.popitem()
        named[last + ("" if name[0] in "（(" else "，") + name] = notes
    elif points_elsewhere(name):
        found.doubt("material_elsewhere", name)
    elif says_no_paper(name):
        if because := nothing_because(name):
            found.doubt("note_not_kept", name, note=because)
    elif is_reference(name):
        found.doubt("word_unknown", name)
    else:
        if is_waived(name):
            found.doubt("material_waived", name)
        elif is_note(name):
            found.doubt("materials_unclear", name)
        notes = named.setdefault(name, [])
        notes += [heading] if heading and heading not in notes else []


# Where a cell is parted -----------------------------------------------------------------------------


def _without_remarks(text: str, found: Papers) -> str:
    """Return a cell without the remarks in it, after saying that they have no place.

    A remark goes to the end of its line, one that is a list to the end of the cell.
    """
    held, left, start = depths(text), "", 0
    for one in _REMARK.finditer(simplified(text)):
        if one.start() < start or held[one.start()]:
            continue
        said = one["said"].strip(MARKS)
        end = one.end() if said and not marks_of(said) else len(text)
        remark = clean(text[one.start() : end])
        found.doubt("note_not_kept", clean(text), note=remark)
        left, start = left + text[start : one.start()], end
    return left + text[start:]


def _parted(text: str, found: Papers, heading: str = "", depth: int = 0) -> Iterator[_Piece]:
    """Yield what a cell asks for, at its numbers or bullets if it has any, else at lines and semicolons."""
    marks = marks_of(text, _may_head) if depth < len(NUMBERINGS) else []
    if not any(map(str.isalnum, text)):
        if clean(text) and not says_no_paper(clean(text)):
            found.doubt("word_unknown", clean(text))
    elif not marks:
        yield from _one_or_lines(text, found, heading, parted=depth > 0)
    else:
        yield from _marked(text, marks, found, heading, depth)


def _marked(
    text: str, marks: list[Mark], found: Papers, heading: str, depth: int
) -> Iterator[_Piece]:
    """Yield what stands behind each mark, under what stands over the list."""
    ends = [*(one.head for one in marks[1:]), len(text)]
    over = heading
    for mark, end in zip(marks, ends, strict=True):
        if mark.number == 1:
            before, said = _before_head(text[mark.head : mark.start])
            yield from _parted(before, found, heading, depth) if before else ()
            over = _heading(said, heading, found)
        inner = text[mark.end : end]
        if _ANY_OF.search(_before_list(inner)):
            found.doubt("materials_unclear", clean(inner))
            yield _Piece(clean(inner), over, parted=True)
        else:
            yield from _parted(inner, found, over, depth + 1)


def _before_head(said: str) -> tuple[str, str]:
    """Return what stands before the words over a list, where that is papers of its own, and those words."""
    parts = [one for one in cut(said, _STRONG) if one.strip(MARKS)]
    if not any(is_thing(tidy(one)) for one in parts[:-1]):
        return "", said
    place = said.rindex(parts[-1])
    return said[:place], said[place:]


def _may_head(said: str, begins: bool) -> bool:
    """Whether words may stand over a list: nothing, words with a colon, or a line of their own."""
    words = BULLET.sub("", said).strip(MARKS)
    if words and is_generic(words):
        return True
    if begins and (not words or said[-1] in "\n \u3000"):
        return True
    return bool(said.strip()) and said.rstrip()[-1] in ":："


def _heading(said: str, above: str, found: Papers) -> str:
    """Return what stands over a list, with what stands over that; nothing for 申请材料 and the like."""
    own = clean(said)
    if not any(map(str.isalnum, own)) or is_generic(own):
        return above
    found.doubt("materials_headed", own)
    return f"{above}，{own}" if above else own


def _before_list(text: str) -> str:
    """Return the words that stand over a list inside of a paper, with a colon at their end."""
    marks = marks_of(text, _may_head)
    return text[: marks[0].start] if len(marks) > 1 else ""


def _one_or_lines(text: str, found: Papers, heading: str, *, parted: bool) -> Iterator[_Piece]:
    """Yield what has a number of its own as one, unless words stand over each part of it."""
    if parted and not _is_headed(text):
        yield _Piece(text, heading, parted=True)
        return
    for over, body in _under(text):
        own = _heading(over, heading, found)
        pieces = _lines(body)
        yield from (_Piece(one, own, parted or len(pieces) > 1) for one in pieces)


def _is_headed(text: str) -> bool:
    """Whether words that are no paper stand over the first thing of a text."""
    return next(_under(text), ("", ""))[0] != ""


def _under(text: str) -> Iterator[tuple[str, str]]:
    """Yield the parts of a text, each with the words and the colon that stand over it.

    身份证：原件 is a paper and what is said of it. What stands over something on its line stands over
    the next line only where the line goes on.
    """
    start, over = 0, ""
    for begins, ends in _headings(text):
        yield from _reached(over, text[start:begins])
        start, over = ends, text[begins:ends]
    yield from _reached(over, text[start:])


def _headings(text: str) -> Iterator[tuple[int, int]]:
    held = depths(text)
    for one in _HEADING.finditer(text):
        begins, said = one.start(), one[0].rstrip(":：")
        behind = clean(text[one.end() : text.find("\n", one.end()) + 1 or len(text)])
        if held[begins] or held[one.end() - 1] or is_note(behind):
            continue
        thing = (is_thing(said) or _holds_things(said)) and not is_generic(said)
        if not thing or are_several(said) or not behind:
            yield begins, one.end()


def _holds_things(said: str) -> bool:
    """Whether words before a colon hold papers besides: 申请表，身份证，单位."""
    return any(is_thing(one) for one in cut(said, _WITHIN)[:-1])


def _reached(over: str, body: str) -> Iterator[tuple[str, str]]:
    """Yield a part with what stands over it, and apart the lines that this does not reach."""
    first, *lines = body.split("\n")
    if not over and not body.strip(MARKS):
        return
    if not over or not first.strip(MARKS):
        yield over, body
        return
    reached = [first]
    while lines and reached[-1].rstrip()[-1:] in _GOES_OVER:
        reached.append(lines.pop(0))
    yield over, "\n".join(reached)
    if any(one.strip(MARKS) for one in lines):
        yield "", "\n".join(lines)


def _lines(text: str) -> list[str]:
    pieces: list[str] = []
    for one in cut(text, _STRONG):
        if pieces and _GOES_ON.match(one.strip()):
            pieces[-1] += one.strip()
        elif one.strip(MARKS):
            pieces.append(one.strip())
    return pieces


# What a part of it is -------------------------------------------------------------------------------


def _names(piece: _Piece, found: Papers) -> list[str]:
    """Return the names of the papers in a piece: one, or several where that is certain."""
    whole = tidy(piece.text)
    if not whole or says_no_paper(whole) or points_elsewhere(whole) or is_note(whole):
        return [whole] if whole else []
    inner = [name for one in cut(piece.text, _WITHIN) if (name := tidy(one))]
    parts = with_notes(inner) if len(inner) <= _MOST_PARTS else inner
    headed = "：" in parts[0] or ":" in parts[0] if parts else False
    several = len(parts) > 1 and are_papers(parts) and not headed and not offers_choice(whole)
    if several and not piece.parted:
        for one in filter(looks_several, parts):
            found.doubt("materials_unclear", one)
        return parts
    if len(parts) < 2:
        unclear = looks_several(whole) or any(looks_several(one) for one in parts)
    else:
        unclear = several or not piece.parted or holds_several(parts) or looks_several(whole)
    if unclear:
        found.doubt("materials_unclear", whole)
    return [whole]
