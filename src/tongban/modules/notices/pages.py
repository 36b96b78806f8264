"""The message box, and the mail settings tried out."""

import asyncio
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from tongban.kernel.errors import Refusal
from tongban.kernel.identifiers import mailbox_fault, plain_mailbox
from tongban.kernel.paging import skipped
from tongban.kit.clock import new_id
from tongban.kit.db import Reader
from tongban.kit.html import errors_of, form_of, page, redirect
from tongban.kit.http import STATUS, actor_of, house, language_of, requires, signed_in
from tongban.kit.i18n import translate
from tongban.kit.lists import (
    Asking,
    Column,
    Found,
    Kind,
    Listing,
    Paged,
    choice,
    coded,
    doors,
    look,
    order,
    search,
)
from tongban.kit.word_forms import simplified
from tongban.modules.notices import actions, errors, queries
from tongban.modules.notices.model import Mail, Mailer, Message

AnyRequest = Request[Any, Any, Any]
_MINE = {"access": signed_in()}
_SET_UP = {"access": requires("staff.manage")}


@dataclass(frozen=True)
class Line:
    """A message as the box shows it."""

    message: Message
    title: str
    text: str


def _lines(reader: Reader, asking: Asking, found: Iterable[Message]) -> list[Line]:
    return [Line(each, *queries.words(reader, each, asking.language)) for each in found]


def _page(reader: Reader, asking: Asking, number: int, size: int | None) -> Found:
    if asking.values["q"]:
        rows = [line for lines in _every(reader, asking) for line in lines]
        start = skipped(number, size)
        return Found(rows[start : None if size is None else start + size], len(rows))
    account, (read, oldest) = asking.actor.account, _how(asking)
    found = queries.inbox(reader, account, read=read, oldest=oldest, page=number, size=size)
    total = queries.count(reader, account, read=read)
    return Found(_lines(reader, asking, found), total)


def _every(reader: Reader, asking: Asking) -> Iterator[Sequence[Line]]:
    """Return all lines in pieces; looked through after opening, for messages are sealed."""
    wanted = simplified(asking.values["q"].lower())
    read, oldest = _how(asking)
    for found in queries.every(reader, asking.actor.account, read=read, oldest=oldest):
        lines = _lines(reader, asking, found)
        yield [line for line in lines if wanted in simplified(f"{line.title} {line.text}".lower())]


_READ = {"unread": False, "read": True}


def _how(asking: Asking) -> tuple[bool | None, bool]:
    """Return whether only what was read, or was not, is wanted, and whether the oldest comes first."""
    values = asking.values
    return _READ.get(values["show"]), values["sort"] == "oldest"


BOX = Listing(
    name="messages",
    title="notices.box.title",
    address="/messages",
    files="/messages",
    api="/api/my/messages",
    access=signed_in(),
    columns=(
        Column("at", "notices.box.at", Kind.INSTANT, of="message.at"),
        Column("title", "notices.box.message", width=40),
        Column("text", "notices.box.text", width=60),
        Column("state", "notices.box.state", type=Literal["read", "unread"], words=coded("notices.box"),
               of=lambda line, _: "read" if line.message.read_at else "unread"),
    ),
    filters=(
        search("q", "notices.box.search"),
        choice("show", "notices.box.show", allowed=("unread", "read"), group="notices.box",
               whole="notices.box.all"),
        order("sort", "notices.box.sort", ("newest", "oldest"), "notices.box"),
    ),
    source=Paged(_page, _every),
    size=20,
    lead="title",
    private=True,
)  # fmt: skip
"""One's messages."""


@get("/messages", opt=_MINE, sync_to_thread=False)
def box(request: AnyRequest) -> Response[str]:
    """Show one's messages, the newest first or last; all, or only the unread."""
    return _box(request)


@post("/messages", status_code=200, opt=_MINE)
async def search_box(request: AnyRequest) -> Response[str]:
    """Show those with the words: sent as a form, so that no address holds what messages are about."""
    return _box(request, await form_of(request))


def _box(request: AnyRequest, typed: Mapping[str, str] | None = None) -> Response[str]:
    with house(request).db.read() as reader:
        listed = look(request, reader, BOX, typed)
        unread = queries.unread(reader, actor_of(request).account)
    return page(request, "notices/messages.html", listed=listed, unread_count=unread)


@get("/messages/{message:str}", opt=_MINE)
async def one(request: AnyRequest, message: FromPath[str]) -> Response[str]:
    """Show one message; showing it is reading it."""
    running, actor = house(request), actor_of(request)
    with running.db.read() as reader:
        found = queries.message(reader, actor.account, message)
        title, text = queries.words(reader, found, language_of(request))
    if found.read_at is None:
        await running.write(lambda unit: actions.mark_read(unit, actor, message))
    return page(request, "notices/message.html", message=found, title=title, text=text)


@post("/messages/read", opt=_MINE)
async def read_all(request: AnyRequest) -> Redirect:
    """Note that every message was read."""
    actor = actor_of(request)
    await house(request).write(lambda unit: actions.mark_all_read(unit, actor))
    return redirect("/messages")


@get("/setup/mail", opt=_SET_UP, sync_to_thread=False)
def mail_page(request: AnyRequest) -> Response[str]:
    """Show the mail settings and offer to try them."""
    return _mail_page(request, "")


def _mail_page(
    request: AnyRequest, address: str, refusal: Refusal | None = None, *, sent: bool = False
) -> Response[str]:
    mailer = house(request).port(Mailer)
    status = 200 if refusal is None else STATUS[refusal.kind]
    shown = errors_of(refusal, request) if refusal else {}
    return page(
        request,
        "notices/setup_mail.html",
        status=status,
        mailer=mailer,
        address=address,
        sent=sent,
        **shown,
    )


@post("/setup/mail", opt=_SET_UP)
async def try_mail(request: AnyRequest) -> Response[str]:
    """Send a mail now and say whether the server took it."""
    running, language = house(request), language_of(request)
    address = plain_mailbox((await form_of(request)).get("address", ""))
    mail = Mail(
        key=f"test-{new_id(running.clock)}",
        to=address,
        subject=translate(language, "notices.mail.test_subject"),
        text=translate(language, "notices.mail.test_text", address=running.settings.address),
        at=running.clock.now(),
    )
    try:
        if mailbox_fault(address) is not None:
            raise errors.address_unfit()
        await asyncio.to_thread(running.port(Mailer).send, mail)
    except Refusal as refusal:
        return _mail_page(request, address, refusal)
    return _mail_page(request, address, sent=True)


HANDLERS = (box, search_box, *doors(BOX), one, read_all, mail_page, try_mail)
