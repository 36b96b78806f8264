"""Writes a migration for one module: what developers call through ``script/migration``."""

import re
import sys
import tempfile
from contextlib import closing
from pathlib import Path
from typing import Any

from alembic import command
from alembic.script import ScriptDirectory

import tongban.app.tables  # noqa: F401 - every module's tables
from tongban.app import migrations
from tongban.kit import search
from tongban.kit.clock import SystemClock
from tongban.kit.db import Database
from tongban.kit.keyring import Keyring


def write(module: str, brings: str) -> Path | None:
    """Write the migration and return its file, or None when there is nothing to write."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'so-far.db'}"
        with closing(Database(url, SystemClock(), Keyring.fresh())) as database:
            migrations.step_by_step(database)
            config = migrations.config_of(database)
            config.attributes["include"] = _tables_of(module)
            number = f"{len(list(ScriptDirectory.from_config(config).walk_revisions())) + 1:04}"
            made = command.revision(config, brings, autogenerate=True, rev_id=f"{number}_{module}")
    if made is None or isinstance(made, list):
        raise SystemExit("alembic wrote none or several migrations")
    path = Path(str(made.path))
    text = _with_text_indexes(path.read_text("utf-8"))
    if "op." not in text:
        path.unlink()
        return None
    path.write_text(text.replace("tongban.kit.db.columns.", ""), "utf-8")
    return path


def _tables_of(module: str) -> Any:
    def include(thing: Any, name: str | None, kind: str, reflected: bool, other: Any) -> bool:
        table = thing.name if kind == "table" else thing.table.name
        return migrations.ours(thing, name, kind, reflected, other) and table.startswith(
            module + "_"
        )

    return include


def _with_text_indexes(text: str) -> str:
    """Add the full-text half of every text index that is created."""
    for name in sorted(search.INDEXED):
        if re.search(rf"create_table\(\s*[\"']{name}[\"']", text):
            text = text.rstrip() + f'\n    search.create(op.get_bind(), "{name}")\n'
    if "search.create" in text:
        text = text.replace(
            "from tongban.kit.db import",
            "from tongban.kit import search\nfrom tongban.kit.db import",
        )
    return text


if __name__ == "__main__":
    if len(sys.argv) != 3:
        raise SystemExit('usage: script/migration MODULE "what it brings"')
    written = write(sys.argv[1], sys.argv[2])
    print(written or "nothing to write")  # noqa: T201 - a developer's tool
