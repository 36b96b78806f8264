"""Facts that were written in from public sources are those of the sources."""

import csv
import datetime as dt
import json
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from tongban.app.instance import load
from tongban.app.setup import demonstration_folder
from tongban.kit.i18n import translate
from tongban.modules.government.definition import CalendarDefinition, CalendarYear, divisions
from tongban.modules.government.definition.codes import LEVELS, NATURES
from tongban.modules.services.definition import codes

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT.parent / "shared/data"
STARTER = ROOT / "src/tongban/app/instance/starter"
pytestmark = pytest.mark.skipif(not DATA.exists(), reason="../shared/data is not here")
SETS = {
    "A.1": codes.TYPES,
    "A.2": LEVELS,
    "A.3": NATURES,
    "A.4": codes.AUDIENCES,
    "A.5": codes.CHANNELS,
    "A.6": codes.KINDS,
    "A.7": codes.SPECIAL_PROCEDURES,
    "A.8": codes.SATISFACTION,
}
SHORTER = {
    ("A.2", "1"): "国家级",
    ("A.2", "2"): "省级",
    ("A.2", "3"): "市级",
}
"""Levels of the standard that name a second way of belonging; the first is kept."""


def of_the_standard(table: str) -> dict[str, str]:
    """Return a code set as the standard has it, without what it leaves open."""
    whole = json.loads((DATA / "codes_gbt39046_2020.json").read_text("utf-8"))
    (found,) = [values for name, values in whole.items() if name.startswith(table)]
    return {code: name for code, name in found.items() if not code.endswith("..")}


@pytest.mark.parametrize("table", SETS)
def test_a_code_set_is_that_of_the_standard(table: str) -> None:
    wanted = {
        code: SHORTER.get((table, code), name.replace("(", "（").replace(")", "）"))
        for code, name in of_the_standard(table).items()
    }
    assert {code: name["zh"] for code, name in SETS[table].items()} == wanted


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_type_of_the_standard_has_its_name_on_pages(language: str) -> None:
    for code, name in codes.TYPES.items():
        shown = translate(language, f"services.type.{code}")
        assert shown == name["zh"] if language == "zh" else shown.isascii() and shown


def test_every_code_set_of_the_standard_is_compared() -> None:
    whole = json.loads((DATA / "codes_gbt39046_2020.json").read_text("utf-8"))
    assert {name.split()[0] for name in whole if name.startswith("A.")} == set(SETS)


def published() -> dict[int, dict[str, set[dt.date]]]:
    """Return the published days off and make-up days by year."""
    (path,) = DATA.glob("cn_holiday_overrides_*.csv")
    found: dict[int, dict[str, set[dt.date]]] = defaultdict(lambda: defaultdict(set))
    with path.open(encoding="utf-8-sig") as file:
        for row in csv.DictReader(file):
            day = dt.date.fromisoformat(row["date"])
            found[day.year][row["kind"]].add(day)
    return found


def years(folder: Path) -> list[CalendarYear]:
    calendar = load(folder).one(CalendarDefinition)
    assert calendar is not None
    return list(calendar.years)


@pytest.mark.parametrize("folder", [demonstration_folder(), STARTER], ids=["demonstration", "new"])
def test_the_holidays_of_a_calendar_are_those_that_were_published(folder: Path) -> None:
    known: Any = published()
    compared = [year for year in years(folder) if year.year in known]
    assert compared
    for year in compared:
        assert {day.date for day in year.holidays} == known[year.year]["holiday"]
        assert {day.date for day in year.workdays} == known[year.year]["makeup_workday"]


def test_the_divisions_that_were_built_are_those_of_the_source() -> None:
    wanted: dict[str, str] = {}
    for level in ("provinces", "cities", "areas"):
        with (DATA / f"divisions/{level}.csv").open(encoding="utf-8-sig") as file:
            wanted |= {row["code"].ljust(6, "0"): row["name"] for row in csv.DictReader(file)}
    assert dict(divisions.listed()) == wanted
