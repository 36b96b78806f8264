"""Figures for Prometheus: read by its own parsers, few, without a name, and behind a door of their own."""

import errno
import http.client
import os
import re
import socket
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import prometheus_client.openmetrics.parser as openmetrics
import pytest
from litestar import Litestar
from litestar.testing import TestClient
from prometheus_client import parser
from sqlalchemy import event
from tests.app.test_serving import free_port
from tests.builders.judges import judge

from tongban.app import metrics, metrics_door
from tongban.app.house import worker_for
from tongban.app.metrics_door import MetricsDoor
from tongban.app.web import Application, create
from tongban.kernel.errors import Refusal
from tongban.kit import tally, troubles
from tongban.kit.db import Database
from tongban.kit.house import House
from tongban.kit.i18n import sentence
from tongban.kit.settings import Settings, read_settings
from tongban.modules.ledger import queries as ledger
from tongban.modules.ledger.model import Signer

families: Any = parser.text_string_to_metric_families
open_families: Any = openmetrics.text_string_to_metric_families
TOKEN = "a-token-that-is-long-enough"
OPEN = "application/openmetrics-text;version=1.0.0"


@pytest.fixture
def served(house: House) -> Application:
    application = create(house, lambda: None, lambda: None)
    assert isinstance(application, Application)
    worker = worker_for(house)
    worker.start()
    worker.stop()
    return application


@pytest.fixture
def visitor(served: Any) -> Iterator[TestClient[Litestar]]:
    with TestClient(served, raise_server_exceptions=False) as one:
        yield one


def told(house: House, served: Application) -> dict[str, dict[tuple[tuple[str, str], ...], float]]:
    """Return every sample by name and labels, as Prometheus reads them."""
    text = metrics.written(metrics.registry(house, served.pulse), "")[0].decode()
    found: dict[str, dict[tuple[tuple[str, str], ...], float]] = {}
    for family in families(text):
        for sample in family.samples:
            found.setdefault(sample.name, {})[tuple(sorted(sample.labels.items()))] = sample.value
    return found


def test_both_formats_are_read_by_the_parsers_of_prometheus(
    house: House, served: Application, visitor: TestClient[Litestar]
) -> None:
    visitor.get("/services")
    registry = metrics.registry(house, served.pulse)
    plain, kind = metrics.written(registry, "text/plain")
    assert kind.startswith("text/plain")
    named = {family.name for family in families(plain.decode())}
    opened, kind = metrics.written(registry, OPEN)
    assert kind.startswith("application/openmetrics-text")
    again = {family.name for family in open_families(opened.decode())}
    assert {
        "tongban_ledger_entries",
        "tongban_lane_sign_age_seconds",
        "tongban_database_up",
    } <= named & again
    for family in families(plain.decode()):
        assert family.name.startswith(("tongban_", "process_", "python_"))
        assert family.documentation


def test_promtool_has_nothing_to_say(
    house: House, served: Application, visitor: TestClient[Litestar]
) -> None:
    promtool = judge("promtool", "apt-get install prometheus")
    visitor.get("/services")
    text = metrics.written(metrics.registry(house, served.pulse), "")[0]
    done = subprocess.run([promtool, "check", "metrics"], input=text, capture_output=True)
    assert (done.returncode, done.stdout + done.stderr) == (0, b"")


def test_requests_and_refusals_are_counted_by_route_and_reason_whatever_was_asked(
    house: House, served: Application, visitor: TestClient[Litestar]
) -> None:
    before = told(house, served)
    for number in range(30):
        visitor.get(f"/v/{number}-110101199003072316")
        visitor.get(f"/nowhere/{number}")
    after = told(house, served)

    def more(name: str, **labels: str) -> float:
        key = tuple(sorted(labels.items()))
        return after.get(name, {}).get(key, 0) - before.get(name, {}).get(key, 0)

    assert more("tongban_http_requests_total", method="GET", route="/v/{code}", status="4xx") == 30
    assert more("tongban_http_requests_total", method="GET", route="-", status="4xx") == 30
    assert more("tongban_refusals_total", reason="certificates.not_found") == 30
    assert more("tongban_http_request_duration_seconds_count", route="/v/{code}") == 30
    text = metrics.written(metrics.registry(house, served.pulse), "")[0].decode()
    assert "110101199003072316" not in text
    assert "nowhere" not in text


def test_a_name_never_has_more_sets_of_labels_than_is_bounded() -> None:
    counted = tally.Tally()
    for number in range(tally._MOST + 50):
        counted.count("tongban_refusals", str(number))
        counted.took("tongban_source_read_duration_seconds", 0.1, str(number))
    counts, times = dict(counted.counts())["tongban_refusals"], dict(counted.times())
    assert len(counts) == tally._MOST + 1
    assert counts[("other",)] == 50
    assert len(times["tongban_source_read_duration_seconds"]) == tally._MOST + 1


