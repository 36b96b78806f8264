"""Reading values from sources, forms and files."""

from contextlib import suppress
from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.builders.expressions import CITY

from tongban.kernel.errors import Refusal
from tongban.kernel.expressions import (
    BOOLEAN,
    DATE,
    DECIMAL,
    INTEGER,
    MONEY,
    TEXT,
    Type,
    list_of,
    read_value,
)
from tongban.kernel.expressions.values import DURATION
from tongban.kernel.written_dates import read_date


@pytest.mark.parametrize(
    ("type_", "raw", "value"),
    [
        (TEXT, " 张三 ", "张三"),
        (TEXT, 12, "12"),
        (TEXT, "  ", None),
        (TEXT, None, None),
        (INTEGER, "15", 15),
        (INTEGER, 15.0, 15),
        (DECIMAL, "1.50", Decimal("1.5")),
        (DECIMAL, 0.1, Decimal("0.1")),
        (MONEY, "1,234.56", 123456),
        (MONEY, 123456, 123456),
        (DATE, "2024-01-05", date(2024, 1, 5)),
        (DATE, "20240105", date(2024, 1, 5)),
        (DATE, "2024/1/5", date(2024, 1, 5)),
        (DATE, "2024年1月5日", date(2024, 1, 5)),
        (DATE, "2024-01-05 00:00:00", date(2024, 1, 5)),
        (DATE, date(2024, 1, 5), date(2024, 1, 5)),
        (BOOLEAN, True, True),
        (BOOLEAN, 0, False),
        (BOOLEAN, "是", True),
        (BOOLEAN, "No", False),
        (CITY, "110101", "110101"),
        (CITY, 110101, "110101"),
        (list_of(INTEGER), ["1", None, 2], (1, 2)),
    ],
)
def test_a_value_is_read_as_its_type(type_: Type, raw: object, value: object) -> None:
    assert read_value(type_, raw) == value


def test_an_instant_is_read_as_its_date() -> None:
    local = datetime(2024, 1, 5, 8)  # noqa: DTZ001 - what a source's driver gives for a date
    assert read_value(DATE, local) == date(2024, 1, 5)


@pytest.mark.parametrize(
    ("type_", "raw"),
    [
        (INTEGER, "1.5"),
        (INTEGER, True),
        (INTEGER, "x"),
        (DECIMAL, "NaN"),
        (DECIMAL, "1_0"),
        (DECIMAL, "1e3"),
        (DECIMAL, "٣"),
        (DECIMAL, "80,5"),
        (DECIMAL, "1E+99"),
        (MONEY, "1.234"),
        (DATE, "2024-02-30"),
        (DATE, "2024115"),
        (BOOLEAN, "maybe"),
        (CITY, "999999"),
        (TEXT, True),
        (TEXT, b"x"),
        (list_of(INTEGER), "1"),
        (list_of(INTEGER), ["x"]),
        (DURATION, "1"),
    ],
)
def test_what_is_not_of_the_type_is_refused_without_repeating_it(type_: Type, raw: object) -> None:
    with pytest.raises(Refusal) as refused:
        read_value(type_, raw)
    assert refused.value.code == "kernel.value_not_of_type"
    assert refused.value.data == {"type": str(type_)}


@given(
    st.sampled_from([TEXT, INTEGER, DECIMAL, MONEY, DATE, BOOLEAN, CITY, list_of(DATE)]),
    st.one_of(
        st.text(max_size=12),
        st.floats(),
        st.decimals(),
        st.integers(),
        st.binary(max_size=3),
        st.lists(st.text(max_size=3), max_size=2),
        st.datetimes(),
    ),
)
def test_anything_is_a_value_or_a_refusal(type_: Type, raw: object) -> None:
    with suppress(Refusal):
        read_value(type_, raw)


def test_a_type_is_named_as_definitions_name_it() -> None:
    assert (str(CITY), str(list_of(MONEY)), str(INTEGER)) == ("code", "list of money", "integer")


@given(
    st.dates(date(1850, 1, 1), date(2200, 12, 31)),
    st.sampled_from(
        ["{0}-{1}-{2}", "{0}/{1}/{2}", "{0}.{1}.{2}", "{0}年{1}月{2}日", "{0}年{1}月{2}号"]
    ),
    st.sampled_from(["", " 00:00", "T00:00:00.000"]),
)
def test_a_date_is_read_as_the_one_reader_of_dates_reads_it(
    day: date, form: str, midnight: str
) -> None:
    text = form.format(day.year, day.month, day.day)
    assert read_value(DATE, text + midnight) == read_date(text) == day


@pytest.mark.parametrize("text", ["2024年1-5", "2024-1.5", "2024/1月5", "24-01-05", "2024-02-30"])
def test_what_the_one_reader_of_dates_refuses_is_no_date_here(text: str) -> None:
    with pytest.raises(ValueError, match="no date"):
        read_date(text)
    with pytest.raises(Refusal, match="value_not_of_type"):
        read_value(DATE, text)


def test_a_day_as_programs_write_it_is_read_however_far() -> None:
    assert read_value(DATE, "9999-12-31") == date(9999, 12, 31)
