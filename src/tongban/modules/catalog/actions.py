"""What changes the catalogue: adopting an instance's resources into the index."""

from collections.abc import Iterator, Mapping, Sequence

from tongban.kernel.text import Text
from tongban.kit.db import Unit
from tongban.modules.catalog import errors, queries, rules, store
from tongban.modules.catalog.definition import ElementDefinition, ResourceDefinition
from tongban.modules.catalog.model import Holding, ResourceLine
from tongban.modules.government import queries as government


def reindex(unit: Unit) -> None:
    """Make lists, filters and the element graph agree with the definitions on the shelf.

    Called in the transaction that adopts elements, classification, resources or departments.
    Refuses a resource marked secret: only non-secret data may be registered.
    """
    known = queries.elements(unit.connection)
    current = [r for r in queries.resources(unit.connection).values() if not r.retired]
    for resource in current:
        if resource.secret:
            raise errors.secret_refused(resource.code)
    names = {
        code: department.name
        for code, department in government.departments(unit.connection).items()
    }
    store.replace_index(
        unit.connection,
        ((_line(resource, known), resource.code.split("/")[0]) for resource in current),
        (holding for resource in current for holding in _holdings(resource, known)),
        {resource.code: _texts(resource, known, names) for resource in current},
    )


def _line(resource: ResourceDefinition, known: Mapping[str, ElementDefinition]) -> ResourceLine:
    return ResourceLine(
        code=resource.code,
        name=resource.name,
        provider=resource.provider,
        share=resource.share.type,
        open=resource.open.open,
        cycle=resource.update_cycle,
        data_class=rules.most_careful(
            (known[item.element].data_class for item in resource.items if item.element in known),
            is_open=resource.open.open,
        ),
        items=len(resource.items),
        connected=resource.link is not None,
        published=resource.publish_date,
    )


def _holdings(
    resource: ResourceDefinition, known: Mapping[str, ElementDefinition]
) -> Iterator[Holding]:
    for position, item in enumerate(resource.items, 1):
        yield Holding(
            element=item.element,
            resource=resource.code,
            resource_name=resource.name,
            provider=resource.provider,
            position=position,
            item=queries.item_name(item, known),
            share=queries.share_of(resource, item).type,
            open=queries.open_of(resource, item).open,
            connected=resource.link is not None and bool(item.column),
        )


def _texts(
    resource: ResourceDefinition,
    known: Mapping[str, ElementDefinition],
    departments: Mapping[str, Text],
) -> Sequence[str]:
    """Return the words by which a resource is found, the name twice so that it counts most."""
    said: list[Text] = [resource.name, resource.name, resource.code, resource.abstract]
    said.append(departments.get(resource.provider, ""))
    for item in resource.items:
        said.append(item.name)
        if item.element in known:
            said.append(known[item.element].name)
    return [word for text in said for word in _each_language(text)]


def _each_language(text: Text) -> list[str]:
    return [text] if isinstance(text, str) else list(text.values())
