"""Who used somebody's data: what departments asked of sources, and who looked at cases, in one list."""

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    and_,
    case,
    func,
    literal,
    select,
    union,
    union_all,
)

from tongban.kernel.errors import Refusal
from tongban.kit.db import Reader, cell_of, chunks
from tongban.modules.exchange.model import DisclosureFilter, DisclosureLine, LineState
from tongban.modules.exchange.model.looks import LookKind, LookLine
from tongban.modules.exchange.store.disclosures import conditions_of, lines_of, shown_to
from tongban.modules.exchange.store.tables import chain, disclosures, looks

Bounds = tuple[dt.datetime | None, dt.datetime | None]
_OPENED = looks.c.kind == LookKind.OPENED.value
_ALONE = case((_OPENED, looks.c.id), else_="")
"""What was opened with a reason is a line of its own; pages and files of a day are one."""


def data_uses(
    reader: Reader,
    index: str,
    today: dt.date,
    wanted: DisclosureFilter,
    bounds: Bounds,
    page: tuple[int | None, int],
    *,
    apart: bool,
) -> tuple[list[DisclosureLine | LookLine], int]:
    """Return a stretch (``page``: how many, after how many) of the lines that a subject may see on a local
    date, newest first, and how many there are. ``apart``: looks of each account are a line of their own."""
    every = _every(index, today, wanted, bounds, apart=apart).subquery()
    limit, offset = page
    query = select(every).order_by(every.c.id.desc()).limit(limit).offset(offset)
    heads = reader.connection.execute(query).all()
    asked = lines_of(reader.connection, [row.id for row in heads if not row.looked])
    seen = _looks(reader, index, [row.id for row in heads if row.looked], apart=apart)
    total = reader.connection.execute(select(func.count()).select_from(every)).scalar_one()
    return [seen[row.id] if row.looked else asked[row.id] for row in heads], total


def _every(
    index: str, today: dt.date, wanted: DisclosureFilter, bounds: Bounds, *, apart: bool
) -> Any:
    """Return the query for the id of every line, and whether it is one of looks."""
    asked = select(disclosures.c.id.label("id"), literal(0).label("looked"))
    looked = _grouped(select(func.min(looks.c.id).label("id"), literal(1).label("looked")), apart)
    asked = asked.where(*conditions_of(index, today, wanted, bounds))
    looked = looked.where(*_conditions(index, wanted, bounds))
    if wanted.outcome or wanted.state not in ("", LineState.LOOKED, LineState.OPENED):
        return asked
    return looked if wanted.state else union_all(asked, looked)


def _grouped(query: Any, apart: bool) -> Any:
    columns = [looks.c.day, looks.c.case_number, looks.c.department, looks.c.step, _ALONE]
    return query.group_by(*columns, *([looks.c.account] if apart else []))


def _conditions(index: str, wanted: DisclosureFilter, bounds: Bounds) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [looks.c.subject_index == index]
    if wanted.department:
        conditions.append(looks.c.department == wanted.department)
    if wanted.state:
        conditions.append(_OPENED if wanted.state == LineState.OPENED else ~_OPENED)
    since, until = bounds
    if since is not None:
        conditions.append(looks.c.last_at >= since)
    if until is not None:
        conditions.append(looks.c.first_at < until)
    return conditions


def _looks(reader: Reader, index: str, heads: Sequence[str], *, apart: bool) -> dict[str, LookLine]:
    """Return lines of looks by the id of their first: all that were one department's, post's and day's."""
    found: dict[str, LookLine] = {}
    mine = looks.c.subject_index == index
    for some in chunks(heads):
        first = looks.alias("first")
        same = [
            first.c[name] == looks.c[name] for name in ("day", "case_number", "department", "step")
        ]
        same += [first.c.subject_index == looks.c.subject_index]
        same += [case((first.c.kind == LookKind.OPENED.value, first.c.id), else_="") == _ALONE]
        same += [first.c.account == looks.c.account] if apart else []
        mine_numbered = (chain.c.entry == looks.c.entry) & (chain.c.who == looks.c.subject_index)
        query = select(first.c.id.label("head"), looks, chain.c.number).select_from(
            first.join(looks, and_(*same)).outerjoin(chain, mine_numbered)
        )
        rows = reader.connection.execute(
            query.where(first.c.id.in_(some), mine).order_by(looks.c.id)
        )
        together: dict[str, list[Row[Any]]] = {}
        for row in rows:
            together.setdefault(row.head, []).append(row)
        found |= {head: _line(reader, several) for head, several in together.items()}
    return found


