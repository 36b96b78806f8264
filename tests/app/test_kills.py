"""``kill -9`` in the middle of submitting or applying leaves all or nothing."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select
from tests.builders import services as builders

from tongban.kit import shelf, testing
from tongban.kit.db import Database
from tongban.kit.db.unit import outbox
from tongban.modules.government.definition import DepartmentDefinition
from tongban.modules.ledger import store as ledger
from tongban.modules.notices.store import message
from tongban.modules.services.store import tables

ROOT = Path(__file__).parents[2]

INSTANCE = {
    "government.yaml": (
        "name: 甲市\ndivision: '470181'\nlevel: '4'\norigin: a.example/ledger\n"
        "contact: {name: 甲市, phone: '12345'}\n"
    ),
    "calendar.yaml": "years:\n  - {year: 2026, source: 国务院办公厅通知}\n",
    "departments.yaml": "- code: first\n  name: 局NUMBER\n- code: second\n  name: 局NUMBER\n",
}


@pytest.fixture
def kept(database: Database, tmp_path: Path) -> Iterator[Database]:
    """The same database, opened with keys that another process can open too."""
    made = Database(database.url, testing.clock_at(), testing.keyring_in(tmp_path / "keys"))
    yield from testing.opened(made)


def run_and_kill(what: str, database: Database, folder: Path, seconds: float) -> list[str]:
    """Let a process work, kill it hard, and return what it said was kept."""
    url = database.url
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.app.kept_or_not", what, url, str(folder)],
        stdout=subprocess.PIPE,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"},
        text=True,
    )
    assert process.stdout is not None
    first = process.stdout.readline().strip()
    assert first, "it ended by itself before it said anything"
    time.sleep(seconds)
    process.send_signal(signal.SIGKILL)
    rest, _ = process.communicate(timeout=30)
    lines = rest.split("\n")
    return [line for line in [first, *lines[:-1]] if line]


def submit_and_kill(database: Database, folder: Path, kills: int) -> None:
    """Kill in the middle of submitting; every receipt that was seen is there, and whole."""
    builders.found(database, folder)
    seen: list[str] = []
    for _ in range(kills):
        seen += run_and_kill("submit", database, folder, random.uniform(0.0, 0.2))
        with database.read() as reader:
            connection = reader.connection
            rows = connection.execute(
                select(tables.case.c.id, tables.case.c.number).where(
                    tables.case.c.submitted_at.is_not(None)
                )
            ).all()
            told = connection.execute(select(func.count()).select_from(message)).scalar()
            events = connection.execute(
                select(func.count())
                .select_from(outbox)
                .where(outbox.c.name == "services.case_submitted")
            ).scalar()
            steps = connection.execute(select(tables.step.c.case_id).distinct()).all()
        assert {row.number for row in rows} >= set(seen)
        assert len(rows) == told == events, "receipt, message and event come together or not at all"
        assert {row.id for row in rows} == {row[0] for row in steps}
    assert len(set(seen)) == len(seen) >= kills


def apply_and_kill(database: Database, folder: Path, kills: int) -> None:
    """Kill in the middle of applying; either everything of it is in force, or nothing."""
    (folder / "instance").mkdir()
    for name, text in INSTANCE.items():
        (folder / "instance" / name).write_text(text, "utf-8")
    for _ in range(kills):
        said = run_and_kill("apply", database, folder, random.uniform(0.0, 0.2))
        with database.read() as reader:
            departments = shelf.every(reader.connection, "departments", DepartmentDefinition)
            files = shelf.kept_files(reader.connection)
            entries = reader.connection.execute(
                select(func.count()).select_from(ledger.entry_table)
            ).scalar_one()
        first, second = (str(departments[code].name) for code in ("first", "second"))
        assert first == second, "half a folder is in force"
        assert first.encode() in files["departments.yaml"]
        assert first.removeprefix("局") >= said[-1]
        assert entries >= len(said)


def test_a_receipt_that_was_seen_is_there_after_a_kill(kept: Database, tmp_path: Path) -> None:
    submit_and_kill(kept, tmp_path, kills=2)


def test_a_folder_is_applied_whole_or_not_at_all_when_killed(
    kept: Database, tmp_path: Path
) -> None:
    apply_and_kill(kept, tmp_path, kills=2)


@pytest.mark.drill
def test_fifty_kills_while_submitting_lose_no_receipt(kept: Database, tmp_path: Path) -> None:
    submit_and_kill(kept, tmp_path, kills=50)


@pytest.mark.drill
def test_fifty_kills_while_applying_leave_no_half(kept: Database, tmp_path: Path) -> None:
    apply_and_kill(kept, tmp_path, kills=50)
