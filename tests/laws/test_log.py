"""No line of the log, at any level, holds what somebody sent or is called; every refusal has its reason."""

import asyncio
import gc
import io
import json
import logging
import re
import shutil
import sqlite3
import threading
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import quote

import msgspec
import pytest
from litestar import Litestar
from litestar.testing import TestClient
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError
from tests.builders.doors import PEOPLE, Gate, Near, doors, fields, filled, token_of, whoever_may

from tongban.app.house import open_house
from tongban.app.web import create
from tongban.kit import http, logs
from tongban.kit.db import Database, Unit
from tongban.kit.house import House
from tongban.kit.jobs import Progress
from tongban.kit.lanes import Worker
from tongban.kit.outbox import Outbox
from tongban.kit.settings import Settings
from tongban.modules.exchange.adapters.sqlite import SqliteSource
from tongban.modules.notices.model import Mail, Mailer

NAME, NUMBER, MAIL = "诸葛标记测", "110101199003072316", "marker-9q7x@example.cn"
SECRET, FORGED = "s3cret-marker-8842", "forged\r\n2026 error \x1b[31m\u202eevil-line"
MARKERS = (
    NAME,
    NUMBER,
    MAIL,
    SECRET,
    "evil-line",
    "marker-9q7x",
    PEOPLE["staff"].name,
    PEOPLE["resident"].name,
)
"""What may stand in no line, in any spelling of :func:`spellings`."""
_NOT_SEEN = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]")


def spellings(marker: str) -> Iterator[str]:
    """A marker as it is, as an address, as JSON, as bytes and as Python write it."""
    yield marker
    yield quote(marker)
    yield json.dumps(marker)[1:-1]
    yield str(marker.encode())[2:-1]
    yield marker.encode().decode("latin-1")


@contextmanager
def log() -> Iterator[io.StringIO]:
    """Keep the log of everything there is, at every level, as the server keeps it."""
    stream, root, before = io.StringIO(), logging.getLogger(), logging.getLogger().level
    logs.configure("json", "debug", stream)
    root.setLevel(logging.DEBUG)
    try:
        yield stream
    finally:
        logs.end()
        root.setLevel(before)
        logging.getLogger("tongban").setLevel(logging.NOTSET)


def lines_of(stream: io.StringIO) -> list[dict[str, Any]]:
    """Return the lines, each of which is one, and bounded; none may hold a marker."""
    found = stream.getvalue().splitlines()
    for marker in MARKERS:
        for spelling in spellings(marker):
            assert not [line for line in found if spelling in line]
    for line in found:
        assert len(line.encode()) <= logs.LONGEST
        assert not _NOT_SEEN.search(line), line
    return [json.loads(line) for line in found]


@pytest.fixture(scope="module")
def governed(tmp_path_factory: pytest.TempPathFactory, demonstration_data: Path) -> Iterator[House]:
    data = tmp_path_factory.mktemp("logged") / "data"
    shutil.copytree(demonstration_data, data)
    made = open_house(Settings(data=data, smtp=f"smtp://a:{SECRET}@127.0.0.1:9"))
    made.ports.plug(http.Authenticator, Gate())
    yield made
    made.db.close()


@pytest.fixture(scope="module")
def served(governed: House) -> Near:
    return Near(create(governed, lambda: None, lambda: None))


@pytest.fixture(scope="module")
def visitor(served: Any) -> Iterator[TestClient[Litestar]]:
    with TestClient(served, raise_server_exceptions=False) as one:
        yield one
    gc.collect()


HEADERS = {
    name: NUMBER if name != "User-Agent" else quote(NAME)
    for name in ("User-Agent", "Referer", "X-Request-Id", "X-Forwarded-For", "X-Real-Ip", "Forwarded",
                 "Origin", "Accept-Language", "If-None-Match", "X-Anything")
}  # fmt: skip


def bodies(token: str) -> Iterator[tuple[str, bytes]]:
    """Return bodies of every kind with a marker in each place, right and misshapen ones."""
    typed = dict.fromkeys(fields(), f"{NAME} {NUMBER}")
    form = "&".join(f"{name}={quote(value)}" for name, value in typed.items())
    yield "application/x-www-form-urlencoded", f"csrf={token}&{form}".encode()
    yield (
        "application/x-www-form-urlencoded",
        f"csrf={token}&{quote(NAME)}={quote(FORGED)}&a=%ff{SECRET}".encode(),
    )
    part = f'--b\r\nContent-Disposition: form-data; name="csrf"\r\n\r\n{token}\r\n'
    file = (
        f'--b\r\nContent-Disposition: form-data; name="file"; filename="{NAME}{NUMBER}.pdf"\r\n'
        f"Content-Type: {SECRET}/pdf\r\n\r\n{MAIL}\r\n--b--\r\n"
    )
    yield "multipart/form-data; boundary=b", (part + file).encode()
    yield (
        "multipart/form-data; boundary=b",
        f"{part}--b\r\n{NAME}: {SECRET}\r\n\r\n{NUMBER}".encode(),
    )
    yield (
        "application/json",
        json.dumps({"subject": NUMBER, NAME: [SECRET], "values": NUMBER}).encode(),
    )
    yield "application/json", f'{{"subject": "{NUMBER}", "{NAME}": {SECRET}'.encode()
    yield f"text/{SECRET}", NAME.encode()


