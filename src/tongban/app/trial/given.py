"""Test databases that whoever tries a folder out brings along: of invented people only, and copied.

A trial reads no department's database, and cannot tell one from a copy of it but by the people in it:
every resident number and credit code by which a row is found has to be of no province. Only the tables
of such links are copied: of a property or a vehicle nothing says whether it is invented.
"""

import datetime as dt
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from tongban.app.trial.meanings import Meaning, meaning_of
from tongban.app.trial.people import UNASSIGNED, Organisation, Person, Subject, from_number, person
from tongban.kernel.errors import Kind, Refusal
from tongban.kernel.identifiers import credit_code_fault, resident_id_fault
from tongban.kernel.subjects import SubjectKind
from tongban.modules.catalog.definition import (
    ElementDefinition,
    LinkDefinition,
    ResourceDefinition,
)
from tongban.modules.exchange.definition import SourceDefinition

_PLACE_OF = {SubjectKind.PERSON: 1, SubjectKind.ORGANISATION: 3}
"""Where the division begins in an identifier, counted from 1 as SQL does."""
_MOST = 8
_NOT_THERE = ("no such table", "no such column")
"""How many people of each table become accounts."""
_FIRST_NUMBER = 5000
_FIND_TABLE = """SELECT 1 FROM given.sqlite_master
WHERE type IN ('table', 'view') AND lower(name) = lower(?)"""
_INDEXED = """SELECT 1 FROM pragma_table_info(:name, 'given') WHERE lower(name) = lower(:column) AND pk = 1
UNION SELECT 1 FROM pragma_index_list(:name, 'given') AS i, pragma_index_info(i.name, 'given') AS c
WHERE c.seqno = 0 AND lower(c.name) = lower(:column)"""
Elements = Mapping[str, ElementDefinition]


@dataclass(frozen=True, slots=True)
class Given:
    """The files of test sources, by the source's code."""

    files: Mapping[str, Path]

    @property
    def stamp(self) -> str:
        """What changes when a file does: a trial of older ones begins anew."""
        found = ((code, path.stat()) for code, path in sorted(self.files.items()))
        return ";".join(f"{code} {one.st_size} {one.st_mtime_ns}" for code, one in found)


NOTHING = Given({})


def is_given(resource: ResourceDefinition, given: Given) -> bool:
    """Whether a resource is read from a test source, as it is declared."""
    link = resource.link
    return link is not None and link.source in given.files and link.subject in _PLACE_OF


def left_out(resources: Iterable[ResourceDefinition], given: Given) -> Iterator[ResourceDefinition]:
    """Yield what lies in a test source and is not copied, since it is about nobody."""
    for resource in resources:
        link = resource.link
        if link is not None and link.source in given.files and not is_given(resource, given):
            yield resource


def given_in(
    folder: Path,
    sources: Mapping[str, SourceDefinition],
    resources: Iterable[ResourceDefinition],
) -> Given:
    """Return the SQLite sources that lie in a folder under their declared names.

    Refuses a folder with none of them, and a file with anybody who could be real.
    """
    files = {
        code: folder / source.location
        for code, source in sources.items()
        if source.adapter == "sqlite" and (folder / source.location).is_file()
    }
    if not files:
        wanted = ", ".join(s.location for s in sources.values() if s.adapter == "sqlite") or "-"
        raise Refusal("app.trial_no_sources", Kind.NOT_FOUND, folder=str(folder), wanted=wanted)
    given = Given(files)
    for path in files.values():
        _opened(path).close()
    for path, link in _links(given, resources):
        with closing(_opened(path)) as database:
            _check_invented(database, path, link)
    return given


def copy(
    given: Given,
    folder: Path,
    names: Mapping[str, str],
    resources: Iterable[ResourceDefinition],
) -> None:
    """Copy what resources read of the test sources into the trial's folder, and nothing else of them.

    Refuses a table that cannot be read.
    """
    links = list(_links(given, resources))
    for code, path in given.files.items():
        try:
            _copy_tables(
                path, folder / names[code], [link for _, link in links if link.source == code]
            )
        except sqlite3.Error:
            raise _unreadable(path) from None


def _copy_tables(path: Path, to: Path, links: Iterable[LinkDefinition]) -> None:
    with closing(_opened(path)) as source:
        (encoding,) = source.execute("PRAGMA encoding").fetchone()
    with closing(sqlite3.connect(_address(to), uri=True)) as made:
        made.execute(f'PRAGMA encoding = "{encoding}"')  # databases that are attached share one
        made.execute("ATTACH ? AS given", (f"{_address(path)}?mode=ro",))
        for link in links:
            _copy_table(made, link.table.rpartition(".")[2], link.identifier)
        made.commit()


