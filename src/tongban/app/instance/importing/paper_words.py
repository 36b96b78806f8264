"""What the words of one paper say: its name, how many of it are asked for, who need not bring it."""

import re
from typing import Any

from tongban.app.instance.importing.coding import material_code
from tongban.app.instance.importing.figures import figure
from tongban.app.instance.importing.lists import BULLET, MARKS, NUMBERINGS, unmarked
from tongban.app.instance.importing.nesting import cut, depths
from tongban.app.instance.importing.normal import lines_of, worded
from tongban.kernel.characters import half_width
from tongban.kit.word_forms import simplified

_HAN = "一二三四五六七八九十"
_GENERIC = re.compile(
    r"(?:申请人?|办理|所需|必要|并|还|另外?|需要?|应?提[交供]|申报|应当|须|的|以下|下列|如下|有关|相关|各项)*"
    r"(?:申请|申报)?(?:材料|资料|要件|文件|证件)(?:清单|目录|名称)?(?:如下|包括|为)?|(?:申请人?)?(?:应当?|需要?|须)?提[交供]"
)
_WHOSE = r"(?:本|该)?(?:项目|事项|业务|服务|项)?(?:申请人|办事人|群众|企业|当事人)?"
_NOTHING = re.compile(
    rf"(?:{_WHOSE}(?:暂?无(?:需|须)?|暂?不(?:需要?|用|必|须)|免(?:于|予)?|零)(?:申请人|办事人|群众|企业|当事人)?"
    r"(?:再|另外)?(?:提[交供]|递交)?(?:任何|申请|申报|办理|其[他它]|相关|有关|纸质|书面|证明|的)*(?:材料|资料|要件|证明)?(?:办理)?"
    r"|不涉及(?:申请)?(?:材料)?|没有(?:材料)?|/|-|—)?[。.]?"
)
_NOTHING_BECAUSE = re.compile(r"(.{1,20}?)[（(](.{1,100})[)）][。.]?")
_FORMS = r"(?:原件|复印件|影印件|扫描件|正本|副本|正反面|电子[版件]|纸质[版件]?|照片版|彩色|黑白)"
_FORM = (
    rf"(?:{_FORMS}(?:及|和|与|或)?)"
    r"(?:[及和与或]?(?:原件|复印件|影印件|扫描件|正本|副本|电子[版件]|纸质[版件]?)){0,2}"
)
_FIGURE = r"[0-9一二两三四五六七八九十]{1,2}"
_COUNT = rf"(?:各?(?:[一1壹]式)?{_FIGURE}[份张页套本寸](?:原件|复印件)?)"
_VERIFIED = (
    r"(?:原件(?:现场)?(?:核[验对]|查[验看]|备查|审核|校验)|(?:核[验对]|查?验|查[看]?)原件(?:备查)?)"
)
_NOTE_ONLY = re.compile(
    rf"(?:{_FORM}{_COUNT}?|{_COUNT}|(?:需|须|应|并)?(?:加盖|盖)(?:单位|企业|申请人|本单位)?(?:公章|印章|骑缝章)"
    rf"|(?:需|须|并)?(?:本人)?签[字名](?:并?(?:盖章|按手印))?|{_VERIFIED}|[（(].{{1,200}}[)）])"
)
_ENDS_IN_FORM = re.compile(rf"{_FORM}{_COUNT}?$|{_COUNT}$")
_BRACKETED_END = re.compile(r"[（(][^（()）]{1,100}[)）]$")
_PAPER = re.compile(
    r"^(?:章程|合同|协议|发票|简历|照片|图纸|预案|护照|执照|病历|批文|决议|档案|样品|户口[本簿薄]|存折|学历)$"
    r"|.(?:证|证书|执照|护照|书|表|簿|册|单|函|卡|照片|相片|报告|合同|协议|章程|决议|决定|批复|批文|方案|图纸?|图件|清单|目录|名单|发票"
    r"|票据|凭证|收据|承诺|说明|意见|文本|文件|材料|资料|证明|登记|许可|备案|记录|纪要|计划|申请|预案|制度|信息|简历|档案|样品|样本|户口本|存折|通知|公告|简介)$"
)
_UNSURE = re.compile(
    r"等$|等(?:材料|资料|证件|证明|文件|有关|相关)|或|之一|任[一选意]|的|其他|有关|相关|。|提[供交](?!的|单位|方|人)"
)
_CHOICE = re.compile(
    r"[二两三四五六七八多几]选[一1二两2]|任选|(?<![主责])任[意何]?一|择其?一|选择?其一|其中一[种项份个]|之一"
)
"""Words for papers of which one or some will do: 三选一, 任选其一, 任意一种."""
_JOINS = re.compile(r"以及|或者?|[及和与/／&＆→>–—-]+")
_BRINGS = re.compile(r"提[供交](?!的|单位|方|人)")
_NUMBER_INSIDE = re.compile(r"[\s：:。](?:[0-9]{1,2}[.．、](?![0-9])|[（(][0-9]{1,2}[)）])")
_WEAK = re.compile(r"[，,、。]")
_SEVERAL = re.compile(r"材料|资料|要件|文件|证件")
_COUNTED_END = re.compile(
    rf"[，,、及和与：: ]{{0,4}}(?:{_FORMS}[，,、及和与]?){{0,3}}"
    r"(?<![近前后第每余逾超到至.0-9一二两三四五六七八九十])"
    rf"(?:各|共|[一1壹]式){{0,2}}(?:[（(]{_FIGURE}[份张页套本][)）]|{_FIGURE}[份张页套本])(?:原件|复印件)?$"
    rf"|[（(](?:[^（()）]{{0,60}}{_FIGURE}[份张页套本][^（()）]{{0,60}}|{_VERIFIED})[)）]$"
    rf"|[，,、 ]{_VERIFIED}$"
)
_VERIFIED_END = re.compile(rf"[（(]{_VERIFIED}[)）]|[，,、 ]{_VERIFIED}")
_COUNTED_FORM = re.compile(
    rf"((?:原件|复印件)(?:[、，,及和与/]?(?:原件|复印件))?)[（(]?各?({_FIGURE})份|({_FIGURE})份((?:原件|复印件))"
)
_OPTIONAL = re.compile(
    r"[（(【［\[]((?:非必[要须需填]|可选|选填|自愿提[供交]|可不提[供交])|(?:如|若)有(?:[，,]?(?:请|需|应)?提[供交])?)[)）】］\]]$"
)
_WAIVED = re.compile(
    r"(?:[（(【［\[][^（()）]{0,20})(?:免(?:于|予)?提[供交]|(?:无需|无须|不需要?|不用|不再)(?:申请人)?提[供交])[^（()）]{0,20}[)）】］\]]$"
)
_REQUIRED = re.compile(r"[（(【［\[](?:必要|必[须需交备填选]|必须提[供交])[)）】］\]]$")
_NUMBER_LEFT = re.compile(
    r"[0-9]{1,2}(?=[\u4e00-\u9fff《])(?![寸份张页套本个次月日年周天元人名位式平方米厘万千百类级号楼层])"
)
"""A number without a sign in front of a name, that nothing has told to be one of a list."""
_LONGEST = 200
"""Characters of a name at whose end a count is looked for."""
_MOST_WORDS = 200


