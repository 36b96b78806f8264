"""Column types that mean the same on SQLite and PostgreSQL."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import msgspec
from sqlalchemy import DateTime, Dialect, String, Text
from sqlalchemy.types import TypeDecorator, TypeEngine


class Instant(TypeDecorator[datetime]):
    """An aware instant in UTC to the microsecond; text that sorts by time on SQLite."""

    impl = String(27)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Use the database's own type where it keeps the zone."""
        if dialect.name == "postgresql":
            return dialect.type_descriptor(DateTime(timezone=True))
        return dialect.type_descriptor(String(27))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """Refuse a naive time: it would be somebody's guess."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a zone")
        instant = value.astimezone(UTC)
        if dialect.name == "postgresql":
            return instant
        return (
            instant.isoformat(timespec="microseconds")[:26] + "Z"
        )  # strftime takes 15 times as long

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Return the aware instant."""
        if value is None:
            return None
        if isinstance(value, datetime):
            return value.astimezone(UTC)
        return datetime.fromisoformat(value)


class Json(TypeDecorator[Any]):
    """Plain data, which is lists, objects with texts as keys, texts, numbers, truths and nothing, kept as
    JSON text without spaces, in the order given.

    A query may compare it as a whole, with what it surely was encoded from: what is empty (``column ==
    {}`` or ``()``), never an object of several keys, whose order is no part of its meaning. Nothing
    asks the database for a part of it. What is read back are lists and dicts: a tuple or a struct is what
    its reader makes of them.
    """

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """Encode."""
        return None if value is None else msgspec.json.encode(value).decode()

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        """Decode."""
        return _decoded(value)

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any]:
        """Decode at once: a row of a use has five of these, and an audit reads millions of rows."""
        return _decoded


_decode = msgspec.json.Decoder().decode


def _decoded(value: Any) -> Any:
    return None if value is None else _decode(value)
