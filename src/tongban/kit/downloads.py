"""Files that leave: under a name that browsers old and new understand."""

from urllib.parse import quote

from litestar import Response

JSON = "application/json"
_ATTR_CHARS = "!#$&+-.^_`|~"
"""What stands as it is in RFC 8187, beside letters and digits."""


def disposition(name: str, *, plain: str = "", inline: bool = False) -> str:
    """Return the value of ``Content-Disposition`` (RFC 6266), the name in UTF-8 too (RFC 8187).

    Old programs get ``plain``, or the ASCII of the name: what is none becomes an underscore.
    """
    old = "".join(_old(char) for char in plain or name)
    kind = "inline" if inline else "attachment"
    return f"{kind}; filename=\"{old}\"; filename*=UTF-8''{quote(name, safe=_ATTR_CHARS)}"


def _old(char: str) -> str:
    return char if char.isascii() and char.isprintable() and char not in '"\\%' else "_"


def download(content: bytes, name: str, media_type: str, *, plain: str = "") -> Response[bytes]:
    """Answer with a file to be kept."""
    headers = {"content-disposition": disposition(name, plain=plain)}
    return Response(content, media_type=media_type, headers=headers)
