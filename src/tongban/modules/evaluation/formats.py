"""The digest by which the ledger holds the readings of a day."""

from collections.abc import Mapping

import msgspec

from tongban.kit.crypto.hashing import SHA_256
from tongban.modules.evaluation.model import Reading

_DOMAIN = b"tongban/readings/v1\n"


def digest_of(day: str, readings: Mapping[str, Reading]) -> str:
    """Return the SHA-256 of a day's readings: canonical JSON of measure, both counts and the value as the
    shortest decimal that is the same number, in the order of measures.
    """
    lines = [
        [name, one.numerator, one.denominator, "" if one.value is None else repr(one.value)]
        for name, one in sorted(readings.items())
    ]
    return SHA_256.hex(_DOMAIN + msgspec.json.encode([day, lines]))
