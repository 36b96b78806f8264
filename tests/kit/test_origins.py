"""Many visitors and one network: noticed from numbers alone."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tongban.kit.origins import FILE, MANY, Origins, one_network

NOW = datetime(2026, 11, 24, 1, 30, tzinfo=UTC)


def visits(folder: Path, visitors: int, *networks: str, now: datetime = NOW) -> None:
    origins = Origins(folder)
    for number in range(visitors):
        for network in networks:
            origins.note(f"visitor {number}", network, now)


@pytest.mark.parametrize(
    ("visitors", "networks", "one"),
    [
        (MANY, ("203.0.113.9",), True),
        (MANY, ("",), True),
        (MANY * 50, ("203.0.113.9",), True),
        (MANY - 1, ("203.0.113.9",), False),
        (MANY, ("203.0.113.9", "203.0.113.10"), False),
        (0, (), False),
    ],
)
def test_many_visitors_from_one_network_are_noticed(
    tmp_path: Path, visitors: int, networks: tuple[str, ...], *, one: bool
) -> None:
    visits(tmp_path, visitors, *networks)
    assert one_network(tmp_path, NOW) == one
    assert one_network(tmp_path, NOW + timedelta(days=1)) == one
    assert not one_network(tmp_path, NOW + timedelta(days=2))


def test_a_restart_forgets_nobody_and_a_new_day_forgets_the_day_before_yesterday(
    tmp_path: Path,
) -> None:
    visits(tmp_path, MANY, "a", "b")
    visits(tmp_path, MANY, "a")
    assert not one_network(tmp_path, NOW)
    visits(tmp_path, MANY, "a", now=NOW + timedelta(days=2))
    assert one_network(tmp_path, NOW + timedelta(days=2))
    assert "2026-11-24" not in (tmp_path / FILE).read_text()


def test_what_is_kept_are_a_few_numbers_and_nobody(tmp_path: Path) -> None:
    visits(tmp_path, 1000, "203.0.113.9")
    kept = (tmp_path / FILE).read_text()
    assert kept == '{"2026-11-24": {"visitors": 10, "networks": 1}}'


def test_a_file_that_holds_something_else_says_nothing(tmp_path: Path) -> None:
    for content in ("", "[]", '{"2026-11-24": 7}', '{"2026-11-24": {"visitors": "x"}}', "\x00"):
        (tmp_path / FILE).write_text(content)
        assert not one_network(tmp_path, NOW)
    visits(tmp_path, MANY, "a")
    assert one_network(tmp_path, NOW)


def test_a_folder_that_cannot_be_written_keeps_nobody_out(tmp_path: Path) -> None:
    Origins(tmp_path / "nowhere").note("somebody", "203.0.113.9", NOW)
