"""The whole invented town, drawn once: what the departments' tables are written from."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from random import Random

from tongban.app.demonstration import lives, organisations, people, stories
from tongban.app.demonstration.lives import Home, Life, Vehicle
from tongban.app.demonstration.organisations import Organisation
from tongban.app.demonstration.people import Person

PEOPLE = 5_000
ORGANISATIONS = 1_000


@dataclass(frozen=True)
class Town:
    """Everyone and everything, and the day on which it is so."""

    today: date
    people: Sequence[Person]
    lives: Sequence[Life]
    organisations: Sequence[Organisation]
    homes: Sequence[Home]
    vehicles: Sequence[Vehicle]
    employees: Counter[str]
    """How many of these people work for each organisation."""
    sizes: Counter[str]
    """How many live in each household."""

    @cached_property
    def living(self) -> Sequence[tuple[Person, Life]]:
        """Everyone alive, with their life."""
        both = zip(self.people, self.lives, strict=True)
        return tuple((one, life) for one, life in both if one.died is None)

    @cached_property
    def adults(self) -> Sequence[tuple[Person, Life]]:
        """Everyone alive of 18 or above, with their life."""
        return tuple((one, life) for one, life in self.living if one.age(self.today) >= 18)


def town(seed: int, today: date) -> Town:
    """Draw the town; the same seed and day always give the same town."""
    chance = Random(seed)
    everyone = people.population(chance, today, PEOPLE, stories.people())
    heads = [one for one in everyone if one.died is None and 25 <= one.age(today) <= 62]
    owner = next(one for one in everyone if one.id == stories.HE)
    kept = {stories.LIN, stories.SUN, stories.ZHENG, stories.LUO, stories.TANG, stories.HE}
    heads = [one for one in heads if one.id not in kept]
    found = organisations.organisations(chance, today, ORGANISATIONS, heads, owner)
    told = stories.lives(today, found[0])
    drawn = lives.lives(chance, today, everyone, found)
    lived = [told.get(one.id, life) for one, life in zip(everyone, drawn, strict=True)]
    return Town(
        today=today,
        people=everyone,
        lives=lived,
        organisations=found,
        homes=lives.homes(chance, today, everyone, lived),
        vehicles=lives.vehicles(chance, today, everyone, lived),
        employees=Counter(life.employer.code for life in lived if life.employer is not None),
        sizes=Counter(one.household.number for one in everyone if one.died is None),
    )
