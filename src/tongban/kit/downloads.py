"""Files that leave: under a name that every system keeps, with the ending of what their bytes are."""

import unicodedata
from collections import Counter
from collections.abc import Iterable
from pathlib import PurePosixPath
from urllib.parse import quote

from litestar import Response

JSON = "application/json"

ENDINGS = {
    "application/pdf": "pdf",
    "image/png": "png",
    "image/jpeg": "jpg",
    "application/json": "json",
    "text/csv": "csv",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
    "application/dc+sd-jwt": "sd-jwt",
}
"""How the name of a file ends, by what its bytes are."""
_KNOWN_ENDINGS = frozenset(ENDINGS.values()) | {
    "jpeg", "jpe", "jfif", "gif", "bmp", "tif", "tiff", "webp", "heic", "doc", "docx", "xls", "wps",
    "ofd", "txt", "zip", "rar", "exe", "htm", "html", "svg",
}  # fmt: skip
_FORBIDDEN = frozenset('<>:"/\\|?*')
"""What a name may not hold on Windows; the strokes lead elsewhere on every system."""
_RESERVED = frozenset(
    ["con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in "123456789¹²³")]
)
"""Names that are devices on Windows, whatever their ending."""
_LONGEST = 180
"""Bytes of a stem: with ending and number it stays below the 255 of common file systems."""
_ATTR_CHARS = "!#$&+-.^_`|~"
"""What stands as it is in RFC 8187, beside letters and digits."""


def file_name(sent: str, media_type: str, fallback: str = "file") -> str:
    """Return under which name a file leaves: the sender's stem, and the ending of what it is.

    Folders, characters that nobody sees or that turn the direction of writing, those that systems
    forbid and names of devices are taken out; what is then empty is called ``fallback``.
    """
    stem = _stem(sent) or fallback
    return f"{stem}.{ENDINGS.get(media_type, 'bin')}"


def _stem(sent: str) -> str:
    name = PurePosixPath(unicodedata.normalize("NFC", sent).replace("\\", "/")).name
    stem, dot, ending = name.rpartition(".")
    stem = stem if dot and ending.strip().lower() in _KNOWN_ENDINGS else name
    kept = "".join("_" if char in _FORBIDDEN else char for char in stem if not _hides(char))
    bound = " ".join(kept.split()).encode()[:_LONGEST].decode("utf-8", "ignore").strip(" .")
    return f"_{bound}" if bound.partition(".")[0].strip().lower() in _RESERVED else bound


def _hides(char: str) -> bool:
    """Whether a character is a control, a direction or unassigned; joiners of letters may stay."""
    kind = unicodedata.category(char)
    return kind in ("Cc", "Cs", "Cn", "Zl", "Zp") or (kind == "Cf" and char not in "\u200c\u200d")


def told_apart(names: Iterable[str]) -> list[str]:
    """Return the names in their order, each once: ``a.pdf``, ``a (2).pdf``.

    Names count as equal as file systems compare them: without regard to small and capital letters.
    """
    given = list(names)
    taken = {_key(name) for name in given}
    seen: Counter[str] = Counter()
    told = []
    for name in given:
        seen[_key(name)] += 1
        told.append(name if seen[_key(name)] == 1 else _numbered(name, taken, seen))
    return told


def _numbered(name: str, taken: set[str], seen: Counter[str]) -> str:
    """Return the name with the next number that no other name has."""
    stem, dot, ending = name.rpartition(".") if "." in name else (name, "", "")
    key = _key(name)
    while True:
        found = f"{stem} ({seen[key]}){dot}{ending}"
        if _key(found) not in taken:
            taken.add(_key(found))
            return found
        seen[key] += 1


def _key(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()


def disposition(name: str, *, plain: str = "", inline: bool = False) -> str:
    """Return the value of ``Content-Disposition`` (RFC 6266), the name in UTF-8 too (RFC 8187).

    Old programs get ``plain``, or the ASCII of the name: what is none becomes an underscore.
    """
    old = "".join(_old(char) for char in plain or name)
    kind = "inline" if inline else "attachment"
    return f"{kind}; filename=\"{old}\"; filename*=UTF-8''{quote(name, safe=_ATTR_CHARS)}"


def _old(char: str) -> str:
    return char if char.isascii() and char.isprintable() and char not in '"\\%' else "_"


def download(content: bytes, name: str, media_type: str) -> Response[bytes]:
    """Answer with a file to be kept."""
    return Response(
        content, media_type=media_type, headers={"content-disposition": disposition(name)}
    )
