"""The log of a government that is served: one line for each thing, text for people or JSON for programs.

What modules write with ``logging`` is rendered here by structlog. What is said by other people's
libraries is not: their sentences may repeat somebody's data, so a line tells only which of them spoke,
at which place of its code, and what kind of fault it was about. No line holds a character that turns,
ends or hides a line, and none is longer than :data:`LONGEST` bytes. Writing is done on a thread: a reader
of the log who stands still keeps nobody waiting, and what is lost by that is counted.
"""

import atexit
import logging
import queue
import sys
import threading
import warnings
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, TextIO

import msgspec
import structlog

from tongban.kit.faults import chain
from tongban.kit.saying import facts

LONGEST = 8192
"""Bytes of a line."""
_LONGEST_WORDS = {"event": 2000, "fault": 3000}
_LONGEST_VALUE = 200
"""Characters of any other value."""
_MOST_FACTS = 32
_WAITING = 10_000
"""Lines that wait to be written; what comes then is lost, and counted."""
_FAREWELL = 2.0
"""Seconds that an ending process waits for its last lines to be written."""
_OURS = "tongban"
_SPEAKING = "_granian"
"""The server: its sentences are of ports and processes."""
_NOTHING = "Embedded server"
_PLAIN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
LEVELS = ("debug", "info", "warning", "error")


class Form(StrEnum):
    """How a line is written."""

    TEXT = "text"
    JSON = "json"


def form_of(setting: str, stream: TextIO) -> Form:
    """Return the form that is set; where none is, text for a terminal and JSON for all else."""
    if setting in set(Form):
        return Form(setting)
    return Form.TEXT if stream.isatty() else Form.JSON


def level_of(setting: str) -> int:
    """Return from which weight on lines are written; where nothing is set, from that of a request."""
    return int(getattr(logging, setting.upper())) if setting in LEVELS else logging.INFO


# -- what a line holds ----------------------------------------------------------------------------


def plain(text: str, most: int = _LONGEST_VALUE) -> str:
    """Return a text as one line shows it: what nobody sees is written out (``\\u202e``), the rest cut."""
    cut = text if len(text) <= most else text[: most - 1] + "…"
    if cut.isprintable():
        return cut
    shown = (each if each.isprintable() else _written_out(each) for each in cut)
    return "".join(shown)


def _written_out(character: str) -> str:
    return f"\\u{ord(character):04x}" if ord(character) < 0x10000 else f"\\U{ord(character):08x}"


def _value(name: str, value: object) -> object:
    """Return a value as a line may hold it; of what is no text and no number only its kind."""
    if isinstance(value, str):
        return plain(value, _LONGEST_WORDS.get(name, _LONGEST_VALUE))
    return value if isinstance(value, int | float | None) else type(value).__name__


def _bounded(_logger: object, _method: str, line: Mapping[str, Any]) -> dict[str, Any]:
    some = list(line.items())[:_MOST_FACTS]
    return {plain(str(name), 40): _value(name, value) for name, value in some}


def line_of(record: logging.LogRecord) -> dict[str, Any]:
    """Return what the log says of a record: ours in its words, others' by where it was said."""
    line: dict[str, Any] = {
        "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
        "level": record.levelname.lower(),
        "log": record.name,
        "event": _words(record),
        **facts(),
    }
    if record.name.split(".")[0] == _OURS:
        line |= {name: value for name, value in vars(record).items() if name not in _PLAIN}
    error = record.exc_info[1] if record.exc_info else None
    if error is not None:
        line["fault"] = chain(error)
    return line


def _words(record: logging.LogRecord) -> str:
    if record.name.split(".")[0] in (_OURS, _SPEAKING):
        return record.getMessage()
    return f"a library has something to say at {Path(record.pathname).name}:{record.lineno}"


# -- how it is written ----------------------------------------------------------------------------


def _json(line: Mapping[str, Any], **_: object) -> str:
    return msgspec.json.encode(line).decode()


def _renderer(form: Form, colours: bool) -> structlog.typing.Processor:
    if form is Form.JSON:
        return structlog.processors.JSONRenderer(serializer=_json)
    return structlog.dev.ConsoleRenderer(
        colors=colours, sort_keys=False, timestamp_key="at", pad_event_to=0, pad_level=False
    )


