"""Decisions about trying a link: what is well with it, and how values are shown without being told."""

import datetime as dt
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any, TypeVar

import msgspec

from tongban.kernel.characters import half_width
from tongban.kernel.errors import Refusal
from tongban.kernel.identifiers import TextKind, text_fault
from tongban.kernel.money import plain_money
from tongban.kernel.nothing import says_nothing
from tongban.kernel.subjects import SubjectKind, SubjectRef
from tongban.modules.exchange.model import SourceTable, TooLong, Unfit, Value
from tongban.modules.exchange.model.floats import Single
from tongban.modules.exchange.model.trying import Doubt, ItemTrial, Linked, Standing
from tongban.modules.exchange.rules.converting import FALSE_WORDS, NotFitting, Reading, convert
from tongban.modules.exchange.rules.values import contradicts as value_contradicts
from tongban.modules.exchange.rules.values import subject_of

_FLOATS = ("real", "floa", "doub")
"""What the name of a float type holds: of SQLite (datatype3, 3.1) and of PostgreSQL."""
_DECIMALS = re.compile(r"(?:num|dec).*\(\s*\d+\s*,\s*0*[1-9]\d*\s*\)|money", re.IGNORECASE)
"""A type that keeps a fixed count of decimals: ``numeric(12,2)``; PostgreSQL's ``money``."""
_PERHAPS_DECIMALS = re.compile(
    rf"(?:numeric|decimal|dec)\s*|.*(?:{'|'.join(_FLOATS)}).*", re.IGNORECASE
)
"""A type that keeps as many decimals as it is given."""
_FOR_NUMBERS = re.compile(
    rf"int|num|dec|bool|bit|money|serial|oid|xid|json|{'|'.join(_FLOATS)}", re.IGNORECASE
)
"""What the name of a type holds under which numbers are meant as such."""
_NO_NOUGHT_FIRST = frozenset(
    {TextKind.RESIDENT_ID, TextKind.CREDIT_CODE, TextKind.MOBILE, TextKind.DIVISION, TextKind.MONTH}
)
"""Texts that never begin with a nought, and whose length is known."""
_IDENTIFIER: Mapping[SubjectKind, TextKind] = {
    SubjectKind.PERSON: TextKind.RESIDENT_ID,
    SubjectKind.ORGANISATION: TextKind.CREDIT_CODE,
}
_LONGEST_LOOKED_AT = 200
_YEAR_FIRST = re.compile(r"[0-9]{4}(?:[^0-9]?[0-9]{2}){2}(?![0-9])|[0-9]{8,}")
_DIGITS = re.compile(r"[0-9]+")
_DAY_LENGTH = 10
_UNITS: Mapping[int, str] = {1: "fen", 100: "yuan", 1_000_000: "wan_yuan"}
_FITS_IN: Mapping[int, Doubt] = {
    1: Doubt.FITS_IN_FEN,
    100: Doubt.FITS_IN_YUAN,
    1_000_000: Doubt.FITS_IN_WAN_YUAN,
}
_T = TypeVar("_T")


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
    if isinstance(raw, TooLong):
        return "…"
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


