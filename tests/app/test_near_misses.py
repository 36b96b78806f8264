"""What newcomers type where there is no such command is answered with the one that does it."""

import pytest
from click.testing import CliRunner

from tongban.app.cli import _MEANT, main

CASES = {
    "instance new anping": "tongban new DIR",
    "instance check anping": "tongban check DIR",
    "init anping": "tongban new DIR",
    "start anping": "tongban serve --instance DIR",
    "validate anping": "tongban check DIR",
    "demo": "tongban serve --demonstration",
    "chek anping": "tongban check",
    "sources try": "tongban source",
    "help": "tongban --help",
}


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("typed", CASES)
def test_the_command_that_was_meant_is_named(typed: str, language: str) -> None:
    said = CliRunner().invoke(main, typed.split(), env={"TONGBAN_LANGUAGE": language})
    assert said.exit_code == 2
    assert f"{CASES[typed]}" in said.stderr
    assert said.stderr.startswith({"zh": "没有“", "en": "There is no command “"}[language])


def test_a_word_like_none_is_answered_with_where_all_are_listed() -> None:
    said = CliRunner().invoke(main, ["frobnicate"], env={"TONGBAN_LANGUAGE": "en"})
    assert (said.exit_code, said.stderr.splitlines()) == (
        2,
        ["There is no command “frobnicate”. tongban --help lists all."],
    )


@pytest.mark.parametrize("typed", sorted(_MEANT))
def test_what_is_named_instead_is_there(typed: str) -> None:
    meant = _MEANT[typed].split()
    if not meant[0].startswith("-"):
        assert CliRunner().invoke(main, [meant[0], "--help"]).exit_code == 0
    assert CliRunner().invoke(main, typed.split(" ")[:1]).exit_code == 2


def test_a_folder_alone_after_serve_is_answered_with_the_ways_to_serve_it() -> None:
    said = CliRunner().invoke(main, ["serve", "anping"], env={"TONGBAN_LANGUAGE": "en"})
    assert said.exit_code == 2
    assert "--instance FOLDER (for real)" in said.stderr
    assert "--trial FOLDER" in said.stderr
