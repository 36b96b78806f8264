"""Words that another program has spoilt: read in the wrong encoding, or with marks of a web page in them."""

import re
from collections.abc import Callable, Collection

from tongban.kit.tables.model import Line

_LOOKED_AT = 60
"""Characters of a cell that are looked at."""
_MARKUP = re.compile(
    r"&(?:nbsp|amp|lt|gt|quot|apos|ldquo|rdquo|#[0-9]{1,6}|#x[0-9a-f]{1,5});"
    r"|</?(?:p|br|b|i|u|strong|em|div|span|font|a|ul|ol|li|table|tr|td)(?:\s[^<>]{0,400})?/?>",
    re.IGNORECASE,
)
_LOST = re.compile(r"\?\?|锟斤拷|锘|烫烫烫|屯屯屯")
"""What stands where characters could not be written, or were written twice."""


def say_spoilt(
    line: Line, names: Collection[int], say: Callable[..., None], quote: Callable[[str], str]
) -> None:
    """Say of a line which cells hold marks of a web page, and which of its names are garbled.

    ``quote`` is how a cell may be quoted: of people nothing is.
    """
    cells = line.cells
    marked = next((one for one in cells if ("<" in one or "&" in one) and _MARKUP.search(one)), "")
    if marked:
        say(line.number, "markup", found=quote(marked))
    garbled = next((cells[one] for one in names if one < len(cells) and is_garbled(cells[one])), "")
    if garbled:
        say(line.number, "garbled", found=quote(garbled))


def is_garbled(text: str) -> bool:
    """Whether a text was read in an encoding that it is not written in, or lost its characters."""
    said = text[:_LOOKED_AT]
    return bool(_LOST.search(said)) or any(
        _was(said, one) for one in ("latin-1", "cp1252", "gb18030")
    )


def _was(text: str, encoding: str) -> bool:
    """Whether a text is UTF-8 that was read as something else: ideographs by another way."""
    if text.isascii():
        return False
    try:
        found = text.encode(encoding).decode("utf-8", "strict")
    except UnicodeDecodeError as error:  # the end may be cut, or was odd
        if error.end < len(error.object) or error.start < 3:
            return False
        found = error.object[: error.start].decode("utf-8")
    except UnicodeEncodeError:
        return False
    beyond = [one for one in found if not one.isascii()]
    return bool(beyond) and all("\u2010" <= one <= "\u9fff" or one >= "\uff01" for one in beyond)