def addresses(path: str) -> Iterator[str]:
    for marker in (NAME, NUMBER, SECRET, FORGED):
        yield filled(path, quote(marker, safe=""))
    query = f"{quote(NAME)}={NUMBER}&q={quote(FORGED)}&page={SECRET}&lang={SECRET}&%ff=%00{SECRET}"
    yield f"{filled(path)}?{query}"


def send(visitor: TestClient[Litestar], method: str, address: str, who: str, **more: Any) -> int:
    visitor.cookies.clear()
    cookies = f"{http.SESSION_COOKIE}={who}; {http.VISITOR_COOKIE}={SECRET}; {quote(NAME)}={NUMBER}"
    headers = {**HEADERS, "Cookie": cookies, **more.pop("headers", {})}
    answer = visitor.request(method, address, headers=headers, follow_redirects=False, **more)
    assert NUMBER not in answer.headers["x-request-id"]
    return answer.status_code


def to_doors(visitor: TestClient[Litestar], served: Near, each: int = 1) -> int:
    """Send markers to each so-manieth door in every way; return how many requests that were."""
    sent = 0
    for path, access in doors(served, "GET")[::each]:
        who = (whoever_may(access) or ["staff"])[0]
        for address in addresses(path):
            send(visitor, "GET", address, who)
            sent += 1
    for path, access in doors(served, "POST")[::each]:
        who = (whoever_may(access) or ["staff"])[0]
        for kind, body in bodies(token_of("secret of " + who)):
            headers = {"Content-Type": kind}
            send(visitor, "POST", filled(path, NUMBER), who, content=body, headers=headers)
            sent += 1
    return sent


def test_nothing_that_is_sent_to_any_door_stands_in_the_log(
    visitor: TestClient[Litestar], served: Near, capfd: pytest.CaptureFixture[str]
) -> None:
    with log() as stream:
        sent = to_doors(visitor, served)
        for method, address in (
            ("GET", f"/{NUMBER}"),
            (SECRET.upper(), "/"),
            ("DELETE", f"/{quote(NAME)}"),
        ):
            send(visitor, method, address, SECRET)
        bearer = {"Authorization": f"Bearer {SECRET}"}
        send(visitor, "POST", "/api/disclosures", "", headers=bearer, json={"subject": NUMBER})
    lines = lines_of(stream)
    asked = [line for line in lines if line["log"] == "tongban.requests"]
    assert len(asked) == sent + 4
    assert {"GET", "POST", "DELETE", "other"} == {line["method"] for line in asked}
    without = {f"{one['method']} {one['route']} {one['status']}" for one in asked
               if one["status"] >= 400 and not one.get("reason")}  # fmt: skip
    assert without == set(), "each refusal is told with its reason"
    assert {"visitor", "resident", "staff"} <= {line["actor"] for line in asked}
    said = capfd.readouterr()
    assert not [marker for marker in MARKERS if marker in said.out + said.err]


def away(*_: Any, **__: Any) -> Any:
    cause = sqlite3.OperationalError(f"{NAME} {SECRET}")
    cause.sqlite_errorname = "SQLITE_IOERR"
    raise OperationalError(f"SELECT {NUMBER}", {"name": NAME}, cause) from cause


def wrong(*_: Any, **__: Any) -> Any:
    try:
        raise KeyError(NUMBER)
    except KeyError:
        raise ValueError(f"no such thing: {NAME} {SECRET} {FORGED}") from None


@pytest.mark.parametrize("fault", [away, wrong])
def test_a_database_that_is_away_and_a_defect_are_told_by_place_and_never_by_value(
    visitor: TestClient[Litestar], served: Near, monkeypatch: pytest.MonkeyPatch, fault: Any
) -> None:
    monkeypatch.setattr(Database, "read", fault)
    monkeypatch.setattr(Database, "_submit", fault)
    with log() as stream:
        sent = to_doors(visitor, served, 6)
    lines = lines_of(stream)
    assert sum(line["log"] == "tongban.requests" for line in lines) == sent
    told = [line for line in lines if line["log"] == "tongban.http"]
    assert any(fault.__name__ in line["event"] for line in told)
    assert all(line["request"] for line in told), "each says in which request it was"


