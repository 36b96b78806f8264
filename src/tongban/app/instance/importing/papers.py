"""The papers that a cell asks for: parted where its writer parted them, and never inside a name.

Line breaks, semicolons and numbers part for certain. 、 and commas part only where each part is a paper
by its own name (身份证、户口簿); 身份证原件、复印件 is one paper, and what may be one or several stays one
and is a doubt.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from tongban.app.instance.importing.coding import material_code
from tongban.app.instance.importing.figures import figure
from tongban.app.instance.importing.findings import Doubt
from tongban.app.instance.importing.nesting import cut, depths
from tongban.app.instance.importing.normal import lines_of, points_elsewhere, tight
from tongban.kernel.characters import half_width

_HAN = "一二三四五六七八九十"
_CIRCLED = ("①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳", "⑴⑵⑶⑷⑸⑹⑺⑻⑼⑽⑾⑿⒀⒁⒂⒃⒄⒅⒆⒇", "⒈⒉⒊⒋⒌⒍⒎⒏⒐⒑⒒⒓⒔⒕⒖⒗⒘⒙⒚⒛")
_NUMBERINGS = (
    re.compile(rf"(?<![{_HAN}])(?P<n>[{_HAN}]{{1,3}})[、.．]"),
    re.compile(rf"[（(](?P<n>[{_HAN}]{{1,3}})[)）][.．、]?"),
    re.compile(r"(?<![0-9０-９.])(?P<n>[0-9０-９]{1,2})[.．、)）](?![0-9０-９])"),
    re.compile(r"[（(](?P<n>[0-9０-９]{1,2})[)）][.．、]?"),
    *(re.compile(rf"(?P<n>[{one}])[.．、]?") for one in _CIRCLED),
)
_STRONG = re.compile(r"[;；\n|]+")
_WEAK = re.compile(r"[、，,]+|[ \t\u00a0\u3000]{2,}|\u3000")
_WITHIN = re.compile(r"[;；\n|、，,]+|[ \t\u00a0\u3000]{2,}|\u3000")
_MARKS = ";；,，、。:：| \t\r\n\f\v\u00a0\u3000"
_GOES_ON = re.compile(r"[及和与或、，,)）】]|以及|并")
_GENERIC = re.compile(
    r"(?:申请人?|办理|所需|需要?|应?提[交供]|申报|应当|须|的|以下|下列|如下|有关|相关|各项)*"
    r"(?:申请|申报)?(?:材料|资料|要件|文件|证件)(?:清单|目录|名称)?(?:如下|包括|为)?|(?:申请人?)?(?:应当?|需要?|须)?提[交供]"
)
_ANY_OF = re.compile(r"任[一选意]|之一|[二三]选一|选一|其中|或者?")
_NOTHING = re.compile(
    r"(?:无(?:需|须)?(?:提[交供]|递交)?(?:任何|申请|其他|相关|纸质)*(?:材料|资料|要件)?"
    r"|不(?:需要?|用|必)(?:提[交供]|递交)?(?:任何|申请|其他|相关|纸质)*(?:材料|资料|要件)?"
    r"|免(?:于?提[交供])(?:材料|资料)?|免(?:申请)?材料|零材料(?:办理)?|不涉及|没有|暂无|/|-|—)?[。.]?"
)
_FORM = (
    r"(?:(?:原件|复印件|影印件|扫描件|正本|副本|正反面|电子[版件]|纸质[版件]?|照片版|彩色|黑白)(?:及|和|与|或)?)"
    r"(?:[及和与或]?(?:原件|复印件|影印件|扫描件|正本|副本|电子[版件]|纸质[版件]?)){0,2}"
)
_COUNT = r"(?:各?(?:一式)?[0-9一二两三四五六]{1,2}[份张页套本寸](?:原件|复印件)?)"
_NOTE_ONLY = re.compile(
    rf"(?:{_FORM}{_COUNT}?|{_COUNT}|(?:需|须|应|并)?(?:加盖|盖)(?:单位|企业|申请人|本单位)?(?:公章|印章|骑缝章)"
    rf"|(?:需|须|并)?(?:本人)?签[字名](?:并?(?:盖章|按手印))?|核(?:验|对)原件|(?:验|查)?原件备查|[（(].{{1,200}}[)）])"
)
_ENDS_IN_FORM = re.compile(rf"{_FORM}{_COUNT}?$|{_COUNT}$")
_BRACKETED_END = re.compile(r"[（(][^（()）]{1,100}[)）]$")
_PAPER = re.compile(
    r"^(?:章程|合同|协议|发票|简历|照片|图纸|预案)$"
    r"|.(?:证|证书|执照|护照|书|表|簿|册|单|函|卡|照片|相片|报告|合同|协议|章程|决议|决定|批复|批文|方案|图纸?|图件|清单|目录|名单|发票"
    r"|票据|凭证|收据|承诺|说明|意见|文本|文件|材料|资料|证明|登记|许可|备案|记录|纪要|计划|申请|预案|制度|信息|简历|档案|样品|样本)$"
)
_UNSURE = re.compile(
    r"等$|等(?:材料|资料|证件|证明|文件|有关|相关)|或|之一|任[一选意]|的|其他|有关|相关|。"
)
_ORIGINALS = re.compile(r"原件\s*([0-9]{1,2})\s*份")
_COPIES = re.compile(r"复印件\s*([0-9]{1,2})\s*份")
_NOTE = re.compile(r"^(.{2,}?)[（(]([^（()）]+)[)）]$")
_NUMBER_INSIDE = re.compile(r"[\s：:。](?:[0-9]{1,2}[.．、](?![0-9])|[（(][0-9]{1,2}[)）])")
_BOUNDARY = re.compile(r"[;；\n][ \t\u3000]*\Z")
"""What ends a paper for certain, so that a number behind it begins one even over a hole."""
_MOST_PARTS = 200
"""Parts of a cell beyond which 、 and commas are prose."""


@dataclass(slots=True)
class Papers:
    """The papers of a cell, and what of it was not understood."""

    papers: list[dict[str, Any]] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)


@dataclass(slots=True)
class _Piece:
    """What may be one paper, what stands over it, and whether a number or sign of its own parts it off."""

    text: str
    heading: str = ""
    numbered: bool = False


def papers_of(
    cells: list[str], *, parted: bool = False, codes: Mapping[str, str] | None = None
) -> Papers:
    """Return the papers that some cells name, without their numbers, each with a code.

    ``parted`` says that each cell is one paper: a map has said what lies between them. ``codes`` are
    words of the listing and the names for which they stand.
    """
    meant = codes or {}
    found = Papers()
    pieces = [
        piece
        for cell in cells
        for piece in ([_Piece(cell, numbered=True)] if parted else _parted(cell, found.doubts))
    ]
    named: dict[str, list[str]] = {}
    for piece in pieces:
        for said in _names(piece, alone=len(pieces) == 1, doubts=found.doubts):
            name = meant.get(said, said)
            if named and _NOTE_ONLY.fullmatch(name):
                last, notes = named.popitem()
                named[last + ("" if name[0] in "（(" else "，") + name] = notes
            elif points_elsewhere(name):
                found.doubts.append(Doubt("material_elsewhere", {"value": name}))
            elif not _NOTHING.fullmatch(tight(name)):
                notes = named.setdefault(name, [])
                notes += [piece.heading] if piece.heading and piece.heading not in notes else []
    found.papers = [_paper(name, "；".join(notes)) for name, notes in named.items()]
    return found


# Where a cell is parted -----------------------------------------------------------------------------


def _parted(text: str, doubts: list[Doubt], heading: str = "", depth: int = 0) -> Iterator[_Piece]:
    """Yield what a cell asks for, at its numbers if it has any, else at lines and semicolons."""
    marks = _numbering(text) if depth < len(_NUMBERINGS) else []
    if not marks:
        yield from _lines(text, doubts, heading, numbered=depth > 0)
        return
    ends = [*(one.head for one in marks[1:]), len(text)]
    over = heading
    for mark, end in zip(marks, ends, strict=True):
        if mark.number == 1:
            over = _heading(text[mark.head : mark.start], heading, doubts)
        inner = text[mark.end : end]
        if _ANY_OF.search(_before_list(inner)):
            doubts.append(Doubt("materials_unclear", {"value": _clean(inner)}))
            yield _Piece(_clean(inner), over, numbered=True)
        else:
            yield from _parted(inner, doubts, over, depth + 1)


@dataclass(frozen=True, slots=True)
class _Mark:
    """A number in front of a paper: where the words over it begin, and where it begins and ends."""

    number: int
    head: int
    start: int
    end: int


def _numbering(text: str) -> list[_Mark]:
    """Return the marks of the numbering that comes first in a text, none where it is not numbered.

    They count up from one, over a hole only behind a semicolon or on a new line; where they begin
    again, words with a colon stand in front.
    """
    held = depths(text)
    found = [marks for one in _NUMBERINGS if (marks := _counted(text, held, one))]
    return min(found, key=lambda marks: marks[0].start, default=[])


def _counted(text: str, held: list[int], numbering: re.Pattern[str]) -> list[_Mark]:
    marks: list[_Mark] = []
    for one in numbering.finditer(text):
        if held[one.start()] != (1 if one[0][0] in "（(" else 0):
            continue
        number, last = _number(one["n"]), marks[-1] if marks else None
        goes_on = last is not None and (
            number == last.number + 1
            or (number > last.number and _BOUNDARY.search(text, 0, one.start()) is not None)
        )
        if goes_on:
            marks.append(_Mark(number, one.start(), one.start(), one.end()))
        elif number == 1:
            head = last.end if last else 0
            said = text[head : one.start()]
            if last is not None:
                head += max(map(said.rfind, ";；\n \u3000")) + 1
                said = text[head : one.start()]
            if not numbering.match(said.strip()) and _may_head(said, begins=last is None):
                marks.append(_Mark(1, head, one.start(), one.end()))
    sole = len(marks) == 1 and text[: marks[0].start].strip(_MARKS)
    return [] if sole and text[marks[0].start - 1] not in ":：\n" else marks


def _may_head(said: str, *, begins: bool) -> bool:
    """Whether words may stand over a list: nothing, words with a colon, or a line of their own."""
    if begins and (
        not said.strip(_MARKS) or said[-1] in "\n \u3000" or _GENERIC.fullmatch(said.strip(_MARKS))
    ):
        return True
    return bool(said.strip()) and said.rstrip()[-1] in ":："


def _number(said: str) -> int:
    for signs in _CIRCLED:
        if said in signs:
            return signs.index(said) + 1
    return figure(half_width(said)) or 0


def _heading(said: str, above: str, doubts: list[Doubt]) -> str:
    """Return what stands over a list, with what stands over that; nothing for 申请材料 and the like."""
    own = _clean(said)
    if not own or _GENERIC.fullmatch(tight(own)):
        return above
    doubts.append(Doubt("materials_headed", {"value": own}))
    return f"{above}，{own}" if above else own


def _before_list(text: str) -> str:
    """Return the words that stand over a list inside of a paper, with a colon at their end."""
    marks = _numbering(text)
    return text[: marks[0].start] if len(marks) > 1 else ""


def _lines(text: str, doubts: list[Doubt], heading: str, *, numbered: bool) -> Iterator[_Piece]:
    if numbered:
        yield _Piece(text, heading, numbered=True)
        return
    pieces: list[str] = []
    for one in cut(text, _STRONG):
        if pieces and _GOES_ON.match(one.strip()):
            pieces[-1] += one.strip()
        elif one.strip(_MARKS):
            pieces.append(one.strip())
    over = heading
    for one in pieces:
        if one[-1] in ":：" and len(pieces) > 1:
            over = _heading(one, heading, doubts)
        else:
            yield _Piece(one, over, numbered=len(pieces) > 1)


# What a part of it is -------------------------------------------------------------------------------


def _names(piece: _Piece, *, alone: bool, doubts: list[Doubt]) -> list[str]:
    """Return the names of the papers in a piece: one, or several where that is certain."""
    whole = _tidy(piece.text)
    if not whole:
        return []
    inner = [name for one in cut(piece.text, _WITHIN) if (name := _tidy(one))]
    parts = _with_notes(inner) if len(inner) <= _MOST_PARTS else inner
    several = len(parts) > 1 and _are_papers(parts)
    if several and alone and not piece.numbered:
        return parts
    unclear = _looks_several(whole) if len(parts) < 2 else several or not piece.numbered
    doubt = Doubt("materials_unclear", {"value": whole})
    if (unclear or _numbered_inside(whole)) and doubt not in doubts:
        doubts.append(doubt)
    return [whole]


def _numbered_inside(name: str) -> bool:
    """Whether another number of a list stands inside a name: one behind a hole, or out of order."""
    held = depths(name)
    return any(
        one.start() > 0
        and held[one.start()] == (1 if one[0][0] in "（(" else 0)
        and not (name[one.start() - 1].isascii() and name[one.start() - 1].isalnum())
        and name[one.end() :].strip(_MARKS)[:1] not in ("", *_HAN)
        for numbering in _NUMBERINGS
        for one in numbering.finditer(name)
    )


def _with_notes(parts: list[str]) -> list[str]:
    """Return the parts that are no more than a note on the one before together with it."""
    found: list[str] = []
    for one in parts:
        if found and _NOTE_ONLY.fullmatch(one):
            found[-1] += f"，{one}"
        else:
            found.append(one)
    return found


def _are_papers(parts: list[str]) -> bool:
    """Whether each part is a paper by its own name, and no copy, of and or so is of them all."""
    bare = [_BRACKETED_END.sub("", one).strip() for one in parts]
    forms = [_ENDS_IN_FORM.search(one) is not None for one in bare]
    named = (_ENDS_IN_FORM.sub("", one).strip("，") for one in bare)
    return (
        not (forms[-1] and not all(forms))
        and not any(_UNSURE.search(one) for one in bare)
        and all(len(one) <= 40 and _PAPER.search(one) for one in named)
    )


def _looks_several(name: str) -> bool:
    """Whether a name without signs between may be several: 身份证 户口簿, 《甲》《乙》, a number inside."""
    words = name.split()
    return (
        "》《" in name
        or _NUMBER_INSIDE.search(name) is not None
        or (1 < len(words) <= _MOST_PARTS and _are_papers(words))
    )


def _paper(name: str, heading: str) -> dict[str, Any]:
    """Return a paper; how many originals and copies it takes where its note says so."""
    found: dict[str, Any] = {"code": material_code(name), "name": name}
    noted = _NOTE.fullmatch(name)
    originals, copies = ((one.search(noted[2]) if noted else None) for one in (_ORIGINALS, _COPIES))
    note = heading
    if noted is not None and (originals or copies):
        found["name"] = noted[1].strip()
        note = "；".join(filter(None, (heading, noted[2].strip())))
    if note:
        found["note"] = note
    if originals:
        found["originals"] = int(originals[1])
    if copies:
        found["copies"] = int(copies[1])
    return found


_LEADING = re.compile("|".join(f"(?:{one.pattern.replace('?P<n>', '?:')})" for one in _NUMBERINGS))


def _tidy(text: str) -> str:
    """Return a name on one line, without a number in front and marks around it."""
    said = _clean(text)
    number = _LEADING.match(said)
    return said[number.end() :].strip(_MARKS) if number else said


def _clean(text: str) -> str:
    joined = ""
    for line in lines_of(text):
        touching = not joined or not (joined[-1].isascii() and line[0].isascii())
        joined += line if touching else f" {line}"
    return joined.strip(_MARKS)