def test_times_are_divided_as_a_histogram_is() -> None:
    counted = tally.Tally({"t_seconds": tally.Name("t", (), (0.1, 1.0))})
    for seconds in (0.05, 0.1, 0.5, 7.0):
        counted.took("t_seconds", seconds)
    times = dict(counted.times())["t_seconds"][()]
    assert metrics._buckets((0.1, 1.0), times) == [("0.1", 2), ("1.0", 3), ("+Inf", 4)]
    assert times.total == pytest.approx(7.65)


def test_work_ledger_audit_and_mail_are_told_as_the_database_has_them(
    house: House, served: Application
) -> None:
    house.db.write(lambda unit: unit.enqueue("notices.mail", {"message": "x"}))
    house.db.write(lambda unit: unit.enqueue("certificates.seal", {}))
    found = told(house, served)
    with house.db.read() as reader:
        log = ledger.health(reader, house.port(Signer))
    assert found["tongban_ledger_entries"][()] == log.size > 0
    assert found["tongban_mail_queued"][()] == 1
    waiting = (("sort", "job"), ("state", "waiting"), ("work", "certificates.seal"))
    assert found["tongban_queue_length"][waiting] == 1
    assert found["tongban_audit_findings"][()] == 0
    assert found["tongban_database_up"][()] == 1
    assert (("lane", "rounds-ledger"),) in found["tongban_lane_sign_age_seconds"]


def test_a_database_that_does_not_answer_is_one_figure_and_the_process_is_told_still(
    house: House, served: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    over = threading.Event()
    monkeypatch.setattr(metrics, "_PATIENCE", 0.2)
    monkeypatch.setattr(Database, "read", lambda _: over.wait(60))
    found = told(house, served)
    over.set()
    assert found["tongban_database_up"][()] == 0
    assert "tongban_ledger_entries" not in found
    assert "tongban_database_connections" in found


def test_asking_costs_few_statements_and_none_again_within_five_seconds(
    house: House, served: Application
) -> None:
    statements: list[str] = []
    event.listen(house.db.engine, "before_cursor_execute", lambda *said: statements.append(said[2]))
    registry = metrics.registry(house, served.pulse)
    metrics.written(registry, "")
    once = len(statements)
    assert 0 < once <= 25
    for _ in range(20):
        metrics.written(registry, "")
    assert len(statements) == once


_OF_HISTORY = re.compile(
    r"SCAN (kit_job|kit_outbox|ledger_entry|ledger_refused)\b(?! USING COVERING)"
)


def test_no_question_goes_through_what_was_done_before(house: House) -> None:
    """As SQLite plans it: queues and ledger are asked by index, however long the history is."""
    asked: list[tuple[str, Any]] = []
    event.listen(
        house.db.engine, "before_cursor_execute", lambda *said: asked.append((said[2], said[3]))
    )
    with house.db.read() as reader:
        metrics.figures(reader, house.port(Signer))
        troubles.failing(reader)
        plans = {
            statement: str(
                reader.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values).all()
            )
            for statement, values in list(asked)
        }
    assert len(plans) > 10
    assert [statement for statement, plan in plans.items() if _OF_HISTORY.search(plan)] == []


# -- the door ----------------------------------------------------------------------------------------


def settings(tmp_path: Path, metrics: str, token: str = "") -> Settings:
    return Settings(data=tmp_path, metrics=metrics, metrics_token=token)


def ask(port: int, path: str = "/metrics", **headers: str) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    return answer.status, answer.read()


def figures(accept: str) -> tuple[bytes, str]:
    return f"figures for {accept}".encode(), "text/plain"


def test_who_has_the_token_is_answered_and_nobody_else(tmp_path: Path) -> None:
    port = free_port()
    door = MetricsDoor(settings(tmp_path, f"127.0.0.1:{port}", TOKEN), figures)
    try:
        assert ask(port)[0] == 401
        assert ask(port, Authorization="Bearer wrong")[0] == 401
        assert ask(port, Authorization=f"Basic {TOKEN}")[0] == 401
        assert ask(port, "/other", Authorization=f"Bearer {TOKEN}")[0] == 404
        found = ask(port, Authorization=f"Bearer {TOKEN}", Accept="text/plain")
        assert found == (200, b"figures for text/plain")
    finally:
        door.close()


