"""Storage: one face over SQLite and PostgreSQL, and the unit of work that actions are given."""

from tongban.kit.db.causes import of_server
from tongban.kit.db.chunks import chunks, values_of
from tongban.kit.db.columns import Instant, Json
from tongban.kit.db.database import Database, plain_engine
from tongban.kit.db.inserting import inserting
from tongban.kit.db.often import Often
from tongban.kit.db.reading import notes_of
from tongban.kit.db.sealed import cell_of, sealed, sealed_columns
from tongban.kit.db.silence import silent, unlike, why
from tongban.kit.db.unit import Reader, Recorded, Unit, metadata
from tongban.kit.db.wholeness import faults

__all__ = [
    "Database",
    "Instant",
    "Json",
    "Often",
    "Reader",
    "Recorded",
    "Unit",
    "cell_of",
    "chunks",
    "faults",
    "inserting",
    "metadata",
    "notes_of",
    "of_server",
    "plain_engine",
    "sealed",
    "sealed_columns",
    "silent",
    "unlike",
    "values_of",
    "why",
]
