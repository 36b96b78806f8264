"""Whether bytes are DER (ITU-T X.690 section 10): of the many spellings of BER only one is.

A signature covers what a document says and not how its own envelope is spelt. So the envelope is read
strictly: what is written otherwise was touched after it was sealed, whatever a lenient reader makes of it.
"""

from collections.abc import Callable, Iterator, Mapping

_DEEPEST = 32
_CONSTRUCTED = 0x20
_LONG_TAG = 0x1F
_BOOLEAN, _INTEGER, _BIT_STRING, _NULL, _SEQUENCE, _SET = 0x01, 0x02, 0x03, 0x05, 0x30, 0x31
_FIRST_CONTEXT = 0xA0  # of a signature: the certificates, or what is signed beside the document
_UNIVERSAL = 0x40  # tags below


class NotCanonical(ValueError):
    """The bytes are not DER."""


def is_canonical(content: bytes) -> bool:
    """Whether these bytes are exactly one value in DER."""
    try:
        return len(list(_values(content, 0))) == 1
    except NotCanonical:
        return False


def length_of(content: bytes) -> int | None:
    """Return how long the first value is, with its tag and length; None where that is not said as DER
    says it.
    """
    try:
        start, length = _head(content, 0)
    except NotCanonical:
        return None
    return start + length


def _values(content: bytes, depth: int) -> Iterator[bytes]:
    """Yield each value in a row, having looked through it."""
    if depth > _DEEPEST:
        raise NotCanonical
    at = 0
    while at < len(content):
        start, length = _head(content, at)
        if start + length > len(content):
            raise NotCanonical
        _check(content[at], content[start : start + length], depth)
        yield content[at : start + length]
        at = start + length


def _head(content: bytes, at: int) -> tuple[int, int]:
    """Return where a value's content starts and how long it is: the shortest spelling alone is DER."""
    tag = content[at] if len(content) >= at + 2 else 0
    if tag == 0 or tag & _LONG_TAG == _LONG_TAG:
        raise NotCanonical
    first = content[at + 1]
    if first < 0x80:
        return at + 2, first
    count = first & 0x7F
    written = content[at + 2 : at + 2 + count]
    length = int.from_bytes(written, "big")
    if not 1 <= count <= 4 or len(written) < count or written[0] == 0 or length < 0x80:
        raise NotCanonical
    return at + 2 + count, length


def _check(tag: int, inside: bytes, depth: int) -> None:
    if tag & _CONSTRUCTED:
        if tag < _UNIVERSAL and tag not in {_SEQUENCE, _SET}:  # a string in pieces
            raise NotCanonical
        _check_inside(tag, list(_values(inside, depth + 1)))
    elif tag in _SIMPLE and not _SIMPLE[tag](inside):
        raise NotCanonical


def _check_inside(tag: int, values: list[bytes]) -> None:
    """A set is sorted; so is the one that stands under the first tag of a signature's context."""
    of_sequences = tag == _FIRST_CONTEXT and all(value[0] == _SEQUENCE for value in values)
    if (tag == _SET or of_sequences) and values != sorted(values):
        raise NotCanonical


def _is_integer(inside: bytes) -> bool:
    """Not empty, and no more octets than the number needs."""
    if len(inside) < 2:
        return bool(inside)
    return not ((inside[0] == 0 and inside[1] < 0x80) or (inside[0] == 0xFF and inside[1] >= 0x80))


def _is_bit_string(inside: bytes) -> bool:
    """The bits that are not used are nought."""
    if not inside or inside[0] > 7 or (len(inside) == 1 and inside[0]):
        return False
    return inside[-1] & ((1 << inside[0]) - 1) == 0 if len(inside) > 1 else True


_SIMPLE: Mapping[int, Callable[[bytes], bool]] = {
    _BOOLEAN: lambda inside: inside in (b"\x00", b"\xff"),
    _INTEGER: _is_integer,
    _BIT_STRING: _is_bit_string,
    _NULL: lambda inside: not inside,
}
