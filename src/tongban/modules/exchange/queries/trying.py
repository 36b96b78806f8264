"""Tries links before anybody depends on them: reachable, the columns there, and what of them fits."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec

from tongban.kernel.errors import Refusal
from tongban.kit.db import Reader
from tongban.modules.catalog import queries as catalog
from tongban.modules.catalog.definition import (
    ElementDefinition,
    LinkDefinition,
    ResourceDefinition,
)
from tongban.modules.exchange import errors
from tongban.modules.exchange.definition import SourceDefinition
from tongban.modules.exchange.model import Source, Sources, SourceTable, Unfit
from tongban.modules.exchange.model.trying import (
    Doubt,
    ItemTrial,
    Linked,
    LinkTrial,
    Meaning,
    Sampled,
    Standing,
)
from tongban.modules.exchange.queries.preparing import (
    own_identifier,
    readings_of,
    sources,
    today,
)
from tongban.modules.exchange.rules import trying as rules
from tongban.modules.exchange.rules import values as value_rules
from tongban.modules.exchange.rules.converting import Reading

SAMPLE = 200
"""Rows that are looked at where nobody is named."""
_IDENTIFIERS = 5
"""For each row that is looked at, so many whose identifier alone is: 1,000 for 200."""
_ROWS_FOR_ONE_ASKED = 2
"""For so many rows one identifier of each way of writing them is looked up, by an index, as reads do."""
_ASKED_SLOWLY = 5
"""The same where there is no index, and each goes through the whole table."""


def try_links(
    reader: Reader, resource: str = "", subject: str = "", rows: int = SAMPLE
) -> Iterator[LinkTrial]:
    """Try every link, or that of one resource: with rows from the whole table, or about a subject.

    Nothing of what is held is in the answer: values are shown by their shape. Refuses an unknown
    resource, one without a link, and an identifier that cannot be one.
    """
    connection = reader.connection
    declared = Declared(
        resources=catalog.resources(connection),
        elements=catalog.elements(connection),
        sources=sources(connection),
        today=today(connection, reader.now),
    )
    return try_declared(reader.port(Sources), declared, resource, subject, rows)


class Declared(msgspec.Struct, frozen=True, kw_only=True):
    """What links rest on, by code: adopted, or as a folder has it before anything is applied."""

    resources: Mapping[str, ResourceDefinition]
    elements: Mapping[str, ElementDefinition]
    sources: Mapping[str, SourceDefinition]
    today: dt.date


def try_declared(
    port: Sources, declared: Declared, resource: str = "", subject: str = "", rows: int = SAMPLE
) -> Iterator[LinkTrial]:
    """Try links as they are declared, whether or not they were adopted; see :func:`try_links`."""
    away: dict[str, Refusal] = {}
    for definition in _linked(declared.resources, resource):
        assert definition.link is not None
        identifier = ""
        if subject:
            identifier = value_rules.subject_of(definition.link.subject, subject).id
        yield _Trial(port, declared, definition, definition.link, away).tried(identifier, rows)


def _linked(known: Mapping[str, ResourceDefinition], code: str) -> list[ResourceDefinition]:
    if code:
        chosen = catalog.resource_among(known, code)
        if chosen.link is None:
            raise errors.resource_not_connected(code)
        return [chosen]
    return [each for each in known.values() if each.link is not None and not each.retired]


class _Trial:
    """One link being tried.

    ``away`` holds the refusals of sources that did not answer: their other links wait for none again.
    """

    def __init__(
        self,
        port: Sources,
        declared: Declared,
        resource: ResourceDefinition,
        link: LinkDefinition,
        away: dict[str, Refusal],
    ) -> None:
        self._away = away
        self._resource = resource
        self._link = link
        self._elements = declared.elements
        self._known = readings_of(resource, declared.elements, declared.today)
        self._own = own_identifier(resource, declared.elements)
        self._port = port
        self._declared = declared.sources.get(link.source)
        self._day = declared.today
        self._found = 0
        self._most = SAMPLE

    def tried(self, identifier: str, rows: int) -> LinkTrial:
        """Look at the table, and then at what is in it."""
        self._most = max(1, rows)
        trial = LinkTrial(
            resource=self._resource.code,
            name=self._resource.name,
            source=self._link.source,
            table=self._link.table,
        )
        try:
            table = self._looked_at()
            looked = self._rows(table, identifier, rows)
        except Refusal as refusal:
            return msgspec.structs.replace(trial, refusal=self._placed(refusal))
        key = table.column(self._link.identifier)
        return msgspec.structs.replace(
            trial,
            indexed=key is not None and key.indexed,
            rows=len(looked.rows),
            sampled=looked.sampled,
            total=looked.total,
            items=tuple(self._items(table, looked.rows, identifier)),
        )

    def _placed(self, refusal: Refusal) -> Refusal:
        """Add where the source is declared to lie: the name of a setting or a file, no address."""
        if self._declared is not None:
            refusal.data["place"] = self._declared.location
            refusal.data["table"] = self._link.table
        return refusal

    def _looked_at(self) -> SourceTable:
        """Return the columns of the table. Refuses one that is not there, and a source that is away."""
        if self._link.source in self._away:
            raise self._away[self._link.source]
        try:
            table = self._port.look(self._source(), self._link.table)
        except Refusal as refusal:
            if refusal.code == "exchange.source_unavailable":
                self._away[self._link.source] = refusal
            raise
        if table is None:
            raise errors.source_no_table(self._link.source, self._link.table)
        return table

    def _source(self) -> Source:
        if self._declared is None:
            raise errors.source_unknown(self._link.source)
        return Source(
            code=self._declared.code,
            adapter=self._declared.adapter,
            location=self._declared.location,
        )

    def _rows(self, table: SourceTable, identifier: str, rows: int) -> "_Looked":
        columns = self._readable(table)
        if identifier:
            return self._row_about(identifier, columns)
        if not columns:
            return _Looked([], Sampled.ALL, 0)
        source = self._source()
        found = self._port.sample(source, self._link.table, columns, rows)
        named = [dict(zip(columns, row, strict=True)) for row in found.rows]
        if found.whole:
            return _Looked(named, Sampled.ALL, len(named))
        sampled = Sampled.SPREAD if found.spread else Sampled.FIRST
        return _Looked(named, sampled, self._port.size(source, self._link.table))

    def _row_about(self, identifier: str, columns: Sequence[str]) -> "_Looked":
        if self._link.identifier not in columns:
            return _Looked([], Sampled.SUBJECT, 0)
        newest = self._link.newest if self._link.newest in columns else ""
        one = self._port.read(
            self._source(), self._link.table, self._link.identifier, identifier, columns, newest
        )
        if one is None:
            return _Looked([], Sampled.SUBJECT, 0)
        self._found = one.count
        return _Looked([dict(zip(columns, one.row, strict=True))], Sampled.SUBJECT, one.count)

    def _readable(self, table: SourceTable) -> list[str]:
        stands = {
            each.column for each in self._columns() if rules.standing(each, table) is Standing.READY
        }
        return sorted(stands)

    def _columns(self) -> list[Linked]:
        """Return what must be there: the columns that find a row, and one for each item."""
        finding = [
            Linked(name="", element="", column=column, identifies=not newest, newest=newest)
            for column, newest in ((self._link.identifier, False), (self._link.newest, True))
            if column
        ]
        items = [
            Linked(name=item.name, element=item.element, column=item.column)
            for item in self._resource.items
            if item.column
        ]
        return [*finding, *items]

    def _of_others(self, rows: Sequence[dict[str, Any]], identifier: str) -> int:
        """Return in how many rows the own identifier is not the one by which the row is found.

        ``identifier`` is whom was asked about; where nobody was, each row is asked for by its own.
        """
        if self._own is None or self._own.column not in (rows[0] if rows else ()):
            return 0
        kind, how = self._link.subject, self._known[self._own.element]
        asked = (identifier or row.get(self._link.identifier) for row in rows)
        return sum(
            not value_rules.is_about(row[self._own.column], how, subject)
            for row, each in zip(rows, asked, strict=True)
            if (subject := rules.asked_for(kind, each)) is not None
        )

    def _contradicting(
        self, linked: Linked, how: Reading, rows: Sequence[dict[str, Any]], identifier: str
    ) -> int:
        """Return in how many rows a value is another than the number says by which the row is found."""
        if not rows or self._link.identifier not in rows[0]:
            return 0
        asked = (identifier or row[self._link.identifier] for row in rows)
        return sum(
            rules.contradicts(subject, linked.element, how, row[linked.column])
            for row, each in zip(rows, asked, strict=True)
            if (subject := rules.asked_for(self._link.subject, each)) is not None
        )

    def _items(
        self, table: SourceTable, rows: Sequence[dict[str, Any]], identifier: str
    ) -> Iterator[ItemTrial]:
        for linked in self._columns():
            column = table.column(linked.column)
            stands = rules.standing(linked, table)
            how: Reading | None = self._known.get(linked.element)
            raws = [row[linked.column] for row in rows] if stands is Standing.READY else []
            trial = ItemTrial(linked=linked, standing=stands)
            type_ = column.type if column else ""
            if how is not None:
                trial = rules.tried(trial, how, raws)
                trial = msgspec.structs.replace(trial, meanings=self._meanings(linked, how))
                if raws:
                    count = self._contradicting(linked, how, rows, identifier)
                    trial = rules.of_others(trial, count, Unfit.CONTRADICTS_IDENTIFIER)
                doubts = {
                    **rules.unit_doubts(type_, how, raws),
                    **rules.digit_doubts(how, raws),
                    **rules.nought_doubts(type_, how, raws),
                    **rules.other_units(how, raws),
                    **rules.day_doubts(how, raws),
                }
                if words := rules.markers(how, raws):
                    doubts[Doubt.EMPTY_MARKERS] = words.total()
                    trial = msgspec.structs.replace(trial, markers=tuple(sorted(words)))
                if self._own is not None and linked.element == self._own.element:
                    trial = rules.of_others(trial, self._of_others(rows, identifier))
            elif stands is not Standing.READY:
                doubts = {}
            elif linked.newest:
                doubts = rules.order_doubts(raws)
            else:
                doubts = self._identifier_doubts(table, raws)
            yield msgspec.structs.replace(trial, type=type_, doubts=doubts)

    def _meanings(self, linked: Linked, how: Reading) -> tuple[Meaning, ...]:
        names = self._elements[linked.element].codes
        return tuple(
            Meaning(word=word, code=code, name=names[code])
            for word, code in how.codes.items()
            if code in names
        )

    def _identifier_doubts(self, table: SourceTable, raws: Sequence[Any]) -> dict[Doubt, int]:
        """Look at more identifiers than rows; of one subject alone, at how many rows it has."""
        link, one_row = self._link, not self._link.newest
        if self._found:
            several = self._found > 1 and one_row
            return {Doubt.NOT_UNIQUE: self._found} if several else {}
        held = self._identifiers(raws)
        key = table.column(link.identifier)
        groups = rules.written_as(link.subject, held)
        by_index = max(_ASKED_SLOWLY, self._most // _ROWS_FOR_ONE_ASKED)
        counts = self._counts(groups, by_index if key and key.indexed else _ASKED_SLOWLY)
        doubts = rules.identifier_doubts(link.subject, held, self._day, one_row=one_row)
        again = sum(count is not None and count > 1 for each in counts.values() for count in each)
        if again and one_row:
            doubts.setdefault(Doubt.NOT_UNIQUE, again)
        noughts = rules.identifier_noughts(link.subject, key.type if key else "", held)
        return {**doubts, **noughts, **rules.lost(groups, counts)}

    def _identifiers(self, raws: Sequence[Any]) -> Sequence[Any]:
        """Return more identifiers where the source gives them in time, else those of the rows."""
        column = self._link.identifier
        try:
            more = self._port.sample(
                self._source(), self._link.table, [column], self._most * _IDENTIFIERS
            )
        except Refusal:
            return raws
        return [row[0] for row in more.rows]

    def _counts(
        self, groups: Mapping[frozenset[Doubt], Sequence[str]], most: int
    ) -> dict[frozenset[Doubt], list[int | None]]:
        """Look some identifiers of each group up, just as reads do: how many rows each has.

        Nothing more is asked of a source that once did not answer in time.
        """
        found: dict[frozenset[Doubt], list[int | None]] = {}
        for how, identifiers in groups.items():
            found[how] = []
            for each in rules.evenly(list(dict.fromkeys(identifiers)), most):
                count = self._rows_about(each)
                found[how].append(count)
                if count is None:
                    return found
        return found

    def _rows_about(self, identifier: str) -> int | None:
        """Return how many rows a subject has in the whole table; None where nobody answers."""
        link = self._link
        try:
            found = self._port.read(
                self._source(), link.table, link.identifier, identifier, [link.identifier]
            )
        except Refusal:
            return None
        return found.count if found is not None else 0


class _Looked(NamedTuple):
    """The rows that were looked at, which they are, and how many there are altogether."""

    rows: Sequence[dict[str, Any]]
    sampled: Sampled
    total: int | None
