"""What an operator sets: few things, by environment or command line, each documented."""

import functools
import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path

from tongban.kernel.characters import hidden_in, named
from tongban.kernel.errors import Kind, Refusal
from tongban.kernel.identifiers import mailbox_fault

Network = IPv4Network | IPv6Network


@functools.cache
def _networks(text: str) -> tuple[Network, ...]:
    try:
        return tuple(
            ip_network(word.strip(), strict=False) for word in text.split(",") if word.strip()
        )
    except ValueError:
        raise Refusal("kit.proxies_unfit", Kind.INVALID, value=text) from None


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Settings of one running government. Each is ``TONGBAN_<NAME>`` in the environment."""

    data: Path
    """Folder for the database, keys and files."""
    database: str = ""
    """Address of a PostgreSQL database; empty for the embedded SQLite below ``data``."""
    address: str = "http://127.0.0.1:8000"
    """Address by which people reach it: used in notices, QR codes and credentials."""
    smtp: str = ""
    """Mail server as ``smtp://[user:password@]host:port`` or ``smtps://…``; empty: no mail."""
    smtp_from: str = "noreply@localhost"
    """Sender of mail."""
    proxies: str = "127.0.0.1,::1"
    """Proxies in front, as addresses or networks with commas between: only what they say in
    ``X-Forwarded-For`` is believed. Wrong passwords are counted by the address found so."""
    sources: str = ""
    """Folder of the departments' sources; empty: ``sources`` below ``data``."""

    checkpoints_file: str = ""
    """Folder in which each new checkpoint of the ledger is kept, best on a disk of somebody else; what
    stands there is compared with the ledger again and again."""
    checkpoints_http: str = ""
    """Address (``https://…``) to which each new checkpoint is posted as text. What it answers to GET, the
    newest checkpoint it has, is compared with the ledger."""
    checkpoints_mail: str = ""
    """Mail address to which each new checkpoint is sent, for somebody who keeps them."""
    fonts: str = ""
    """Folder of further fonts for certificates (TrueType, OpenType), for characters that the packaged
    ones lack; they are asked before those that the machine has."""

    @property
    def database_url(self) -> str:
        """Address for the engine."""
        if self.database:
            return self.database.replace("postgresql://", "postgresql+psycopg://", 1)
        return f"sqlite:///{self.data / 'tongban.db'}"

    @property
    def proxy_networks(self) -> tuple[Network, ...]:
        """The proxies as networks. Refuses what is none."""
        return _networks(self.proxies)

    @property
    def https(self) -> bool:
        """Whether people reach it encrypted only: cookies are then for that way alone."""
        return self.address.startswith("https:")

    @property
    def keys(self) -> Path:
        """Folder of the keys."""
        return self.data / "keys"

    @property
    def files(self) -> Path:
        """Folder of the content-addressed files."""
        return self.data / "files"

    @property
    def sources_folder(self) -> Path:
        """Folder of the departments' sources."""
        return Path(self.sources) if self.sources else self.data / "sources"


ADDRESS = "address"
"""File in the data folder with the address at which it was served last."""


def from_environment(
    data: Path, environment: Mapping[str, str] | None = None, **given: str
) -> Settings:
    """Read the settings; what is given on the command line wins over the environment.

    Where neither says by which address people come, it is the one at which the data were served.
    """
    known = environment if environment is not None else os.environ
    values = {
        field.name: known[f"TONGBAN_{field.name.upper()}"]
        for field in fields(Settings)
        if field.name != "data" and known.get(f"TONGBAN_{field.name.upper()}")
    }
    values.update({name: value for name, value in given.items() if value})
    _check_texts(values)
    served = data / ADDRESS
    if "address" not in values and served.is_file() and served.stat().st_size:
        values["address"] = served.read_text("utf-8").strip()
    _networks(values.get("proxies", ""))  # what cannot be read is refused now, not at a sign-in
    _check_database(values.get("database", ""))
    return Settings(data=data, **values)


def _check_texts(values: Mapping[str, str]) -> None:
    """Refuse a setting with a character nobody sees, and a sender that is no mail address."""
    for name, value in values.items():
        for hidden in hidden_in(value):
            character = named(hidden.character)
            raise Refusal(
                "kit.setting_hidden", Kind.INVALID, name=name.upper(), character=character
            )
    if "smtp_from" in values and mailbox_fault(values["smtp_from"]) is not None:
        raise Refusal("kit.sender_unfit", Kind.INVALID)


def _check_database(address: str) -> None:
    """Refuse the address of a database that is none of ours; it may hold a password."""
    if address and not address.startswith(("postgresql://", "postgresql+psycopg://")):
        scheme = address.partition("://")[0] if "://" in address else "?"
        raise Refusal("kit.database_unfit", Kind.INVALID, scheme=scheme)


BESIDE = {
    "TONGBAN_SOURCE_…": "Address of a department's PostgreSQL source, one for each that `sources.yaml` "
    "names, such as `TONGBAN_SOURCE_TAX`: `postgresql://user:password@host:port/name`.",
    "TONGBAN_LANGUAGE": "Language of the terminal, `zh` or `en`; empty: that of `LC_ALL` or `LANG`, and "
    "Chinese where that is neither.",
}
"""What else the environment sets, read where it is used."""


def default_data(instance: Path) -> Path:
    """Return where an instance's data lie when nothing else is said: beside its description."""
    return instance / ".data"
