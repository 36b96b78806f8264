"""What an invented subject's data say: one value for each element, to the element's shape.

The value depends on the subject and the element alone, so two departments that hold the same element
say the same of the same person, and what is generated tomorrow for a new element leaves the others as
they were.
"""

import datetime as dt
import functools
import math
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from random import Random

from tongban.app.demonstration import names, numbers
from tongban.app.trial.limits import Limits
from tongban.app.trial.meanings import Meaning, meaning_of
from tongban.app.trial.people import Organisation, Person, Subject, person
from tongban.kernel.dates import add_months
from tongban.kernel.identifiers import TextKind, make_credit_code
from tongban.kernel.text import CHINESE, say
from tongban.modules.catalog.definition import ElementDefinition, ElementType
from tongban.modules.exchange.definition.reading import bound
from tongban.modules.exchange.model import Value

_AT_A_LIMIT = 0.6
"""How often a number is one that a condition asks about, or just beside it."""
_MOST_MONEY, _LEAST_MONEY = 2_000_000, 1_000
"""Fen between which an amount lies where nothing bounds it."""
LARGEST = 2**53 - 1
"""The largest whole number that is read back as it was written."""
_LONGEST_TEXT = 200


class Facts:
    """Draws what is held about the people of one trial."""

    def __init__(
        self,
        elements: Mapping[str, ElementDefinition],
        limits: Limits,
        place: str,
        town: str,
        today: dt.date,
    ) -> None:
        self._elements = elements
        self._limits = limits
        self._place = place
        self._town = town
        self._today = today
        marital = (one for one in elements.values() if meaning_of(one) is Meaning.MARITAL)
        self._marital = next((one for one in marital if one.type is ElementType.CODE), None)

    def value(self, subject: Subject, code: str) -> Value | None:
        """Return what is held about a subject, None where nothing is or the element is another's."""
        element = self._elements.get(code)
        if element is None or element.subject is not subject.kind:
            return None
        chance = Random(f"{subject.kind} {subject.number} {code}")
        known = self._own(subject, element)
        if known is not None:
            return known
        if self._does_not_apply(subject, element):
            return None
        return self._drawn(subject, element, chance)

    # What follows from who somebody is -----------------------------------------------------------

    def _own(self, subject: Subject, element: ElementDefinition) -> Value | None:
        meaning = meaning_of(element)
        if isinstance(subject, Organisation):
            return _of_organisation(subject, element, meaning)
        if element.type is ElementType.TEXT:
            return _of_person(subject, meaning)
        if element.type is ElementType.DATE and meaning is Meaning.BIRTH:
            return subject.born
        if element.type is ElementType.INTEGER and meaning is Meaning.AGE:
            return subject.age(self._today)
        if element.type is ElementType.CODE and meaning is Meaning.SEX:
            return _code_named(element, *(_FEMALE if subject.woman else _MALE))
        if meaning is Meaning.MARITAL and subject.age(self._today) < _MARRIAGEABLE:
            return _code_named(element, "未婚", "single")
        return None

    def _does_not_apply(self, subject: Subject, element: ElementDefinition) -> bool:
        """Whether there can be no such value: of a death while somebody lives, of no spouse."""
        meaning = meaning_of(element)
        if meaning is Meaning.SPOUSE and self._marital is not None:
            married = _code_named(self._marital, "已婚", "married")
            return married is not None and self.value(subject, self._marital.code) != married
        return meaning is Meaning.DEATH

    # What is drawn -------------------------------------------------------------------------------

    def _drawn(self, subject: Subject, element: ElementDefinition, chance: Random) -> Value | None:
        match element.type:
            case ElementType.CODE:
                return self._code(element, chance)
            case ElementType.BOOLEAN:
                return chance.random() < 0.5
            case ElementType.DATE:
                return self._date(subject, element, chance)
            case ElementType.TEXT:
                return self._text(subject, element, chance)
        return self._number(element, chance)

    def _code(self, element: ElementDefinition, chance: Random) -> str | None:
        """Return a code of the list; the first, which is mostly the usual one, more often."""
        codes = list(element.codes)
        asked = [one for one in self._limits.get(element.code, ()) if one in element.codes]
        if asked and chance.random() < _AT_A_LIMIT:
            return str(chance.choice(sorted(asked)))
        if not codes:
            return None
        return codes[0] if chance.random() < 0.5 else chance.choice(codes)

    def _number(self, element: ElementDefinition, chance: Random) -> int | Decimal:
        """Return a number within the bounds; of a decimal number so many hundredths."""
        scale = 100 if element.type is ElementType.DECIMAL else 1
        limits = self._numbers_asked(element, scale)
        low, high = self._range(element, scale, limits)
        drawn = chance.randint(low, high)
        if element.type is ElementType.MONEY and high > _LEAST_MONEY:
            ends = math.log(max(low, _LEAST_MONEY)), math.log(high)
            drawn = int(math.exp(chance.uniform(*ends))) // 100 * 100
        if limits and chance.random() < _AT_A_LIMIT:
            limit = chance.choice(limits)
            drawn = chance.choice((limit, limit + scale, limit - scale, limit * 2, limit // 2))
        drawn = min(max(drawn, low), high)
        return Decimal(drawn) / scale if scale > 1 else drawn

    def _numbers_asked(self, element: ElementDefinition, scale: int) -> list[int]:
        asked = self._limits.get(element.code, ())
        numbers = [one for one in asked if type(one) in (int, Fraction)]
        return sorted({int(one * scale) for one in numbers})

    def _range(
        self, element: ElementDefinition, scale: int, limits: Sequence[int]
    ) -> tuple[int, int]:
        usual = _MOST_MONEY if element.type is ElementType.MONEY else 60 * scale
        least = bound(element.least, element.type, self._today)
        most = bound(element.most, element.type, self._today)
        low = math.ceil(least * scale) if isinstance(least, int | Decimal) else 0
        if isinstance(most, int | Decimal):
            high = math.floor(most * scale)
        else:
            high = max([usual, low + usual, *(2 * one for one in limits)])
        low = min(low, high) if not isinstance(least, int | Decimal) else low
        return max(low, -LARGEST), min(max(low, high), LARGEST)

    def _date(self, subject: Subject, element: ElementDefinition, chance: Random) -> dt.date:
        """Return a day within the element's bounds and the subject's life."""
        least = bound(element.least, element.type, self._today)
        most = bound(element.most, element.type, self._today)
        first = (
            subject.born
            if isinstance(subject, Person)
            else self._today.replace(year=self._today.year - 15, day=min(self._today.day, 28))
        )
        first = max(first, least) if isinstance(least, dt.date) else first
        last = most if isinstance(most, dt.date) else self._today
        if any(word in element.code for word in _AHEAD) and not isinstance(most, dt.date):
            last = self._today + dt.timedelta(days=3 * 365)
            first = max(first, self._today - dt.timedelta(days=180))
        elif chance.random() < 0.5:
            first = max(first, last - dt.timedelta(days=3 * 365))
        return first + dt.timedelta(days=chance.randint(0, max(0, (last - first).days)))

    def _text(self, subject: Subject, element: ElementDefinition, chance: Random) -> str | None:
        asked = sorted(
            one for one in self._limits.get(element.code, ()) if isinstance(one, str) and one
        )
        if asked and chance.random() < _AT_A_LIMIT:
            return str(chance.choice(asked))
        made = _OF_KIND.get(element.kind)
        if made is not None:
            return made(chance, self._place, self._today)
        return self._words(subject, element, chance)

    def _words(self, subject: Subject, element: ElementDefinition, chance: Random) -> str:
        """Return words that suit what the element is called; else its name with a number."""
        called = f"{element.code} {say(element.name, CHINESE)}"
        for marks, words in _WORDS:
            if any(mark in called for mark in marks):
                return words(chance, self._town)
        if element.mask == "name":
            return _someone(chance, self._place, self._today).name
        return f"{say(element.name, CHINESE)}样例{subject.number + 1}"[:_LONGEST_TEXT]


# Words of who somebody is -----------------------------------------------------------------------

_MARRIAGEABLE = 22
_FEMALE, _MALE = ("女", "female"), ("男", "male")
_AHEAD = ("until", "expir", "valid_to", "due")
"""In the code of a date that may lie ahead."""


def _of_person(subject: Person, meaning: Meaning | None) -> str | None:
    if meaning is Meaning.NAME:
        return subject.name
    return subject.id if meaning is Meaning.NUMBER else None


def _of_organisation(
    subject: Organisation, element: ElementDefinition, meaning: Meaning | None
) -> str | None:
    if element.type is not ElementType.TEXT:
        return None
    own = {
        Meaning.NAME: subject.name,
        Meaning.NUMBER: subject.id,
        Meaning.AGENT: subject.agent.name,
    }
    return own.get(meaning) if meaning is not None else None


def _code_named(element: ElementDefinition, *words: str) -> str | None:
    """Return the code that is called so in a language, None where the list has none."""
    for code, name in element.codes.items():
        said = {code} | ({name} if isinstance(name, str) else set(name.values()))
        if any(word.lower() == one.lower() for one in said for word in words):
            return code
    return None


# Words and numbers that belong to nobody ----------------------------------------------------------


def _someone(chance: Random, place: str, today: dt.date) -> Person:
    return person(
        chance.randrange(10**6),
        place,
        today,
        age=chance.randint(25, 60),
        woman=chance.random() < 0.5,
    )


def _phone(chance: Random, *_: object) -> str:
    return numbers.phone(chance.randrange(10**8))


def _month(chance: Random, _: str, today: dt.date) -> str:
    """Return one of the twelve months up to this one."""
    return f"{add_months(today, -chance.randrange(12)):%Y-%m}"


_OF_KIND: Mapping[TextKind, Callable[[Random, str, dt.date], str]] = {
    TextKind.MOBILE: _phone,
    TextKind.PHONE: _phone,
    TextKind.RESIDENT_ID: lambda chance, place, today: _someone(chance, place, today).id,
    TextKind.CREDIT_CODE: lambda chance, place, _: make_credit_code(
        "91", place, f"MB{chance.randrange(10**6):06d}"
    ),
    TextKind.BANK_ACCOUNT: lambda chance, *_: numbers.bank_account(chance.randrange(10**9)),
    TextKind.EMAIL: lambda chance, *_: f"person{chance.randrange(10**4)}@trial.invalid",
    TextKind.POST_CODE: lambda _, place, __: place,
    TextKind.DIVISION: lambda _, place, __: place,
    TextKind.MONTH: _month,
}


def _chosen(*words: str) -> Callable[[Random, str], str]:
    return functools.partial(_one_of, words)


def _one_of(words: tuple[str, ...], chance: Random, _: str) -> str:
    return chance.choice(words)


def _address(chance: Random, town: str) -> str:
    road = chance.choice(names.ROADS)
    return (
        f"{town}{road}{chance.randint(1, 200)}号{chance.randint(1, 20)}栋{chance.randint(101, 909)}"
    )


def _firm(chance: Random, town: str) -> str:
    return f"{town}{chance.choice(names.BRANDS)}{chance.choice(names.INDUSTRIES)[1]}有限公司"


_WORDS: tuple[tuple[tuple[str, ...], Callable[[Random, str], str]], ...] = (
    (("phone", "mobile", "电话", "手机"), _phone),
    (
        ("email", "邮箱", "电子邮件"),
        lambda chance, _: f"person{chance.randrange(10**4)}@trial.invalid",
    ),
    (
        ("bank_account", "账号", "银行卡号"),
        lambda chance, _: numbers.bank_account(chance.randrange(10**9)),
    ),
    (("address", "地址", "住址", "坐落", "住所"), _address),
    (("ethnic", "民族"), _chosen(*names.ETHNICITIES)),
    (("employer", "单位名称", "用人单位", "工作单位"), _firm),
    (("bank_name", "银行"), lambda _, town: f"{town}农村商业银行"),
    (("school", "学校"), lambda _, town: f"{town}第一中学"),
    (("education", "学历"), _chosen(*names.EDUCATIONS)),
    (("occupation", "职业", "工种"), _chosen(*names.OCCUPATIONS)),
    (("business_scope", "经营范围"), lambda chance, _: chance.choice(names.INDUSTRIES)[2]),
    (("street", "街道", "乡镇"), lambda chance, _: chance.choice(names.STREETS)[0]),
    (("hospital", "医院"), lambda _, town: f"{town}人民医院"),
)
"""By what stands in an element's code or name: words that suit it. The first that fits counts."""
