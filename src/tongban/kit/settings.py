"""What an operator sets: few things, each documented, by command line, environment or file.

The command line wins over the environment, the environment over the file of settings, and that over
what the data folder remembers. What is secret may stand in a file of its own, which a setting whose
name ends in ``_FILE`` names.
"""

import functools
import os
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import Field, dataclass, field, fields
from enum import StrEnum
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from tongban.kernel.characters import hidden_in, named
from tongban.kernel.errors import Kind, Refusal
from tongban.kernel.identifiers import mailbox_fault
from tongban.kit.definitions.nearest import nearest
from tongban.kit.private_files import read_private
from tongban.kit.settings_file import is_seen, read_file

Network = IPv4Network | IPv6Network

PREFIX = "TONGBAN_"
FILE = "settings.toml"
"""File of settings in the data folder; TONGBAN_SETTINGS names another."""
_LONGEST = 2000
"""Characters of a setting."""
_LONGEST_SECRET = 4096
_SHORTEST_TOKEN = 16
"""Bytes of a file with a secret."""


class Place(StrEnum):
    """Where a setting was said; the first wins."""

    COMMAND = "command"
    ENVIRONMENT = "environment"
    FILE = "file"
    REMEMBERED = "remembered"
    DEFAULT = "default"


@dataclass(frozen=True)
class Origin:
    """Where the value of a setting comes from."""

    place: Place
    name: str = ""
    """The variable, the key or the option that says it."""
    path: str = ""
    """The file of settings."""
    secret: str = ""
    """The file of its own in which the value stands."""

    @property
    def said(self) -> str:
        """How a refusal names it."""
        return f"{self.name} ({self.path})" if self.path else self.name


@functools.cache
def _networks(text: str) -> tuple[Network, ...]:
    return tuple(ip_network(word.strip(), strict=False) for word in text.split(",") if word.strip())


def _refused(code: str, kind: Kind = Kind.INVALID, /, **data: str) -> Refusal:
    return Refusal(code, kind, fields=None, **data)


def _proxies_fault(value: str) -> str:
    try:
        _networks(value)
    except ValueError:
        return "kit.proxies_unfit"
    return ""


def _sender_fault(value: str) -> str:
    return "" if mailbox_fault(value) is None else "kit.sender_unfit"


def _address_fault(value: str) -> str:
    """Judge the address by which people come: scheme and host, perhaps a port, and nothing else."""
    try:
        parts = urlsplit(value)
        well = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        well = False
    else:
        more = parts.path.strip("/") or parts.query or parts.fragment or parts.username
        well = well and not more and not re.search(r"\s", value)
    return "" if well else "kit.address_unfit"


def _database_fault(value: str) -> str:
    """Judge the address of a database; what it says may be a password and is never repeated."""
    if "://" not in value:
        return "kit.database_no_scheme"
    if not value.startswith(("postgresql://", "postgresql+psycopg://")):
        return "kit.database_unfit"
    try:
        parts = urlsplit(value)
        well = parts.netloc.count("@") < 2 and "@" not in parts.path and parts.port != 0
    except ValueError:
        well = False
    return "" if well and parts.path.strip("/") else "kit.database_address_unfit"


def _smtp_fault(value: str) -> str:
    """Judge the address of a mail server; what it says may be a password and is never repeated."""
    try:
        parts = urlsplit(value)
        well = parts.scheme in ("smtp", "smtps") and parts.hostname and parts.port != 0
    except ValueError:
        well = False
    return "" if well else "kit.smtp_unfit"


def _metrics_fault(value: str) -> str:
    """Judge where figures are given: an address with a port, or the path of a socket."""
    if value.startswith("unix:"):
        return "" if Path(value.removeprefix("unix:")).is_absolute() else "kit.metrics_unfit"
    host, _, port = value.rpartition(":")
    try:
        ip_address(host.removeprefix("[").removesuffix("]"))
        well = port.isascii() and port.isdigit() and 0 < int(port) < 65536 and len(port) < 6
    except ValueError:
        well = False
    return "" if well else "kit.metrics_unfit"


def _token_fault(value: str) -> str:
    well = value.isascii() and value.isprintable() and " " not in value
    return "" if well and len(value) >= _SHORTEST_TOKEN else "kit.metrics_token_unfit"


Judge = Callable[[str], str]
"""Returns the code of the refusal of a value, empty for one that fits."""


def _any(_value: str) -> str:
    return ""


def _one_of(code: str, *words: str) -> Judge:
    """Return what judges a setting that is one of some words."""
    return lambda value: "" if value in words else code


