"""Ask about cards."""

from sqlalchemy import Connection

from tongban.kernel.actors import Actor
from tongban.kit import shelf
from tongban.modules.services.model import CASE_DUTIES
from tongban.modules.supervision import errors, rules, store
from tongban.modules.supervision.definition import SupervisionRuleDefinition
from tongban.modules.supervision.model import Card, CardPage

_SIZE = 25
READERS = CASE_DUTIES | {"supervision.read"}
"""Who sees cards: inspectors all of them, those who work on cases the ones of their department."""


def supervision_rules(connection: Connection) -> dict[str, SupervisionRuleDefinition]:
    """Return the rules that draw cards, by code."""
    return shelf.every(connection, "supervision", SupervisionRuleDefinition)


def cards(
    connection: Connection,
    actor: Actor,
    *,
    colour: str = "",
    state: str = "",
    page: int = 1,
    size: int | None = _SIZE,
) -> CardPage:
    """Return the cards that this actor may see: an inspector all, others their department's."""
    department = "" if rules.may_see_all(actor) else actor.department or "-"
    return store.listed(
        connection, department=department, colour=colour, state=state, page=page, size=size
    )


def card(connection: Connection, actor: Actor, identifier: str) -> Card:
    """Return one card; refuses one that is not this actor's to see."""
    found = store.get(connection, identifier)
    if not rules.may_see_all(actor) and actor.department != found.department:
        raise errors.card_not_found()
    return found


def ways(actor: Actor, found: Card) -> dict[str, bool]:
    """Return what this actor may do with a card now."""
    return {
        "reply": found.state == "open" and rules.works_there(actor, found),
        "see_case": rules.works_there(actor, found),
        "withdraw": found.state != "withdrawn" and rules.may_withdraw(actor, found),
    }


def counts(connection: Connection) -> dict[str, int]:
    """Return how many cards stand, by colour."""
    return store.counts(connection)
