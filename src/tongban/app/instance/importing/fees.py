"""What a listing says of a fee: an amount as it stands, that there is none, or too little to go by."""

import re

from tongban.app.instance.importing.findings import Doubt, Partly, Unfit
from tongban.app.instance.importing.normal import lines_of, points_elsewhere, tight

FREE = "不收费"
"""How a definition says that nothing is charged."""
_FREE = re.compile(
    r"(?:否|不|no|free|不予?收费|免费(?:办理)?|无收费(?:标准)?|(?:不|无需|无须|不需要?)(?:收取?|缴纳?|交)(?:任何)?(?:费用?|钱)"
    r"|免收(?:费用?)?|无费用|零收费|零费用|零元|[¥￥]?0+(?:\.0+)?(?:元|yuan|rmb)?(?:[/每].{1,6})?)[。.!]?"
)
_CHARGED = re.compile(r"(?:是|有|收费?|要收费|需要?收费|yes|true|y)[。.]?")
_NUMBER = re.compile(r"[0-9.,]+")
_SEEN = re.compile(
    r"[(]?详?请?(?:见|参见|参照|参阅)(?:收费|相关|有关|物价|部门)*"
    r"(?:文件|标准|附件|附表|规定|批复|通知|公示|目录|清单)[)]?[。.]?"
)
_BY_RULE = re.compile(
    r"(?:按照?|依照?|依据|根据|执行)(?:收费|相关|有关|物价|国家|省|市|县|部门|现行|规定|的|和)*"
    r"(?:文件|标准|规定|办法|政策|批复|通知|目录)(?:精神|要求)?(?:的?(?:规定|标准))?(?:执行|收取|收费|缴纳|核定|为准)?[。.]?"
)
_AMOUNT = re.compile(
    r"(?<![0-9.])0*(?:[1-9][0-9]*(?:\.[0-9]+)?|0\.0*[1-9][0-9]*)\s*(?:[万千百]?元|%|‰|角|yuan|rmb)",
    re.IGNORECASE,
)
_EXEMPT = re.compile(r"免|不收|停征|取消|free", re.I)
_LONGEST_WORD = 40


def fee_of(said: str, key: str) -> str | Partly:
    """Return what is charged, in words. Raises Unfit for what says nothing of it.

    见附件 points to what is not here; 20 has no unit; 是 names no amount; 按文件执行 neither, but may stand.
    """
    words = tight(said) if len(said) <= _LONGEST_WORD else ""
    if _FREE.fullmatch(words):
        return FREE
    if _CHARGED.fullmatch(words):
        raise Unfit("fee_not_said", key=key, value=said)
    if _NUMBER.fullmatch(words) or points_elsewhere(said) or _SEEN.fullmatch(words):
        raise Unfit("value_unfit", key=key, value=said)
    text = "\n".join(lines_of(re.sub(r"[ \t\r\f\v\u00a0\u3000]+", " ", said)))
    if _BY_RULE.fullmatch(words):
        return Partly(text, (Doubt("fee_without_amount", {"key": key, "value": said}),))
    return text


def contradicts(fee: str, *, charged: bool) -> bool:
    """Whether a fee says otherwise than the cell on whether there is one."""
    if charged:
        return fee == FREE
    return fee != FREE and (_AMOUNT.search(fee) is not None or _EXEMPT.search(fee) is None)
