"""What police, civil affairs, housing, schools, hospitals and others write about persons."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from tongban.app.demonstration import names, stories
from tongban.app.demonstration.lives import Life
from tongban.app.demonstration.numbers import bank_account, phone
from tongban.app.demonstration.people import Person
from tongban.app.demonstration.tables import (
    Row,
    Table,
    amounts,
    compact,
    hundredths,
    joined,
    numbers,
    texts,
    yuan,
)
from tongban.app.demonstration.town import Town
from tongban.kernel.dates import add_months


def _day(value: date | None) -> str | None:
    return None if value is None else value.isoformat()


# Public security --------------------------------------------------------------------------------


def population(town: Town) -> list[Table]:
    """Return the tables of the police's population system."""
    return [
        Table(
            "person",
            texts("resident_id", "name", "sex", "birth_date", "ethnicity", "status"),
            (_basic(one) for one in town.people),
        ),
        Table(
            "household_register",
            joined(
                texts("resident_id", "name", "household_number", "household_head"),
                texts("relation_to_head", "household_type", "household_address"),
                texts("household_division", "household_registered_on"),
                numbers("household_size"),
            ),
            (_registered(one, town.sizes) for one in town.people if _local(one)),
        ),
        Table(
            "identity_card",
            texts("resident_id", "name", "identity_card_issuer", "identity_card_valid_until"),
            (_card(one, town.today) for one, _ in town.living if one.age(town.today) >= 16),
        ),
        Table(
            "residence_permit",
            texts(
                "resident_id",
                "name",
                "residence_permit_number",
                "residence_address",
                "residence_since",
                "residence_permit_valid_until",
            ),
            (_permit(one, town.today) for one in town.people if _elsewhere(one)),
        ),
    ]


def _local(person: Person) -> bool:
    return person.household.local and person.died is None


def _elsewhere(person: Person) -> bool:
    return not person.household.local and person.died is None


def _basic(one: Person) -> Row:
    """The police write words for codes, and days as eight digits."""
    sex = "女" if one.woman else "男"
    status = "正常" if one.died is None else "死亡"
    return one.id, one.name, sex, compact(one.born), one.ethnicity, status


def _registered(one: Person, sizes: Counter[str]) -> Row:
    home = one.household
    return (
        one.id,
        one.name,
        home.number,
        home.head,
        one.relation,
        "家庭户",
        home.address,
        home.division,
        max(home.registered_on, one.born).isoformat(),
        sizes[home.number],
    )


def _card(one: Person, today: date) -> Row:
    """A card of someone over 46 is valid for ever, so no last day is written."""
    until = f"{today.year + 1 + one.serial % 14}-06-30" if one.age(today) < 46 else None
    return one.id, one.name, "云汀市公安局", until


def _permit(one: Person, today: date) -> Row:
    since = today - timedelta(days=200 + one.serial % 1500)
    until = add_months(today, 1 + one.serial % 11)
    number = f"JZ470181{one.serial:08d}"
    return one.id, one.name, number, one.household.address, since.isoformat(), until.isoformat()


def traffic_drivers(town: Town) -> Table:
    """Return the drivers, with how many vehicles each owns."""
    return Table(
        "driver",
        joined(
            texts("resident_id", "driving_licence_class", "driving_licence_valid_until"),
            numbers("driving_points", "vehicle_count"),
        ),
        (_driver(one, life, town.today) for one, life in town.adults),
    )


def _driver(one: Person, life: Life, today: date) -> Row:
    if not life.licence:
        return one.id, None, None, None, life.vehicles
    kind = "C1" if one.serial % 9 else "B2"
    until = add_months(today, 6 + one.serial % 100).isoformat()
    return one.id, kind, until, (0, 0, 0, 1, 3, 6)[one.serial % 6], life.vehicles


# Civil affairs ----------------------------------------------------------------------------------


def civil(town: Town) -> list[Table]:
    """Return the tables about persons of the civil affairs system."""
    called = {one.id: one.name for one in town.people}
    old = [(one, life) for one, life in town.living if one.age(town.today) >= 60]
    return [
        Table(
            "marriage",
            texts(
                "resident_id",
                "name",
                "marital_status",
                "spouse_name",
                "spouse_resident_id",
                "marriage_registered_on",
                "marriage_certificate_number",
            ),
            (_marriage(one, called) for one, _ in town.adults),
        ),
        Table(
            "social_assistance",
            joined(
                texts("resident_id", "name", "low_income", "low_income_since"),
                amounts("low_income_monthly"),
                numbers("destitute"),
                amounts("household_income_per_head"),
            ),
            (_assistance(one, life, town.today) for one, life in town.living),
        ),
        Table(
            "old_age_allowance",
            joined(
                texts("resident_id"),
                numbers("old_age_allowance"),
                texts("old_age_allowance_since"),
                amounts("old_age_allowance_monthly"),
            ),
            (_allowance(one, town.today) for one, _ in old),
        ),
        Table(
            "funeral",
            texts("resident_id", "death_date"),
            ((one.id, _day(one.died)) for one in town.people if one.died is not None),
        ),
        Table(
            "disability_subsidy",
            joined(texts("resident_id"), numbers("living_subsidy", "care_subsidy")),
            (_subsidy(one, life) for one, life in town.living if life.disability),
        ),
    ]


