"""``tongban serve``: everything that has to be there is made, then the doors open."""

import asyncio
import gc
import os
import signal
import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tongban.app import serving
from tongban.kernel.errors import Kind, Refusal
from tongban.kit.cli import WholeNumber, tell, terminal_language
from tongban.kit.i18n import translate
from tongban.kit.mark import MARK
from tongban.kit.settings import read_settings

if TYPE_CHECKING:
    from litestar import Litestar

    from tongban.kit.definitions.instance import Instance
    from tongban.kit.house import House
    from tongban.kit.settings import Settings

LIMITS = serving.Limits()
"""What connections may cost (docs/design/doors.md)."""


@click.command(context_settings={"allow_extra_args": True})
@click.option("--instance", type=click.Path(path_type=Path), help="Instance folder to serve.")
@click.option("--demonstration", is_flag=True, help="Serve the demonstration government.")
@click.option(
    "--trial",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Try the folder out with invented people; data in DIR/.trial.",
)
@click.option(
    "--sources",
    metavar="FOLDER",
    type=click.Path(path_type=Path),
    help="With --trial: SQLite files of invented people, in place of generated data.",
)
@click.option("--fresh", is_flag=True, help="With --trial: begin anew although nothing changed.")
@click.option(
    "--data", type=click.Path(path_type=Path), help="Folder for database, keys and files."
)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port",
    type=WholeNumber(1, 65535),
    default=8000,
    show_default=True,
    help="Port to listen on.",
)
@click.option("--address", default="", help="Address by which people reach it.")
@click.pass_context
def serve(
    context: click.Context,
    instance: Path | None,
    demonstration: bool,
    trial: Path | None,
    sources: Path | None,
    fresh: bool,
    data: Path | None,
    host: str,
    port: int,
    address: str,
) -> None:
    """Serve a government on the web, setting it up the first time."""
    chosen = (instance is not None) + demonstration + (trial is not None)
    if chosen != 1 or context.args or (trial is None and (fresh or sources is not None)):
        raise Refusal("app.serve_what", Kind.INVALID)
    from tongban.kit import logs

    logs.configure(os.environ.get("TONGBAN_LOG", ""), os.environ.get("TONGBAN_LOG_LEVEL", ""))
    served_at = f"http://{'127.0.0.1' if host == '0.0.0.0' else host}:{port}"  # noqa: S104 - compared, not bound
    _check_there(instance, data)
    loaded = None if trial is None else _sound(trial)
    with serving.listening(
        host, port, LIMITS
    ) as door:  # first of all: who cannot be reached changes nothing
        if trial is None or loaded is None:
            house = _governing(instance, data, address, served_at)
        else:
            place = data or _beside(trial)
            known = read_settings(place, address=address, served_at=served_at)
            house = _trying(loaded, trial, known, sources=sources, fresh=fresh)
        asyncio.run(_serve(house, door))


def _check_there(instance: Path | None, data: Path | None) -> None:
    """Refuse an instance folder that is not there, before anything else is looked at.

    A government that was set up goes on in a data folder of its own although the folder is away.
    """
    made = data is not None and (data / MARK).exists()
    if instance is not None and not instance.is_dir() and not made:
        raise Refusal("app.not_an_instance", Kind.NOT_FOUND, folder=str(instance))


def _sound(folder: Path) -> "Instance":
    """Return what a folder declares; with errors, say where they stand and end: nothing half starts."""
    from tongban.app.instance import report
    from tongban.app.instance.commands import read

    if folder.is_dir() and not (folder / "government.yaml").is_file():
        raise Refusal("app.not_an_instance", Kind.NOT_FOUND, folder=str(folder))
    loaded = read(folder)
    if not loaded.errors:
        return loaded
    for line in report.as_text(loaded, terminal_language()):
        tell(line)
    raise SystemExit(1)


def _governing(instance: Path | None, data: Path | None, address: str, served_at: str) -> "House":
    """Make a government or the demonstration ready, and say how to get in."""
    from tongban.app import setup

    house = setup.ready(instance, data, address, alone=True, served_at=served_at)
    language = terminal_language()
    tell(translate(language, "app.serve.ready", address=house.settings.address))
    for line in (*setup.behind(house, instance, language), *setup.accounts_to_try(house, language)):
        tell(line)
    return house


def _trying(
    loaded: "Instance",
    folder: Path,
    known: "Settings",
    *,
    sources: Path | None,
    fresh: bool,
) -> "House":
    """Make a trial ready, and say what it is of and who could get what."""
    from tongban.app import trial

    found = trial.ready(
        loaded, known.data, known.address, sources_in=sources, fresh=fresh, alone=True,
        fonts=known.fonts,
    )  # fmt: skip
    for line in trial.said(found, folder, known.data, terminal_language()):
        tell(line)
    return found.house


def _beside(folder: Path) -> Path:
    from tongban.app import trial

    return trial.default_data(folder)


@contextmanager
def _figures(house: "House", application: "Litestar") -> Iterator[None]:
    """Give figures to who may have them, where the settings say so; the library is loaded only then."""
    if not house.settings.metrics:
        yield
        return
    from tongban.app import metrics, metrics_door
    from tongban.app.web import Application

    assert isinstance(application, Application)
    told = metrics.registry(house, application.pulse)
    door = metrics_door.MetricsDoor(house.settings, partial(metrics.written, told))
    try:
        yield
    finally:
        door.close()


async def _serve(house: "House", door: socket.socket) -> None:
    from tongban.app.house import worker_for
    from tongban.app.web import create
    from tongban.kit import logs

    logs.configure(house.settings.log, house.settings.log_level)
    worker = worker_for(house)
    application = create(house, worker.start, worker.stop)
    with closing(house.db), _figures(house, application):
        server = serving.server(application, door, LIMITS)
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, server.stop)
        gc.collect()
        gc.freeze()  # what lives as long as the process is not looked through in a visitor's turn
        await server.serve()


COMMANDS = (serve,)
