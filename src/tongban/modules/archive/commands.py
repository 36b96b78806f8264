"""``tongban archive``: looking after the packages of closed cases."""

import json
from functools import partial
from pathlib import Path
from typing import Any

import click

from tongban.kit.cli import of_government, opened, tell, terminal_language
from tongban.kit.i18n import translate


def _t(name: str, /, **data: Any) -> str:
    return translate(terminal_language(), f"archive.{name}", **data)


@click.group()
def archive() -> None:
    """Look after the packages of closed cases."""


@archive.command()
@of_government
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
@click.pass_context
def check(context: click.Context, data: Path, as_json: bool) -> None:
    """Read every byte of every package below DATA and note what was found.

    Exit 0: every package is what was kept. 1: something is missing, altered or was added.
    """
    from tongban.kit.files import FileStore
    from tongban.modules.archive import actions, queries

    with opened(data) as (db, settings):
        shelves = actions.shelves_of(settings.data, FileStore(settings.files), db.keyring)
        with db.read() as reader:
            packages = queries.kept(reader.connection)
        found = []
        for package in packages:
            fixity = queries.fixity(shelves, package)
            db.write(partial(actions.note, fixity=fixity))
            found.append(fixity)
    ill = [one for one in found if not one.sound]
    if as_json:
        click.echo(json.dumps(_as_json(found, ill), ensure_ascii=False))
    else:
        for one in ill:
            for flaw in one.flaws:
                tell(f"✗ {one.package.name}  {_t('flaw.' + flaw.fault)}  {flaw.path}")
        tell(_t("command.checked", sound=len(found) - len(ill), total=len(found)))
    context.exit(1 if ill else 0)


def _as_json(found: list[Any], ill: list[Any]) -> dict[str, Any]:
    return {
        "checked": len(found),
        "sound": len(found) - len(ill),
        "flaws": [
            {"package": one.package.name, "fault": flaw.fault, "path": flaw.path}
            for one in ill
            for flaw in one.flaws
        ],
    }


COMMANDS = (archive,)
