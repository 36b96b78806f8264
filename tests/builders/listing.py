"""A listing of 1,135 services with the faults of the real one: for wherever that is not at hand."""

import csv
from collections.abc import Iterator
from pathlib import Path

from tongban.kernel import identifiers as ids

REAL = Path(__file__).resolve().parents[2].parent / "shared/data/guangan_service_items.csv"
"""The listing of one district, as its portal published it; it is measured against, not kept here."""

ROWS, VALID, WRONG, LOWER_CASE = 1135, 960, 7, 1
STATED = 251
"""Rows whose department code is a valid credit code."""
WRONG_CODE = "TE5116020105116050"
"""What stands in seven rows of the real listing: its check character is wrong."""
_HEAD = ("department", "main_item", "item_name", "area_code", "local_item_code", "task_type_code",
         "task_type", "dept_code", "guide_url")  # fmt: skip
_DEPARTMENTS = 40


def at_hand(folder: Path) -> list[Path]:
    """Return a made listing in that folder, and the real one where it is there."""
    made = folder / "listing.csv"
    with made.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(_HEAD)
        writer.writerows(_rows())
    return [made, REAL] if REAL.exists() else [made]


def _rows() -> Iterator[tuple[str, ...]]:
    for number in range(ROWS):
        place = number % _DEPARTMENTS
        code = _code_of_department(place)
        stated = code if number < STATED else f"{83372204 + place:09d}"
        item = f"511A{number:07d}-511602000000-000-{_embedded(number, code)}-1-00"
        name, department = f"事项{number}", f"区第{place}局"
        yield (department, "未分类", name, "511602000000", item, "1", "行政许可", stated, "")


def _code_of_department(place: int) -> str:
    return ids.make_credit_code("11", "511602", f"{10_000_000 + place}")


def _embedded(number: int, code: str) -> str:
    """Return what stands where an item code has the code of its department."""
    if number < VALID:
        return code
    if number < VALID + WRONG:
        return WRONG_CODE
    if number < VALID + WRONG + LOWER_CASE:
        return ids.make_credit_code("11", "511602", "MA6DXYW9").lower()
    return "083372204"
