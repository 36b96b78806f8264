"""Which entries there are about somebody, each with its number: their chains."""

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    and_,
    bindparam,
    func,
    insert,
    literal,
    or_,
    select,
    true,
    union_all,
)

from tongban.kit.db import Often, chunks
from tongban.kit.db.streams import between, in_pieces
from tongban.modules.exchange.model.chains import Linked, Numbered
from tongban.modules.exchange.store.tables import chain, disclosures, looks
from tongban.modules.ledger.model.chains import AT_ONCE

_HEAD = Often(
    select(chain.c.number, chain.c.head)
    .where(chain.c.who == bindparam("who"), chain.c.name == bindparam("name"))
    .order_by(chain.c.number.desc())
    .limit(bindparam("most"))
)
_INSERT = Often(chain.insert(), chain.c.keys())


def hold_chain(connection: Connection, who: str) -> None:
    """Let nobody else give a number to an entry about somebody until this unit is over.

    SQLite has one writer; on PostgreSQL there may be no row yet that could be held.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(int(who[:15], 16))))


def head_of_chain(connection: Connection, who: str, name: str) -> tuple[int, str] | None:
    """Return the latest number of a chain and the head there; None while there is nothing in it."""
    found = _HEAD.tuples(connection, who=who, name=name, most=1)
    return (int(found[0][0]), str(found[0][1])) if found else None


def put_in_chain(connection: Connection, one: Numbered) -> None:
    """Keep that an entry has this number."""
    _INSERT.insert(connection, _row(one))


def put_all_in_chain(connection: Connection, several: Sequence[Numbered]) -> None:
    """Keep the numbers of many entries."""
    if several:
        connection.execute(insert(chain), [_row(one) for one in several])


def _row(one: Numbered) -> dict[str, Any]:
    return {
        "who": one.who, "name": one.name, "number": one.number, "entry": one.entry, "head": one.head,
    }  # fmt: skip


def seen_by(who: str, today: dt.date) -> ColumnElement[bool]:
    """Return what is true of the chains that somebody may see on a local date."""
    return and_(chain.c.who == who, or_(chain.c.name == AT_ONCE, chain.c.name <= today.isoformat()))


def numbered(connection: Connection, who: str, today: dt.date) -> Iterator[Sequence[Numbered]]:
    """Return in pieces every number of the chains that somebody may see, chain by chain, in order."""
    query = select(chain).where(seen_by(who, today)).order_by(chain.c.name, chain.c.number)
    for rows in in_pieces(connection, query):
        yield [_numbered(row) for row in rows]


def newest_numbered(connection: Connection, who: str, today: dt.date, most: int) -> list[Numbered]:
    """Return the newest numbers of the chain of what somebody sees at once, and of those that appeared."""
    query = select(chain).where(seen_by(who, today)).limit(most)
    found: list[Numbered] = []
    for same, order in (
        (chain.c.name == AT_ONCE, (chain.c.number.desc(),)),
        (chain.c.name != AT_ONCE, (chain.c.name.desc(), chain.c.number.desc())),
    ):
        found += map(_numbered, connection.execute(query.where(same).order_by(*order)))
    return found


def without_line(
    connection: Connection, who: str, today: dt.date, entries: Sequence[str]
) -> set[str]:
    """Return those of some entries about somebody for which they have no line that they see."""
    shown = or_(disclosures.c.shown_on.is_(None), disclosures.c.shown_on <= today)
    found: set[str] = set()
    for some in chunks(entries):
        asked = select(disclosures.c.entry).where(
            disclosures.c.entry.in_(some), disclosures.c.subject_index == who, shown
        )
        looked = select(looks.c.entry).where(looks.c.entry.in_(some), looks.c.subject_index == who)
        found |= set(connection.execute(union_all(asked, looked)).scalars())
    return set(entries) - found


def numbers_called(connection: Connection, entries: Sequence[str]) -> dict[str, Numbered]:
    """Return the numbers of entries, by entry."""
    return {
        row.entry: _numbered(row)
        for some in chunks(entries)
        for row in connection.execute(select(chain).where(chain.c.entry.in_(some)))
    }


def links_by_entry(
    connection: Connection, after: str | None, until: str | None
) -> Iterator[Sequence[Linked]]:
    """Return numbers in pieces, in the order of their entries, each with the head before it."""
    before = chain.alias("before")
    same = and_(
        before.c.who == chain.c.who,
        before.c.name == chain.c.name,
        before.c.number == chain.c.number - 1,
    )
    query = select(chain, before.c.head.label("before")).outerjoin(before, same)
    for rows in in_pieces(connection, between(query, chain.c.entry, after, until)):
        yield [Linked(numbered=_numbered(row), before=row.before) for row in rows]


def _numbered(row: Row[Any]) -> Numbered:
    return Numbered(who=row.who, name=row.name, number=row.number, entry=row.entry, head=row.head)


# What was there before there were chains -----------------------------------------------------------


def last_who(connection: Connection) -> str:
    """Return the last, in order, of those about whom there are numbers; empty where there are none."""
    return connection.execute(select(func.max(chain.c.who))).scalar_one() or ""


def whos_behind(connection: Connection, after: str, most: int) -> list[str]:
    """Return about whom there are entries, in order, behind one of them."""
    found: set[str] = set()
    for table, logged in ((disclosures, true()), (looks, looks.c.entry != "")):
        who = table.c.subject_index
        query = select(who).where(who > after, logged).distinct().order_by(who).limit(most)
        found |= set(connection.execute(query).scalars())
    return sorted(found)[:most]


def not_numbered(
    connection: Connection, whos: Sequence[str]
) -> Iterator[tuple[str, dt.date | None, str]]:
    """Yield who, the day on which it appears, and the entry, of what has no number: in order of these."""
    asked = select(disclosures.c.subject_index, disclosures.c.shown_on, disclosures.c.entry)
    looked = select(looks.c.subject_index, literal(None), looks.c.entry)
    for some in chunks(whos):
        every: list[tuple[str, dt.date | None, str]] = []
        for query, table in ((asked, disclosures), (looked, looks)):
            missing = (
                query.outerjoin(chain, chain.c.entry == table.c.entry)
                .where(table.c.subject_index.in_(some), table.c.entry != "")
                .where(chain.c.entry.is_(None))
            )
            every += [(row[0], row[1], row[2]) for row in connection.execute(missing)]
        yield from sorted(every, key=lambda each: (each[0], str(each[1] or ""), each[2]))
