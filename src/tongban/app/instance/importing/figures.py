"""Whole numbers as laws and listings write them in words: 四十五 is 45, 两 is 2."""

import re

FIGURE = r"(?:[0-9]{1,4}|[一二两三四五六七八九十百零〇]{1,7})"
"""A pattern of what :func:`figure` may read."""
_DIGITS = {one: number for number, one in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_DIGIT = "[一二两三四五六七八九]"
_WORDS = re.compile(
    rf"(?:(?P<hundreds>{_DIGIT})百)?"
    rf"(?:(?P<tens>{_DIGIT}?)(?P<ten>十))?(?:(?P<zero>[零〇])?(?P<ones>{_DIGIT}))?"
)


def figure(said: str) -> int | None:
    """Return a number of digits or words below 1,000 (digits: 10,000), None where it is none."""
    if said.isascii():
        return int(said) if said.isdigit() else None
    if said in ("零", "〇"):
        return 0
    found = _WORDS.fullmatch(said)
    if found is None:
        return None
    hundreds, tens, ones = (
        _DIGITS.get(found[one] or "", 0) for one in ("hundreds", "tens", "ones")
    )
    if found["ten"] and not found["tens"]:
        tens = 1
    if bool(found["zero"]) != bool(hundreds and ones and not tens):
        return None
    return hundreds * 100 + tens * 10 + ones
