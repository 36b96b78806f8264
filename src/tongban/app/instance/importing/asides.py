"""Lines between the rows that are no rows: totals, headings of sections, footnotes, signatures, pages."""

import re
from collections.abc import Sequence

from tongban.app.instance.importing.normal import worded

_SCOPE = r"(?:本页|本表|本部门|本单位|本局|本县|本市|全部|全县|全市|全区|以上)?"
_TOTAL_WORD = r"(?:合计|总计|小计|共计|累计|总数|grandtotal|subtotal|totals?)"
_TOTAL = re.compile(rf"{_SCOPE}{_TOTAL_WORD}[:：]?")
_OF_ONE = re.compile(rf".{{1,30}}{_TOTAL_WORD}[:：]?")
"""The total of somebody, as in 水务局小计."""
_COUNT = r"[0-9][0-9,.]{0,20}%?(?:个|项|件|条|家|人|次|元|万元|亿元)?"
_IS_COUNT = re.compile(_COUNT)
_COUNTED = re.compile(rf"{_SCOPE}(?:{_TOTAL_WORD}|共)[:：]?(?:有)?{_COUNT}.{{0,6}}")
_NOTE = re.compile(
    r"[*※（(\[【]?(?:备注|附注|注释|注|说明|填表说明|填报说明|note|notes)[】\])）]?[0-9]{0,2}[:：]"
)
_SIGNED = re.compile(
    r"(?:填表|填报|制表|审核|审批|复核|经办|负责|联系|分管领导|单位负责|打印|导出|制单)"
    r"(?:人|单位|部门|日期|时间|电话|领导)?(?:[(（](?:签字|签章|盖章|签名)[)）])?[:：]"
    r"|(?:单位|部门|机关)?(?:[(（]?(?:盖章|签章|公章)[)）]?)[:：]?"
    r"|(?:数据|资料)来源[:：]|(?:统计)?截止?至?(?:日期|时间)[:：]"
)
_PAGE = re.compile(
    r"第?[0-9]{1,5}页?[/,，]?共[0-9]{1,5}页|第[0-9]{1,5}页|page[0-9]{1,5}(?:of[0-9]{1,5})?"
    r"|-[0-9]{1,5}-|[(（]?以下(?:空白|无正文)[)）]?"
)
_NUMERAL = r"[一二三四五六七八九十百]{1,4}"
_IS_NUMERAL = re.compile(rf"[(（]?{_NUMERAL}[)）]?[、.．]?")
_HEADING = re.compile(
    rf"(?:{_NUMERAL}[、.．:：]|[(（]{_NUMERAL}[)）]|第(?:{_NUMERAL}|[0-9]{{1,3}})(?:章|节|部分|编|类)).{{1,60}}"
    r"|[^()（）]{1,40}[(（]共?[0-9]{1,6}(?:个|项|件|条)(?:事项)?[)）]"
)
_KIND = re.compile(
    r"(?:(?:n?var)?char2?|string|text|clob|int|integer|bigint|number|numeric|decimal|double|float|date|datetime"
    r"|timestamp|bool|boolean|字符串?型?|文本型?|数值型?|数字|整数|整型|日期型?|日期时间型?|布尔型?|枚举|代码|字典"
    r"|(?:是否)?(?:非|不)?必[填选]项?|[选可][填选]|非空|可空|notnull|required|optional|mandatory)"
    r"(?:[(（]?[0-9]{1,6}(?:,[0-9]{1,3})?[)）]?)?[,，、;/]?"
)
_EXAMPLE = re.compile(
    r"[(（\[【]?(?:示例|样例|举例|范例|填写示例|填表示例|例|填写要求)[)）\]】]?[0-9]{0,2}[:：]?"
)
_LONGEST = 2000
"""Characters of a cell that are looked at."""


def aside_of(cells: Sequence[str], width: int) -> str:
    """Return the code of what a line is instead of a row; nothing for a row.

    ``width`` is how many columns the listing has: in one of a single column a heading cannot be told
    from a row, and in one of two a number and a name are all that a row says.
    """
    filled = [worded(cell[:_LONGEST]) for cell in cells if cell.strip()]
    if not filled:
        return ""
    if len(filled) > 1 and all(_are_kinds(one) for one in filled):
        return "header_again"
    if _is_total(filled):
        return "totals_row"
    if (
        _SIGNED.match(filled[0])
        or _EXAMPLE.fullmatch(filled[0])
        or (len(filled) <= 2 and _is_note(filled))
    ):
        return "note_row"
    return "section_row" if _is_heading(filled, width) else ""


def _are_kinds(said: str) -> bool:
    """Whether a cell says what its column holds, as in 必填 and varchar(50), instead of holding it."""
    return len(said) <= 40 and re.fullmatch(rf"(?:{_KIND.pattern})+", said) is not None


def _is_total(filled: list[str]) -> bool:
    """Whether a line sums others up: a word for it in front, and nothing after it but numbers."""
    first, *rest = filled
    if _TOTAL.fullmatch(first) and (len(rest) < 2 or _are_counts(rest)):
        return True
    if not rest:
        return _COUNTED.fullmatch(first) is not None
    if _OF_ONE.fullmatch(first) or (_COUNTED.fullmatch(first) and len(rest) < 2):
        return _are_counts(rest)
    return _TOTAL.fullmatch(rest[0]) is not None and _are_counts(rest[1:])


def _are_counts(said: list[str]) -> bool:
    return all(_IS_COUNT.fullmatch(one) for one in said)


def _is_note(filled: list[str]) -> bool:
    return _NOTE.match(filled[0]) is not None or _PAGE.fullmatch("".join(filled)) is not None


def _is_heading(filled: list[str], width: int) -> bool:
    if len(filled) == 1:
        return width > 1 and _HEADING.fullmatch(filled[0]) is not None
    return len(filled) == 2 and width > 2 and _IS_NUMERAL.fullmatch(filled[0]) is not None
