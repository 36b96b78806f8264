"""Checkpoints at places outside: a folder, a real web server and a real mail server on the loopback."""

import socket
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message as Taker
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.builders.ledger import MemorySigner, a_closing

from tongban.app.posting import plug as plug_post
from tongban.kernel.errors import Refusal
from tongban.kit.clock import MovableClock
from tongban.kit.db import Database
from tongban.kit.house import House
from tongban.kit.lanes import Worker
from tongban.kit.outbox import Outbox
from tongban.kit.testing import sqlite_database
from tongban.modules.ledger import actions, adapters, handlers, queries
from tongban.modules.ledger.adapters.places import FolderPlace, WebPlace
from tongban.modules.ledger.commands import ledger
from tongban.modules.ledger.model import Signer
from tongban.modules.notices import adapters as notices


class Board(BaseHTTPRequestHandler):
    """Keeps what is posted and gives the newest back; may be told to be away."""

    kept: list[bytes]
    away = False

    def do_POST(self) -> None:
        if self.away:
            self.send_error(503)
            return
        self.kept.append(self.rfile.read(int(self.headers["content-length"])))
        self._answer(201, b"")

    def do_GET(self) -> None:
        if self.away:
            self.send_error(503)
        elif self.kept:
            self._answer(200, self.kept[-1])
        else:
            self.send_error(404)

    def _answer(self, status: int, content: bytes) -> None:
        self.send_response(status)
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_given: object) -> None:
        """Say nothing."""


@pytest.fixture
def board() -> Iterator[tuple[type[Board], str]]:
    """A web server that keeps checkpoints, and its address."""
    kind: type[Board] = type("OneBoard", (Board,), {"kept": []})
    server = ThreadingHTTPServer(("127.0.0.1", 0), kind)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield kind, f"http://127.0.0.1:{server.server_port}/checkpoint"
    server.shutdown()
    thread.join()
    server.server_close()


class Mailbox(Taker):
    """Takes every mail."""

    def __init__(self) -> None:
        super().__init__()
        self.mails: list[Message] = []

    def handle_message(self, message: Message) -> None:
        self.mails.append(message)


@pytest.fixture
def mailbox() -> Iterator[tuple[Mailbox, str]]:
    taken = Mailbox()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(taken, hostname="127.0.0.1", port=port)
    controller.start()
    yield taken, f"smtp://127.0.0.1:{port}"
    controller.stop()


def placed(house: House, **places: str) -> House:
    """Return the house with places outside."""
    with_places = replace(house, settings=replace(house.settings, **places))  # type: ignore[arg-type]
    adapters.plug(with_places)
    notices.plug(with_places)
    plug_post(with_places)
    return with_places


def worker(house: House) -> Worker:
    rounds = {"rounds-ledger": (handlers.Sequencing(), handlers.Outside())}
    return Worker(house, Outbox(house.db, []), handlers.JOBS, rounds)


def sign(house: House, count: int = 3) -> str:
    house.db.write(lambda unit: actions.append_all(unit, [a_closing()] * count))
    actions.run_sequencer(house.db, house.port(Signer))
    with house.db.read() as reader:
        return queries.checkpoint(reader.connection).note


def later(house: House) -> None:
    assert isinstance(house.clock, MovableClock)
    house.clock.advance(actions.EVERY + timedelta(seconds=1))


def faults(house: House) -> list[str]:
    with house.db.read() as reader:
        return [one.code for one in queries.health(reader, house.port(Signer)).faults]


def test_each_new_checkpoint_stands_in_folder_web_and_mailbox_within_ten_minutes(
    house: House,
    board: tuple[type[Board], str],
    mailbox: tuple[Mailbox, str],
    tmp_path: Path,
) -> None:
    kept, address = board
    house = placed(
        house,
        checkpoints_file=str(tmp_path / "outside"),
        checkpoints_http=address,
        checkpoints_mail="audit@example.cn",
        smtp=mailbox[1],
    )
    first = sign(house)
    working = worker(house)
    working.settle()
    second = sign(house, 2)
    working.settle()
    assert kept.kept == [first.encode()], "at most once in ten minutes"
    later(house)
    working.settle()
    assert kept.kept == [first.encode(), second.encode()]
    files = sorted((tmp_path / "outside").iterdir())
    assert [path.read_text() for path in files] == [first, second]
    assert [str(mail["subject"]) for mail in mailbox[0].mails] == [
        "zwfw.example.cn/ledger 3",
        "zwfw.example.cn/ledger 5",
    ]
    assert mailbox[0].mails[0]["to"] == "audit@example.cn"
    assert faults(house) == []
    later(house)
    working.settle()
    assert len(kept.kept) == 2, "what stands there is not sent again"


def test_a_place_that_is_away_stops_nothing_and_gets_it_once_it_is_back(
    house: House, board: tuple[type[Board], str], tmp_path: Path
) -> None:
    kept, address = board
    kept.away = True
    house = placed(house, checkpoints_file=str(tmp_path / "outside"), checkpoints_http=address)
    note = sign(house)
    working = worker(house)
    working.settle()
    assert len(list((tmp_path / "outside").iterdir())) == 1
    sign(house)
    kept.away = False
    later(house)
    working.settle()
    assert kept.kept
    assert kept.kept[-1] != note.encode(), "the newest, not the one that it missed"
    assert faults(house) == []