def says_no_paper(said: str) -> bool:
    """Whether words say that no paper is asked for, with or without a reason in brackets."""
    return _NOTHING.fullmatch(worded(said)) is not None or bool(nothing_because(said))


def nothing_because(said: str) -> str:
    """Return what stands in brackets behind words for no paper, as in 无（告知承诺）; else nothing."""
    found = _NOTHING_BECAUSE.fullmatch(said.strip())
    return found[2] if found is not None and _NOTHING.fullmatch(worded(found[1])) else ""


def is_generic(said: str) -> bool:
    """Whether words only say that papers follow, as 申请材料 and 需提交以下材料."""
    return _GENERIC.fullmatch(worded(said)) is not None


def is_note(said: str) -> bool:
    """Whether words are no paper but notes on the one before: 复印件1份，验原件, 加盖公章, （原件核验）."""
    parts = _WEAK.split(simplified(said[:_LONGEST])) if len(said) <= _LONGEST else [said]
    whole = _NOTE_ONLY.fullmatch(simplified(said)) is not None
    return whole or all(_NOTE_ONLY.fullmatch(one.strip()) for one in parts)


def is_waived(name: str) -> bool:
    """Whether a paper is named only to say that nobody need bring it, as 身份证（免提交）."""
    return _WAIVED.search(simplified(name)) is not None


