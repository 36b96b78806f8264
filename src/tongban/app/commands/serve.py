"""``tongban serve``: everything that has to be there is made, then the doors open."""

import asyncio
import logging
import signal
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tongban.kit.cli import terminal_language
from tongban.kit.i18n import translate

if TYPE_CHECKING:
    from tongban.kit.house import House


@click.command()
@click.option("--instance", type=click.Path(path_type=Path), help="Instance folder to serve.")
@click.option("--demonstration", is_flag=True, help="Serve the demonstration government.")
@click.option(
    "--data", type=click.Path(path_type=Path), help="Folder for database, keys and files."
)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, help="Port to listen on.")
@click.option("--address", default="", help="Address by which people reach it.")
def serve(
    instance: Path | None,
    demonstration: bool,
    data: Path | None,
    host: str,
    port: int,
    address: str,
) -> None:
    """Serve a government on the web, setting it up the first time."""
    from tongban.app import setup

    if demonstration == (instance is not None):
        raise click.UsageError("name --instance DIR, or --demonstration")
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    for loud in ("alembic", "_granian", "granian.access", "pyhanko", "fontTools"):
        logging.getLogger(loud).setLevel(logging.WARNING)
    reached = address or f"http://{'127.0.0.1' if host == '0.0.0.0' else host}:{port}"  # noqa: S104 - compared, not bound
    house = setup.ready(instance, data, reached)
    _say_where(house, reached)
    asyncio.run(_serve(house, host, port))


def _say_where(house: "House", reached: str) -> None:
    from tongban.app import setup

    language = terminal_language()
    click.echo(translate(language, "app.serve.ready", address=reached))
    for line in setup.accounts_to_try(house, language):
        click.echo(line)


async def _serve(house: "House", host: str, port: int) -> None:
    from granian.constants import Interfaces
    from granian.server.embed import Server

    from tongban.app.house import worker_for
    from tongban.app.web import create

    worker = worker_for(house)
    application = create(house, worker.start, worker.stop)
    server = Server(application, address=host, port=port, interface=Interfaces.ASGI)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, server.stop)
    await server.serve()
    house.db.close()


COMMANDS = (serve,)
