"""What an element says of its subject where that follows from who the subject is.

An element is recognised by the end of its code, or by its Chinese name where an author chose other
codes: ``person.birth_date`` and 出生日期 mean the same.
"""

from collections.abc import Mapping
from enum import StrEnum

from tongban.kernel.identifiers import TextKind
from tongban.kernel.subjects import SubjectKind
from tongban.kernel.text import CHINESE, say
from tongban.modules.catalog.definition import ElementDefinition


class Meaning(StrEnum):
    """Something about a subject that its other data must agree with."""

    NAME = "name"
    NUMBER = "number"
    BIRTH = "birth"
    AGE = "age"
    SEX = "sex"
    MARITAL = "marital"
    DEATH = "death"
    SPOUSE = "spouse"
    AGENT = "agent"


_OF_PERSONS: Mapping[str, Meaning] = {
    **dict.fromkeys(
        "name full_name account_name bank_account_name 姓名 本人姓名 户名 账户户名 开户名".split(),
        Meaning.NAME,
    ),
    **dict.fromkeys(
        (
            "resident_id id id_number identity_number number"
            " 公民身份号码 居民身份证号码 身份证号码 身份证号"
        ).split(),
        Meaning.NUMBER,
    ),
    **dict.fromkeys(
        "birth_date birthday born born_on date_of_birth 出生日期 出生年月日 生日".split(),
        Meaning.BIRTH,
    ),
    **dict.fromkeys(("age", "年龄", "周岁"), Meaning.AGE),
    **dict.fromkeys(("sex", "gender", "性别"), Meaning.SEX),
    **dict.fromkeys(("marital_status", "婚姻状况", "婚姻状态"), Meaning.MARITAL),
}
_OF_ORGANISATIONS: Mapping[str, Meaning] = {
    **dict.fromkeys(
        "name full_name 名称 单位名称 企业名称 机构名称 法人名称".split(), Meaning.NAME
    ),
    **dict.fromkeys(("credit_code", "id", "统一社会信用代码"), Meaning.NUMBER),
    **dict.fromkeys(
        "legal_representative operator 法定代表人 法定代表人姓名 法定代表人或经营者 经营者".split(),
        Meaning.AGENT,
    ),
}
_PARTS = (
    (("death", "deceased", "死亡"), Meaning.DEATH),
    (("spouse", "配偶"), Meaning.SPOUSE),
)
"""What stands anywhere in the code's end or the name."""


def meaning_of(element: ElementDefinition) -> Meaning | None:
    """Return what an element says of its subject; None where it is something of its own."""
    if element.own_identifier and element.subject in (SubjectKind.PERSON, SubjectKind.ORGANISATION):
        return Meaning.NUMBER
    tail = element.code.rpartition(".")[2].lower()
    called = say(element.name, CHINESE).strip()
    if element.subject is SubjectKind.ORGANISATION:
        return _OF_ORGANISATIONS.get(tail) or _OF_ORGANISATIONS.get(called)
    for marks, meaning in _PARTS:
        if any(mark in tail or mark in called for mark in marks):
            return meaning
    found = _OF_PERSONS.get(tail) or _OF_PERSONS.get(called)
    numbered = element.kind is TextKind.RESIDENT_ID or element.mask == "resident_id"
    if found is Meaning.NUMBER and not (numbered or called in _OF_PERSONS):
        return None  # a number of something else
    return found
