"""Lists as files that a spreadsheet opens: CSV with a mark that it is UTF-8, and no formulas."""

import csv
import datetime as dt
import io
from collections.abc import Iterable, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from litestar import Response

MOST = 10_000
"""Lines of a file that are read at once; the page says so where a list is longer."""
_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def to_csv(
    head: Sequence[str], rows: Iterable[Sequence[Any]], zone: ZoneInfo | None = None
) -> bytes:
    """Write a list as CSV (RFC 4180) in UTF-8 with its mark, as spreadsheets in China expect.

    A text that a spreadsheet would run as a formula gets an apostrophe in front. Instants are
    written to the minute as the clocks of ``zone`` showed them, as pages do.
    """
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(head)
    for row in rows:
        writer.writerow([_cell(value, zone) for value in row])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _cell(value: Any, zone: ZoneInfo | None) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return "'" + value if value.startswith(_STARTS_A_FORMULA) else value
    if isinstance(value, dt.datetime):
        if zone is None:
            raise TypeError("a list with instants needs the time zone in which to write them")
        return f"{value.astimezone(zone):%Y-%m-%d %H:%M}"
    if isinstance(value, dt.date):
        return value.isoformat()
    return str(value)


def csv_file(
    name: str,
    head: Sequence[str],
    rows: Iterable[Sequence[Any]],
    zone: ZoneInfo | None = None,
) -> Response[bytes]:
    """Answer with a list for a spreadsheet; ``name`` is plain ASCII and chosen by us."""
    return download(to_csv(head, rows, zone), f"{name}.csv", "text/csv")


def download(content: bytes, name: str, media_type: str) -> Response[bytes]:
    """Answer with a file; ``name`` is plain ASCII and chosen by us."""
    return Response(
        content,
        media_type=media_type,
        headers={"content-disposition": f'attachment; filename="{name}"'},
    )


JSON = "application/json"
