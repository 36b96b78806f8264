"""A year of the calendar that counts holidays as working days is told, also one that has none."""

from tests.builders.definitions import instance_of

from tongban.kit.definitions.finding import Finding

_HOLIDAYS = "".join(f"      - {{date: 2026-10-{day:02d}, name: 国庆节}}\n" for day in range(1, 12))


def _said(year: str) -> list[Finding]:
    found = instance_of(f"# file: calendar.yaml\nyears:\n  - {year}").findings
    return [one for one in found if one.code == "government.calendar_short_year"]


def test_a_year_without_any_holiday_is_told_as_one_with_few_is() -> None:
    (warning,) = _said("{year: 2026, source: 通知}\n")
    assert "写了 0 个放假日" in warning.message("zh")
    assert "until it is published leave the year out" in warning.message("en")


def test_a_year_with_all_days_off_is_in_order() -> None:
    assert _said("year: 2026\n    source: 通知\n    holidays:\n" + _HOLIDAYS) == []
