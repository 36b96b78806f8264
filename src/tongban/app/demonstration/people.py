"""Invented people in families: who they are, where they live and how they are related."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from tongban.app.demonstration import names
from tongban.app.demonstration.numbers import DIVISION, NEIGHBOURS, resident_number
from tongban.kernel.dates import years_between


@dataclass(frozen=True, slots=True)
class Household:
    """A family at one address. Its division is another's when it is registered elsewhere."""

    number: str
    address: str
    street: str
    head: str
    division: str
    registered_on: date

    @property
    def local(self) -> bool:
        return self.division == DIVISION

    @property
    def rural(self) -> bool:
        return not self.street.endswith("街道")


@dataclass(frozen=True, slots=True)
class Person:
    """One person; parents and spouse by resident number, empty where not among these people."""

    id: str
    name: str
    woman: bool
    born: date
    ethnicity: str
    household: Household
    relation: str
    marital: str = "single"
    spouse: str = ""
    married_on: date | None = None
    mother: str = ""
    father: str = ""
    died: date | None = None
    serial: int = 0
    """Running number, from which telephone and account numbers are made."""

    def age(self, today: date) -> int:
        """Return the age in years."""
        return years_between(self.born, today)


@dataclass(slots=True)
class Registry:
    """Hands out numbers so that no two people or households share one."""

    chance: Random
    today: date
    taken: set[str] = field(default_factory=set)
    households: int = 0

    def resident(self, born: date, *, woman: bool, division: str = DIVISION) -> str:
        """Return a resident number not handed out before."""
        while True:
            sequence = self.chance.randrange(1, 450) * 2 + (0 if woman else -1)
            number = resident_number(born, sequence, division)
            if number not in self.taken:
                self.taken.add(number)
                return number

    def born(self, age: int) -> date:
        """Return a date of birth of someone of this age today."""
        year = self.today.year - age
        last = date(year, self.today.month, min(self.today.day, 28))
        return last - timedelta(days=self.chance.randrange(364))

    def household_number(self) -> str:
        """Return the next household number."""
        self.households += 1
        return f"{DIVISION}{self.households:06d}"


@dataclass(frozen=True, slots=True)
class _Draft:
    """A member of a family that is being put together."""

    relation: str
    age: int
    woman: bool
    marital: str = "single"
    dead: bool = False


def population(chance: Random, today: date, size: int, settled: list[Person]) -> list[Person]:
    """Return ``size`` people in families, the settled ones first."""
    registry = Registry(chance, today, {person.id for person in settled}, 1000)
    people = list(settled)
    while len(people) < size:
        drafts = _family(chance)
        if len(drafts) > size - len(people):
            drafts = [_Draft("head", chance.randrange(19, 55), woman=False)]
        people.extend(_settle(registry, drafts, len(people)))
    return people


def _family(chance: Random) -> list[_Draft]:
    """Draw the members of one household, head first and spouse second."""
    kind = chance.random()
    if kind < 0.22:
        return _old_couple(chance)
    if kind < 0.38:
        woman = chance.random() < 0.5
        marital = "divorced" if chance.random() < 0.15 else "single"
        return [_Draft("head", chance.randrange(19, 55), woman, marital)]
    age = chance.randrange(24, 60)
    family = [_Draft("head", age, False, "married")]
    family.append(_Draft("spouse", max(22, age - chance.randrange(-2, 5)), True, "married"))
    family.extend(_children(chance, family[1].age))
    if chance.random() < 0.28:
        older = chance.randrange(23, 33)
        family.append(_Draft("parent", age + older, chance.random() < 0.6, "divorced"))
    return family


def _old_couple(chance: Random) -> list[_Draft]:
    age = 60 + min(int(chance.expovariate(1 / 9)), 39)
    wife = max(58, age - chance.randrange(-1, 5))
    gone = chance.random() < (age - 58) / 60
    marital = "widowed" if gone else "married"
    couple = [_Draft("head", age, False, marital), _Draft("spouse", wife, True, marital)]
    if gone:
        lost = chance.random() < 0.65
        couple = [
            _Draft("head", couple[1].age, True, "widowed") if lost else couple[0],
            _Draft("spouse", age if lost else wife, not lost, "widowed", dead=True),
        ]
    return couple


