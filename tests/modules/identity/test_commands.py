"""``tongban account``, as whoever runs the machine types it."""

from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.builders import identity as builders

from tongban.kit import testing
from tongban.kit.clock import SystemClock
from tongban.kit.db import Database
from tongban.kit.settings import Settings
from tongban.modules.identity.commands import account


@pytest.fixture
def data(tmp_path: Path) -> Path:
    settings = Settings(data=tmp_path)
    database = Database(settings.database_url, SystemClock(), testing.keyring_in(settings.keys))
    database.create_all()
    builders.found(database, demonstration=False)
    database.close()
    return tmp_path


def run(*words: str) -> tuple[int, str]:
    answer = CliRunner().invoke(account, words, env={"TONGBAN_LANGUAGE": "en"})
    return answer.exit_code, answer.output


def test_staff_are_added_listed_given_a_new_link_and_let_go(data: Path) -> None:
    folder = ("--data", str(data))
    who = ("--login", "zhao.lei", "--name", "赵磊", "--department", "hr", "--role", "clerk")
    code, said = run("add", *folder, *who)
    assert code == 0
    assert "/reset-password?link=" in said
    listed = "zhao.lei\t赵磊\t人力资源和社会保障局 (hr)\tclerk\tactive\n"
    assert run("list", *folder) == (0, listed)
    code, said = run("reset-password", *folder, "zhao.lei")
    assert code == 0
    assert "/reset-password?link=" in said
    assert run("deactivate", *folder, "zhao.lei")[0] == 0
    assert run("list", *folder) == (0, "")
    assert "ended" in run("list", *folder, "--all")[1]


def test_an_unknown_account_is_one_sentence_and_an_exit_code(data: Path) -> None:
    code, said = run("deactivate", "--data", str(data), "nobody")
    assert code == 3
    assert said == "This account was not found.\n"


def test_a_folder_without_a_government_is_named(tmp_path: Path) -> None:
    code, said = run("list", "--data", str(tmp_path / "none"))
    assert code == 3
    assert str(tmp_path / "none") in said
    assert not (tmp_path / "none").exists()
