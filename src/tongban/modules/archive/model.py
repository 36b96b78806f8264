"""Packages (归档信息包): what is asked for, and what became of it."""

import datetime as dt
from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Protocol

import msgspec


class State(StrEnum):
    """Where a package stands."""

    REQUESTED = "requested"
    KEPT = "kept"
    DAMAGED = "damaged"


TRANSITIONS: Mapping[State, frozenset[State]] = {
    State.REQUESTED: frozenset({State.KEPT}),
    State.KEPT: frozenset({State.KEPT, State.DAMAGED}),
    State.DAMAGED: frozenset({State.KEPT, State.DAMAGED}),
}
"""What may become of a package: a damaged one is kept again once its files were restored."""


class Document(msgspec.Struct, frozen=True, kw_only=True):
    """One document of a case."""

    name: str
    """Path inside the package, such as ``申请/申请表.xml``."""
    media_type: str
    digest: str
    """Its name in the house's files; one that was sealed there is opened for the package."""
    title: str
    """题名."""
    maker: str
    """形成者."""
    at: dt.datetime
    """When it was made."""


class PackageRequest(msgspec.Struct, frozen=True, kw_only=True):
    """What a module gives to the archive when a case is closed."""

    case_number: str
    metadata: Mapping[str, Any]
    """Plain facts of the case by key; the profile says what each is called in the package."""
    documents: list[Document]


class Package(msgspec.Struct, frozen=True, kw_only=True):
    """A package and its fixity."""

    id: str
    case_number: str
    state: State
    name: str
    """Name of the package's folder."""
    requested_at: dt.datetime
    kept_at: dt.datetime | None = None
    documents: int = 0
    size: int = 0
    """Bytes of all files in it."""
    digest: str = ""
    """SHA-256 of the list of digests (``tagmanifest-sha256.txt``): it stands for every byte."""
    checked_at: dt.datetime | None = None
    fault: str = ""
    """What was wrong at the last check: a word of the catalogue."""
    entry: str = ""
    """Ledger entry that says what was kept."""
    salt: bytes | None = None
    """Opens what that entry commits to."""


class Flaw(msgspec.Struct, frozen=True):
    """What is wrong with a file of a package: missing, altered, stray or unreadable; a link, special (no
    file), an empty folder, or loose (others on the machine may read it)."""

    fault: str
    path: str


class Fixity(msgspec.Struct, frozen=True, kw_only=True):
    """What a check of one package found."""

    package: Package
    sound: bool
    flaws: tuple[Flaw, ...] = ()


class Shelves(Protocol):
    """Where packages lie."""

    def document(self, digest: str) -> bytes:
        """Return a document of the house's files, opened if it was sealed."""
        ...

    def keep(self, name: str, files: Mapping[str, bytes]) -> None:
        """Write a package's files, all of them or none; one that is there is written anew."""
        ...

    def read(self, name: str) -> Mapping[str, bytes]:
        """Return the files of a package by path, no link followed. Refuses a package that is not there."""
        ...

    def oddities(self, name: str) -> list[Flaw]:
        """Return links, what is no file, empty folders and loose modes of a package that is there."""
        ...
