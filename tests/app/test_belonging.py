"""A data folder and its database belong together: neither is opened, made or filled beside the other."""

import errno
import os
import shutil
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import MetaData, create_engine, make_url, text
from tests.builders.older import bring_back

from tongban.app import backup, migrations, setup
from tongban.app import house as opening
from tongban.app.cli import main
from tongban.kernel.errors import Refusal
from tongban.kernel.realms import Realm
from tongban.kernel.text import LANGUAGES
from tongban.kit import belonging
from tongban.kit.keyring import Keyring
from tongban.kit.mark import read_mark
from tongban.kit.settings import Settings, default_data, read_settings
from tongban.modules.ledger import actions as ledger

ADDRESS = "http://127.0.0.1:8000"
ORIGIN = "yunxi.internal/ledger"
BEFORE = "0043_exchange"
"""The revision before databases bore an identity."""

COMMANDS = (
    "account list --data {data}",
    "account add --data {data} --login lin --name 某人 --department data-bureau --role administrator",
    "client list --data {data}",
    "client add tax-system --department data-bureau --data {data}",
    "ledger audit --data {data}",
    "ledger refused --data {data}",
    "ledger accept --data {data} --reason why",
    "ledger settle --data {data} --reason why",
    "archive check --data {data}",
    "audit --data {data}",
    "backup --data {data} --to {tmp}/b.tar",
    "migrate --data {data}",
    "source try --data {data}",
    "plan {instance} --data {data}",
    "apply {instance} --data {data}",
    "export {tmp}/exported --data {data}",
    "doctor --data {data}",
)
"""Every command that opens a government; ``serve`` sets one up and is tried beside them."""


def listing(folder: Path) -> dict[str, tuple[int, bytes]]:
    """Return what lies below a folder, with modes and contents; not the database's own rows."""
    return {
        str(path.relative_to(folder)): (
            path.stat().st_mode,
            b"" if path.is_dir() or path.name == "tongban.db" else path.read_bytes(),
        )
        for path in sorted(folder.rglob("*"))
    }


def run(words: str, language: str = "en", **names: Path) -> tuple[int, str]:
    said = CliRunner().invoke(
        main,
        [word.format(**names) for word in words.split()],
        env={"TONGBAN_LANGUAGE": language},
    )
    assert said.exception is None or isinstance(said.exception, SystemExit), said.exception
    return said.exit_code, said.output


def served(instance: Path) -> Settings:
    with closing(setup.ready(instance, None, ADDRESS).db):
        pass
    return read_settings(default_data(instance))


def again(instance: Path) -> str:
    """Return the code with which a start is refused."""
    with pytest.raises(Refusal) as found:
        setup.ready(instance, None, ADDRESS)
    return found.value.code


