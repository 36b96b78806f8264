"""Decisions about trying a link: what is well with it, and how values are shown without being told."""

import datetime as dt
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

import msgspec

from tongban.kernel.errors import Refusal
from tongban.kernel.identifiers import TextKind, text_fault
from tongban.kernel.money import plain_money
from tongban.kernel.subjects import SubjectKind
from tongban.modules.exchange.model import SourceTable, Unfit, Value
from tongban.modules.exchange.model.trying import Doubt, ItemTrial, Linked, Standing
from tongban.modules.exchange.rules.converting import NotFitting, Reading, convert
from tongban.modules.exchange.rules.values import subject_of

_FLOATS = ("real", "floa", "doub")
"""What the name of a float type holds: of SQLite (datatype3, 3.1) and of PostgreSQL."""
_DECIMALS = re.compile(r"(?:num|dec).*\(\s*\d+\s*,\s*0*[1-9]\d*\s*\)|money", re.IGNORECASE)
"""A type that keeps a fixed count of decimals: ``numeric(12,2)``; PostgreSQL's ``money``."""
_PERHAPS_DECIMALS = re.compile(
    rf"(?:numeric|decimal|dec)\s*|.*(?:{'|'.join(_FLOATS)}).*", re.IGNORECASE
)
"""A type that keeps as many decimals as it is given."""
_IDENTIFIER: Mapping[SubjectKind, TextKind] = {
    SubjectKind.PERSON: TextKind.RESIDENT_ID,
    SubjectKind.ORGANISATION: TextKind.CREDIT_CODE,
}


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


# Doubts -----------------------------------------------------------------------------------------


def unit_doubts(type_: str, how: Reading, raws: Sequence[Any]) -> dict[Doubt, int]:
    """Return what speaks against money being in fen, as is declared: nobody writes parts of a fen."""
    if how.type != "money" or how.fen != 1:
        return {}
    written = sum(_has_decimals(raw) for raw in raws)
    if written or _DECIMALS.fullmatch(type_.strip()):
        return {Doubt.NOT_FEN: written}
    return {Doubt.PERHAPS_NOT_FEN: 0} if _PERHAPS_DECIMALS.fullmatch(type_.strip()) else {}


def _has_decimals(raw: Any) -> bool:
    """Whether a value is written with decimals, were they 00: a float that is whole does not say."""
    if isinstance(raw, Decimal):
        exponent = raw.as_tuple().exponent
        return isinstance(exponent, int) and exponent < 0
    if isinstance(raw, float):
        return not raw.is_integer()
    return isinstance(raw, str) and "." in raw


def identifier_doubts(
    kind: SubjectKind, raws: Iterable[Any], today: dt.date, *, one_row: bool
) -> dict[Doubt, int]:
    """Return what speaks against a column identifying the subjects of a kind.

    ``one_row`` says that nothing tells which of several rows about a subject is the newest.
    """
    counts = Counter(str(raw).rstrip(" ") for raw in raws if raw is not None and raw != "")
    shaped = sum(n for text, n in counts.items() if _is_shaped(kind, text))
    wrong = sum(n for text, n in counts.items() if not _identifies(kind, text, today))
    again = sum(n for n in counts.values() if n > 1)
    doubts = {}
    if wrong:
        doubts[Doubt.SOME_NOT_IDENTIFIERS if shaped else Doubt.NO_IDENTIFIER] = wrong
    if again and one_row:
        doubts[Doubt.NOT_UNIQUE] = again
    return doubts


def _is_shaped(kind: SubjectKind, text: str) -> bool:
    """Whether a subject can be asked for by a text exactly as it is kept."""
    try:
        return subject_of(kind, text).id == text
    except Refusal:
        return False


def _identifies(kind: SubjectKind, text: str, today: dt.date) -> bool:
    """Whether a text is a valid identifier, its check digit included."""
    of_kind = _IDENTIFIER.get(kind)
    valid = of_kind is None or text_fault(of_kind, text, today=today) is None
    return valid and _is_shaped(kind, text)
