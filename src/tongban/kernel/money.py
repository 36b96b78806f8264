"""Money is a whole number of fen: read from what people type, shown, and written in capitals."""

import re
from fractions import Fraction

from tongban.kernel.errors import Kind, Refusal

FEN_PER_YUAN = 100
LARGEST = 10**18
"""Amounts of ten million billion yuan and more are taken for a mistake."""

_TYPED = re.compile(
    r"(?P<sign>-?)[¥￥]?(?P<yuan>[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.(?P<rest>[0-9]+))?元?",
    re.ASCII,
)


def money_not_readable() -> Refusal:
    return Refusal("kernel.money_not_readable", Kind.INVALID)


def money_finer_than_fen() -> Refusal:
    return Refusal("kernel.money_finer_than_fen", Kind.INVALID)


def money_too_large() -> Refusal:
    return Refusal("kernel.money_too_large", Kind.INVALID)


def read_money(text: str) -> int:
    """Return the fen of an amount in yuan as people type it: ``1,234.56``, ``¥12``, ``12.5元``.

    Refuses what is no amount, an amount finer than one fen and one too large to be meant.
    """
    found = _TYPED.fullmatch("".join(text.split()).replace("，", ",").replace("．", "."))
    if found is None:
        raise money_not_readable()
    yuan, rest = found["yuan"].replace(",", ""), (found["rest"] or "").rstrip("0")
    if len(rest) > 2:
        raise money_finer_than_fen()
    if len(yuan.lstrip("0")) > 16:
        raise money_too_large()
    fen = int(yuan) * FEN_PER_YUAN + int(rest.ljust(2, "0"))
    return -fen if found["sign"] else fen


def show_money(fen: int) -> str:
    """Return the amount as every page shows it: ``¥1,234.56``."""
    yuan, rest = divmod(abs(fen), FEN_PER_YUAN)
    return f"{'-' if fen < 0 else ''}¥{yuan:,}.{rest:02d}"


def plain_money(fen: int) -> str:
    """Return the amount for a form field, to be read back by :func:`read_money`: ``1234.56``."""
    yuan, rest = divmod(abs(fen), FEN_PER_YUAN)
    return f"{'-' if fen < 0 else ''}{yuan}.{rest:02d}"


def to_fen(exact: int | Fraction) -> int:
    """Round an exact number of fen to whole fen, half away from zero (四舍五入)."""
    if isinstance(exact, int):
        return exact
    whole = (2 * abs(exact.numerator) + exact.denominator) // (2 * exact.denominator)
    return -whole if exact < 0 else whole


_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_SCALES = ((10**8, "亿"), (10**4, "万"), (1000, "仟"), (100, "佰"), (10, "拾"))


def _capitals(number: int) -> str:
    """Return a number above zero in Chinese capitals."""
    for scale, word in _SCALES:
        high, low = divmod(number, scale)
        if high:
            gap = "零" if 0 < low < scale // 10 else ""
            return _capitals(high) + word + gap + (_capitals(low) if low else "")
    return _DIGITS[number]


def money_in_capitals(fen: int) -> str:
    """Return the amount in Chinese capitals as documents of payment require: ``壹佰元零伍分``.

    Written by the rules of 支付结算办法, annex 1: 整 ends an amount without fen, one 零 stands for
    any run of noughts inside.
    """
    if abs(fen) >= LARGEST:
        raise money_too_large()
    yuan, rest = divmod(abs(fen), FEN_PER_YUAN)
    jiao, last = divmod(rest, 10)
    words = "负" if fen < 0 else ""
    if yuan:
        words += _capitals(yuan) + "元"
    if jiao:
        words += _DIGITS[jiao] + "角"
    elif last and yuan:
        words += "零"
    if last:
        return words + _DIGITS[last] + "分"
    return (words or "零元") + "整"
