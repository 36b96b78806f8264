"""``tongban settings``: what is set, and where each setting comes from."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tongban.kit.cli import of_government, tell, terminal_language
from tongban.kit.i18n import translate

if TYPE_CHECKING:
    from tongban.kit.settings import Origin


@click.command()
@of_government
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
@click.pass_context
def settings(context: click.Context, data: Path, as_json: bool) -> None:
    """Show every setting of the government below DATA and where it comes from; no secret is shown.

    The command line wins over the environment, that over the file of settings. Opens no database.
    Exit 1: a folder that is set is not there, or figures would be given to anybody (marked ✗).
    """
    from tongban.kit.settings import listed, read_settings, unusable

    known = read_settings(data)
    found, faults = list(listed(known)), dict(unusable(known))
    if as_json:
        click.echo(json.dumps(_as_json(found, faults), ensure_ascii=False, indent=2))
    else:
        _in_words(found, faults)
    context.exit(1 if faults else 0)


def _in_words(found: list[tuple[str, str, "Origin"]], faults: Mapping[str, str]) -> None:
    language = terminal_language()
    width = max(len(name) for name, _, _ in found)
    for name, value, origin in found:
        where = translate(language, f"app.settings.{origin.place}", **_facts(origin))
        lent = translate(language, "app.settings.secret", path=origin.secret)
        tell(f"{name:<{width}}  {value or '-'}  {where}{lent if origin.secret else ''}")
        if name in faults:
            tell(f"  ✗ {translate(language, f'app.settings.{faults[name]}')}")


def _facts(origin: "Origin") -> dict[str, str]:
    return {"name": origin.name, "path": origin.path}


def _as_json(
    found: list[tuple[str, str, "Origin"]], faults: Mapping[str, str]
) -> list[dict[str, str | None]]:
    return [
        {
            "name": name,
            "value": value,
            "from": origin.place.value,
            "said": origin.name or None,
            "file": origin.path or None,
            "secret_file": origin.secret or None,
            "fault": faults.get(name),
        }
        for name, value, origin in found
    ]


COMMANDS = (settings,)
