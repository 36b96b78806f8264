"""Long lists as files: bounded memory, made beside, with progress, for whoever asked."""

import io
import os
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

from tongban.kernel.actors import Actor, ActorKind
from tongban.kit import http, testing
from tongban.kit.clock import MovableClock
from tongban.kit.house import House
from tongban.kit.http import requires
from tongban.kit.jobs import open_payloads
from tongban.kit.lanes import Worker
from tongban.kit.lists import Found, Kind, Listing, Paged, doors, long
from tongban.kit.lists.exports import export_doors
from tongban.kit.lists.files import Form, write
from tongban.kit.lists.unfinished import FOLDER, folder_in, own_folder
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


def _named(name: str, count: int) -> Listing:
    return replace(_long(count), name=name, address=f"/{name}", api=f"/api/{name}")


class OnePerson:
    """Whoever has a session is this person."""

    actor = Actor(
        ActorKind.STAFF, account="chen", department="tax", duties=frozenset({"ledger.read"})
    )

    def by_session(self, _reader: Any, _token: str) -> http.Authenticated:
        return http.Authenticated(OnePerson.actor, "csrf")

    def by_key(self, _reader: Any, _key: str) -> None:
        return None


@pytest.fixture
def client(running: House) -> Iterator[TestClient[Litestar]]:
    made, short, closed = _long(ROWS), _named("short", 30), _named("closed", ROWS)
    closed = replace(closed, access=requires("ledger.read"))
    known = {each.name: each for each in (made, short, closed)}
    running.ports.plug(http.Authenticator, OnePerson())
    handlers = [*(door for each in known.values() for door in doors(each)), *export_doors(known)]
    with TestClient(web.application(running, handlers)) as visitor:
        yield visitor


def _worker(running: House) -> Worker:
    lists = {name: _named(name, ROWS) for name in ("made", "closed")}
    known = {long.JOB: long.job_of(lists)}
    return Worker(running, Outbox(running.db, []), known)


def test_a_long_workbook_is_made_beside_and_fetched_when_it_is_ready(
    running: House, client: TestClient[Litestar]
) -> None:
    browser = web.Browser(client)
    offered = browser.get("/made/export.xlsx")
    assert "7,000" in offered.text
    waiting = browser.send("/made/export.xlsx/make")
    number = str(waiting.url).rpartition("/")[2]
    assert "已写 0 行，共 7,000 行" in waiting.text
    assert "做好的文件保留一天" in waiting.text
    assert client.get(f"/exports/{number}/file").status_code == 410
    _worker(running).settle()
    done = browser.get(f"/exports/{number}").text
    assert "做好了，共 7,000 行" in done
    assert "做好的文件保留一天" in done
    answer = client.get(f"/exports/{number}/file")
    assert answer.headers["content-disposition"].startswith('attachment; filename="made.xlsx"')
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
    rows = book.get_sheet_by_index(0).to_python()
    assert len(rows) == ROWS + 1
    assert rows[-1] == [f"{ROWS - 1:016d}", float((ROWS - 1) % 90)]
    kept = [path.read_bytes() for path in (running.settings.data / FOLDER).iterdir()]
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
    Worker(running, Outbox(running.db, []), {long.JOB: fails}).settle(turns=1)
    assert "遇到问题，系统正在重试" in browser.get(f"/exports/{number}").text


def test_a_program_is_told_to_take_another_form(client: TestClient[Litestar]) -> None:
    answer = client.get("/made/export.xlsx", headers={"accept": "application/json"})
    assert answer.status_code == 409
    assert len(client.get("/made/export.json").json()["data"]) == ROWS
    assert client.get("/made/export.csv").text.count("\r\n") == ROWS + 1


def _begun(browser: web.Browser, name: str = "made") -> str:
    browser.get(f"/{name}/export.xlsx")
    return str(browser.send(f"/{name}/export.xlsx/make").url).rpartition("/")[2]


def _signed_in(client: TestClient[Litestar]) -> web.Browser:
    client.cookies.set(http.SESSION_COOKIE, "x")
    return web.Browser(client)


