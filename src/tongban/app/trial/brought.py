"""What the test databases that were brought say of somebody, read as the links declare it."""

import datetime as dt
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager

from tongban.app.trial.given import NOTHING, Given, is_given
from tongban.app.trial.people import Subject
from tongban.kernel.errors import Refusal
from tongban.modules.catalog.definition import (
    ElementDefinition,
    LinkDefinition,
    ResourceDefinition,
)
from tongban.modules.exchange.adapters.sqlite import SqliteSource
from tongban.modules.exchange.definition.reading import read
from tongban.modules.exchange.model import Value


class Brought:
    """Reads brought rows by subject; what has no row, or a value that does not fit, is not known."""

    def __init__(
        self,
        given: Given,
        resources: Mapping[str, ResourceDefinition],
        elements: Mapping[str, ElementDefinition],
        today: dt.date,
    ) -> None:
        self._given = given
        self._resources = {code: one for code, one in resources.items() if is_given(one, given)}
        self._elements = elements
        self._today = today
        self._read: dict[tuple[str, str], Mapping[str, Value]] = {}

    def source(self, resource: str) -> str:
        """Return the code of the brought source that holds a resource; empty where it is generated."""
        link = self._resources[resource].link if resource in self._resources else None
        return "" if link is None else link.source

    def values(self, resource: str, subject: Subject) -> Mapping[str, Value]:
        """Return what a brought resource holds about a subject, by element."""
        key = (resource, subject.id)
        if key not in self._read:
            self._read[key] = dict(self._found(self._resources[resource], subject))
        return self._read[key]

    def _found(self, resource: ResourceDefinition, subject: Subject) -> Iterator[tuple[str, Value]]:
        link = resource.link
        if link is None or link.subject is not subject.kind:
            return
        items = [one for one in resource.items if one.column and one.element in self._elements]
        try:
            with self._opened(link) as source:
                columns = [one.column for one in items]
                found = source.read(link.table, link.identifier, subject.id, columns, link.newest)
        except (
            Refusal
        ):  # such as a column that is not there: nothing can be read in the trial either
            return
        for item, raw in zip(items, found.row if found else (), strict=False):
            value = read(raw, self._elements[item.element], item, self._today)
            if value is not None:
                yield item.element, value

    @contextmanager
    def _opened(self, link: LinkDefinition) -> Iterator[SqliteSource]:
        with closing(SqliteSource(link.source, self._given.files[link.source])) as source:
            yield source


NOTHING_BROUGHT = Brought(NOTHING, {}, {}, dt.date.min)