def shape_of_value(value: Value | None, type_: str, raw: Any = None, fen: int = 1) -> str:
    """Return what a converted value looks like; money in yuan.

    ``raw`` is what it was made of and ``fen`` what one of its unit is: zeros that the unit put behind
    an amount are shown as zeros, so that whole yuan do not look like an amount with fen.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true/false"
    if isinstance(value, dt.date):
        return "9999-99-99"
    if type_ == "money" and isinstance(value, int):
        return f"¥{_shape_of_money(value, _zeros(raw, fen))}"
    return shape_of(f"{value:f}" if isinstance(value, Decimal) else value)


def _shape_of_money(fen: int, zeros: int) -> str:
    """Return the shape of an amount in yuan: noughts that only fill places are shown as they are."""
    own = range(zeros, len(str(abs(fen))))
    shape, place = "", 0
    for character in reversed(plain_money(fen)):
        if character.isdigit():
            shape, place = ("9" if place in own else "0") + shape, place + 1
        else:
            shape = character + shape
    return shape


def _zeros(raw: Any, fen: int) -> int:
    """Return how many zeros a unit puts behind an amount that is written with so many decimals."""
    _, point, decimals = str(raw).strip().partition(".")
    return max(0, len(str(fen)) - 1 - (len(decimals) if point else 0))


def tried(trial: ItemTrial, how: Reading, raws: Iterable[Any]) -> ItemTrial:
    """Try to convert what a source holds of an item: how much fits, and why the rest does not.

    The shapes are those of the first value that fits, of money of the largest, whose size tells whether
    the unit is right; or else of the first value that does not fit.
    """
    fits, empty, unfit = 0, 0, dict[Unfit, int]()
    shown: tuple[Any, Value] | None = None
    odd = ""
    for raw in raws:
        try:
            value = convert(raw, how)
        except NotFitting as misfit:
            unfit[misfit.reason] = unfit.get(misfit.reason, 0) + 1
            odd = odd or shape_of(raw)
            continue
        if value is None:
            empty += 1
            continue
        fits += 1
        if shown is None or (how.type == "money" and _size(value) > _size(shown[1])):
            shown = (raw, value)
    return msgspec.structs.replace(
        trial,
        fits=fits,
        empty=empty,
        unfit=unfit,
        raw=odd if shown is None else shape_of(shown[0]),
        value="" if shown is None else shape_of_value(shown[1], how.type, shown[0], how.fen),
        unit=_UNITS.get(how.fen, "") if how.type == "money" else "",
    )


def _size(value: Value) -> int:
    return abs(value) if isinstance(value, int) else 0


def of_others(trial: ItemTrial, count: int, reason: Unfit = Unfit.ANOTHERS) -> ItemTrial:
    """Count rows whose value says otherwise than that by which they are found: none of them fits.

    They are about others, or contradict the number of the subject.
    """
    if not count:
        return trial
    unfit = {**trial.unfit, reason: count}
    return msgspec.structs.replace(trial, fits=max(0, trial.fits - count), unfit=unfit)


def contradicts(subject: SubjectRef, element: str, how: Reading, raw: Any) -> bool:
    """Whether what a row holds fits, and is another than its subject's number says."""
    try:
        return value_contradicts(subject, element, convert(raw, how), how.today)
    except NotFitting:
        return False


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


def digit_doubts(how: Reading, raws: Iterable[Any]) -> dict[Doubt, int]:
    """Return what speaks against a column of numbers keeping them: ``real`` is sure of six digits."""
    few = how.type in ("money", "decimal", "integer") and any(isinstance(r, Single) for r in raws)
    return {Doubt.FEW_DIGITS: 0} if few else {}


def nought_doubts(type_: str, how: Reading, raws: Iterable[Any]) -> dict[Doubt, int]:
    """Return how many texts are kept as numbers, so that noughts before them are gone.

    SQLite makes numbers of texts under a type that it does not know (datatype3, 3.1); where a type is one
    of numbers, they are meant. A code is in doubt only where one of its words begins with a nought.
    """
    if how.type not in ("text", "code") or how.kind in _NO_NOUGHT_FIRST:
        return {}
    if _FOR_NUMBERS.search(type_):
        return {}
    short = {word.lstrip("0") or "0" for word in how.codes if word.startswith("0") and word != "0"}
    count = sum(_is_number(raw) and (how.type == "text" or str(raw) in short) for raw in raws)
    return {Doubt.NOUGHTS_LOST: count} if count else {}


def _is_number(raw: Any) -> bool:
    return isinstance(raw, int | float | Decimal) and not isinstance(raw, bool)


def identifier_noughts(kind: SubjectKind, type_: str, raws: Iterable[Any]) -> dict[Doubt, int]:
    """Return the same of a column that identifies the subjects of a kind."""
    how = Reading(type="text", kind=_IDENTIFIER.get(kind, TextKind.ANY))
    return nought_doubts(type_, how, raws)


