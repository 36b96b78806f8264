"""Money: reading, showing, capitals."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.kernel.errors import Refusal
from tongban.kernel.money import (
    LARGEST,
    money_in_capitals,
    plain_money,
    read_money,
    show_money,
    to_fen,
)

amounts = st.integers(min_value=-(10**17), max_value=10**17)


@given(amounts)
def test_an_amount_that_is_shown_can_be_read_back(fen: int) -> None:
    assert read_money(show_money(fen)) == fen
    assert read_money(plain_money(fen)) == fen


@pytest.mark.parametrize(
    ("typed", "fen"),
    [
        ("1,234.56", 123456),
        ("¥12", 1200),
        ("￥ 12.5 元", 1250),
        ("12，345", 1234500),
        ("0.10", 10),
        ("3.100", 310),
        ("-7.05", -705),
    ],
)
def test_people_may_type_an_amount_in_many_ways(typed: str, fen: int) -> None:
    assert read_money(typed) == fen


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "kernel.money_not_readable"),
        ("12,34", "kernel.money_comma"),
        ("1e5", "kernel.money_not_readable"),
        ("十元", "kernel.money_not_readable"),
        ("٣", "kernel.money_not_readable"),
        ("1.234", "kernel.money_finer_than_fen"),
        ("12.3400000000000000000000000001", "kernel.money_finer_than_fen"),
        ("0." + "0" * 60 + "1", "kernel.money_finer_than_fen"),
        ("9" * 17, "kernel.money_too_large"),
    ],
)
def test_what_is_no_amount_is_refused_with_its_reason(typed: str, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        read_money(typed)
    assert refused.value.code == code


@given(st.text(max_size=30))
def test_any_text_is_an_amount_or_a_refusal(typed: str) -> None:
    try:
        fen = read_money(typed)
    except Refusal:
        return
    assert abs(fen) < LARGEST


@pytest.mark.parametrize(
    ("fen", "words"),
    [
        (0, "零元整"),
        (5, "伍分"),
        (50, "伍角整"),
        (105, "壹元零伍分"),
        (168032, "壹仟陆佰捌拾元叁角贰分"),
        (10000, "壹佰元整"),
        (10005, "壹佰元零伍分"),
        (1000500, "壹万零伍元整"),
        (10100000, "壹拾万壹仟元整"),
        (10010000, "壹拾万零壹佰元整"),
        (10_0000_0000_00, "壹拾亿元整"),
        (1_0000_0001_00, "壹亿零壹元整"),
        (1_0000_0000_0000_00, "壹万亿元整"),
        (10_7000_5300_00, "壹拾亿柒仟万伍仟叁佰元整"),
        (-120, "负壹元贰角整"),
    ],
)
def test_documents_write_an_amount_in_capitals(fen: int, words: str) -> None:
    assert money_in_capitals(fen) == words


@given(st.integers(min_value=0, max_value=LARGEST - 1))
def test_capitals_never_have_two_noughts_in_a_row_and_always_end(fen: int) -> None:
    words = money_in_capitals(fen)
    assert "零零" not in words
    assert words.endswith(("整", "分"))


def test_capitals_of_an_amount_too_large_to_be_meant_are_refused() -> None:
    with pytest.raises(Refusal):
        money_in_capitals(LARGEST)


def test_half_a_fen_is_rounded_away_from_zero() -> None:
    assert [to_fen(Fraction(n, 2)) for n in (1, 3, -1, -3, 4)] == [1, 2, -1, -2, 2]
    assert to_fen(7) == 7
    assert to_fen(Fraction(1, 3)) == 0
