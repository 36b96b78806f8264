"""``tongban client``: departments' own systems and their keys."""

from pathlib import Path

import click

from tongban.kit.cli import named, of_government, opened, tell, terminal_language
from tongban.kit.i18n import translate


def _say(name: str, **data: object) -> None:
    tell(translate(terminal_language(), f"exchange.client.{name}", **data))


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

    with opened(data) as (database, _):
        key = database.write(lambda unit: actions.add_client(unit, code, name, department))
    _say("added", client=code, department=department)
    click.echo(key)


@client.command("list")
@of_government
def list_(data: Path) -> None:
    """List the clients: code, department, state, name, separated by tabs."""
    from tongban.modules.exchange import queries
    from tongban.modules.government import queries as government

    with opened(data) as (database, _), database.read() as reader:
        found = queries.clients(reader.connection)
        names = government.department_names(reader.connection, terminal_language())
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

    with opened(data) as (database, _):
        database.write(lambda unit: actions.end_client(unit, code))
    _say("ended", client=code)


COMMANDS = (client,)
