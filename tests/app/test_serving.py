"""``tongban serve`` as a process: from a fresh folder to the first administrator, and one at a time."""

import errno
import json
import os
import re
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner

from tongban.app import house as opening
from tongban.app import serving as door
from tongban.app import setup
from tongban.app.cli import main
from tongban.kernel.errors import Refusal
from tongban.kit.i18n import sentence
from tongban.kit.settings import Settings, default_data

PROGRAM = Path(sys.executable).with_name("tongban")
_PATIENCE = 240
PASSWORD = "seven-small-boats-on-a-river"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment() -> dict[str, str]:
    plain = {name: value for name, value in os.environ.items() if not name.startswith("TONGBAN_")}
    return {**plain, "TONGBAN_LANGUAGE": "en", "PYTHONUNBUFFERED": "1"}


@contextmanager
def serving(*words: str, lines: int = 2) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Serve in a process of its own; gives it and what it said when it was ready."""
    process = subprocess.Popen(
        [PROGRAM, "serve", *words], stdout=subprocess.PIPE, text=True, env=environment()
    )
    assert process.stdout is not None
    try:
        assert select.select([process.stdout], [], [], _PATIENCE)[0], "it said nothing"
        yield process, "".join(process.stdout.readline() for _ in range(lines))
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.communicate(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()


def refused(*words: str) -> tuple[int, str]:
    said = subprocess.run(
        [PROGRAM, "serve", *words],
        capture_output=True,
        text=True,
        env=environment(),
        timeout=_PATIENCE,
    )
    return said.returncode, said.stderr


@pytest.mark.parametrize(
    ("number", "code", "advice"),
    [
        (errno.EADDRINUSE, "app.address_taken", "--port"),
        (errno.EACCES, "app.port_not_allowed", "1024"),
        (errno.EPERM, "app.port_not_allowed", "1024"),
        (errno.EADDRNOTAVAIL, "app.address_unfit", "--host"),
    ],
    ids=["taken", "no-right", "not-permitted", "no-such-address"],
)
def test_what_cannot_be_listened_at_is_refused_with_what_helps(
    monkeypatch: pytest.MonkeyPatch, number: int, code: str, advice: str
) -> None:
    class Barred(socket.socket):
        def bind(self, _where: object) -> None:
            raise OSError(number, os.strerror(number))

    monkeypatch.setattr(socket, "socket", Barred)
    with pytest.raises(Refusal, match=code) as refusal:
        door.listening("127.0.0.1", 80, door.Limits())
    for language in ("zh", "en"):
        told = sentence(refusal.value, language)
        assert "127.0.0.1:80" in told
        assert advice in told


def test_figures_for_everybody_are_refused_before_anything_is_made(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TONGBAN_METRICS", "0.0.0.0:9464")
    with pytest.raises(Refusal, match="metrics_open"):
        setup.ready(folder, None, "")
    assert not default_data(folder).exists()


def csrf(page: httpx.Response) -> str:
    found = re.search(r'name="csrf" value="([^"]+)"', page.text)
    assert found, page.text
    return found[1]


def test_a_fresh_folder_becomes_a_government_with_an_administrator(folder: Path) -> None:
    port = str(free_port())
    with serving("--instance", str(folder), "--port", port) as (process, said):
        code = said.split()[-1]
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=_PATIENCE) as visitor:
            assert visitor.get("/healthz").status_code == 200
            asked = visitor.get("/setup", headers={"Accept-Language": "en"})
            taken = visitor.post("/setup", data={"csrf": csrf(asked), "code": code})
            department = re.findall(r'<option value="([^"]+)"', taken.text)[0]
            made = visitor.post(
                "/setup/administrator",
                data={
                    "csrf": csrf(taken),
                    "code": code,
                    "name": "陈立",
                    "login": "chenli",
                    "department": department,
                    "password": PASSWORD,
                    "again": PASSWORD,
                },
            )
            assert (made.status_code, made.headers["location"]) == (303, "/setup/keys")
            assert "ledger.key" in visitor.get("/setup/keys").text
            assert visitor.get("/setup").status_code == 404
        second = refused("--instance", str(folder), "--port", str(free_port()))
        assert (second[0], "Another Tongban process" in second[1]) == (5, True)
        elsewhere = refused("--instance", str(folder), "--port", port)
        assert (elsewhere[0], "cannot listen" in elsewhere[1]) == (5, True)
        assert process.poll() is None
    assert process.returncode == 0
    # What ended holds nothing any more; with an administrator there is no second line to wait for.
    with serving("--instance", str(folder), "--port", port, lines=1):
        assert httpx.get(f"http://127.0.0.1:{port}/healthz", timeout=_PATIENCE).status_code == 200


def test_a_port_that_is_taken_is_refused_before_anything_is_made(folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0), reuse_port=True) as other:
        port = other.getsockname()[1]
        code, said = refused("--instance", str(folder), "--port", str(port))
    assert (code, f"127.0.0.1:{port}" in said, "Traceback" in said) == (5, True, False)
    assert not default_data(folder).exists()


def test_an_address_that_this_machine_has_not_is_told_with_what_helps(folder: Path) -> None:
    code, said = refused("--instance", str(folder), "--host", "192.0.2.1")
    assert (code, "--host" in said, "--port" in said) == (5, True, False)
    assert not default_data(folder).exists()


def test_a_folder_that_is_not_there_is_told_before_a_port_that_is_taken(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0), reuse_port=True) as other:
        port = other.getsockname()[1]
        code, said = refused("--instance", str(tmp_path / "nowhere"), "--port", str(port))
    assert (code, "nowhere" in said, "cannot listen" in said) == (3, True, False)


def test_a_port_beyond_the_last_is_refused_before_anything_is_made(folder: Path) -> None:
    said = CliRunner().invoke(main, ["serve", "--instance", str(folder), "--port", "99999"])
    assert (said.exit_code, "65535" in said.output) == (2, True)
    assert not default_data(folder).exists()


def test_a_folder_is_held_by_one_and_a_shared_database_by_nobody(tmp_path: Path) -> None:
    here = Settings(data=tmp_path / "data")
    opening.hold(here)
    with pytest.raises(Refusal) as found:
        opening.hold(here)
    assert found.value.code == "app.data_served"
    opening.hold(Settings(data=tmp_path / "data", database="postgresql://127.0.0.1/one"))


def test_a_served_government_keeps_its_log_in_lines_of_json_and_gives_figures_at_its_socket(
    folder: Path, tmp_path: Path
) -> None:
    port, socket_path = free_port(), tmp_path / "m.sock"
    set_to = {**environment(), "TONGBAN_METRICS": f"unix:{socket_path}"}
    words = ["serve", "--instance", str(folder), "--port", str(port)]
    with (tmp_path / "log").open("w") as log:
        process = subprocess.Popen(
            [PROGRAM, *words], stdout=subprocess.PIPE, stderr=log, text=True, env=set_to
        )
        assert process.stdout is not None
        try:
            assert select.select([process.stdout], [], [], _PATIENCE)[0], "it said nothing"
            with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=_PATIENCE) as visitor:
                lost = visitor.get("/nowhere/470181199001011233?name=somebody")
                assert visitor.get("/metrics").status_code == 404
            near = httpx.HTTPTransport(uds=str(socket_path))
            with httpx.Client(base_url="http://here", transport=near, timeout=_PATIENCE) as one:
                figures = one.get("/metrics").text
        finally:
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=60)
    assert 'tongban_http_requests_total{method="GET",route="-",status="4xx"}' in figures
    assert not socket_path.exists()
    lines = [json.loads(line) for line in (tmp_path / "log").read_text("utf-8").splitlines()]
    of_it = [one for one in lines if one.get("request") == lost.headers["x-request-id"]]
    (mine,) = [one for one in of_it if one["event"] == "request"]  # a slow turn has its own line
    assert (mine["status"], mine["reason"]) == (404, "kit.not_found")
    assert lines[-1]["log"].startswith("_granian"), "what was said last is written too"
    assert "470181199001011233" not in str(lines)
    assert "somebody" not in str(lines)


def test_figures_that_others_could_read_keep_it_from_starting(folder: Path) -> None:
    words = ["serve", "--instance", str(folder), "--port", str(free_port())]
    done = subprocess.run(
        [PROGRAM, *words],
        capture_output=True,
        text=True,
        env={**environment(), "TONGBAN_METRICS": "0.0.0.0:9464"},
        timeout=_PATIENCE,
    )
    assert done.returncode == 2
    assert "no token is set" in done.stderr
