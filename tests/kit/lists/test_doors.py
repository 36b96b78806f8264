"""What the doors of a list answer: the same rows with the same filters in every form."""

import csv
import datetime as dt
import gc
import io
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from litestar import Litestar, Request, get
from litestar.testing import TestClient
from python_calamine import CalamineWorkbook
from tests.builders import web

from tongban.kit import testing
from tongban.kit.db import Reader
from tongban.kit.http import public
from tongban.kit.lists import (
    Asking,
    Column,
    Held,
    Kind,
    Listing,
    choice,
    coded,
    day,
    doors,
    order,
    search,
)
from tongban.kit.lists.doors import _file
from tongban.kit.lists.files import Form
from tongban.kit.lists.reading import day_typed, values_from

Rows = list[dict[str, Any]]
ROWS: Rows = [
    {"number": f"47018120261130{n:02d}", "colour": "red" if n % 3 else "yellow", "days": n}
    for n in range(30)
]


def _find(_reader: Reader, asking: Asking) -> Rows:
    values = asking.values
    found = [
        row
        for row in ROWS
        if values["q"] in row["number"] and values["colour"] in ("", row["colour"])
    ]
    return found[::-1] if values["sort"] == "last" else found


LISTING = Listing(
    name="made",
    title="kit.card.red",
    address="/made",
    api="/api/made",
    access=public("nothing in it is anybody's"),
    columns=(
        Column("number", "kit.value.yes", Kind.IDENTIFIER, of=lambda row, _: row["number"]),
        Column("colour", "kit.value.no", of=lambda row, _: row["colour"], words=coded("kit.card")),
        Column("days", "kit.page.next", Kind.NUMBER, of=lambda row, _: row["days"]),
    ),
    filters=(
        search("q", "kit.page.search"),
        choice("colour", "kit.value.no", allowed=("red", "yellow"), group="kit.card"),
        day("since", "kit.page.next"),
        order("sort", "kit.page.next", ("first", "last"), "kit.page"),
    ),
    source=Held(_find),
    size=7,
)


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient[Litestar]]:
    database = testing.sqlite_database(tmp_path)
    with TestClient(web.application(web.house(database, tmp_path), doors(LISTING))) as visitor:
        yield visitor
    database.close()


def _csv(client: TestClient[Litestar], query: str) -> list[str]:
    text = client.get(f"/made/export.csv{query}").content.decode("utf-8-sig")
    return [row[0] for row in csv.reader(io.StringIO(text))][1:]


def _xlsx(client: TestClient[Litestar], query: str) -> list[str]:
    content = client.get(f"/made/export.xlsx{query}").content
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return [str(row[0]) for row in book.get_sheet_by_index(0).to_python()][1:]


def _json(client: TestClient[Litestar], query: str) -> list[str]:
    answer = client.get(f"/made/export.json{query}").json()
    assert answer["total"] == len(answer["data"])
    return [row["number"] for row in answer["data"]]


def _api(client: TestClient[Litestar], query: str) -> list[str]:
    found: list[str] = []
    for number in range(1, 20):
        answer = client.get(f"/api/made{query}{'&' if query else '?'}page={number}").json()
        found += [row["number"] for row in answer["data"]]
        if number >= answer["pages"]:
            assert answer["total"] == len(found)
            return found
    raise AssertionError("there is no end of it")


@pytest.mark.parametrize("form", [_csv, _xlsx, _json, _api])
@pytest.mark.parametrize(
    ("query", "count"), [("", 30), ("?colour=red", 20), ("?q=3001&colour=red", 1), ("?sort=last", 30),
                         ("?colour=&q=&since=", 30), ("?q=nothing", 0)],
)  # fmt: skip
def test_every_form_has_the_same_rows_in_the_same_order(
    client: TestClient[Litestar], form: Callable[[Any, str], list[str]], query: str, count: int
) -> None:
    found = form(client, query)
    assert len(found) == count
    assert found == _json(client, query)


