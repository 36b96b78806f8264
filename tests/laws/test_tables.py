"""Tables belong to one module each, and migrations make exactly what the code says."""

import re
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Inspector, inspect, text

from tongban.app import migrations
from tongban.app.tables import MODULES
from tongban.kit import testing
from tongban.kit.clock import SystemClock
from tongban.kit.db import Database, metadata
from tongban.kit.keyring import Keyring

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


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_migrations_from_empty_make_what_the_code_says(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    if kind == "sqlite":
        url = f"sqlite:///{tmp_path / 'empty.db'}"
    else:
        server: str = request.getfixturevalue("postgresql_server")
        name = testing.new_name("migrations")
        testing.make_empty(server, name)
        url = testing.address_of(server, name)
    database = Database(url, SystemClock(), Keyring.fresh())
    try:
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
    finally:
        database.close()
        if kind == "postgresql":
            testing.drop(server, name)


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


def test_a_database_that_holds_anything_is_never_made_at_once(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'x.db'}", SystemClock(), Keyring.fresh())
    migrations.step_by_step(database, "0003_identity")
    migrations.upgrade(database)
    has, wants = migrations.standing(database)
    assert has == wants
    database.close()