class Happened(msgspec.Struct, frozen=True):
    name: ClassVar[str] = "kit.marked"
    who: str


def test_what_fails_beside_the_doors_is_told_by_job_and_lane_and_never_by_value(
    governed: House,
) -> None:
    def job(house: House, payload: Mapping[str, Any], progress: Progress) -> None:
        logging.getLogger("tongban.inside").warning("half way")
        raise ValueError(f"{payload} {NAME}")

    def hear(unit: Unit, event: Happened) -> None:
        unit.connection.execute(
            text("INSERT INTO kit_lane VALUES (:who, NULL, NULL)"), {"who": NUMBER}
        )

    tried = threading.Event()

    def gone(house: House) -> None:
        tried.set()
        raise RuntimeError(f"{NUMBER} {FORGED}")

    def mail(house: House, payload: Mapping[str, Any], progress: Progress) -> None:
        house.port(Mailer).send(
            Mail(key="1", to=MAIL, subject=f"{NAME} {SECRET}", text=NUMBER, at=house.clock.now())
        )

    worker = Worker(
        governed,
        Outbox(governed.db, [(Happened, hear)]),
        {"mark.do": job, "mail.do": mail},
        {"rounds-mark": (gone,)},
        every=0.02,
    )
    governed.db.write(lambda unit: unit.enqueue("mark.do", {"name": NAME, "number": NUMBER}))
    governed.db.write(lambda unit: unit.enqueue("mail.do", {"to": MAIL}))
    governed.db.write(lambda unit: unit.emit(Happened(NUMBER)))
    with log() as stream:
        worker.start()
        assert tried.wait(20)
        worker.stop()
        worker.settle(5)
    lines = lines_of(stream)
    failed = {line["job"] for line in lines if "failed" in line["event"] and "job" in line}
    assert failed == {"mark.do", "mail.do"}
    assert [line["job"] for line in lines if line["event"] == "half way"][:1] == ["mark.do"]
    assert any(line.get("happening") == "kit.marked" for line in lines)
    assert any(
        line.get("lane") == "rounds-mark" and "RuntimeError" in line["event"] for line in lines
    )


def test_a_source_that_is_down_is_told_without_whom_was_asked_for(tmp_path: Path) -> None:
    place = tmp_path / "people.db"
    place.write_bytes(b"no database" * 100)
    source = SqliteSource("people", place)
    with log() as stream, pytest.raises(Exception, match="source"):
        source.read("person", "number", NUMBER, ("name",), "")
    assert "source people" in lines_of(stream)[0]["event"]


def test_what_libraries_threads_and_the_loop_say_is_told_by_place(
    capfd: pytest.CaptureFixture[str],
) -> None:
    async def nobody_looks() -> None:
        async def fails() -> None:
            raise ValueError(f"{NAME} {NUMBER}")

        asyncio.get_running_loop().call_soon(lambda: 1 / 0, *())
        task = asyncio.ensure_future(fails())
        await asyncio.sleep(0.01)
        del task
        gc.collect()

    with log() as stream:
        for level in (logging.DEBUG, logging.ERROR):
            logging.getLogger("somebody.library").log(level, "%s sent %s", NAME, SECRET)
            logging.getLogger("somebody.library").log(level, f"{NUMBER} {FORGED}")
        engine = create_engine("sqlite://")
        with engine.connect() as connection:
            connection.execute(text("SELECT :who"), {"who": NUMBER}).all()
        asyncio.run(nobody_looks(), debug=False)
        thread = threading.Thread(target=wrong)
        thread.start()
        thread.join()
        with warnings.catch_warnings():
            warnings.simplefilter("always")
            logs._warned(UserWarning(f"{NAME} {NUMBER}"), UserWarning, "some.py", 3)
        logging.getLogger("tongban.inside").error(
            "it broke: %s", FORGED[8:20], exc_info=ValueError(NAME)
        )
        logging.getLogger("tongban.inside").error("%s %s", "too few words")
    lines = lines_of(stream)
    assert {"somebody.library", "sqlalchemy.engine.Engine", "asyncio"} & {
        line["log"] for line in lines
    }
    assert any("ValueError" in line.get("fault", "") for line in lines)
    assert any(line["event"] == "UserWarning at some.py:3" for line in lines)
    said = capfd.readouterr()
    assert not [marker for marker in MARKERS if marker in said.out + said.err]
