"""One cell as each form of a list writes it."""

import datetime as dt
from decimal import Decimal
from typing import Any

from tongban.kernel.money import plain_money
from tongban.kit.lists.declaration import Asking, Column, Kind
from tongban.kit.sheets import Numeral


def in_csv(column: Column, row: Any, asking: Asking) -> Any:
    """Return a cell of CSV: words as people read them, numbers in full, money in yuan."""
    value = column.shown(row, asking)
    if isinstance(value, bool):
        return yes_or_no(value, asking)
    if isinstance(value, int | float | Decimal):
        return Numeral(_number(column, value))
    return value


def _number(column: Column, value: float | Decimal) -> str:
    if column.kind is Kind.MONEY and isinstance(value, int):
        return plain_money(value)
    return plain_number(value)


def in_json(value: Any) -> Any:
    """Return a value as JSON has it: decimals as texts, money as whole fen, instants in UTC."""
    if isinstance(value, Decimal):
        return plain_number(value)
    if isinstance(value, dict):
        return {key: in_json(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [in_json(each) for each in value]
    return value


def is_money(column: Column, value: Any) -> bool:
    """Whether a value is an amount in fen."""
    return column.kind is Kind.MONEY and isinstance(value, int)


def plain_number(value: float | Decimal) -> str:
    """Write a number in full, without an exponent; a float with the digits that tell it apart."""
    return f"{value if isinstance(value, Decimal) else Decimal(str(value)):f}"


def yes_or_no(value: bool, asking: Asking) -> str:
    """Say a yes or no."""
    return asking.t("kit.value.yes" if value else "kit.value.no")


def local(value: dt.datetime, asking: Asking) -> dt.datetime:
    """Return an instant as the clocks on the wall show it, to the second."""
    return value.astimezone(asking.zone).replace(tzinfo=None, microsecond=0)