def is_thing(said: str) -> bool:
    """Whether words are a paper by their own name, without what is said of its form."""
    bare = _ENDS_IN_FORM.sub("", _BRACKETED_END.sub("", simplified(said)).strip()).strip("，")
    return _PAPER.search(bare) is not None or bare.endswith("》")


def are_several(said: str) -> bool:
    """Whether words are a paper only as a word for several, as 证明材料."""
    return len(found := _SEVERAL.split(simplified(said).strip())) > 1 and not found[-1]


def are_papers(parts: list[str]) -> bool:
    """Whether each part is a paper by its own name, and no copy, of and or so is of them all."""
    bare = [_BRACKETED_END.sub("", simplified(one)).strip() for one in parts]
    forms = [_ENDS_IN_FORM.search(one) is not None for one in bare]
    named = (_ENDS_IN_FORM.sub("", one).strip("，") for one in bare)
    return (
        not (forms[-1] and not all(forms))
        and not any(_UNSURE.search(one) for one in bare)
        and all(len(one) <= 40 and _PAPER.search(one) for one in named)
    )


def with_notes(parts: list[str]) -> list[str]:
    """Return the parts that are no more than a note on the one before together with it."""
    found: list[str] = []
    for one in parts:
        if found and is_note(one):
            found[-1] += f"，{one}"
        else:
            found.append(one)
    return found


def looks_several(name: str) -> bool:
    """Whether a name without signs between may be several.

    身份证 户口簿, 《甲》《乙》, 身份证或护照, a number or a bullet inside.
    """
    words = name.split()
    return (
        "》《" in name
        or _NUMBER_INSIDE.search(name) is not None
        or BULLET.search(name) is not None
        or len(cut(simplified(name), _BRINGS)) > 1
        or (1 < len(words) <= _MOST_WORDS and are_papers(words))
        or _joins_papers(name)
        or _NUMBER_LEFT.match(name) is not None
        or _counts_inside(name)
        or _numbered_inside(name)
        or offers_choice(name)
    )


def offers_choice(said: str) -> bool:
    """Whether words say that one of several papers will do, as 租房合同、房产证（二选一）."""
    return _CHOICE.search(simplified(said)) is not None


def holds_several(parts: list[str]) -> bool:
    """Whether two of the parts of a name are papers by name, whatever is said of their form."""
    return sum(is_thing(one) for one in parts) > 1


def _counts_inside(name: str) -> bool:
    """Whether a name counts something before its end: 申请表1份及身份证复印件1份, 本人3份、配偶2份."""
    bare = simplified(_before_count(name))
    inside = _ANY_COUNT if bare else _COUNT_AND_MORE
    return inside.search(bare or simplified(name)) is not None


_ANY_COUNT = re.compile(rf"(?:{_FIGURE}|各[0-9一二两三])份")
_COUNT_AND_MORE = re.compile(rf"{_ANY_COUNT.pattern}(?![)）（(，,、 \t]|$|原件|复印件)")


def _joins_papers(name: str) -> bool:
    """Whether a name joins two papers: 身份证或护照, 照片（1张）身份证; 原件和复印件 are one."""
    parts = [one for part in cut(simplified(name), _JOINS) for one in _BRACKETED.split(part)]
    return 1 < len(parts) <= _MOST_WORDS and holds_several(parts)


