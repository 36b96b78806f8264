"""What goes wrong below the writer reaches those who wait, and nobody else; then it goes on."""

import asyncio
import threading
import traceback
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from tongban.kit import testing
from tongban.kit.db import Database, Unit
from tongban.kit.db.unit import jobs, outbox
from tongban.kit.keyring import Keyring

_PATIENCE = 10


def _soon(ask: Callable[[], Any]) -> "Future[Any]":
    """Ask on a thread that may be left behind: an answer that never comes must fail, not hang."""
    answered: Future[Any] = Future()

    def run() -> None:
        try:
            answered.set_result(ask())
        except BaseException as error:
            answered.set_exception(error)

    threading.Thread(target=run, daemon=True).start()
    return answered


def _write(database: Database, work: Callable[[Unit], Any]) -> Any:
    return _soon(lambda: database.write(work)).result(_PATIENCE)


def _names(database: Database) -> list[str]:
    with database.read() as reader:
        return list(reader.connection.execute(select(jobs.c.name).order_by(jobs.c.name)).scalars())


@pytest.fixture
def sqlite(tmp_path: Path) -> Database:
    """An embedded database; not closed, because a writer that hangs would hang the close."""
    return testing.sqlite_database(tmp_path)


async def _give_up_on_the_second(database: Database) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def first(unit: Unit) -> None:
        begun.set()
        go_on.wait(_PATIENCE)
        unit.enqueue("first", {})

    one = asyncio.create_task(database.write_async(first))
    await asyncio.to_thread(begun.wait, _PATIENCE)
    two = asyncio.create_task(database.write_async(lambda unit: unit.enqueue("second", {})))
    three = asyncio.create_task(database.write_async(lambda unit: unit.enqueue("third", {})))
    await asyncio.sleep(0.05)
    two.cancel()
    await asyncio.sleep(0.05)
    go_on.set()
    await asyncio.wait_for(asyncio.gather(one, three), _PATIENCE)


def test_who_gives_up_waiting_takes_nobody_with_them(sqlite: Database) -> None:
    asyncio.run(_give_up_on_the_second(sqlite))
    _write(sqlite, lambda unit: unit.enqueue("fourth", {}))
    assert {"first", "third", "fourth"} <= set(_names(sqlite))
    sqlite.close()


async def _give_up_on_what_runs(database: Database) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def work(unit: Unit) -> None:
        begun.set()
        go_on.wait(_PATIENCE)
        unit.enqueue("begun", {})

    task = asyncio.create_task(database.write_async(work))
    await asyncio.to_thread(begun.wait, _PATIENCE)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    go_on.set()
    await asyncio.wait_for(database.write_async(lambda unit: unit.enqueue("next", {})), _PATIENCE)


def test_what_has_begun_is_kept_although_nobody_waits_for_it(sqlite: Database) -> None:
    asyncio.run(_give_up_on_what_runs(sqlite))
    assert _names(sqlite) == ["begun", "next"]
    sqlite.close()


def test_a_commit_that_fails_leaves_nothing_and_the_next_one_is_kept(sqlite: Database) -> None:
    def late_fault(unit: Unit) -> None:
        unit.enqueue("never", {})
        run = unit.connection.exec_driver_sql
        run("CREATE TABLE child (parent REFERENCES kit_job (id) DEFERRABLE INITIALLY DEFERRED)")
        run("INSERT INTO child VALUES ('nobody')")

    with pytest.raises(IntegrityError):
        _write(sqlite, late_fault)
    _write(sqlite, lambda unit: unit.enqueue("after", {}))
    assert _names(sqlite) == ["after"]
    sqlite.close()


def test_a_database_that_cannot_be_opened_is_a_fault_and_not_a_silence(tmp_path: Path) -> None:
    folder = tmp_path / "later"
    database = Database(f"sqlite:///{folder / 'x.db'}", testing.clock_at(), Keyring.fresh())
    with pytest.raises(OperationalError):
        _write(database, lambda unit: unit.enqueue("too early", {}))
    folder.mkdir()
    database.create_all()
    _write(database, lambda unit: unit.enqueue("in time", {}))
    assert _names(database) == ["in time"]
    database.close()


def test_when_the_disk_is_full_an_answer_is_still_true(sqlite: Database) -> None:
    def shut(unit: Unit) -> None:
        pages = unit.connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        unit.connection.exec_driver_sql(f"PRAGMA max_page_count={pages + 8}")

    def large(number: int) -> Callable[[Unit], None]:
        def work(unit: Unit) -> None:
            unit.enqueue(f"{number:02}", {"much": "x" * 6000})

        return work

    _write(sqlite, shut)
    asked = [_soon(lambda n=n: sqlite.write(large(n))) for n in range(30)]  # type: ignore[misc]  # n is bound
    kept = []
    for number, future in enumerate(asked):
        try:
            future.result(_PATIENCE)
        except DBAPIError:
            continue
        kept.append(f"{number:02}")
    assert len(kept) < 30, "the disk was full"
    assert _names(sqlite) == kept
    with sqlite.engine.connect() as other:
        assert other.exec_driver_sql("PRAGMA integrity_check").scalar_one() == "ok"
    sqlite.close()


def test_everyone_who_asks_while_it_closes_is_answered(tmp_path: Path) -> None:
    for _ in range(20):
        database = testing.sqlite_database(tmp_path)
        go = threading.Barrier(9)

        def ask(database: Database = database, go: threading.Barrier = go) -> None:
            go.wait(_PATIENCE)
            for _ in range(5):
                database.write(lambda unit: None)

        asked = [_soon(ask) for _ in range(8)]
        go.wait(_PATIENCE)
        database.close()
        for future in asked:
            future.result(_PATIENCE)
        database.close()


@pytest.mark.parametrize(
    "wrong",
    [{"dead": False}, {}, {"dead": False, "done": None}],
    ids=["the same key twice", "a column left out", "a column empty"],
)
def test_an_error_of_the_database_does_not_tell_whose_data_were_in_it(
    database: Database, wrong: dict[str, Any]
) -> None:
    def work(unit: Unit) -> None:
        values = {"id": "1", "name": "110101199003070000", "payload": "", "at": unit.now}
        row = values | {"done": False, "tries": 0, "next_at": unit.now, **wrong}
        unit.connection.execute(outbox.insert(), [row, row])

    with pytest.raises(DBAPIError) as caught:
        database.write(work)
    told = "".join(traceback.format_exception(caught.value))
    assert "110101199003070000" not in told
    assert "kit_outbox" in told


def test_an_exception_that_a_future_does_not_take_is_told_all_the_same(database: Database) -> None:
    def work(unit: Unit) -> str:
        return next(iter(()))

    async def ask() -> None:
        await asyncio.wait_for(database.write_async(work), _PATIENCE)

    with pytest.raises(RuntimeError, match="StopIteration"):
        asyncio.run(ask())
