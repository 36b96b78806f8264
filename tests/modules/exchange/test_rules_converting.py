"""What a source writes becomes exactly the value it means, or is refused by name; and back."""

import datetime as dt
import sqlite3
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tongban.kernel.identifiers import TextKind, make_resident_id, resident_id_fault
from tongban.modules.exchange.model import Unfit
from tongban.modules.exchange.model.floats import Single
from tongban.modules.exchange.rules.converting import (
    LARGEST,
    NotFitting,
    Reading,
    convert,
    written,
)
from tongban.modules.exchange.rules.patterns import BadPattern, date_pattern

YUAN = Reading(type="money", fen=100)
FEN = Reading(type="money", fen=1)
WAN = Reading(type="money", fen=1_000_000)
DATE = Reading(type="date")
HOUSEHOLD = Reading(type="code", codes={"农村户口": "rural", "农业": "rural", "城镇户口": "urban"})
TEXT = Reading(type="text", longest=20)


def dates(pattern: str) -> Reading:
    return Reading(type="date", pattern=date_pattern(pattern))


def refused(raw: Any, how: Reading) -> Unfit:
    with pytest.raises(NotFitting) as caught:
        convert(raw, how)
    assert str(raw) not in str(caught.value) or raw == ""
    return caught.value.reason


@pytest.mark.parametrize(
    ("raw", "how", "value"),
    [
        (Decimal("2500.00"), YUAN, 250_000),
        ("210.50", YUAN, 21_050),
        (210.5, YUAN, 21_050),
        (0.29, YUAN, 29),
        (2500, YUAN, 250_000),
        ("-12.5", YUAN, -1_250),
        ("2,500.00", YUAN, 250_000),
        (Decimal("1E+3"), YUAN, 100_000),
        ("50", WAN, 50_000_000),
        ("12.3456", WAN, 12_345_600),
        (68_000, FEN, 68_000),
        ("68000.00", FEN, 68_000),
        (2.0, Reading(type="integer"), 2),
        ("007", Reading(type="integer"), 7),
        (Decimal("98.50"), Reading(type="decimal"), Decimal("98.5")),
        ("  王小明  ", TEXT, "王小明"),
        ("有限公司　", TEXT, "有限公司"),
        (20, Reading(type="code", codes={"20": "20"}), "20"),
        ("农村户口", HOUSEHOLD, "rural"),
        ("2019-05-20", DATE, dt.date(2019, 5, 20)),
        ("2019-05-20 00:00:00", DATE, dt.date(2019, 5, 20)),
        ("2019-05-20T00:00:00.000", DATE, dt.date(2019, 5, 20)),
        (dt.datetime(2019, 5, 20), DATE, dt.date(2019, 5, 20)),  # noqa: DTZ001 - as drivers give it
        (dt.date(2019, 5, 20), dates("YYYYMMDD"), dt.date(2019, 5, 20)),
        ("20190520", dates("YYYYMMDD"), dt.date(2019, 5, 20)),
        (20190520, dates("YYYYMMDD"), dt.date(2019, 5, 20)),
        ("2019年5月20日", dates("YYYY年M月D日"), dt.date(2019, 5, 20)),
        ("20/05/2019 23:59", dates("DD/MM/YYYY hh:mm"), dt.date(2019, 5, 20)),
        (1, Reading(type="boolean"), True),
        ("否", Reading(type="boolean"), False),
        ("N", Reading(type="boolean"), False),
        ("有", Reading(type="boolean", true_words=("有",), false_words=("无",)), True),
        ("47018119900101123x", Reading(type="text", kind=TextKind.RESIDENT_ID), None),
    ],
)
def test_what_is_written_as_declared_is_exactly_its_value(
    raw: Any, how: Reading, value: Any
) -> None:
    if value is None:  # a number whose check digit is an X that the source wrote small
        first = "47018119900101"
        small = next(f"{first}{n:03d}x" for n in range(1000) if _is_sound(f"{first}{n:03d}X"))
        assert convert(small, how) == small.upper()
        return
    assert convert(raw, how) == value


def _is_sound(number: str) -> bool:
    return resident_id_fault(number, today=dt.date.max) is None


