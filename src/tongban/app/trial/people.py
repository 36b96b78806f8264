"""The people and organisations of a trial: who they are, from nothing but a number and a day."""

import datetime as dt
from dataclasses import dataclass
from random import Random

from tongban.app.demonstration import names
from tongban.kernel.dates import years_between
from tongban.kernel.identifiers import make_credit_code, make_resident_id
from tongban.kernel.subjects import SubjectKind

UNASSIGNED = "47"
"""No province of GB/T 2260 begins so: no number made with it can be a real person's."""


@dataclass(frozen=True, slots=True)
class Person:
    """One invented person; ``known`` to departments or not held by any."""

    number: int
    id: str
    name: str
    born: dt.date
    woman: bool
    known: bool = True

    kind = SubjectKind.PERSON

    def age(self, today: dt.date) -> int:
        """Return the age in years."""
        return years_between(self.born, today)


@dataclass(frozen=True, slots=True)
class Organisation:
    """One invented organisation and whoever acts for it."""

    number: int
    id: str
    name: str
    agent: Person
    known: bool = True

    kind = SubjectKind.ORGANISATION


Subject = Person | Organisation


def place_of(division: str) -> str:
    """Return the six digits that stand for a division in invented numbers: no province's."""
    six = f"{division[:6]:0<6}"
    return six if six.startswith(UNASSIGNED) else UNASSIGNED + six[2:]


def person(
    number: int, place: str, today: dt.date, *, age: int, woman: bool, known: bool = True
) -> Person:
    """Return the n-th person of that age; the same every time on a day."""
    chance = Random(f"person {number}")  # an invented person needs no secret
    born = _born(today, age, chance)
    called = names.surname(chance) + names.given_name(chance, age, woman=woman)
    sequence = 2 * (number % 499) + (2 if woman else 1)
    return Person(number, make_resident_id(place, born, sequence), called, born, woman, known)


def _born(today: dt.date, age: int, chance: Random) -> dt.date:
    """Return a day on which somebody of that age was born, neither today nor a leap day."""
    year = dt.date(today.year - age, today.month, min(today.day, 28))
    return year - dt.timedelta(days=chance.randrange(1, 360))


def from_number(resident_id: str, name: str, number: int) -> Person:
    """Return the person whom a declared account names: what the resident number says of them."""
    born = dt.date(int(resident_id[6:10]), int(resident_id[10:12]), int(resident_id[12:14]))
    return Person(number, resident_id, name, born, int(resident_id[16]) % 2 == 0)


def organisation(number: int, place: str, town: str, agent: Person) -> Organisation:
    """Return the n-th organisation."""
    chance = Random(f"organisation {number}")
    _, trade, _ = chance.choice(names.INDUSTRIES)
    called = f"{town}{chance.choice(names.BRANDS)}{trade}有限公司"
    return Organisation(number, make_credit_code("91", place, f"MA{number:06d}"), called, agent)