def other_units(how: Reading, raws: Sequence[Any]) -> dict[Doubt, int]:
    """Return in which other unit amounts beyond their element's bounds would all be within them."""
    if how.type != "money" or not how.fen:
        return {}
    beyond = _misfits(how, raws)
    if not beyond or beyond.keys() != {Unfit.OUT_OF_RANGE}:
        return {}
    count = beyond[Unfit.OUT_OF_RANGE]
    return {
        doubt: count
        for fen, doubt in _FITS_IN.items()
        if fen != how.fen and not _misfits(replace(how, fen=fen), raws)
    }


def _misfits(how: Reading, raws: Iterable[Any]) -> Counter[Unfit]:
    found = Counter[Unfit]()
    for raw in raws:
        try:
            convert(raw, how)
        except NotFitting as misfit:
            found[misfit.reason] += 1
    return found


_UNKNOWN = frozenset(
    {"無", "未知", "不详", "不明", "未填", "未填写", "待补", "待定", "unknown", "#n/a", "?", "？"}
)


def markers(how: Reading, raws: Iterable[Any]) -> Counter[str]:
    """Return which words for there being no value a column holds, and how often: NULL, N/A, 无, \\N.

    Not those that are declared: to be empty, or to mean something.
    """
    declared = {*how.empty, *how.codes, *how.true_words, *how.false_words}
    words = (raw.strip() for raw in raws if isinstance(raw, str))
    return Counter(word for word in words if word not in declared and _is_marker(word, how))


def _is_marker(word: str, how: Reading) -> bool:
    if not word or len(word) > _LONGEST_MARKER:
        return False
    if how.type == "boolean" and not how.true_words and word.casefold() in FALSE_WORDS:
        return False
    return says_nothing(word) or word.casefold() in _UNKNOWN


_LONGEST_MARKER = 12


def day_doubts(how: Reading, raws: Sequence[Any]) -> dict[Doubt, int]:
    """Return in how many rows a day stands that one writes for want of another, where they are many.

    Such a day is a first of January, or of a year that nobody plans for; one in twenty rows is many, and
    three at least. Many share another day with good reason: houses are registered, and soldiers discharged,
    together. A day that is a declared bound of its element is meant.
    """
    if how.type != "date":
        return {}
    days = (day for raw in raws if isinstance(day := _value(raw, how), dt.date))
    counts = Counter(day for day in days if _is_for_want(day))
    day, most = max(counts.items(), key=lambda each: each[1], default=(None, 0))
    many = most >= _LEAST_ALIKE and most * _ONE_IN > len(raws)
    return {Doubt.ONE_DAY: most} if many and day not in (how.least, how.most) else {}


def _is_for_want(day: dt.date) -> bool:
    return (day.month, day.day) == (1, 1) or day.year >= _FAR


_FAR = 2099
_LEAST_ALIKE = 3
_ONE_IN = 20


def _value(raw: Any, how: Reading) -> Value | None:
    try:
        return convert(raw, how)
    except NotFitting:
        return None


def identifier_doubts(
    kind: SubjectKind, raws: Iterable[Any], today: dt.date, *, one_row: bool
) -> dict[Doubt, int]:
    """Return what speaks against a column identifying the subjects of a kind.

    ``one_row`` says that nothing tells which of several rows about a subject is the newest. How values
    are written is another matter: see :func:`written_as`.
    """
    held = [(raw, asked_for(kind, raw)) for raw in raws if raw is not None and raw != ""]
    counts = Counter(str(raw) if each is None else each.id for raw, each in held)
    shaped = sum(each is not None for _, each in held)
    wrong = sum(each is None or not _is_valid(each, today) for _, each in held)
    again = sum(n for n in counts.values() if n > 1)
    doubts = {}
    if wrong:
        doubts[Doubt.SOME_NOT_IDENTIFIERS if shaped else Doubt.NO_IDENTIFIER] = wrong
    if again and one_row:
        doubts[Doubt.NOT_UNIQUE] = again
    return doubts


