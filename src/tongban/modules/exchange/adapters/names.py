"""Names of tables and columns as declared: checked and quoted, never taken from a request."""

import functools
import re
from collections.abc import Sequence

from tongban.modules.exchange import errors

_NAME = re.compile(r"[^\W\d]\w{0,62}")


@functools.lru_cache(maxsize=2000)
def lookup_statement(
    source: str,
    table: str,
    identifier_column: str,
    columns: Sequence[str],
    newest: str,
    mark: str,
) -> str:
    """Return the statement that reads the newest row about one identifier, and the count of rows.

    Where nothing says which row is newest, the order of the columns makes the answer the same each
    time. ``mark`` is how the database writes a parameter.
    """
    chosen = ", ".join(_quoted(source, column) for column in columns)
    order = f"{_quoted(source, newest)} DESC" if newest else chosen
    return (
        f"SELECT {chosen}, count(*) OVER () FROM {_table(source, table)}"  # noqa: S608 - all quoted
        f" WHERE {_quoted(source, identifier_column)} = {mark} ORDER BY {order} LIMIT 1"
    )


def _table(source: str, table: str) -> str:
    return ".".join(_quoted(source, part) for part in table.split(".", 1))


def _quoted(source: str, name: str) -> str:
    if not _NAME.fullmatch(name):
        raise errors.source_misdeclared(source)
    return f'"{name}"'
