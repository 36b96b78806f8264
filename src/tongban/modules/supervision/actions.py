"""Draw, answer and withdraw cards."""

from collections.abc import Hashable, Sequence
from decimal import Decimal

import msgspec

from tongban.kernel.actors import Actor
from tongban.kernel.dates import add_working_days, local_date
from tongban.kernel.expressions import parse
from tongban.kernel.text import LANGUAGES
from tongban.kit.db import Reader, Unit
from tongban.kit.i18n import translate
from tongban.kit.lanes import due_or_faulty
from tongban.modules.government import queries as government
from tongban.modules.ledger import actions as ledger
from tongban.modules.ledger import queries as log
from tongban.modules.ledger.model import EntryKind, NewEntry, PublicValue
from tongban.modules.ledger.queries import ProvenRow
from tongban.modules.notices import actions as notices
from tongban.modules.notices import queries as messages
from tongban.modules.notices.model import Datum
from tongban.modules.services import actions as working
from tongban.modules.services import queries as services
from tongban.modules.services.model import Clock, RunningCase
from tongban.modules.supervision import errors, queries, rules, store
from tongban.modules.supervision.events import CardDrawn
from tongban.modules.supervision.formats import card_facts
from tongban.modules.supervision.model import (
    Card,
    CardState,
    Colour,
    Draw,
    Watched,
    WatchedClock,
    WatchedStep,
)

TABLE = "supervision_card"
_RESTS_ON = ("supervision", "government", "calendar", "services")
"""Parts of a definition by which it is judged whether a card is due."""


def watch(unit: Unit, number: str = "") -> list[Card]:
    """Draw the cards that are due, or those of one case, and return them."""
    if number:
        working.hold(unit, number)
    return [_draw(unit, one) for one in due(unit, [number] if number else None)]


def keys(reader: Reader) -> dict[str, Hashable]:
    """Return what tells whether a running case must be looked at again, by its number."""
    return services.judged_by(reader, _RESTS_ON)


def cases_with_cards_due(reader: Reader, numbers: Sequence[str]) -> list[str]:
    """Return on which of some cases cards are due; nothing is written.

    One that cannot be judged is among them: whoever draws its cards meets its fault, and no other's.
    """

    def look(some: Sequence[str]) -> set[str]:
        return {one.watched.case_number for one in due(reader, some)}

    return due_or_faulty(numbers, look)


def due(reader: Reader, numbers: Sequence[str] | None = None) -> list[Draw]:
    """Look at every running case, or at some, and return the cards that are due; nothing is written."""
    ruled = [
        (code, Colour(rule.colour), parse(rule.condition), rule.reply_days, rule.recipient)
        for code, rule in queries.supervision_rules(reader.connection).items()
    ]
    if not ruled:
        return []
    cases = watched(reader, numbers)
    return rules.due(ruled, cases, store.drawn(reader.connection, [c.case_number for c in cases]))


def watched(reader: Reader, numbers: Sequence[str] | None = None) -> list[Watched]:
    """Return what supervision looks at in every running case, or in some."""
    return [_watched(running) for running in services.running(reader, numbers)]


def _watched(running: RunningCase) -> Watched:
    return Watched(
        case_number=running.case.number,
        service=running.case.service,
        department=running.case.department,
        acceptance=_watched_clock(running.clocks.acceptance),
        promised=_watched_clock(running.clocks.promised),
        statutory=_watched_clock(running.clocks.statutory),
        steps=tuple(
            WatchedStep(
                step=step.step,
                department=step.department,
                handler=step.clerk,
                overdue_days=step.overdue_days,
                due=step.due,
            )
            for step in running.steps
        ),
    )


def _watched_clock(clock: Clock | None) -> WatchedClock | None:
    """Return a clock as rules look at it; None while it stands still, when nobody is to hurry."""
    if clock is None or clock.left is None or clock.standing.paused:
        return None
    total = clock.standing.total
    return WatchedClock(
        used_share=Decimal(clock.standing.used) / total if total else Decimal(0),
        remaining_days=max(clock.left, 0),
        # Nobody is reproached for a day that is only provisional.
        overdue_days=0 if clock.provisional or clock.uncertain else max(-clock.left, 0),
        due=clock.due,
    )


def _draw(unit: Unit, draw: Draw) -> Card:
    calendar = government.calendar(unit.connection)
    today = local_date(unit.now, calendar.zone)
    card = Card(
        id=unit.new_id(),
        rule=draw.rule,
        colour=draw.colour,
        case_number=draw.watched.case_number,
        service=draw.watched.service,
        department=draw.about.department,
        handler=draw.about.handler,
        drawn_at=unit.now,
        reply_due=add_working_days(calendar.assumed(), today, draw.reply_days),
        state=CardState.OPEN,
        clock=draw.clock,
        step=draw.step,
        limit_due=draw.limit_due,
    )
    card = put_on_record(unit, card)
    store.insert(unit.connection, [card])
    unit.emit(
        CardDrawn(
            card=card.id,
            number=card.case_number,
            rule=card.rule,
            colour=card.colour.value,
            department=card.department,
        )
    )
    _tell(unit, draw, card, guessed=rules.is_provisional(calendar, card))
    return card


