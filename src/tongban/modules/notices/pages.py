"""The message box, and the mail settings tried out."""

import asyncio
import math
from typing import Any
from urllib.parse import urlencode

from litestar import Request, Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from tongban.kernel.errors import Refusal
from tongban.kit.clock import new_id
from tongban.kit.db import Reader
from tongban.kit.html import errors_of, form_of, page, redirect
from tongban.kit.http import STATUS, actor_of, house, language_of, page_from, requires, signed_in
from tongban.kit.i18n import translate, translator
from tongban.kit.sheets import csv_file
from tongban.modules.government import queries as government
from tongban.modules.notices import actions, errors, queries
from tongban.modules.notices.model import Mail, Mailer, Message

AnyRequest = Request[Any, Any, Any]
_MINE = {"access": signed_in()}
_SET_UP = {"access": requires("staff.manage")}
_PAGE = 20


@get("/messages", opt=_MINE, sync_to_thread=False)
def box(request: AnyRequest, show: FromQuery[str] = "", sort: FromQuery[str] = "") -> Response[str]:
    """Show one's messages, the newest first or last; all, or only the unread."""
    return _box(request, "", show, sort)


@post("/messages", status_code=200, opt=_MINE)
async def search_box(request: AnyRequest) -> Response[str]:
    """Show those with the words: sent as a form, so that no address holds what messages are about."""
    typed = await form_of(request)
    return _box(request, typed.get("q", ""), typed.get("show", ""), typed.get("sort", ""))


def _box(request: AnyRequest, q: str, show: str, sort: str) -> Response[str]:
    with house(request).db.read() as reader:
        found = _found(request, reader, q, unread_only=show == "unread")
        unread = queries.unread(reader, actor_of(request).account)
    if sort == "oldest":
        found.reverse()
    size = max(_PAGE, len(found)) if q else _PAGE  # the pages of a search have no address
    pages = max(1, math.ceil(len(found) / size))
    current = min(page_from(request.query_params), pages)
    return page(
        request,
        "notices/messages.html",
        found=found[(current - 1) * size : current * size],
        total=len(found),
        unread_count=unread,
        page=current,
        pages=pages,
        kept={"q": q, "show": show, "sort": sort},
        kept_query=urlencode({"show": show, "sort": sort}),
    )


def _found(
    request: AnyRequest, reader: Reader, wanted: str, *, unread_only: bool
) -> list[tuple[Message, str, str]]:
    """Return messages with title and text; looked through after opening, for they are sealed."""
    account, language = actor_of(request).account, language_of(request)
    lines = [
        (message, *queries.words(reader, message, language))
        for message in queries.inbox(reader, account, unread_only=unread_only)
    ]
    return [line for line in lines if wanted.lower() in f"{line[1]} {line[2]}".lower()]


@get("/messages.csv", opt=_MINE, sync_to_thread=False)
def box_file(request: AnyRequest, show: FromQuery[str] = "") -> Response[bytes]:
    """Give out all one's messages, or the unread, as a file."""
    language = language_of(request)
    with house(request).db.read() as reader:
        found = _found(request, reader, "", unread_only=show == "unread")
        zone = government.zone(reader.connection)
    t = translator(language)
    head = [t(f"notices.box.{name}") for name in ("at", "message", "text", "state")]
    rows = [
        [message.at, title, text, t(f"notices.box.{'read' if message.read_at else 'unread'}")]
        for message, title, text in found
    ]
    return csv_file("messages", head, rows, zone)


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
    address = (await form_of(request)).get("address", "")
    mail = Mail(
        key=f"test-{new_id(running.clock)}",
        to=address,
        subject=translate(language, "notices.mail.test_subject"),
        text=translate(language, "notices.mail.test_text", address=running.settings.address),
        at=running.clock.now(),
    )
    try:
        if "@" not in address:
            raise errors.address_missing()
        await asyncio.to_thread(running.port(Mailer).send, mail)
    except Refusal as refusal:
        return _mail_page(request, address, refusal)
    return _mail_page(request, address, sent=True)


HANDLERS = (box, search_box, box_file, one, read_all, mail_page, try_mail)
