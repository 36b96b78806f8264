"""A list of made rows, for tests of what every list can do."""

import datetime as dt
import io
from collections.abc import Iterator, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from python_calamine import CalamineWorkbook

from tongban.kernel.actors import VISITOR
from tongban.kit.http import public
from tongban.kit.lists import Asking, Column, Held, Kind, Listing
from tongban.kit.lists.workbook import SHEET_ROWS, About, Workbook

SHANGHAI = ZoneInfo("Asia/Shanghai")
ABOUT = About(
    title="办件",
    government="云溪市",
    narrowed="状态：在办",
    at=dt.datetime(2026, 1, 2, tzinfo=dt.UTC),
    cut="……",
)


def asking(**given: Any) -> Asking:
    """Return a visitor who asks in Chinese."""
    return Asking(**{"actor": VISITOR, "language": "zh", "zone": SHANGHAI, **given})


def columns(*kinds: Kind) -> tuple[Column, ...]:
    """Return a column of each kind; a row is a sequence of values."""

    def place(number: int) -> Column:
        return Column(f"c{number}", "kit.value.yes", kinds[number],
                      of=lambda row, _: row[number])  # fmt: skip

    return tuple(place(number) for number in range(len(kinds)))


def workbook(
    rows: Sequence[Sequence[Any]], *kinds: Kind, sheet_rows: int = SHEET_ROWS
) -> CalamineWorkbook:
    """Write rows into a workbook and open it with a reader that is not ours."""
    file = io.BytesIO()
    book = Workbook(file, columns(*kinds), asking(), ABOUT, sheet_rows=sheet_rows)
    book.write(rows)
    book.close()
    return CalamineWorkbook.from_filelike(io.BytesIO(file.getvalue()))


def cells(found: CalamineWorkbook) -> list[list[Any]]:
    """Return the rows of the first sheet below its head."""
    return found.get_sheet_by_index(0).to_python()[1:]


def listing(rows: Sequence[Any], *kinds: Kind, **given: Any) -> Listing:
    """Return a list of these rows, open to everybody."""
    about = {
        "name": "made",
        "title": "kit.page.count",
        "address": "/made",
        "api": "/api/made",
        "access": public("nothing in it is anybody's"),
        "columns": columns(*kinds),
        "source": Held(lambda _, __: rows),
    }
    return Listing(**{**about, **given})


def in_pieces(count: int, size: int = 1000) -> Iterator[list[tuple[str, int]]]:
    """Return rows one piece at a time: a case number and how many days it took."""
    for first in range(0, count, size):
        yield [(f"{number:016d}", number % 90) for number in range(first, min(first + size, count))]
