"""The department databases: every link leads somewhere, and what they say hangs together."""

import datetime as dt
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeAlias

import msgspec
import yaml

from tongban.app.demonstration import SEED, Summary, build, stories
from tongban.app.demonstration.numbers import DIVISION, NEIGHBOURS
from tongban.app.demonstration.town import town
from tongban.kernel.dates import years_between
from tongban.kernel.identifiers import birth_date, credit_code_fault, is_female, resident_id_fault
from tongban.modules.catalog.definition import ElementDefinition, ResourceDefinition
from tongban.modules.exchange.definition.reading import reading
from tongban.modules.exchange.rules.converting import convert

TODAY = dt.date(2026, 11, 24)

Ask: TypeAlias = Callable[..., list[dict[str, Any]]]

INSTANCE = Path(__file__).parents[3] / "instances" / "demonstration"


def _resources() -> list[ResourceDefinition]:
    files = sorted((INSTANCE / "resources").glob("*.yaml"))
    found = [entry for file in files for entry in yaml.safe_load(file.read_text())]
    return [msgspec.convert(entry, ResourceDefinition) for entry in found]


def _elements() -> dict[str, ElementDefinition]:
    found = yaml.safe_load((INSTANCE / "elements.yaml").read_text())
    return {entry["code"]: msgspec.convert(entry, ElementDefinition) for entry in found}


def test_there_are_five_thousand_people_and_a_thousand_organisations(
    databases: tuple[Path, Summary],
) -> None:
    _, summary = databases
    assert (summary.people, summary.organisations) == (5_000, 1_000)


def test_the_same_seed_and_day_give_the_same_rows(
    databases: tuple[Path, Summary], tmp_path: Path
) -> None:
    _, summary = databases
    assert build(tmp_path, today=TODAY, seed=SEED) == summary
    assert build(tmp_path, today=TODAY, seed=SEED + 1).digest != summary.digest


def test_building_again_takes_the_place_of_what_was_there(tmp_path: Path) -> None:
    build(tmp_path, today=TODAY)
    (tmp_path / "notes.txt").write_text("kept")
    before = sorted(file.name for file in tmp_path.iterdir())
    build(tmp_path, today=TODAY + dt.timedelta(days=1))
    assert sorted(file.name for file in tmp_path.iterdir()) == before
    assert [file.name for file in tmp_path.parent.glob(".*.unfinished")] == []


def test_every_source_is_a_database_that_was_written(databases: tuple[Path, Summary]) -> None:
    folder, summary = databases
    sources = yaml.safe_load((INSTANCE / "sources.yaml").read_text())
    assert {one["location"] for one in sources} == {file.name for file in folder.iterdir()}
    assert summary.sources == len(sources)


def test_every_link_finds_its_table_and_columns_with_one_row_for_a_subject(
    databases: tuple[Path, Summary],
) -> None:
    folder, _ = databases
    for resource in _resources():
        if resource.link is None:
            continue
        link = resource.link
        with closing(sqlite3.connect(folder / f"{link.source}.db")) as connection:
            info = list(connection.execute(f"PRAGMA table_info({link.table})"))
            keys = [name for _, name, _, _, _, key in info if key]
            rows = connection.execute(f"SELECT count(*) FROM {link.table}").fetchone()[0]
        columns = {item.column for item in resource.items}
        assert columns == {name for _, name, *_ in info}, resource.code
        assert keys == [link.identifier], resource.code
        assert rows > 0, resource.code


def test_every_value_fits_its_element_as_its_item_says_it_is_written(ask: Ask) -> None:
    elements = _elements()
    for resource in _resources():
        if resource.link is None:
            continue
        how = {item.column: reading(elements[item.element], item, TODAY) for item in resource.items}
        for row in ask(resource.link.source, f"SELECT * FROM {resource.link.table}"):
            for column, value in row.items():
                assert value is None or convert(value, how[column]) is not None, (column, value)


def test_departments_write_money_dates_and_codes_each_in_their_own_way(ask: Ask) -> None:
    elements, way = _elements(), dict[str, set[str]]()
    for item in (item for one in _resources() if one.link for item in one.items):
        written = item.written
        way.setdefault("unit", set()).add(written.unit.value if written.unit else "")
        way.setdefault("date", set()).add(written.date)
        assert set(written.codes.values()) in (set(), set(elements[item.element].codes))
    assert way == {"unit": {"", "fen", "yuan", "wan_yuan"}, "date": {"", "YYYYMMDD"}}


# Nobody real ------------------------------------------------------------------------------------


