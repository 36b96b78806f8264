"""Addresses of other sites, as pages may lead to them."""

import re
from urllib.parse import urlsplit

_LONGEST_ADDRESS = 2048
_NOT_IN_ADDRESSES = re.compile(r"[\s\x00-\x1f\x7f<>\"{}|\\^`]")


def is_web_address(url: str) -> bool:
    """Whether a link is one address that a browser may safely follow: a host, no user, no blanks."""
    if len(url) > _LONGEST_ADDRESS or _NOT_IN_ADDRESSES.search(url):
        return False
    try:
        parts = urlsplit(url)
        sound = parts.port != 0
    except ValueError:
        return False
    known = parts.scheme in ("http", "https") and bool(parts.hostname)
    return sound and known and parts.username is None