def _setting(
    default: str = "", *, secret: bool = False, folder: bool = False, judge: Judge = _any
) -> Any:
    """Declare a setting. A ``secret`` is never shown and may stand in a file of its own."""
    said = {"secret": secret, "folder": folder, "judge": judge}
    return field(default=default, repr=not secret, metadata=said)


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Settings of one running government. Each is ``TONGBAN_<NAME>`` in the environment."""

    data: Path
    """Folder for the database, keys and files."""
    database: str = _setting(secret=True, judge=_database_fault)
    """Address of a PostgreSQL database, ``postgresql://user:password@host:port/name``; empty for the
    embedded SQLite below ``data``."""
    address: str = _setting("http://127.0.0.1:8000", judge=_address_fault)
    """Address by which people reach it: used in notices, QR codes and credentials."""
    smtp: str = _setting(secret=True, judge=_smtp_fault)
    """Mail server as ``smtp://[user:password@]host:port`` or ``smtps://…``; empty: no mail."""
    smtp_from: str = _setting("noreply@localhost", judge=_sender_fault)
    """Sender of mail."""
    proxies: str = _setting("127.0.0.1,::1", judge=_proxies_fault)
    """Proxies in front, as addresses or networks with commas between: only what they say in
    ``X-Forwarded-For`` is believed. Wrong passwords are counted by the address found so."""
    sources: str = _setting(folder=True)
    """Folder of the departments' sources; empty: ``sources`` below ``data``."""

    checkpoints_file: str = _setting(folder=True)
    """Folder in which each new checkpoint of the ledger is kept, best on a disk of somebody else; what
    stands there is compared with the ledger again and again."""
    checkpoints_http: str = _setting()
    """Address (``https://…``) to which each new checkpoint is posted as text. What it answers to GET, the
    newest checkpoint it has, is compared with the ledger."""
    checkpoints_mail: str = _setting()
    """Mail address to which each new checkpoint is sent, for somebody who keeps them."""
    fonts: str = _setting(folder=True)
    """Folder of further fonts for certificates (TrueType, OpenType), for characters that the packaged
    ones lack; they are asked before those that the machine has."""

    log: str = _setting(judge=_one_of("kit.log_unfit", "text", "json"))
    """How the log is written: ``text`` for people, ``json`` for programs, one line each; empty: text on a
    terminal, JSON for all else."""
    log_level: str = _setting(
        judge=_one_of("kit.log_level_unfit", "debug", "info", "warning", "error")
    )
    """From which weight on lines are written: ``debug``, ``info``, ``warning`` or ``error``; empty: ``info``,
    with a line for each request."""

    metrics: str = _setting(judge=_metrics_fault)
    """Where figures for Prometheus are given at ``/metrics``: ``127.0.0.1:9464``, ``[::1]:9464``, or
    ``unix:/run/tongban/metrics.sock`` for its owner and group; empty: nowhere. A place that other machines
    reach asks for a token."""
    metrics_token: str = _setting(secret=True, judge=_token_fault)
    """Token that whoever asks for figures sends (``Authorization: Bearer …``); at least 16 characters."""

    source_addresses: Mapping[str, str] = field(default_factory=dict, repr=False, hash=False)
    """Addresses of the departments' PostgreSQL sources, by the variable that ``sources.yaml`` names."""
    origins: Mapping[str, Origin] = field(default_factory=dict, repr=False, compare=False)
    """Where each setting that was said comes from, by name in small letters."""

    @property
    def database_url(self) -> str:
        """Address for the engine."""
        if self.database:
            return self.database.replace("postgresql://", "postgresql+psycopg://", 1)
        return f"sqlite:///{self.database_file}"

    @property
    def database_file(self) -> Path:
        """File of the embedded database."""
        return self.data / "tongban.db"

    @property
    def proxy_networks(self) -> tuple[Network, ...]:
        """The proxies as networks. Refuses what is none."""
        try:
            return _networks(self.proxies)
        except ValueError:
            said = {"name": PREFIX + "PROXIES", "value": self.proxies}
            raise _refused("kit.proxies_unfit", **said) from None

    @property
    def metrics_open(self) -> bool:
        """Whether figures would be given where other machines reach them, to whoever asks."""
        host = self.metrics.rpartition(":")[0].removeprefix("[").removesuffix("]")
        if not self.metrics or self.metrics_token or self.metrics.startswith("unix:"):
            return False
        return not ip_address(host).is_loopback

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

DECLARED: Mapping[str, Field[Any]] = {
    each.name: each for each in fields(Settings) if "judge" in each.metadata
}
"""What can be set, by name."""
PASSWORDS = {"database_password": "database", "smtp_password": "smtp"}
"""Passwords that may be said apart from the address that they belong to."""
SOURCE = "source_"
"""How the names of the departments' addresses begin; each is a secret."""
SECRETS = (*PASSWORDS, *(name for name, each in DECLARED.items() if each.metadata["secret"]))
"""What may stand in a file of its own."""
_KEYS = frozenset({*DECLARED, *PASSWORDS, *(f"{name}_file" for name in SECRETS)})
_FREE = "TEST_"
"""How variables begin that are the tests' own."""


