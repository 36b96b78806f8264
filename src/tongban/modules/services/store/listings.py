"""The directory of services: lines, what they are filtered by, and the words they are found by."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    Subquery,
    case,
    delete,
    func,
    insert,
    select,
)

from tongban.kernel.text import Text
from tongban.kit.db import chunks, values_of
from tongban.modules.services.model import (
    NOT_STATED,
    Facet,
    ServiceFilter,
    ServiceLine,
    ServiceStatus,
)
from tongban.modules.services.store.tables import listing, listing_tag, words


def put_listings(
    connection: Connection,
    lines: Sequence[ServiceLine],
    life_events: Mapping[str, Sequence[str]],
    texts: Mapping[str, Sequence[str]],
) -> None:
    """List services in place of what was listed under their codes."""
    remove_listings(connection, [line.code for line in lines])
    if not lines:
        return
    connection.execute(insert(listing), [_row(line) for line in lines])
    tags = [
        {"kind": kind, "value": value, "code": line.code}
        for line in lines
        for kind, values in (
            ("audience", line.audience),
            ("life_event", life_events.get(line.code, ())),
        )
        for value in dict.fromkeys(values)
    ]
    if tags:
        connection.execute(insert(listing_tag), tags)
    words.put(connection, texts)


def remove_listings(connection: Connection, codes: Sequence[str]) -> None:
    """Take services out of the directory."""
    for some in chunks(codes):
        connection.execute(delete(listing).where(listing.c.code.in_(some)))
        connection.execute(delete(listing_tag).where(listing_tag.c.code.in_(some)))
    words.remove(connection, codes)


def clear_listings(connection: Connection) -> None:
    """Empty the directory."""
    connection.execute(delete(listing))
    connection.execute(delete(listing_tag))
    words.clear(connection)


def find(
    connection: Connection,
    wanted: ServiceFilter,
    *,
    every_word: bool,
    limit: int | None,
    offset: int,
) -> tuple[list[ServiceLine], int]:
    """Return a stretch of the services wanted, and how many there are; best matches first."""
    hits = words.hits(connection, wanted.text, every=every_word) if wanted.text else None
    if wanted.text and hits is None:
        return [], 0
    total = connection.execute(_count(wanted, hits)).scalar_one()
    query: Select[Any] = select(listing).where(*_conditions(wanted))
    order: list[ColumnElement[Any]] = [listing.c.position, listing.c.code]
    if hits is not None:
        query = query.join(hits, hits.c.key == listing.c.code)
        order.insert(0, hits.c.rank)
    rows = connection.execute(query.order_by(*order).limit(limit).offset(offset))
    return [_line(row) for row in rows], total


def _count(wanted: ServiceFilter, hits: Subquery | None) -> Select[Any]:
    query: Select[Any] = select(func.count()).select_from(listing).where(*_conditions(wanted))
    return query if hits is None else query.join(hits, hits.c.key == listing.c.code)


def facets(
    connection: Connection, wanted: ServiceFilter, name: str, *, every_word: bool
) -> list[Facet]:
    """Return the values of one filter with their counts, the other filters being as they are."""
    column = listing.c[name]
    hits = words.hits(connection, wanted.text, every=every_word) if wanted.text else None
    query: Select[Any] = select(column, func.count()).where(*_conditions(wanted, but=name))
    if hits is not None:
        query = query.join(hits, hits.c.key == listing.c.code)
    rows = connection.execute(query.group_by(column).order_by(func.count().desc(), column))
    found = [Facet(value=row[0] or NOT_STATED, count=row[1]) for row in rows]
    return sorted(found, key=lambda one: one.value == NOT_STATED)


def audience_counts(
    connection: Connection, wanted: ServiceFilter, *, every_word: bool
) -> list[Facet]:
    """Return for whom services are with their counts, the other filters being as they are."""
    hits = words.hits(connection, wanted.text, every=every_word) if wanted.text else None
    matching = select(listing.c.code).where(*_conditions(wanted, but="audience"))
    if hits is not None:
        matching = matching.join(hits, hits.c.key == listing.c.code)
    stated = listing_tag.c.kind == "audience"
    query = select(listing_tag.c.value, func.count()).where(
        stated, listing_tag.c.code.in_(matching)
    )
    rows = connection.execute(query.group_by(listing_tag.c.value).order_by(listing_tag.c.value))
    found = [Facet(value=row[0], count=row[1]) for row in rows]
    silent = matching.where(listing.c.code.not_in(select(listing_tag.c.code).where(stated)))
    count = connection.execute(select(func.count()).select_from(silent.subquery())).scalar_one()
    return [*found, Facet(value=NOT_STATED, count=count)] if count else found


def codes_with(connection: Connection, status: ServiceStatus) -> list[str]:
    """Return the codes of the services of a status, in order of the directory."""
    rows = connection.execute(
        select(listing.c.code)
        .where(listing.c.status == status.value)
        .order_by(listing.c.position, listing.c.code)
    )
    return list(rows.scalars())


def names(connection: Connection, codes: Sequence[str]) -> dict[str, Text]:
    """Return what listed services are called, by code."""
    return values_of(connection, listing.c.code, listing.c.name, codes)


def counts(connection: Connection) -> dict[str, int]:
    """Return how many services, open ones and departments the directory has."""
    is_open = case((listing.c.status == ServiceStatus.OPEN.value, 1), else_=0)
    row = connection.execute(
        select(
            func.count(),
            func.coalesce(func.sum(is_open), 0),
            func.count(listing.c.department.distinct()),
        ).select_from(listing)
    ).one()
    return {"services": row[0], "open": int(row[1]), "departments": row[2]}


def _conditions(wanted: ServiceFilter, but: str = "") -> Iterable[ColumnElement[bool]]:
    if wanted.department and but != "department":
        yield listing.c.department == wanted.department
    if wanted.type and but != "type":
        yield listing.c.type == ("" if wanted.type == NOT_STATED else wanted.type)
    if wanted.can_apply is not None:
        is_open = listing.c.status == ServiceStatus.OPEN.value
        yield is_open if wanted.can_apply else ~is_open
    for kind, value in (("audience", wanted.audience), ("life_event", wanted.life_event)):
        if not value or kind == but:
            continue
        tagged = select(listing_tag.c.code).where(listing_tag.c.kind == kind)
        if value == NOT_STATED:
            yield listing.c.code.not_in(tagged)
        else:
            yield listing.c.code.in_(tagged.where(listing_tag.c.value == value))


def _row(line: ServiceLine) -> dict[str, Any]:
    return {
        "code": line.code,
        "position": 0 if line.status is ServiceStatus.OPEN else 1,
        "status": line.status.value,
        "department": line.department,
        "type": line.type,
        "name": line.name,
        "summary": line.summary,
        "audience": ",".join(line.audience),
        "visits": line.visits,
        "promised_days": line.promised_days,
        "promised_unit": line.promised_unit,
    }


def _line(row: Row[Any]) -> ServiceLine:
    return ServiceLine(
        code=row.code,
        name=row.name,
        summary=row.summary,
        department=row.department,
        type=row.type,
        audience=tuple(filter(None, row.audience.split(","))),
        status=ServiceStatus(row.status),
        visits=row.visits,
        promised_days=row.promised_days,
        promised_unit=row.promised_unit,
    )
