"""Codes of GB/T 39046-2020, annex A (normative), that describe a service."""

from collections.abc import Mapping

Codes = Mapping[str, dict[str, str]]

TYPES: Codes = {
    "00": {"zh": "行政权力事项", "en": "Administrative power"},
    "01": {"zh": "行政许可", "en": "Licence"},
    "02": {"zh": "行政处罚", "en": "Penalty"},
    "03": {"zh": "行政强制", "en": "Coercive measure"},
    "04": {"zh": "行政征收", "en": "Levy"},
    "05": {"zh": "行政给付", "en": "Payment"},
    "06": {"zh": "行政检查", "en": "Inspection"},
    "07": {"zh": "行政确认", "en": "Confirmation"},
    "08": {"zh": "行政奖励", "en": "Award"},
    "09": {"zh": "行政裁决", "en": "Ruling"},
    "10": {"zh": "其他类别事项", "en": "Other power"},
    "20": {"zh": "公共服务事项", "en": "Public service"},
}
"""A.1 事项类型; 11 to 19 and from 21 on are open to local types."""

AUDIENCES: Codes = {
    "1": {"zh": "自然人", "en": "People"},
    "2": {"zh": "企业法人", "en": "Companies"},
    "3": {"zh": "事业法人", "en": "Public institutions"},
    "4": {"zh": "社会组织法人", "en": "Associations"},
    "5": {"zh": "行政机关", "en": "Authorities"},
    "6": {"zh": "其他组织", "en": "Other organisations"},
}
"""A.4 服务对象."""

CHANNELS: Codes = {
    "1": {"zh": "窗口办理", "en": "At the counter"},
    "2": {"zh": "电脑端网上办理", "en": "Online"},
    "3": {"zh": "移动端网上申请", "en": "On a phone"},
    "4": {"zh": "快递申请", "en": "By courier"},
    "9": {"zh": "其他", "en": "Other"},
}
"""A.5 办理形式."""

KINDS: Codes = {
    "1": {"zh": "即办件", "en": "Done at once"},
    "2": {"zh": "承诺件", "en": "Done within a promised time"},
    "9": {"zh": "其他", "en": "Other"},
}
"""A.6 办件类型."""

SPECIAL_PROCEDURES: Codes = {
    "1": {"zh": "延长审批", "en": "Longer handling"},
    "2": {"zh": "除延长审批之外的情况", "en": "Other than longer handling"},
}
"""A.7 特别程序种类."""

SATISFACTION: Codes = {
    "1": {"zh": "非常满意", "en": "Very satisfied"},
    "2": {"zh": "满意", "en": "Satisfied"},
    "3": {"zh": "基本满意", "en": "Rather satisfied"},
    "4": {"zh": "不满意", "en": "Dissatisfied"},
    "5": {"zh": "非常不满意", "en": "Very dissatisfied"},
}
"""A.8 满意度."""


def type_of(said: str) -> str:
    """Return the code of a type said by its code, with or without leading zero, or by its name.

    Empty where it is neither.
    """
    plain = said.strip()
    if plain and is_type(plain.zfill(2)):
        return plain.zfill(2)
    return _BY_NAME.get(plain.removesuffix("事项"), "")


_BY_NAME = {names["zh"].removesuffix("事项"): code for code, names in TYPES.items()}
_BY_NAME["其他行政权力"] = "10"  # what lists of powers write


def is_type(code: str) -> bool:
    """Whether a type is one of the standard's or in a range that it leaves to local types."""
    local = (
        len(code) == 2
        and code.isascii()
        and code.isdigit()
        and (11 <= int(code) <= 19 or int(code) >= 21)
    )
    return code in TYPES or local
