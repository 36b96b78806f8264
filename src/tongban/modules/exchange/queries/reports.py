"""Departments' sources as those who answer for them see them."""

import datetime as dt

import msgspec
from sqlalchemy import Connection

from tongban.kernel.actors import Actor
from tongban.kernel.errors import Refusal
from tongban.kit.db import Reader
from tongban.modules.catalog import queries as catalog
from tongban.modules.catalog.definition import (
    ResourceDefinition,
)
from tongban.modules.exchange import errors, store
from tongban.modules.exchange.definition import SourceDefinition
from tongban.modules.exchange.model import Source, Sources, UnfitCount
from tongban.modules.exchange.model.trying import LinkTrial
from tongban.modules.exchange.queries.preparing import sources, today
from tongban.modules.exchange.queries.trying import Declared, try_declared
from tongban.modules.exchange.rules import grants as rules

_LOOKED_AT = 50
"""Rows of each table that are looked at where somebody asks for it on the page of a source."""


class SourceReport(msgspec.Struct, frozen=True, kw_only=True):
    """A source as its department sees it: what rests on it, and what could not be read of it."""

    definition: SourceDefinition
    resources: tuple[ResourceDefinition, ...]
    unfit: tuple[UnfitCount, ...]

    @property
    def unreadable(self) -> int:
        """How many values could not be given."""
        return sum(each.count for each in self.unfit)

    @property
    def last_at(self) -> dt.datetime | None:
        """When the latest of them was met."""
        return max((each.last_at for each in self.unfit), default=None)


def source_reports(connection: Connection, actor: Actor) -> list[SourceReport]:
    """Return the sources that someone may look at: their department's, or every one.

    Those in which something could not be read come first, the latest before the others.
    """
    counts = store.unfit_counts(connection)
    linked: dict[str, list[ResourceDefinition]] = {}
    for resource in catalog.resources(connection).values():
        if resource.link is not None and not resource.retired:
            linked.setdefault(resource.link.source, []).append(resource)
    found = [
        SourceReport(
            definition=source,
            resources=tuple(linked.get(code, ())),
            unfit=tuple(each for each in counts if each.source == code),
        )
        for code, source in sorted(sources(connection).items())
        if rules.may_see_source(actor, source.department)
    ]
    return sorted(found, key=_latest_first)


def _latest_first(report: SourceReport) -> float:
    return -report.last_at.timestamp() if report.last_at else 0.0


def source_report(connection: Connection, actor: Actor, code: str) -> SourceReport:
    """Return one source. Refuses one that does not exist or may not be seen, alike."""
    for report in source_reports(connection, actor):
        if report.definition.code == code:
            return report
    raise errors.source_not_found(code)


def away(reader: Reader, report: SourceReport) -> Refusal | None:
    """Ask a source for the first table that rests on it: why it gives nothing, None where it does.

    The refusal has ``place`` and ``table``, for its sentence. Takes as long as connecting may take.
    """
    link = next((each.link for each in report.resources if each.link is not None), None)
    if link is None:
        return None
    one = report.definition
    source = Source(code=one.code, adapter=one.adapter, location=one.location)
    try:
        found = reader.port(Sources).look(source, link.table)
    except Refusal as refusal:
        refusal.data.update(place=one.location, table=link.table)
        return refusal
    return None if found is not None else errors.source_no_table(one.code, link.table)


def look(reader: Reader, report: SourceReport) -> list[LinkTrial]:
    """Try every link that rests on a source, with some dozens of rows: nothing of their values is told."""
    connection = reader.connection
    declared = Declared(
        resources={each.code: each for each in report.resources},
        elements=catalog.elements(connection),
        sources={report.definition.code: report.definition},
        today=today(connection, reader.now),
    )
    return list(try_declared(reader.port(Sources), declared, rows=_LOOKED_AT))
