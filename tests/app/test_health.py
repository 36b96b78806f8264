"""``/healthz`` says that it lives whatever hangs; ``/readyz`` says what it cannot do, and costs little."""

import sqlite3
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from litestar import Litestar
from litestar.testing import TestClient
from sqlalchemy.exc import OperationalError

from tongban.app import health
from tongban.app.house import worker_for
from tongban.app.web import create
from tongban.kernel.errors import Kind, Refusal
from tongban.kit.db import Database
from tongban.kit.house import House
from tongban.modules.ledger import queries as ledger

WELL = {"write": "ok", "number": "ok", "keys": "ok"}


@pytest.fixture
def at_work(house: House) -> House:
    """A government whose lanes have given a sign of life."""
    worker = worker_for(house)
    worker.start()
    worker.stop()
    return house


@pytest.fixture
def supervisor(at_work: House) -> Iterator[TestClient[Litestar]]:
    with TestClient(create(at_work, lambda: None, lambda: None)) as one:
        yield one


def away(*_: Any, **__: Any) -> Any:
    cause = sqlite3.OperationalError("secret of 李四")
    cause.sqlite_errorname = "SQLITE_READONLY"
    raise OperationalError("INSERT …", {}, cause) from cause


def checks(supervisor: TestClient[Litestar], **wrong: str) -> None:
    answer = supervisor.get("/readyz", headers={"Accept-Language": "en"})
    assert (answer.status_code, answer.json()["checks"]) == (503 if wrong else 200, WELL | wrong)
    if wrong:
        assert answer.headers["retry-after"] == "5"
        assert ", ".join(sorted(wrong)) in answer.json()["message"]
        assert "李四" not in answer.text


def test_who_can_write_number_and_reach_the_keys_is_ready(supervisor: TestClient[Litestar]) -> None:
    checks(supervisor)
    assert supervisor.get("/healthz").json() == {"status": "ok"}


def test_it_lives_while_the_database_and_a_lane_hang(
    supervisor: TestClient[Litestar], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever touched the database would hang for a minute and then fail."""
    over = threading.Event()
    monkeypatch.setattr(Database, "read", lambda _: over.wait(60))
    monkeypatch.setattr(Database, "_submit", lambda *_: over.wait(60))
    try:
        supervisor.cookies.set("tongban_session", "somebody")
        assert supervisor.get("/healthz").json() == {"status": "ok"}
        assert supervisor.get("/readyz").json()["checks"]["write"] == "no_answer"
    finally:
        over.set()


def test_a_database_that_takes_nothing_is_named(
    supervisor: TestClient[Litestar], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Database, "write", away)
    checks(supervisor, write="kit.database_silent")


def test_what_hangs_is_named_and_the_others_are_answered(
    at_work: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    over = threading.Event()

    def hangs(_: House) -> str:
        over.wait(60)
        return "ok"

    monkeypatch.setattr(health, "can_write", hangs)
    monkeypatch.setattr(health, "_PATIENCE", 0.3)
    with TestClient(create(at_work, lambda: None, lambda: None)) as supervisor:
        checks(supervisor, write="no_answer")
        over.set()


def test_a_ledger_that_may_not_go_on_a_lane_that_is_silent_and_an_entry_that_waits_are_named(
    house: House, at_work: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert health.can_number(at_work) == "ok"
    with monkeypatch.context() as patch:
        refusal = Refusal("ledger.mark_missing", Kind.CONFLICT, size=3)
        patch.setattr(ledger, "fault_of_going_on", lambda *_: refusal)
        assert health.can_number(at_work) == "ledger.mark_missing"
    with monkeypatch.context() as patch:
        with at_work.db.read() as reader:
            long_ago = reader.now - 2 * health.SILENT
        patch.setattr(ledger, "oldest_pending", lambda _: long_ago)
        assert health.can_number(at_work) == "entries_wait"
    monkeypatch.setattr(health, "NUMBERING", "rounds-nobody")
    assert health.can_number(at_work) == "lane_silent"


def test_keys_that_are_gone_are_named_by_what_they_are_for_only(
    supervisor: TestClient[Litestar], at_work: House
) -> None:
    key = at_work.settings.keys / "data-keys.json"
    key.rename(key.with_suffix(".gone"))
    checks(supervisor, keys="keys_missing")


def test_a_flood_of_questions_writes_once(at_work: House, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[int] = []
    write = health.can_write

    def counted(house: House) -> str:
        written.append(1)
        return write(house)

    monkeypatch.setattr(health, "can_write", counted)
    monkeypatch.setattr(health, "_KEEP", 3600.0)
    with TestClient(create(at_work, lambda: None, lambda: None)) as supervisor:
        for _ in range(50):
            checks(supervisor)
    assert len(written) == 1


def test_readiness_is_no_lane_that_anybody_is_shown(at_work: House) -> None:
    from tongban.kit import lanes

    health.can_write(at_work)
    with at_work.db.read() as reader:
        assert lanes.READY not in {one.lane for one in lanes.last_signs(reader)}
