"""The log: one line for each thing, which nobody can forge, stretch or hold up."""

import asyncio
import io
import json
import logging
import logging.config
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.kernel.errors import Kind, Refusal
from tongban.kit import logs
from tongban.kit.db import Database
from tongban.kit.narrow import NarrowLine
from tongban.kit.saying import facts, say_from_now, saying
from tongban.kit.settings import read_settings


def record(
    words: str = "it happened", *args: Any, name: str = "tongban.inside", **more: Any
) -> logging.LogRecord:
    made = logging.makeLogRecord(
        {"name": name, "msg": words, "args": args, "levelname": "INFO", **more}
    )
    made.pathname = "/somewhere/inside.py"
    return made


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    made = io.StringIO()
    logs.configure("json", "info", made)
    yield made
    logs.end()
    logging.getLogger("tongban").setLevel(logging.NOTSET)


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_is_given_text_and_everything_else_json_unless_it_is_said() -> None:
    assert logs.form_of("", Terminal()) is logs.Form.TEXT
    assert logs.form_of("", io.StringIO()) is logs.Form.JSON
    assert logs.form_of("text", io.StringIO()) is logs.Form.TEXT
    assert logs.level_of("warning") == logging.WARNING
    assert logs.level_of("") == logging.INFO


@pytest.mark.parametrize(("name", "value"), [("LOG", "xml"), ("LOG_LEVEL", "loud")])
def test_a_form_and_a_level_that_there_are_not_are_refused(
    tmp_path: Path, name: str, value: str
) -> None:
    with pytest.raises(Refusal, match=r"log_.*unfit") as refused:
        read_settings(tmp_path, {f"TONGBAN_{name}": value})
    assert (refused.value.data["name"], refused.value.data["value"]) == (f"TONGBAN_{name}", value)


@given(st.text(max_size=400), st.text(max_size=400), st.sampled_from(logs.Form))
def test_whatever_is_written_is_one_line_of_signs_that_are_seen(
    words: str, value: str, form: logs.Form
) -> None:
    for name in ("tongban.inside", "somebody.else"):
        line = logs.Formatter(form).format(record("%s", words, name=name, given=value))
        assert line.isprintable()
        assert len(line.encode("utf-8")) <= logs.LONGEST


@pytest.mark.parametrize("form", logs.Form)
def test_no_line_is_longer_than_is_allowed_however_much_is_said(form: logs.Form) -> None:
    many = {f"fact_{number}": '\u202e𠮷\\"' * 500 for number in range(60)}
    line = logs.Formatter(form).format(record("\x00" * 100_000, **many))
    assert len(line.encode()) <= logs.LONGEST


def test_a_line_holds_texts_and_numbers_and_of_everything_else_only_its_kind() -> None:
    line = json.loads(
        logs.Formatter(logs.Form.JSON).format(record(form={"name": "李四"}, count=3, ms=1.5))
    )
    assert (line["form"], line["count"], line["ms"]) == ("dict", 3, 1.5)
    assert line["event"] == "it happened"


def test_a_line_that_cannot_be_told_says_so_without_what_it_was_about() -> None:
    line = json.loads(logs.Formatter(logs.Form.JSON).format(record("%d apples", "李四")))
    assert line["event"] == "a line cannot be told"
    assert line["fault"].startswith("TypeError at ")


def test_every_line_says_in_which_work_it_was_written(stream: io.StringIO) -> None:
    log = logging.getLogger("tongban.inside")

    def elsewhere() -> None:
        say_from_now(lane="jobs-mail")
        with saying(job="mail.letter"):
            log.info("in the job")
        log.info("after it")

    with saying(request="abc"):
        log.info("in the request")
        thread = threading.Thread(target=elsewhere)
        thread.start()
        thread.join()
    assert dict(facts()) == {}
    logs.end()
    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    told = [
        {name: line[name] for name in ("request", "lane", "job") if name in line} for line in lines
    ]
    assert told == [
        {"request": "abc"},
        {"lane": "jobs-mail", "job": "mail.letter"},
        {"lane": "jobs-mail"},
    ]


def test_a_fault_is_told_with_what_it_came_of_and_without_words() -> None:
    try:
        try:
            raise KeyError("李四")
        except KeyError as error:
            raise ValueError("张三") from error
    except ValueError:
        line = logs.Formatter(logs.Form.JSON).format(record(exc_info=sys.exc_info()))
    assert "ValueError at test_logs.py" in line
    assert "because of KeyError at test_logs.py" in line
    assert "李四" not in line
    assert "张三" not in line


class Stuck(io.StringIO):
    """Somebody who reads the log and stands still."""

    def __init__(self) -> None:
        super().__init__()
        self.going_on = threading.Event()

    def write(self, text: str) -> int:
        self.going_on.wait(60)
        return super().write(text)


def test_a_reader_of_the_log_who_stands_still_holds_nobody_up_and_what_is_lost_is_counted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(logs, "_WAITING", 50)
    stuck = Stuck()
    lines = logs.Lines(stuck, logs.Form.JSON)
    for number in range(400):
        lines.handle(record("line %d", number))
    stuck.going_on.set()
    lines.finish()
    written = stuck.getvalue().splitlines()
    assert lines.lost >= 400 - 50 - 100
    assert len(written) + lines.lost == 400
    assert json.loads(written[0])["event"] == "line 0"


def test_a_log_that_cannot_be_written_stops_nothing(stream: io.StringIO) -> None:
    stream.close()
    logging.getLogger("tongban.inside").info("nobody hears this")
    logs.end()


def test_the_log_goes_on_when_a_library_configures_logging_anew(stream: io.StringIO) -> None:
    logging.config.dictConfig({"version": 1, "disable_existing_loggers": False})
    logging.getLogger("tongban.inside").info("still here")
    logs.end()
    assert [json.loads(line)["event"] for line in stream.getvalue().splitlines()] == ["still here"]


def test_what_a_unit_of_work_writes_says_for_which_request_it_is_done(
    database: Database, stream: io.StringIO
) -> None:
    """On SQLite it is done on the writer's thread, on PostgreSQL on one of a pool, or on the loop."""
    log = logging.getLogger("tongban.inside")
    narrow = NarrowLine(
        "test", places=1, waiting=1, full=lambda: Refusal("kit.crowded", Kind.TOO_MANY)
    )

    async def ask() -> None:
        await database.write_async(lambda _: log.info("waited for"))
        await database.write_async(lambda _: log.info("on the loop"), short=True)
        await narrow.do(lambda: log.info("in the narrow place"))

    with saying(request="abc"):
        database.write(lambda _: log.info("in the unit"))
        asyncio.run(ask())
    database.write(lambda _: log.info("for nobody"))
    logs.end()
    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert {line["event"]: line.get("request") for line in lines} == {
        "in the unit": "abc",
        "waited for": "abc",
        "on the loop": "abc",
        "in the narrow place": "abc",
        "for nobody": None,
    }
