"""Cards in the database."""

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec
from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Date,
    Index,
    LargeBinary,
    Row,
    Select,
    String,
    Table,
    Text,
    and_,
    false,
    func,
    or_,
    select,
)
from sqlalchemy import case as choose

from tongban.kernel.paging import skipped
from tongban.kit.db import Instant, chunks, metadata, values_of
from tongban.kit.db.streams import between, in_pieces
from tongban.modules.supervision import errors
from tongban.modules.supervision.model import UNANSWERED, Card, CardState, Colour, Span

card_table = Table(
    "supervision_card",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("rule", String(80), nullable=False),
    Column("colour", String(10), nullable=False),
    Column("case_number", String(50), nullable=False, index=True),
    Column("service", String(200), nullable=False),
    Column("department", String(80), nullable=False, index=True),
    Column("handler", String(80), nullable=False),
    Column("drawn_at", Instant, nullable=False, index=True),
    Column("reply_due", Date),
    Column("state", String(10), nullable=False),
    Column("words", Text, nullable=False),
    Column("settled_by", String(80), nullable=False),
    Column("settled_at", Instant),
    Column("clock", String(20), nullable=False, server_default=""),
    Column("step", String(100), nullable=False, server_default=""),
    Column("limit_due", Date),
    Column("entry", String(36), nullable=False, server_default="", index=True),
    Column("salt", LargeBinary),
    Index(
        "ix_supervision_card_once",
        *("rule", "case_number", "department", "clock", "step"),
        unique=True,
    ),
)


def insert(connection: Connection, cards: Sequence[Card]) -> None:
    """Keep new cards."""
    if cards:
        rows = [{f: getattr(card, f) for f in Card.__struct_fields__} for card in cards]
        connection.execute(card_table.insert(), rows)


def drawn(connection: Connection, numbers: Sequence[str]) -> set[tuple[str, str, str, str, str]]:
    """Return rule, case, department, clock and step of every card that was drawn on some cases."""
    own = card_table.c
    query = select(own.rule, own.case_number, own.department, own.clock, own.step)
    return {
        (row.rule, row.case_number, row.department, row.clock, row.step)
        for some in chunks(numbers)
        for row in connection.execute(query.where(own.case_number.in_(some)))
    }


def get(connection: Connection, card: str) -> Card:
    """Return one card; refuses an unknown one."""
    row = connection.execute(select(card_table).where(card_table.c.id == card)).first()
    if row is None:
        raise errors.card_not_found()
    return _card(row)


def open_cards(connection: Connection) -> list[Card]:
    """Return the cards that nobody has answered or withdrawn."""
    query = select(card_table).where(card_table.c.state == CardState.OPEN.value)
    return [_card(row) for row in connection.execute(query)]


def move_reply_due(connection: Connection, card: Card) -> None:
    """Keep another day to reply by of a card, with the entry that says so."""
    kept = {"reply_due": card.reply_due, "entry": card.entry, "salt": card.salt}
    connection.execute(card_table.update().where(card_table.c.id == card.id).values(**kept))


def by_entry(connection: Connection, after: str | None, until: str | None) -> Iterator[list[Card]]:
    """Return cards in pieces, in the order of their ledger entries: see ``streams.between``."""
    query = between(select(card_table), card_table.c.entry, after, until)
    for rows in in_pieces(connection, query):
        yield [_card(row) for row in rows]


def entries_of(connection: Connection, cards: Sequence[str]) -> dict[str, str]:
    """Return the newest ledger entry of cards, by id."""
    return values_of(connection, card_table.c.id, card_table.c.entry, cards)


def without_entry(connection: Connection, most: int) -> list[Card]:
    """Return some cards that no entry speaks of."""
    query = select(card_table).where(card_table.c.entry == "").order_by(card_table.c.id)
    return [_card(row) for row in connection.execute(query.limit(most))]


