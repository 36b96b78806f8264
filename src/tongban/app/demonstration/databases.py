"""Writes the town as the departments' own databases, one SQLite file for each source."""

import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from random import Random

from tongban.app.demonstration import organisation_tables as things
from tongban.app.demonstration import person_tables as persons
from tongban.app.demonstration import work_tables as work
from tongban.app.demonstration.tables import Row, Table
from tongban.app.demonstration.town import Town, town
from tongban.kit.crypto.hashing import SHA_256, Running

SEED = 20260101


@dataclass(frozen=True, slots=True)
class Summary:
    """What was written. ``digest`` is of every row in order: equal for the same seed and day."""

    people: int
    organisations: int
    sources: int
    tables: int
    rows: int
    digest: str


def build(folder: Path, *, today: date, seed: int = SEED) -> Summary:
    """Write every department's database into the folder, in place of one of the same name.

    All of them are written beside it first, so that a folder made here is whole once it exists.
    """
    unfinished = folder.with_name(f".{folder.name}.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    drawn = town(seed, today)
    written = databases(drawn, Random(seed + 1))
    digest = SHA_256.new()
    rows = sum(_write(unfinished / f"{name}.db", found, digest) for name, found in written.items())
    _put_in_place(unfinished, folder)
    return Summary(
        people=len(drawn.people),
        organisations=len(drawn.organisations),
        sources=len(written),
        tables=sum(map(len, written.values())),
        rows=rows,
        digest=digest.hexdigest(),
    )


def _put_in_place(unfinished: Path, folder: Path) -> None:
    if not folder.exists():
        unfinished.replace(folder)
        return
    for file in unfinished.iterdir():
        file.replace(folder / file.name)
    unfinished.rmdir()


def databases(drawn: Town, chance: Random) -> dict[str, list[Table]]:
    """Return the tables of each source."""
    return {
        "population": persons.population(drawn),
        "traffic": [things.vehicles(drawn), persons.traffic_drivers(drawn)],
        "civil": [
            *persons.civil(drawn),
            things.associations(drawn),
            things.standard_addresses(chance),
        ],
        "human_resources": [*work.human_resources(drawn), things.employers(drawn)],
        "medical_insurance": work.medical_insurance(drawn),
        "tax": [*work.tax(drawn), *things.taxpayers(drawn)],
        "registration": things.registration(drawn),
        "property": [things.real_estate(drawn), persons.person_property(drawn)],
        "housing": [*persons.housing_persons(drawn), things.buildings(drawn)],
        "housing_fund": [*work.housing_fund(drawn), things.fund_employers(drawn)],
        "disability": persons.disability(drawn),
        "health": [*persons.health_persons(drawn, chance), _hygiene(drawn)],
        "education": [*persons.education_persons(drawn), things.school_districts()],
        "veterans": persons.veterans(drawn),
        "agriculture": persons.agriculture(drawn),
        "finance": persons.finance(drawn),
        "transport": [things.transport_vehicles(drawn), _operators(drawn)],
        "ecology": [things.air_quality(chance), _polluters(drawn)],
        "credit": [things.organisation_grades(drawn), persons.credit_persons(drawn)],
    }


def _hygiene(drawn: Town) -> Table:
    words = ("餐饮", "家政")
    return things.permits(drawn, "hygiene_permit", "hygiene_permit_number", words, "汀卫公证字")


def _operators(drawn: Town) -> Table:
    words = ("道路货物运输",)
    return things.permits(drawn, "operator", "transport_permit_number", words, "汀交运管许可")


def _polluters(drawn: Town) -> Table:
    words = ("制造", "食品生产")
    return things.permits(drawn, "pollution_permit", "pollution_permit_number", words, "汀排污许")


def _write(file: Path, tables: list[Table], digest: Running) -> int:
    """Write one database in one transaction; nothing is flushed before it is whole."""
    connection = sqlite3.connect(file, isolation_level=None)
    rows = 0
    try:
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("BEGIN")
        for table in tables:
            made, insert = table.statements()
            connection.execute(made)
            kept = list(table.rows)
            connection.executemany(insert, kept)
            digest.update(f"{made}\n".encode())
            digest.update("\n".join(_lines(kept)).encode())
            rows += len(kept)
        connection.execute("COMMIT")
    finally:
        connection.close()
    return rows


def _lines(rows: list[Row]) -> Iterator[str]:
    return map(repr, rows)