def test_resident_numbers_are_well_formed_and_cannot_be_anybodys(ask: Ask) -> None:
    for row in ask("population", "SELECT * FROM person"):
        number = row["resident_id"]
        assert resident_id_fault(number, today=TODAY) is None
        assert number[:6] in (DIVISION, *NEIGHBOURS)
        assert number.startswith("47")
        assert birth_date(number) == _born(row)
        assert is_female(number) == (row["sex"] == "女")


def test_credit_codes_are_well_formed_and_cannot_be_anybodys(ask: Ask) -> None:
    codes = [row["credit_code"] for row in ask("registration", "SELECT * FROM organisation")]
    codes += [row["credit_code"] for row in ask("civil", "SELECT * FROM social_organisation")]
    assert len(codes) == 1_000
    assert [code for code in codes if credit_code_fault(code) is not None] == []
    assert {code[2:8] for code in codes} == {DIVISION}


# Families ---------------------------------------------------------------------------------------


def test_spouses_name_each_other_and_were_grown_up_at_their_wedding() -> None:
    everyone = {one.id: one for one in town(SEED, TODAY).people}
    married = [one for one in everyone.values() if one.spouse]
    assert len(married) > 1_500
    for one in married:
        other = everyone[one.spouse]
        assert other.spouse == one.id
        assert other.marital == one.marital
        assert other.married_on == one.married_on
        assert other.woman != one.woman
        assert one.married_on is not None
        assert years_between(one.born, one.married_on) >= 20
        assert one.household == other.household


def test_children_are_at_least_sixteen_years_younger_than_their_parents() -> None:
    everyone = {one.id: one for one in town(SEED, TODAY).people}
    children = [one for one in everyone.values() if one.mother]
    assert len(children) > 800
    for one in children:
        for parent in (everyone[one.mother], everyone[one.father]):
            assert years_between(parent.born, one.born) >= 16
            assert parent.household == one.household


def test_a_household_has_one_head_after_whom_it_is_registered(ask: Ask) -> None:
    rows = ask(
        "population",
        "SELECT household_number, household_head, household_size, count(*) AS people,"
        " sum(relation_to_head = 'head') AS heads,"
        " max(CASE WHEN relation_to_head = 'head' THEN name END) AS head"
        " FROM household_register GROUP BY household_number",
    )
    assert all(row["heads"] == 1 and row["head"] == row["household_head"] for row in rows)
    assert all(row["people"] == row["household_size"] for row in rows)


def test_all_ages_are_there() -> None:
    ages = [one.age(TODAY) for one in town(SEED, TODAY).people]
    assert min(ages) == 0
    assert max(ages) >= 95
    for low, high, least in ((0, 14, 0.1), (15, 39, 0.2), (40, 64, 0.2), (65, 120, 0.1)):
        assert sum(low <= age <= high for age in ages) / len(ages) >= least


def test_the_dead_are_in_no_register_of_the_living(ask: Ask) -> None:
    dead = {row["resident_id"] for row in ask("civil", "SELECT resident_id FROM funeral")}
    assert dead
    for source, table in (
        ("population", "household_register"),
        ("human_resources", "pension"),
        ("medical_insurance", "insured"),
        ("finance", "payment_account"),
    ):
        listed = {row["resident_id"] for row in ask(source, f"SELECT resident_id FROM {table}")}
        assert not dead & listed, table


# Between departments ----------------------------------------------------------------------------


def test_sums_of_contributions_are_those_of_the_months(ask: Ask) -> None:
    months = dict[tuple[str, str], list[Decimal]]()
    for row in ask("tax", "SELECT resident_id, kind, amount FROM contribution_month"):
        months.setdefault((row["resident_id"], row["kind"]), []).append(_yuan(row["amount"]))
    for row in ask("tax", "SELECT * FROM contribution"):
        for kind in ("pension", "medical"):
            paid = months.get((row["resident_id"], kind), [])
            assert len(paid) == row[f"{kind}_paid_months_12"]
            assert sum(paid) == _yuan(row[f"{kind}_paid_12"])


def _yuan(kept: float) -> Decimal:
    """Return an amount as it was written: SQLite keeps a NUMERIC 0.1 as a float, and floats do not add."""
    return Decimal(str(kept))


def test_employers_are_businesses_that_are_registered_and_active(ask: Ask) -> None:
    active = {
        row["credit_code"]: row["name"]
        for row in ask("registration", "SELECT * FROM organisation WHERE status = 'active'")
    } | {
        row["credit_code"]: row["name"] for row in ask("civil", "SELECT * FROM social_organisation")
    }
    employed = ask("human_resources", "SELECT * FROM employment WHERE employer_code IS NOT NULL")
    assert len(employed) > 1_000
    assert all(active.get(row["employer_code"]) == row["employer_name"] for row in employed)


