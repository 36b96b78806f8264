"""Which files are taken as a material: judged by what they contain, never by their name."""

from collections.abc import Iterable

from msgspec.structs import replace

from tongban.kernel.characters import without_hidden
from tongban.kernel.filenames import file_name, told_apart
from tongban.modules.services.model import Attachment

LARGEST = 10 * 1024 * 1024
"""Bytes of one file."""
MOST_FILES = 20
"""Files of one case."""
_KINDS = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
)


def look_at(content: bytes) -> tuple[str, str]:
    """Return the media type, and what is wrong with the file: empty where nothing is."""
    if not content:
        return "", "file_empty"
    if len(content) > LARGEST:
        return "", "file_too_large"
    for beginning, media_type in _KINDS:
        if content.startswith(beginning):
            return media_type, ""
    return "", "file_kind"


def plain_name(name: str) -> str:
    """Return the file's own name without folders and without hidden characters."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    shown = without_hidden(last).strip()
    return shown[-120:] or "file"


def called(attachments: Iterable[Attachment]) -> list[Attachment]:
    """Return the files of a case with the name under which each is shown and leaves."""
    given = list(attachments)
    names = told_apart(file_name(each.file_name, each.media_type) for each in given)
    return [replace(each, called=name) for each, name in zip(given, names, strict=True)]
