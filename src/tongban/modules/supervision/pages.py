"""The pages of supervision: cards, and what is said to each."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from tongban.kernel.errors import Kind as RefusalKind
from tongban.kernel.errors import Refusal
from tongban.kernel.text import Text
from tongban.kit.db import Reader, Unit
from tongban.kit.html import errors_of, form_of, page, redirect
from tongban.kit.http import actor_of, house, requires
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
)
from tongban.modules.government import queries as government
from tongban.modules.services import queries as services
from tongban.modules.supervision import actions, proven, queries
from tongban.modules.supervision.definition import SupervisionRuleDefinition
from tongban.modules.supervision.model import Card, Colour, ProvisionalDays

_READERS = {"access": requires(*queries.READERS)}


@dataclass(frozen=True)
class _Known:
    """What the list of cards looks up once."""

    rules: Mapping[str, SupervisionRuleDefinition]
    departments: Mapping[str, str]
    today: dt.date


def _known(reader: Reader, asking: Asking) -> _Known:
    return _Known(
        rules=queries.supervision_rules(reader.connection),
        departments=government.department_names(reader.connection, asking.language),
        today=government.local(reader.connection, reader.now).date(),
    )


@dataclass(frozen=True)
class _Line:
    """A card in the list, and what its service is called."""

    card: Card
    service: Text
    guessed: ProvisionalDays
    """Why its days may still move."""

    @property
    def provisional(self) -> bool:
        """Whether the calendar does not reach its day to reply by."""
        return self.guessed.reply == "calendar"


def _lines(reader: Reader, cards: Sequence[Card]) -> list[_Line]:
    codes = sorted({card.service for card in cards})
    called = services.names_of_services(reader.connection, codes)
    guessed = queries.provisional_days(reader.connection, cards)
    return [_Line(card, called[card.service], guessed[card.id]) for card in cards]


def _page(reader: Reader, asking: Asking, number: int, size: int | None) -> Found:
    found, total = queries.cards(reader, asking.actor, **_wanted(asking), page=number, size=size)
    return Found(_lines(reader, found), total)


def _every(reader: Reader, asking: Asking) -> Iterator[Sequence[Any]]:
    for found in queries.every_card(reader, asking.actor, **_wanted(asking)):
        yield _lines(reader, found)


def _wanted(asking: Asking) -> dict[str, str]:
    return {"colour": asking.values["colour"], "state": asking.values["status"]}


def _why(rule: str, asking: Asking) -> str:
    known = asking.known.rules
    return asking.say(known[rule].name) if rule in known else rule


def _state(line: _Line, asking: Asking) -> str:
    return line.card.state_on(asking.known.today, provisional=line.provisional)


CARDS = Listing(
    name="cards",
    title="supervision.cards.title",
    address="/supervision",
    api="/api/supervision/cards",
    access=requires(*queries.READERS),
    known=_known,
    columns=(
        Column("case_number", "supervision.cards.case", Kind.IDENTIFIER, of="card.case_number"),
        Column("colour", "supervision.cards.colour", of="card.colour", words=coded("kit.card"),
               type=Colour, on_page=False),
        Column("rule", "supervision.card.why", of="card.rule", words=_why),
        Column("clock", "supervision.cards.clock", of="card.clock",
               words=coded("supervision.clock"), on_page=False),
        Column("limit_due", "supervision.cards.limit_due", Kind.DAY, of="card.limit_due",
               on_page=False),
        Column("limit_provisional", "supervision.cards.limit_provisional", of="guessed.limit",
               words=coded("services.provisional"), on_page=False),
        Column("service", "supervision.cards.service", of="card.service",
               shows=lambda line, asking: asking.say(line.service), on_page=False),
        Column("department", "supervision.cards.department", of="card.department",
               words=lambda code, asking: asking.known.departments.get(code, code)),
        Column("drawn_at", "supervision.cards.drawn", Kind.INSTANT, of="card.drawn_at"),
        Column("reply_due", "supervision.cards.reply_due", Kind.DAY, of="card.reply_due"),
        Column("reply_provisional", "supervision.cards.reply_provisional", of="guessed.reply",
               words=coded("services.provisional"), on_page=False),
        Column("state", "supervision.cards.state", of=_state, words=coded("supervision.state")),
        Column("words", "supervision.card.words", of="card.words", on_page=False),
        Column("settled_at", "supervision.card.settled_at", Kind.INSTANT, of="card.settled_at",
               on_page=False),
    ),
    filters=(
        choice("colour", "supervision.cards.colour", allowed=("red", "yellow"), group="kit.card"),
        choice("status", "supervision.cards.state", allowed=queries.STATES,
               group="supervision.state"),
    ),
    source=Paged(_page, _every),
)  # fmt: skip
"""Every card that the actor may see, newest first."""


@get("/supervision", opt=_READERS, sync_to_thread=False)
def cards(request: Request[Any, Any, Any]) -> Response[str]:
    """Every card that this actor may see, newest first."""
    with house(request).db.read() as reader:
        listed = look(request, reader, CARDS)
        counts = queries.waiting_counts(reader, actor_of(request))
        expected = government.calendar(reader.connection).provisional
    return page(
        request,
        "supervision/cards.html",
        listed=listed,
        counts=counts,
        provisional_years=expected,
        rules=listed.asking.known.rules,
        today=listed.asking.known.today,
    )


@get("/supervision/{card:str}", opt=_READERS, sync_to_thread=False)
def card_page(request: Request[Any, Any, Any], card: FromPath[str]) -> Response[str]:
    """One card, what it rests on, and what was said to it."""
    return _card_page(request, card)


def _card_page(request: Request[Any, Any, Any], card: str, **more: Any) -> Response[str]:
    with house(request).db.read() as reader:
        found = queries.card(reader.connection, actor_of(request), card)
        context: dict[str, Any] = {
            "card": found,
            "not_as_logged": proven.altered(reader, found),
            "today": government.local(reader.connection, reader.now).date(),
            "rule": queries.supervision_rules(reader.connection).get(found.rule),
            "departments": government.departments(reader.connection),
            "step_name": services.step_name(reader.connection, found.case_number, found.step),
            "service_name": services.service_name(reader.connection, found.service),
            "ways": queries.ways(actor_of(request), found),
            "provisional_years": government.calendar(reader.connection).provisional,
            "guessed": queries.provisional_days(reader.connection, [found])[found.id],
            "answered_by_nobody": not queries.answering(reader, found.department),
            "words": "",
            **more,
        }
    return page(request, "supervision/card.html", **context)


@post("/supervision/{card:str}", opt=_READERS)
async def settle(request: Request[Any, Any, Any], card: FromPath[str]) -> Response[str] | Redirect:
    """Reply to a card, or withdraw it."""
    form = await form_of(request)
    words = form.get("words", "")
    act = actions.withdraw if form.get("do") == "withdraw" else actions.reply

    def work(unit: Unit) -> None:
        act(unit, actor_of(request), card, words)

    try:
        await house(request).write(work)
    except Refusal as refusal:
        if refusal.kind is not RefusalKind.INVALID:
            raise
        return _card_page(request, card, status=422, words=words, **errors_of(refusal, request))
    return redirect(f"/supervision/{card}")


HANDLERS = (cards, *doors(CARDS), card_page, settle)
