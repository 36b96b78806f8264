"""A number in a file is written with all its digits, however small or large it is."""

from decimal import Decimal

import pytest

from tongban.kit.lists.cells import plain_number


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (1e-7, "0.0000001"),
        (1e22, "10000000000000000000000"),
        (0.1, "0.1"),
        (-2.50, "-2.5"),
        (12, "12"),
        (Decimal("1E+3"), "1000"),
        (Decimal("0.10"), "0.10"),
    ],
)
def test_a_number_has_no_exponent(value: float | Decimal, written: str) -> None:
    assert plain_number(value) == written
