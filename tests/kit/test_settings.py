"""What an operator sets: from where, which of two wins, what is refused, and what is never shown."""

import json
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import assume, given
from hypothesis import strategies as st
from sqlalchemy import make_url

from tongban.app.cli import main
from tongban.kernel.characters import hidden_in
from tongban.kernel.errors import Refusal
from tongban.kernel.text import LANGUAGES
from tongban.kit.i18n import sentence
from tongban.kit.settings import HIDDEN, Place, Settings, listed, read_settings, shown
from tongban.modules.notices.formats import read_server

SECRET = "s3cret/with @:#? signs 密"


def written(path: Path, text: str | bytes, mode: int = 0o600) -> Path:
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    path.chmod(mode)
    return path


def refusal(data: Path, environment: dict[str, str] | None = None) -> Refusal:
    with pytest.raises(Refusal) as found:
        read_settings(data, environment or {})
    for language in LANGUAGES:
        said = sentence(found.value, language)
        assert "{" not in said
        assert not said.startswith("kit.")
        assert SECRET not in said
    return found.value


def place(settings: Settings, name: str) -> Place:
    return next(origin.place for each, _, origin in listed(settings) if each == name)


def test_the_command_line_wins_over_the_environment_and_that_over_the_file(tmp_path: Path) -> None:
    written(tmp_path / "settings.toml", 'address = "https://file"\nproxies = "10.0.0.1"\n')
    written(tmp_path / "address", "https://remembered\n")
    environment = {"TONGBAN_ADDRESS": "https://environment", "TONGBAN_SMTP_FROM": "a@b.cn"}
    found = read_settings(tmp_path, environment, address="https://command")
    assert (found.address, place(found, "address")) == ("https://command", Place.COMMAND)
    assert (found.proxies, place(found, "proxies")) == ("10.0.0.1", Place.FILE)
    assert (found.smtp_from, place(found, "smtp_from")) == ("a@b.cn", Place.ENVIRONMENT)
    assert (found.fonts, place(found, "fonts")) == ("", Place.DEFAULT)
    assert read_settings(tmp_path, environment).address == "https://environment"
    assert read_settings(tmp_path, {"TONGBAN_ADDRESS": ""}).address == "https://file"


def test_where_it_listens_is_its_address_only_where_no_setting_says_another(tmp_path: Path) -> None:
    written(tmp_path / "address", "https://remembered\n")
    at = "http://127.0.0.1:9000"
    assert read_settings(tmp_path, {}).address == "https://remembered"
    assert read_settings(tmp_path, {}, served_at=at).address == at
    written(tmp_path / "settings.toml", 'address = "https://file"')
    assert read_settings(tmp_path, {}, served_at=at).address == "https://file"


def test_a_file_of_settings_elsewhere_is_named_and_has_to_be_there(tmp_path: Path) -> None:
    elsewhere = tmp_path / "etc 配置" / "tongban.toml"
    elsewhere.parent.mkdir()
    written(tmp_path / "settings.toml", 'fonts = "here"')
    named = {"TONGBAN_SETTINGS": str(elsewhere)}
    assert refusal(tmp_path, named).code == "kit.settings_missing"
    written(elsewhere, 'fonts = "own fonts"\nsources = "/srv/sources"')
    found = read_settings(tmp_path, named)
    assert found.fonts == str(elsewhere.parent / "own fonts"), "meant from where the file lies"
    assert found.sources == "/srv/sources"