@pytest.mark.parametrize(
    ("raw", "how", "reason"),
    [
        (Decimal("2500.00"), Reading(type="money"), Unfit.UNIT_UNKNOWN),
        (68_000, Reading(type="money"), Unfit.UNIT_UNKNOWN),
        ("210.505", YUAN, Unfit.FRACTION_OF_FEN),
        ("210.50", FEN, Unfit.FRACTION_OF_FEN),
        (0.1 + 0.2, YUAN, Unfit.AMBIGUOUS),
        (Decimal("1." + "0" * 35 + "1"), YUAN, Unfit.FRACTION_OF_FEN),
        (float("nan"), YUAN, Unfit.WRONG_TYPE),
        (Decimal("Infinity"), YUAN, Unfit.WRONG_TYPE),
        (Decimal("1E+999999"), YUAN, Unfit.OUT_OF_RANGE),
        (10**17, YUAN, Unfit.OUT_OF_RANGE),
        ("2,50", YUAN, Unfit.WRITTEN_OTHERWISE),
        ("80,5", Reading(type="decimal"), Unfit.WRITTEN_OTHERWISE),
        ("2500元", YUAN, Unfit.WRITTEN_OTHERWISE),
        ("80²", Reading(type="decimal"), Unfit.WRITTEN_OTHERWISE),
        ("1_000", Reading(type="integer"), Unfit.WRITTEN_OTHERWISE),
        ("①②", Reading(type="integer"), Unfit.WRITTEN_OTHERWISE),
        ("1e3", Reading(type="integer"), Unfit.WRITTEN_OTHERWISE),
        ("many", Reading(type="integer"), Unfit.WRITTEN_OTHERWISE),
        (1.5, Reading(type="integer"), Unfit.WRONG_TYPE),
        (True, Reading(type="integer"), Unfit.WRONG_TYPE),
        (b"12", Reading(type="integer"), Unfit.WRONG_TYPE),
        (-1, Reading(type="integer", least=0), Unfit.OUT_OF_RANGE),
        (13, Reading(type="integer", most=12), Unfit.OUT_OF_RANGE),
        ("2026-01-31garbage", DATE, Unfit.WRITTEN_OTHERWISE),
        ("2026-02-30", DATE, Unfit.IMPOSSIBLE_DATE),
        ("20190520", DATE, Unfit.WRITTEN_OTHERWISE),
        ("2019-5-20", DATE, Unfit.WRITTEN_OTHERWISE),
        ("2019-05-20 08:00:00", DATE, Unfit.WRITTEN_OTHERWISE),
        ("２０１９-05-20", DATE, Unfit.WRITTEN_OTHERWISE),
        (20190520.0, dates("YYYYMMDD"), Unfit.WRONG_TYPE),
        (dt.datetime(2019, 5, 20, 8), DATE, Unfit.AMBIGUOUS),  # noqa: DTZ001 - as drivers give it
        (dt.datetime(2019, 5, 20, tzinfo=dt.UTC), DATE, Unfit.AMBIGUOUS),
        (dt.date(2031, 1, 1), Reading(type="date", most=dt.date(2026, 1, 1)), Unfit.OUT_OF_RANGE),
        ("rural", HOUSEHOLD, Unfit.NOT_IN_CODE_LIST),
        ("居民户口", HOUSEHOLD, Unfit.NOT_IN_CODE_LIST),
        (12.0, Reading(type="code", codes={"12": "12"}), Unfit.WRONG_TYPE),
        (12.0, TEXT, Unfit.WRONG_TYPE),
        (Decimal("12.50"), TEXT, Unfit.WRONG_TYPE),
        (b"\x00", TEXT, Unfit.WRONG_TYPE),
        ("字" * 21, TEXT, Unfit.TOO_LONG),
        ("王\u202e小明", TEXT, Unfit.HIDDEN_CHARACTER),
        ("王小明\r\n", TEXT, Unfit.HIDDEN_CHARACTER),
        ("王\u200b小明", TEXT, Unfit.HIDDEN_CHARACTER),
        ("13912345", Reading(type="text", kind=TextKind.MOBILE), Unfit.ILL_SHAPED),
        ("470181199001011231", Reading(type="text", kind=TextKind.RESIDENT_ID), Unfit.ILL_SHAPED),
        (
            make_resident_id("470181", dt.date(2031, 1, 1), 1),
            Reading(type="text", kind=TextKind.RESIDENT_ID, today=dt.date(2026, 11, 30)),
            Unfit.ILL_SHAPED,
        ),
        (2, Reading(type="boolean"), Unfit.WRITTEN_OTHERWISE),
        ("也许", Reading(type="boolean"), Unfit.WRITTEN_OTHERWISE),
    ],
)
def test_what_does_not_fit_is_refused_by_reason_and_never_read_as_something_near(
    raw: Any, how: Reading, reason: Unfit
) -> None:
    assert refused(raw, how) is reason


