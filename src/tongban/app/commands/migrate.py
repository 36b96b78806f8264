"""``tongban migrate``: bring a database to this release."""

from contextlib import ExitStack, closing
from datetime import UTC, datetime
from pathlib import Path

import click

from tongban.kit.cli import of_government, tell, terminal_language
from tongban.kit.i18n import translate


@click.command()
@of_government
@click.option(
    "--backup",
    "backups",
    metavar="FOLDER",
    type=click.Path(path_type=Path, file_okay=False),
    help="Where a migration is due, back the database up into FOLDER first, as it is.",
)
def migrate(data: Path, backups: Path | None) -> None:
    """Bring the database below DATA (or TONGBAN_DATABASE) to this release. Stop the server first."""
    from tongban.app import migrations
    from tongban.app.backup import write_backup
    from tongban.app.house import For, bring_up, check_log, hold, open_house
    from tongban.kit.files import make_folder
    from tongban.kit.settings import read_settings

    settings = read_settings(data)
    house = open_house(settings, purpose=For.CARE)
    with closing(house.db) as database, ExitStack() as held:
        check_log(house)
        held.enter_context(hold(settings))
        before, wanted = migrations.standing(database)
        if backups is not None and before != wanted:
            to = backups / f"tongban-{before}-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.tar"
            make_folder(backups)
            write_backup(settings, to)
            tell(translate(terminal_language(), "app.migrate.backed_up", path=str(to)))
        bring_up(house)
    name = "app.migrate.same" if before == wanted else "app.migrate.done"
    tell(translate(terminal_language(), name, before=before or "-", after=wanted))


COMMANDS = (migrate,)
