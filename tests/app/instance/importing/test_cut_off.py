"""An import that stops halfway loses nothing, and a dry run tells what the import itself would refuse."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.builders.definitions import instance_in
from tests.builders.importing import codes, done, lined, run

from tongban.app.instance.importing.writing import PREPARED, RECORD
from tongban.modules.government.definition import DepartmentDefinition
from tongban.modules.services.model import Service

HEAD = "事项名称,部门,编码"
SERVICES = "services/imported.csv"
DEPARTMENTS = "departments/imported.csv"


class _Ended(BaseException):
    """The process is no more."""


@contextmanager
def ending_after(steps: int, patch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let the process end before the step after so many of those that change files in the folder."""
    left = steps
    replace, unlink = Path.replace, Path.unlink

    def count() -> None:
        nonlocal left
        if left == 0:
            raise _Ended
        left -= 1

    def replacing(self: Path, target: Path) -> Path:
        if PREPARED in str(target):
            return replace(self, target)
        count()
        return replace(self, target)

    def unlinking(self: Path, missing_ok: bool = False) -> None:
        count()
        unlink(self, missing_ok)

    with patch.context() as context:
        context.setattr(Path, "replace", replacing)
        context.setattr(Path, "unlink", unlinking)
        yield


def contents(instance: Path) -> dict[str, str]:
    return {one: (instance / one).read_text("utf-8") for one in (SERVICES, DEPARTMENTS)}


@pytest.mark.parametrize("steps", range(4))
def test_whoever_stops_an_import_leaves_whole_files_and_the_next_one_goes_on(
    instance: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, steps: int
) -> None:
    done(lined(tmp_path, HEAD, "甲,水务局,X-1", "乙,水利局,X-2"), instance)
    before = contents(instance)
    path = lined(tmp_path, HEAD, "甲甲,水务局,X-1", "丙,林业局,X-3")
    with ending_after(steps, monkeypatch), pytest.raises(_Ended):
        run(path, instance, "--replace")
    halfway = contents(instance)
    found = done(path, instance, "--replace")
    assert (found["imported"], codes(found) & {"file_edited", "file_foreign"}) == (2, set())
    after = contents(instance)
    assert all(halfway[one] in (before[one], after[one]) for one in halfway)
    assert set(instance_in(instance).every(Service)) == {"X-1", "X-3"}
    assert instance_in(instance).errors == []