def _children(chance: Random, mother: int) -> Iterator[_Draft]:
    """Draw children whose mother was 20 to 38 when they were born."""
    births = sorted({chance.randrange(20, 39) for _ in range(chance.choice((0, 1, 1, 1, 2, 2, 3)))})
    for at in births:
        age = mother - at
        if 0 <= age < 26:
            yield _Draft("child", age, chance.random() < 0.48)


def _settle(registry: Registry, drafts: list[_Draft], serial: int) -> list[Person]:
    """Give a family its numbers, names, address and ties."""
    chance = registry.chance
    division, origin = _division(chance)
    born = [registry.born(draft.age) for draft in drafts]
    ids = [
        registry.resident(day, woman=draft.woman, division=origin)
        for day, draft in zip(born, drafts, strict=True)
    ]
    called = _names(chance, drafts)
    household = _household(registry, called[0], division, born[0])
    couple = len(drafts) > 1 and drafts[1].relation == "spouse"
    wedding = _wedding(registry, born[:2]) if couple else None
    father = ids[0] if couple and not drafts[0].woman else ""
    mother = ids[1] if couple and drafts[1].woman else ""
    family = []
    for place, draft in enumerate(drafts):
        child = draft.relation == "child"
        wed = couple and place < 2
        family.append(
            Person(
                id=ids[place],
                name=called[place],
                woman=draft.woman,
                born=born[place],
                ethnicity=chance.choice(names.ETHNICITIES),
                household=household,
                relation=draft.relation,
                marital=draft.marital,
                spouse=ids[1 - place] if wed else "",
                married_on=wedding if wed else None,
                mother=mother if child else "",
                father=father if child else "",
                died=_death(registry) if draft.dead else None,
                serial=serial + place,
            )
        )
    return family


def _division(chance: Random) -> tuple[str, str]:
    """Return where the household is registered, and where the numbers were given."""
    kind = chance.random()
    if kind < 0.06:
        elsewhere = chance.choice(NEIGHBOURS)
        return elsewhere, elsewhere
    return DIVISION, chance.choice(NEIGHBOURS) if kind < 0.09 else DIVISION


def _names(chance: Random, drafts: list[_Draft]) -> list[str]:
    """Name a family: children and the head's parent bear the head's surname."""
    family = names.surname(chance)
    called = []
    for draft in drafts:
        other = draft.relation == "spouse" or (draft.relation == "parent" and draft.woman)
        own = names.surname(chance) if other else family
        called.append(own + names.given_name(chance, draft.age, woman=draft.woman))
    return called


def _household(registry: Registry, head: str, division: str, born: date) -> Household:
    chance = registry.chance
    street, communities = chance.choices(names.STREETS, weights=(6, 5, 4, 3, 2, 2, 1))[0]
    community = chance.choice(communities)
    if street.endswith("街道"):
        road, door = chance.choice(names.ROADS), chance.randrange(1, 120)
        flat = f"{chance.randrange(1, 18)}栋{chance.randrange(1, 18)}0{chance.randrange(1, 5)}室"
        address = f"云汀市{street}{community}{road}{door}号{flat}"
    else:
        address = f"云汀市{street}{community}{chance.randrange(1, 12)}组{chance.randrange(1, 90)}号"
    first = max(born, registry.today - timedelta(days=365 * 30))
    days = max((registry.today - first).days, 1)
    since = first + timedelta(days=chance.randrange(days))
    return Household(registry.household_number(), address, street, head, division, since)


def _wedding(registry: Registry, born: list[date]) -> date:
    """Return a day on which both were 22 or older."""
    grown = date(max(born).year + 22, 12, 31)
    latest = registry.today - timedelta(days=30)
    if grown >= latest:
        return latest
    return min(grown + timedelta(days=registry.chance.randrange(3000)), latest)


def _death(registry: Registry) -> date:
    return registry.today - timedelta(days=registry.chance.randrange(40, 3600))