@pytest.mark.parametrize(
    ("text", "code", "data"),
    [
        ('smtp_form = "a@b.cn"', "settings_unknown_meant", {"meant": "smtp_from"}),
        ('TONGBAN_SMTP = "smtp://m"', "settings_unknown", {"key": "TONGBAN_SMTP"}),
        ('[smtp]\nhost = "m"', "settings_no_text", {"key": "smtp"}),
        ("proxies = ['127.0.0.1']", "settings_no_text", {"key": "proxies"}),
        ("address = 8000", "settings_no_text", {"key": "address"}),
        ("fonts = true", "settings_no_text", {"key": "fonts"}),
        ('fonts = "a"\nfonts = "b"', "settings_no_toml", {"line": "2"}),
        ("\naddress = https://a", "settings_no_toml", {"line": "2"}),
        ("address=" + "[" * 2900, "settings_no_toml", {}),
        ("a." * 8000 + 'a = "1"', "settings_no_toml", {"line": "1"}),
        (b'fonts = "\xff\xfe"', "settings_no_utf8", {}),
        ("#" * 40_000, "private_too_large", {}),
        ('address = "zwfw.example.cn"', "address_unfit", {"value": "zwfw.example.cn"}),
        ('proxies = "the one"', "proxies_unfit", {"value": "the one"}),
        ('fonts = "' + "x" * 2100 + '"', "setting_long", {}),
        ('fonts = "a\\u200bb"', "setting_hidden", {}),
    ],
)
def test_a_file_that_says_what_is_no_setting_is_refused_by_name(
    tmp_path: Path, text: str | bytes, code: str, data: dict[str, str]
) -> None:
    path = written(tmp_path / "settings.toml", text)
    told = refusal(tmp_path)
    assert told.code == f"kit.{code}"
    assert {name: told.data.get(name) for name in data} == data
    assert str(path) in sentence(told, "en")


@given(st.one_of(st.binary(max_size=300), st.text(alphabet='[]{}="\\.\n#a_', max_size=300)))
def test_whatever_the_file_holds_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, content: bytes | str
) -> None:
    folder = tmp_path_factory.getbasetemp() / "fuzz"
    folder.mkdir(exist_ok=True)
    written(folder / "settings.toml", content)
    with suppress(Refusal):
        read_settings(folder, {})