_MARITAL = {"single": "未婚", "married": "已婚", "divorced": "离异", "widowed": "丧偶"}
"""What civil affairs writes."""


def _marriage(one: Person, called: dict[str, str]) -> Row:
    if not one.spouse:
        return one.id, one.name, _MARITAL[one.marital], None, None, None, None
    wed = one.married_on
    number = f"J470181-{wed.year if wed else 0}-{one.household.number[-6:]}"
    spouse = (called[one.spouse], one.spouse) if one.marital == "married" else (None, None)
    return one.id, one.name, _MARITAL[one.marital], *spouse, _day(wed), number


def _assistance(one: Person, life: Life, today: date) -> Row:
    monthly = {"subsistence": 68_000}.get(life.assistance)
    since = None
    if life.assistance != "none":
        since = (today - timedelta(days=100 + int(one.household.number[-4:]) % 1500)).isoformat()
    destitute = int(life.assistance == "subsistence" and one.relation == "head" and _alone(one))
    income = yuan(max(life.income, 30_000))
    return one.id, one.name, life.assistance, since, yuan(monthly), destitute, income


def _alone(one: Person) -> bool:
    return not one.spouse and one.serial % 40 == 0


def _allowance(one: Person, today: date) -> Row:
    age = one.age(today)
    if age < 80 or one.id in stories.IDS or one.serial % 9 == 0:
        return one.id, 0, None, None
    since = add_months(one.born, 12 * 80 + 1)
    monthly = 50_000 if age >= 100 else 20_000 if age >= 90 else 10_000
    return one.id, 1, since.isoformat(), yuan(monthly)


def _subsidy(one: Person, life: Life) -> Row:
    if one.id in stories.IDS:
        return one.id, 0, 0
    living = int(life.assistance != "none" and one.serial % 3 != 0)
    return one.id, living, int(life.degree in ("1", "2") and one.serial % 3 != 0)


def disability(town: Town) -> list[Table]:
    """Return the disability register."""
    return [
        Table(
            "certificate",
            texts(
                "resident_id",
                "name",
                "disability_certificate_number",
                "disability_category",
                "disability_level",
                "disability_certificate_valid_until",
                "guardian_name",
                "guardian_phone",
            ),
            (_disabled(one, life, town.today) for one, life in town.living if life.disability),
        )
    ]


_KINDS = ("visual", "hearing", "speech", "physical", "intellectual", "mental", "multiple")


def _disabled(one: Person, life: Life, today: date) -> Row:
    """The number is the resident number, the kind and the degree: 20 characters."""
    number = f"{one.id}{_KINDS.index(life.disability) + 1}{life.degree}"
    until = add_months(today, 3 + one.serial % 110).isoformat()
    guarded = life.disability in ("intellectual", "mental") and one.household.head != one.name
    guardian = (one.household.head, phone(one.serial + 60_000)) if guarded else (None, None)
    return one.id, one.name, number, life.disability, life.degree, until, *guardian


# Homes, schools, health, land -------------------------------------------------------------------


def person_property(town: Town) -> Table:
    """Return how many homes each adult owns, none included."""
    owned: dict[str, list[int]] = {}
    first: dict[str, str] = {}
    for home in town.homes:
        owned.setdefault(home.owner, []).append(home.area)
        first.setdefault(home.owner, certificate_number(home.registered_on, home.number))
    return Table(
        "person_property",
        joined(
            texts("resident_id"),
            numbers("property_count"),
            texts("property_area", "property_certificate_number"),
        ),
        (
            (
                one.id,
                len(owned.get(one.id, ())),
                hundredths(sum(owned.get(one.id, ()))),
                first.get(one.id),
            )
            for one, _ in town.adults
        ),
    )


def certificate_number(day: date, number: int) -> str:
    """Return the number of a real estate certificate."""
    return f"汀（{day.year}）云汀市不动产权第{number + 1:07d}号"


def housing_persons(town: Town) -> list[Table]:
    """Return who waits for or rents public housing, and who signed for a new home."""
    return [
        Table(
            "public_rental",
            texts("resident_id", "public_rental", "public_rental_since"),
            (_rental(one, life, town.today) for one, life in town.adults),
        ),
        Table(
            "presale_contract",
            joined(texts("resident_id"), numbers("presale_contracts")),
            ((one.id, int(one.serial % 50 == 49)) for one, _ in town.adults),
        ),
    ]


