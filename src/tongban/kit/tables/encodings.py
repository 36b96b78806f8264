"""In which encoding a text is written: a mark says it, else the bytes do."""

import codecs
from collections.abc import Iterator
from pathlib import Path

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


def encoding_of(path: Path) -> str:
    """Return the encoding of a file: by its mark, else UTF-16, UTF-8 or GB 18030 by its bytes.

    Where bytes fit none of them wholly, the one that fits most of them.
    """
    with path.open("rb") as file:
        head = file.read(_SAMPLE)
    for mark, name in _MARKS:
        if head.startswith(mark):
            return name
    return _utf_16(head) or _of_one_or_more_bytes(path)


def _utf_16(head: bytes) -> str:
    """Return which UTF-16 has no mark: line ends and digits put a zero into every other byte."""
    pairs = len(head) // 2
    if not pairs:
        return ""
    low, high = head[0 : pairs * 2 : 2].count(0), head[1 : pairs * 2 : 2].count(0)
    if high > low * 8 and high * 20 > pairs:
        return "utf-16-le"
    if low > high * 8 and low * 20 > pairs:
        return "utf-16-be"
    return ""


def _of_one_or_more_bytes(path: Path) -> str:
    """Return UTF-8 or GB 18030: what fits wholly, else what fits most."""
    bad, good = _tried(path, "utf-8")
    if bad == 0 or bad * 10 <= good:
        return "utf-8"
    worse, _ = _tried(path, "gb18030")
    return "utf-8" if bad <= worse else "gb18030"


def _tried(path: Path, encoding: str) -> tuple[int, int]:
    """Return how many places do not fit an encoding, and how many characters beyond ASCII do."""
    bad = beyond = 0
    for text in _decoded(path, encoding):
        damaged = text.count(REPLACEMENT)
        bad += damaged
        if not text.isascii():
            beyond += len(text) - len(text.encode("ascii", "ignore")) - damaged
    return bad, beyond


def _decoded(path: Path, encoding: str) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            yield decoder.decode(chunk)
    yield decoder.decode(b"", final=True)
