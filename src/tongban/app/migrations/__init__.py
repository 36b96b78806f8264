"""Migrations of every module's tables, in one line; a file is named by its number and module."""

from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import inspect, text

from tongban.kit.db import Database

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

    Loads Alembic (a third of a second) only when there is something to do.
    """
    has, wants = standing(database)
    if has == (wants if to == "head" else to):
        return
    from alembic import command

    command.upgrade(config_of(database), to)


def standing(database: Database) -> tuple[str | None, str | None]:
    """Return the revision the database has and the one this release wants."""
    with database.engine.connect() as connection:
        has = None
        if inspect(connection).has_table("alembic_version"):
            has = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    stems = [path.stem for path in (_folder() / "versions").glob("[0-9]*.py")]
    return has, max(stems, default=None)
