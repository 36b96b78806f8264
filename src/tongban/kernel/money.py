"""Money is a whole number of fen: read from what people type, shown, and written in capitals."""

from fractions import Fraction

from tongban.kernel.characters import half_width, without_noise
from tongban.kernel.errors import Kind, Refusal
from tongban.kernel.numbers import LONGEST_NUMBER, NotANumber, NumberFault, read_decimal

FEN_PER_YUAN = 100
LARGEST = 10**18
"""Amounts of ten million billion yuan and more are taken for a mistake."""


def money_not_readable() -> Refusal:
    return Refusal("kernel.money_not_readable", Kind.INVALID)


def money_comma() -> Refusal:
    """A comma that parts no group of three: ``80,5`` may mean 80.5 or be a slip."""
    return Refusal("kernel.money_comma", Kind.INVALID)


def money_finer_than_fen() -> Refusal:
    return Refusal("kernel.money_finer_than_fen", Kind.INVALID)


def money_too_large() -> Refusal:
    return Refusal("kernel.money_too_large", Kind.INVALID)


def read_money(text: str) -> int:
    """Return the fen of an amount in yuan as people type it: ``1,234.56``, ``¥12``, ``12.5元``.

    Refuses what is no amount, a comma that parts no group of three, an amount finer than one fen
    and one too large to be meant.
    """
    sign, amount = _bare(text)
    try:
        yuan = read_decimal(amount)
    except NotANumber as error:
        raise _unreadable(error.fault) from None
    fen = Fraction(yuan) * FEN_PER_YUAN  # a Decimal would round the product to its 28 digits
    if fen.denominator != 1:
        raise money_finer_than_fen()
    if fen >= LARGEST:
        raise money_too_large()
    return -fen.numerator if sign == "-" else fen.numerator


def _bare(text: str) -> tuple[str, str]:
    """Return sign and digits of an amount, without the currency around them."""
    if len(text) > LONGEST_NUMBER:
        raise money_too_large()
    plain = half_width(without_noise(text.strip())).replace("\u2212", "-").strip()
    sign = plain[0] if plain[:1] in ("-", "+") else ""
    amount = plain.removeprefix(sign).strip().removeprefix("¥").removesuffix("元").strip()
    if amount[:1] in ("-", "+"):
        raise money_not_readable()
    return sign, amount


def _unreadable(fault: NumberFault) -> Refusal:
    return money_comma() if fault is NumberFault.COMMA else money_not_readable()


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