def read_settings(
    data: Path,
    environment: Mapping[str, str] | None = None,
    *,
    address: str = "",
    served_at: str = "",
) -> Settings:
    """Read the settings of the government below a data folder; refuses what does not fit, by name.

    ``address`` is what the command line says. Where nothing says by which address people come, it is
    ``served_at``, or else the one at which the data were served.
    """
    known = environment if environment is not None else os.environ
    said: dict[str, tuple[str, Origin]] = {}
    for place in (_in_file(data, known), _in_environment(known), _in_command(address)):
        said.update(place)
    _remember(said, data, served_at)
    for name, (value, origin) in said.items():
        _check(name, value, origin)
    for password, name in PASSWORDS.items():
        if password in said:
            _join(said, password, name)
    values = {name: value for name, (value, _) in said.items()}
    return Settings(
        data=data,
        **{name: value for name, value in values.items() if name in DECLARED},
        source_addresses={
            PREFIX + name.upper(): value
            for name, value in values.items()
            if name.startswith(SOURCE)
        },
        origins={name: origin for name, (_, origin) in said.items()},
    )


_Said = Mapping[str, tuple[str, Origin]]


def _in_command(address: str) -> _Said:
    return {"address": (address, Origin(Place.COMMAND, "--address"))} if address else {}


def _in_environment(known: Mapping[str, str]) -> _Said:
    """Return what the environment says. Refuses a name that is like a setting's and is none."""
    said = {}
    for variable, value in known.items():
        name = variable.removeprefix(PREFIX)
        if name == variable or not value:
            continue
        if name.startswith(SOURCE.upper()) or name.lower() in _KEYS:
            said[name.lower()] = (value, Origin(Place.ENVIRONMENT, variable))
        elif not name.startswith(_FREE) and PREFIX + name not in BESIDE:
            _check_misspelt(name)
    return _with_secrets(said)


def _check_misspelt(name: str) -> None:
    meant = nearest(name, (each.upper() for each in _KEYS))
    if meant:
        data = {"name": PREFIX + name, "meant": PREFIX + meant}
        raise _refused("kit.variable_unknown", **data)


def _in_file(data: Path, known: Mapping[str, str]) -> _Said:
    """Return what the file of settings says: the one that is named, or that in the data folder.

    Folders in it are meant from where it lies. Refuses one with secrets that others may read.
    """
    wish = known.get(PREFIX + "SETTINGS", "")
    path = Path(wish) if wish else data / FILE
    if not wish and not path.is_file():
        return {}
    said = {
        key: (_from(path, key, value), Origin(Place.FILE, key, str(path)))
        for key, value in read_file(path, _KEYS, (SOURCE,)).items()
        if value
    }
    if any(_is_secret(key, value) for key, (value, _) in said.items()) and is_seen(path):
        raise Refusal("kit.settings_readable", Kind.INVALID, path=str(path))
    return _with_secrets(said)


def _from(path: Path, key: str, value: str) -> str:
    folder = key.endswith("_file") or (key in DECLARED and DECLARED[key].metadata["folder"])
    return str(path.absolute().parent / value) if folder else value


def _is_secret(key: str, value: str) -> bool:
    """Whether a value of the file is one that nobody else may read: an address only with a password."""
    return not (key.endswith("_file") and key not in DECLARED) and shown(key, value) != value


def _with_secrets(said: dict[str, tuple[str, Origin]]) -> _Said:
    """Put what stands in files of its own where it belongs. Refuses what is said both ways."""
    found: dict[str, tuple[str, Origin]] = {}
    for name, (value, origin) in said.items():
        plain = name.removesuffix("_file")
        if name in DECLARED or plain == name:
            found[name] = (value, origin)
            continue
        if plain in said:
            both = {"one": said[plain][1].said, "other": origin.said}
            raise _refused("kit.setting_twice", **both)
        kept = Origin(origin.place, origin.name, origin.path, secret=value)
        found[plain] = (_secret(origin, Path(value)), kept)
    return found


def _secret(origin: Origin, path: Path) -> str:
    """Read a secret: one line, which may end in a line break. Refuses a file that others may read."""
    data = {"name": origin.said, "path": str(path)}
    try:
        found = read_private(path, _LONGEST_SECRET)
    except FileNotFoundError:
        raise _refused("kit.secret_missing", Kind.NOT_FOUND, **data) from None
    if found.seen or found.changed:
        raise _refused("kit.secret_readable", **data)
    try:
        lines = found.content.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError:
        raise _refused("kit.secret_unreadable", **data) from None
    if not lines or not lines[0].strip():
        raise _refused("kit.secret_empty", **data)
    if len(lines) > 1:
        raise _refused("kit.secret_unreadable", **data)
    return lines[0]