def order_doubts(raws: Iterable[Any]) -> dict[Doubt, int]:
    """Return how many texts speak against a column saying which row is newest.

    A database puts texts in the order of their characters. That is the order of time where all are
    written alike, the year first and every part filled up (``2019-05-20``), or are digits of one length.
    """
    texts = [raw.strip() for raw in raws if isinstance(raw, str) and raw.strip()]
    odd = sum(_YEAR_FIRST.match(each) is None and not _DIGITS.fullmatch(each) for each in texts)
    shapes = Counter(shape_of(each[:_DAY_LENGTH]) for each in texts)
    odd = odd or len(texts) - max(shapes.values(), default=0)
    return {Doubt.NOT_IN_ORDER: odd} if odd else {}


def asked_for(kind: SubjectKind, raw: Any) -> SubjectRef | None:
    """Return whom people mean by an identifier, however a source writes it; None where it is none."""
    if raw is None or isinstance(raw, bool | float | bytes | bytearray | memoryview | TooLong):
        return None
    text = str(raw)[:_LONGEST_LOOKED_AT]
    try:
        return subject_of(kind, half_width(text) if kind in _IDENTIFIER else text)
    except Refusal:
        return None


def _is_valid(subject: SubjectRef, today: dt.date) -> bool:
    """Whether an identifier is one by its standard, its check digit included."""
    of_kind = _IDENTIFIER.get(subject.kind)
    return of_kind is None or text_fault(of_kind, subject.id, today=today) is None


def written_as(kind: SubjectKind, raws: Iterable[Any]) -> dict[frozenset[Doubt], list[str]]:
    """Return the identifiers of a column by how they are written otherwise than reads ask for them.

    Whether a read finds them all the same is the source's doing (a ``char(18)`` of PostgreSQL, an
    INTEGER of SQLite) and is only seen by asking it. Nothing in the set: written as reads ask.
    """
    found: dict[frozenset[Doubt], list[str]] = {}
    for raw in raws:
        subject = asked_for(kind, raw)
        if subject is not None:
            found.setdefault(_otherwise(raw, subject.id), []).append(subject.id)
    return found


def _otherwise(raw: Any, identifier: str) -> frozenset[Doubt]:
    if not isinstance(raw, str):
        return frozenset({Doubt.AS_NUMBER})
    if raw == identifier:
        return frozenset()
    kinds = {
        Doubt.PADDED: raw != raw.strip(),
        Doubt.FULL_WIDTH: raw.strip() != half_width(raw).strip(),
        Doubt.SMALL_LETTERS: raw != raw.upper(),
    }
    return frozenset(doubt for doubt, is_so in kinds.items() if is_so)


def lost(
    groups: Mapping[frozenset[Doubt], Sequence[str]],
    found: Mapping[frozenset[Doubt], Sequence[int | None]],
) -> dict[Doubt, int]:
    """Return how many identifiers reads do not find, by how they are written.

    ``found`` has, of some identifiers of each group, how many rows a read finds: None where the source
    did not answer, which tells nothing.
    """
    doubts: Counter[Doubt] = Counter()
    missed = 0
    for how, identifiers in groups.items():
        counts = [each for each in found.get(how, ()) if each is not None]
        none = sum(count == 0 for count in counts)
        if not none or (not how and none < len(counts)):  # a row may just have been removed
            continue
        missed += len(identifiers)
        doubts.update(dict.fromkeys(how or {Doubt.NOT_FOUND}, len(identifiers)))
    if missed and missed == sum(map(len, groups.values())):
        doubts[Doubt.NOBODY_FOUND] = missed
    return dict(doubts)


def evenly(several: Sequence[_T], most: int) -> list[_T]:
    """Return at most so many of several, from the first to the last, at even distances."""
    if len(several) <= most:
        return list(several)
    last = len(several) - 1
    return [several[number * last // (most - 1)] for number in range(most)]
