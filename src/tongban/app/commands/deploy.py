"""``tongban deploy``: writes out what a machine needs to run a government: units, proxy, image, alarms."""

import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from importlib import resources
from pathlib import Path
from urllib.parse import urlsplit

import click

from tongban.kernel.errors import Kind, Refusal
from tongban.kit.cli import WholeNumber, tell, terminal_language
from tongban.kit.i18n import translate

KINDS = ("systemd", "nginx", "caddy", "container", "prometheus")
INSTANCE = "/etc/tongban/instance"
DATA = "/var/lib/tongban"
LATER = "${TONGBAN_ADDRESS:?https://...}"
"""The address in a container's file where none is known yet: whoever starts it is asked for one."""
PACKAGES = "requirements.txt"
"""What the container installs: the server's packages, each with its hash."""
_PLAIN = re.compile(r"[A-Za-z0-9/][A-Za-z0-9._/:@\[\]-]{0,255}")
"""What neither a unit, a proxy's configuration nor YAML reads as anything but itself."""


@click.command()
@click.argument("what", type=click.Choice(KINDS))
@click.option("--to", required=True, type=click.Path(path_type=Path), help="Folder to write to.")
@click.option(
    "--address",
    default="",
    help="Address by which people reach it; by default the one that is set.",
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
    folder, and no file that is there is overwritten. Files that name an address are refused without one.
    """
    address = address or _address_set(what, Path(lies))
    said = {
        "PROGRAM": program or str(Path(sys.executable).with_name("tongban")),
        "INSTANCE": described,
        "DATA": lies,
        "ADDRESS": address,
        "HOST": _host(address),
        "PORT": str(port),
    }
    for name, value in said.items():
        if value not in ("", LATER) and not _PLAIN.fullmatch(value):
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


def _address_set(what: str, data: Path) -> str:
    """Return the address that the settings name. Where none does, refuses files that have to name one.

    One that was only served at before, such as this machine's own, is nobody's decision.
    """
    from tongban.kit.settings import Place, read_settings

    if what == "prometheus":
        return ""
    with suppress(PermissionError):  # the folder is the server's: who writes its files may not look
        settings = read_settings(data)
        origin = settings.origins.get("address")
        if origin is not None and origin.place is not Place.REMEMBERED:
            return settings.address
    if what == "container":
        return LATER
    raise Refusal("app.deploy_address", Kind.INVALID, fields=None)


def _host(address: str) -> str:
    """Return the host of an address, none of none. Refuses what is no address, as the setting does."""
    from tongban.kit.settings import DECLARED

    if address in ("", LATER):
        return ""
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
