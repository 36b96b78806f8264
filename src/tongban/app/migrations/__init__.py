"""Migrations of every module's tables, in one line, named by what they bring."""

from importlib import resources
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from tongban.kit.db import Database


def config_of(database: Database) -> Config:
    """Return what Alembic needs to work on this database."""
    config = Config()
    config.set_main_option("script_location", str(Path(str(resources.files(__name__)))))
    config.attributes["database"] = database
    return config


def ours(_object: Any, name: str | None, kind: str, reflected: bool, _other: Any) -> bool:
    """Whether Alembic is to look at it: not at what the full-text search keeps for itself."""
    del _object, _other
    return not (kind == "table" and reflected and name is not None and "_fts" in name)


def upgrade(database: Database, to: str = "head") -> None:
    """Bring the database to a revision, the newest when none is named."""
    command.upgrade(config_of(database), to)


def standing(database: Database) -> tuple[str | None, str | None]:
    """Return the revision the database has and the one this release wants."""
    with database.engine.connect() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    return current, ScriptDirectory.from_config(config_of(database)).get_current_head()
