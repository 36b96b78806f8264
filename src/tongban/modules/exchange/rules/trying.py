"""Decisions about trying a link: what is well with it, and how values are shown without being told."""

import datetime as dt
import unicodedata
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import msgspec

from tongban.kernel.money import plain_money
from tongban.modules.exchange.model import SourceTable, Unfit, Value
from tongban.modules.exchange.model.trying import ItemTrial, Linked, Standing
from tongban.modules.exchange.rules.converting import NotFitting, Reading, convert

_FLOATS = ("real", "floa", "doub")
"""What the name of a float type holds: of SQLite (datatype3, 3.1) and of PostgreSQL."""


def standing(linked: Linked, table: SourceTable | None) -> Standing:
    """Return how an item's column stands in its table."""
    column = table.column(linked.column) if table is not None else None
    if column is None:
        return Standing.NO_COLUMN
    if linked.identifies and any(word in column.type.lower() for word in _FLOATS):
        return Standing.NOT_EXACT
    return Standing.READY if column.readable else Standing.NOT_READABLE


def shape_of(raw: Any) -> str:
    """Return what a value looks like and not what it is: ``2500.00`` is ``9999.99``, 王小明 ``字字字``.

    Digits become 9, letters a and A, ideographs 字; signs stay, which is what a declaration is about.
    """
    if raw is None:
        return "NULL"
    if isinstance(raw, bytes | bytearray | memoryview):
        return "bytes"
    text = "".join(_shape(character) for character in str(raw)[:40])
    return f"{text}…" if len(str(raw)) > 40 else text


def _shape(character: str) -> str:
    category = unicodedata.category(character)
    if category.startswith("N"):
        return "9"
    if category in ("Lo", "Lm"):
        return "字"
    if category.startswith("L"):
        return "A" if category == "Lu" else "a"
    return character if category.startswith(("P", "S", "Z")) else "?"


def shape_of_value(value: Value | None, type_: str) -> str:
    """Return what a converted value looks like; money in yuan."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true/false"
    if isinstance(value, dt.date):
        return "9999-99-99"
    if type_ == "money" and isinstance(value, int):
        return f"¥{shape_of(plain_money(value))}"
    return shape_of(f"{value:f}" if isinstance(value, Decimal) else value)


def tried(trial: ItemTrial, how: Reading, raws: Iterable[Any]) -> ItemTrial:
    """Try to convert what a source holds of an item: how much fits, and why the rest does not.

    The shapes are those of the first value that fits, or else of the first one that does not.
    """
    fits, empty, unfit = 0, 0, dict[Unfit, int]()
    shown: tuple[str, str] | None = None
    for raw in raws:
        try:
            value = convert(raw, how)
        except NotFitting as misfit:
            unfit[misfit.reason] = unfit.get(misfit.reason, 0) + 1
            shown = shown or (shape_of(raw), "")
            continue
        if value is None:
            empty += 1
            continue
        fits += 1
        if shown is None or not shown[1]:
            shown = (shape_of(raw), shape_of_value(value, how.type))
    raw_shape, value_shape = shown or ("", "")
    return msgspec.structs.replace(
        trial, fits=fits, empty=empty, unfit=unfit, raw=raw_shape, value=value_shape
    )