def test_a_socket_is_for_its_owner_and_group_and_one_that_was_left_behind_is_taken(
    tmp_path: Path,
) -> None:
    path = tmp_path / "m.sock"
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(path))
    door = MetricsDoor(settings(tmp_path, f"unix:{path}"), figures)
    try:
        assert path.stat().st_mode & 0o777 == 0o660
        with pytest.raises(Refusal, match="metrics_taken"):
            MetricsDoor(settings(tmp_path, f"unix:{path}"), figures)
        with socket.socket(socket.AF_UNIX) as one:
            one.settimeout(20)
            one.connect(str(path))
            one.sendall(b"GET /metrics HTTP/1.1\r\nHost: a\r\nAccept: x\r\n\r\n")
            assert b"figures for x" in _all(one)
    finally:
        door.close()
    assert not path.exists()


def _all(one: socket.socket) -> bytes:
    parts = []
    while part := one.recv(65536):
        parts.append(part)
    return b"".join(parts)


@pytest.mark.parametrize(
    ("number", "code", "words"),
    [
        (errno.EADDRINUSE, "metrics_taken", "port or socket there that is free"),
        (errno.EACCES, "metrics_not_allowed", "port above 1024"),
        (errno.EADDRNOTAVAIL, "metrics_nowhere", "an address of this machine"),
    ],
    ids=["taken", "not-allowed", "nowhere"],
)
@pytest.mark.parametrize("said", ["variable", "file"])
def test_figures_that_find_no_place_name_their_own_setting_and_not_the_public_port(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, code: str, words: str, said: str
) -> None:
    def refused(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(metrics_door, "_at", refused)
    place, name = "127.0.0.1:9464", "TONGBAN_METRICS"
    if said == "file":
        (tmp_path / "settings.toml").write_text(f'metrics = "{place}"\n')
        name = f"metrics ({tmp_path / 'settings.toml'})"
    known = read_settings(tmp_path, {"TONGBAN_METRICS": place} if said == "variable" else {})
    with pytest.raises(Refusal, match=code) as refusal:
        MetricsDoor(known, figures)
    for language in ("zh", "en"):
        told = sentence(refusal.value, language)
        assert name in told
        assert "--port" not in told
        assert "--host" not in told
    assert words in told


@pytest.mark.parametrize("place", ["0.0.0.0:9464", "192.0.2.1:9464", "[::]:9464"])
def test_a_place_that_others_reach_is_refused_without_a_token(tmp_path: Path, place: str) -> None:
    with pytest.raises(Refusal, match="metrics_open"):
        MetricsDoor(settings(tmp_path, place), figures)


@pytest.mark.parametrize(
    "place", ["9464", "localhost:9464", "127.0.0.1:0", "127.0.0.1:70000", "unix:m.sock", "on"]
)
def test_a_place_that_cannot_be_one_is_refused_by_name(tmp_path: Path, place: str) -> None:
    with pytest.raises(Refusal, match="metrics_unfit"):
        read_settings(tmp_path, {"TONGBAN_METRICS": place})


def test_a_token_that_could_be_guessed_is_refused_and_none_is_shown(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="metrics_token_unfit"):
        read_settings(tmp_path, {"TONGBAN_METRICS_TOKEN": "short"})
    assert TOKEN not in repr(read_settings(tmp_path, {"TONGBAN_METRICS_TOKEN": TOKEN}))


def test_those_who_say_nothing_keep_nobody_out_for_long(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = free_port()
    door = MetricsDoor(settings(tmp_path, f"127.0.0.1:{port}"), figures)
    silent = [socket.create_connection(("127.0.0.1", port)) for _ in range(3)]
    try:
        assert ask(port)[0] == 200
    finally:
        for one in silent:
            one.close()
        door.close()


def test_four_who_send_a_byte_now_and_then_are_ended_and_others_are_answered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A limit of each piece alone let them stay for as long as a head may be."""
    monkeypatch.setattr(metrics_door, "_PATIENCE", 0.5)
    port = free_port()
    door = MetricsDoor(settings(tmp_path, f"127.0.0.1:{port}"), figures)
    slow = [socket.create_connection(("127.0.0.1", port)) for _ in range(4)]
    try:
        for one in slow:
            one.sendall(b"GET /metrics HTTP/1.1\r\n")
            one.settimeout(0.05)
        assert [_is_ended(one) for one in slow] == [True] * 4
        assert ask(port)[0] == 200
    finally:
        for one in slow:
            one.close()
        door.close()


def _is_ended(one: socket.socket) -> bool:
    """Whether the other side ends a connection before a hundred bytes are sent, one by one."""
    for _ in range(100):
        try:
            one.send(b"X")
            if one.recv(1) == b"":
                return True
        except TimeoutError:
            continue
        except OSError:
            return True
    return False


def test_the_public_door_has_no_figures(visitor: TestClient[Litestar]) -> None:
    assert visitor.get("/metrics").status_code == 404


def test_without_the_setting_there_is_no_such_door() -> None:
    assert Settings(data=Path("x")).metrics == ""
