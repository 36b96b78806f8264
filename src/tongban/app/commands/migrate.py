"""``tongban migrate``: bring a database to this release."""

from pathlib import Path

import click


@click.command()
@click.option("--data", type=click.Path(path_type=Path), required=True, help="Data folder.")
def migrate(data: Path) -> None:
    """Bring the database below DATA (or TONGBAN_DATABASE) to this release."""
    from tongban.app import migrations
    from tongban.app.house import open_house
    from tongban.kit.settings import from_environment

    house = open_house(from_environment(data))
    before, wanted = migrations.standing(house.db)
    migrations.upgrade(house.db)
    house.db.close()
    click.echo(f"{before or '-'} -> {wanted}")


COMMANDS = (migrate,)
