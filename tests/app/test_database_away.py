"""A PostgreSQL that is away or lets nobody in: commands say which it is, and by which setting."""

import json
import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.modules.exchange.test_causes import saying

from tongban.app import setup
from tongban.app.cli import main
from tongban.kernel.errors import Kind, Refusal
from tongban.kit.db import database as storing
from tongban.kit.i18n import sentence
from tongban.kit.settings import default_data

SECRET = "not-to-be-told"


@contextmanager
def plain_only() -> Iterator[int]:
    """A server that answers whoever asks for TLS that it has none; gives its port."""
    with socket.create_server(("127.0.0.1", 0)) as door:

        def answer() -> None:
            one, _ = door.accept()
            with one:
                one.recv(8)
                one.sendall(b"N")
                one.recv(1)

        threading.Thread(target=answer, daemon=True).start()
        yield int(door.getsockname()[1])


@contextmanager
def mute() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as door:
        yield int(door.getsockname()[1])


@contextmanager
def nobody() -> Iterator[int]:
    yield 1


CASES = {
    "refused": (nobody, "", "Start PostgreSQL", "没有在运行"),
    "silent": (mute, "", "in time", "时限内"),
    "password": (
        lambda: saying("28P01", 'password authentication failed for user "u"'),
        "", "neither account nor password", "不接受账号或密码",
    ),
    "database": (
        lambda: saying("3D000", 'database "d" does not exist'),
        "", "no database of that name", "没有这个名称的数据库",
    ),
    "tls": (plain_only, "&sslmode=require", "No encrypted connection", "加密连接没有建立"),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("place", ["variable", "file"])
def test_a_first_start_says_which_database_is_away_and_which_setting_names_it(
    folder: Path, monkeypatch: pytest.MonkeyPatch, case: str, place: str
) -> None:
    serving, more, english, chinese = CASES[case]
    monkeypatch.setattr(storing, "_PATIENCE", 2)
    data, named = default_data(folder), "TONGBAN_DATABASE"
    with serving() as port:
        tls = "" if "sslmode" in more else "&sslmode=disable"
        address = f"postgresql://u:{SECRET}@127.0.0.1:{port}/d?gssencmode=disable{tls}{more}"
        if place == "file":
            data.mkdir()
            (data / "settings.toml").write_text(f"database = {json.dumps(address)}\n")
            (data / "settings.toml").chmod(0o600)
            named = f"database ({data / 'settings.toml'})"
        else:
            monkeypatch.setenv("TONGBAN_DATABASE", address)
        with pytest.raises(Refusal) as found:
            setup.ready(folder, None, "")
    assert (found.value.code, found.value.kind) == ("kit.database_away", Kind.UNAVAILABLE)
    for language, words in (("zh", chinese), ("en", english)):
        told = sentence(found.value, language)
        assert words in told
        assert re.search(rf"127\.0\.0\.1:{port}/d\b", told)
        assert named in told
        assert SECRET not in told
    assert not (data / "keys").exists()


def test_commands_say_it_too(government: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = default_data(government)
    mark = json.loads((data / "tongban.json").read_text())
    mark["database"].update(kind="postgresql", where="127.0.0.1:1/d")
    (data / "tongban.json").write_text(json.dumps(mark))
    monkeypatch.setenv("TONGBAN_DATABASE", f"postgresql://u:{SECRET}@127.0.0.1:1/d")
    for words, code in (
        (["version"], 7),
        (["account", "list"], 7),
        (["audit"], 7),
        (["doctor"], 1),
    ):
        for language in ("zh", "en"):
            done = CliRunner().invoke(
                main, [*words, "--data", str(data)], env={"TONGBAN_LANGUAGE": language}
            )
            said = done.output + done.stderr
            assert done.exit_code == code, (words, said)
            assert "127.0.0.1:1/d" in said
            assert "TONGBAN_DATABASE" in said
            assert SECRET not in said