_BRACKETED = re.compile(r"[（(][^（()）]{0,60}[)）]")


def _numbered_inside(name: str) -> bool:
    """Whether another number of a list stands inside a name: one behind a hole, or out of order."""
    held = depths(name)
    return any(
        one.start() > 0
        and held[one.start()] == (1 if one[0][0] in "（([［【〔" else 0)
        and not (name[one.start() - 1].isascii() and name[one.start() - 1].isalnum())
        and name[one.end() :].strip(MARKS)[:1] not in ("", *_HAN)
        for numbering in NUMBERINGS
        for one in numbering.finditer(name)
    )


def paper(said: str, heading: str) -> dict[str, Any]:
    """Return a paper; how many originals and copies it takes, and whether it must be, where that is said.

    What stands over it and how many are asked for is its note.
    """
    name, notes, counts = said, [heading], {}
    required = _REQUIRED.search(name)
    name = name[: required.start()] if required is not None else name
    optional = _OPTIONAL.search(simplified(name))
    if optional is not None:
        notes.append(name[optional.start(1) : optional.end(1)])
        name = name[: optional.start()]
    bare = _without_count(name)
    if bare:
        tail = name[len(bare) :].strip(MARKS + "-—")
        counts = _counts(simplified(tail))
        whole = tail[1:-1] if _BRACKETED_END.fullmatch(tail) else tail
        name, notes = bare, [*notes, whole]
    found: dict[str, Any] = {"code": material_code(said), "name": name.strip()}
    if note := "；".join(filter(None, notes)):
        found["note"] = note
    return found | counts | ({"required": False} if optional is not None else {})


def _without_count(name: str) -> str:
    """Return a name without how many of it are asked for; nothing where it does not say.

    Of a name that may be several papers nothing is taken: the count may be that of the last.
    """
    bare = _before_count(name)
    several = holds_several(cut(bare, _WEAK)) or _ANY_COUNT.search(simplified(bare)) is not None
    return "" if several else bare


def _before_count(name: str) -> str:
    """Return what stands before the counts at the end of a name; nothing where there are none."""
    said = simplified(half_width(name)) if len(name) <= _LONGEST else ""
    end, counted = len(said), False
    for _ in range(4):
        found = _COUNTED_END.search(said, 0, end)
        if found is None or found.start() < 2:
            break
        counted = counted or _VERIFIED_END.fullmatch(found[0]) is None
        end = found.start()
    bare = name[:end].rstrip(MARKS + "-—")
    return bare if counted and len(bare) > 1 else ""


def _counts(tail: str) -> dict[str, int]:
    """Return how many originals and copies some words ask for, none where they say so twice."""
    found: dict[str, list[int]] = {}
    for forms, after, before, form in _COUNTED_FORM.findall(half_width(tail)):
        for key, word in (("originals", "原件"), ("copies", "复印件")):
            if word in forms + form:
                found.setdefault(key, []).append(figure(after or before) or 0)
    return {key: said[0] for key, said in found.items() if len(said) == 1 and said[0]}


def tidy(text: str) -> str:
    """Return a name on one line, without a number in front and marks around it."""
    said = _BULLETS_BEHIND.sub("", clean(text)).rstrip(MARKS + ".．")
    return said if BULLET.match(said) else unmarked(said)


_BULLETS_BEHIND = re.compile(rf"(?<![{BULLET.pattern[1:-1]}\s])\s?{BULLET.pattern}{{1,3}}$")
"""Bullets of the next thing, whose number stands behind them."""


def clean(text: str) -> str:
    """Return words on one line, without marks around them; a blank only between letters."""
    joined = ""
    for line in lines_of(text):
        touching = not joined or not (joined[-1].isascii() and line[0].isascii())
        joined += line if touching else f" {line}"
    return joined.strip(MARKS)
