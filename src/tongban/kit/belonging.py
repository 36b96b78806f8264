"""Which data folder and keys a database belongs to: what it says of itself, and what is checked of it.

A database bears an identity, which its data folder names, and an authenticator of it that only the
government's own keys make. A backup holds neither: what is restored is another database.
"""

from dataclasses import dataclass, replace

from sqlalchemy import Column, Connection, LargeBinary, String, Table, inspect, select

from tongban.kernel.errors import Kind, Refusal
from tongban.kit import seals
from tongban.kit.crypto.hashing import same
from tongban.kit.db import Reader, Unit, metadata
from tongban.kit.keyring import Keyring
from tongban.kit.mark import Own, kind_of, read_mark, was_served, where, write_mark
from tongban.kit.settings import Settings

database_table = Table(
    "kit_database",
    metadata,
    Column("identity", String(36), primary_key=True),
    # Of the identity, by the key that never changes: other keys do not make it.
    Column("vouched", LargeBinary, nullable=False),
    # The release that wrote here last, for an older one that finds tables it does not know.
    Column("release", String(40), nullable=False),
)

_PURPOSE = "database"


@dataclass(frozen=True)
class Bearing:
    """What a database says of itself."""

    identity: str
    vouched: bytes
    release: str


def bearing(connection: Connection) -> Bearing | None:
    """Return what a database says of itself; None where an older release left it, or it is empty."""
    if not inspect(connection).has_table(database_table.name):
        return None
    row = connection.execute(select(database_table)).first()
    return None if row is None else Bearing(*row)


def check_belongs(connection: Connection, settings: Settings) -> None:
    """Refuse a database that is not the one of the data folder, and one that was emptied.

    One that bears no identity is taken for it where it stands in the same place: an older release
    leaves it so.
    """
    mark = read_mark(settings.data)
    own = mark.database if mark is not None else None
    found = bearing(connection)
    folder, there = str(settings.data), where(settings)
    if own is not None and not _is(own, found, settings):
        code = "of_another" if settings.database else "exchanged"
        raise Refusal(
            f"kit.database_{code}", Kind.CONFLICT, folder=folder, where=there, own=own.where
        )
    if (own is not None or was_served(settings)) and not inspect(connection).get_table_names():
        raise Refusal("kit.database_emptied", Kind.CONFLICT, folder=folder)


def _is(own: Own, found: Bearing | None, settings: Settings) -> bool:
    return found.identity == own.identity if found is not None else own.where == where(settings)


def check_keys(connection: Connection, keyring: Keyring, settings: Settings) -> None:
    """Refuse the keys of another government than the one whose data these are."""
    found = bearing(connection)
    if found is not None and not same(found.vouched, _vouch(keyring, found.identity)):
        raise Refusal("kit.keys_of_another", Kind.CONFLICT, folder=str(settings.keys))


def check_sealed(reader: Reader, settings: Settings) -> None:
    """Refuse keys that sealed nothing of a database which bears no sign of them yet: before anything in
    it is sealed anew, and before it bears one.
    """
    if bearing(reader.connection) is None and not seals.are_of(reader):
        raise Refusal("kit.keys_of_another", Kind.CONFLICT, folder=str(settings.keys))


def _vouch(keyring: Keyring, identity: str) -> bytes:
    return keyring.mac(_PURPOSE, identity.encode())


def claim(unit: Unit, release: str) -> str:
    """Let a database bear an identity and the release that writes in it; return the identity."""
    found = bearing(unit.connection)
    if found is None:
        identity = unit.new_id()
        made = Bearing(identity, _vouch(unit.keyring, identity), release)
        unit.connection.execute(database_table.insert().values(vars(made)))
        return identity
    if found.release != release:
        unit.connection.execute(database_table.update().values(release=release))
    return found.identity


def remember(settings: Settings, identity: str) -> None:
    """Let the data folder name its database, where it is now."""
    mark = read_mark(settings.data)
    if mark is not None:
        own = Own(identity, kind_of(settings), where(settings))
        write_mark(settings.data, replace(mark, database=own))
