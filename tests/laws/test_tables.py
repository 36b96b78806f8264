"""Tables belong to one module each, and migrations make exactly what the code says."""

import re
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

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
        migrations.upgrade(database)
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
