"""A list of a million rows as a file, beside what writing the same rows costs without Tongban.

Each figure is a process of its own: its processor seconds, what is loaded once not counted, and the most
memory it ever held. The
rows have a case number, a day, an instant, an amount and a text. The limit for CSV is Python's ``csv``
with the same cells written as texts; for the workbook it is XlsxWriter in constant memory with the same
cells, nothing asked about any; for JSON it is ``msgspec`` row by row. The memory of a list of 10,000
rows stands beside: it must be the same, or rows are kept.

How it came out stands in docs/decisions/0011-lists-are-declared-once.md.
"""

import csv
import datetime as dt
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

MANY, FEW = 1_000_000, 10_000
_DAY = dt.date(2026, 1, 2)
_AT = dt.datetime(2026, 1, 2, 3, 4, tzinfo=dt.UTC)


def rows(count: int) -> Iterator[list[tuple[Any, ...]]]:
    """Return made rows in pieces of a thousand, as a database streams them."""
    for first in range(0, count, 1000):
        yield [
            (
                f"{number:016d}",
                _DAY + dt.timedelta(number % 300),
                _AT,
                number * 37,
                f"云溪市 {number}",
            )
            for number in range(first, min(first + 1000, count))
        ]


def ours(form: str, count: int, path: Path) -> None:
    """Write the rows as a declared list."""
    from tongban.kernel.actors import VISITOR
    from tongban.kit import testing
    from tongban.kit.http import public
    from tongban.kit.lists import Asking, Column, Found, Kind, Listing, Paged, Place
    from tongban.kit.lists.files import Form, write

    class Here:
        def zone(self, _: Any) -> ZoneInfo:
            return ZoneInfo("Asia/Shanghai")

        def government(self, _: Any, __: str) -> str:
            return "云溪市"

    kinds = (Kind.IDENTIFIER, Kind.DAY, Kind.INSTANT, Kind.MONEY, Kind.TEXT)

    def column(place: int) -> Column:
        return Column(f"c{place}", "kit.value.yes", kinds[place], of=lambda row, _: row[place])

    def every(_: Any, __: Any) -> Iterator[Sequence[Any]]:
        yield from rows(count)

    listing = Listing(
        name="made", title="kit.value.yes", address="/made", api="/api/made",
        access=public("nothing in it is anybody's"), columns=tuple(map(column, range(5))),
        source=Paged(lambda *_: Found((), count), every),
    )  # fmt: skip
    database = testing.sqlite_database(path.parent)
    database.ports.plug(Place, Here())
    asking = Asking(actor=VISITOR, language="zh", zone=ZoneInfo("Asia/Shanghai"))
    with database.read() as reader, path.open("wb") as file:
        write(reader, listing, asking, Form(form), file, folder=path.parent)
    database.close()


def limit(form: str, count: int, path: Path) -> None:
    """Write the same cells with the bare library."""
    if form == "csv":
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            for piece in rows(count):
                writer.writerows([[str(cell) for cell in row] for row in piece])
    elif form == "json":
        with path.open("wb") as out:
            for piece in rows(count):
                for row in piece:
                    out.write(msgspec.json.encode(row))
    else:
        import xlsxwriter

        book = xlsxwriter.Workbook(path, {"constant_memory": True, "tmpdir": str(path.parent)})
        sheet, day = book.add_worksheet(), book.add_format({"num_format": "yyyy-mm-dd"})
        number = 0
        for piece in rows(count):
            for row in piece:
                sheet.write_string(number, 0, row[0])
                sheet.write_datetime(number, 1, row[1], day)
                sheet.write_datetime(number, 2, row[2].replace(tzinfo=None), day)
                sheet.write_number(number, 3, row[3] / 100)
                sheet.write_string(number, 4, row[4])
                number += 1
        book.close()


def measured(who: str, form: str, count: int) -> tuple[float, float, int]:
    """Return processor seconds, megabytes held at most, and bytes written, of a process of its own."""
    said = subprocess.run(
        [sys.executable, __file__, who, form, str(count)],
        capture_output=True, text=True, check=True,
    ).stdout.split()  # fmt: skip
    return float(said[0]), float(said[1]), int(said[2])


def one(who: str, form: str, count: int) -> None:
    """Be that process."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"list.{form}"
        work = ours if who == "ours" else limit
        work(form, 1, path)  # what is loaded once is loaded
        begin = time.process_time()
        work(form, count, path)
        took = time.process_time() - begin
        held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(took, held, path.stat().st_size)


def main() -> None:
    """Print the figures."""
    print(f"{MANY:,} rows of five columns; memory of {FEW:,} rows in brackets")
    for form in ("csv", "json", "xlsx"):
        took, held, size = measured("ours", form, MANY)
        _, little, _ = measured("ours", form, FEW)
        bare, _, _ = measured("limit", form, MANY)
        print(
            f"{form:5} {took:6.1f} s, {took / bare:4.1f} times the bare library ({bare:.1f} s); "
            f"{held:5.0f} MB ({little:.0f} MB); {size / 1e6:.0f} MB written"
        )


if __name__ == "__main__":
    if len(sys.argv) > 1:
        one(sys.argv[1], sys.argv[2], int(sys.argv[3]))
    else:
        main()