@pytest.mark.parametrize(
    "type_", ["text", "code", "integer", "money", "decimal", "date", "boolean"]
)
def test_nothing_is_nothing_and_declared_markers_are_nothing_too(type_: str) -> None:
    how = Reading(type=type_, fen=100, empty=frozenset({"无", "-1", "9999-12-31", "-"}))
    marked = ("无", " - ", -1, Decimal("-1.00"), -1.0, dt.date(9999, 12, 31))
    assert [convert(raw, how) for raw in (None, "", "  ", *marked)] == [None] * 9
    with pytest.raises(NotFitting):
        convert("无", Reading(type="date"))


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (Decimal("9" * 29), Unfit.OUT_OF_RANGE),
        (Decimal("1E+999999"), Unfit.OUT_OF_RANGE),
        (float("inf"), Unfit.WRONG_TYPE),
        (Decimal("-Infinity"), Unfit.WRONG_TYPE),
        (Decimal("sNaN"), Unfit.WRONG_TYPE),
    ],
)
def test_a_number_that_is_none_of_the_markers_of_emptiness_is_refused_by_reason(
    raw: Any, reason: Unfit
) -> None:
    assert refused(raw, Reading(type="integer", empty=frozenset({"-1"}))) is reason


@given(
    st.decimals() | st.floats(), st.sampled_from(["text", "integer", "money", "decimal", "date"])
)
def test_whatever_number_a_source_holds_is_read_or_refused_by_reason(
    raw: Decimal | float, type_: str
) -> None:
    marked = Reading(type=type_, fen=100, empty=frozenset({"无"}))
    assert reason_of(raw, marked) == reason_of(raw, Reading(type=type_, fen=100))


@given(st.integers(-LARGEST, LARGEST), st.sampled_from([FEN, YUAN, WAN]))
def test_an_amount_comes_back_as_exactly_the_fen_it_was(fen: int, how: Reading) -> None:
    assert convert(written(fen, how), how) == fen


@given(st.decimals(min_value=-(10**12), max_value=10**12, places=2))
def test_an_amount_in_yuan_with_two_decimals_is_exactly_its_fen(amount: Decimal) -> None:
    cents = int(str(amount).replace(".", ""))
    assert convert(amount, YUAN) == cents
    assert convert(f"{amount:f}", YUAN) == cents


def reason_of(raw: Any, how: Reading) -> Unfit | None:
    """Return why a value does not fit, None where it does."""
    try:
        convert(raw, how)
    except NotFitting as misfit:
        return misfit.reason
    return None


@example(8_006_197_171_567_759)  # kept as 80061971715677.6
@given(st.integers(-(10**16), 10**16))
def test_an_amount_that_sqlite_keeps_as_a_float_is_its_fen_or_refused(fen: int) -> None:
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE t (amount NUMERIC)")
    connection.execute("INSERT INTO t VALUES (?)", (written(fen, YUAN),))
    (raw,) = connection.execute("SELECT amount FROM t").fetchone()
    connection.close()
    reason = reason_of(raw, YUAN)
    if abs(fen) < 10**13:
        assert reason is None
    if reason is None:
        assert convert(raw, YUAN) == fen
    else:
        assert reason in (Unfit.AMBIGUOUS, Unfit.OUT_OF_RANGE)


PATTERNS = ("YYYY-MM-DD", "YYYYMMDD", "YYYY/M/D", "D.M.YYYY", "YYYY年M月D日", "MM-DD-YYYY hh:mm:ss")


_REAL_DAYS = st.dates(dt.date(1, 1, 2), dt.date(9999, 12, 30))


@given(_REAL_DAYS, st.sampled_from(PATTERNS))
def test_a_date_comes_back_as_the_day_it_was(day: dt.date, pattern: str) -> None:
    how = dates(pattern)
    assert convert(written(day, how), how) == day


