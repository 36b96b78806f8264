"""What is sent in the body of a request: read once, within limits, after it is known who asks.

A body costs its sender nothing and its reader memory, time and a turn of the loop. So whoever may not
use a door is told before a byte of it is read; a form without files is small and has few fields; text
beside files is small too; a body that comes too slowly is not waited for; and what is long is taken
apart beside the loop, on a thread. Whatever cannot be read is one refusal, never a fault of ours.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncGenerator, Callable
from typing import Any, TypeVar, cast
from urllib.parse import parse_qsl

from litestar import Request
from litestar.datastructures import FormMultiDict, UploadFile
from litestar.enums import RequestEncodingType
from litestar.types import Empty
from multipart import MultipartError, MultipartSegment, ParserLimitReached, PushMultipartParser

from tongban.kernel.errors import Kind, Refusal

T = TypeVar("T")

MOST_FIELDS = 500
"""Fields and files of one form."""
LONGEST_FORM = 256 * 1024
"""Bytes of a form without files, and of all text in one that has files."""
LONGEST_BODY = 512 * 1024
"""Bytes of any other body, unless its door says otherwise."""
PATIENCE = 20.0
"""Seconds in which the next piece of a body must come."""
SLOWEST = 8 * 1024
"""Bytes a second that a body must come with on the whole, beyond the first :data:`PATIENCE`."""
_AT_ONCE = 8 * 1024
"""Bytes of text that are looked at on the loop; more goes to a thread."""
_CHARSETS = frozenset({"", "utf-8", "utf8"})


class HungUp(Exception):
    """Whoever sent the request is gone: nobody hears the answer, and nothing is wrong."""


def unreadable() -> Refusal:
    """What was sent is no form, or none that can be read."""
    return Refusal("kit.bad_request", Kind.UNREADABLE)


def too_large() -> Refusal:
    """What was sent is longer, or has more fields, than this door takes."""
    return Refusal("kit.too_large", Kind.TOO_LARGE)


async def beside(length: int, work: Callable[[], T]) -> T:
    """Do a piece of work on ``length`` bytes of text: what is short at once, what is long on a thread."""
    return work() if length <= _AT_ONCE else await asyncio.to_thread(work)


def length_of(form: FormMultiDict) -> int:
    """Return how much text a form holds, in characters."""
    return sum(len(value) for _, value in form.multi_items() if isinstance(value, str))


class SentRequest(Request[Any, Any, Any]):
    """A request whose body is read within limits. Refuses, as one sentence each, what exceeds them."""

    async def stream(self) -> AsyncGenerator[bytes, None]:
        """Return the pieces of the body as they come; an empty one is the last.

        Refuses a body that is longer than its door takes, that was read before, or that comes more
        slowly than :data:`PATIENCE` and :data:`SLOWEST` say. :class:`HungUp` where its sender left.
        """
        if self._body is not Empty:
            yield self._body
            yield b""
            return
        if not self.is_connected:
            raise unreadable()
        most = self.route_handler.resolve_request_max_body_size() or LONGEST_BODY
        if self._announced > most:
            raise too_large()
        self.is_connected = False
        came, more, began = 0, True, asyncio.get_running_loop().time()
        while more:
            piece, more = await self._next(came, began)
            came += len(piece)
            if came > most:
                raise too_large()
            if piece:
                yield piece
        yield b""

    @property
    def _announced(self) -> int:
        said = self.headers.get("content-length", "0")
        if not (said.isascii() and said.isdigit() and len(said) < 16):
            raise unreadable()
        return int(said)

    async def _next(self, came: int, began: float) -> tuple[bytes, bool]:
        spent = asyncio.get_running_loop().time() - began
        patience = min(PATIENCE, PATIENCE + came / SLOWEST - spent)
        try:
            event: Any = await asyncio.wait_for(self.receive(), max(0.001, patience))
        except TimeoutError:
            raise Refusal("kit.too_slow", Kind.TOO_SLOW) from None
        if event["type"] == "http.disconnect":
            raise HungUp
        return event.get("body", b""), bool(event.get("more_body", False))

    async def form(self) -> FormMultiDict:
        """Return what was sent as a form, an empty one where it was something else.

        Refuses too many fields, too long texts, a field without a name, a character set other than
        UTF-8 and whatever is no form at all. Files that came before are closed then.
        """
        if self._form is Empty:
            if self._connection_state.form is Empty:
                found = await self._read_form()
                self._connection_state.form = {
                    name: values if len(values) > 1 else values[0] for name, values in found.items()
                }
            self._form = FormMultiDict.from_form_data(cast("Any", self._connection_state.form))
        return self._form

    async def _read_form(self) -> dict[str, list[Any]]:
        kind, options = self.content_type
        if kind not in (RequestEncodingType.MULTI_PART, RequestEncodingType.URL_ENCODED):
            return {}
        if options.get("charset", "").lower() not in _CHARSETS:
            raise unreadable()
        if kind == RequestEncodingType.MULTI_PART:
            return await _Parts().read(self.stream(), options.get("boundary", ""))
        if self._announced > LONGEST_FORM:
            raise too_large()
        body = await self.body()
        return await beside(len(body), lambda: fields_of(body))


def fields_of(body: bytes) -> dict[str, list[Any]]:
    """Return the fields of an url-encoded form, the values of each in order.

    Refuses one of more than :data:`LONGEST_FORM` bytes or :data:`MOST_FIELDS` fields (WHATWG URL, 5.1).
    """
    if len(body) > LONGEST_FORM or body.count(b"&") >= MOST_FIELDS:
        raise too_large()
    found: defaultdict[str, list[Any]] = defaultdict(list)
    for name, value in parse_qsl(body.decode("latin-1"), keep_blank_values=True):
        found[name].append(value)
    return found


class _Parts:
    """The parts of a form with files (RFC 7578), taken from the pieces of a body as they come."""

    def __init__(self) -> None:
        self._found: defaultdict[str, list[Any]] = defaultdict(list)
        self._files: list[UploadFile] = []
        self._name = ""
        self._file: UploadFile | None = None
        self._text: bytearray | None = None
        self._texts = 0

    async def read(
        self, pieces: AsyncGenerator[bytes, None], boundary: str
    ) -> dict[str, list[Any]]:
        """Return every field's values in order; what is refused leaves no file open."""
        try:
            with PushMultipartParser(
                _boundary(boundary), max_segment_count=MOST_FIELDS, strict=True
            ) as parser:
                async for piece in pieces:
                    if not piece and parser.closed:
                        break
                    for part in parser.parse(piece):
                        await self._take(part)
        except ParserLimitReached:
            await self._close()
            raise too_large() from None
        except (MultipartError, UnicodeError, LookupError, ValueError):
            await self._close()
            raise unreadable() from None
        except BaseException:
            await self._close()
            raise
        return self._found

    async def _take(self, part: Any) -> None:
        if isinstance(part, MultipartSegment):
            self._begin(part)
        elif not part:
            await self._end()
        elif self._file is not None:
            await self._file.write(part)
        elif self._text is not None:
            self._texts += len(part)
            if self._texts > LONGEST_FORM:
                raise too_large()
            self._text += part

    def _begin(self, segment: MultipartSegment) -> None:
        if not segment.name or (segment.charset or "").lower() not in _CHARSETS:
            raise unreadable()
        self._name = segment.name
        if segment.filename:
            self._file = UploadFile(
                content_type=segment.content_type or "application/octet-stream",
                filename=segment.filename,
                headers=dict(segment.headerlist),
            )
            self._files.append(self._file)
        else:
            self._text = bytearray()

    async def _end(self) -> None:
        if self._file is not None:
            await self._file.seek(0)
            self._found[self._name].append(self._file)
        elif self._text is not None:
            self._found[self._name].append(self._text.decode("utf-8"))
        self._file = self._text = None

    async def _close(self) -> None:
        for file in self._files:
            await file.close()


def _boundary(said: str) -> bytes:
    """Return what stands between the parts; refuses what RFC 2046, 5.1.1, does not allow."""
    if not 0 < len(said) <= _LONGEST_BOUNDARY or not (said.isascii() and said.isprintable()):
        raise unreadable()
    return said.encode("ascii")


_LONGEST_BOUNDARY = 70