def _line(reader: Reader, rows: Sequence[Row[Any]]) -> LookLine:
    first = rows[0]
    names: dict[str, Any] = {}
    for row in rows:
        names |= row.names
    return LookLine(
        id=first.id,
        at=min(row.first_at for row in rows),
        last_at=max(row.last_at for row in rows),
        times=sum(row.times for row in rows),
        department=first.department,
        post=first.post,
        accounts=tuple(dict.fromkeys(row.account for row in rows)),
        case_number=first.case_number,
        service=first.service,
        service_name=first.service_name,
        elements=tuple(dict.fromkeys(each for row in rows for each in row.elements)),
        names=names,
        reason=first.reason,
        words=reader.keyring.open(first.words, cell_of(looks.c.words, first))
        if first.words
        else "",
        opened=first.kind == LookKind.OPENED.value,
        ledger_entry=next((row.entry for row in rows if row.entry), ""),
        number=next((row.number or 0 for row in rows if row.entry), 0),
        rows=tuple(row.id for row in rows),
    )


def look_line(reader: Reader, index: str, identifier: str, *, apart: bool) -> LookLine | None:
    """Return the line of looks about a subject that begins with one, None where there is none."""
    return _looks(reader, index, [identifier], apart=apart).get(identifier)


def look_opening(reader: Reader, index: str, entry: str) -> tuple[Row[Any], str] | None:
    """Return the look about a subject that a ledger entry speaks of, and who the subject is."""
    query = select(looks).where(looks.c.subject_index == index, looks.c.entry == entry)
    row = reader.connection.execute(query).one_or_none()
    if row is None:
        return None
    return row, reader.keyring.open(row.subject_sealed, cell_of(looks.c.subject_sealed, row))


def look_openings(
    reader: Reader, index: str, entries: Sequence[str]
) -> Iterator[tuple[Row[Any], str, str]]:
    """Yield the looks about a subject with these entries, who the subject is, and the words beside the
    reason; one whose seal does not open is left out."""
    for some in chunks(entries):
        query = select(looks).where(looks.c.subject_index == index, looks.c.entry.in_(some))
        for row in reader.connection.execute(query):
            try:
                subject = reader.keyring.open(
                    row.subject_sealed, cell_of(looks.c.subject_sealed, row)
                )
                sealed = row.words
                words = reader.keyring.open(sealed, cell_of(looks.c.words, row)) if sealed else ""
            except Refusal:
                continue
            yield row, subject, words


def looks_at_case(
    reader: Reader, index: str, case_number: str, most: int, *, apart: bool
) -> tuple[list[LookLine], int]:
    """Return the latest looks at one case of a subject's, newest first, and how many lines there are."""
    query = _grouped(select(func.min(looks.c.id).label("id")), apart).where(
        looks.c.subject_index == index, looks.c.case_number == case_number
    )
    heads = [row.id for row in reader.connection.execute(query)]
    latest = sorted(heads, reverse=True)[:most]
    found = _looks(reader, index, latest, apart=apart)
    return [found[each] for each in latest], len(heads)


def departments_about(connection: Connection, index: str, today: dt.date) -> list[str]:
    """Return which departments used a subject's data, or looked at a case of theirs, as far as they may
    see it on a local date."""
    asked = select(disclosures.c.department).where(shown_to(index, today))
    looked = select(looks.c.department).where(looks.c.subject_index == index)
    return sorted(connection.execute(union(asked, looked)).scalars())
