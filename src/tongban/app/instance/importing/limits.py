"""Time limits as listings write them: 20个工作日（不含公示）, 四十五日, 法定30工作日 承诺10工作日, 即办."""

import re
from typing import Any

from tongban.app.instance.importing.figures import FIGURE, figure
from tongban.app.instance.importing.findings import Doubt, Partly, Unfit
from tongban.app.instance.importing.normal import worded

_AT_ONCE_WORDS = (
    r"(?:(?:即办|即时|当场|当日|当天|马上|立即|立等可取|随到随办)"
    r"(?:即办|办结|办理|办|完成|领取|受理)?件?|sameday|immediate(?:ly)?|atonce)"
)
_AT_ONCE = re.compile(
    rf"{_AT_ONCE_WORDS}(?:[,、]?{_AT_ONCE_WORDS})?(?:\((?:{_AT_ONCE_WORDS}|0个?工作日)\))?[.。]?"
)
_WORKING = re.compile(r"工作日|working_?day|businessday")
_CALENDAR = re.compile(r"自然日|日历[日天]|calendar_?day")
_DENIED = re.compile(r"(?:非|不是|除|不含|不计|不按|non-?|not)(?:法定)?$")
_UNIT = re.compile(
    r"(?:个|单位[:：]?)?(?:(工作日|working_?days?|businessdays?)|(自然日|日历日|日历天|calendar_?days?|day))"
)
_UNIT_WORDS = (
    r"(?:工作日|自然日|日历日|日历天|天|日|workingdays?|businessdays?|calendardays?|days?)"
)
_LEAD = (
    r"(?:自?(?:受理|收到(?:申请|申请材料|材料)?|收件|接件)(?:申请)?(?:之日|当日)?(?:起|后)?[,:]?"
    r"|在|不超过|不多于|最多|最长|至多|≤|[:为])*"
)
_TAIL = r"(?:以?内)?(?:办结|完成|办理完毕|办理|作出决定)?"
_NOTE = re.compile(r"\(.{1,400}\)|[,;。.][^0-9一二两三四五六七八九十]{1,400}|[。.]")
_LIMIT = re.compile(
    rf"{_LEAD}({FIGURE})(?:个)?(?:({_UNIT_WORDS})|\((?:单位:?)?个?({_UNIT_WORDS})\))?{_TAIL}"
)
_LONGER = re.compile(
    rf"{_LEAD}(?:{FIGURE}个?半?|半)个?(?:月|周|星期|礼拜|年|季度|小时|钟头|分钟|months?|weeks?|years?|hours?)"
)
_LONGER_UNIT = re.compile(
    r"(?:单位:?)?个?(?:月|周|星期|礼拜|年|季度?|小时|钟头|时|分钟?|months?|weeks?|years?|hours?|minutes?|hrs?|mins?|[mwyh])"
)
_ANY_DAY = re.compile(r"(?:单位:?)?个?(?:天|日|d|days)")
_LABELS = {"statutory_limit": "法定", "promised_limit": "承诺"}
_LABEL = re.compile(r"(法定|承诺)(?:(?:办结|办理)?(?:时限|期限|时间|时效))?[:为是]?")
_LONGEST = 500
"""Characters of a cell that may be a limit."""
MOST_DAYS = 3650


def unit_in(words: str) -> str:
    """Return the unit that a heading names: working days, calendar days, or nothing certain.

    Nothing where it names both, or one that is not meant, as in 非工作日.
    """
    said = worded(words[:_LONGEST])
    found = {
        "" if _DENIED.search(said[: one.start()]) else unit
        for unit, pattern in (("working_day", _WORKING), ("day", _CALENDAR))
        for one in pattern.finditer(said)
    }
    return found.pop() if len(found) == 1 else ""


def unit_of(words: str) -> str:
    """Return the unit that a cell is, nothing where it says anything else besides."""
    found = _UNIT.fullmatch(worded(words))
    return "" if found is None else "working_day" if found[1] else "day"


def says_any_day(words: str) -> bool:
    """Whether the cell of a unit says days without saying which: 天, 日, D."""
    return _ANY_DAY.fullmatch(worded(words)) is not None and not unit_of(words)


def fault_beside(cell: str, unit: str) -> str:
    """Return what is wrong with a figure for the unit in the cell beside it: 1 and 月; else nothing.

    A map's unit would not mend it: a month is no working day.
    """
    days = figure(worded(cell)) if re.fullmatch(FIGURE, worded(cell)) else None
    if not days or not unit or unit_of(unit) or says_any_day(unit):
        return ""
    return "limit_in_other_unit" if _LONGER_UNIT.fullmatch(worded(unit)) else "value_unfit"


def states_both(said: str) -> bool:
    """Whether a cell holds the limit of the law and the promised one, each with its word."""
    return len(set(_LABEL.findall(worded(said)[:_LONGEST]))) > 1


def limit_of(said: str, key: str, unit: str) -> dict[str, Any] | Partly:
    """Return days and unit; ``unit`` is what is known of the unit besides the cell.

    Raises Unfit for days whose unit nobody states (日 is not always a working day), and for weeks,
    months and hours: they are no number of days. A note behind the limit has no place in a
    definition and is a doubt.
    """
    words = _labelled(worded(said), key) if len(said) <= _LONGEST else ""
    if _AT_ONCE.fullmatch(words):
        return {"days": 0, "unit": "working_day"}
    if _LONGER.match(words):
        raise Unfit("limit_in_other_unit", key=key, value=said)
    found = _LIMIT.match(words)
    note = words[found.end() :] if found else ""
    days = figure(found[1]) if found else None
    if found is None or days is None or (note and not _NOTE.fullmatch(note)):
        raise Unfit("value_unfit", key=key, value=said)
    stated = {unit_of(one or "") for one in (found[2], found[3], note.strip("()"))} - {""}
    unit = next(iter(stated), unit)
    if not unit and days:
        raise Unfit("limit_unit_unknown", key=key, value=said)
    none = (
        not days and key == "statutory_limit"
    )  # no law gives nought days: a 0 says that it gives none
    another = _states_another(note) or (days and _AT_ONCE.fullmatch(note.strip("(),。.")))
    if days > MOST_DAYS or none or len(stated) > 1 or another:
        raise Unfit("value_unfit", key=key, value=said)
    value = {"days": days, "unit": unit or "working_day"}
    if not note.strip(".。") or unit_of(note.strip("()")):
        return value
    return Partly(value, (Doubt("note_not_kept", {"key": key, "value": said, "note": note}),))


def _labelled(words: str, key: str) -> str:
    """Return what a cell says of one limit where it names them; nothing where it names only others."""
    labels = list(_LABEL.finditer(words))
    if not labels or labels[0].start():
        return words
    ends = [*(one.start() for one in labels[1:]), len(words)]
    own = [
        words[one.end() : end].strip(",;、/。")
        for one, end in zip(labels, ends, strict=True)
        if one[1] == _LABELS.get(key)
    ]
    return own[0] if len(own) == 1 else ""


def _states_another(note: str) -> bool:
    """Whether a note states a limit of its own, as in 20个工作日（承诺5个工作日）."""
    return _LABEL.search(note) is not None and re.search(FIGURE, note) is not None
