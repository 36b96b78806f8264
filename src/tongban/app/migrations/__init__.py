"""Migrations of every module's tables, in one line; a file is named by its number and module."""

from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    Column,
    Connection,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    inspect,
    select,
)

import tongban.app.tables  # noqa: F401 - every module's tables stand on the shared metadata
from tongban import __version__
from tongban.kernel.errors import Kind, Refusal
from tongban.kit.belonging import bearing
from tongban.kit.db import Database, metadata

if TYPE_CHECKING:
    from alembic.config import Config


def config_of(database: Database) -> "Config":
    """Return what Alembic needs to work on this database."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_folder()))
    config.set_main_option("file_template", "%%(rev)s")
    config.attributes["database"] = database
    return config


def _folder() -> Path:
    return Path(str(resources.files(__name__)))


def ours(_object: Any, name: str | None, kind: str, reflected: bool, _other: Any) -> bool:
    """Whether Alembic is to look at it: not at what the full-text search keeps for itself."""
    del _object, _other
    return not (kind == "table" and reflected and name is not None and "_fts" in name)


def upgrade(database: Database, to: str = "head") -> None:
    """Bring the database to a revision, the newest when none is named.

    An empty database gets its tables at once, as the code says them and as the migrations would make
    them (a law holds the two together). Alembic, a third of a second, is loaded only for what is
    older. Refuses data of a newer release.
    """
    has, wants = standing(database)
    if has is not None and not knows(has):
        with database.engine.connect() as connection:
            raise newer(connection, has)
    to = wants if to == "head" and wants is not None else to
    if has == to or (to == wants and _make_whole(database, to)):
        return
    step_by_step(database, to)


def step_by_step(database: Database, to: str = "head") -> None:
    """Bring the database to a revision through every one between."""
    from alembic import command

    command.upgrade(config_of(database), to)


_stamps = Table("alembic_version", MetaData(), Column("version_num", String(32), nullable=False))
PrimaryKeyConstraint(_stamps.c.version_num, name="alembic_version_pkc")
"""Where Alembic notes a database's revision, as Alembic itself makes it."""


def _make_whole(database: Database, revision: str) -> bool:
    """Make every table of an empty database and note the revision, all or nothing; whether it was
    empty.
    """
    with database.engine.begin() as connection:
        if inspect(connection).get_table_names():
            return False
        metadata.create_all(connection)
        _stamps.create(connection)
        connection.execute(_stamps.insert().values(version_num=revision))
    return True


def knows(revision: str) -> bool:
    """Whether this release has a revision; a database at another was made by a newer one."""
    return (_folder() / "versions" / f"{revision}.py").is_file()


def standing(database: Database) -> tuple[str | None, str | None]:
    """Return the revision the database has and the one this release wants."""
    with database.engine.connect() as connection:
        return revision_of(connection), newest()


def revision_of(connection: Connection) -> str | None:
    """Return the revision of a database; None where there are no tables yet."""
    if not inspect(connection).has_table(_stamps.name):
        return None
    return connection.execute(select(_stamps.c.version_num)).scalar()


def check_release(connection: Connection, *, older: bool = True) -> None:
    """Refuse a database of a newer release, with the release that wrote in it, and unless it is only
    read also one of an ``older`` one: what is missing in it would be a fault of ours.
    """
    has, wants = revision_of(connection), newest()
    if has is not None and not knows(has):
        raise newer(connection, has)
    if older and has is not None and has != wants:
        raise Refusal("app.data_older", Kind.CONFLICT, has=has, wants=wants or "-")


def newer(connection: Connection, has: str) -> Refusal:
    """Return the refusal of a database of a newer release, named where the database says it."""
    found = bearing(connection)
    code = "app.data_newer" if found is None else "app.data_newer_named"
    release = "" if found is None else found.release
    wants = newest() or "-"
    return Refusal(code, Kind.CONFLICT, has=has, wants=wants, mine=__version__, release=release)


def newest() -> str | None:
    """Return the revision this release wants."""
    stems = [path.stem for path in (_folder() / "versions").glob("[0-9]*.py")]
    return max(stems, default=None)
