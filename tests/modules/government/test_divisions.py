"""The list of divisions: what a code is called, whether it is there, and which one was meant."""

import subprocess
import sys
from pathlib import Path

import pytest
from tests.builders.definitions import SMALL, codes, instance_of

from tongban.modules.government.definition import divisions

REAL = SMALL.replace("demonstration: true\n", "")
KNOWN = {
    "110000": "北京市",
    "110100": "市辖区",
    "110105": "朝阳区",
    "500000": "重庆市",
    "500200": "县",
    "511600": "广安市",
    "511602": "广安区",
    "511603": "前锋区",
}


def test_the_built_list_has_the_provinces_cities_and_counties_of_the_mainland() -> None:
    known = divisions.listed()
    assert known["510000"] == "四川省"
    assert known["511600"] == "广安市"
    assert known["511602"] == "广安区"
    assert all(len(code) == 6 and code.isdecimal() and name for code, name in known.items())
    assert sum(code.endswith("0000") for code in known) == 31
    cities_without_counties = {"441900", "442000", "460400"}
    assert len(known) == 31 + 342 + 2978 - len(cities_without_counties)


@pytest.mark.parametrize(
    ("division", "name"),
    [
        ("511602", "广安区"),
        ("110100", "北京市"),
        ("500200", ""),
        ("511602001", ""),
        ("470181", ""),
        ("", ""),
    ],
)
def test_a_division_is_called_as_the_list_says_and_a_heading_is_no_name(
    division: str, name: str
) -> None:
    assert divisions.name_of(division, KNOWN) == name


def test_a_place_is_said_from_the_top_down() -> None:
    assert divisions.within("110105", KNOWN) == "北京市朝阳区"
    assert divisions.within("511600", KNOWN) == "广安市"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("511612", "511602"),
        ("511620", "511600"),
        ("511612003", "511602003"),
        ("151602", "511602"),
        ("999999", ""),
    ],
)
def test_the_code_that_was_probably_meant_differs_in_two_digits_at_most(
    written: str, meant: str
) -> None:
    assert divisions.meant(written, KNOWN) == meant
    assert divisions.meant(written, {}) == ""


@pytest.mark.parametrize("division", ["511602", "511602003", "511602003001"])
def test_a_listed_division_and_what_is_below_it_are_found(division: str) -> None:
    found = instance_of(REAL.replace("470181", division).replace('level: "4"', 'level: "5"'))
    assert "government.division_not_listed" not in codes(found)


def test_a_division_that_is_not_listed_is_a_warning_with_what_was_meant() -> None:
    found = instance_of(REAL.replace("470181", "511632"))
    (one,) = [each for each in found.findings if each.code == "government.division_not_listed"]
    assert one.severity.value == "warning"
    assert one.suggestion == "511622"
    for language in ("zh", "en"):
        assert "2023-06-30" in one.message(language)
    assert (one.place.file, one.place.line) == ("government.yaml", 2)


def test_a_demonstration_may_stand_in_a_division_that_exists_nowhere() -> None:
    assert "government.division_not_listed" in codes(instance_of(REAL))
    assert "government.division_not_listed" not in codes(instance_of(SMALL))


def test_where_the_list_was_not_built_nothing_is_said(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(divisions, "LISTED", tmp_path / "divisions.csv")
    divisions.listed.cache_clear()
    try:
        assert divisions.listed() == {}
        assert "government.division_not_listed" not in codes(instance_of(REAL))
    finally:
        divisions.listed.cache_clear()


def test_the_list_is_read_only_when_a_division_is_looked_up() -> None:
    code = (
        "from tongban.app.instance import parts\n"
        "from tongban.modules.government.definition import divisions\n"
        "print(divisions.listed.cache_info().currsize)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "0"
