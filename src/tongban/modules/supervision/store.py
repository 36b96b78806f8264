"""Cards in the database."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Column, Connection, Date, Index, Row, String, Table, Text, func, select

from tongban.kernel.paging import page_count, skipped
from tongban.kit.db import Instant, metadata
from tongban.modules.supervision import errors
from tongban.modules.supervision.model import Card, CardPage, CardState, Colour

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
    Index("ix_supervision_card_once", "rule", "case_number", unique=True),
)


def insert(connection: Connection, cards: Sequence[Card]) -> None:
    """Keep new cards."""
    if cards:
        rows = [{f: getattr(card, f) for f in Card.__struct_fields__} for card in cards]
        connection.execute(card_table.insert(), rows)


def drawn(connection: Connection) -> set[tuple[str, str]]:
    """Return rule and case of every card ever drawn on a case that may still run."""
    rows = connection.execute(select(card_table.c.rule, card_table.c.case_number))
    return {(row.rule, row.case_number) for row in rows}


def get(connection: Connection, card: str) -> Card:
    """Return one card; refuses an unknown one."""
    row = connection.execute(select(card_table).where(card_table.c.id == card)).first()
    if row is None:
        raise errors.card_not_found()
    return _card(row)


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
        )
    )
    return done.rowcount == 1


def listed(
    connection: Connection, *, department: str, colour: str, state: str, page: int, size: int | None
) -> CardPage:
    """Return a page of cards, newest first, or all (``size`` None); empty filters ask for all."""
    wanted = select(card_table)
    mine = card_table.c.department == department if department else None
    if mine is not None:
        wanted = wanted.where(mine)
    if colour:
        wanted = wanted.where(card_table.c.colour == colour)
    if state:
        wanted = wanted.where(card_table.c.state == state)
    total = connection.execute(select(func.count()).select_from(wanted.subquery())).scalar_one()
    rows = connection.execute(
        wanted.order_by(card_table.c.drawn_at.desc(), card_table.c.id.desc())
        .limit(size)
        .offset(skipped(page, size))
    )
    counted = select(card_table.c.colour, func.count()).where(card_table.c.state == "open")
    if mine is not None:
        counted = counted.where(mine)
    open_by = {row[0]: row[1] for row in connection.execute(counted.group_by(card_table.c.colour))}
    return CardPage(
        cards=tuple(_card(row) for row in rows),
        total=total,
        page=page,
        pages=page_count(total, size),
        open_yellow=open_by.get("yellow", 0),
        open_red=open_by.get("red", 0),
    )


def counts(connection: Connection) -> dict[str, int]:
    """Return how many cards there are of each colour, withdrawn ones not counted."""
    query = select(card_table.c.colour, func.count()).where(card_table.c.state != "withdrawn")
    return {row[0]: row[1] for row in connection.execute(query.group_by(card_table.c.colour))}


def _card(row: Row[Any]) -> Card:
    values = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public way to a row's names
    values["colour"] = Colour(values["colour"])
    values["state"] = CardState(values["state"])
    return Card(**values)
