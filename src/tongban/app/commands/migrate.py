"""``tongban migrate``: bring a database to this release."""

from contextlib import ExitStack, closing
from pathlib import Path

import click

from tongban.kit.cli import of_government, terminal_language
from tongban.kit.i18n import translate


@click.command()
@of_government
def migrate(data: Path) -> None:
    """Bring the database below DATA (or TONGBAN_DATABASE) to this release. Stop the server first."""
    from tongban.app import migrations
    from tongban.app.house import For, bring_up, check_log, hold, open_house
    from tongban.kit.settings import read_settings

    settings = read_settings(data)
    house = open_house(settings, purpose=For.CARE)
    with closing(house.db) as database, ExitStack() as held:
        check_log(house)
        held.enter_context(hold(settings))
        before, wanted = migrations.standing(database)
        bring_up(house)
    name = "app.migrate.same" if before == wanted else "app.migrate.done"
    click.echo(translate(terminal_language(), name, before=before or "-", after=wanted))


COMMANDS = (migrate,)
