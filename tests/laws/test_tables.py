"""Tables belong to one module each, and migrations make exactly what the code says."""

import re
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeAlias
from uuid import uuid4

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Date,
    Float,
    Inspector,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    inspect,
    select,
    text,
)
from tests.builders.ledger import MemorySigner

from tongban.app import migrations
from tongban.app.tables import MODULES
from tongban.kit import testing, troubles
from tongban.kit.clock import SystemClock
from tongban.kit.db import Database, Instant, Json, metadata
from tongban.kit.files import FileStore
from tongban.kit.house import House
from tongban.kit.keyring import Keyring
from tongban.kit.lanes import Worker
from tongban.kit.outbox import Outbox
from tongban.kit.ports import Ports
from tongban.kit.settings import Settings
from tongban.kit.troubles import WorkGivenUp
from tongban.modules.ledger import actions as ledger
from tongban.modules.ledger.formats.entry import format_entry
from tongban.modules.ledger.model import Entry, EntryKind

SOURCE = Path(__file__).parents[2] / "src" / "tongban"


def test_every_table_is_named_with_its_modules_prefix() -> None:
    owners = {*MODULES, "kit"}
    strangers = [name for name in metadata.tables if name.split("_", 1)[0] not in owners]
    assert strangers == []


def test_no_module_speaks_of_another_modules_tables() -> None:
    offending = []
    for module in MODULES:
        others = "|".join(other for other in MODULES if other != module)
        pattern = re.compile(
            rf"""Table\(\s*["'](?:{others})_|\b(?:FROM|JOIN|INTO|UPDATE)\s+(?:{others})_"""
        )
        for path in (SOURCE / "modules" / module).rglob("*.py"):
            if pattern.search(path.read_text("utf-8")):
                offending.append(str(path.relative_to(SOURCE)))
    assert offending == []


def test_only_stores_speak_sql() -> None:
    words = "select|insert|update|delete|text|func|Table|Column|MetaData"
    speaks = re.compile(rf"^from sqlalchemy[.\w]* import [^\n]*\b(?:{words})\b", re.MULTILINE)
    offending = [
        str(path.relative_to(SOURCE))
        for path in (SOURCE / "modules").rglob("*.py")
        if path.name != "store.py"
        and "store" not in path.parts
        and speaks.search(path.read_text("utf-8"))
    ]
    assert offending == []


