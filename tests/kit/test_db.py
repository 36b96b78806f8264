"""Units of work: kept whole, kept durably, in turn."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import func, select

from tongban.kernel.errors import Kind, Refusal
from tongban.kit.db import Database, Instant, Unit
from tongban.kit.db.database import plain_engine
from tongban.kit.db.unit import jobs


def _names(database: Database) -> list[str]:
    with database.read() as reader:
        return list(reader.connection.execute(select(jobs.c.name).order_by(jobs.c.name)).scalars())


def test_a_unit_that_ends_well_is_kept(database: Database) -> None:
    database.write(lambda unit: unit.enqueue("kept", {}))
    assert _names(database) == ["kept"]


def test_a_unit_that_fails_leaves_nothing_behind(database: Database) -> None:
    def work(unit: Unit) -> None:
        unit.enqueue("lost", {})
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        database.write(work)
    assert _names(database) == []


def test_a_recorded_refusal_keeps_what_was_written_before_it(database: Database) -> None:
    def work(unit: Unit) -> None:
        unit.enqueue("on record", {})
        raise unit.recorded(Refusal("kit.not_allowed", Kind.NOT_ALLOWED))

    with pytest.raises(Refusal) as caught:
        database.write(work)
    assert caught.value.code == "kit.not_allowed"
    assert _names(database) == ["on record"]


def test_a_failing_unit_does_not_take_its_neighbours_with_it(database: Database) -> None:
    def work(number: int) -> None:
        def unit_of_work(unit: Unit) -> None:
            unit.enqueue(f"{number:02}", {})
            if number % 3 == 0:
                raise ValueError

        try:
            database.write(unit_of_work)
        except ValueError:
            assert number % 3 == 0

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(work, range(40)))
    assert _names(database) == [f"{n:02}" for n in range(40) if n % 3]


def test_many_writers_lose_nothing(database: Database) -> None:
    with ThreadPoolExecutor(32) as pool:
        list(pool.map(lambda n: database.write(lambda u: u.enqueue(str(n), {})), range(300)))
    with database.read() as reader:
        assert reader.connection.execute(select(func.count()).select_from(jobs)).scalar() == 300


def test_a_reader_sees_the_same_from_beginning_to_end(database: Database) -> None:
    with database.read() as reader:
        count = select(func.count()).select_from(jobs)
        assert reader.connection.execute(count).scalar() == 0
        database.write(lambda unit: unit.enqueue("meanwhile", {}))
        assert reader.connection.execute(count).scalar() == 0
    assert _names(database) == ["meanwhile"]


def test_work_left_behind_wakes_the_worker(database: Database) -> None:
    woken: list[frozenset[str]] = []
    database.on_work = woken.append
    database.write(lambda unit: None)
    assert woken == []
    database.write(lambda unit: unit.enqueue("mail.letter", {}))
    assert woken == [{"mail"}]


def test_an_instant_keeps_its_moment_whatever_zone_it_is_given_in() -> None:
    shanghai = timezone(timedelta(hours=8))
    given = datetime(2026, 11, 24, 9, 30, tzinfo=shanghai)

    class _Dialect:
        name = "sqlite"

    kept = Instant().process_bind_param(given, _Dialect())  # type: ignore[arg-type]  # only the name is read
    assert kept == "2026-11-24T01:30:00.000000Z"
    assert Instant().process_result_value(kept, _Dialect()) == given.astimezone(UTC)  # type: ignore[arg-type]  # as above


def test_a_time_without_a_zone_is_refused() -> None:
    class _Dialect:
        name = "sqlite"

    with pytest.raises(ValueError, match="zone"):
        Instant().process_bind_param(datetime(2026, 1, 1), _Dialect())  # type: ignore[arg-type]  # noqa: DTZ001 - that is the point


def test_an_address_without_a_path_makes_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ValueError, match="no file"):
        plain_engine("sqlite://").connect()
    assert not list(tmp_path.iterdir())
