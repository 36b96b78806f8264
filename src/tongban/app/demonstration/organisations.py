"""Invented companies, traders, cooperatives and associations, each represented by a person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from tongban.app.demonstration import names
from tongban.app.demonstration.numbers import DIVISION, credit_code
from tongban.app.demonstration.people import Person
from tongban.kernel.identifiers import make_credit_code


@dataclass(frozen=True, slots=True)
class Organisation:
    """One organisation. Capital is in fen, ``jobs`` are places for people of the city."""

    code: str
    name: str
    type: str
    status: str
    representative: str
    representative_name: str
    capital: int
    established_on: date
    address: str
    industry: str
    scope: str
    jobs: int
    serial: int


FIXED_CODE = make_credit_code("91", DIVISION, "MA0Y0001")
"""云汀远山食品有限公司, represented by a demonstration account."""

_KINDS = (("company", "91"), ("trader", "92"), ("cooperative", "93"), ("association", "51"))
_WEIGHTS = (60, 32, 5, 3)


def organisations(
    chance: Random, today: date, size: int, adults: Sequence[Person], owner: Person
) -> list[Organisation]:
    """Return ``size`` organisations; the first is represented by the owner."""
    found = [_fixed(owner)]
    called = {found[0].name}
    while len(found) < size:
        kind, prefix = chance.choices(_KINDS, weights=_WEIGHTS)[0]
        head = chance.choice(adults)
        made = _organisation(chance, today, len(found), (kind, prefix), head)
        if made.name not in called:
            called.add(made.name)
            found.append(made)
    return found


def _fixed(owner: Person) -> Organisation:
    return Organisation(
        code=FIXED_CODE,
        name="云汀远山食品有限公司",
        type="company",
        status="active",
        representative=owner.id,
        representative_name=owner.name,
        capital=200_000_000,
        established_on=date(2019, 5, 20),
        address="云汀市清渠街道车站社区车站路66号",
        industry="制造业",
        scope="食品生产、食品销售、道路货物运输",
        jobs=24,
        serial=0,
    )


def _organisation(
    chance: Random, today: date, serial: int, kind: tuple[str, str], head: Person
) -> Organisation:
    word, prefix = kind
    industry, trade, scope = _trade(chance, word)
    street, communities = chance.choice(names.STREETS)
    place = chance.choice(communities)
    door = f"{chance.choice(names.ROADS)}{chance.randrange(1, 200)}号"
    return Organisation(
        code=credit_code(serial + 1000, prefix),
        name=_name(chance, word, street, trade, head),
        type=word,
        status=chance.choices(("active", "revoked", "closed"), weights=(93, 2, 5))[0],
        representative=head.id,
        representative_name=head.name,
        capital=_capital(chance, word),
        established_on=today - timedelta(days=chance.randrange(60, 6500)),
        address=f"云汀市{street}{place}{door}",
        industry=industry,
        scope=scope,
        jobs=1 + int(chance.expovariate(1 / 9)) if word == "company" else 1,
        serial=serial,
    )


def _trade(chance: Random, kind: str) -> tuple[str, str, str]:
    if kind == "cooperative":
        return "农、林、牧、渔业", "种植", "蔬菜种植、水产养殖、农产品销售"
    if kind == "association":
        return "公共管理、社会保障和社会组织", "行业", "行业服务、会员交流"
    return chance.choice(names.INDUSTRIES)


def _name(chance: Random, kind: str, street: str, trade: str, head: Person) -> str:
    brand = chance.choice(names.BRANDS) + chance.choice(names.BRANDS)[0]
    if kind == "company":
        return f"云汀{brand}{trade}有限公司"
    if kind == "trader":
        return f"云汀市{street}{head.name[0]}记{brand[:1]}{chance.choice(names.SHOPS)}"
    if kind == "cooperative":
        return f"云汀市{brand}{trade}专业合作社"
    return f"云汀市{brand}{trade}协会"


def _capital(chance: Random, kind: str) -> int:
    if kind == "association":
        return 3_000_000
    if kind == "trader":
        return chance.choice((1, 3, 5, 10, 20)) * 1_000_000
    return chance.choice((10, 50, 100, 100, 200, 500, 1000)) * 1_000_000
