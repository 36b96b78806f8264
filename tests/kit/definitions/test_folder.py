"""Only the ordinary files of the folder itself are read."""

import os
from pathlib import Path

import pytest
from tests.builders.definitions import SMALL, codes, instance_in, write

from tongban.kit.definitions import folder as folder_module
from tongban.modules.identity.definition import RoleDefinition


@pytest.fixture
def instance(tmp_path: Path) -> Path:
    return write(tmp_path / "instance", SMALL)


def test_a_small_instance_is_read_without_a_finding(instance: Path) -> None:
    assert codes(instance_in(instance)) == []


def test_a_link_that_leaves_the_folder_is_not_followed(instance: Path) -> None:
    secret = instance.parent / "secret.yaml"
    secret.write_text("- {code: b, name: 乙, duties: []}\n")
    (instance / "accounts.yaml").symlink_to(secret)
    assert codes(instance_in(instance)) == ["definitions.outside"]


def test_a_link_within_the_folder_is_followed(instance: Path) -> None:
    (instance / "roles").mkdir()
    (instance / "roles" / "more.yaml").symlink_to(instance / "notes.txt")
    (instance / "notes.txt").write_text("- {code: b, name: 乙, duties: [case.review]}\n")
    found = instance_in(instance)
    assert set(found.every(RoleDefinition)) == {"clerk", "b"}


def test_links_in_a_circle_are_told(instance: Path) -> None:
    (instance / "services").mkdir()
    (instance / "services" / "a.yaml").symlink_to(instance / "services" / "b.yaml")
    (instance / "services" / "b.yaml").symlink_to(instance / "services" / "a.yaml")
    (instance / "services" / "again").symlink_to(instance / "services")
    assert codes(instance_in(instance)) == ["definitions.outside"] * 3


def test_a_linked_folder_is_not_entered(instance: Path) -> None:
    (instance / "services").symlink_to(instance.parent)
    assert codes(instance_in(instance)) == ["definitions.outside"]


def test_a_pipe_does_not_make_it_wait(instance: Path) -> None:
    os.mkfifo(instance / "accounts.yaml")
    assert codes(instance_in(instance)) == ["definitions.not_a_file"]


def test_a_folder_with_the_name_of_a_file_is_told(instance: Path) -> None:
    (instance / "accounts.yaml").mkdir()
    assert codes(instance_in(instance)) == ["definitions.not_a_file"]


def test_a_file_over_16_mib_is_refused_with_the_advice_to_split_it(instance: Path) -> None:
    with (instance / "services.csv").open("wb") as file:
        file.truncate(folder_module.LARGEST + 1)
    found = instance_in(instance)
    assert codes(found) == ["definitions.too_large"]
    assert "拆成" in found.findings[0].message("zh")
    assert "Split" in found.findings[0].message("en")


@pytest.mark.parametrize(
    ("name", "suggestion"),
    [
        ("service.yaml", "services.yaml"),
        ("roles.yml", "roles.yaml"),
        ("role.csv", "roles.yaml"),
        ("notes.yaml", ""),
    ],
)
def test_a_mistyped_file_name_is_told(instance: Path, name: str, suggestion: str) -> None:
    (instance / name).write_text("x")
    (finding,) = instance_in(instance).findings
    assert finding.code == "definitions.unknown_file"
    assert finding.suggestion == suggestion


def test_a_mistyped_folder_name_is_told(instance: Path) -> None:
    (instance / "service").mkdir()
    (finding,) = instance_in(instance).findings
    assert (finding.code, finding.suggestion) == ("definitions.unknown_file", "services/")


def test_other_files_and_hidden_ones_are_nobodys_business(instance: Path) -> None:
    (instance / "README.md").write_text("x")
    (instance / ".data").mkdir()
    (instance / ".data" / "roles.yaml").write_bytes(b"\xff")
    (instance / "photos").mkdir()
    assert codes(instance_in(instance)) == []


def test_a_folder_that_is_not_there_is_an_error_of_the_caller(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="nowhere"):
        instance_in(tmp_path / "nowhere")


def test_a_path_longer_than_the_database_keeps_is_named(instance: Path) -> None:
    folder = instance / "departments" / ("甲" * 80) / ("乙" * 80) / ("丙" * 80) / ("丁" * 80)
    folder.mkdir(parents=True)
    (folder / ("戊" * 80 + ".yaml")).write_text("- {code: b, name: 乙局}\n", "utf-8")
    assert codes(instance_in(instance)) == ["definitions.path_too_long"]
