"""A whole audit goes on with sealed values and archived packages, piece by piece, and says what is wrong."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.builders import archive, audited
from tests.builders import services as builders
from tests.builders.audited import attack, standing

from tongban.app import registry
from tongban.app.house import For, bring_up, make_keys, mark, open_house
from tongban.kernel.realms import Realm
from tongban.kit import testing
from tongban.kit.db import Database, metadata, sealed_columns
from tongban.kit.house import House
from tongban.kit.seals import Seals
from tongban.kit.settings import Settings
from tongban.modules.archive import queries as kept
from tongban.modules.archive.model import State
from tongban.modules.audit import actions, handlers, queries
from tongban.modules.audit.model import FindingKind, Run
from tongban.modules.audit.queries import Declared

DECLARED = registry.proven()
OTHER = "(SELECT applicant FROM services_case WHERE services_case.id = case_id)"


@pytest.fixture
def city(database: Database, tmp_path: Path) -> Database:
    """Two cases that came in, with values that are sealed."""
    builders.found(database, tmp_path)
    audited.record_before(database)
    for _ in range(2):
        builders.submitted(database)
    return database


def through(database: Database, most: int = 1000) -> Run:
    """Go through a whole audit in stretches and pieces of a length."""
    run = database.write(lambda unit: actions.begin(unit, whole=True))
    while run.ended_at is None:
        run = actions.go_on(database, DECLARED, run, most, (Seals(),))
    return run


def sealed_values(database: Database) -> int:
    """How many sealed values there are in all tables."""
    rows = audited.kept(database)
    return sum(
        row[column.name] is not None
        for table in metadata.sorted_tables
        for column, _ in sealed_columns(table)
        for row in rows[table.name]
    )


@pytest.mark.parametrize("most", [1, 3, 1000])
def test_every_sealed_value_is_opened_once_however_long_a_piece_is(
    city: Database, most: int
) -> None:
    assert through(city, most).swept == {"sealed": sealed_values(city)}
    assert standing(city) == []


@pytest.mark.parametrize("most", [1, 1000])
def test_a_value_that_was_moved_to_another_row_is_found_by_its_row(
    city: Database, most: int
) -> None:
    attack(city, f"UPDATE services_value SET content = {OTHER}")
    through(city, most)
    found = [one for one in standing(city) if one.kind is FindingKind.UNOPENED]
    rows = audited.kept(city)["services_value"]
    assert len(found) == len(rows)
    assert {(one.table, one.fields) for one in found} == {("services_value", ("content",))}
    assert {one.row for one in found} == {f"{row['case_id']}, {row['key']}" for row in rows}


def test_an_audit_that_is_broken_off_among_sealed_values_goes_on_there(city: Database) -> None:
    run = city.write(lambda unit: actions.begin(unit, whole=True))
    while run.swept.get("sealed", 0) < 3:
        run = actions.go_on(city, DECLARED, run, 1, (Seals(),))
    again = city.write(lambda unit: actions.begin(unit, whole=True))
    assert again == run
    assert again.share == 99
    assert through(city, 1).swept == {"sealed": sealed_values(city)}


def test_an_audit_since_the_last_looks_at_entries_alone(city: Database) -> None:
    through(city)
    run = actions.run_through(city, DECLARED, whole=False, sweeps=(Seals(),))
    assert run.swept == {}


def test_two_processes_do_no_piece_twice(city: Database) -> None:
    run = city.write(lambda unit: actions.begin(unit, whole=True))
    while not run.sweep:
        run = actions.go_on(city, DECLARED, run, 1000, (Seals(),))
    first = actions.go_on(city, DECLARED, run, 1, (Seals(),))
    second = actions.go_on(city, DECLARED, run, 1, (Seals(),))
    assert second == first


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A government with a package in its archive."""
    data = tmp_path / "data"
    data.mkdir()
    settings = Settings(data=data)
    mark(settings, Realm.REAL)
    make_keys(settings, "city.example/ledger")
    made = open_house(settings, testing.clock_at(), For.MAKING)
    bring_up(made)
    builders.found(made.db, data)
    audited.record_before(made.db)
    audited.live(made.db)
    archive.packaged(made)
    yield made
    made.db.close()


def nightly(house: House) -> Run:
    """Let the night's audit go to its end."""
    run = None
    while run is None:
        handlers.nightly(house)
        with house.db.read() as reader:
            run = queries.last_run(reader.connection)
    return run


def test_each_night_every_package_is_read_and_every_sealed_value_opened(house: House) -> None:
    run = nightly(house)
    with house.db.read() as reader:
        packages = kept.kept(reader.connection)
    looked = {name: run.swept[name] for name in ("sealed", "archive")}
    assert looked == {"sealed": sealed_values(house.db), "archive": len(packages)}
    assert standing(house.db) == []
    assert all(one.checked_at is not None for one in packages)


def test_a_package_that_was_changed_on_disk_is_found_in_the_night_and_marked(house: House) -> None:
    path = next((house.settings.data / "packages").rglob("*.xml"))
    path.chmod(0o600)
    path.write_bytes(path.read_bytes() + b" ")
    nightly(house)
    (found,) = standing(house.db)
    with house.db.read() as reader:
        damaged = [one for one in kept.kept(reader.connection) if one.state is State.DAMAGED]
    assert found.kind is FindingKind.DAMAGED
    assert [one.id for one in damaged] == [found.row]


def test_pieces_of_the_archive_are_bounded_by_packages(house: House) -> None:
    (archived,) = [one for one in house.port(Declared).sweeps if one.name == "archive"]
    with house.db.read() as reader:
        piece = archived.piece(reader, "", 1)
    assert piece.looked == 1
    assert piece.until is not None
