"""The catalogue's index: what lists, filters and the element graph are asked of."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    Connection,
    Date,
    Integer,
    Row,
    Select,
    String,
    Table,
    func,
    insert,
    select,
)

from tongban.kernel.text import CHINESE, order_of, say
from tongban.kit.db import Json, metadata
from tongban.kit.search import TextIndex
from tongban.modules.catalog.model import Holding, ResourceFilter, ResourceLine, Sort

resource_index = Table(
    "catalog_resource_index",
    metadata,
    Column("code", String(64), primary_key=True),
    Column("name", Json, nullable=False),
    Column("name_order", String(200), nullable=False),
    Column("provider", String(100), nullable=False, index=True),
    Column("tree", String(40), nullable=False, index=True),
    Column("share", String(20), nullable=False),
    Column("open", Boolean, nullable=False),
    Column("cycle", String(20), nullable=False),
    Column("data_class", String(20), nullable=False),
    Column("items", Integer, nullable=False),
    Column("connected", Boolean, nullable=False),
    Column("published", Date),
)

item_index = Table(
    "catalog_item_index",
    metadata,
    Column("resource", String(64), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("element", String(100), nullable=False, index=True),
    Column("name", Json, nullable=False),
    Column("share", String(20), nullable=False),
    Column("open", Boolean, nullable=False),
)

words = TextIndex("catalog_resource_text")


def replace_index(
    connection: Connection,
    lines: Iterable[tuple[ResourceLine, str]],
    holdings: Iterable[Holding],
    texts: dict[str, Sequence[str]],
) -> None:
    """Write the whole index anew: lines with their place in the tree, items, and the words."""
    for table in (item_index, resource_index):
        connection.execute(table.delete())
    words.clear(connection)
    resources = [_resource_row(line, tree) for line, tree in lines]
    items = [_item_row(holding) for holding in holdings]
    if resources:
        connection.execute(insert(resource_index), resources)
    if items:
        connection.execute(insert(item_index), items)
    words.put(connection, texts)


def find(
    connection: Connection,
    wanted: ResourceFilter,
    sort: Sort,
    *,
    every_word: bool,
    limit: int | None,
    offset: int,
) -> tuple[list[ResourceLine], int]:
    """Return a stretch of the resources wanted, and how many there are."""
    query: Select[Any] = select(resource_index).where(*_conditions(wanted))
    order: list[ColumnElement[Any]] = [resource_index.c.code]
    if wanted.text:
        hits = words.hits(connection, wanted.text, every=every_word)
        if hits is None:
            return [], 0
        query = query.join(hits, hits.c.key == resource_index.c.code)
        if sort is Sort.RELEVANCE:
            order.insert(0, hits.c.rank)
    if sort is Sort.NAME:
        order.insert(0, resource_index.c.name_order)
    if sort is Sort.PUBLISHED:
        order.insert(0, resource_index.c.published.desc().nulls_last())
    total = connection.execute(select(func.count()).select_from(query.subquery())).scalar_one()
    rows = connection.execute(query.order_by(*order).limit(limit).offset(offset))
    return [_line(row) for row in rows], total


def holdings(connection: Connection, element: str | None = None) -> list[Holding]:
    """Return the items that hold an element, or every item that holds any."""
    query = (
        select(item_index, resource_index.c.name.label("resource_name"))
        .add_columns(resource_index.c.provider, resource_index.c.connected)
        .join(resource_index, resource_index.c.code == item_index.c.resource)
        .order_by(item_index.c.resource, item_index.c.position)
    )
    chosen = item_index.c.element != "" if element is None else item_index.c.element == element
    return [_holding(row) for row in connection.execute(query.where(chosen))]


def used_values(connection: Connection) -> dict[str, list[str]]:
    """Return the departments, cycles and classes that occur, for the choices of a filter."""
    found: dict[str, list[str]] = {}
    for name in ("provider", "cycle", "data_class"):
        column = resource_index.c[name]
        found[name] = list(connection.execute(select(column).distinct().order_by(column)).scalars())
    return found


def _conditions(wanted: ResourceFilter) -> list[ColumnElement[bool]]:
    equal = {
        "provider": wanted.department,
        "share": wanted.share,
        "cycle": wanted.cycle,
        "data_class": wanted.data_class,
    }
    found = [resource_index.c[name] == value for name, value in equal.items() if value]
    if wanted.open:
        found.append(_openness(wanted.open))
    if wanted.connected:
        found.append(resource_index.c.connected.is_(wanted.connected == "yes"))
    if wanted.tree:
        found.append(resource_index.c.tree.startswith(wanted.tree, autoescape=True))
    return found


def _openness(word: str) -> ColumnElement[bool]:
    """Return what is true of resources that are so open: see ``queries.openness``."""
    items = select(item_index.c.resource).where(item_index.c.resource == resource_index.c.code)
    opened = items.where(item_index.c.open.is_(True)).exists()
    closed = items.where(item_index.c.open.is_(False)).exists()
    bare = ~opened & ~closed
    return {
        "yes": (opened & ~closed) | (bare & resource_index.c.open.is_(True)),
        "partly": opened & closed,
        "no": (closed & ~opened) | (bare & resource_index.c.open.is_(False)),
    }[word]


def _resource_row(line: ResourceLine, tree: str) -> dict[str, Any]:
    return {
        "code": line.code,
        "name": line.name,
        "name_order": order_of(say(line.name, CHINESE))[:200],
        "provider": line.provider,
        "tree": tree,
        "share": line.share,
        "open": line.open,
        "cycle": line.cycle,
        "data_class": line.data_class,
        "items": line.items,
        "connected": line.connected,
        "published": line.published,
    }


def _line(row: Row[Any]) -> ResourceLine:
    return ResourceLine(
        code=row.code,
        name=row.name,
        provider=row.provider,
        share=row.share,
        open=row.open,
        cycle=row.cycle,
        data_class=row.data_class,
        items=row.items,
        connected=row.connected,
        published=row.published,
    )


def _item_row(holding: Holding) -> dict[str, Any]:
    return {
        "resource": holding.resource,
        "position": holding.position,
        "element": holding.element,
        "name": holding.item,
        "share": holding.share,
        "open": holding.open,
    }


def _holding(row: Row[Any]) -> Holding:
    return Holding(
        element=row.element,
        resource=row.resource,
        resource_name=row.resource_name,
        provider=row.provider,
        position=row.position,
        item=row.name,
        share=row.share,
        open=row.open,
        connected=row.connected,
    )
