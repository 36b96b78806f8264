"""Looks: by the case and day for whoever looks, by the keyed hash of whom they are about."""

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, select, update

from tongban.kit.db import Reader, Unit, cell_of, chunks
from tongban.kit.db.streams import between, in_pieces
from tongban.modules.exchange.model.looks import Look, Looked
from tongban.modules.exchange.rules.values import subject_key
from tongban.modules.exchange.store.tables import looks


class NewLook(NamedTuple):
    """A look to be kept, under an id, on a local day, with its ledger entry."""

    look: Look
    id: str
    day: dt.date
    times: int
    """1, or 0 for what a look that is counted on another row showed besides."""
    entry: str
    salt: bytes


def insert_look(unit: Unit, new: NewLook) -> None:
    """Keep a look; whom it is about and what was written beside its reason are sealed."""
    look, identifier = new.look, new.id
    index = unit.keyring.index(subject_key(look.subject))
    bound = {"id": identifier, "subject_index": index}
    subject, words = cell_of(looks.c.subject_sealed, bound), cell_of(looks.c.words, bound)
    unit.connection.execute(
        looks.insert().values(
            id=identifier,
            day=new.day,
            first_at=unit.now,
            last_at=unit.now,
            times=new.times,
            kind=look.kind.value,
            subject_kind=look.subject.kind.value,
            subject_index=index,
            subject_sealed=unit.keyring.seal(look.subject.id, subject),
            account=look.account,
            department=look.department,
            step=look.step,
            post=look.post,
            case_number=look.case_number,
            service=look.service,
            service_name=look.service_name,
            elements=look.elements,
            names=dict(look.names),
            reason=look.reason.value if look.reason else "",
            words=unit.keyring.seal(look.words, words) if look.words else None,
            commitment_salt=new.salt,
            entry=new.entry,
        )
    )


def count_on(unit: Unit, known: Looked) -> None:
    """Count one more look on a line of today."""
    again = update(looks).where(looks.c.id == known.id)
    unit.connection.execute(again.values(times=looks.c.times + 1, last_at=unit.now))


def looks_of(
    connection: Connection, account: str, case_number: str, day: dt.date
) -> list[Row[Any]]:
    """Return the rows of what an account looked at of a case on a day, as they lie there."""
    mine = (looks.c.case_number == case_number, looks.c.account == account, looks.c.day == day)
    return list(connection.execute(select(looks).where(*mine).order_by(looks.c.id)))


def looks_by_entry(
    connection: Connection, after: str | None, until: str | None
) -> Iterator[Sequence[Row[Any]]]:
    """Return looks in pieces, in the order of their ledger entries: see ``streams.between``."""
    return in_pieces(connection, between(select(looks), looks.c.entry, after, until))


def looks_called(connection: Connection, identifiers: Sequence[str]) -> list[Row[Any]]:
    """Return the looks of these ids."""
    return [
        row
        for some in chunks(identifiers)
        for row in connection.execute(select(looks).where(looks.c.id.in_(some)))
    ]


def looks_without_entry(connection: Connection, most: int) -> list[Row[Any]]:
    """Return some looks of which no entry speaks."""
    query = select(looks).where(looks.c.entry == "").order_by(looks.c.id).limit(most)
    return list(connection.execute(query))


def note_entry_of_look(connection: Connection, identifier: str, entry: str, salt: bytes) -> None:
    """Note which ledger entry speaks of a look, and what opens it."""
    mine = update(looks).where(looks.c.id == identifier)
    connection.execute(mine.values(entry=entry, commitment_salt=salt))


def whom_and_words(reader: Reader, row: Row[Any]) -> tuple[str, str]:
    """Return whom a look is about and what was written beside its reason. Refuses what was altered."""
    subject = reader.keyring.open(row.subject_sealed, cell_of(looks.c.subject_sealed, row))
    words = reader.keyring.open(row.words, cell_of(looks.c.words, row)) if row.words else ""
    return subject, words