def _tell(unit: Unit, draw: Draw, card: Card, *, guessed: bool) -> None:
    """Tell who is to answer, the bureau where the rule names it, each in words of their own; and,
    where nobody can answer, whoever can see to it that somebody can."""
    rule = queries.supervision_rules(unit.connection)[card.rule]
    # A step without a limit of its own has no last day to name.
    kind = "for" if card.limit_due is None else "on"
    message = f"{card.colour.value}_{kind}"
    data: dict[str, Datum] = {
        "number": card.case_number,
        "due": card.reply_due or "" if guessed else notices.last_day(unit, card.reply_due),
        "reason": rule.name,
        "clock": {one: translate(one, f"supervision.clock.{card.clock}") for one in LANGUAGES},
        "limit": notices.last_day(unit, card.limit_due),
        "department": government.department_words(unit.connection, card.department),
    }
    guess = "_provisionally" if guessed else ""
    answering = queries.answering(unit, card.department)
    responsible = _responsible(unit, draw, card, answering)
    told = dict.fromkeys(responsible, f"supervision.notice.{message}{guess}")
    for account in _bureau(unit, draw):
        told.setdefault(account, f"supervision.notice.bureau_{message}{guess}")
    for account, words in told.items():
        notices.send(unit, account, words, data, f"/supervision/{card.id}")
    if not answering:
        _tell_nobody_answers(unit, card)


def _tell_nobody_answers(unit: Unit, card: Card) -> None:
    department = government.department_words(unit.connection, card.department)
    data: dict[str, Datum] = {"number": card.case_number, "department": department}
    # An inspector has the card's page; who keeps the accounts may not, and has the staff's instead.
    links = dict.fromkeys(messages.responsible(unit, "", ["staff.manage"]), "/admin/staff")
    links |= dict.fromkeys(_inspectors(unit), f"/supervision/{card.id}")
    for account, link in links.items():
        notices.send(unit, account, "supervision.notice.nobody_answers", data, link)


def move_reply_days(unit: Unit) -> None:
    """Give open cards the days to reply that the adopted calendar gives them, never an earlier one."""
    calendar = government.calendar(unit.connection)
    reply_days = {
        code: rule.reply_days for code, rule in queries.supervision_rules(unit.connection).items()
    }
    for card, due in queries.moved_by(unit.connection, calendar, reply_days):
        moved = msgspec.structs.replace(card, reply_due=due)
        store.move_reply_due(unit.connection, put_on_record(unit, moved))


def _responsible(unit: Unit, draw: Draw, card: Card, answering: list[str]) -> list[str]:
    """Return who is to answer, whomever else the rule names.

    A card for the handler goes to them alone, one for the bureau to them as well as to the heads;
    where there are neither, to everybody who can answer.
    """
    handler = [card.handler] if card.handler in answering else []
    if handler and draw.recipient == "handler":
        return handler
    heads = messages.responsible(unit, card.department, ("case.decide", "case.reassign"))
    return [*(handler if draw.recipient == "bureau" else []), *heads] or answering


def _bureau(unit: Unit, draw: Draw) -> list[str]:
    """Return who supervises, where the rule names the bureau: they see to it, and answer nothing."""
    return _inspectors(unit) if draw.recipient == "bureau" else []


def _inspectors(unit: Unit) -> list[str]:
    return messages.responsible(unit, "", ["supervision.read"])


def reply(unit: Unit, actor: Actor, identifier: str, words: str) -> Card:
    """Answer a card for the department it is about."""
    card = queries.card(unit.connection, actor, identifier)
    if not rules.works_there(actor, card):
        raise errors.not_yours()
    return _settle(unit, actor, card, CardState.REPLIED, words)


def withdraw(unit: Unit, actor: Actor, identifier: str, words: str) -> Card:
    """Withdraw a card on appeal; it stays to be seen, with the reason."""
    card = queries.card(unit.connection, actor, identifier)
    if not rules.may_withdraw(actor, card):
        raise errors.not_yours()
    return _settle(unit, actor, card, CardState.WITHDRAWN, words)


def _settle(unit: Unit, actor: Actor, card: Card, to: CardState, words: str) -> Card:
    if (card.state, card.words, card.settled_by) == (to, words.strip(), actor.account):
        return card
    rules.settle(card, to)
    if not words.strip():
        raise errors.words_missing()
    settled = msgspec.structs.replace(
        card, state=to, words=words.strip(), settled_by=actor.account, settled_at=unit.now
    )
    settled = put_on_record(unit, settled)
    if not store.save(unit.connection, settled, card.state):
        raise errors.already(store.get(unit.connection, card.id).state.value)
    return settled


# On record ---------------------------------------------------------------------------------------


def put_on_record(unit: Unit, card: Card) -> Card:
    """Return a card with the ledger entry that says how it now stands."""
    commitment, salt = ledger.commit(card_facts(card))
    known = [store.get(unit.connection, card.id)] if card.entry else []
    altered = log.altered_before(unit.connection, [proven_card(one) for one in known])
    public = {**shown_on_record(card), **altered}
    department = government.departments(unit.connection).get(card.department)
    if department is not None:
        public["department_name"] = department.name
    new = NewEntry(kind=EntryKind.CARD, public=public, commitment=commitment)
    return msgspec.structs.replace(card, entry=ledger.append(unit, new), salt=salt)


def shown_on_record(card: Card) -> dict[str, PublicValue]:
    """Return what the entry about a card shows: neither its case nor what was said to it."""
    return {
        "card": card.id,
        "department": card.department,
        "rule": card.rule,
        "colour": card.colour.value,
        "status": card.state.value,
        "service": card.service,
    }


def proven_card(card: Card) -> ProvenRow:
    """Return what follows from a card for its newest entry."""
    return log.salted_row(
        table=TABLE,
        key=card.id,
        entry=card.entry,
        kinds=(EntryKind.CARD, EntryKind.RECORDED_AS_FOUND),
        public=dict(shown_on_record(card)),
        salt=card.salt,
        facts=card_facts(card),
    )
