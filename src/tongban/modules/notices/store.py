"""The message box. What fills a message's sentence is sealed, bound to which message it is, to whom, and
where its link leads; these are not sealed, yet none of them changes under the seal."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from msgspec.structs import replace
from sqlalchemy import (
    Column,
    Connection,
    Index,
    Row,
    Select,
    String,
    Table,
    func,
    select,
)

from tongban.kernel.errors import Refusal
from tongban.kit.db import Instant, Reader, Unit, cell_of, metadata, sealed
from tongban.kit.db.streams import in_pieces
from tongban.modules.notices.formats import content_from_text, content_to_text
from tongban.modules.notices.model import NOT_VOUCHED, Datum, Message

message = Table(
    "notices_message",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("account", String(36), nullable=False),
    Column("message", String(200), nullable=False),
    sealed("data_sealed", "id", "account", "message", "link"),
    Column("link", String(400), nullable=False),
    Column("at", Instant, nullable=False),
    Column("read_at", Instant),
    Index("ix_notices_message_box", "account", "at"),
    Index("ix_notices_message_unread", "account", "read_at"),
)


def _message(reader: Reader, row: Row[Any]) -> Message:
    data = _data(reader, row)
    found = Message(
        id=row.id,
        account=row.account,
        message=row.message,
        data=data or {},
        link=row.link,
        at=row.at,
        read_at=row.read_at,
    )
    if data is None:
        return replace(found, message=NOT_VOUCHED, link="", vouched=False)
    return found


def _data(reader: Reader, row: Row[Any]) -> dict[str, Datum] | None:
    """Return what fills a message; None of one that nobody with the keys wrote so, at that instant."""
    try:
        text = reader.keyring.open(row.data_sealed, cell_of(message.c.data_sealed, row))
    except (Refusal, TypeError, AttributeError):  # or of a type that no seal has
        return None
    at, data = content_from_text(text)
    return data if at == row.at else None


def insert(unit: Unit, new: Message) -> None:
    """Keep a message."""
    bound = {"id": new.id, "account": new.account, "message": new.message, "link": new.link}
    content = content_to_text(new.at, new.data)
    sealed_data = unit.keyring.seal(content, cell_of(message.c.data_sealed, bound))
    unit.connection.execute(
        message.insert().values(**bound, data_sealed=sealed_data, at=new.at, read_at=new.read_at)
    )


def by_id(reader: Reader, identifier: str) -> Message | None:
    """Return a message, whoever's it is."""
    row = reader.connection.execute(select(message).where(message.c.id == identifier)).first()
    return None if row is None else _message(reader, row)


def box(
    reader: Reader, account: str, *, read: bool | None, oldest: bool, limit: int | None, offset: int
) -> list[Message]:
    """Return a stretch of an account's messages, the newest first or the oldest."""
    query = _box(account, read=read, oldest=oldest).limit(limit).offset(offset)
    return [_message(reader, row) for row in reader.connection.execute(query)]


def every(
    reader: Reader, account: str, *, read: bool | None, oldest: bool
) -> Iterator[list[Message]]:
    """Return all of an account's messages in pieces."""
    for rows in in_pieces(reader.connection, _box(account, read=read, oldest=oldest)):
        yield [_message(reader, row) for row in rows]


def count(reader: Reader, account: str, *, read: bool | None) -> int:
    """Return how many messages an account has, or of these has read, or not."""
    query = _box(account, read=read, oldest=False).order_by(None).subquery()
    return reader.connection.execute(select(func.count()).select_from(query)).scalar_one()


def _box(account: str, *, read: bool | None, oldest: bool) -> Select[Any]:
    query = select(message).where(message.c.account == account)
    if read is not None:
        is_read = message.c.read_at.is_not(None)
        query = query.where(is_read if read else ~is_read)
    if oldest:
        return query.order_by(message.c.at, message.c.id)
    return query.order_by(message.c.at.desc(), message.c.id.desc())


def unread(reader: Reader, account: str) -> int:
    """Return how many messages an account has not read."""
    mine = (message.c.account == account) & (message.c.read_at.is_(None))
    return reader.connection.execute(
        select(func.count()).select_from(message).where(mine)
    ).scalar_one()


def has_unread(reader: Reader, account: str, name: str) -> bool:
    """Whether an account has not read a message of that name yet."""
    mine = (message.c.account == account) & (message.c.read_at.is_(None))
    query = select(message.c.id).where(mine, message.c.message == name).limit(1)
    return reader.connection.execute(query).first() is not None


def was_sent(connection: Connection, account: str, name: str, since: datetime) -> bool:
    """Whether an account got a message of this name since an instant."""
    query = select(message.c.id).where(
        message.c.account == account, message.c.message == name, message.c.at >= since
    )
    return connection.execute(query.limit(1)).scalar() is not None


def mark_read(unit: Unit, account: str, identifier: str | None, at: datetime) -> int:
    """Note that one message, or all, were read; what was read before keeps its time."""
    chosen = (message.c.account == account) & (message.c.read_at.is_(None))
    if identifier is not None:
        chosen = chosen & (message.c.id == identifier)
    return unit.connection.execute(message.update().where(chosen).values(read_at=at)).rowcount