def _copy_table(made: sqlite3.Connection, name: str, identifier: str) -> None:
    """Copy a table, or what a view shows, once; with an index where the column that finds has one."""
    if made.execute(_FIND_TABLE, (name,)).fetchone() is None:
        return
    table, index = _quoted(name), _quoted(f"by {name} {identifier}")
    made.execute(f"CREATE TABLE IF NOT EXISTS main.{table} AS SELECT * FROM given.{table}")  # noqa: S608 - quoted
    if made.execute(_INDEXED, {"name": name, "column": identifier}).fetchone():
        column = _quoted(identifier)
        made.execute(f"CREATE INDEX IF NOT EXISTS main.{index} ON {table} ({column})")


def people_in(
    given: Given,
    resources: Iterable[ResourceDefinition],
    elements: Elements,
    place: str,
    today: dt.date,
) -> list[Subject]:
    """Return the first people and organisations of each table, once each, by name where it has one."""
    found: dict[str, tuple[SubjectKind, str]] = {}
    for resource in resources:
        link = resource.link
        if link is None or not is_given(resource, given):
            continue
        name = _name_column(resource, elements)
        with closing(_opened(given.files[link.source])) as database:
            for identifier, called in _rows(database, link, name):
                known = found.get(identifier, (link.subject, ""))[1]
                found[identifier] = (link.subject, known or called)
    return list(_subjects(found, place, today))


def _subjects(
    found: Mapping[str, tuple[SubjectKind, str]], place: str, today: dt.date
) -> Iterator[Subject]:
    for number, (identifier, (kind, called)) in enumerate(found.items(), start=_FIRST_NUMBER):
        if kind is SubjectKind.PERSON and resident_id_fault(identifier, today=today) is None:
            yield from_number(identifier, called or f"测试人{number - _FIRST_NUMBER + 1}", number)
        if kind is SubjectKind.ORGANISATION and credit_code_fault(identifier) is None:
            agent: Person = person(number, place, today, age=40, woman=number % 2 == 0)
            yield Organisation(number, identifier, called or identifier, agent)


def _name_column(resource: ResourceDefinition, elements: Elements) -> str:
    for item in resource.items:
        element = elements.get(item.element)
        if item.column and element is not None and meaning_of(element) is Meaning.NAME:
            return item.column
    return ""


def _links(
    given: Given, resources: Iterable[ResourceDefinition]
) -> Iterator[tuple[Path, LinkDefinition]]:
    for resource in resources:
        if resource.link is not None and is_given(resource, given):
            yield given.files[resource.link.source], resource.link


def _opened(path: Path) -> sqlite3.Connection:
    """Open a file for reading only. Refuses what is no SQLite database."""
    try:
        database = sqlite3.connect(f"{_address(path)}?mode=ro", uri=True)
        database.execute("SELECT count(*) FROM sqlite_master")
    except sqlite3.Error:
        raise _unreadable(path) from None
    return database


def _address(path: Path) -> str:
    return f"file:{quote(str(path.resolve()))}"


def _unreadable(path: Path) -> Refusal:
    return Refusal("app.trial_source_unreadable", Kind.INVALID, path=str(path))


def _check_invented(database: sqlite3.Connection, path: Path, link: LinkDefinition) -> None:
    column, begins = _quoted(link.identifier), _PLACE_OF[link.subject]
    statement = (
        f"SELECT count(*) FROM {_quoted(link.table)} WHERE {column} IS NOT NULL"  # noqa: S608 - quoted
        f" AND substr(CAST({column} AS TEXT), {begins}, 2) <> ?"
    )
    try:
        (count,) = database.execute(statement, (UNASSIGNED,)).fetchone()
    except sqlite3.Error as error:
        if str(error).startswith(_NOT_THERE):
            return  # nothing can be read from it either
        raise Refusal("app.trial_source_unreadable", Kind.INVALID, path=str(path)) from None
    if count:
        raise Refusal("app.trial_real_people", Kind.INVALID, path=str(path), count=count)


def _rows(database: sqlite3.Connection, link: LinkDefinition, name: str) -> list[tuple[str, str]]:
    column = _quoted(link.identifier)
    called = _quoted(name) if name else "''"
    statement = (
        f"SELECT {column}, {called} FROM {_quoted(link.table)}"  # noqa: S608 - quoted
        f" WHERE {column} IS NOT NULL ORDER BY {column} LIMIT {_MOST}"
    )
    try:
        return [(str(one), str(two or "")) for one, two in database.execute(statement)]
    except sqlite3.Error:
        return []


def _quoted(name: str) -> str:
    return ".".join('"' + part.replace('"', '""') + '"' for part in name.split(".", 1))
