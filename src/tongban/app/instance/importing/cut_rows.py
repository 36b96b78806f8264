"""Rows of a text that end too early, as where a cell holds a line break and has no quotes."""

from collections.abc import Sequence

from tongban.app.instance.importing.asides import aside_of
from tongban.app.instance.importing.recognising import Layout
from tongban.kit.tables.model import Line


def whole_width(lines: Sequence[Line], layout: Layout) -> int:
    """Return how many cells a whole row has: as many as say something in any of the first lines.

    0 where most of the other rows have fewer: then empty cells at their end are left out.
    """
    head = max(layout.header_lines, default=0)
    rows = [
        line.cells[: layout.width]
        for line in lines
        if line.number > head and any(line.cells) and not aside_of(line.cells, layout.width)
    ]
    width = max((_filled(cells) for cells in rows), default=0)
    whole = sum(len(cells) >= width for cells in rows)
    return width if whole * 2 > len(rows) - 1 else 0


def _filled(cells: Sequence[str]) -> int:
    return max((place + 1 for place, cell in enumerate(cells) if cell.strip()), default=0)
