"""``tongban deploy``: writes out what a machine needs to run a government: units, proxy, image, alarms."""

import re
import sys
from collections.abc import Iterator, Mapping
from importlib import resources
from pathlib import Path
from urllib.parse import urlsplit

import click

from tongban.kernel.errors import Kind, Refusal
from tongban.kit.cli import WholeNumber, tell, terminal_language
from tongban.kit.i18n import translate

KINDS = ("systemd", "nginx", "caddy", "container", "prometheus")
ADDRESS = "https://zw.example.gov.cn"
INSTANCE = "/etc/tongban/instance"
DATA = "/var/lib/tongban"
PACKAGES = "requirements.txt"
"""What the container installs: the server's packages, each with its hash."""
_PLAIN = re.compile(r"[A-Za-z0-9/][A-Za-z0-9._/:@\[\]-]{0,255}")
"""What neither a unit, a proxy's configuration nor YAML reads as anything but itself."""


@click.command()
@click.argument("what", type=click.Choice(KINDS))
@click.option("--to", required=True, type=click.Path(path_type=Path), help="Folder to write to.")
@click.option(
    "--address", default=ADDRESS, show_default=True, help="Address by which people reach it."
)
@click.option(
    "--instance", "described", default=INSTANCE, show_default=True, help="Instance folder."
)
@click.option("--data", "lies", default=DATA, show_default=True, help="Data folder.")
@click.option(
    "--port", type=WholeNumber(1, 65535), default=8000, show_default=True, help="Port of Tongban."
)
@click.option("--program", default="", help="The program; by default the one that is running.")
def deploy(
    what: str, to: Path, address: str, described: str, lies: str, port: int, program: str
) -> None:
    """Write configuration for systemd, nginx, Caddy, a container or Prometheus into a folder.

    WHAT is systemd, nginx, caddy, container or prometheus. Nothing is installed or changed beside that
    folder, and no file that is there is overwritten.
    """
    said = {
        "PROGRAM": program or str(Path(sys.executable).with_name("tongban")),
        "INSTANCE": described,
        "DATA": lies,
        "ADDRESS": address,
        "HOST": _host(address),
        "PORT": str(port),
    }
    for name, value in said.items():
        if not _PLAIN.fullmatch(value):
            raise Refusal(
                "app.deploy_unfit", Kind.INVALID, fields=None, name=name.lower(), value=value
            )
    written = dict(files(what, said))
    taken = [name for name in written if (to / name).exists()]
    if taken:
        raise Refusal("app.deploy_taken", Kind.CONFLICT, path=str(to / taken[0]))
    to.mkdir(parents=True, exist_ok=True)
    for name, text in written.items():
        (to / name).write_text(text, "utf-8")
        click.echo(to / name)
    tell(translate(terminal_language(), f"app.deploy.{what}"))


def _host(address: str) -> str:
    """Return the host of an address. Refuses what is none, as the setting does."""
    from tongban.kit.settings import DECLARED

    if DECLARED["address"].metadata["judge"](address):
        raise Refusal("app.deploy_unfit", Kind.INVALID, fields=None, name="address", value=address)
    return str(urlsplit(address).hostname)


def files(what: str, said: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield name and text of each file, with what was said in the places that ask for it."""
    folder = Path(str(resources.files("tongban.app"))) / "deploy" / what
    for path in sorted(folder.iterdir()):
        text = path.read_text("utf-8")
        for name, value in said.items():
            text = text.replace(f"@{name}@", value)
        yield path.name, text
    if what == "container":
        yield PACKAGES, packages()


def packages() -> str:
    """Return the lock file of the server's packages, from the wheel or from the source tree."""
    packed = Path(str(resources.files("tongban.app"))) / "deploy" / PACKAGES
    tree = Path(__file__).resolve().parents[4] / "locks" / "server.txt"
    return (packed if packed.is_file() else tree).read_text("utf-8")


COMMANDS = (deploy,)