@pytest.mark.parametrize(
    "now",
    [{"duties": frozenset[str]()}, {"department": "police"}, {"account": "another"}],
    ids=["no duty any more", "another department", "another account"],
)
def test_a_file_is_kept_from_whom_the_list_was_taken_from(
    running: House, client: TestClient[Litestar], monkeypatch: pytest.MonkeyPatch, now: Any
) -> None:
    number = _begun(_signed_in(client), "closed")
    _worker(running).settle()
    assert client.get(f"/exports/{number}/file").status_code == 200
    monkeypatch.setattr(OnePerson, "actor", replace(OnePerson.actor, **now))
    assert client.get(f"/exports/{number}/file").status_code == 404
    assert client.get(f"/exports/{number}").status_code == 404


def test_what_a_kill_left_of_a_workbook_is_gone_with_the_next_round(running: House) -> None:
    folder = running.settings.data / FOLDER
    with own_folder(running.settings.data) as living:
        (living / "rows.xml").write_text("王小明")
        assert living.stat().st_mode & 0o777 == 0o700
        left = folder / "tmpleft.new"  # as a killed process leaves it: nobody holds it any more
        left.mkdir()
        (left / "rows.xml").write_text("王小明")
        (folder / "half.new").write_bytes(b"x")
        long.forget_old(running)
        assert [path.name for path in folder.iterdir()] == [living.name]
    assert list(folder.iterdir()) == []


def test_a_file_that_cannot_be_thrown_away_keeps_no_other(
    running: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    folder = folder_in(running.settings.data)
    old = running.clock.now().timestamp() - 2 * 86_400
    for name in ("a", "b", "c", "d.new", "e.new"):
        (folder / name).write_bytes(b"x")
        os.utime(folder / name, (old, old))
    unlink, stuck = Path.unlink, set[str]()

    def refuses_the_first(path: Path, missing_ok: bool = False) -> None:
        refused = {Path(name).suffix: name for name in stuck}
        if refused.get(path.suffix, path.name) == path.name:
            stuck.add(path.name)
            raise PermissionError
        unlink(path, missing_ok=missing_ok)

    monkeypatch.setattr(Path, "unlink", refuses_the_first)
    long.forget_old(running)
    assert {path.name for path in folder.iterdir()} == stuck
    assert all(name in caplog.text for name in stuck)
    assert len(stuck) == 2


@pytest.mark.parametrize("path", ["/short/export.xlsx", "/made/export.xlsx", "/made/export.csv"])
def test_no_piece_of_a_file_lies_outside_the_data_folder(
    running: House, client: TestClient[Litestar], monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path, path: str,
) -> None:  # fmt: skip
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "nowhere"))
    assert client.get(path).status_code == 200
    assert list((running.settings.data / FOLDER).iterdir()) == []


def test_a_short_workbook_is_never_made_beside(
    running: House, client: TestClient[Litestar]
) -> None:
    browser = web.Browser(client)
    browser.get("/made/export.xlsx")
    answer = browser.send("/short/export.xlsx/make")
    assert answer.url.path == "/short/export.xlsx"
    assert answer.headers["content-disposition"].startswith("attachment")
    with running.db.read() as reader:
        assert open_payloads(reader, long.JOB) == ()


@pytest.mark.parametrize(("signed_in", "most"), [(True, 1), (False, 3)])
def test_an_account_has_one_long_file_made_at_a_time_and_visitors_three_together(
    running: House, client: TestClient[Litestar], signed_in: bool, most: int
) -> None:
    browser = _signed_in(client) if signed_in else web.Browser(client)
    for _ in range(most):
        _begun(browser)
    browser.get("/made/export.xlsx")
    answer = browser.send("/made/export.xlsx/make")
    assert answer.status_code == 409
    assert "已有一份长表正在制作" in answer.text
    with running.db.read() as reader:
        assert len(open_payloads(reader, long.JOB)) == most
    _worker(running).settle()
    browser.get("/made/export.xlsx")
    assert browser.send("/made/export.xlsx/make").status_code == 200
