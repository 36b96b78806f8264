"""A SQLite source that its department is writing: read as it is now, or refused by name."""

import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from tongban.kernel.errors import Refusal
from tongban.modules.exchange.adapters.sources import DepartmentSources
from tongban.modules.exchange.model import Source

HOMES = Source(code="homes", adapter="sqlite", location="homes.db")


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """The department's own program, which keeps its file in WAL mode."""
    connection = sqlite3.connect(tmp_path / "homes.db", isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA wal_autocheckpoint=0")
    connection.execute("CREATE TABLE home (id TEXT, address TEXT)")
    connection.execute("INSERT INTO home VALUES ('1', '旧址')")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    yield connection
    connection.close()


@pytest.fixture
def sources(tmp_path: Path) -> Iterator[DepartmentSources]:
    opened = DepartmentSources(tmp_path, os.environ)
    yield opened
    opened.close()


def address(sources: DepartmentSources) -> str:
    found = sources.read(HOMES, "home", "id", "1", ["address"])
    assert found is not None
    return str(found.row[0])


def test_what_a_writer_has_not_checkpointed_is_read(
    writer: sqlite3.Connection, sources: DepartmentSources
) -> None:
    assert address(sources) == "旧址"
    for new in ("新址", "更新的地址"):
        writer.execute("UPDATE home SET address = ?", (new,))
        assert address(sources) == new
    writer.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert address(sources) == "更新的地址"
    writer.execute("UPDATE home SET address = '最后的地址'")
    assert address(sources) == "最后的地址"


def test_a_log_that_cannot_be_read_is_refused_by_name_and_never_read_past(
    writer: sqlite3.Connection, sources: DepartmentSources, tmp_path: Path
) -> None:
    writer.execute("UPDATE home SET address = '新址'")
    copied = tmp_path / "copy"
    copied.mkdir()
    for name in ("homes.db", "homes.db-wal"):
        (copied / name).write_bytes((tmp_path / name).read_bytes())
    # What must be made beside it cannot be made, as in a folder that may only be read.
    (copied / "homes.db-shm").symlink_to(tmp_path / "nowhere" / "shm")
    other = DepartmentSources(copied, os.environ)
    with pytest.raises(Refusal) as refused:
        other.read(HOMES, "home", "id", "1", ["address"])
    assert (refused.value.code, refused.value.data["file"]) == ("exchange.source_wal", "homes.db")
    (copied / "homes.db-shm").unlink()
    assert address(other) == "新址"
    other.close()


def test_a_file_in_wal_mode_that_nobody_writes_is_read_and_nothing_is_made_beside_it(
    writer: sqlite3.Connection, sources: DepartmentSources, tmp_path: Path
) -> None:
    writer.close()
    assert address(sources) == "旧址"
    assert [path.name for path in tmp_path.iterdir()] == ["homes.db"]


def test_a_writer_in_the_middle_of_its_change_is_waited_for_and_then_named_as_away(
    tmp_path: Path, sources: DepartmentSources
) -> None:
    connection = sqlite3.connect(tmp_path / "homes.db", isolation_level=None)
    connection.execute("CREATE TABLE home (id TEXT, address TEXT)")
    connection.execute("INSERT INTO home VALUES ('1', '旧址')")
    assert address(sources) == "旧址"
    connection.execute("BEGIN EXCLUSIVE")
    connection.execute("UPDATE home SET address = '半途'")
    with pytest.raises(Refusal, match=r"exchange\.source_unavailable"):
        address(sources)
    connection.execute("COMMIT")
    assert address(sources) == "半途"
    connection.close()


def test_a_column_that_is_not_there_is_refused_and_its_name_is_never_the_value(
    writer: sqlite3.Connection, sources: DepartmentSources
) -> None:
    for table, column in (("home", "adress"), ("house", "address")):
        with pytest.raises(Refusal, match=r"exchange\.source_lacks"):
            sources.read(HOMES, table, "id", "1", [column])
    with pytest.raises(Refusal, match=r"exchange\.source_lacks"):
        sources.read(HOMES, "home", "identifier", "identifier", ["address"])