class Formatter(logging.Formatter):
    """Writes a record as one line of at most :data:`LONGEST` bytes."""

    def __init__(self, form: Form, *, colours: bool = False) -> None:
        super().__init__()
        self._render = _renderer(form, colours)

    def format(self, record: logging.LogRecord) -> str:
        """Return the line; one that cannot be written says so, and nothing of what it was about."""
        try:
            line = _bounded(None, "", line_of(record))
        except Exception as error:
            line = {"level": "error", "log": plain(record.name), "event": "a line cannot be told"}
            line["fault"] = chain(error)
        rendered = self._rendered(line)
        if len(rendered.encode()) <= LONGEST:
            return rendered
        most = LONGEST // (12 * len(line))  # so many characters, each of up to twelve bytes
        return self._rendered(
            {name: plain(it, most) if isinstance(it, str) else it for name, it in line.items()}
        )

    def _rendered(self, line: dict[str, Any]) -> str:
        return str(self._render(None, "", dict(line)))


class Lines(logging.Handler):
    """Hands lines to a thread that writes them; never waits and never raises."""

    def __init__(self, stream: TextIO, form: Form) -> None:
        super().__init__()
        self.setFormatter(Formatter(form, colours=form is Form.TEXT and stream.isatty()))
        self.addFilter(lambda record: _NOTHING not in str(record.msg))
        self.lost = 0
        """How many lines could not be written since the start."""
        self._stream = stream
        self._waiting: queue.Queue[str | None] = queue.Queue(_WAITING)
        self._thread = threading.Thread(target=self._write, name="tongban-log", daemon=True)
        self._thread.start()

    def emit(self, record: logging.LogRecord) -> None:
        """Take a line; what finds no room any more is lost."""
        try:
            self._waiting.put_nowait(self.format(record))
        except queue.Full:
            self.lost += 1

    def _write(self) -> None:
        for lines in _together(self._waiting):
            try:
                self._stream.write("".join(f"{line}\n" for line in lines))
                self._stream.flush()
            except (OSError, ValueError):  # nobody reads any more, a full disk, a closed stream
                self.lost += len(lines)

    def finish(self) -> None:
        """Write what waits, for two seconds at most, and take no more.

        Not ``close``: whoever configures ``logging`` anew, as the server does, closes every handler.
        """
        if self._thread.is_alive():
            try:
                self._waiting.put(None, timeout=_FAREWELL)
                self._thread.join(_FAREWELL)
            except queue.Full:
                pass


def _together(waiting: "queue.Queue[str | None]") -> Iterator[list[str]]:
    """Yield the lines that wait, some at once, until the end is among them."""
    while True:
        lines = [waiting.get()]
        while len(lines) < 100 and lines[-1] is not None:
            try:
                lines.append(waiting.get_nowait())
            except queue.Empty:
                break
        yield [line for line in lines if line is not None]
        if lines[-1] is None:
            return


# -- which log there is ---------------------------------------------------------------------------

_now: Lines | None = None


def lost() -> int:
    """Return how many lines of this process were lost."""
    return _now.lost if _now is not None else 0


def configure(form: str = "", level: str = "", stream: TextIO | None = None) -> Lines:
    """Begin to keep the log of this process, in place of one that was begun before.

    Faults that nobody catches, in threads and at the end of the process, and warnings are told in it too,
    without their words.
    """
    global _now
    out = stream or sys.stderr
    weight = level_of(level)
    made = Lines(out, form_of(form, out))
    end()
    _now = made
    root = logging.getLogger()
    root.addHandler(made)
    root.setLevel(logging.WARNING if weight <= logging.WARNING else weight)
    logging.getLogger(_OURS).setLevel(weight)
    logging.raiseExceptions = False  # else a handler prints what it could not write
    sys.excepthook = lambda _kind, error, _trace: _uncaught("the process ends by a fault", error)
    threading.excepthook = lambda said: _uncaught("a thread ended by a fault", said.exc_value)
    sys.unraisablehook = lambda said: _uncaught("a fault that nobody waits for", said.exc_value)
    warnings.showwarning = _warned
    return made


def end() -> None:
    """Write what waits and keep no log any more."""
    global _now
    if _now is not None:
        logging.getLogger().removeHandler(_now)
        _now.finish()
        sys.excepthook, threading.excepthook = sys.__excepthook__, threading.__excepthook__
        sys.unraisablehook, warnings.showwarning = sys.__unraisablehook__, _SHOWWARNING
        logging.raiseExceptions = True
    _now = None


_SHOWWARNING: Callable[..., None] = warnings.showwarning
atexit.register(end)


def _uncaught(what: str, error: BaseException | None) -> None:
    told = (type(error), error, error.__traceback__) if error is not None else None
    logging.getLogger("tongban.process").error(what, exc_info=told)


def _warned(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,
    line: str | None = None,
) -> None:
    said = "%s at %s:%d"
    logging.getLogger("tongban.process").warning(
        said, category.__name__, Path(filename).name, lineno
    )
