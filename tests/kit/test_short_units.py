"""Short units are done on the event loop that asked, and are as durable as any other."""

import asyncio
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, select

from tongban.kernel.errors import Kind, Refusal
from tongban.kit import testing
from tongban.kit.db import Database, Unit
from tongban.kit.db.unit import jobs

_PATIENCE = 10


@pytest.fixture
def sqlite(tmp_path: Path) -> Database:
    """An embedded database."""
    return testing.sqlite_database(tmp_path)


def _names(database: Database) -> list[str]:
    with database.read() as reader:
        return list(reader.connection.execute(select(jobs.c.name).order_by(jobs.c.name)).scalars())


def _named(name: str) -> Callable[[Unit], str]:
    return lambda unit: unit.enqueue(name, {})


def test_a_short_unit_is_done_on_the_loop_that_waits_for_it(sqlite: Database) -> None:
    places: list[int] = []

    async def ask(short: bool) -> None:
        await sqlite.write_async(lambda unit: places.append(threading.get_ident()), short=short)

    asyncio.run(ask(True))
    asyncio.run(ask(False))
    assert places[0] == threading.get_ident()
    assert places[1] != threading.get_ident()
    sqlite.close()


def test_a_short_unit_is_on_disk_when_it_is_answered(database: Database) -> None:
    async def ask() -> list[str]:
        await database.write_async(_named("kept"), short=True)
        return await asyncio.to_thread(_names, database)

    assert asyncio.run(ask()) == ["kept"]


def test_many_that_ask_at_once_share_a_commit_and_each_gets_its_own_answer(
    sqlite: Database,
) -> None:
    async def ask() -> list[int]:
        asked = [sqlite.write_async(lambda unit, n=n: n, short=n % 3 > 0) for n in range(200)]  # type: ignore[misc]  # n is bound
        return list(await asyncio.gather(*asked))

    asyncio.run(ask())
    commits: list[object] = []
    assert sqlite._writer is not None
    event.listen(sqlite._writer._engine, "commit", commits.append)
    assert asyncio.run(ask()) == list(range(200))
    assert len(commits) < 100
    sqlite.close()


def test_units_come_in_the_order_in_which_they_were_asked_for(sqlite: Database) -> None:
    done: list[int] = []

    async def ask() -> None:
        asked = [
            sqlite.write_async(lambda unit, n=n: done.append(n), short=n % 5 > 1)  # type: ignore[misc]  # n is bound
            for n in range(150)
        ]
        await asyncio.gather(*asked)

    asyncio.run(ask())
    assert done == list(range(150))
    sqlite.close()


def test_a_refused_short_unit_takes_nobody_with_it(sqlite: Database) -> None:
    def refuse(unit: Unit) -> None:
        unit.enqueue("never", {})
        raise Refusal("kit.not_found", Kind.NOT_FOUND)

    async def ask() -> list[Any]:
        works: list[Callable[[Unit], Any]] = [_named("one"), refuse, _named("two")]
        asked = [sqlite.write_async(work, short=True) for work in works]
        return await asyncio.gather(*asked, return_exceptions=True)

    answers = asyncio.run(ask())
    assert isinstance(answers[1], Refusal)
    assert _names(sqlite) == ["one", "two"]
    sqlite.close()


def test_a_recorded_refusal_of_a_short_unit_is_kept(sqlite: Database) -> None:
    def refuse(unit: Unit) -> None:
        unit.enqueue("on record", {})
        raise unit.recorded(Refusal("kit.not_found", Kind.NOT_FOUND))

    with pytest.raises(Refusal):
        asyncio.run(sqlite.write_async(refuse, short=True))
    assert _names(sqlite) == ["on record"]
    sqlite.close()


def test_a_loop_that_is_busy_holds_up_nobody(sqlite: Database) -> None:
    """What blocks the loop may itself wait for the writer: it must not wait for ever."""

    async def ask() -> None:
        waiting = asyncio.ensure_future(sqlite.write_async(_named("short"), short=True))
        await asyncio.sleep(0)
        time.sleep(0.01)
        sqlite.write(_named("from the busy loop"))
        await asyncio.wait_for(waiting, _PATIENCE)

    asyncio.run(ask())
    assert _names(sqlite) == ["from the busy loop", "short"]
    sqlite.close()


def test_a_loop_that_ends_leaves_its_units_to_the_writer(sqlite: Database) -> None:
    async def ask() -> None:
        asyncio.ensure_future(sqlite.write_async(_named("left behind"), short=True))  # noqa: RUF006
        await asyncio.sleep(0)

    asyncio.run(ask())
    sqlite.write(_named("next"))
    assert _names(sqlite)[-1] == "next"
    sqlite.close()


def test_a_short_unit_must_not_wait_for_another_unit(sqlite: Database) -> None:
    async def ask() -> None:
        await sqlite.write_async(lambda unit: sqlite.write(lambda other: None), short=True)

    with pytest.raises(RuntimeError, match="must not wait"):
        asyncio.run(ask())
    sqlite.close()
