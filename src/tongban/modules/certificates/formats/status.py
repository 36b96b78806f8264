"""Token Status List: one bit for each certificate, 1 when it was revoked."""

import datetime as dt
import zlib
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from tongban.modules.certificates import errors
from tongban.modules.certificates.formats import sdjwt
from tongban.modules.certificates.model import STATUS_LIST_SIZE

TYPE = "statuslist+jwt"
LARGEST = 512 << 10
"""Bytes of the largest signed list that is looked at."""
TTL = dt.timedelta(minutes=10)
LIFE = dt.timedelta(hours=24)


def claims_of(address: str, revoked: Iterable[int], at: dt.datetime) -> bytes:
    """Return the claims of a status list whose own address this is."""
    bits = bytearray(STATUS_LIST_SIZE // 8)
    for place in revoked:
        bits[place // 8] |= 1 << (place % 8)  # the lowest bit of a byte comes first
    issued = int(at.timestamp())
    return msgspec.json.encode(
        {
            "sub": address,
            "iat": issued,
            "exp": issued + int(LIFE.total_seconds()),
            "ttl": int(TTL.total_seconds()),
            "status_list": {"bits": 1, "lst": sdjwt.encode(zlib.compress(bytes(bits), 9))},
        }
    )


def is_revoked(claims: Mapping[str, Any], place: int) -> bool:
    """Read one place of a list. Refuses a list that is none, or has no such place."""
    listed = claims.get("status_list")
    if not isinstance(listed, dict) or listed.get("bits") != 1:
        raise errors.credential_refused("status")
    text = listed.get("lst")
    if not isinstance(text, str) or len(text) > STATUS_LIST_SIZE:
        raise errors.credential_refused("status")
    try:
        bits = zlib.decompressobj().decompress(sdjwt.decode(text), STATUS_LIST_SIZE)
    except zlib.error as error:
        raise errors.credential_refused("status") from error
    if not 0 <= place < len(bits) * 8:
        raise errors.credential_refused("status")
    return bool(bits[place // 8] >> (place % 8) & 1)