def test_a_place_that_was_given_up_is_tried_again(
    house: House, board: tuple[type[Board], str]
) -> None:
    kept, address = board
    kept.away = True
    house = placed(house, checkpoints_http=address)
    sign(house)
    working = worker(house)
    for _ in range(20):
        working.settle()
        later(house)
    kept.away = False
    for _ in range(3):
        working.settle()
        later(house)
    assert len(kept.kept) == 1


def fork(house: House, folder: Path, count: int) -> str:
    """Sign another history with the right key, as who holds it can."""
    other = sqlite_database(folder)
    other.write(lambda unit: actions.append_all(unit, [a_closing()] * count))
    signer = MemorySigner(seed=_seed(house))
    actions.run_sequencer(other, signer)
    with other.read() as reader:
        note = queries.checkpoint(reader.connection).note
    other.close()
    return note


def _seed(house: House) -> bytes:
    from tongban.modules.ledger.formats.note import parse_private_key

    return parse_private_key((house.settings.keys / "ledger.key").read_text().strip())[1]


@pytest.mark.parametrize("count", [2, 3, 9])
def test_a_checkpoint_outside_that_the_log_does_not_contain_is_a_fault_and_nothing_is_handed_over(
    house: House, board: tuple[type[Board], str], tmp_path: Path, count: int
) -> None:
    kept, address = board
    house = placed(house, checkpoints_http=address)
    sign(house)
    (tmp_path / "fork").mkdir()
    forked = fork(house, tmp_path / "fork", count)
    kept.kept.append(forked.encode())
    worker(house).settle()
    assert faults(house) == ["ledger.history_elsewhere"]
    assert kept.kept == [forked.encode()], "what stands there is evidence"
    audited = _audit(house, TONGBAN_CHECKPOINTS_HTTP=address)
    assert audited.exit_code == 1
    assert f"a checkpoint of size {count} that this log does not contain" in audited.output


def _audit(house: House, **environment: str) -> Any:
    (house.settings.data / "tongban.db").symlink_to(house.settings.data / "test.db")
    words = ["audit", "--data", str(house.settings.data)]
    return CliRunner().invoke(ledger, words, env={"TONGBAN_LANGUAGE": "en", **environment})


def test_an_older_file_that_was_exchanged_is_found_among_the_others(
    house: House, tmp_path: Path
) -> None:
    outside = tmp_path / "outside"
    house = placed(house, checkpoints_file=str(outside))
    working = worker(house)
    for _ in range(3):
        sign(house)
        working.settle()
        later(house)
    first = min(outside.iterdir())
    (tmp_path / "fork").mkdir()
    first.write_text(fork(house, tmp_path / "fork", 3))
    working.settle()
    assert faults(house) == ["ledger.history_elsewhere"]


def test_what_nobody_signed_stands_outside_and_that_is_said(house: House, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    house = placed(house, checkpoints_file=str(outside))
    sign(house)
    outside.mkdir()
    (outside / "9.checkpoint").write_bytes(b"\xff nothing")
    worker(house).settle()
    assert faults(house) == ["ledger.foreign_checkpoint"]
    (outside / "9.checkpoint").unlink()
    later(house)
    worker(house).settle()
    assert faults(house) == []
    audited = _audit(house, TONGBAN_CHECKPOINTS_FILE=str(outside))
    assert (audited.exit_code, "agree with the log" in audited.output) == (0, True)


def test_an_audit_says_that_a_place_is_away_and_is_sound_all_the_same(house: House) -> None:
    sign(house)
    audited = _audit(house, TONGBAN_CHECKPOINTS_HTTP="http://127.0.0.1:9/")
    assert (audited.exit_code, "cannot be reached now" in audited.output) == (0, True)


@settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
@given(note=st.binary(max_size=300) | st.text(max_size=200).map(str.encode))
def test_any_bytes_outside_are_foreign_and_never_a_fault_of_ours(house: House, note: bytes) -> None:
    with house.db.read() as reader:
        key = house.port(Signer).key
        assert queries.compare_outside(reader.connection, key, [note]) == ("foreign", "")


@pytest.mark.parametrize("address", ["file:///etc/passwd", "ftp://a/b", "//x", "mail"])
def test_an_address_that_is_not_of_the_web_is_refused(address: str) -> None:
    with pytest.raises(Refusal, match="place_unfit"):
        WebPlace(address)


def test_a_folder_that_cannot_be_made_is_away(tmp_path: Path, database: Database) -> None:
    (tmp_path / "file").write_text("")
    signed = _newest(database)
    with pytest.raises(Refusal, match="place_away"):
        FolderPlace(tmp_path / "file").put(signed)


def _newest(database: Database) -> Any:
    database.write(lambda unit: actions.append(unit, a_closing()))
    return actions.run_sequencer(database, MemorySigner())
