"""``tongban keys``: the keys with which personal data are sealed."""

from pathlib import Path

import click

from tongban.kit.cli import of_government, tell, terminal_language
from tongban.kit.i18n import translate


@click.group()
def keys() -> None:
    """Look after the keys of personal data."""


@keys.command()
@of_government
def rotate(data: Path) -> None:
    """Add a new sealing key below DATA; what was sealed before still opens.

    A government that is served meanwhile opens what is sealed anew and seals with the new key from
    its next start. Refuses a folder without keys.
    """
    from tongban.kit.keyring import Keyring
    from tongban.kit.settings import read_settings

    folder = read_settings(data).keys
    newer = Keyring.load(folder).rotated()
    newer.save(folder)
    said = translate(
        terminal_language(), "app.keys.rotated", number=newer.newest, folder=str(folder)
    )
    tell(said)


COMMANDS = (keys,)