def _remember(said: dict[str, tuple[str, Origin]], data: Path, served_at: str) -> None:
    """Say by which address people come where nothing else does."""
    if "address" in said:
        return
    served = data / ADDRESS
    if served_at:
        said["address"] = (served_at, Origin(Place.COMMAND, "--host, --port"))
    elif served.is_file() and (kept := served.read_text("utf-8").strip()):
        said["address"] = (kept, Origin(Place.REMEMBERED, ADDRESS, str(served)))


def _check(name: str, value: str, origin: Origin) -> None:
    """Refuse a value that is too long, holds a character nobody sees, or is not what is meant."""
    for hidden in hidden_in(value[: _LONGEST + 1]):
        data = {"name": origin.said, "character": named(hidden.character)}
        raise _refused("kit.setting_hidden", **data)
    if len(value) > _LONGEST:
        raise Refusal("kit.setting_long", Kind.INVALID, name=origin.said, longest=_LONGEST)
    code = DECLARED[name].metadata["judge"](value) if name in DECLARED else ""
    if code:
        told = {"scheme": value.partition("://")[0][:20]} if "://" in value else {}
        if name not in SECRETS:
            told["value"] = shown(name, value)
        raise _refused(code, name=origin.said, **told)


def _join(said: dict[str, tuple[str, Origin]], password: str, name: str) -> None:
    """Put a password into the address that it belongs to. Refuses one that finds no place there.

    An address that brings its own keeps it where it is said nearer than the password.
    """
    secret, origin = said[password]
    if name not in said:
        data = {"name": origin.said, "address": PREFIX + name.upper()}
        raise _refused("kit.password_alone", **data)
    address, where = said[name]
    head, sign, tail = address.partition("@")
    begin, slashes, user = head.partition("://")
    if not sign or not user:
        data = {"name": origin.said, "address": where.said}
        raise _refused("kit.password_of_nobody", **data)
    if ":" not in user:
        said[name] = (f"{begin}{slashes}{user}:{quote(secret, safe='')}@{tail}", where)
    elif where.place is origin.place:
        raise Refusal("kit.setting_twice", Kind.INVALID, one=where.said, other=origin.said)


HIDDEN = "…"
"""What stands for a secret where a setting is shown."""
_PASSWORD = re.compile(r"(?<=://)([^:@/]*):.*@")
_ASKED = re.compile(r"(?<=[?&])((?:ssl)?password=)[^&]*")


def shown(name: str, value: str) -> str:
    """Return a setting as it may be shown: an address without its password, a password not at all."""
    if name in PASSWORDS:
        return HIDDEN if value else ""
    return _ASKED.sub(rf"\1{HIDDEN}", _PASSWORD.sub(rf"\1:{HIDDEN}@", value))


def listed(settings: Settings) -> Iterator[tuple[str, str, Origin]]:
    """Yield every setting as it may be shown, with where it comes from; addresses of sources last."""
    yield "data", str(settings.data.absolute()), Origin(Place.COMMAND, "--data")
    for name in (*DECLARED, *PASSWORDS):
        origin = settings.origins.get(name, Origin(Place.DEFAULT))
        value = getattr(settings, name, HIDDEN if name in settings.origins else "")
        yield name, shown(name, value), origin
    for variable, address in sorted(settings.source_addresses.items()):
        name = variable.removeprefix(PREFIX).lower()
        yield name, shown(name, address), settings.origins[name]


def unusable(settings: Settings) -> Iterator[tuple[str, str]]:
    """Yield each setting that says what it may and still will not do on this machine, with the fault.

    ``folder_away``: the folder is not there; ``metrics_open``: a start is refused.
    """
    for name, each in DECLARED.items():
        value = getattr(settings, name)
        if each.metadata["folder"] and value and not Path(value).is_dir():
            yield name, "folder_away"
    if settings.metrics_open:
        yield "metrics", "metrics_open"


BESIDE = {
    "TONGBAN_SOURCE_…": "Address of a department's PostgreSQL source, one for each that `sources.yaml` "
    "names, such as `TONGBAN_SOURCE_TAX`: `postgresql://user:password@host:port/name`.",
    "TONGBAN_SETTINGS": "File of settings (TOML); empty: `settings.toml` in the data folder, where there "
    "is one.",
    "TONGBAN_LANGUAGE": "Language of the terminal, `zh` or `en`; empty: that of `LC_ALL` or `LANG`, and "
    "Chinese where that is neither.",
    "TONGBAN_RELOAD": "Read the templates of pages anew for each answer, for who works on them.",
}
"""What else the environment sets, read where it is used."""


def default_data(instance: Path) -> Path:
    """Return where an instance's data lie when nothing else is said: beside its description."""
    return instance / ".data"
