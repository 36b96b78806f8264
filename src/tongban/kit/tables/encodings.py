"""In which encoding a text is written: a mark says it, else the bytes do."""

import codecs
import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

_CHUNK = 1 << 20
_SAMPLE = 1 << 16
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
REPLACEMENT = "\ufffd"


Open = Callable[[], BinaryIO]
"""Opens the bytes from their beginning."""


def encoding_of(path: Path) -> str:
    """Return the encoding of a file: by its mark, else UTF-16, UTF-8, GB 18030, Big5 or Windows-1252.

    Where bytes fit none of them wholly, the one that fits most of them.
    """
    return _encoding(lambda: path.open("rb"))


def encoding_of_bytes(content: bytes) -> str:
    """Return the encoding of a text that is in memory, as :func:`encoding_of` does."""
    return _encoding(lambda: io.BytesIO(content))


def _encoding(opened: Open) -> str:
    with opened() as file:
        head = file.read(_SAMPLE)
    for mark, name in _MARKS:
        if head.startswith(mark):
            return name
    return _utf_16(head) or _of_one_or_more_bytes(opened)


def _utf_16(head: bytes) -> str:
    """Return which UTF-16 has no mark: line ends and digits put a zero into every other byte.

    Where they are rare among ideographs, a zero still stands in no text of another encoding.
    """
    pairs = len(head) // 2
    if not pairs:
        return ""
    low, high = head[0 : pairs * 2 : 2].count(0), head[1 : pairs * 2 : 2].count(0)
    for zeros, others, name in ((high, low, "utf-16-le"), (low, high, "utf-16-be")):
        if zeros > others * 8 and (zeros * 20 > pairs or _is_utf_16(head[: pairs * 2], name)):
            return name
    return ""


def _is_utf_16(head: bytes, name: str) -> bool:
    """Whether some bytes are no UTF-8 and are ideographs and lines when read as UTF-16."""
    if _fits(head, "utf-8"):
        return False
    text = head.decode(name, "replace")
    known = sum(one in "\r\n\t" or " " <= one <= "~" or "\u2010" <= one <= "\u9fff" or
                "\uff01" <= one <= "\uff9f" for one in text)  # fmt: skip
    return "\n" in text and known * 20 >= len(text) * 19


def _fits(head: bytes, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    try:
        decoder.decode(head)
    except UnicodeDecodeError:
        return False
    return True


WESTERN = "cp1252"
BIG5 = "cp950"
_DOUBLE = re.compile(rb"[\x81-\xfe][\x40-\x7e\x80-\xfe]")
_ALONE = re.compile(rb"(?<![\x80-\xff])[\xa0-\xff](?![\x80-\xff])")
_PAIRED = re.compile(rb"[\x80-\xff]{2,}")


def _of_one_or_more_bytes(opened: Open) -> str:
    """Return UTF-8, GB 18030, Big5 or Windows-1252: what fits wholly, else what fits most."""
    bad, good = _tried(opened, "utf-8")
    if bad == 0 or bad * 10 <= good:
        return "utf-8"
    if _is_western(opened):
        return WESTERN
    if _is_big5(opened):
        return BIG5
    worse, _ = _tried(opened, "gb18030")
    return "utf-8" if bad <= worse else "gb18030"


def _is_western(opened: Open) -> bool:
    """Whether bytes beyond ASCII stand alone, as the letters of é and ß do: ideographs take two."""
    alone = paired = 0
    with opened() as file:
        while chunk := file.read(_CHUNK):
            alone += len(_ALONE.findall(chunk))
            paired += len(_PAIRED.findall(chunk))
    return alone > paired * 4


def _is_big5(opened: Open) -> bool:
    """Whether bytes are Big5: a third of its ideographs end in a byte that in GB 18030 is rare.

    Such pairs begin as the common ideographs of Big5 do, and everything else is Big5 as well.
    """
    with opened() as file:
        head = file.read(_SAMPLE)
    pairs = _DOUBLE.findall(head)
    low = sum(b"\xa4" <= one[:1] <= b"\xc6" and one[1:] < b"\x7f" for one in pairs)
    return low * 8 > len(pairs) > 3 and _fits(head, BIG5)


def _tried(opened: Open, encoding: str) -> tuple[int, int]:
    """Return how many places do not fit an encoding, and how many characters beyond ASCII do."""
    bad = beyond = 0
    for text in _decoded(opened, encoding):
        damaged = text.count(REPLACEMENT)
        bad += damaged
        if not text.isascii():
            beyond += len(text) - len(text.encode("ascii", "ignore")) - damaged
    return bad, beyond


def _decoded(opened: Open, encoding: str) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    with opened() as file:
        while chunk := file.read(_CHUNK):
            yield decoder.decode(chunk)
    yield decoder.decode(b"", final=True)
