"""The departments' databases of a trial: one SQLite file for each source, written as links declare.

Each resource gets a table of its own. Units of money, patterns of dates and words for codes are those
that the department declares, so what is read back has gone through the same conversion as its own data
will.
"""

import datetime as dt
import re
import shutil
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from msgspec.structs import replace

from tongban.app.trial.given import NOTHING, Given, copy, is_given
from tongban.app.trial.people import Subject
from tongban.app.trial.values import Facts
from tongban.kernel.subjects import SubjectKind
from tongban.modules.catalog.definition import (
    ElementDefinition,
    ElementType,
    ItemDefinition,
    LinkDefinition,
    MoneyUnit,
    ResourceDefinition,
    WritingDefinition,
)
from tongban.modules.exchange.definition import SourceDefinition
from tongban.modules.exchange.definition.reading import write

_SUBJECTS = (SubjectKind.PERSON, SubjectKind.ORGANISATION)
_IDENTIFIER = "trial_subject"
Elements = Mapping[str, ElementDefinition]
Cell = str | int | None


@dataclass(frozen=True, slots=True)
class Connected:
    """The resources and sources as a trial has them."""

    resources: Mapping[str, ResourceDefinition]
    sources: Mapping[str, SourceDefinition]
    given: Given = NOTHING


def connect(
    resources: Mapping[str, ResourceDefinition],
    sources: Mapping[str, SourceDefinition],
    elements: Elements,
    given: Given = NOTHING,
) -> Connected:
    """Link every resource about people or organisations to a source of the trial, and none outside."""
    linked = {
        code: resource if is_given(resource, given) else _linked(resource, place, elements)
        for place, (code, resource) in enumerate(resources.items())
    }
    declared = {code: _inside(source) for code, source in sources.items()}
    for resource in linked.values():
        if resource.link is not None and resource.link.source not in declared:
            declared[resource.link.source] = SourceDefinition(
                code=resource.link.source,
                name={"zh": "试运行数据源", "en": "Source of the trial"},
                department=resource.provider,
                location=_file_of(resource.link.source),
            )
    return Connected(linked, declared, given)


def _inside(source: SourceDefinition) -> SourceDefinition:
    return replace(source, adapter="sqlite", location=_file_of(source.code))


def _file_of(code: str) -> str:
    return re.sub(r"[^0-9A-Za-z_-]", "_", code) + ".trial.db"


def _linked(resource: ResourceDefinition, place: int, elements: Elements) -> ResourceDefinition:
    link = resource.link
    if link is not None:
        return replace(resource, link=replace(link, table=f"r{place}"))
    subject = _subject_of(resource, elements)
    if subject is None or resource.secret or resource.retired:
        return resource
    return replace(
        resource,
        items=tuple(_with_column(item, elements) for item in resource.items),
        link=LinkDefinition(
            source=f"trial-{resource.provider}",
            table=f"r{place}",
            identifier=_IDENTIFIER,
            subject=subject,
        ),
    )


def _subject_of(resource: ResourceDefinition, elements: Elements) -> SubjectKind | None:
    """Return whom most items of a resource are about, where it is somebody who can apply."""
    kinds = [elements[item.element].subject for item in resource.items if item.element in elements]
    about = [kind for kind in kinds if kind in _SUBJECTS]
    return max(_SUBJECTS, key=about.count) if about else None


def _with_column(item: ItemDefinition, elements: Elements) -> ItemDefinition:
    """Give an item that is not connected a column, and money the unit in which it is written there."""
    element = elements.get(item.element)
    if element is None:
        return item
    column = re.sub(r"\W", "_", element.code)
    written = item.written
    if element.type is ElementType.MONEY and written.unit is None:
        written = WritingDefinition(unit=MoneyUnit.YUAN)
    return replace(item, column=column, written=written)


def build(
    folder: Path,
    connected: Connected,
    elements: Elements,
    facts: Facts,
    subjects: Iterable[Subject],
    today: dt.date,
) -> None:
    """Write the trial's databases into a folder, in place of any that were there."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    held = [subject for subject in subjects if subject.known]
    names = {code: source.location for code, source in connected.sources.items()}
    copy(connected.given, folder, names, connected.resources.values())
    for code, source in connected.sources.items():
        database = sqlite3.connect(folder / source.location)
        try:
            for resource in connected.resources.values():
                if is_given(resource, connected.given):
                    continue
                if resource.link is not None and resource.link.source == code:
                    _write(database, _Table(resource, resource.link, elements, today), facts, held)
            database.commit()
        finally:
            database.close()


class _Table:
    """One resource's table: its columns, and how a row about a subject is written."""

    def __init__(
        self,
        resource: ResourceDefinition,
        link: LinkDefinition,
        elements: Elements,
        today: dt.date,
    ) -> None:
        self.link = link
        self.items: dict[str, ItemDefinition] = {}
        for item in resource.items:
            if item.column and item.column.lower() != link.identifier.lower():
                self.items.setdefault(item.column.lower(), item)
        self._elements = elements
        self._today = today

    @property
    def columns(self) -> list[str]:
        """The columns, the subject's identifier first and the one that says which is newest last."""
        names = [self.link.identifier, *(item.column for item in self.items.values())]
        newest = self.link.newest
        taken = {name.lower() for name in names}
        return [*names, *([newest] if newest and newest.lower() not in taken else [])]

    def row(self, subject: Subject, facts: Facts) -> list[Cell]:
        """Return the row about a subject, as the source writes it."""
        cells: list[Cell] = [subject.id]
        cells += [self._cell(item, subject, facts) for item in self.items.values()]
        if len(cells) < len(self.columns):
            cells.append(self._today.isoformat())
        return cells

    def _cell(self, item: ItemDefinition, subject: Subject, facts: Facts) -> Cell:
        element = self._elements.get(item.element)
        if element is None:
            return None
        value = facts.value(subject, element.code)
        if isinstance(value, str) and item.length:
            value = value[: item.length]
        try:
            return write(value, element, item, self._today)
        except ValueError:  # the source has no word for this code: it holds nothing
            return None


def _write(
    database: sqlite3.Connection, table: _Table, facts: Facts, subjects: Iterable[Subject]
) -> None:
    columns = ", ".join(f'"{name}"' for name in table.columns)
    marks = ", ".join("?" for _ in table.columns)
    database.execute(f'CREATE TABLE "{table.link.table}" ({columns})')
    rows = [table.row(one, facts) for one in subjects if one.kind is table.link.subject]
    database.executemany(f'INSERT INTO "{table.link.table}" VALUES ({marks})', rows)  # noqa: S608 - names of definitions, quoted
