"""Numbers mean exactly the digits that were written, or are refused with the reason."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.kernel.numbers import NotANumber, NumberFault, read_decimal, read_integer


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1000", 1000),
        ("1,000", 1000),
        ("1，000", 1000),
        ("12,345,678", 12345678),
        ("1 000", 1000),
        ("1\u202f000\u202f000", 1000000),
        ("１２３", 123),
        ("\u202d-7\u202c", -7),
        ("−7", -7),
        ("＋7", 7),
        (" 42\n", 42),
        ("007", 7),
    ],
)
def test_a_whole_number_is_read_as_people_write_it(text: str, number: int) -> None:
    assert read_integer(text) == number


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("2,5", NumberFault.COMMA),
        ("80,5", NumberFault.COMMA),
        ("0,123", NumberFault.COMMA),
        ("1,0000", NumberFault.COMMA),
        ("1,000 000", NumberFault.COMMA),
        ("1 0", NumberFault.COMMA),
        ("1.000,5", NumberFault.COMMA),
        ("2.5", NumberFault.FRACTION),
        ("2．0", NumberFault.FRACTION),
        ("12²", NumberFault.CHARACTERS),
        ("٣", NumberFault.CHARACTERS),
        ("①", NumberFault.CHARACTERS),
        ("1_000", NumberFault.CHARACTERS),
        ("1e3", NumberFault.CHARACTERS),
        ("0x1F", NumberFault.CHARACTERS),
        ("0o17", NumberFault.CHARACTERS),
        ("NaN", NumberFault.CHARACTERS),
        ("Infinity", NumberFault.CHARACTERS),
        ("12:30", NumberFault.CHARACTERS),
        ("--1", NumberFault.CHARACTERS),
        ("1.", NumberFault.CHARACTERS),
        (".5", NumberFault.CHARACTERS),
        ("8\x000", NumberFault.CHARACTERS),
        ("8\u202e0", NumberFault.CHARACTERS),
        ("80元", NumberFault.CHARACTERS),
        ("", NumberFault.EMPTY),
        ("\u200b", NumberFault.EMPTY),
        ("9" * 65, NumberFault.LENGTH),
    ],
)
def test_what_is_no_whole_number_is_refused_with_the_reason(text: str, fault: NumberFault) -> None:
    with pytest.raises(NotANumber) as raised:
        read_integer(text)
    assert raised.value.fault is fault


def test_a_decimal_keeps_every_place() -> None:
    assert str(read_decimal("80.50")) == "80.50"
    assert read_decimal("1,234.5") == Decimal("1234.5")


@given(st.text("0123456789０１２³٣.,，．-−+_ \u200b\u202d\u00a0eE", max_size=12))
def test_what_is_read_holds_exactly_the_digits_that_were_written(text: str) -> None:
    try:
        number = read_decimal(text)
    except ValueError:
        return
    wide = str.maketrans("０１２，．−", "012,.-")
    written = "".join(one for one in text.translate(wide) if one in "0123456789.")
    assert f"{abs(number):f}" == f"{Decimal(written):f}"
    assert (number < 0) <= ("-" in text.translate(wide))


@given(st.decimals(allow_nan=False, allow_infinity=False, places=3, min_value=-1e9, max_value=1e9))
def test_a_number_that_is_printed_is_read_back(number: Decimal) -> None:
    assert read_decimal(f"{number:f}") == number
    assert read_decimal(f"{number:,f}") == number


@given(st.integers(-(10**30), 10**30))
def test_a_whole_number_that_is_printed_is_read_back(number: int) -> None:
    assert read_integer(str(number)) == number == read_integer(f"{number:,}")
