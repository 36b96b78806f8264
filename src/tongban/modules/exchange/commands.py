"""``tongban client``: departments' own systems and their keys."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from tongban.kit.cli import named, of_government, terminal_language
from tongban.kit.i18n import translate

if TYPE_CHECKING:
    from tongban.kit.db import Database


def _say(name: str, **data: object) -> None:
    click.echo(translate(terminal_language(), f"exchange.client.{name}", **data))


def _open(data: Path) -> "Database":
    from tongban.kit.clock import SystemClock
    from tongban.kit.db import Database
    from tongban.kit.keyring import Keyring
    from tongban.kit.settings import read_settings

    settings = read_settings(data)
    return Database(settings.database_url, SystemClock(), Keyring.load(settings.keys))


@click.group()
def client() -> None:
    """Let a department's system use the exchange, list such systems, end one."""


@client.command()
@click.argument("code")
@click.option("--department", required=True, help="Code of the department it belongs to.")
@click.option("--name", default="", help="What people call it.")
@of_government
def add(code: str, department: str, name: str, data: Path) -> None:
    """Add a client and print its key: it is shown this once and never again."""
    from tongban.modules.exchange import actions

    database = _open(data)
    try:
        key = database.write(lambda unit: actions.add_client(unit, code, name, department))
    finally:
        database.close()
    _say("added", client=code, department=department)
    click.echo(key)


@client.command("list")
@of_government
def list_(data: Path) -> None:
    """List the clients: code, department, state, name, separated by tabs."""
    from tongban.modules.exchange import queries
    from tongban.modules.government import queries as government

    database = _open(data)
    try:
        with database.read() as reader:
            found = queries.clients(reader.connection)
            names = government.department_names(reader.connection, terminal_language())
    finally:
        database.close()
    for each in found:
        state = translate(
            terminal_language(), f"exchange.client.{'active' if each.active else 'inactive'}"
        )
        where = named(each.department, names.get(each.department, ""))
        click.echo(f"{each.code}\t{where}\t{state}\t{each.name}")


@client.command()
@click.argument("code")
@of_government
def end(code: str, data: Path) -> None:
    """End a client: its key is worthless from now on."""
    from tongban.modules.exchange import actions

    database = _open(data)
    try:
        database.write(lambda unit: actions.end_client(unit, code))
    finally:
        database.close()
    _say("ended", client=code)


COMMANDS = (client,)
