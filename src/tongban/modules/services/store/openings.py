"""What is behind ledger entries about cases, in the order of the entries; and what should be and is not."""

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, select

from tongban.kernel.errors import Refusal
from tongban.kit.db import Reader, cell_of, chunks
from tongban.kit.db.streams import between, in_pieces
from tongban.modules.services.model import Case, Decision
from tongban.modules.services.store import tables, values
from tongban.modules.services.store.cases import case_of_row
from tongban.modules.services.store.standing import Standing, standings

_OPENING, _DECISION = tables.opening.c, tables.decision.c


class Opened(msgspec.Struct, frozen=True, kw_only=True):
    """An entry about a case: what opens it, and the case and its decision as they are now."""

    entry: str
    content: str
    """Facts and salt: see ``formats.decode_opening``; empty where it was altered."""
    case: Case
    newest: str
    """The entry that says how the case stands now."""
    standing: Standing | None
    """How it stands, where this entry is that one."""
    decision: Decision | None


def openings_by_entry(
    reader: Reader, after: str | None, until: str | None
) -> Iterator[list[Opened]]:
    """Return what is behind entries in pieces: see ``streams.between``."""
    for rows in in_pieces(
        reader.connection, between(select(tables.opening), _OPENING.entry, after, until)
    ):
        yield _opened(reader, rows)


def _opened(reader: Reader, rows: Sequence[Row[Any]]) -> list[Opened]:
    identifiers = sorted({row.case_id for row in rows})
    known = _cases(reader, identifiers)
    decided = values.decisions_of(reader, identifiers)
    said = {row.entry for row in rows}
    stands = standings(reader, [case for case, (_, newest) in known.items() if newest in said])
    return [
        Opened(
            entry=row.entry,
            content=_content(reader, row),
            case=known[row.case_id][0],
            newest=known[row.case_id][1],
            standing=stands.get(row.case_id) if known[row.case_id][1] == row.entry else None,
            decision=decided.get(row.case_id),
        )
        for row in rows
        if row.case_id in known
    ]


def _content(reader: Reader, row: Row[Any]) -> str:
    """Return what is behind an entry; empty where it was altered, or moved to another place."""
    try:
        return reader.keyring.open(bytes(row.content), cell_of(_OPENING.content, row))
    except Refusal:
        return ""


def _cases(reader: Reader, identifiers: Sequence[str]) -> dict[str, tuple[Case, str]]:
    """Return cases by internal id, each with the entry that says how it stands."""
    query = select(tables.case)
    return {
        row["id"]: (case_of_row(row), row["entry"])
        for some in chunks(identifiers)
        for row in reader.connection.execute(query.where(tables.case.c.id.in_(some))).mappings()
    }


def openings_of_case(reader: Reader, case: str) -> list[Opened]:
    """Return what is behind every entry about a case."""
    query = select(tables.opening).where(_OPENING.case_id == case)
    return _opened(reader, reader.connection.execute(query.order_by(_OPENING.entry)).all())


def entries_about(connection: Connection, case: str) -> list[str]:
    """Return every entry about a case, by its id."""
    query = select(_OPENING.entry).where(_OPENING.case_id == case)
    return list(connection.execute(query).scalars())


def opening_of(reader: Reader, entry: str) -> str:
    """Return what is behind one entry; empty where nothing is, or it was altered."""
    query = select(tables.opening).where(_OPENING.entry == entry)
    row = reader.connection.execute(query).first()
    return "" if row is None else _content(reader, row)


def decisions_without_opening(reader: Reader) -> Iterator[tuple[str, str]]:
    """Yield case and entry of decisions of whose entry nothing is known."""
    mine = (_OPENING.entry == _DECISION.ledger_entry) & (_OPENING.case_id == _DECISION.case_id)
    query = select(_DECISION.case_id, _DECISION.ledger_entry).where(
        ~select(_OPENING.entry).where(mine).exists()
    )
    for rows in in_pieces(reader.connection, query):
        yield from ((row.case_id, row.ledger_entry) for row in rows)
