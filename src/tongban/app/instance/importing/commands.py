"""``tongban import``: listings from elsewhere become definitions, or first only a proposal of them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tongban.kernel.errors import Kind, Refusal
from tongban.kernel.text import LANGUAGES
from tongban.kit.cli import tell, terminal_language

if TYPE_CHECKING:
    from tongban.app.instance.importing.staff import Accounts

_FOLDER = click.Path(path_type=Path)
_COMMANDS = (
    ("service-items", "services", "services of status listed"),
    ("departments", "departments", "departments"),
    ("resources", "resources", "information resources of the catalogue"),
    ("grants", "grants", "grants"),
)


@click.group(name="import")
def import_() -> None:
    """Turn listings from elsewhere into definitions.

    Reads xlsx, xls, ods, CSV in any usual encoding, JSON and JSON lines. Each row becomes a definition
    or a named finding. What the listing does not say stays absent.
    """


def _options(command: Callable[..., None]) -> Callable[..., None]:
    for option in reversed(
        (
            click.argument("file", metavar="FILE", type=_FOLDER),
            click.option(
                "--into", metavar="DIR", type=_FOLDER, required=True, help="Instance folder."
            ),
            click.option(
                "--map",
                "said",
                multiple=True,
                metavar="FILE|KEY=COLUMN",
                help="Which column is which: a file of lines “key: column”, or one; may be repeated.",
            ),
            click.option(
                "--set",
                "constants",
                multiple=True,
                metavar="KEY=VALUE",
                help="What every row says, such as department=水务局.",
            ),
            click.option(
                "--fill",
                "filled",
                multiple=True,
                metavar="KEY",
                help="An empty cell of this key says what the one above it says.",
            ),
            click.option("--sheet", default="", help="Sheet of a workbook; else the first."),
            click.option(
                "--dry-run",
                "dry",
                is_flag=True,
                help="Write nothing; show what would become of each row.",
            ),
            click.option(
                "--save-map", type=_FOLDER, help="Write the map that was used into a file."
            ),
            click.option("--replace", is_flag=True, help="Replace what an earlier import wrote."),
            click.option(
                "--discard-edits", is_flag=True, help="With --replace: also files edited since."
            ),
            click.option(
                "--discard-gone",
                is_flag=True,
                help="With --replace: also if nothing is left, or something refers to what is gone.",
            ),
            click.option("--all", "everything", is_flag=True, help="Name every finding and row."),
            click.option("--json", "as_json", is_flag=True, help="Print JSON."),
            click.option(
                "--language", type=click.Choice(LANGUAGES), help="Language of the sentences."
            ),
        )
    ):
        command = option(command)
    return command


def _command(name: str, target: str, what: str) -> click.Command:
    @_options
    def run(**given: Any) -> None:
        _import(target, **given)

    run.__doc__ = f"Turn a listing into {what}."
    return click.command(name=name)(run)


def _import(
    target: str,
    file: Path,
    into: Path,
    said: tuple[str, ...],
    constants: tuple[str, ...],
    filled: tuple[str, ...],
    everything: bool,
    as_json: bool,
    language: str | None,
    **given: Any,
) -> None:
    import msgspec

    from tongban.app.instance.importing.maps import merged_map
    from tongban.app.instance.importing.pipeline import Request, import_listing, target_of
    from tongban.app.instance.importing.reporting import as_plain, as_text

    columns = merged_map(target_of(target), said, constants, filled)
    request = Request(target, file, into, columns, keep_rows=given["dry"], **given)
    done = import_listing(request)
    chosen = language or terminal_language()
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(as_plain(done, chosen)), indent=2))
    else:
        for line in as_text(done, chosen, everything=everything):
            tell(line)


@import_.command()
@_options
@click.option(
    "--data", type=_FOLDER, help="Data folder of the government; DIR/.data when not given."
)
def staff(data: Path | None, into: Path, **given: Any) -> None:
    """Let the people of a list into the running government of DIR, and change who is there.

    Prints one-time links to set a password. Who is not in the list stays as they are. For a
    demonstration the accounts are written into DIR.
    """
    with _accounts(data, into, dry=bool(given["dry"])) as accounts:
        _import("staff", into=into, accounts=accounts, **given)


@contextmanager
def _accounts(data: Path | None, into: Path, *, dry: bool) -> "Iterator[Accounts | None]":
    """Open the accounts of the government that DIR describes; a demonstration's are a file in DIR."""
    from tongban.app.house import open_house
    from tongban.app.instance import load
    from tongban.app.instance.importing.accounts import RunningAccounts
    from tongban.kit.mark import MARK
    from tongban.kit.settings import default_data, read_settings
    from tongban.modules.government.definition import GovernmentDefinition

    government = load(into).one(GovernmentDefinition) if into.is_dir() else None
    settings = read_settings(data or default_data(into))
    runs = (settings.data / MARK).exists()
    if (government is not None and government.demonstration) or (dry and not runs):
        yield None
        return
    if not runs:
        raise Refusal("kit.no_government_here", Kind.NOT_FOUND, folder=str(settings.data))
    house = open_house(settings)
    try:
        yield RunningAccounts(house)
    finally:
        house.db.close()


for _name, _target, _what in _COMMANDS:
    import_.add_command(_command(_name, _target, _what))