def test_people_read_words_and_programs_codes(client: TestClient[Litestar]) -> None:
    sheet = client.get("/made/export.csv").content.decode("utf-8-sig").splitlines()
    assert sheet[1] == "4701812026113000,黄牌,0"
    line = client.get("/made/export.json").json()["data"][0]
    assert line == {"number": "4701812026113000", "colour": "yellow", "days": 0}


@pytest.mark.parametrize(
    "path", ["/made/export.xlsx", "/made/export.csv", "/made/export.json", "/api/made"]
)
@pytest.mark.parametrize(("query", "name"), [("?colour=blue", "colour"), ("?color=red", "color"),
                         ("?since=2026-13-01", "since"), ("?since=20260101", "since")])  # fmt: skip
def test_a_filter_that_was_not_understood_is_refused_and_never_left_out(
    client: TestClient[Litestar], path: str, query: str, name: str
) -> None:
    answer = client.get(path + query, headers={"accept": "application/json"})
    assert answer.status_code == 422
    assert f"“{name}”" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("written", "day_meant", "fault"),
    [
        ("2026-01-31", dt.date(2026, 1, 31), ""),
        ("31 January 2026", dt.date(2026, 1, 31), ""),
        ("2026年1月31日", dt.date(2026, 1, 31), ""),
        ("3/4/2026", None, "kernel.date_two_days"),
        ("some day", None, "kernel.date_form"),
        ("", None, ""),
    ],
)
def test_a_page_reads_a_day_as_people_write_it_and_says_why_it_was_not_used(
    written: str, day_meant: dt.date | None, fault: str
) -> None:
    assert values_from(LISTING, {"since": written})["since"] == day_meant
    assert day_typed(written) == (day_meant, fault)


def test_a_file_is_called_what_the_list_is_and_when_it_was_made(
    client: TestClient[Litestar],
) -> None:
    said = client.get("/made/export.xlsx").headers["content-disposition"]
    assert said.startswith("attachment; filename=\"made.xlsx\"; filename*=UTF-8''")
    assert said.endswith("%E7%BA%A2%E7%89%8C%202026-11-24.xlsx")


@pytest.mark.parametrize("page", ["6", "99", "9" * 30])
def test_a_program_that_asks_for_a_page_behind_the_last_gets_an_empty_one(
    client: TestClient[Litestar], page: str
) -> None:
    last = client.get("/api/made?page=5").json()
    assert (last["page"], last["pages"], len(last["data"])) == (5, 5, 2)
    answer = client.get(f"/api/made?page={page}").json()
    assert (answer["data"], answer["pages"], answer["total"]) == ([], 5, last["total"])


@pytest.mark.parametrize("page", ["0", "-1", "abc", "1.5", "²", ""])
def test_a_program_is_told_of_a_page_that_is_none(client: TestClient[Litestar], page: str) -> None:
    answer = client.get("/api/made", params={"page": page})
    assert answer.status_code == 422
    assert answer.json()["code"] == "kit.page_unknown"


def test_the_file_of_an_answer_that_nobody_takes_is_closed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[Any] = []
    spooled = tempfile.SpooledTemporaryFile

    def kept(*given: Any, **named: Any) -> Any:
        written.append(spooled(*given, **named))
        return written[-1]

    @get("/dropped", opt={"access": public("nothing in it is anybody's")}, sync_to_thread=False)
    def dropped(request: Request[Any, Any, Any]) -> list[bool]:
        _file(request, LISTING, Form.CSV, lambda: None)
        gc.collect()
        return [file.closed for file in written]

    monkeypatch.setattr(tempfile, "SpooledTemporaryFile", kept)
    database = testing.sqlite_database(tmp_path)
    with TestClient(web.application(web.house(database, tmp_path), (dropped,))) as visitor:
        assert visitor.get("/dropped").json() == [True]
    database.close()
