"""Ask about cards."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from sqlalchemy import Connection

from tongban.kernel.actors import Actor
from tongban.kernel.dates import Calendar
from tongban.kit import shelf
from tongban.kit.db import Reader
from tongban.modules.government import queries as government
from tongban.modules.identity import queries as identity
from tongban.modules.services.model import CASE_DUTIES
from tongban.modules.supervision import errors, rules, store
from tongban.modules.supervision.definition import SupervisionRuleDefinition
from tongban.modules.supervision.model import UNANSWERED, Card, CardState, ProvisionalDays

_SIZE = 25
READERS = CASE_DUTIES | {"supervision.read"}
"""Who sees cards: inspectors all of them, those who work on cases the ones of their department."""


def supervision_rules(connection: Connection) -> dict[str, SupervisionRuleDefinition]:
    """Return the rules that draw cards, by code."""
    return shelf.every(connection, "supervision", SupervisionRuleDefinition)


STATES = (CardState.OPEN.value, UNANSWERED, CardState.REPLIED.value, CardState.WITHDRAWN.value)
"""How a card can stand on a day, in the words of ``Card.state_on``."""


def cards(
    reader: Reader,
    actor: Actor,
    *,
    colour: str = "",
    state: str = "",
    page: int = 1,
    size: int | None = _SIZE,
) -> tuple[list[Card], int]:
    """Return a page of the cards that this actor may see, and how many there are.

    An inspector sees all, others their department's. ``state`` is one of ``STATES``.
    """
    return store.listed(
        reader.connection,
        _standing(reader),
        department=_department(actor),
        colour=colour,
        state=state,
        page=page,
        size=size,
    )


def every_card(
    reader: Reader, actor: Actor, *, colour: str = "", state: str = ""
) -> Iterator[list[Card]]:
    """Return all the cards that this actor may see in pieces, newest first."""
    wanted = {"department": _department(actor), "colour": colour, "state": state}
    yield from store.every(reader.connection, _standing(reader), **wanted)


def _standing(reader: Reader) -> store.Standing:
    """Return what tells how open cards stand today: whose day is a guess is not late."""
    calendar = government.calendar(reader.connection)
    return store.Standing(calendar.local_date(reader.now), rules.covered_spans(calendar))


def waiting_counts(reader: Reader, actor: Actor) -> Counter[tuple[str, str]]:
    """Return how many cards that this actor may see wait for an answer, by colour and standing."""
    return Counter(store.waiting_counts(reader.connection, _standing(reader), _department(actor)))


def _department(actor: Actor) -> str:
    return "" if rules.may_see_all(actor) else actor.department or "-"


def card(connection: Connection, actor: Actor, identifier: str) -> Card:
    """Return one card; refuses one that is not this actor's to see."""
    found = store.get(connection, identifier)
    if not rules.may_see_all(actor) and actor.department != found.department:
        raise errors.card_not_found()
    return found


def answering(reader: Reader, department: str) -> list[str]:
    """Return the accounts of those in a department who may answer a card about it, by login."""
    staff = {
        one.id: one.login
        for duty in CASE_DUTIES
        for one in identity.staff_with(reader, department, duty)
    }
    return sorted(staff, key=lambda account: staff[account])


def ways(actor: Actor, found: Card) -> dict[str, bool]:
    """Return what this actor may do with a card now."""
    return {
        "reply": found.state == "open" and rules.works_there(actor, found),
        "see_case": rules.works_there(actor, found),
        "withdraw": found.state != "withdrawn" and rules.may_withdraw(actor, found),
    }


def provisional(connection: Connection, cards: Iterable[Card]) -> frozenset[str]:
    """Return the ids of the cards whose day to reply by is a guess, so that it may move."""
    calendar = government.calendar(connection)
    return frozenset(one.id for one in cards if rules.is_provisional(calendar, one))


def provisional_days(connection: Connection, cards: Iterable[Card]) -> dict[str, ProvisionalDays]:
    """Return, by the ids of cards, why their days may still move: to reply by, and of the limit."""
    calendar = government.calendar(connection)
    return {one.id: rules.provisional_days(calendar, one) for one in cards}


def moved_by(
    connection: Connection, calendar: Calendar, reply_days: Mapping[str, int]
) -> list[tuple[Card, dt.date]]:
    """Return the open cards that a calendar gives a later day to reply by, and that day.

    ``reply_days`` are working days by rule; a card whose rule is not among them keeps its day.
    """
    cards = [card for card in store.open_cards(connection) if card.rule in reply_days]
    days = [(card, rules.reply_due(calendar, card, reply_days[card.rule])) for card in cards]
    return [(card, due) for card, due in days if card.reply_due is None or due > card.reply_due]


def counts(connection: Connection) -> dict[str, int]:
    """Return how many cards stand, by colour."""
    return store.counts(connection)
