"""What becomes of each person: work, insurance, income, home, car, disability and assistance."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from tongban.app.demonstration import names
from tongban.app.demonstration.organisations import Organisation
from tongban.app.demonstration.people import Person


@dataclass(frozen=True, slots=True)
class Home:
    """A real estate unit that someone owns."""

    number: int
    owner: str
    owner_name: str
    address: str
    area: int
    """Hundredths of a square metre."""
    built: int
    registered_on: date
    mortgaged: bool


@dataclass(frozen=True, slots=True)
class Vehicle:
    """A vehicle that someone owns."""

    number: int
    owner: str
    owner_name: str
    truck: bool
    electric: bool
    registered_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """The facts that departments hold about one person. Money is in fen."""

    work: str = ""
    """employed, flexible, self_employed, unemployed, student, retired or empty."""
    employer: Organisation | None = None
    occupation: str = ""
    registered_on: date | None = None
    base: int = 0
    """Monthly base of contributions."""
    paid: int = 12
    """How many of the last 12 months were paid for."""
    months: int = 0
    """Months of pension contributions in all."""
    income: int = 0
    """Monthly."""
    hardship: str = "none"
    hardship_on: date | None = None
    subsidised: int = 0
    assistance: str = "none"
    disability: str = ""
    degree: str = ""
    homes: int = 0
    vehicles: int = 0
    licence: bool = False
    veteran: bool = False
    account: bool = True
    renting: str = "none"


def lives(
    chance: Random, today: date, people: Sequence[Person], workplaces: Sequence[Organisation]
) -> list[Life]:
    """Return a life for each person, in the same order."""
    places = [one for one in workplaces for _ in range(one.jobs) if one.status == "active"]
    poor = {
        one.household.number: chance.choices(("subsistence", "marginal"), weights=(3, 2))[0]
        for one in people
        if one.relation == "head" and chance.random() < 0.045
    }
    return [_life(chance, today, one, places, poor) for one in people]


def _life(
    chance: Random,
    today: date,
    person: Person,
    places: Sequence[Organisation],
    poor: dict[str, str],
) -> Life:
    age = person.age(today)
    assistance = poor.get(person.household.number, "none")
    disability = chance.choice(_DISABILITIES) if chance.random() < 0.03 else ""
    degree = chance.choice("1223344") if disability else ""
    if person.died is not None or age < 16 or (age < 22 and chance.random() < 0.8):
        student = 6 <= age < 22 and person.died is None
        return Life(
            work="student" if student else "",
            assistance=assistance,
            disability=disability,
            degree=degree,
            account=False,
        )
    if age >= (60 if not person.woman else 55):
        return _retired(chance, age, assistance, (disability, degree))
    return _working(chance, today, person, places, (assistance, disability, degree))


def _retired(chance: Random, age: int, assistance: str, disability: tuple[str, str]) -> Life:
    return Life(
        work="retired",
        months=chance.randrange(180, 420),
        income=chance.randrange(1200, 4800) * 100 if assistance == "none" else 20_000,
        assistance=assistance,
        disability=disability[0],
        degree=disability[1],
        homes=1 if chance.random() < 0.6 else 0,
        vehicles=1 if chance.random() < 0.08 else 0,
        licence=age < 75 and chance.random() < 0.25,
        account=chance.random() < 0.9,
    )


def _working(
    chance: Random,
    today: date,
    person: Person,
    places: Sequence[Organisation],
    burdens: tuple[str, str, str],
) -> Life:
    assistance, disability, degree = burdens
    age = person.age(today)
    work = chance.choices(
        ("employed", "flexible", "self_employed", "unemployed", ""), weights=(56, 17, 9, 6, 12)
    )[0]
    employer = chance.choice(places) if work == "employed" else None
    listed = work in ("flexible", "unemployed") and chance.random() < 0.35
    since = today - timedelta(days=chance.randrange(30, 3000))
    insured = work in ("employed", "flexible", "self_employed")
    cars = chance.choices((0, 1, 2), weights=(58, 37, 5))[0] if assistance == "none" else 0
    wage = chance.randrange(32, 110) * 10_000
    return Life(
        work=work,
        employer=employer,
        occupation=_occupation(chance, work),
        registered_on=since if work else None,
        base=chance.randrange(39, 90) * 10_000 if insured else 0,
        paid=chance.choice((12, 12, 12, 12, 11, 9, 6)) if work == "flexible" else 12,
        months=min(chance.randrange(6, 260), max(age - 18, 1) * 12) if insured else 0,
        income=wage if work and assistance == "none" else 40_000,
        hardship=_hardship(chance, age, disability, assistance) if listed else "none",
        hardship_on=since if listed else None,
        subsidised=chance.choice((0, 0, 12, 12, 24, 36)) if listed else 0,
        assistance=assistance,
        disability=disability,
        degree=degree,
        homes=chance.choices((0, 1, 2), weights=(60, 36, 4))[0] if assistance == "none" else 0,
        vehicles=cars,
        licence=cars > 0 or chance.random() < 0.3,
        veteran=not person.woman and chance.random() < 0.05,
        account=chance.random() < 0.7,
        renting=chance.choices(("none", "waiting", "renting"), weights=(96, 2, 2))[0],
    )


_DISABILITIES = ("visual", "hearing", "speech", "physical", "physical", "intellectual", "mental")


def _occupation(chance: Random, work: str) -> str:
    if work == "employed":
        return chance.choice(names.JOBS)
    if work in ("flexible", "self_employed"):
        return chance.choice(names.OCCUPATIONS)
    return ""


def _hardship(chance: Random, age: int, disability: str, assistance: str) -> str:
    if disability:
        return "disabled"
    if assistance != "none":
        return "low_income"
    return "older" if age >= 40 else chance.choice(("long_term", "long_term", "none"))


def homes(
    chance: Random, today: date, people: Sequence[Person], found: Sequence[Life]
) -> list[Home]:
    """Return the homes that people own; the first of each is where they live."""
    owned: list[Home] = []
    for person, life in zip(people, found, strict=True):
        for place in range(life.homes):
            road, door = chance.choice(names.ROADS), chance.randrange(1, 120)
            other = f"云汀市城关街道{road}{door}号{chance.randrange(1, 18)}栋{len(owned)}室"
            built = today.year - chance.randrange(1, 30)
            owned.append(
                Home(
                    number=len(owned),
                    owner=person.id,
                    owner_name=person.name,
                    address=other if place else person.household.address,
                    area=chance.randrange(4500, 14500),
                    built=built,
                    registered_on=min(
                        date(built, 6, 1) + timedelta(days=chance.randrange(2000)),
                        today - timedelta(days=20),
                    ),
                    mortgaged=chance.random() < 0.3,
                )
            )
    return owned


def vehicles(
    chance: Random, today: date, people: Sequence[Person], found: Sequence[Life]
) -> list[Vehicle]:
    """Return the vehicles that people own."""
    owned: list[Vehicle] = []
    for person, life in zip(people, found, strict=True):
        for _ in range(life.vehicles):
            owned.append(
                Vehicle(
                    number=len(owned),
                    owner=person.id,
                    owner_name=person.name,
                    truck=chance.random() < 0.06,
                    electric=chance.random() < 0.25,
                    registered_on=today - timedelta(days=chance.randrange(20, 4200)),
                )
            )
    return owned
