"""``tongban client``: a system's key is printed once, and ends when it is ended."""

from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.builders import catalog as builders
from tests.builders.catalog import LABOUR

from tongban.kernel.errors import Refusal
from tongban.kit import testing
from tongban.kit.clock import SystemClock
from tongban.kit.db import Database
from tongban.modules.exchange import queries
from tongban.modules.exchange.commands import client


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TONGBAN_LANGUAGE", "en")
    monkeypatch.delenv("TONGBAN_DATABASE", raising=False)
    database = opened(tmp_path)
    database.create_all()
    builders.found(database)
    database.close()
    return tmp_path


def opened(data: Path) -> Database:
    return Database(
        f"sqlite:///{data / 'tongban.db'}", SystemClock(), testing.keyring_in(data / "keys")
    )


def run(data: Path, *arguments: str) -> str:
    done = CliRunner().invoke(client, [*arguments, "--data", str(data)])
    if done.exception is not None:
        raise done.exception
    return done.output


def test_a_client_is_added_listed_and_ended(data: Path) -> None:
    said = run(data, "add", "labour-core", "--department", LABOUR, "--name", "人社核心系统")
    key = said.splitlines()[-1]
    assert "shown this once" in said
    assert run(data, "list") == f"labour-core\tLabour ({LABOUR})\tactive\t人社核心系统\n"
    database = opened(data)
    with database.read() as reader:
        actor = queries.client_of_key(reader, key)
    assert actor is not None
    assert actor.department == LABOUR
    assert "worthless" in run(data, "end", "labour-core")
    with database.read() as reader:
        assert queries.client_of_key(reader, key) is None
    database.close()
    assert run(data, "list") == f"labour-core\tLabour ({LABOUR})\tended\t人社核心系统\n"


def test_a_refusal_is_told_as_such(data: Path) -> None:
    with pytest.raises(Refusal, match=r"government\.department_not_found"):
        run(data, "add", "x-y", "--department", "nobody")
