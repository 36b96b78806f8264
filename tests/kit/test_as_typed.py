"""The terminal names commands as they are typed where the program runs; nothing else says where it lies."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from tongban.app.cli import main
from tongban.kernel.errors import Kind, Refusal
from tongban.kit import i18n
from tongban.kit.cli import tell


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


READY = ("app.plan.ready", {"folder": "A", "data": "B"})


def told(language: str, name: str, capsys: pytest.CaptureFixture[str], **data: str) -> str:
    tell(i18n.translate(language, name, **data))
    return capsys.readouterr().out.removesuffix("\n")


def test_a_command_that_no_shell_would_find_is_named_by_its_path_at_the_terminal(
    placed: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    name, data = READY
    assert told("en", name, capsys, **data) == f"Run {placed} apply A --data B to adopt it."
    assert str(placed) in told("zh", name, capsys, **data)
    assert i18n.as_typed("tongban.json and var/tongban stay") == "tongban.json and var/tongban stay"


def test_a_refusal_at_the_terminal_names_the_command_by_its_path(
    placed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    for language in ("zh", "en"):
        said = CliRunner().invoke(main, ["validate"], env={"TONGBAN_LANGUAGE": language})
        assert f"{placed} check DIR" in said.output


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_text_but_the_terminals_says_where_the_program_lies(
    placed: Path, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    """Pages, mails, and answers to programs are made of these texts."""
    monkeypatch.setenv("PATH", "/nowhere")
    for name in i18n.catalogue():
        assert str(placed) not in i18n.translate(language, name)
    away = Refusal("kit.not_answering", Kind.UNAVAILABLE)
    assert str(placed) not in i18n.sentence(away, language)


def test_a_command_that_the_shell_finds_keeps_its_name(
    placed: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(placed.parent))
    name, data = READY
    assert told("en", name, capsys, **data) == "Run tongban apply A --data B to adopt it."


def test_what_runs_inside_another_program_names_the_command(
    placed: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["pytest"])
    monkeypatch.setenv("PATH", "/nowhere")
    name, data = READY
    assert told("en", name, capsys, **data) == "Run tongban apply A --data B to adopt it."
