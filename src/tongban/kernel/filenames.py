"""Names of files that people send: kept, made safe on every system, and told apart."""

import unicodedata
from collections import Counter
from collections.abc import Iterable

from tongban.kernel.characters import composed, without_hidden

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


def file_name(sent: str, media_type: str, fallback: str = "file") -> str:
    """Return under which name a file leaves: the sender's stem, and the ending of what it is.

    Folders, characters that nobody sees or that turn the direction of writing, those that systems
    forbid and names of devices are taken out; what is then empty is called ``fallback``.
    """
    stem = _stem(sent) or fallback
    return f"{stem}.{ENDINGS.get(media_type, 'bin')}"


def _stem(sent: str) -> str:
    name = composed(sent).replace("\\", "/").rpartition("/")[2]
    stem, dot, ending = name.rpartition(".")
    stem = stem if dot and ending.strip().lower() in _KNOWN_ENDINGS else name
    kept = "".join("_" if char in _FORBIDDEN else char for char in without_hidden(stem))
    bound = " ".join(kept.split()).encode()[:_LONGEST].decode("utf-8", "ignore").strip(" .")
    return f"_{bound}" if bound.partition(".")[0].strip().lower() in _RESERVED else bound


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