@given(st.text("0123456789-/.年月日x²", max_size=12), st.sampled_from(PATTERNS[:-1]))
def test_a_text_is_read_as_a_date_only_if_it_is_written_so(text: str, pattern: str) -> None:
    how = dates(pattern)
    if reason_of(text, how) is None:
        assert written(convert(text, how), how) == (text or None)


def test_codes_and_truths_come_back_in_the_sources_words() -> None:
    assert written("rural", HOUSEHOLD) == "农村户口"
    assert convert(written("urban", HOUSEHOLD), HOUSEHOLD) == "urban"
    with pytest.raises(ValueError, match="no word"):
        written("other", HOUSEHOLD)
    words = Reading(type="boolean", true_words=("有",), false_words=("无",))
    for how in (words, Reading(type="boolean")):
        assert [convert(written(truth, how), how) for truth in (True, False)] == [True, False]
    with pytest.raises(ValueError, match="unit"):
        written(100, Reading(type="money"))
    assert written(None, YUAN) is None


_RAW = st.one_of(
    st.text(), st.integers(), st.floats(), st.booleans(), st.binary(), st.decimals(), st.datetimes()
)


@given(_RAW, st.sampled_from([YUAN, DATE, TEXT, HOUSEHOLD, Reading(type="boolean")]))
def test_reading_ends_in_a_value_or_a_reason_and_nothing_else(raw: object, how: Reading) -> None:
    if reason_of(raw, how) is None:
        assert not isinstance(convert(raw, how), float)


@pytest.mark.parametrize(
    ("pattern", "part"),
    [
        ("YY-MM-DD", "Y"),
        ("YYYY-MM", "D"),
        ("YYYYMD", "MD"),
        ("YYYY-MM-DD-DD", "DD"),
        ("YYYY-MM-DDx", "x"),
        ("", "Y"),
    ],
)
def test_a_pattern_that_does_not_say_one_day_is_refused_where_it_goes_wrong(
    pattern: str, part: str
) -> None:
    with pytest.raises(BadPattern) as bad:
        date_pattern(pattern)
    assert bad.value.part == part


@pytest.mark.parametrize(
    "day",
    [
        dt.date.min,
        dt.date.max,
        dt.date(1753, 1, 1),
        dt.date(1899, 12, 30),
        dt.date(1899, 12, 31),
        dt.date(1900, 1, 1),
    ],
)
def test_a_day_that_stands_for_an_unknown_one_is_no_date_unless_it_is_declared(
    day: dt.date,
) -> None:
    for raw in (day, day.isoformat(), dt.datetime.combine(day, dt.time())):
        assert refused(raw, Reading(type="date")) is Unfit.PLACEHOLDER
        assert refused(raw, Reading(type="date", most=dt.date(2026, 1, 1))) is Unfit.PLACEHOLDER
        assert convert(raw, Reading(type="date", least=day, most=day)) == day
    assert refused(f"{day:%Y%m%d}".zfill(8), dates("YYYYMMDD")) is Unfit.PLACEHOLDER
    marked = Reading(type="date", empty=frozenset({day.isoformat()}))
    assert convert(day, marked) is None


BLANK = ("\u00a0", "\u2003", "\u3164", "\u2800", "\u00a0\u00a0", "\u3000 \u2009", "\t", "\u200b")


@pytest.mark.parametrize("type_", ["text", "code", "integer", "money", "date", "boolean"])
def test_a_text_in_which_nobody_sees_anything_is_empty_as_it_is_in_a_form(type_: str) -> None:
    assert [convert(raw, Reading(type=type_, fen=100)) for raw in BLANK] == [None] * len(BLANK)
    assert convert("\u00a0张三\u2003", TEXT) == "张三"


@pytest.mark.parametrize("raw", ["云汀\ufffd银行", "a" + "\u0301" * 9, "\ufffd"])
def test_a_text_with_a_lost_or_unreadable_character_is_no_value(raw: str) -> None:
    assert refused(raw, TEXT) is Unfit.UNREADABLE_CHARACTER


def test_a_single_float_counts_only_up_to_the_six_digits_it_is_sure_of() -> None:
    assert convert(Single("1234.56"), YUAN) == 123456
    assert convert(Single("2500"), YUAN) == 250_000
    for raw in ("1234567.9", "12345.67", "250000.5"):
        assert refused(Single(raw), YUAN) is Unfit.AMBIGUOUS
        assert refused(Single(raw), Reading(type="decimal")) is Unfit.AMBIGUOUS
