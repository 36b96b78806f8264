"""Facts that were written in from public sources are those of the sources.

Each is compared with its source where that is at hand (``../shared/data``), and everywhere with the
digest that it had when it was: so no fact changes unseen.
"""

import csv
import datetime as dt
import hashlib
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
AT_HAND = DATA.exists()
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


PUBLISHED = {"demonstration": (2025, 2026), "new": (2026,)}
"""Years of a calendar whose holidays the State Council has published."""
COMPARED = {
    "A.1": "b65240346f3d33d69bd7299aaddcd338",
    "A.2": "5c3b262ba1b0d1200360f82d9dd06238",
    "A.3": "c15e3ab1238978694137fa3ac1eb1d08",
    "A.4": "e4ea5a304164f3753492167c099c6a44",
    "A.5": "04a3789a00af000448d8bbc8260f4de1",
    "A.6": "af5d9d085af3366da094f961721adb58",
    "A.7": "5cf1a0b384c7d58086f9bfb2a1117c08",
    "A.8": "1473b0c07d469c0790675b3945e94fc6",
    "holidays of demonstration": "86b390e2bce69607a2acf2ffe76d4b6d",
    "holidays of new": "64f223d8918eb7eb80919e296a379ed9",
    "divisions": "83985b4e0d6f5dfd9c5034ad93ef98f6",
}
"""Digests of the facts as they were when compared with their sources."""


def check(name: str, fact: Any, source: Any) -> None:
    """Hold a fact against its source, where it is at hand, and against what it was then."""
    if AT_HAND:
        assert fact == source
    text = json.dumps(fact, ensure_ascii=False, sort_keys=True, default=str)
    assert hashlib.sha256(text.encode()).hexdigest()[:32] == COMPARED[name]


def of_the_standard(table: str) -> dict[str, str]:
    """Return a code set as the standard has it, without what it leaves open; empty without it."""
    if not AT_HAND:
        return {}
    whole = json.loads((DATA / "codes_gbt39046_2020.json").read_text("utf-8"))
    (found,) = [values for name, values in whole.items() if name.startswith(table)]
    return {code: name for code, name in found.items() if not code.endswith("..")}


@pytest.mark.parametrize("table", SETS)
def test_a_code_set_is_that_of_the_standard(table: str) -> None:
    wanted = {
        code: SHORTER.get((table, code), name.replace("(", "（").replace(")", "）"))
        for code, name in of_the_standard(table).items()
    }
    check(table, {code: name["zh"] for code, name in SETS[table].items()}, wanted)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(
    ("table", "message"),
    [
        ("A.1", "services.type"),
        ("A.2", "services.level"),
        ("A.3", "government.nature"),
        ("A.4", "services.audience"),
        ("A.5", "services.channel"),
        ("A.6", "services.kind"),
    ],
)
def test_every_code_of_the_standard_has_its_name_on_pages(
    table: str, message: str, language: str
) -> None:
    for code, name in SETS[table].items():
        shown = translate(language, f"{message}.{code}")
        assert shown == name["zh"] if language == "zh" else shown.isascii() and shown != name["zh"]


def test_every_code_set_of_the_standard_is_compared() -> None:
    assert set(SETS) < set(COMPARED)
    if AT_HAND:
        whole = json.loads((DATA / "codes_gbt39046_2020.json").read_text("utf-8"))
        assert {name.split()[0] for name in whole if name.startswith("A.")} == set(SETS)


def published() -> dict[int, dict[str, set[dt.date]]]:
    """Return the published days off and make-up days by year; none without the source."""
    if not AT_HAND:
        return {}
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


@pytest.mark.parametrize(
    ("folder", "name"),
    [(demonstration_folder(), "demonstration"), (STARTER, "new")],
    ids=["demonstration", "new"],
)
def test_the_holidays_of_a_calendar_are_those_that_were_published(folder: Path, name: str) -> None:
    known: Any = published()
    compared = [year for year in years(folder) if year.year in (known or PUBLISHED[name])]
    assert tuple(year.year for year in compared) == PUBLISHED[name]
    found = {
        year.year: {
            "holiday": sorted(day.date for day in year.holidays),
            "makeup_workday": sorted(day.date for day in year.workdays),
        }
        for year in compared
    }
    source = {
        year: {kind: sorted(days) for kind, days in known[year].items()}
        for year in PUBLISHED[name]
        if known
    }
    check(f"holidays of {name}", found, source)


def test_the_divisions_that_were_built_are_those_of_the_source() -> None:
    wanted: dict[str, str] = {}
    for level in ("provinces", "cities", "areas") if AT_HAND else ():
        with (DATA / f"divisions/{level}.csv").open(encoding="utf-8-sig") as file:
            wanted |= {row["code"].ljust(6, "0"): row["name"] for row in csv.DictReader(file)}
    check("divisions", dict(divisions.listed()), wanted)
