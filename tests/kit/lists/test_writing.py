"""Who asks for long files of lists, or asks and leaves, stops nobody else."""

import asyncio
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from litestar import Litestar
from tests.builders import web

from tongban.kit import testing
from tongban.kit.db import Reader
from tongban.kit.http import public
from tongban.kit.lists import Asking, Column, Listing, Paged, doors
from tongban.kit.lists.declaration import Found

PIECES = 2_000
PATIENCE = 10.0  # seconds, after which a thing counts as stopped


class Slow:
    """A list that stands still after its first piece until it is let go."""

    def __init__(self) -> None:
        self.begun = threading.Semaphore(0)
        self.go = threading.Event()
        self.pieces = 0

    def every(self, _reader: Reader, _asking: Asking) -> Iterator[Sequence[Any]]:
        for number in range(PIECES):
            self.pieces += 1
            yield [number]
            if number == 0:
                self.begun.release()
                self.go.wait(PATIENCE)

    def listing(self) -> Listing:
        return Listing(
            name="slow",
            title="kit.card.red",
            address="/slow",
            api="/api/slow",
            access=public("nothing in it is anybody's"),
            columns=(Column("number", "kit.value.yes", of=lambda row, _: str(row)),),
            filters=(),
            source=Paged(lambda _, __, ___, ____: Found([], 0), self.every),
        )


class Visit:
    """A request of somebody who may leave before the answer."""

    def __init__(self, application: Litestar, address: str) -> None:
        self._left = asyncio.Event()
        self.status = 0
        self.listened = False
        """Whether anybody had asked for what the visitor sends before the answer began."""
        self._asked = False
        scope: Any = {
            "type": "http", "http_version": "1.1", "method": "GET", "scheme": "http",
            "path": "/slow/export.csv", "raw_path": b"/slow/export.csv", "query_string": b"",
            "root_path": "", "headers": [(b"host", b"localhost")], "client": (address, 1),
            "server": ("localhost", 80), "extensions": {},
        }  # fmt: skip
        self.over = asyncio.ensure_future(application(scope, self._receive, self._send))

    async def _receive(self) -> Any:
        if not self._asked:
            self._asked = True
            return {"type": "http.request", "body": b"", "more_body": False}
        await self._left.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: Any) -> None:
        if message["type"] == "http.response.start":
            self.status, self.listened = message["status"], self._asked
        elif not message.get("more_body"):
            self._left.set()  # as servers do after the answer

    def leave(self) -> None:
        self._left.set()


@pytest.fixture
def slow() -> Slow:
    return Slow()


@pytest.fixture
def application(tmp_path: Path, slow: Slow) -> Iterator[Litestar]:
    database = testing.sqlite_database(tmp_path)
    yield web.application(web.house(database, tmp_path), doors(slow.listing()))
    slow.go.set()
    database.close()


async def _begun(slow: Slow) -> None:
    with ThreadPoolExecutor(1) as own:
        loop = asyncio.get_running_loop()
        assert await loop.run_in_executor(own, slow.begun.acquire, True, PATIENCE)


def test_long_files_leave_the_threads_of_all_other_doors_alone_and_stop_with_their_readers(
    application: Litestar, slow: Slow
) -> None:
    async def told() -> None:
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(2))
        visits = [Visit(application, f"10.0.0.{number}") for number in range(1, 6)]
        try:
            await _begun(slow)
            await _begun(slow)
            assert await asyncio.wait_for(asyncio.to_thread(lambda: "signed in"), PATIENCE / 5)
            for visit in visits:
                visit.leave()
            await asyncio.wait_for(asyncio.gather(*(visit.over for visit in visits)), PATIENCE / 2)
        finally:
            slow.go.set()
        again = Visit(application, "10.0.0.9")
        await asyncio.wait_for(again.over, PATIENCE)
        assert again.status == 200
        assert slow.pieces < 2 * PIECES  # those that were left were not written to their end

    asyncio.run(told())


def test_a_visitor_has_one_file_at_a_time(application: Litestar, slow: Slow) -> None:
    async def told() -> None:
        first = Visit(application, "10.0.1.1")
        try:
            await _begun(slow)
            second = Visit(application, "10.0.1.1")
            await asyncio.wait_for(second.over, PATIENCE / 2)
            assert second.status == 429
        finally:
            slow.go.set()
        await asyncio.wait_for(first.over, PATIENCE)
        assert first.status == 200

    asyncio.run(told())


def test_only_so_many_files_wait_altogether(application: Litestar, slow: Slow) -> None:
    async def told() -> None:
        visits = [Visit(application, f"10.0.2.{number}") for number in range(1, 11)]
        try:
            await _begun(slow)
            await _begun(slow)
            beyond = Visit(application, "10.0.3.1")
            await asyncio.wait_for(beyond.over, PATIENCE / 2)
            assert beyond.status == 429
        finally:
            slow.go.set()
            for visit in visits:
                visit.leave()
            await asyncio.gather(*(visit.over for visit in visits))

    asyncio.run(told())


def test_nobody_listens_for_the_reader_of_a_short_file(application: Litestar, slow: Slow) -> None:
    """The server now and then breaks off an answer while somebody listens."""
    slow.go.set()

    async def told() -> None:
        visit = Visit(application, "10.0.4.1")
        await asyncio.wait_for(visit.over, PATIENCE)
        assert (visit.status, visit.listened) == (200, False)

    asyncio.run(told())
