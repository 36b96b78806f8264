"""Why a source gives nothing is told apart, so that whoever looks after it knows what to do."""

import os
import socket
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from tongban.kernel.errors import Refusal
from tongban.kit.i18n import catalogue, translate
from tongban.modules.exchange import errors
from tongban.modules.exchange.adapters.sources import DepartmentSources
from tongban.modules.exchange.errors import Cause
from tongban.modules.exchange.model import Source
from tongban.modules.exchange.model.trying import why

SETTING = "TONGBAN_SOURCE_CAUSES"
FAR = Source(code="far", adapter="postgresql", location=SETTING)
SECRET = "not-to-be-told"


def refused(source: Source, folder: Path, table: str = "marriage") -> Refusal:
    sources = DepartmentSources(folder, os.environ)
    try:
        with pytest.raises(Refusal) as caught:
            sources.sample(source, table, ["name"], 1)
    finally:
        sources.close()
    return caught.value


@contextmanager
def saying(state: str, words: str) -> Iterator[int]:
    """A server that lets nobody in, and says why as PostgreSQL's protocol does; gives its port."""
    fields = (b"S" + "致命错误".encode(), b"VFATAL", b"C" + state.encode(), b"M" + words.encode())
    body = b"".join(field + b"\0" for field in fields) + b"\0"
    answer = b"E" + (len(body) + 4).to_bytes(4, "big") + body
    door = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        for _ in range(2):  # a source is connected to once more when it broke
            try:
                visitor, _address = door.accept()
            except OSError:
                return
            with visitor:
                visitor.recv(4096)
                visitor.sendall(answer)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield door.getsockname()[1]
    door.close()


@pytest.mark.parametrize(
    ("state", "words", "cause"),
    [
        ("28P01", 'password authentication failed for user "ssl"', Cause.ACCOUNT),
        ("28P01", '用户 "读" Password 认证失败', Cause.ACCOUNT),
        ("28000", 'role "timeout" does not exist', Cause.ACCOUNT),
        ("28000", '角色 "读" 不存在', Cause.ACCOUNT),
        ("3D000", 'database "password" does not exist', Cause.DATABASE),
        ("3D000", '数据库 "民政" 不存在', Cause.DATABASE),
        ("28000", 'no pg_hba.conf entry for host "1.2.3.4", user "u", no encryption', Cause.NOT_LET_IN),
        ("42501", 'permission denied for database "civil"', Cause.PERMISSION),
        ("53300", "sorry, too many clients already", Cause.FULL),
        ("57P03", "the database system is starting up", Cause.STARTING),
        ("XX000", "something else", Cause.OTHER),
    ],
)  # fmt: skip
def test_a_server_that_lets_nobody_in_is_told_by_its_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, state: str, words: str, cause: Cause
) -> None:
    with saying(state, words) as port:
        monkeypatch.setenv(
            SETTING,
            f"postgresql://u:{SECRET}@127.0.0.1:{port}/d?sslmode=disable&gssencmode=disable",
        )
        told = refused(FAR, tmp_path)
    assert told.data["cause"] is cause
    assert SECRET not in repr(told)


@pytest.mark.parametrize(
    ("address", "cause"),
    [
        (f"postgresql://u:{SECRET}@nobody.invalid/d", Cause.HOST),
        (f"postgresql://u:{SECRET}@127.0.0.1:1/d", Cause.REFUSED),
        ("no address", Cause.ADDRESS),
        (f"postgresql://u:{SECRET}@127.0.0.1:port/d", Cause.ADDRESS),
        ("", Cause.UNSET),
    ],
)
def test_an_address_that_leads_nowhere_is_told_by_its_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, address: str, cause: Cause
) -> None:
    monkeypatch.setenv(SETTING, address)
    told = refused(FAR, tmp_path)
    assert told.data["cause"] is cause
    assert SECRET not in repr(told)


def test_a_server_that_says_nothing_is_too_late(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        monkeypatch.setenv(SETTING, f"postgresql://u@127.0.0.1:{silent.getsockname()[1]}/d")
        assert refused(FAR, tmp_path).data["cause"] is Cause.TIMEOUT


def test_a_real_server_is_told_by_its_reason(
    tmp_path: Path, postgresql_server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = postgresql_server.replace("postgresql+psycopg://", "postgresql://")
    name = f"tongban_causes_{os.getpid()}"

    def cause(table: str, **changed: str) -> object:
        monkeypatch.setenv(SETTING, psycopg.conninfo.make_conninfo(plain, **changed))
        return refused(FAR, tmp_path, table).data["cause"]

    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute(f"CREATE ROLE {name} LOGIN PASSWORD 'reader'")
        connection.execute(f"CREATE SCHEMA {name}")
        connection.execute(f"CREATE TABLE {name}.marriage (id text)")
        connection.execute(f"CREATE VIEW {name}.slow AS SELECT 'x'::text AS name FROM pg_sleep(30)")
    try:
        assert cause(f"{name}.marriage") is Cause.COLUMN
        assert cause(f"{name}.nothing") is Cause.TABLE
        assert cause("nowhere.nothing") is Cause.TABLE
        assert cause(f"{name}.slow") is Cause.TIMEOUT
        reader = {"user": name, "password": "reader"}
        assert cause(f"{name}.marriage", **reader) is Cause.PERMISSION
        assert cause("marriage", dbname="tongban_nowhere") is Cause.DATABASE
        assert cause("marriage", user="tongban_nobody") is Cause.ACCOUNT
        if "host=/" not in psycopg.conninfo.make_conninfo(plain):
            assert cause("marriage", sslmode="require") is Cause.TLS
    finally:
        with psycopg.connect(plain, autocommit=True) as connection:
            connection.execute(f"DROP SCHEMA {name} CASCADE")
            connection.execute(f"DROP ROLE {name}")


def test_a_file_is_told_by_its_reason(tmp_path: Path) -> None:
    (tmp_path / "broken.db").write_bytes(b"not a database at all" * 100)
    (tmp_path / "folder.db").mkdir()
    with sqlite3.connect(tmp_path / "whole.db") as connection:
        connection.execute("CREATE TABLE marriage (id TEXT)")
    connection.close()

    def cause(location: str, table: str = "marriage") -> object:
        source = Source(code="near", adapter="sqlite", location=location)
        return refused(source, tmp_path, table).data["cause"]

    assert cause("missing.db") is Cause.NO_FILE
    assert cause("folder.db") is Cause.NO_FILE
    assert cause("broken.db") is Cause.NOT_DATABASE
    assert cause("whole.db") is Cause.COLUMN
    assert cause("whole.db", "nothing") is Cause.TABLE
    assert cause("../whole.db") is Cause.OUTSIDE
    writer = sqlite3.connect(tmp_path / "whole.db", isolation_level=None)
    writer.execute("BEGIN EXCLUSIVE")
    assert cause("whole.db") is Cause.BUSY
    writer.close()


@pytest.mark.parametrize("cause", Cause)
def test_every_cause_has_its_sentence_in_both_languages_and_says_what_to_do(cause: Cause) -> None:
    assert set(catalogue()[f"exchange.cause.{cause}"]) >= {"zh", "en"}
    refusal = errors.source_unavailable("far", cause)
    said = translate("zh", why(refusal), **refusal.data, place=SETTING, table="marriage")
    assert "请" in said
    assert "{" not in said
