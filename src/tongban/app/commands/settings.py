"""``tongban settings``: what is set, and where each setting comes from."""

import json
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
def settings(data: Path, as_json: bool) -> None:
    """Show every setting of the government below DATA and where it comes from; no secret is shown.

    The command line wins over the environment, that over the file of settings. Opens no database.
    """
    from tongban.kit.settings import listed, read_settings

    found = list(listed(read_settings(data)))
    if as_json:
        click.echo(json.dumps(_as_json(found), ensure_ascii=False, indent=2))
        return
    language = terminal_language()
    width = max(len(name) for name, _, _ in found)
    for name, value, origin in found:
        where = translate(language, f"app.settings.{origin.place}", **_facts(origin))
        lent = translate(language, "app.settings.secret", path=origin.secret)
        tell(f"{name:<{width}}  {value or '-'}  {where}{lent if origin.secret else ''}")


def _facts(origin: "Origin") -> dict[str, str]:
    return {"name": origin.name, "path": origin.path}


def _as_json(found: list[tuple[str, str, "Origin"]]) -> list[dict[str, str | None]]:
    return [
        {
            "name": name,
            "value": value,
            "from": origin.place.value,
            "said": origin.name or None,
            "file": origin.path or None,
            "secret_file": origin.secret or None,
        }
        for name, value, origin in found
    ]


COMMANDS = (settings,)
