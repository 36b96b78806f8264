"""What a listing says of a fee: an amount as it stands, that there is none, or too little to go by."""

import re

from tongban.app.instance.importing.figures import FIGURE
from tongban.app.instance.importing.findings import Doubt, Partly, Unfit
from tongban.app.instance.importing.normal import lines_of, points_elsewhere, worded

FREE = "不收费"
"""How a definition says that nothing is charged."""
_NO_FEE = (
    r"(?:否|不|no|false|free|不予?收费|免费(?:办理)?|无收费(?:标准)?|(?:不|无需|无须|不需要?)(?:收取?|缴纳?|交)(?:任何)?(?:费用?|钱)"
    r"|免收(?:费用?)?|无费用|零收费|零费用|零元|不涉及(?:收费|费用)?|[¥￥]?0+(?:\.0+)?(?:元|yuan|rmb)?(?:[/每].{1,6})?)"
)
_FREE = re.compile(rf"{_NO_FEE}[。.!]?")
_FREE_FOR_NOW = r"(?:暂时?(?:不|免|停|停止)(?:收费|征收?|收取?)|免征|停征|停止收费)"
_FREE_WITH_NOTE = re.compile(
    rf"(?:{_NO_FEE}|{_FREE_FOR_NOW})(?:[(（].{{1,200}}[)）]|[,，;；。].{{1,200}})?[。.]?"
)
_NONE = re.compile(r"(?:无|暂无|[/-])?[。.]?")
_NONE_WITH_NOTE = re.compile(r"(?:无|暂无)(?:[(（].{1,200}[)）]|[,，;；。].{1,200})[。.]?")
_LABEL = re.compile(r"(?:收费|费用|缴费)(?:标准|金额|情况|项目|信息)?(?:及依据)?[:：]")
_CHARGED = re.compile(r"(?:是|有|收费?|要收费|需要?收费|yes|true|y)[。.]?")
_NUMBER = re.compile(r"[0-9.,]+")
_SEEN = re.compile(
    r"[(]?详?请?(?:见|参见|参照|参阅)(?:收费|相关|有关|物价|部门)*"
    r"(?:文件|标准|附件|附表|规定|批复|通知|公示|目录|清单)[)]?[。.]?"
)
_AMOUNT = re.compile(
    r"(?<![0-9.])0*(?:[1-9][0-9]{0,11}(?:[,.][0-9]{1,12}){0,3}|0\.0*[1-9][0-9]*)"
    r"(?:[万千百]{0,2}(?:[美欧港日]?元|圆|块)|%|‰|角|分钱|yuan|rmb)"
    rf"|(?:[¥￥$]|rmb|人民币)[0-9.]{{0,12}}[1-9]|{FIGURE}[万千百]?(?:元|圆|块)|[百千万]分之{FIGURE}",
    re.IGNORECASE,
)
_EXEMPT = re.compile(r"(?<!减)免|不收|停征|停收|停止收费|取消|free")
_LONGEST_WORDS = 400
"""Characters of a cell that may be one of the words for a fee or for none."""


def fee_of(said: str, key: str) -> str | Partly:
    """Return what is charged, in words, nothing for 收费标准：无. Raises Unfit for what says nothing of it.

    见附件 points to what is not here; 20 has no unit; 是 names no amount; 无（见说明） may mean either.
    Words without an amount, as 减半收取 and 按《某办法》收取, may stand and are a doubt.
    """
    text = "\n".join(lines_of(re.sub(r"[ \t\r\f\v\u00a0\u3000]+", " ", said)))
    words = _without_label(said)
    if words and _FREE.fullmatch(words):
        return FREE
    if _NONE.fullmatch(words) and len(said) <= _LONGEST_WORDS:
        return ""
    if _CHARGED.fullmatch(words):
        raise Unfit("fee_not_said", key=key, value=said)
    unclear = _NONE_WITH_NOTE.fullmatch(words) is not None
    if unclear and not _EXEMPT.search(words):
        raise Unfit("fee_none_unclear", key=key, value=said)
    if _NUMBER.fullmatch(words) or points_elsewhere(words) or _SEEN.fullmatch(words):
        raise Unfit("value_unfit", key=key, value=said)
    if _AMOUNT.search(worded(text)) or _EXEMPT.search(worded(text)) or says_free(text):
        return text
    return Partly(text, (Doubt("fee_without_amount", {"key": key, "value": said}),))


def says_none(cell: str) -> bool:
    """Whether a cell says 无 of the fee, with or without its own heading, and no more."""
    return "无" in (words := _without_label(cell)) and _NONE.fullmatch(words) is not None


def _without_label(said: str) -> str:
    """Return the words of a short cell without 收费标准： in front; nothing of a long one."""
    words = worded(said) if len(said) <= _LONGEST_WORDS else ""
    label = _LABEL.match(words)
    return words[label.end() :] if label else words


def says_free(fee: str) -> bool:
    """Whether a fee is none, with or without a word on why, and names no amount: 不收费（国家规定）."""
    words = worded(fee[:_LONGEST_WORDS])
    free = fee == FREE or _FREE_WITH_NOTE.fullmatch(words) is not None
    return free and _AMOUNT.search(words) is None


def contradicts(fee: str, *, charged: bool) -> bool:
    """Whether a fee says otherwise than the cell on whether there is one."""
    if charged:
        return says_free(fee)
    words = worded(fee)
    return fee != FREE and (_AMOUNT.search(words) is not None or _EXEMPT.search(words) is None)