def test_legal_representatives_are_living_adults(ask: Ask) -> None:
    alive = {
        row["resident_id"]: row
        for row in ask("population", "SELECT * FROM person WHERE status = '正常'")
    }
    for row in ask("registration", "SELECT * FROM organisation"):
        person = alive[row["legal_representative_id"]]
        assert person["name"] == row["legal_representative"]
        assert years_between(_born(person), TODAY) >= 18


def test_homes_counted_for_a_person_are_those_in_the_register(ask: Ask) -> None:
    owned: dict[str, int] = {}
    for row in ask("property", "SELECT owner_id FROM real_estate"):
        owned[row["owner_id"]] = owned.get(row["owner_id"], 0) + 1
    for row in ask("property", "SELECT * FROM person_property"):
        assert row["property_count"] == owned.get(row["resident_id"], 0)


# Stories ----------------------------------------------------------------------------------------


def _born(person: Mapping[str, str]) -> dt.date:
    """Return the day that the police wrote as eight digits."""
    return dt.date.fromisoformat(person["birth_date"])


def _about(ask: Ask, source: str, table: str, person: str) -> dict[str, Any]:
    (row,) = ask(source, f"SELECT * FROM {table} WHERE resident_id = ?", person)
    return row


def test_lin_meets_every_condition_of_the_subsidy(ask: Ask) -> None:
    household = _about(ask, "population", "household_register", stories.LIN)
    work = _about(ask, "human_resources", "employment", stories.LIN)
    hardship = _about(ask, "human_resources", "hardship", stories.LIN)
    received = _about(ask, "human_resources", "employment_subsidy", stories.LIN)
    paid = _about(ask, "tax", "contribution", stories.LIN)
    assert household["household_division"] == DIVISION
    assert work["employment_status"] == "flexible"
    assert dt.date.fromisoformat(work["employment_registered_on"]) < TODAY - dt.timedelta(days=366)
    assert hardship["hardship_category"] == "older"
    assert received["subsidy_months_received"] + 12 <= 36
    assert paid["pension_paid_months_12"] == paid["medical_paid_months_12"] == 12
    assert paid["pension_paid_12"] == 9_360
    assert _about(ask, "finance", "payment_account", stories.LIN)["bank_account"]


def test_sun_fails_only_for_the_months_he_did_not_pay(ask: Ask) -> None:
    paid = _about(ask, "tax", "contribution", stories.SUN)
    assert paid["pension_paid_months_12"] == 7
    work = _about(ask, "human_resources", "employment", stories.SUN)
    assert work["employment_status"] == "flexible"
    hardship = _about(ask, "human_resources", "hardship", stories.SUN)
    assert hardship["hardship_category"] != "none"


def test_zhou_is_over_eighty_and_has_no_allowance_yet(ask: Ask) -> None:
    person = _about(ask, "population", "person", stories.ZHOU)
    assert years_between(_born(person), TODAY) >= 80
    assert not _about(ask, "civil", "old_age_allowance", stories.ZHOU)["old_age_allowance"]


def test_zheng_may_have_both_subsidies_and_has_neither(ask: Ask) -> None:
    card = _about(ask, "disability", "certificate", stories.ZHENG)
    given = _about(ask, "civil", "disability_subsidy", stories.ZHENG)
    help_ = _about(ask, "civil", "social_assistance", stories.ZHENG)
    assert card["disability_level"] == "2"
    assert card["disability_certificate_valid_until"] > TODAY.isoformat()
    assert help_["low_income"] == "subsistence"
    assert (given["living_subsidy"], given["care_subsidy"]) == (0, 0)


def test_he_represents_his_company_and_owns_premises(ask: Ask) -> None:
    (company,) = ask(
        "registration", "SELECT * FROM organisation WHERE credit_code = ?", "91470181MA0Y00016Y"
    )
    assert company["legal_representative_id"] == stories.HE
    assert _about(ask, "registration", "position", stories.HE)["company_count"] == 1
    assert _about(ask, "property", "person_property", stories.HE)["property_certificate_number"]


def test_luo_owns_no_home_and_earns_little_enough_for_public_housing(ask: Ask) -> None:
    assert _about(ask, "property", "person_property", stories.LUO)["property_count"] == 0
    assert _about(ask, "tax", "income", stories.LUO)["income_monthly"] <= 4_500
    assert _about(ask, "housing", "public_rental", stories.LUO)["public_rental"] == "none"
    family = _about(ask, "civil", "marriage", stories.LUO)
    assert family["marital_status"] == "已婚"


def test_the_stories_hold_on_another_day_too(tmp_path: Path) -> None:
    for day in (dt.date(2026, 2, 28), dt.date(2028, 2, 29), dt.date(2031, 1, 1)):
        everyone = {one.id: one for one in town(SEED, day).people}
        assert len(everyone) == 5_000
        assert everyone[stories.ZHOU].age(day) >= 80
