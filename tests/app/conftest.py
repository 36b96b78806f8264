"""A government of its own, small and real, on each kind of database."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.builders.once import made_once
from tests.builders.postgresql import Kept, SetUp

from tongban.app import setup
from tongban.app.instance.starting import start
from tongban.kit import testing
from tongban.kit.db import Database, metadata
from tongban.kit.keyring import Keyring
from tongban.kit.ports import Ports

ADDRESS = "http://127.0.0.1:8000"


def _start(folder: Path) -> None:
    start(folder, name="云溪县", division="470182", origin="yunxi.internal/ledger")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An instance that nobody has served yet."""
    made = tmp_path / "instance"
    _start(made)
    return made


@pytest.fixture(params=["sqlite", "postgresql"])
def _kind(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.delenv("TONGBAN_DATABASE", raising=False)
    return str(request.param)


@pytest.fixture
def instance(
    _kind: str, request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """A new instance, whose government keeps its data in each kind of database in turn."""
    folder = tmp_path / "instance"
    _start(folder)
    if _kind == "postgresql":
        monkeypatch.setenv("TONGBAN_DATABASE", request.getfixturevalue("empty_postgresql"))
    return folder


def _set_up(folder: Path) -> None:
    _start(folder)
    setup.ready(folder, None, ADDRESS).db.close()


@pytest.fixture(scope="session")
def set_up_on_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    assert "TONGBAN_DATABASE" not in os.environ
    return made_once(tmp_path_factory, "set-up", _set_up)


@pytest.fixture(scope="session")
def set_up_on_postgresql(
    tmp_path_factory: pytest.TempPathFactory, postgresql_server: str
) -> Iterator[SetUp]:
    folder, name = tmp_path_factory.mktemp("set-up") / "instance", testing.new_name("setup")
    testing.make_empty(postgresql_server, name)
    address = testing.address_of(postgresql_server, name)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TONGBAN_DATABASE", address)
        _set_up(folder)
    yield SetUp(folder, address, Kept(address))
    testing.drop(postgresql_server, name)


@pytest.fixture
def government(
    _kind: str, request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """An instance whose government was set up: its data lie in it and in each kind of database in turn."""
    if _kind == "sqlite":
        found: Path = request.getfixturevalue("set_up_on_sqlite")
    else:
        made: SetUp = request.getfixturevalue("set_up_on_postgresql")
        made.kept.bring_back()
        monkeypatch.setenv("TONGBAN_DATABASE", made.address)
        found = made.folder
    return Path(shutil.copytree(found, tmp_path / "instance"))


@pytest.fixture(params=["sqlite", "postgresql"])
def own_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database whose tables a test may change: nobody else sees them."""
    if request.param == "sqlite":
        yield from testing.opened(testing.sqlite_database(tmp_path))
        return
    server, name = request.getfixturevalue("postgresql_server"), testing.new_name("own")
    testing.make_empty(server, name)
    address = testing.address_of(server, name)
    database = Database(address, testing.clock_at(), Keyring.fresh(), Ports())
    try:
        metadata.create_all(database.engine)
        yield database
    finally:
        database.close()
        testing.drop(server, name)
