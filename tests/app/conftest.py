"""A government of its own, small and real, on each kind of database."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tongban.app.instance.starting import start
from tongban.kit import testing


@pytest.fixture(params=["sqlite", "postgresql"])
def instance(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Path]:
    """A new instance, whose government keeps its data in each kind of database in turn."""
    monkeypatch.delenv("TONGBAN_DATABASE", raising=False)
    folder = tmp_path / "instance"
    start(folder, name="云溪县", division="470182", origin="yunxi.internal/ledger")
    if request.param == "sqlite":
        yield folder
        return
    server: str = request.getfixturevalue("postgresql_server")
    name = testing.new_name("setup")
    testing.make_empty(server, name)
    monkeypatch.setenv("TONGBAN_DATABASE", testing.address_of(server, name))
    yield folder
    testing.drop(server, name)
