"""The pages of supervision: cards, and what is said to each."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from tongban.kernel.errors import Kind, Refusal
from tongban.kernel.text import say
from tongban.kit.db import Unit
from tongban.kit.html import errors_of, form_of, page, redirect
from tongban.kit.http import actor_of, house, language_of, page_from, requires
from tongban.kit.i18n import translator
from tongban.kit.sheets import MOST, csv_file
from tongban.modules.government import queries as government
from tongban.modules.services import queries as services
from tongban.modules.supervision import actions, queries

_READERS = {"access": requires(*queries.READERS)}


@get("/supervision", opt=_READERS, sync_to_thread=False)
def cards(
    request: Request[Any, Any, Any],
    colour: FromQuery[str] = "",
    status: FromQuery[str] = "",
) -> Response[str]:
    """Every card that this actor may see, newest first."""
    with house(request).db.read() as reader:
        found = queries.cards(
            reader.connection,
            actor_of(request),
            colour=colour,
            state=status,
            page=page_from(request.query_params),
        )
        context: dict[str, Any] = {
            "found": found,
            "today": government.local(reader.connection, reader.now).date(),
            "rules": queries.supervision_rules(reader.connection),
            "departments": government.departments(reader.connection),
            "services": services.names_of_services(
                reader.connection, sorted({card.service for card in found.cards})
            ),
            "colour": colour,
            "chosen": status,  # page() takes a status of its own
        }
    return page(request, "supervision/cards.html", **context)


_COLUMNS = (
    "cards.case",
    "cards.colour",
    "card.why",
    "cards.service",
    "cards.department",
    "cards.drawn",
    "cards.reply_due",
    "cards.state",
    "card.words",
    "card.settled_at",
)


@get("/supervision/export.csv", opt=_READERS, sync_to_thread=True)
def cards_csv(
    request: Request[Any, Any, Any], colour: FromQuery[str] = "", status: FromQuery[str] = ""
) -> Response[bytes]:
    """The cards as filtered, for a spreadsheet."""
    language, actor = language_of(request), actor_of(request)
    t = translator(language)
    with house(request).db.read() as reader:
        known = queries.supervision_rules(reader.connection)
        found = queries.cards(
            reader.connection, actor, colour=colour, state=status, size=MOST
        ).cards
        called = services.names_of_services(
            reader.connection, sorted({card.service for card in found})
        )
        departments = government.department_names(reader.connection, language)
        zone = government.zone(reader.connection)
        today = government.local(reader.connection, reader.now).date()
        rows = [
            [
                card.case_number,
                t(f"kit.card.{card.colour}"),
                say(known[card.rule].name, language) if card.rule in known else card.rule,
                say(called[card.service], language),
                departments.get(card.department, card.department),
                card.drawn_at,
                card.reply_due,
                t(
                    "supervision.state."
                    + ("unanswered" if card.is_unanswered(today) else card.state)
                ),
                card.words,
                card.settled_at,
            ]
            for card in found
        ]
    return csv_file("cards", [t(f"supervision.{column}") for column in _COLUMNS], rows, zone)


@get("/supervision/{card:str}", opt=_READERS, sync_to_thread=False)
def card_page(request: Request[Any, Any, Any], card: FromPath[str]) -> Response[str]:
    """One card, what it rests on, and what was said to it."""
    return _card_page(request, card)


def _card_page(request: Request[Any, Any, Any], card: str, **more: Any) -> Response[str]:
    with house(request).db.read() as reader:
        found = queries.card(reader.connection, actor_of(request), card)
        context: dict[str, Any] = {
            "card": found,
            "today": government.local(reader.connection, reader.now).date(),
            "rule": queries.supervision_rules(reader.connection).get(found.rule),
            "departments": government.departments(reader.connection),
            "service_name": services.service_name(reader.connection, found.service),
            "ways": queries.ways(actor_of(request), found),
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
        if refusal.kind is not Kind.INVALID:
            raise
        return _card_page(request, card, status=422, words=words, **errors_of(refusal, request))
    return redirect(f"/supervision/{card}")


HANDLERS = (cards, cards_csv, card_page, settle)
