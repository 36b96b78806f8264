"""``tongban backup`` and ``tongban restore``: everything a government is, consistent under load."""

from pathlib import Path

import click


@click.command()
@click.option("--data", type=click.Path(path_type=Path), required=True, help="Data folder.")
@click.option(
    "--to", type=click.Path(path_type=Path), required=True, help="Archive to write (.tar)."
)
def backup(data: Path, to: Path) -> None:
    """Write DATA's database, keys and files into one archive while the government runs."""
    from tongban.app.backup import write_backup
    from tongban.kit.settings import from_environment

    found = write_backup(from_environment(data), to)
    click.echo(
        f"{to}: {found.tables} tables, {found.rows} rows, {found.files} files, ledger {found.ledger_size}"
    )


@click.command()
@click.option(
    "--from", "source", type=click.Path(path_type=Path), required=True, help="The archive."
)
@click.option("--data", type=click.Path(path_type=Path), required=True, help="Empty data folder.")
def restore(source: Path, data: Path) -> None:
    """Restore an archive into an empty DATA folder, and check the ledger in it."""
    from tongban.app.backup import read_backup
    from tongban.kit.settings import from_environment

    found = read_backup(source, from_environment(data))
    click.echo(
        f"{data}: {found.tables} tables, {found.rows} rows, {found.files} files, ledger {found.ledger_size}"
    )


COMMANDS = (backup, restore)
