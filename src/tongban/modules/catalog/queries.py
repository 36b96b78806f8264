"""Questions to the catalogue: what the government knows, where it lies, and how it is shared."""

from collections.abc import Mapping

import msgspec
from sqlalchemy import Connection

from tongban.kernel.paging import page_count
from tongban.kernel.text import CHINESE, ENGLISH, Text, say
from tongban.kit import shelf
from tongban.kit.word_forms import simplified
from tongban.modules.catalog import errors, rules, store
from tongban.modules.catalog.definition import (
    ClassificationDefinition,
    ElementDefinition,
    ItemDefinition,
    OpenDefinition,
    ResourceDefinition,
    ShareDefinition,
)
from tongban.modules.catalog.model import Holding, ResourceFilter, ResourcePage, Sort

PAGE = 20
"""Lines on a page."""


class DescribedItem(msgspec.Struct, frozen=True, kw_only=True):
    """An item with what is true of it once the resource's own rules are applied."""

    definition: ItemDefinition
    element: ElementDefinition | None
    name: Text
    share: ShareDefinition
    open: OpenDefinition


class DescribedResource(msgspec.Struct, frozen=True, kw_only=True):
    """A resource, its way down the tree (code and name of each node) and its items."""

    definition: ResourceDefinition
    path: tuple[tuple[str, Text], ...]
    items: tuple[DescribedItem, ...]
    data_class: str


def elements(connection: Connection) -> dict[str, ElementDefinition]:
    """Return every data element by code."""
    return shelf.every(connection, "elements", ElementDefinition)


def element(connection: Connection, code: str) -> ElementDefinition:
    """Return one data element. Refuses an unknown code."""
    found = elements(connection).get(code)
    if found is None:
        raise errors.element_not_found(code)
    return found


def resources(connection: Connection) -> dict[str, ResourceDefinition]:
    """Return every registered resource by code."""
    return shelf.every(connection, "resources", ResourceDefinition)


def resource(connection: Connection, code: str) -> ResourceDefinition:
    """Return one resource. Refuses an unknown code."""
    return resource_among(resources(connection), code)


def resource_among(known: Mapping[str, ResourceDefinition], code: str) -> ResourceDefinition:
    """Return one of these resources. Refuses an unknown code."""
    found = known.get(code)
    if found is None:
        raise errors.resource_not_found(code)
    return found


def classification(connection: Connection) -> dict[str, ClassificationDefinition]:
    """Return the nodes of the three trees by code."""
    return shelf.every(connection, "classification", ClassificationDefinition)


def share_of(resource: ResourceDefinition, item: ItemDefinition) -> ShareDefinition:
    """Return how an item is shared: as it says itself, else as its resource does."""
    return item.share or resource.share


def open_of(resource: ResourceDefinition, item: ItemDefinition) -> OpenDefinition:
    """Return whether an item is open: as it says itself, else as its resource is."""
    return item.open or resource.open


def openness(resource: ResourceDefinition) -> str:
    """Return whether a resource is open: ``yes``, ``partly`` where some items are not, or ``no``."""
    opened = {open_of(resource, item).open for item in resource.items} or {resource.open.open}
    return "partly" if len(opened) == 2 else "yes" if True in opened else "no"


def item_name(item: ItemDefinition, known: Mapping[str, ElementDefinition]) -> Text:
    """Return what an item is called, also in a language that only its element has a name in."""
    element = known.get(item.element)
    return rules.name_of_item(item.name, element.name if element else None)


def described(connection: Connection, code: str) -> DescribedResource:
    """Return a resource with everything its page shows. Refuses an unknown code."""
    definition = resource(connection, code)
    known = elements(connection)
    nodes = classification(connection)
    path = rules.class_path(code)
    items = tuple(
        DescribedItem(
            definition=item,
            element=known.get(item.element),
            name=item_name(item, known),
            share=share_of(definition, item),
            open=open_of(definition, item),
        )
        for item in definition.items
    )
    return DescribedResource(
        definition=definition,
        path=tuple((node, nodes[node].name) for node in path.nodes if node in nodes)
        if path
        else (),
        items=items,
        data_class=rules.most_careful(
            (i.element.data_class for i in items if i.element), is_open=definition.open.open
        ),
    )


def search(
    connection: Connection,
    wanted: ResourceFilter,
    sort: Sort = Sort.RELEVANCE,
    page: int = 1,
    size: int | None = PAGE,
) -> ResourcePage:
    """List resources. ``size`` None lists all of them on one page.

    Where nothing holds every word asked for, what holds one of them is listed and ``loose`` says so.
    """
    offset = 0 if size is None else (max(1, page) - 1) * size
    lines, total = store.find(connection, wanted, sort, every_word=True, limit=size, offset=offset)
    loose = False
    if total == 0 and wanted.text:
        lines, total = store.find(
            connection, wanted, sort, every_word=False, limit=size, offset=offset
        )
        loose = total > 0
    pages = page_count(total, size)
    return ResourcePage(
        lines=tuple(lines), total=total, page=max(1, page), pages=pages, loose=loose
    )


def holdings(connection: Connection, element: str | None = None) -> list[Holding]:
    """Return which items of which resources hold an element; with None, the whole graph."""
    return store.holdings(connection, element)


def holders(connection: Connection) -> dict[str, list[Holding]]:
    """Return the element graph: each element that is held, and where."""
    graph: dict[str, list[Holding]] = {}
    for holding in store.holdings(connection):
        graph.setdefault(holding.element, []).append(holding)
    return graph


def choices(connection: Connection) -> dict[str, list[str]]:
    """Return the departments, cycles and classes that occur among the resources."""
    return store.used_values(connection)


def find_elements(
    connection: Connection, text: str = "", subject: str = "", data_class: str = ""
) -> list[ElementDefinition]:
    """List elements by a stretch of their code, name or note, by subject kind and by class."""
    wanted = simplified(text.casefold().strip())
    return [
        element
        for element in elements(connection).values()
        if (not subject or element.subject == subject)
        and (not data_class or element.data_class == data_class)
        and wanted in _words_of(element)
    ]


def _words_of(element: ElementDefinition) -> str:
    texts = [element.code]
    for text in (element.name, element.note):
        texts += [say(text, CHINESE), say(text, ENGLISH)]
    return simplified(" ".join(texts).casefold())


def tree_choices(nodes: Mapping[str, ClassificationDefinition]) -> list[ClassificationDefinition]:
    """Return the two outer levels of the trees, in order."""
    return [nodes[code] for code in sorted(nodes) if len(code) <= 3]
