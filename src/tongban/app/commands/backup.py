"""``tongban backup`` and ``tongban restore``: everything a government is, consistent under load."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from tongban.kit.cli import of_government, tell, terminal_language
from tongban.kit.i18n import translate

if TYPE_CHECKING:
    from tongban.app.backup import Contents


@click.command()
@of_government
@click.option(
    "--to", type=click.Path(path_type=Path), required=True, help="Archive to write (.tar)."
)
def backup(data: Path, to: Path) -> None:
    """Write DATA's database, keys and files into one archive while the government runs."""
    from tongban.app import migrations
    from tongban.app.backup import write_backup
    from tongban.kit.settings import read_settings

    found = write_backup(read_settings(data), to)
    _say("written", to, found)
    if found.revision != migrations.newest():
        tell(translate(terminal_language(), "app.backup.older", revision=found.revision))


@click.command()
@click.option(
    "--from", "source", type=click.Path(path_type=Path), required=True, help="The archive."
)
@click.option("--data", type=click.Path(path_type=Path), required=True, help="Empty data folder.")
@click.option(
    "--as-it-was",
    is_flag=True,
    help="Leave the tables at the schema of the backup, to go back to the release that made it.",
)
def restore(source: Path, data: Path, *, as_it_was: bool) -> None:
    """Restore an archive into an empty DATA folder, bring it to this release, and check the ledger in it."""
    from tongban.app import migrations
    from tongban.app.backup import read_backup
    from tongban.kit.settings import read_settings

    found = read_backup(source, read_settings(data), as_it_was=as_it_was)
    _say("restored", data, found)
    if as_it_was and found.revision != migrations.newest():
        said = {"revision": found.revision, "version": found.version}
        tell(translate(terminal_language(), "app.backup.as_it_was", **said))


def _say(what: str, where: Path, found: "Contents") -> None:
    words = translate(
        terminal_language(),
        f"app.backup.{what}",
        path=str(where),
        tables=found.tables,
        rows=found.rows,
        files=found.files,
        entries=found.ledger_size,
    )
    tell(words)


COMMANDS = (backup, restore)
