"""Long lists as files: bounded memory, made beside, with progress, for whoever asked."""

import io
import tracemalloc
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from litestar import Litestar
from litestar.testing import TestClient
from python_calamine import CalamineWorkbook
from tests.builders import web
from tests.builders.lists import asking, in_pieces, listing

from tongban.kit import testing
from tongban.kit.clock import MovableClock
from tongban.kit.house import House
from tongban.kit.jobs import Worker
from tongban.kit.lists import Found, Kind, Listing, Paged, doors, long
from tongban.kit.lists.exports import export_doors
from tongban.kit.lists.files import Form, write
from tongban.kit.outbox import Outbox

ROWS = 7000


def _long(count: int) -> Listing:
    def every(_reader: Any, _asking: Any) -> Iterator[Sequence[Any]]:
        yield from in_pieces(count)

    first = Paged(lambda _, __, ___, ____: Found([("0", 0)], count), every)
    return replace(listing([], Kind.IDENTIFIER, Kind.NUMBER), source=first)


@pytest.fixture
def running(tmp_path: Path) -> Iterator[House]:
    database = testing.sqlite_database(tmp_path)
    yield web.house(database, tmp_path)
    database.close()


@pytest.mark.parametrize("form", [Form.XLSX, Form.CSV, Form.JSON])
def test_memory_does_not_grow_with_the_list(running: House, tmp_path: Path, form: Form) -> None:
    def peak(count: int) -> int:
        with running.db.read() as reader, (tmp_path / "file").open("wb") as file:
            tracemalloc.start()
            assert write(reader, _long(count), asking(), form, file, folder=tmp_path) == count
            found = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
        return found

    peak(1000)  # what is loaded once is loaded
    assert peak(30_000) < peak(3_000) + 2_000_000


@pytest.fixture
def client(running: House) -> Iterator[TestClient[Litestar]]:
    made = _long(ROWS)
    handlers = [*doors(made), *export_doors({made.name: made})]
    with TestClient(web.application(running, handlers)) as visitor:
        yield visitor


def _worker(running: House) -> Worker:
    known = {long.JOB: long.job_of({"made": _long(ROWS)})}
    return Worker(running, Outbox(running.db, []), known, long=frozenset({long.JOB}))


def test_a_long_workbook_is_made_beside_and_fetched_when_it_is_ready(
    running: House, client: TestClient[Litestar]
) -> None:
    browser = web.Browser(client)
    offered = browser.get("/made/export.xlsx")
    assert "7,000" in offered.text
    waiting = browser.send("/made/export.xlsx/make")
    number = str(waiting.url).rpartition("/")[2]
    assert "已写 0 行，共 7,000 行" in waiting.text
    assert client.get(f"/exports/{number}/file").status_code == 410
    _worker(running).settle()
    assert "做好了，共 7,000 行" in browser.get(f"/exports/{number}").text
    answer = client.get(f"/exports/{number}/file")
    assert answer.headers["content-disposition"].startswith('attachment; filename="made.xlsx"')
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
    rows = book.get_sheet_by_index(0).to_python()
    assert len(rows) == ROWS + 1
    assert rows[-1] == [f"{ROWS - 1:016d}", float((ROWS - 1) % 90)]
    kept = [path.read_bytes() for path in (running.settings.data / long.FOLDER).iterdir()]
    assert len(kept) == 1
    assert answer.content[:64] not in kept[0]


def test_a_file_is_there_for_a_day_and_for_whoever_asked(
    running: House, client: TestClient[Litestar]
) -> None:
    browser = web.Browser(client)
    browser.get("/made/export.xlsx")
    number = str(browser.send("/made/export.xlsx/make").url).rpartition("/")[2]
    _worker(running).settle()
    long.forget_old(running)
    assert client.get(f"/exports/{number}/file").status_code == 200
    assert client.get("/exports/0197b3a0-0000-7000-8000-000000000000").status_code == 404
    clock = running.clock
    assert isinstance(clock, MovableClock)
    clock.advance(timedelta(days=1, minutes=1))
    long.forget_old(running)
    assert client.get(f"/exports/{number}/file").status_code == 410


def test_whoever_waits_is_told_at_the_first_failure(
    running: House, client: TestClient[Litestar]
) -> None:
    def fails(*_: Any) -> None:
        raise RuntimeError

    browser = web.Browser(client)
    browser.get("/made/export.xlsx")
    waiting = browser.send("/made/export.xlsx/make")
    number = str(waiting.url).rpartition("/")[2]
    assert "遇到问题" not in waiting.text
    lane = frozenset({long.JOB})
    Worker(running, Outbox(running.db, []), {long.JOB: fails}, long=lane).settle(rounds=1)
    assert "遇到问题，系统正在重试" in browser.get(f"/exports/{number}").text


def test_a_program_is_told_to_take_another_form(client: TestClient[Litestar]) -> None:
    answer = client.get("/made/export.xlsx", headers={"accept": "application/json"})
    assert answer.status_code == 409
    assert len(client.get("/made/export.json").json()["data"]) == ROWS
    assert client.get("/made/export.csv").text.count("\r\n") == ROWS + 1
