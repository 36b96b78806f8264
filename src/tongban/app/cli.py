"""The command ``tongban``: each command is loaded only when it is used."""

import importlib
import logging
from collections.abc import Mapping
from typing import Any

import click

from tongban import __version__
from tongban.kernel.errors import Kind, Refusal
from tongban.kit.cli import Commands, Judge
from tongban.kit.definitions.nearest import nearest

_WHERE: dict[str, tuple[str, str]] = {
    # name: (module, one line for the list)
    "serve": ("tongban.app.commands.serve", "Serve a government on the web."),
    "new": ("tongban.app.instance.commands", "Make a new instance folder to start from."),
    "check": (
        "tongban.app.instance.commands",
        "Check an instance, and see what nobody should have to bring.",
    ),
    "plan": ("tongban.app.instance.commands", "Show what applying an instance would change."),
    "apply": ("tongban.app.instance.commands", "Apply an instance to a running government."),
    "export": (
        "tongban.app.instance.commands",
        "Write the running government's definitions back to files.",
    ),
    "schema": ("tongban.app.instance.commands", "Print the JSON Schema of instance files."),
    "import": ("tongban.app.instance.commands", "Turn listings from elsewhere into definitions."),
    "account": ("tongban.modules.identity.commands", "Add, list and end accounts."),
    "client": ("tongban.modules.exchange.commands", "Let a department's system use the exchange."),
    "verify": (
        "tongban.modules.ledger.commands",
        "Verify a ledger receipt without trusting anyone.",
    ),
    "ledger": ("tongban.modules.ledger.commands", "Look after the public ledger."),
    "audit": (
        "tongban.app.commands.audit",
        "Hold the database against the public ledger.",
    ),
    "certificate": ("tongban.modules.certificates.commands", "Verify certificates offline."),
    "archive": ("tongban.modules.archive.commands", "Check the packages of closed cases."),
    "backup": (
        "tongban.app.commands.backup",
        "Write a consistent backup while the government runs.",
    ),
    "restore": ("tongban.app.commands.backup", "Restore a backup into an empty folder."),
    "source": ("tongban.app.commands.source", "Try the links to departments' sources."),
    "doctor": ("tongban.app.commands.doctor", "Say what is wrong and how to mend it."),
    "settings": (
        "tongban.app.commands.settings",
        "Show what is set and where each setting comes from.",
    ),
    "keys": ("tongban.app.commands.keys", "Look after the keys of personal data."),
    "migrate": ("tongban.app.commands.migrate", "Bring a database to this release."),
    "deploy": (
        "tongban.app.commands.deploy",
        "Write out units, a proxy's configuration, a container file or alarms.",
    ),
    "version": (
        "tongban.app.commands.version",
        "Say which release this is, and which schema a database has.",
    ),
    "docs": (
        "tongban.app.commands.docs",
        "Generate the reference pages, or check that they are current.",
    ),
}


_MEANT: Mapping[str, str] = {
    **dict.fromkeys(("init", "create", "instance", "instance new"), "new DIR"),
    **dict.fromkeys(("validate", "lint", "instance check"), "check DIR"),
    **dict.fromkeys(("diff", "preview", "instance plan"), "plan DIR"),
    **dict.fromkeys(("publish", "instance apply"), "apply DIR"),
    **dict.fromkeys(("start", "run", "server", "up", "setup", "install"), "serve --instance DIR"),
    **dict.fromkeys(("try", "trial", "test"), "serve --trial DIR"),
    **dict.fromkeys(("demo", "demonstration"), "serve --demonstration"),
    **dict.fromkeys(("user", "users", "staff", "login", "password"), "account --help"),
    **dict.fromkeys(("upgrade", "migrations"), "migrate --data DATA"),
    **dict.fromkeys(("status", "health", "diagnose"), "doctor --data DATA"),
    **dict.fromkeys(("link", "connect", "database"), "source --help"),
    **dict.fromkeys(("config", "configuration", "env"), "settings --data DATA"),
    "help": "--help",
}
"""What newcomers type, and the command that does it."""


def _suggested(words: list[str]) -> str:
    """Return the command that was probably meant by the first words of a line; nothing where none is."""
    for said in (" ".join(words[:2]), words[0]):
        if said in _MEANT:
            return _MEANT[said]
    return nearest(words[0], _WHERE)


class _Tongban(Commands):
    """Finds a command by name without loading the others."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order in which a newcomer meets them."""
        return list(_WHERE)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load one command."""
        if cmd_name not in _WHERE:
            return None
        module = importlib.import_module(_WHERE[cmd_name][0])
        found: dict[str | None, Any] = {command.name: command for command in module.COMMANDS}
        return found.get(cmd_name)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command. Refuses one that is not there, with the one that was probably meant."""
        if args[0] in _WHERE or args[0].startswith("-"):
            return super().resolve_command(ctx, args)
        meant = _suggested(args)
        code = "app.no_such_command_meant" if meant else "app.no_such_command"
        raise Refusal(code, Kind.INVALID, found=args[0], meant=meant)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without loading any."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in _WHERE.items()])


def _check_release(connection: Any, *, older: bool) -> None:
    """Refuse a database of another release; loads what knows of releases only then."""
    from tongban.app.migrations import check_release

    check_release(connection, older=older)


@click.command(cls=_Tongban, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="tongban")
@click.pass_context
def main(context: click.Context) -> None:
    """Tongban 通办: a digital government described in files."""
    context.obj = Judge(_check_release)
    if (
        logging.lastResort is not None
    ):  # a command says itself what it finds; only serve keeps a log
        logging.lastResort.setLevel(logging.ERROR)
