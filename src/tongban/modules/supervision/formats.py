"""What the ledger's entry about a card commits to."""

import datetime as dt
from typing import Any

from tongban.modules.supervision.model import Card


def card_facts(card: Card) -> dict[str, Any]:
    """Return everything of a card: its case and clock, its days, who answers for it, what was said."""
    return {
        "card": card.id,
        "rule": card.rule,
        "colour": card.colour.value,
        "case": card.case_number,
        "service": card.service,
        "department": card.department,
        "handler": card.handler,
        "drawn_at": _iso(card.drawn_at),
        "reply_due": _iso(card.reply_due),
        "state": card.state.value,
        "clock": card.clock,
        "step": card.step,
        "limit_due": _iso(card.limit_due),
        "words": card.words,
        "settled_by": card.settled_by,
        "settled_at": _iso(card.settled_at),
    }


def _iso(moment: dt.date | None) -> str:
    return moment.isoformat() if moment else ""