@pytest.fixture
def elsewhere(government: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A government of which the setting says another kind of database than its own."""
    if read_settings(default_data(government)).database:
        monkeypatch.delenv("TONGBAN_DATABASE")
    else:
        monkeypatch.setenv("TONGBAN_DATABASE", "postgresql://nobody@127.0.0.1:1/other")
    return government


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("words", COMMANDS)
def test_a_command_whose_setting_names_another_kind_of_database_refuses_in_one_sentence_and_makes_nothing(
    elsewhere: Path, words: str, language: str, tmp_path: Path
) -> None:
    data = default_data(elsewhere)
    before = listing(tmp_path)
    code, said = run(words, language, data=data, tmp=tmp_path, instance=elsewhere)
    assert code == (1 if words.startswith("doctor") else 5), said
    assert str(data) in said
    assert "TONGBAN_DATABASE" in said
    assert "Traceback" not in said
    if not words.startswith("doctor"):
        assert said.count("\n") == 1
    assert listing(tmp_path) == before


def test_a_start_whose_setting_names_another_kind_of_database_makes_nothing(
    elsewhere: Path, tmp_path: Path
) -> None:
    before = listing(tmp_path)
    assert again(elsewhere) in ("kit.database_not_named", "kit.database_embedded")
    assert listing(tmp_path) == before


@pytest.mark.parametrize("words", [words for words in COMMANDS if not words.startswith("doctor")])
def test_a_folder_of_an_older_release_is_not_given_an_empty_database(
    government: Path, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its mark names no database: where the setting is forgotten, there is none."""
    data = default_data(government)
    monkeypatch.delenv("TONGBAN_DATABASE", raising=False)
    (data / "tongban.db").unlink(missing_ok=True)
    opening.forget_database(Settings(data=data))
    before = listing(tmp_path)
    code, said = run(words, data=data, tmp=tmp_path, instance=government)
    assert (code, said.count("\n")) == (5, 1), said
    assert "set TONGBAN_DATABASE" in said
    assert again(government) == "kit.database_unknown"
    assert listing(tmp_path) == before


def test_the_mark_names_the_database_and_no_account_or_password(government: Path) -> None:
    settings = read_settings(default_data(government))
    own = read_mark(settings.data)
    assert own is not None
    assert own.database is not None
    with closing(opening.open_house(settings).db) as database, database.read() as reader:
        found = belonging.bearing(reader.connection)
    assert found is not None
    assert own.database.identity == found.identity
    if settings.database:
        assert own.database.where.endswith("/" + str(make_url(settings.database_url).database))
        assert "postgres:" not in (settings.data / "tongban.json").read_text()
        assert "@" not in (settings.data / "tongban.json").read_text()
    else:
        assert own.database.where == "tongban.db"


def test_the_database_of_another_government_is_refused(
    government: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two governments, each with the other's database: the folders and keys stay where they are."""
    settings = read_settings(default_data(government))
    other = tmp_path / "other"
    shutil.copytree(government, other)
    mark = read_mark(settings.data)
    assert mark is not None
    with closing(opening.open_house(settings).db) as database:
        database.write(
            lambda unit: unit.connection.execute(
                belonging.database_table.update().values(identity="of-another")
            )
        )
    code, said = run("account list --data {data}", data=settings.data)
    assert (code, said.count("\n")) == (5, 1)
    assert ("is not the database of" in said) is bool(settings.database)
    assert again(government) in ("kit.database_of_another", "kit.database_exchanged")


def test_a_server_that_moved_is_known_by_its_identity(
    government: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = read_settings(default_data(government))
    if not settings.database:
        return
    url = make_url(settings.database)
    moved = url.update_query_dict({"application_name": "moved"})
    if url.host in ("127.0.0.1", "localhost"):
        moved = url.set(host="localhost" if url.host == "127.0.0.1" else "127.0.0.1")
    monkeypatch.setenv("TONGBAN_DATABASE", moved.render_as_string(hide_password=False))
    served(government)
    assert run("account list --data {data}", data=settings.data)[0] == 0


def _emptied(settings: Settings) -> None:
    if settings.database:
        made, engine = MetaData(), create_engine(settings.database_url)
        made.reflect(engine)
        made.drop_all(engine)
        engine.dispose()
    else:
        settings.database_file.unlink()
        settings.database_file.touch()


@pytest.mark.parametrize("known", [True, False])
def test_a_government_whose_database_is_empty_does_not_begin_anew(
    instance: Path, known: bool
) -> None:
    settings = served(instance)
    _emptied(settings)
    if not known:
        opening.forget_database(settings)
    assert again(instance) == "kit.database_emptied"
    with pytest.raises(Refusal):
        opening.open_house(settings, purpose=opening.For.CARE)
    assert not opening.holds_tables(settings)


def test_a_first_start_that_was_broken_off_goes_on(instance: Path) -> None:
    settings = read_settings(default_data(instance))
    opening.mark(settings, Realm.REAL)
    opening.make_keys(settings, ORIGIN)
    served(instance)


def test_what_an_older_release_left_is_taken_for_its_folders_own(instance: Path) -> None:
    """A database that was put back as it was before the upgrade stands where it stood."""
    settings = served(instance)
    with closing(opening.open_house(settings).db) as database:
        bring_back(database, BEFORE)
    assert run("migrate --data {data}", data=settings.data)[0] == 0
    assert run("account list --data {data}", data=settings.data)[0] == 0


def _other_data_keys(settings: Settings) -> None:
    (settings.keys / "data-keys.json").unlink()
    Keyring.make(settings.keys)


def _other_log_key(settings: Settings) -> None:
    for name in ("ledger.key", "ledger.mark", "ledger.vkey"):
        (settings.keys / name).unlink(missing_ok=True)
    ledger.make_log_key(settings.keys, ORIGIN)


def _keys_of_another_name(settings: Settings) -> None:
    for name in ("ledger.key", "ledger.mark", "ledger.vkey"):
        (settings.keys / name).unlink(missing_ok=True)
    ledger.make_log_key(settings.keys, "another.internal/ledger")


_NO_LOG_KEY = ("account", "client", "ledger audit", "ledger refused", "archive")
"""Commands that sign nothing: they ask for the keys of data, or for none."""
_NO_KEYS = ("ledger audit", "ledger refused")


@pytest.mark.parametrize("exchange", [_other_data_keys, _other_log_key, _keys_of_another_name])
@pytest.mark.parametrize("words", COMMANDS)
def test_the_keys_of_another_government_are_refused_by_whatever_signs_or_opens(
    government: Path, words: str, exchange: Callable[[Settings], None], tmp_path: Path
) -> None:
    settings = read_settings(default_data(government))
    exchange(settings)
    needs = not words.startswith(_NO_KEYS if exchange is _other_data_keys else _NO_LOG_KEY)
    before = listing(tmp_path)
    code, said = run(words, data=settings.data, tmp=tmp_path, instance=government)
    if not needs:
        assert code == 0, said
        return
    if words.startswith("doctor"):
        assert code == 1
        return
    assert (code, said.count("\n")) == (5, 1), said
    assert "Put the keys folder back" in said or "keys" in said
    assert listing(tmp_path) == before
    assert again(government) in ("kit.keys_of_another", "ledger.other_log", "ledger.other_origin")


def test_wrong_keys_are_seen_by_what_is_sealed_before_an_older_database_is_brought_to_this_release(
    instance: Path,
) -> None:
    settings = served(instance)
    words = next(words for words in COMMANDS if words.startswith("account add"))
    assert run(words, data=settings.data)[0] == 0
    with closing(opening.open_house(settings).db) as database:
        bring_back(database, BEFORE)
    opening.forget_database(settings)
    right = (settings.keys / "data-keys.json").read_bytes()
    _other_data_keys(settings)
    assert again(instance) == "kit.keys_of_another"
    code, said = run("migrate --data {data}", data=settings.data)
    assert (code, said.count("\n")) == (5, 1), said
    (settings.keys / "data-keys.json").write_bytes(right)
    with closing(opening.open_house(settings, purpose=opening.For.CARE).db) as database:
        assert migrations.standing(database)[0] == BEFORE
    assert run("migrate --data {data}", data=settings.data)[0] == 0


def test_a_restored_backup_is_a_database_of_its_own(
    government: Path,
    tmp_path: Path,
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings = read_settings(default_data(government))
    backup.write_backup(settings, tmp_path / "b.tar")
    other = "" if settings.database else request.getfixturevalue("empty_postgresql")
    new = Settings(data=tmp_path / "new", database=other)
    backup.read_backup(tmp_path / "b.tar", new)
    marks = [read_mark(each.data) for each in (settings, new)]
    identities = [mark.database.identity for mark in marks if mark and mark.database]
    assert len(set(identities)) == 2
    opening.open_house(new).db.close()
    opening.open_house(settings).db.close()
    wrong = Settings(data=new.data, database=settings.database)
    with pytest.raises(Refusal, match=r"kit\.database"):
        opening.open_house(wrong)


def test_a_copied_folder_and_a_moved_one_go_on_with_their_database(
    government: Path, tmp_path: Path
) -> None:
    data = default_data(government)
    shutil.copytree(data, tmp_path / "copied 数据")
    assert run("account list --data {data}", data=tmp_path / "copied 数据")[0] == 0
    data.rename(tmp_path / "moved")
    assert run("account list --data {data}", data=tmp_path / "moved")[0] == 0


@pytest.mark.parametrize(
    "name", ["数据 文件夹", "a?b", "a#b", "100%25", "a&b=c;d", "'quoted' \"twice\""]
)
def test_a_data_folder_may_be_called_anything(instance: Path, name: str) -> None:
    data = instance / name
    with closing(setup.ready(instance, data, ADDRESS).db):
        pass
    assert run("account list --data {data}", data=data)[0] == 0
    archive = instance / f"backup of {name}.tar"
    backup.write_backup(read_settings(data), archive)
    if not read_settings(data).database:
        new = Settings(data=instance / f"new {name}")
        backup.read_backup(archive, new)
        assert new.database_file.is_file()
        opening.open_house(new).db.close()
    assert [path.name for path in instance.glob("a*") if path.name != name] == []


def test_a_database_of_a_newer_release_names_the_release_to_install(government: Path) -> None:
    settings = read_settings(default_data(government))
    with (
        closing(opening.open_house(settings).db) as database,
        database.engine.begin() as connection,
    ):
        connection.execute(text("UPDATE alembic_version SET version_num = '9999_kit'"))
        connection.execute(text("UPDATE kit_database SET release = '9.1.0'"))
    for words in COMMANDS:
        if words.startswith("doctor"):
            continue
        code, said = run(words, data=settings.data, tmp=settings.data.parent, instance=government)
        assert (code, said.count("\n")) == (5, 1), (words, said)
        assert "Install 9.1.0 or a newer one" in said, words
    assert again(government) == "app.data_newer_named"


def test_a_database_of_an_older_release_says_how_to_bring_it_to_this_one(government: Path) -> None:
    settings = read_settings(default_data(government))
    with (
        closing(opening.open_house(settings).db) as database,
        database.engine.begin() as connection,
    ):
        connection.execute(text(f"UPDATE alembic_version SET version_num = '{BEFORE}'"))
    reads = ("doctor", "backup", "ledger audit", "ledger refused", "migrate")
    for words in COMMANDS:
        if words.startswith(reads):
            continue
        code, said = run(words, data=settings.data, tmp=settings.data.parent, instance=government)
        assert (code, said.count("\n")) == (5, 1), (words, said)
        assert "tongban migrate" in said, words
    assert migrations.newest() != BEFORE


@pytest.mark.parametrize("umask", [0o000, 0o022])
def test_what_a_first_start_makes_is_its_owners_alone(instance: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        settings = served(instance)
    finally:
        os.umask(before)
    loose = [
        path.relative_to(settings.data)
        for path in [settings.data, *settings.data.rglob("*")]
        if path.stat().st_mode & 0o077 and path.name != ".gitignore"
    ]
    assert loose == []


def test_a_database_that_others_could_read_is_its_owners_alone_after_the_next_start(
    instance: Path,
) -> None:
    settings = served(instance)
    if settings.database:
        return
    settings.database_file.chmod(0o644)
    served(instance)
    assert settings.database_file.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("number", "says"), [(errno.ENOSPC, "disk is full"), (errno.EROFS, "only be read")]
)
def test_a_disk_on_which_nothing_can_be_written_is_one_sentence(
    government: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, says: str
) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(number, "said by the system")

    monkeypatch.setattr(os, "fsync", full)
    code, said = run(
        "backup --data {data} --to {tmp}/b.tar", data=default_data(government), tmp=tmp_path
    )
    assert (code, said.count("\n"), says in said) == (7, 1, True), said
    assert not list(tmp_path.glob("b.tar*"))