@pytest.mark.parametrize(
    ("mode", "text", "code"),
    [
        (0o644, 'address = "https://a"', None),
        (0o644, 'smtp = "smtp://mail:25"', None),
        (0o644, f'smtp = "smtp://me:{SECRET}@mail"', "settings_readable"),
        (0o640, 'source_tax = "postgresql://u:p@h/tax"', "settings_readable"),
        (0o644, 'checkpoints_http = "https://u:p@audit"', "settings_readable"),
        (0o644, f'smtp = "smtp://me@mail"\nsmtp_password = "{SECRET}"', "settings_readable"),
        (0o644, 'smtp = "smtp://me@mail"\nsmtp_password_file = "password"', None),
        (0o600, f'smtp = "smtp://me@mail"\nsmtp_password = "{SECRET}"', None),
        (0o664, 'address = "https://a"', "settings_changeable"),
        (0o602, 'address = "https://a"', "settings_changeable"),
    ],
)
def test_a_file_of_settings_that_holds_a_secret_is_its_owners_alone(
    tmp_path: Path, mode: int, text: str, code: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    _as_somebody(monkeypatch)
    written(tmp_path / "password", SECRET)
    written(tmp_path / "settings.toml", text, mode)
    if code is None:
        assert read_settings(tmp_path, {}).origins
    else:
        assert refusal(tmp_path).code == f"kit.{code}"


def _as_somebody(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let files that the tests write, perhaps as root, belong to an ordinary account that reads them."""
    plain = os.fstat

    def of_somebody(descriptor: int) -> os.stat_result:
        return os.stat_result((*plain(descriptor)[:4], 1000, 1000, *plain(descriptor)[6:]))

    monkeypatch.setattr(os, "fstat", of_somebody)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)


@pytest.mark.parametrize(
    ("owner", "mode", "code"),
    [
        (1000, 0o600, None),
        (1000, 0o400, None),
        (1000, 0o640, "kit.secret_readable"),
        (1000, 0o604, "kit.secret_readable"),
        (0, 0o640, None),
        (0, 0o644, "kit.secret_readable"),
        (0, 0o620, "kit.secret_readable"),
        (1001, 0o600, "kit.secret_readable"),
    ],
)
def test_a_secret_is_of_this_account_or_of_root_and_its_group(
    tmp_path: Path, owner: int, mode: int, code: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, plain = written(tmp_path / "password", SECRET, mode), os.fstat
    monkeypatch.setattr(
        os, "fstat", lambda at: os.stat_result((*plain(at)[:4], owner, 0, *plain(at)[6:]))
    )
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    environment = {
        "TONGBAN_DATABASE": "postgresql://me@h/x",
        "TONGBAN_DATABASE_PASSWORD_FILE": str(path),
    }
    if code is None:
        assert make_url(read_settings(tmp_path, environment).database_url).password == SECRET
    else:
        assert refusal(tmp_path, environment).code == code


def test_a_credential_that_systemd_hands_over_is_taken_as_it_lies_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "credentials"
    folder.mkdir()
    path = written(folder / "database", "postgresql://me:x@h/x\n", 0o444)
    environment = {"TONGBAN_DATABASE_FILE": str(path)}
    assert refusal(tmp_path, environment).code == "kit.secret_readable"
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(folder))
    assert read_settings(tmp_path, environment).database == "postgresql://me:x@h/x"


def test_a_path_that_leads_out_of_the_folder_of_credentials_is_no_credential(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "credentials"
    folder.mkdir()
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(folder))
    path = written(tmp_path / "database", "postgresql://me:x@h/x\n", 0o444)
    (folder / "linked").symlink_to(path)
    for said in (folder / ".." / "database", folder / "linked"):
        environment = {"TONGBAN_DATABASE_FILE": str(said)}
        assert refusal(tmp_path, environment).code == "kit.secret_readable"
    written(folder / "inside", "postgresql://me:x@h/x\n", 0o444)
    (folder / "name").symlink_to("inside")
    environment = {"TONGBAN_DATABASE_FILE": str(folder / "name")}
    assert read_settings(tmp_path, environment).database == "postgresql://me:x@h/x"


def _missing(path: Path) -> None:
    path.unlink(missing_ok=True)


def _folder(path: Path) -> None:
    path.mkdir()


def _pipe(path: Path) -> None:
    os.mkfifo(path)


def _holding(content: bytes) -> Callable[[Path], object]:
    return lambda path: written(path, content)


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (_missing, "secret_missing"),
        (_folder, "private_no_file"),
        (_pipe, "private_no_file"),
        (_holding(b""), "secret_empty"),
        (_holding(b"\n"), "secret_empty"),
        (_holding(b"  \n"), "secret_empty"),
        (_holding(b"one\ntwo\n"), "secret_unreadable"),
        (_holding(b"\xff\xfe\x00"), "secret_unreadable"),
        (_holding(b"a\x00b"), "setting_hidden"),
        (_holding(b"x" * 5000), "private_too_large"),
    ],
)
def test_a_secrets_file_that_is_none_is_told_plainly(
    tmp_path: Path, make: Callable[[Path], object], code: str
) -> None:
    path = tmp_path / "a password 密码"
    make(path)
    environment = {
        "TONGBAN_SMTP": "smtp://me@mail",
        "TONGBAN_SMTP_PASSWORD_FILE": str(path),
    }
    assert refusal(tmp_path, environment).code == f"kit.{code}"


@pytest.mark.parametrize("end", ["", "\n", "\r\n", "\n\n"])
def test_the_line_break_at_the_end_of_a_secret_is_none_of_it(tmp_path: Path, end: str) -> None:
    path = written(tmp_path / "password", f"{SECRET}{end}".encode())
    environment = {
        "TONGBAN_SMTP": "smtp://me@mail",
        "TONGBAN_SMTP_PASSWORD_FILE": str(path),
    }
    if end == "\n\n":
        assert refusal(tmp_path, environment).code == "kit.secret_unreadable"
    else:
        assert read_server(read_settings(tmp_path, environment).smtp).password == SECRET


def test_the_address_of_a_departments_source_may_stand_in_a_file(tmp_path: Path) -> None:
    written(tmp_path / "tax", "postgresql://u:p@h/tax\n")
    written(tmp_path / "settings.toml", 'source_tax_file = "tax"\nsource_land = "postgresql://h/l"')
    found = read_settings(tmp_path, {"TONGBAN_SOURCE_LAND": "postgresql://other/l"})
    assert found.source_addresses == {
        "TONGBAN_SOURCE_TAX": "postgresql://u:p@h/tax",
        "TONGBAN_SOURCE_LAND": "postgresql://other/l",
    }


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"DATABASE": "postgresql://u:p@h/x", "DATABASE_FILE": "x"}, "setting_twice"),
        ({"DATABASE": "postgresql://u:p@h/x", "DATABASE_PASSWORD": "x"}, "setting_twice"),
        ({"DATABASE_PASSWORD": "x"}, "password_alone"),
        ({"DATABASE": "postgresql://h/x", "DATABASE_PASSWORD": "x"}, "password_of_nobody"),
        ({"SMTP": "smtp://h", "SMTP_PASSWORD": "x"}, "password_of_nobody"),
        ({"DATABSE": "postgresql://h/x"}, "variable_unknown"),
        ({"DATABASE_URL": "postgresql://h/x"}, "variable_unknown"),
        ({"SOURCE": "/srv"}, "variable_unknown"),
        ({"DATABASE": "postgres://u:p@h/x"}, "database_unfit"),
        ({"DATABASE": "/var/lib/x.db"}, "database_no_scheme"),
        ({"DATABASE": "postgres//u:p@h/x"}, "database_no_scheme"),
        ({"SMTP": "mail.example.com"}, "smtp_unfit"),
        ({"SMTP": "mail.example.com:587"}, "smtp_unfit"),
        ({"SMTP": "http://mail.example.com"}, "smtp_unfit"),
        ({"SMTP": "smtp://"}, "smtp_unfit"),
        ({"SMTP": "smtp://mail:70000"}, "smtp_unfit"),
        ({"DATABASE": f"postgresql://u:{SECRET}@h/x"}, "database_address_unfit"),
        ({"DATABASE": "postgresql://u:p@h:port/x"}, "database_address_unfit"),
        ({"DATABASE": "postgresql://u:p@h"}, "database_address_unfit"),
        ({"ADDRESS": "https://h/zwfw"}, "address_unfit"),
        ({"ADDRESS": "https://u:p@h"}, "address_unfit"),
        ({"ADDRESS": "http://"}, "address_unfit"),
    ],
)
def test_what_does_not_fit_together_is_refused(
    tmp_path: Path, said: dict[str, str], code: str
) -> None:
    told = refusal(tmp_path, {f"TONGBAN_{name}": value for name, value in said.items()})
    assert told.code == f"kit.{code}"


def test_variables_of_others_are_left_alone(tmp_path: Path) -> None:
    """A container engine names the ports of a service `tongban` so."""
    found = read_settings(
        tmp_path,
        {
            "TONGBAN_PORT": "tcp://10.0.0.1:80",
            "TONGBAN_SERVICE_HOST": "10.0.0.1",
            "TONGBAN_PORT_80_TCP_ADDR": "10.0.0.1",
            "TONGBAN_TEST_POSTGRES": "x",
            "TONGBAN_LANGUAGE": "en",
            "DATABASE": "mysql://x",
        },
    )
    assert found == Settings(data=tmp_path)


def test_an_address_that_brings_its_own_password_keeps_it_from_one_farther_away(
    tmp_path: Path,
) -> None:
    written(
        tmp_path / "settings.toml", 'database = "postgresql://u@h/x"\ndatabase_password = "far"'
    )
    assert make_url(read_settings(tmp_path, {}).database_url).password == "far"
    near = {"TONGBAN_DATABASE": "postgresql://u:near@h/x"}
    assert make_url(read_settings(tmp_path, near).database_url).password == "near"


@given(
    st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=60)
)
def test_any_password_arrives_as_it_was_written_and_is_never_shown(
    tmp_path_factory: pytest.TempPathFactory, password: str
) -> None:
    folder = tmp_path_factory.getbasetemp()
    said = {"TONGBAN_DATABASE": "postgresql://u@h:1/x", "TONGBAN_SMTP": "smtp://u@h"}
    said |= {f"TONGBAN_{name}_PASSWORD": password for name in ("DATABASE", "SMTP")}
    assume(not hidden_in(password))
    found = read_settings(folder, said)
    assert make_url(found.database_url).password == password
    assert read_server(found.smtp).password == password
    for name, value, _ in listed(found):
        assert value in ("", HIDDEN) or name not in ("database_password", "smtp_password")
    assert f"u:{HIDDEN}@h:1/x" in shown("database", found.database)
    assert found.database not in repr(found)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("postgresql://u:p@ss:w@h/x", f"postgresql://u:{HIDDEN}@h/x"),
        ("postgresql://h/x?password=p&sslpassword=q&a=b", f"postgresql://h/x?password={HIDDEN}&sslpassword={HIDDEN}&a=b"),
        ("smtp://h:25", "smtp://h:25"),
        ("https://u:p@audit/log", f"https://u:{HIDDEN}@audit/log"),
    ],
)  # fmt: skip
def test_a_setting_is_shown_without_its_password(value: str, said: str) -> None:
    assert shown("database", value) == said


@pytest.mark.parametrize("as_json", [True, False])
def test_the_command_says_where_each_setting_comes_from_and_no_secret(
    tmp_path: Path, as_json: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    written(tmp_path / "password", SECRET)
    written(tmp_path / "settings.toml", 'smtp = "smtp://me@mail"\nsmtp_password_file = "password"')
    monkeypatch.setenv("TONGBAN_DATABASE", "postgresql://u:hush@h/x")
    monkeypatch.setenv("TONGBAN_SOURCE_TAX", "postgresql://u:hush@h/tax")
    words = ["settings", "--data", str(tmp_path), *["--json"] * as_json]
    done = CliRunner().invoke(main, words, env={"TONGBAN_LANGUAGE": "en"})
    assert done.exit_code == 0, done.output
    assert SECRET not in done.output
    assert "hush" not in done.output
    if not as_json:
        assert "(environment, TONGBAN_DATABASE)" in done.output
        assert f"kept in {tmp_path / 'password'}" in done.output
        return
    found = {each["name"]: each for each in json.loads(done.output)}
    assert found["database"]["value"] == f"postgresql://u:{HIDDEN}@h/x"
    assert found["source_tax"]["value"] == f"postgresql://u:{HIDDEN}@h/tax"
    assert found["smtp_password"]["secret_file"] == str(tmp_path / "password")
    assert found["address"]["from"] == "default"


@pytest.mark.parametrize(
    ("language", "folder", "open_to_all"),
    [
        ("zh", "没有这个文件夹", "没有设置口令"),
        ("en", "There is no such folder", "no token is set"),
    ],
)
def test_the_command_tells_what_will_not_do_on_this_machine(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    language: str,
    folder: str,
    open_to_all: str,
) -> None:
    words = ["settings", "--data", str(tmp_path)]
    monkeypatch.setenv("TONGBAN_LANGUAGE", language)
    monkeypatch.setenv("TONGBAN_SOURCES", str(tmp_path / "away"))
    monkeypatch.setenv("TONGBAN_METRICS", "0.0.0.0:9464")
    done = CliRunner().invoke(main, words)
    assert (done.exit_code, folder in done.output, open_to_all in done.output) == (1, True, True)
    found = json.loads(CliRunner().invoke(main, [*words, "--json"]).output)
    faults = {each["name"]: each["fault"] for each in found if each["fault"]}
    assert faults == {"sources": "folder_away", "metrics": "metrics_open"}
    (tmp_path / "away").mkdir()
    monkeypatch.setenv("TONGBAN_METRICS", "127.0.0.1:9464")
    assert CliRunner().invoke(main, words).exit_code == 0