def note_entry(connection: Connection, card: Card) -> None:
    """Note which entry says how a card stands, and what opens it."""
    mine = card_table.c.id == card.id
    connection.execute(card_table.update().where(mine).values(entry=card.entry, salt=card.salt))


def save(connection: Connection, card: Card, before: CardState) -> bool:
    """Write what became of a card; False when somebody was faster."""
    done = connection.execute(
        card_table.update()
        .where(card_table.c.id == card.id, card_table.c.state == before.value)
        .values(
            state=card.state.value,
            words=card.words,
            settled_by=card.settled_by,
            settled_at=card.settled_at,
            entry=card.entry,
            salt=card.salt,
        )
    )
    return done.rowcount == 1


class Standing(msgspec.Struct, frozen=True):
    """What tells how an open card stands: the day, and the spans of time whose calendar is known."""

    today: dt.date
    covered: tuple[Span, ...]

    @property
    def late(self) -> ColumnElement[bool]:
        """Open cards whose day to reply by has passed, as far as that day is no guess."""
        own = card_table.c
        sure = [
            and_(own.drawn_at >= one.begin, own.drawn_at < one.end, own.reply_due <= one.last)
            for one in self.covered
        ]
        is_open = own.state == CardState.OPEN.value
        return and_(is_open, own.reply_due < self.today, or_(false(), *sure))


def listed(
    connection: Connection,
    standing: Standing,
    *,
    department: str,
    colour: str,
    state: str,
    page: int,
    size: int | None,
) -> tuple[list[Card], int]:
    """Return a page of cards, newest first, and how many there are; empty filters ask for all."""
    wanted = _wanted(standing, department, colour, state)
    total = connection.execute(select(func.count()).select_from(wanted.subquery())).scalar_one()
    rows = connection.execute(_newest(wanted).limit(size).offset(skipped(page, size)))
    return [_card(row) for row in rows], total


def every(
    connection: Connection, standing: Standing, *, department: str, colour: str, state: str
) -> Iterator[list[Card]]:
    """Return all of those cards in pieces, newest first."""
    wanted = _wanted(standing, department, colour, state)
    for rows in in_pieces(connection, _newest(wanted)):
        yield [_card(row) for row in rows]


def waiting_counts(
    connection: Connection, standing: Standing, department: str
) -> dict[tuple[str, str], int]:
    """Return how many open cards there are, by colour and by how they stand."""
    own = card_table.c
    stands = choose((standing.late, UNANSWERED), else_=CardState.OPEN.value)
    query = select(own.colour, stands, func.count()).where(own.state == CardState.OPEN.value)
    if department:
        query = query.where(own.department == department)
    rows = connection.execute(query.group_by(own.colour, stands))
    return {(row[0], row[1]): row[2] for row in rows}


def _wanted(standing: Standing, department: str, colour: str, state: str) -> Select[Any]:
    own = card_table.c
    wanted = select(card_table)
    if department:
        wanted = wanted.where(own.department == department)
    if colour:
        wanted = wanted.where(own.colour == colour)
    if state == UNANSWERED:
        return wanted.where(standing.late)
    if state == CardState.OPEN:
        # Where a card has no day to reply by, whether it is late is neither true nor false.
        late = func.coalesce(standing.late, false())
        return wanted.where(own.state == state, late == false())
    return wanted.where(own.state == state) if state else wanted


def _newest(wanted: Select[Any]) -> Select[Any]:
    return wanted.order_by(card_table.c.drawn_at.desc(), card_table.c.id.desc())


def counts(connection: Connection) -> dict[str, int]:
    """Return how many cards there are of each colour, withdrawn ones not counted."""
    query = select(card_table.c.colour, func.count()).where(card_table.c.state != "withdrawn")
    return {row[0]: row[1] for row in connection.execute(query.group_by(card_table.c.colour))}


def _card(row: Row[Any]) -> Card:
    values = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public way to a row's names
    values["colour"] = Colour(values["colour"])
    values["state"] = CardState(values["state"])
    values["salt"] = None if values["salt"] is None else bytes(values["salt"])
    return Card(**values)
