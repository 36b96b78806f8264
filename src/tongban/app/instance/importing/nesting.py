"""Where brackets and quotation marks hold words together: nothing is parted inside of them."""

import re
from itertools import accumulate

_KINDS = (
    "(（)）",
    "[［]］",
    "《》",
    "〈〉",
    "【】",
    "〔〕",
    "〖〗",
    "「」",
    "『』",
    "“”",
    "‘’",
    "{｛}｝",
)
_OPENS = {one: kind for kind in _KINDS for one in kind[: len(kind) // 2]}
_CLOSES = {one: kind for kind in _KINDS for one in kind[len(kind) // 2 :]}
_BOTH = '"'
"""A mark that opens and closes."""


def depths(text: str) -> list[int]:
    """Return of each character how many closed pairs it is in, the marks themselves included.

    A mark without its partner holds nothing. The time is in proportion to the text.
    """
    steps = [0] * (len(text) + 1)
    waiting: list[tuple[str, int]] = []
    count: dict[str, int] = {}
    for place, one in enumerate(text):
        kind = _CLOSES.get(one, _BOTH if one == _BOTH else "")
        if kind and count.get(kind):
            while True:
                opened, start = waiting.pop()
                count[opened] -= 1
                if opened == kind:
                    break
            steps[start] += 1
            steps[place + 1] -= 1
        elif one in _OPENS or one == _BOTH:
            kind = _OPENS.get(one, _BOTH)
            waiting.append((kind, place))
            count[kind] = count.get(kind, 0) + 1
    return list(accumulate(steps[:-1]))


def cut(text: str, between: re.Pattern[str]) -> list[str]:
    """Return the parts of a text at what lies between them, outside of brackets and quotes."""
    held, found, start = depths(text), [], 0
    for one in between.finditer(text):
        if one.end() > one.start() and not held[one.start()]:
            found.append(text[start : one.start()])
            start = one.end()
    return [*found, text[start:]]
