"""Texts as they come in at the doors: one place that takes out, or refuses, what nobody sees.

What a paste brings along unseen and nobody misses is taken out of addresses and forms. What would
change a text is refused by name: in addresses and JSON here, in forms where they are read, so that
a page can say it beside the field. What cannot be text at all goes no further than the guard.
"""

import json
import re
from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any
from urllib.parse import parse_qsl, urlencode

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.datastructures import UploadFile

from tongban.kernel.characters import MOST_MARKS, Hidden, heaped_in, hidden_in, named, without_noise
from tongban.kernel.errors import Kind, Refusal, Wrong
from tongban.kit.sent import beside, unreadable

MOST = 2**31 - 1
"""The largest number an address may hold: what databases count rows by."""
SAFE = {"GET", "HEAD", "OPTIONS"}
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
_LONGEST_PART = 255
"""Bytes between two slashes of an address: what a file's name may have."""
_NO_TEXT = re.compile(r"[\x00\ud800-\udfff]")
SECRETS = frozenset({"password", "again", "old"})
"""Fields whose content is compared to the letter and never altered."""
HIDDEN = "kit.hidden_character"
HEAPED = "kit.heaped_marks"


def is_unreadable(text: str) -> bool:
    """Whether a text holds NUL or half a character: PostgreSQL and UTF-8 know neither."""
    return _NO_TEXT.search(text) is not None


def hidden_character(hidden: Hidden, field: str = "") -> Refusal:
    """A text with a character that nobody sees and that changes it, named by its code point."""
    character = named(hidden.character)
    fields = {field: Wrong(HIDDEN, character=character)} if field else {}
    kind = Kind.INVALID if field else Kind.UNREADABLE
    return Refusal(HIDDEN, kind, fields=fields, character=character)


def heaped_marks(mark: str, field: str = "") -> Refusal:
    """A letter under so many marks that nobody can read it, the mark named by its code point."""
    said = {"character": named(mark), "most": MOST_MARKS}
    fields = {field: Wrong(HEAPED, **said)} if field else {}
    return Refusal(HEAPED, Kind.INVALID if field else Kind.UNREADABLE, fields=fields, **said)


def tidy_query(query: bytes) -> bytes:
    """Return the query of an address without hidden characters that nobody misses.

    Tabs and line breaks, which a search box may be given, become spaces.
    """
    if b"%" not in query and query.isascii():
        return query
    pairs = parse_qsl(query.decode("latin-1"), keep_blank_values=True)
    tidied = [(tidy(name), tidy(value)) for name, value in pairs]
    return query if tidied == pairs else urlencode(tidied).encode()


def tidy(text: str) -> str:
    """Return one line without what nobody misses; a tab or line break becomes a space."""
    return without_noise(re.sub(r"[\t\r\n]+", " ", text))


def typed(name: str, value: str) -> str:
    """Return what was typed into a field, without what surrounds it and nobody sees."""
    if name in SECRETS:
        return value.strip()
    return without_noise(value, several_lines=True).strip()


def check_typed(name: str, value: str) -> None:
    """Refuse a text of a form that holds what changes it and nobody sees."""
    for hidden in () if name in SECRETS else hidden_in(value, several_lines=True):
        raise hidden_character(hidden, name)
    if name not in SECRETS and (mark := heaped_in(value)):
        raise heaped_marks(mark, name)


def check_address(connection: ASGIConnection[Any, Any, Any, Any]) -> None:
    """Refuse an address with text that no database keeps or nobody sees, before anything looks at it."""
    _check_path(connection)
    for pair in connection.query_params.multi_items():
        _check_said(*pair)


async def check_body(request: Request[Any, Any, Any]) -> None:
    """Refuse a body with such text; only once it is known that its sender may send one."""
    if request.headers.get("content-type", "").startswith(_FORMS):
        await _check_form(request)
    else:
        body = await request.body()
        await beside(len(body), partial(_check_body, body))


def _check_path(connection: ASGIConnection[Any, Any, Any, Any]) -> None:
    for part in connection.path_params.values():
        if is_unreadable(str(part)) or (isinstance(part, int) and abs(part) > MOST):
            raise Refusal("kit.not_found", Kind.NOT_FOUND)
    path = connection.scope["path"]
    if hidden_in(path) or any(len(part.encode()) > _LONGEST_PART for part in path.split("/")):
        raise Refusal("kit.not_found", Kind.NOT_FOUND)


def _check_said(*texts: str, several_lines: bool = False) -> None:
    for text in texts:
        if is_unreadable(text):
            raise unreadable()
        for hidden in hidden_in(text, several_lines=several_lines):
            raise hidden_character(hidden)
        if mark := heaped_in(text):
            raise heaped_marks(mark)


async def _check_form(request: Request[Any, Any, Any]) -> None:
    """Refuse names of fields and texts that are none; what a file holds is its own matter."""
    form = await request.form()
    said = [
        (name, value.filename if isinstance(value, UploadFile) else str(value))
        for name, value in form.multi_items()
    ]
    try:
        await beside(sum(len(text) for _, text in said), partial(_check_fields, said))
    except Refusal:  # the framework closes files only after a handler that answered
        await form.close()
        raise


def _check_fields(said: Iterable[tuple[str, str]]) -> None:
    for name, text in said:
        _check_said(name)
        if is_unreadable(text):
            raise unreadable()


def _check_body(body: bytes) -> None:
    """Refuse a body in JSON with hidden characters, written out or as ``\\u202e``."""
    text = body.decode("utf-8", "replace")
    _check_said(text, several_lines=True)
    if "\\u" not in text:
        return
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        return  # whoever reads it says so
    for each in _texts_in(said):
        _check_said(each, several_lines=True)


def _texts_in(said: Any) -> Iterator[str]:
    """Return every text and key of a JSON value, however deep."""
    left = [said]
    while left:
        one = left.pop()
        if isinstance(one, str):
            yield one
        elif isinstance(one, list):
            left += one
        elif isinstance(one, dict):
            left += [*one, *one.values()]