@contextmanager
def _empty(kind: str, folder: Path, request: pytest.FixtureRequest) -> Iterator[Database]:
    """Give a database of a kind without any table."""
    server = request.getfixturevalue("postgresql_server") if kind == "postgresql" else ""
    name = testing.new_name("migrations")
    url = f"sqlite:///{folder / name}.db"
    if server:
        testing.make_empty(server, name)
        url = testing.address_of(server, name)
    database = Database(url, SystemClock(), Keyring.fresh())
    try:
        yield database
    finally:
        database.close()
        if server:
            testing.drop(server, name)


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_migrations_from_empty_make_what_the_code_says(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    with _empty(kind, tmp_path, request) as database:
        migrations.step_by_step(database)
        has, wants = migrations.standing(database)
        assert has == wants
        assert wants is not None
        with database.engine.connect() as connection:
            context = MigrationContext.configure(
                connection, opts={"include_object": migrations.ours, "compare_type": False}
            )
            assert compare_metadata(context, metadata) == []
        migrations.upgrade(database)


def _structure(database: Database) -> dict[str, Any]:
    """Return everything that a database says of its tables, in no particular order."""
    with database.engine.connect() as connection:
        if database.sqlite:
            made = "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL AND type <> 'table'"
            return {
                **_reflected(inspect(connection)),
                **{name: _bare(sql) for name, sql in connection.execute(text(made))},
            }
        indexes = "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'"
        checks = "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint"
        found = _reflected(inspect(connection))
        for said in (indexes, checks):
            found |= {f"{name} made": as_ for name, as_ in connection.execute(text(said))}
        return found


def _reflected(inspector: Inspector) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for table in inspector.get_table_names():
        for column in inspector.get_columns(table):
            found[f"{table}.{column['name']}"] = (
                str(column["type"]),
                column["nullable"],
                column["default"],
            )
        found[f"{table} key"] = inspector.get_pk_constraint(table)
        found[f"{table} points"] = sorted(map(str, inspector.get_foreign_keys(table)))
        found[f"{table} once"] = sorted(map(str, inspector.get_unique_constraints(table)))
    return found


def _bare(sql: str) -> str:
    return re.sub(r"\s+", " ", sql)


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_an_empty_database_made_at_once_is_what_the_migrations_make(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    made: list[dict[str, Any]] = []
    for name, bring in (("steps", migrations.step_by_step), ("once", migrations.upgrade)):
        if kind == "sqlite":
            url = f"sqlite:///{tmp_path / name}.db"
        else:
            server: str = request.getfixturevalue("postgresql_server")
            own = testing.new_name(name)
            testing.make_empty(server, own)
            url = testing.address_of(server, own)
        database = Database(url, SystemClock(), Keyring.fresh())
        try:
            bring(database)
            made.append(_structure(database) | {"revision": migrations.standing(database)})
        finally:
            database.close()
            if kind == "postgresql":
                testing.drop(server, own)
    steps, once = made
    assert {name: (steps.get(name), once.get(name)) for name in steps.keys() | once.keys()} == {
        name: (steps[name], steps[name]) for name in steps
    }


LAST_RELEASE = "0017_services"
"""The revision that the last release left its databases at."""


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_migrations_from_the_last_release_keep_every_row_and_each_can_be_read(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    with _empty(kind, tmp_path, request) as database:
        migrations.step_by_step(database, LAST_RELEASE)
        filled = _fill_every_table(database)
        migrations.step_by_step(database)
        with database.engine.connect() as connection:
            for name, before in filled.items():
                [after] = connection.execute(select(metadata.tables[name])).mappings().all()
                kept = {key for key in before if f"{name}.{key}" not in TAKEN_AWAY}
                assert {key: after[key] for key in kept} == {key: before[key] for key in kept}, name
            job = connection.execute(select(metadata.tables["kit_job"])).mappings().one()
            assert (job["failed_at"], job["gave_up_at"]) == (THEN, THEN), "of one that had failed"
            unfit = [connection.execute(select(metadata.tables[name].c.unfit)).scalar_one()
                     for name in ("exchange_disclosure", "services_consent")]  # fmt: skip
            assert unfit == [{}, []]
            dead = connection.execute(select(metadata.tables["kit_outbox"].c.dead)).scalar_one()
            assert dead is False


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_entries_that_wait_when_authenticators_come_are_vouched_for_once_and_numbered(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    entry = Entry(id=str(uuid4()), kind=EntryKind.DECISION, at=THEN, public={"department": "a"})
    waiting = {
        "id": entry.id,
        "kind": "decision",
        "department": "a",
        "at": THEN,
        "body": format_entry(entry),
    }
    with _empty(kind, tmp_path, request) as database:
        migrations.step_by_step(database, "0034_sealed")
        with database.engine.begin() as connection:
            connection.execute(metadata.tables["ledger_entry"].insert().values(waiting))
        migrations.step_by_step(database)
        signed = ledger.run_sequencer(database, MemorySigner())
    assert signed is not None
    assert signed.checkpoint.size == 1


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_events_and_jobs_that_wait_when_authenticators_come_are_vouched_for_once_and_done(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    events, jobs = metadata.tables["kit_outbox"], metadata.tables["kit_job"]
    event: dict[str, Any] = {
        "id": "e",
        "name": "kit.work_given_up",
        "at": THEN,
        "tries": 0,
        "next_at": THEN,
    }
    event |= {"payload": '{"sort":"job","work":"a","id":"b"}', "done": False, "dead": False}
    job: dict[str, Any] = {
        "id": "j",
        "name": "trial.work",
        "kind": "trial",
        "payload": {"a": 1, "b": [1.5, "二"]},
    }
    job |= {"done_parts": 0, "all_parts": 0, "tries": 0, "at": THEN, "next_at": THEN}
    heard: list[Any] = []
    with _empty(kind, tmp_path, request) as database:
        migrations.step_by_step(database, "0047_ledger")
        with database.engine.begin() as connection:
            connection.execute(events.insert(), [event, event | {"id": "d", "dead": True}])
            states = {"j": "queued", "f": "failed", "o": "done"}
            rows = [job | {"id": one, "state": state} for one, state in states.items()]
            connection.execute(jobs.insert(), rows)
        migrations.step_by_step(database)
        work = {"trial.work": lambda _house, payload, _progress: heard.append(payload)}
        box = Outbox(database, [(WorkGivenUp, lambda _unit, told: heard.append(told.work))])
        house = House(
            settings=Settings(data=tmp_path),
            db=database,
            clock=database.clock,
            keyring=database.keyring,
            files=FileStore(tmp_path / "files"),
            ports=Ports(),
        )
        Worker(house, box, work).settle()
        database.write(lambda unit: troubles.revive(unit, "f"))
        Worker(house, box, work).settle()
    assert heard == ["a", job["payload"], job["payload"]]


@pytest.mark.parametrize(
    ("older", "counted", "found"), [("0022_supervision", 0, 2), ("0027_services", 5, 6)]
)
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_what_no_source_answered_before_that_was_counted_is_counted_from_the_record(
    kind: str,
    older: str,
    counted: int,
    found: int,
    tmp_path: Path,
    request: pytest.FixtureRequest,
) -> None:
    """Two needs of a resource got no answer, the second when counting had begun, if it had; of a third
    nothing was held."""
    consent, unanswered = (
        metadata.tables["services_consent"],
        metadata.tables["exchange_unanswered"],
    )
    second = THEN + timedelta(days=1)
    with _empty(kind, tmp_path, request) as database:
        migrations.step_by_step(database, older)
        since = {"entry"}  # columns that came later
        columns = [each for each in metadata.tables["services_case"].c if each.name not in since]
        case = {each.name: _value(each) for each in columns}
        said = {each.name: _value(each) for each in consent.c} | {"case_id": case["id"]}
        silent = {"brought": "failed", "fault": "exchange.source_unavailable", "resource": "a"}
        rows = [
            said | silent | {"number": 1, "at": THEN},
            said | silent | {"number": 2, "at": second},
            said | {"number": 3, "brought": "nothing", "fault": "", "resource": "b"},
        ]
        with database.engine.begin() as connection:
            connection.execute(metadata.tables["services_case"].insert().values(case))
            connection.execute(consent.insert(), rows)
            if counted:
                known = {"resource": "a", "times": counted, "first_at": second, "last_at": second}
                connection.execute(unanswered.insert().values(known))
        migrations.step_by_step(database)
        with database.engine.connect() as connection:
            (row,) = connection.execute(select(unanswered)).mappings()
        assert dict(row) == {"resource": "a", "times": found, "first_at": THEN, "last_at": second}


THEN = datetime(2026, 11, 1, 2, 3, 4, 5, tzinfo=UTC)


def _fill_every_table(database: Database) -> dict[str, dict[str, Any]]:
    """Put a row into every table as it is, every column filled; return what was put in."""
    filled: dict[str, dict[str, Any]] = {}
    with database.engine.begin() as connection:
        inspector = inspect(connection)
        for table in metadata.sorted_tables:
            if not inspector.has_table(table.name):
                continue
            there = {one["name"]: one["type"] for one in inspector.get_columns(table.name)}
            known = {name: table.c[name].type for name in there if name in table.c}
            had = Table(table.name, MetaData(), *map(Column, there, (there | known).values()))
            row = {column.name: _value(column) for column in had.columns}
            connection.execute(had.insert().values(row))
            filled[table.name] = row
    return filled


def _value(column: Column[Any]) -> Any:
    if isinstance(column.type, Instant):
        return THEN
    if isinstance(column.type, Json):
        return {"a": "一"}
    if isinstance(column.type, Boolean):
        return False
    if isinstance(column.type, Integer | Float):
        return 1
    if isinstance(column.type, Date):
        return THEN.date()
    if isinstance(column.type, LargeBinary):
        return b"x"
    said = "failed" if column.name == "state" else "2026-11-01"
    return said[: getattr(column.type, "length", None)]


TAKEN_AWAY: Mapping[str, str] = {
    "services_decision.by_name": "0032: sealed into by_name_sealed; no name stands in the clear",
    "identity_password.hash": "0042: sealed for its account into hash_sealed",
}
"""What a migration took away on purpose, as table or table.column: the migration, and where the values
went, or why nobody needs them."""
Rows: TypeAlias = dict[str, dict[str, Any]]


def test_no_migration_takes_away_what_a_row_of_an_earlier_one_holds(tmp_path: Path) -> None:
    """Each table gets a row as soon as it is made; afterwards no step drops, renames or empties it."""
    lost: list[str] = []
    held: Rows = {}
    with closing(_sqlite(tmp_path)) as database:
        for revision in sorted(path.stem for path in VERSIONS.glob("[0-9]*.py")):
            migrations.step_by_step(database, revision)
            lost += [f"{revision}: {what}" for what in _missing(held, _rows(database))]
            held = _filled(database)
    assert len(held) > 40
    assert [one for one in lost if one.partition(": ")[2] not in TAKEN_AWAY] == []


VERSIONS = Path(migrations.__file__).parent / "versions"


def test_a_column_that_is_dropped_renamed_or_emptied_is_seen(tmp_path: Path) -> None:
    with closing(_sqlite(tmp_path)) as database:
        migrations.upgrade(database)
        held = _filled(database)
        with database.engine.begin() as connection:
            for statement in (
                "DROP TABLE kit_lane",
                "ALTER TABLE services_correction RENAME COLUMN days TO length",
                "ALTER TABLE services_correction DROP COLUMN changes",
                "UPDATE services_step SET second_look = NULL",
            ):
                connection.execute(text(statement))
        assert sorted(_missing(held, _rows(database))) == [
            "kit_lane",
            "services_correction.changes",
            "services_correction.days",
            "services_step.second_look",
        ]


def _sqlite(folder: Path) -> Database:
    return Database(f"sqlite:///{folder / 'x.db'}", SystemClock(), Keyring.fresh())


def _missing(held: Rows, now: Rows) -> Iterator[str]:
    """Yield the tables and columns whose values are no longer there as they were."""
    for table, row in held.items():
        if table not in now:
            yield table
            continue
        for column, value in row.items():
            if now[table].get(column, _NOTHING) != value:
                yield f"{table}.{column}"


_NOTHING = object()


def _tables(connection: Connection) -> MetaData:
    """Return the tables as the database has them, whatever the code says today."""
    found = MetaData()
    found.reflect(connection, only=lambda name, _: "_fts" not in name and name != "alembic_version")
    return found


def _rows(database: Database) -> Rows:
    """Return the one row of every table that has one."""
    with database.engine.connect() as connection:
        rows = {
            table.name: connection.execute(select(table)).mappings().first()
            for table in _tables(connection).sorted_tables
        }
    return {name: dict(row) for name, row in rows.items() if row is not None}


def _filled(database: Database) -> Rows:
    """Put a row into every table without one, every column filled; return all rows."""
    held = _rows(database)
    with database.engine.begin() as connection:
        for table in _tables(connection).sorted_tables:
            if table.name not in held:
                row = {column.name: _value(column) for column in table.columns}
                connection.execute(table.insert().values(row))
    return _rows(database)


def test_a_database_that_holds_anything_is_never_made_at_once(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'x.db'}", SystemClock(), Keyring.fresh())
    migrations.step_by_step(database, "0003_identity")
    migrations.upgrade(database)
    has, wants = migrations.standing(database)
    assert has == wants
    database.close()
