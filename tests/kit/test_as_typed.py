"""Messages name commands as they are typed where the program runs."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tongban.kit import i18n


@pytest.fixture
def placed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The program in a folder that no shell searches."""
    program = tmp_path / "env" / "bin" / "tongban"
    program.parent.mkdir(parents=True)
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    monkeypatch.setattr(sys, "argv", [str(program), "serve"])
    i18n.program.cache_clear()
    yield program
    i18n.program.cache_clear()


def test_a_command_that_no_shell_would_find_is_named_by_its_path(
    placed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    told = i18n.translate("en", "app.plan.ready", folder="A", data="B")
    assert told == f"Run {placed} apply A --data B to adopt it."
    assert str(placed) in i18n.translate("zh", "app.plan.ready")
    assert i18n.as_typed("tongban.json and var/tongban stay") == "tongban.json and var/tongban stay"


def test_a_command_that_the_shell_finds_keeps_its_name(
    placed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(placed.parent))
    assert i18n.translate("en", "app.plan.ready", folder="A", data="B") == (
        "Run tongban apply A --data B to adopt it."
    )


def test_what_runs_inside_another_program_names_the_command(
    placed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["pytest"])
    monkeypatch.setenv("PATH", "/nowhere")
    assert i18n.translate("en", "app.plan.ready", folder="A", data="B") == (
        "Run tongban apply A --data B to adopt it."
    )
