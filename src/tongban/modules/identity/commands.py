"""``tongban account``: let staff in and go from the terminal, for whoever runs the machine."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tongban.kernel.actors import SYSTEM
from tongban.kernel.text import say
from tongban.kit.cli import Commands, named, of_government, opened, tell, terminal_language
from tongban.kit.i18n import translate

if TYPE_CHECKING:
    from tongban.kit.settings import Settings


def _t(name: str, /, **data: Any) -> str:
    return translate(terminal_language(), f"identity.command.{name}", **data)


@click.group(cls=Commands)
def account() -> None:
    """Add, list and end accounts of staff."""


def _show_link(settings: "Settings", login: str, token: str) -> None:
    tell(_t("link", login=login))
    click.echo(f"{settings.address}/reset-password?link={token}")


@account.command()
@of_government
@click.option("--login", required=True, help="What they type to sign in.")
@click.option("--name", required=True, help="Their name.")
@click.option("--department", required=True, help="Code of their department.")
@click.option(
    "--role", "roles", multiple=True, required=True, help="Code of a role; may be repeated."
)
@click.option("--mail", "address", default="", help="Their mail address.")
def add(
    data: Path, login: str, name: str, department: str, roles: tuple[str, ...], address: str
) -> None:
    """Let a member of staff in; prints a one-time link to set the password."""
    from tongban.modules.identity import actions
    from tongban.modules.identity.model import NewStaff

    new = NewStaff(login=login, name=name, department=department, roles=roles, address=address)
    with opened(data) as (database, settings):
        made, token = database.write(lambda unit: actions.create_staff(unit, SYSTEM, new))
    _show_link(settings, made.login, token)


@account.command("list")
@of_government
@click.option("--department", default="", help="Only this department.")
@click.option("--all", "everyone", is_flag=True, help="Also those who left.")
def list_accounts(data: Path, department: str, *, everyone: bool) -> None:
    """List the staff, separated by tabs: login, name, department, roles, state."""
    from tongban.modules.government import queries as government
    from tongban.modules.identity import queries

    with opened(data) as (database, _), database.read() as reader:
        found = queries.staff(
            reader, department=department, active=None if everyone else True, size=100_000
        )
        departments = government.department_names(reader.connection, terminal_language())
        roles = queries.role_names(reader.connection)
    for one in found.rows:
        state = _t("active" if one.active else "inactive")
        where = named(one.department, departments.get(one.department, ""))
        what = ", ".join(
            named(role, say(roles.get(role, ""), terminal_language())) for role in one.roles
        )
        click.echo(f"{one.login}\t{one.name}\t{where}\t{what}\t{state}")


@account.command()
@of_government
@click.argument("login")
def deactivate(data: Path, login: str) -> None:
    """Let a member of staff go: sessions end, open cases are reassigned."""
    from tongban.modules.identity import actions, queries

    with opened(data) as (database, _):
        with database.read() as reader:
            found = queries.account_by_login(reader, login)
        database.write(lambda unit: actions.deactivate_staff(unit, SYSTEM, found.id))
    tell(_t("deactivated", login=found.login))


@account.command("reset-password")
@of_government
@click.argument("login")
def reset_password(data: Path, login: str) -> None:
    """Print a one-time link with which a member of staff sets a new password."""
    from tongban.modules.identity import actions, queries

    with opened(data) as (database, settings):
        with database.read() as reader:
            found = queries.account_by_login(reader, login)
        token = database.write(lambda unit: actions.invite_again(unit, SYSTEM, found.id))
    _show_link(settings, found.login, token)


COMMANDS = (account,)
