"""A listing that comes again updates what it brought; what people edited since is not lost."""

from pathlib import Path

import pytest
from tests.builders.definitions import instance_in
from tests.builders.importing import codes, done, run

from tongban.app.instance.importing import writing
from tongban.modules.services.model import Service

HEAD = "事项名称,部门,编码\n"


def file(folder: Path, rows: str) -> Path:
    path = folder / "listing.csv"
    path.write_text(HEAD + rows, "utf-8")
    return path


GONE = {"part": "services", "key": "X-3", "name": "丙"}


def test_a_listing_that_comes_again_says_what_changes(instance: Path, tmp_path: Path) -> None:
    first = done(file(tmp_path, "甲,某局,X-1\n乙,某局,X-2\n丙,某局,X-3\n"), instance)
    assert first["changes"] is None
    path = file(tmp_path, "甲,某局,X-1\n乙乙,某局,X-2\n丁,某局,X-4\n")
    changes = {
        "added": 1, "same": 1, "changed": ["X-2"], "departments_changed": [],
        "gone": [GONE], "files_gone": [],
    }  # fmt: skip
    assert done(path, instance, "--dry-run")["changes"] == changes
    assert set(instance_in(instance).every(Service)) >= {"X-3"}
    assert run(path, instance).exit_code == 5
    assert done(path, instance, "--replace")["changes"] == changes
    names = {key: one.name for key, one in instance_in(instance).every(Service).items()}
    assert names == {"X-1": "甲", "X-2": "乙乙", "X-4": "丁"}


def test_a_file_that_was_edited_since_is_overwritten_only_on_purpose(
    instance: Path, tmp_path: Path
) -> None:
    path = file(tmp_path, "甲,某局,X-1\n")
    done(path, instance)
    written = instance / "services/imported.csv"
    written.write_text(written.read_text("utf-8").replace("甲", "甲（改）"), "utf-8")
    refused = run(path, instance, "--replace")
    assert (refused.exit_code, "services/imported.csv" in refused.output) == (5, True)
    assert "甲（改）" in written.read_text("utf-8")
    assert done(path, instance, "--replace", "--discard-edits")["changes"]["changed"] == ["X-1"]


def test_a_service_that_was_moved_to_a_file_of_its_own_is_not_imported_again(
    instance: Path, tmp_path: Path
) -> None:
    path = file(tmp_path, "甲,某局,X-1\n乙,某局,X-2\n")
    (instance / "services").mkdir(exist_ok=True)
    own = instance / "services/own.yaml"
    own.write_text("{code: X-1, name: 甲甲, department: finance}\n", "utf-8")
    found = done(path, instance)
    assert (found["imported"], codes(found, 2)) == (1, {"row_defined_elsewhere"})
    assert instance_in(instance).errors == []


def test_many_services_go_into_several_files(
    instance: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "ROWS_A_FILE", 2)
    found = done(file(tmp_path, "".join(f"甲{n},某局,X-{n}\n" for n in range(5))), instance)
    assert [name for name in found["files"] if name.startswith("services")] == [
        "services/imported-001.csv", "services/imported-002.csv", "services/imported-003.csv",
    ]  # fmt: skip
    assert len(instance_in(instance).every(Service)) == 5
    monkeypatch.undo()
    done(file(tmp_path, "甲,某局,X-1\n"), instance, "--replace")
    assert list(instance.glob("services/imported*")) == [instance / "services/imported.csv"]
