"""JSON that is nested as deep as it can be read."""

import sys
from pathlib import Path

import pytest

from tongban.kernel.errors import Refusal
from tongban.kit.tables.model import Note
from tongban.kit.tables.opening import open_table


def notes_of(path: Path) -> list[Note]:
    notes: list[Note] = []
    for _ in open_table(path).lines(notes.append):
        pass
    return notes


@pytest.mark.parametrize("form", ["whole", "alone", "lines"])
def test_json_that_is_nested_as_deep_as_python_reads_is_refused_or_noted(
    tmp_path: Path, form: str
) -> None:
    """A single depth lies between what is read and what a cell is written from: none is passed over."""
    ended: list[str] = []
    path = tmp_path / "deep.json"
    limit = sys.getrecursionlimit()
    for depth in range(limit - 130, limit + 1):
        alone = '{"a":' + "[" * depth + "]" * depth + "}"
        text = {"whole": f"[{alone}]", "alone": alone, "lines": f'{{"a":1}}\n{alone}\n'}[form]
        path.write_text(text)
        try:
            notes = notes_of(path)
        except Refusal as refused:
            ended.append(refused.code)
        else:
            ended.append(", ".join(note.code for note in notes))
    told = "line_unreadable" if form == "lines" else "kit.table_unreadable"
    assert set(ended) <= {"", told}
    assert ended == sorted(ended)
