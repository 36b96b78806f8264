"""The people behind the demonstration accounts: picked by hand, so that each has a story.

Their resident numbers stand in ``accounts.yaml`` of the instance. What is told about them holds
whatever the day on which the demonstration is set up.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from tongban.app.demonstration.lives import Life
from tongban.app.demonstration.numbers import DIVISION, resident_number
from tongban.app.demonstration.organisations import Organisation
from tongban.app.demonstration.people import Household, Person

LIN = resident_number(date(1983, 4, 12), 902)
ZHOU = resident_number(date(1943, 2, 8), 901)
HE = resident_number(date(1988, 9, 21), 901)
SUN = resident_number(date(1979, 6, 30), 901)
ZHENG = resident_number(date(1965, 11, 3), 902)
LUO = resident_number(date(1994, 7, 19), 901)
TANG = resident_number(date(1990, 1, 15), 901)


@dataclass(frozen=True, slots=True)
class _Member:
    """One member of a family; ``woman`` follows from the sequence of the number."""

    name: str
    born: date
    relation: str
    woman: bool = False
    marital: str = "single"


@dataclass(frozen=True, slots=True)
class _Family:
    """A family at an address, with the day of the wedding of its head."""

    address: str
    street: str
    members: tuple[_Member, ...]
    married_on: date | None = None


_FAMILIES = (
    _Family(
        "云汀市云台街道惠民社区惠民路52号3栋402室",
        "云台街道",
        (
            _Member("陈志强", date(1980, 10, 5), "head", marital="married"),
            _Member("林晓雯", date(1983, 4, 12), "spouse", woman=True, marital="married"),
            _Member("陈子轩", date(2011, 3, 18), "child"),
        ),
        date(2009, 10, 16),
    ),
    _Family(
        "云汀市城关街道鼓楼社区鼓楼街18号1栋101室",
        "城关街道",
        (
            _Member("周德福", date(1943, 2, 8), "head", marital="married"),
            _Member("吴秀英", date(1946, 5, 20), "spouse", woman=True, marital="married"),
        ),
        date(1968, 1, 22),
    ),
    _Family(
        "云汀市清渠街道滨河社区滨河路77号9栋1502室",
        "清渠街道",
        (
            _Member("何志远", date(1988, 9, 21), "head", marital="married"),
            _Member("苏婷", date(1990, 12, 2), "spouse", woman=True, marital="married"),
        ),
        date(2016, 5, 20),
    ),
    _Family(
        "云汀市松岭镇茶场村4组12号",
        "松岭镇",
        (_Member("孙建平", date(1979, 6, 30), "head", marital="divorced"),),
    ),
    _Family(
        "云汀市云台街道康宁社区康宁路9号2栋203室",
        "云台街道",
        (
            _Member("郑月华", date(1965, 11, 3), "head", woman=True),
            _Member("郑伯年", date(1938, 3, 11), "parent", marital="widowed"),
        ),
    ),
    _Family(
        "云汀市城关街道学府社区学府路31号6栋604室",
        "城关街道",
        (
            _Member("罗伟", date(1994, 7, 19), "head", marital="married"),
            _Member("徐静", date(1995, 2, 25), "spouse", woman=True, marital="married"),
            _Member("罗一诺", date(2022, 5, 6), "child", woman=True),
        ),
        date(2020, 9, 9),
    ),
    _Family(
        "云汀市清渠街道新桥社区文津路88号5栋807室",
        "清渠街道",
        (_Member("唐一鸣", date(1990, 1, 15), "head"),),
    ),
)


def people() -> list[Person]:
    """Return the people of the stories with their families."""
    found: list[Person] = []
    for place, family in enumerate(_FAMILIES, start=1):
        found.extend(_settled(family, f"{DIVISION}{place:06d}", len(found)))
    return found


def _settled(family: _Family, number: str, serial: int) -> list[Person]:
    members = family.members
    ids = [resident_number(one.born, 902 if one.woman else 901) for one in members]
    since = max(members[0].born, date(2010, 3, 1))
    household = Household(number, family.address, family.street, members[0].name, DIVISION, since)
    couple = family.married_on is not None
    return [
        Person(
            id=ids[place],
            name=one.name,
            woman=one.woman,
            born=one.born,
            ethnicity="汉族",
            household=household,
            relation=one.relation,
            marital=one.marital,
            spouse=ids[1 - place] if couple and place < 2 else "",
            married_on=family.married_on if place < 2 else None,
            mother=ids[1] if couple and one.relation == "child" else "",
            father=ids[0] if couple and one.relation == "child" else "",
            serial=serial + place,
        )
        for place, one in enumerate(members)
    ]


IDS = frozenset(person.id for person in people())
"""Nobody told of here receives an allowance or subsidy yet: they are about to apply."""


def lives(today: date, company: Organisation) -> dict[str, Life]:
    """Return the lives of those who have an account; their families live as chance has it."""
    long_ago = today - timedelta(days=900)
    tailor = Life(
        work="flexible",
        occupation="裁缝",
        registered_on=long_ago,
        base=390_000,
        months=152,
        income=330_000,
        hardship="older",
        hardship_on=long_ago,
        subsidised=12,
    )
    return {
        LIN: tailor,
        SUN: replace(tailor, occupation="装修", paid=7, months=96, subsidised=0, licence=True),
        ZHOU: Life(work="retired", months=190, income=210_000, homes=1),
        HE: Life(
            work="employed",
            employer=company,
            occupation="经理",
            registered_on=long_ago,
            base=800_000,
            months=130,
            income=900_000,
            homes=1,
            vehicles=1,
            licence=True,
        ),
        ZHENG: Life(
            work="retired",
            months=180,
            income=90_000,
            assistance="subsistence",
            disability="physical",
            degree="2",
        ),
        LUO: Life(
            work="employed",
            employer=company,
            occupation="操作工",
            registered_on=long_ago,
            base=420_000,
            months=62,
            income=390_000,
            licence=True,
        ),
        TANG: Life(
            work="flexible",
            occupation="软件开发",
            registered_on=long_ago,
            base=600_000,
            months=40,
            income=1_200_000,
            licence=True,
        ),
    }
