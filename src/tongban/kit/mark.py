"""What a data folder says of itself: what it is for, and which database is its own.

A government is a folder and a database that belong together. The folder names its database by the
identity that the database bears, so that a setting that is missing, or names another, is refused before
anything is opened, made or written.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tongban.kernel.errors import Kind, Refusal
from tongban.kernel.realms import Realm
from tongban.kit.files import read_json
from tongban.kit.i18n import catalogue
from tongban.kit.keyring import write_secret
from tongban.kit.settings import ADDRESS, PREFIX, Origin, Place, Settings

MARK = "tongban.json"
"""File in the data folder that says which realm it is for, and which database is its own."""
EMBEDDED = "sqlite"
SERVER = "postgresql"
_OF_OLD = {False: Realm.REAL, True: Realm.DEMONSTRATION}
"""What a mark said before there were trials."""


@dataclass(frozen=True)
class Own:
    """A database as its data folder knows it."""

    identity: str
    kind: str
    where: str
    """Machine, port and name, for whoever looks for it; never an account or a password."""


@dataclass(frozen=True)
class Mark:
    """What a data folder says of itself."""

    realm: Realm
    database: Own | None = None
    """None where a release that did not know of this made the folder, or nothing was made in it yet."""


def read_mark(folder: Path) -> Mark | None:
    """Return what a folder says of itself; None where nothing was ever made in it.

    Refuses what is damaged.
    """
    path = folder / MARK
    if not path.exists():
        return None
    said = read_json(path)
    try:
        realm = Realm(said["realm"]) if "realm" in said else _OF_OLD[said["demonstration"]]
        own = Own(**said["database"]) if "database" in said else None
    except (KeyError, ValueError, TypeError):
        raise Refusal("kit.file_unreadable", Kind.CONFLICT, path=str(path)) from None
    return Mark(realm, own)


def write_mark(folder: Path, mark: Mark) -> None:
    """Keep what a folder says of itself; nothing is written where it says so already."""
    if read_mark(folder) == mark:
        return
    said: dict[str, Any] = {"realm": mark.realm.value}
    if mark.database is not None:
        said["database"] = asdict(mark.database)
    write_secret(folder / MARK, json.dumps(said, ensure_ascii=False).encode() + b"\n")


def kind_of(settings: Settings) -> str:
    """Return which kind of database the settings name."""
    return SERVER if settings.database else EMBEDDED


def where(settings: Settings) -> str:
    """Return where a database is: machine, port and name, without account and password, or its file."""
    if not settings.database:
        return settings.database_file.name
    parts = urlsplit(settings.database)
    host = parts.hostname or parse_qs(parts.query).get("host", ["localhost"])[0]
    port = f":{parts.port}" if parts.port else ""
    return f"{host}{port}{parts.path}"


@contextmanager
def naming_database(settings: Settings) -> Iterator[None]:
    """Say of a PostgreSQL that is away or lets nobody in where it is, and which setting names it.

    Whoever runs the machine is told, never a visitor: what errors say else does not tell the two.
    """
    try:
        yield
    except Refusal:
        raise
    except Exception as error:
        from tongban.kit.db import why

        told = why(error) if settings.database else None
        if told is None or not told.code.startswith("kit.server_"):
            raise
        raise named_database(told, settings) from error


def named_database(told: Refusal, settings: Settings) -> Refusal:
    """Return why a database gives nothing with its place, without a password, and its setting."""
    module, _, fact = told.code.partition(".")
    named = settings.origins.get("database", Origin(Place.ENVIRONMENT, PREFIX + "DATABASE"))
    return Refusal(
        "kit.database_away",
        told.kind,
        why=catalogue()[f"{module}.refusal.{fact}"],
        where=where(settings),
        name=named.said,
    )


def was_served(settings: Settings) -> bool:
    """Whether a government was ever set up in the folder to its end."""
    return (settings.data / ADDRESS).exists()


def check_setting(settings: Settings, *, making: bool = False) -> None:
    """Refuse settings that name another kind of database than the folder's own, and a file that is gone.

    Looks at files alone, so that nothing is made or connected to. A first start, ``making`` one, finds none.
    """
    mark = read_mark(settings.data)
    own = mark.database if mark is not None else None
    folder = str(settings.data)
    if own is not None and own.kind != kind_of(settings):
        if own.kind == SERVER:
            raise Refusal("kit.database_not_named", Kind.CONFLICT, folder=folder, where=own.where)
        named = settings.origins.get("database", Origin(Place.ENVIRONMENT, PREFIX + "DATABASE"))
        raise Refusal("kit.database_embedded", Kind.CONFLICT, folder=folder, name=named.said)
    if settings.database or settings.database_file.exists():
        return
    if own is not None:
        raise Refusal("kit.database_gone", Kind.CONFLICT, path=str(settings.database_file))
    if not making or was_served(settings):
        raise Refusal("kit.database_unknown", Kind.CONFLICT, folder=folder)
