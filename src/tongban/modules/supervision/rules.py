"""When a card is due, and who may answer or withdraw it. GB/T 39046-2020, table 11."""

from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal

from tongban.kernel.actors import Actor
from tongban.kernel.expressions import Expression, evaluate, names
from tongban.modules.supervision import errors
from tongban.modules.supervision.model import (
    Card,
    CardState,
    Colour,
    Draw,
    Drawn,
    Watched,
    WatchedStep,
)

Ruled = tuple[str, Colour, Expression, int, str]
"""A rule: code, colour, condition, days to reply and recipient."""

SETTLES: Mapping[CardState, frozenset[CardState]] = {
    CardState.OPEN: frozenset({CardState.REPLIED, CardState.WITHDRAWN}),
    CardState.REPLIED: frozenset({CardState.WITHDRAWN}),
    CardState.WITHDRAWN: frozenset(),
}
"""What may become of a card."""


_STEP = "step.overdue_days"


def values_of(watched: Watched, step: WatchedStep) -> dict[str, int | Decimal]:
    """Return what a rule's condition may speak of."""
    return {
        "case.used_share": watched.used_share,
        "case.remaining_days": watched.remaining_days,
        "case.overdue_days": watched.overdue_days,
        _STEP: step.overdue_days,
    }


def due(rules: Iterable[Ruled], cases: Iterable[Watched], drawn: Collection[Drawn]) -> list[Draw]:
    """Return the cards that are due and were not drawn before.

    A rule about steps draws one card for each department whose step it is true of; a rule about
    the whole case draws one, for the department that keeps it waiting.
    """
    known, before = list(rules), set(drawn)
    cased = {(one.rule, one.case_number) for one in before}
    found: list[Draw] = []
    for case in cases:
        for code, colour, condition, days, recipient in known:
            of_steps = _STEP in names(condition)
            if not of_steps and (code, case.case_number) in cased:
                continue
            for step in case.steps if of_steps and case.steps else (_waiting(case),):
                key = Drawn(code, case.case_number, step.department)
                if key not in before and evaluate(condition, values_of(case, step)) is True:
                    before.add(key)
                    found.append(
                        Draw(
                            rule=code,
                            colour=colour,
                            watched=case,
                            about=step,
                            reply_days=days,
                            recipient=recipient,
                        )
                    )
    return found


def _waiting(case: Watched) -> WatchedStep:
    """Return the open step that keeps a case waiting: the latest one, the first where none is."""
    nobody = WatchedStep(department=case.department, handler="")
    return max(case.steps, key=lambda step: step.overdue_days, default=nobody)


def may_see_all(actor: Actor) -> bool:
    """Inspectors see every card; others those of their department."""
    return actor.has("supervision.read")


def may_reply(actor: Actor, card: Card) -> bool:
    """The department that the card is about answers it."""
    return actor.department == card.department and bool(
        actor.duties & {"case.accept", "case.review", "case.decide", "case.reassign"}
    )


def may_withdraw(actor: Actor, card: Card) -> bool:
    """An inspector withdraws a card on appeal; never somebody of the department itself."""
    return actor.has("supervision.read") and actor.department != card.department


def settle(card: Card, to: CardState) -> None:
    """Refuse what may not become of the card."""
    if to not in SETTLES[card.state]:
        raise errors.already(card.state.value)