def test_an_import_that_stopped_while_it_wrote_is_told_as_such(
    instance: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = lined(tmp_path, HEAD, "甲,水务局,X-1")
    done(path, instance)
    with ending_after(2, monkeypatch), pytest.raises(_Ended):
        run(path, instance, "--replace")
    assert "写到一半停下了" in run(path, instance, "--language", "zh").output
    assert "cut_off" in codes(done(path, instance, "--dry-run", "--replace"))
    done(path, instance, "--replace")
    assert "cut_off" not in codes(done(path, instance, "--dry-run", "--replace"))


def test_a_file_that_an_import_no_longer_writes_goes_last(
    instance: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done(lined(tmp_path, HEAD, "甲,水务局,X-1"), instance)
    path = lined(tmp_path, HEAD, "甲,财政局,X-1")
    with ending_after(2, monkeypatch), pytest.raises(_Ended):
        run(path, instance, "--replace")
    assert (instance / DEPARTMENTS).exists()
    assert instance_in(instance).errors == []
    done(path, instance, "--replace")
    assert not (instance / DEPARTMENTS).exists()


def test_what_an_ended_import_left_is_cleared_once_it_is_old(
    instance: Path, tmp_path: Path
) -> None:
    old, young = instance / f"{PREPARED}old", instance / f"{PREPARED}young"
    for left in (old, young):
        (left / "services").mkdir(parents=True)
        (left / "services/imported.csv").write_text("code,name\n", "utf-8")
    os.utime(old, (0, 0))
    done(lined(tmp_path, HEAD, "甲,财政局,X-1"), instance)
    assert (old.exists(), young.exists()) == (False, True)


def test_a_dry_run_tells_what_the_import_itself_would_refuse(
    instance: Path, tmp_path: Path
) -> None:
    path = lined(tmp_path, HEAD, "甲,财政局,X-1")
    assert not codes(done(path, instance, "--dry-run")) & {"replace_needed", "file_edited"}
    done(path, instance)
    assert "replace_needed" in codes(done(path, instance, "--dry-run"))
    assert "replace_needed" not in codes(done(path, instance, "--dry-run", "--replace"))
    with (instance / SERVICES).open("a", encoding="utf-8") as written:
        written.write("Y-1,乙,finance\n")
    assert "file_edited" in codes(done(path, instance, "--dry-run", "--replace"))
    options = ("--replace", "--discard-edits")
    assert "file_edited" not in codes(done(path, instance, "--dry-run", *options))


def test_a_file_of_ones_own_is_not_called_an_edited_import(instance: Path, tmp_path: Path) -> None:
    own = instance / "departments/listing.csv"
    own.parent.mkdir(exist_ok=True)
    own.write_text("code,name\nmine,我的局\n", "utf-8")
    path = lined(tmp_path, "部门名称", "水务局")
    tried = done(path, instance, "--dry-run", "--replace", kind="departments")
    assert "file_foreign" in codes(tried)
    refused = run(path, instance, "--replace", "--language", "zh", kind="departments")
    assert (refused.exit_code, "不是导入写的" in refused.output) == (5, True)
    assert "我的局" in own.read_text("utf-8")


def test_a_record_of_an_older_release_is_understood(instance: Path, tmp_path: Path) -> None:
    path = lined(tmp_path, HEAD, "甲,财政局,X-1")
    done(path, instance)
    assert f'"{SERVICES}": "' in (instance / RECORD).read_text("utf-8")
    done(path, instance, "--replace")


# The figures --------------------------------------------------------------------------------------


def figures(listing: Path, instance: Path, *options: str, kind: str = "service-items") -> list[str]:
    said = run(listing, instance, "--language", "en", *options, kind=kind).output.splitlines()
    return [one for one in said if not one.startswith(" ") and "code" not in one]


def test_a_department_that_was_there_before_is_not_called_added_again(
    instance: Path, tmp_path: Path
) -> None:
    path = lined(tmp_path, HEAD, "甲,水务局,X-1", "乙,水利局,X-2")
    assert "2 departments were added." in figures(path, instance)
    again = done(path, instance, "--replace")
    assert again["departments"] == {}
    path = lined(tmp_path, HEAD, "甲,水务局,X-1", "乙,林业局,X-2")
    tried, made = (figures(path, instance, "--replace", *one) for one in (["--dry-run"], []))
    assert "1 department would be added." in tried
    assert "1 department was added." in made
    assert "Compared with the import before: 0 added, 1 changed, 0 gone, 1 the same." in made
    assert "1 department that the listing named is gone:" in made
    assert {str(one.name) for one in instance_in(instance).every(DepartmentDefinition).values()} >= {
        "水务局", "林业局",
    }  # fmt: skip


@pytest.mark.parametrize("kind", ["departments", "service-items"])
def test_of_what_there_is_none_nothing_is_said(instance: Path, tmp_path: Path, kind: str) -> None:
    path = lined(tmp_path, "部门名称,事项名称", "财政局,甲")
    said = "\n".join(figures(path, instance, kind=kind))
    assert "0 departments" not in said
    assert ("0 imported" in said) == ("for the reasons below" in said) == (kind == "departments")
    assert ("no file was written" in said) == (kind == "departments")


def test_a_dry_run_that_saves_a_map_says_that_it_wrote_it(instance: Path, tmp_path: Path) -> None:
    saved = tmp_path / "map.yaml"
    path = lined(tmp_path, HEAD, "甲,财政局,X-1")
    said = figures(path, instance, "--dry-run", "--save-map", str(saved))
    assert said[-2:] == [
        "This was a dry run; no definition was written.",
        f"Wrote which column is which into {saved}.",
    ]