def _rental(one: Person, life: Life, today: date) -> Row:
    since = today - timedelta(days=30 + one.serial % 900)
    return one.id, life.renting, None if life.renting == "none" else since.isoformat()


def health_persons(town: Town, chance: Random) -> list[Table]:
    """Return births, vaccinations and family doctors."""
    called = {one.id: one.name for one in town.people}
    return [
        Table(
            "birth",
            texts(
                "resident_id",
                "name",
                "birth_certificate_number",
                "mother_name",
                "father_name",
                "birth_place",
            ),
            (
                (
                    one.id,
                    one.name,
                    f"T47{one.serial:07d}",
                    called[one.mother],
                    called.get(one.father),
                    names.HOSPITALS[one.serial % 3],
                )
                for one in town.people
                if one.mother and one.born.year >= 1996
            ),
        ),
        Table(
            "vaccination",
            joined(
                texts("resident_id"),
                numbers("vaccination_complete"),
                texts("vaccination_checked_on"),
            ),
            (
                (
                    one.id,
                    int(chance.random() < 0.96),
                    (town.today - timedelta(days=one.serial % 600)).isoformat(),
                )
                for one in town.people
                if one.age(town.today) <= 14
            ),
        ),
        Table(
            "family_doctor",
            texts("resident_id", "family_doctor"),
            (
                (one.id, f"{names.surname(chance)}医生（{names.HOSPITALS[one.serial % 3]}）")
                for one, _ in town.living
                if one.age(town.today) >= 65 or one.serial % 4 == 0
            ),
        ),
    ]


def education_persons(town: Town) -> list[Table]:
    """Return pupils and the education of adults."""
    return [
        Table(
            "student",
            texts("resident_id", "name", "school_name", "school_grade", "student_number"),
            _students(town),
        ),
        Table(
            "qualification",
            texts("resident_id", "education", "teacher_certificate_number"),
            (
                (
                    one.id,
                    names.EDUCATIONS[(one.serial * 7) % 8],
                    f"{one.born.year + 24}470181{one.serial:07d}" if one.serial % 37 == 0 else None,
                )
                for one, _ in town.adults
            ),
        ),
    ]


def _students(town: Town) -> Iterator[Row]:
    for one, _ in town.living:
        age = one.age(town.today)
        if 6 <= age < 18:
            schools = names.SCHOOLS if age < 12 else names.MIDDLE_SCHOOLS
            grade = (
                "一二三四五六七八九"[age - 6] + "年级" if age < 15 else f"高{'一二三'[age - 15]}"
            )
            yield one.id, one.name, schools[one.serial % len(schools)], grade, f"G{one.id}"


def veterans(town: Town) -> list[Table]:
    """Return the veterans."""
    return [
        Table(
            "veteran",
            joined(
                texts("resident_id", "name"),
                numbers("veteran"),
                texts("discharged_on", "veteran_card_number"),
            ),
            (
                (one.id, one.name, 1, f"{one.born.year + 20}-12-01", f"47{one.serial:08d}")
                for one, life in town.living
                if life.veteran
            ),
        )
    ]


def agriculture(town: Town) -> list[Table]:
    """Return the land contracts of rural households, under the name of the head."""
    return [
        Table(
            "land_contract",
            texts("resident_id", "contracted_land_area", "land_contract_number"),
            (
                (
                    one.id,
                    hundredths(120 + (one.serial * 37) % 900),
                    f"470181{one.serial:07d}J",
                )
                for one, _ in town.living
                if one.relation == "head" and one.household.rural and one.household.local
            ),
        )
    ]


def finance(town: Town) -> list[Table]:
    """Return the accounts into which subsidies are paid, and what was paid this year."""
    return [
        Table(
            "payment_account",
            texts(
                "resident_id",
                "bank_account_name",
                "bank_name",
                "bank_account",
                "bank_account_status",
            ),
            (
                (
                    one.id,
                    one.name,
                    names.BANKS[one.serial % 3],
                    bank_account(one.serial),
                    "normal" if one.serial % 53 else "frozen",
                )
                for one, life in town.adults
                if life.account
            ),
        ),
        Table(
            "payment",
            joined(texts("resident_id"), numbers("subsidies_paid_year")),
            (
                (one.id, 68_000 * town.today.month)
                for one, life in town.adults
                if life.assistance == "subsistence" and life.account
            ),
        ),
    ]


def credit_persons(town: Town) -> Table:
    """Return who is listed as a dishonest judgment debtor."""
    return Table(
        "dishonest_person",
        joined(texts("resident_id"), numbers("dishonest")),
        ((one.id, int(one.serial % 250 == 240)) for one, _ in town.adults),
    )
