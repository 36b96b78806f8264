"""``tongban version``: which release this is, and which schema it and a database have."""

import json
from pathlib import Path

import click

from tongban import __version__
from tongban.kit.cli import data_named, tell, terminal_language
from tongban.kit.i18n import translate


@click.command()
@click.option("--data", type=click.Path(path_type=Path), help="Data folder of a government.")
@click.option(
    "--instance",
    type=click.Path(path_type=Path),
    help="Its instance folder, when the data lie in DIR/.data.",
)
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
def version(data: Path | None, instance: Path | None, as_json: bool) -> None:
    """Say which release this is, the schema it works with, and the schema of a government's database.

    A release and a schema are two things: most releases leave the schema as it is.
    """
    from tongban.app import migrations

    said = {"release": __version__, "schema": migrations.newest()}
    if data is not None or instance is not None:
        said |= _of_database(data_named(data, instance))
    if as_json:
        click.echo(json.dumps(said))
        return
    for name, value in said.items():
        tell(translate(terminal_language(), f"app.version.{name}", value=value or "-"))


def _of_database(data: Path) -> dict[str, str | None]:
    """Return the schema of the database, and the release that wrote there last where it says so."""
    from contextlib import closing

    from tongban.app import migrations
    from tongban.app.house import For, open_house
    from tongban.kit.belonging import bearing
    from tongban.kit.settings import read_settings

    house = open_house(read_settings(data), purpose=For.CARE)
    with closing(house.db), house.db.engine.connect() as connection:
        found = bearing(connection)
        return {
            "database_schema": migrations.revision_of(connection),
            "database_release": None if found is None else found.release,
        }


COMMANDS = (version,)
