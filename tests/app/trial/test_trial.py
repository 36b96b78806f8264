"""A folder tried out: begun, gone on with, begun anew, and never mixed with what is real."""

import shutil
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from urllib.parse import quote
from zipfile import ZipFile

import pytest
from click.testing import CliRunner
from litestar.testing import TestClient
from tests.builders import guide

from tongban.app import backup, setup, trial
from tongban.app import house as opening
from tongban.app.cli import main
from tongban.app.instance import load
from tongban.app.instance.starting import start
from tongban.app.web import create
from tongban.kernel.errors import Refusal
from tongban.kernel.realms import Realm
from tongban.kit import testing
from tongban.kit.files import read_json
from tongban.kit.house import House
from tongban.kit.i18n import translate
from tongban.kit.mark import MARK
from tongban.kit.settings import Settings
from tongban.modules.government import queries as government
from tongban.modules.identity import queries as identity
from tongban.modules.ledger import queries as ledger
from tongban.modules.ledger.model import EntryKind, Signer

ADDRESS = "http://127.0.0.1:8000"
SERVICE = "services/senior-travel-card.yaml"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that the guide has its reader write."""
    monkeypatch.delenv("TONGBAN_DATABASE", raising=False)
    made = tmp_path / "anping"
    start(made, name="安平市", division="470182", origin="anping.internal/ledger")
    guide.write(made)
    return made


def begin(folder: Path, data: Path | None = None, *, fresh: bool = False) -> trial.Trial:
    loaded = load(folder, testing.MORNING.date())
    clock = testing.clock_at()
    return trial.ready(loaded, data or trial.default_data(folder), ADDRESS, clock, fresh=fresh)


@pytest.fixture
def tried(folder: Path) -> Iterator[House]:
    found = begin(folder)
    yield found.house
    found.house.db.close()


def refused(what: Callable[[], object]) -> str:
    with pytest.raises(Refusal) as found:
        what()
    return found.value.code


def logins(house: House) -> set[str]:
    with house.db.read() as reader:
        return {one.login for one in identity.demonstration_accounts(reader)}


def change(folder: Path, before: str, after: str) -> None:
    file = folder / SERVICE
    assert before in file.read_text("utf-8")
    file.write_text(file.read_text("utf-8").replace(before, after), "utf-8")


# What a trial is ----------------------------------------------------------------------------------


def test_both_guides_write_the_same_folder_and_it_has_no_errors(folder: Path) -> None:
    assert guide.pieces("zh") == guide.pieces("en")
    assert load(folder, testing.MORNING.date()).errors == []


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_guide_calls_buttons_and_pages_as_they_are_called(language: str) -> None:
    keys = (
        "kit.trial.label",
        "kit.demonstration.change",
        "kit.demonstration.next_working_day",
        "services.guide.start",
        "services.work.decide",
        "app.navigation.services",
        "app.navigation.work",
        "app.navigation.certificates",
        "app.navigation.data_uses",
    )
    words = " ".join(guide.text(language).split())
    assert [key for key in keys if translate(language, key) not in words] == []


def test_a_trial_has_its_own_mark_ledger_keys_and_switchable_people(tried: House) -> None:
    with tried.db.read() as reader:
        assert government.realm(reader) is Realm.TRIAL
        assert (
            government.profile(reader.connection).origin == "trial.invalid/anping.internal/ledger"
        )
        vkey = ledger.verifier_key(reader.connection)
    assert vkey is not None
    assert vkey.startswith("trial.invalid/")
    assert tried.port(Signer).key.name.startswith("trial.invalid/")
    assert {"r01", "r08", "s01-accept-transport", "s02-decide-transport"} <= logins(tried)


def test_the_ledger_says_that_what_was_adopted_is_a_trial(tried: House) -> None:
    with tried.db.read() as reader:
        kind = EntryKind.DEFINITION_APPLIED
        (said,) = ledger.entries(reader.connection, kind=kind).entries
    assert said.entry.public.get("trial") is True


def test_what_no_grant_covers_is_named_although_its_resource_is_not_connected(
    folder: Path,
) -> None:
    (folder / "grants.yaml").write_text("[]\n", "utf-8")
    found = begin(folder)
    found.house.db.close()
    lines = list(trial.said(begin(folder), folder, trial.default_data(folder), "zh"))
    assert any("注意" in line and "没有现行有效的授权" in line for line in lines)


def test_files_of_a_trial_say_so_in_their_name_and_in_the_workbook(tried: House) -> None:
    with TestClient(create(tried, lambda: None, lambda: None)) as visitor:
        taken = visitor.get("/catalog/export.xlsx")
        plain = visitor.get("/catalog/export.csv")
    assert 'filename="trial-' in taken.headers["content-disposition"]
    assert quote("试运行 ") in plain.headers["content-disposition"]
    made_by = ZipFile(BytesIO(taken.content)).read("docProps/core.xml").decode()
    assert "安平市（试运行）" in made_by


# Going on and beginning anew ----------------------------------------------------------------------


def test_with_the_same_definitions_a_trial_goes_on(folder: Path, tried: House) -> None:
    before = logins(tried)
    tried.db.close()
    again = begin(folder)
    try:
        assert (again.begun, again.again) == (False, False)
        assert logins(again.house) == before
    finally:
        again.house.db.close()


def test_a_changed_text_needs_no_version_and_begins_anew_with_the_same_people(
    folder: Path, tried: House
) -> None:
    with tried.db.read() as reader:
        people = {(one.login, str(one.name)) for one in identity.demonstration_accounts(reader)}
    tried.db.close()
    change(folder, "手机卡", "手机里的卡")
    again = begin(folder)
    try:
        assert (again.begun, again.again) == (True, True)
        with again.house.db.read() as reader:
            after = identity.demonstration_accounts(reader)
        assert {(one.login, str(one.name)) for one in after} == people
    finally:
        again.house.db.close()


def test_fresh_begins_anew_although_nothing_changed(folder: Path, tried: House) -> None:
    first = tried.port(Signer).key.name, (tried.settings.keys / "ledger.key").read_bytes()
    tried.db.close()
    again = begin(folder, fresh=True)
    again.house.db.close()
    assert again.begun
    second = again.house.port(Signer).key.name, (tried.settings.keys / "ledger.key").read_bytes()
    assert first[0] == second[0]
    assert first[1] != second[1]


def test_one_that_was_not_finished_is_made_anew(folder: Path, tried: House) -> None:
    tried.db.close()
    (tried.settings.data / "trial.json").unlink()
    again = begin(folder)
    again.house.db.close()
    assert again.begun


def test_with_errors_they_are_listed_with_file_and_line_and_nothing_is_made(folder: Path) -> None:
    change(folder, "department: transport\n", "department: transprot\n")
    said = CliRunner().invoke(main, ["serve", "--trial", str(folder), "--port", "8999"])
    assert said.exit_code == 1
    assert f"{SERVICE}:" in said.output
    assert "transprot" in said.output
    assert not trial.default_data(folder).exists()
    loaded = load(folder, testing.MORNING.date())
    code = refused(lambda: trial.ready(loaded, folder / ".trial", ADDRESS))
    assert code == "app.definitions_have_errors"
    assert not trial.default_data(folder).exists()


def test_a_folder_that_describes_no_government_is_named(tmp_path: Path) -> None:
    said = CliRunner().invoke(main, ["serve", "--trial", str(tmp_path)])
    assert said.exit_code != 0
    assert "government.yaml" in said.output


@pytest.mark.parametrize(
    "options",
    [
        ["--trial", "a", "--instance", "b"],
        ["--trial", "a", "--demonstration"],
        ["--demonstration", "--fresh"],
        ["--instance", "a", "--fresh"],
        [],
    ],
)
def test_one_thing_is_served_at_a_time(options: list[str]) -> None:
    said = CliRunner().invoke(main, ["serve", *options])
    assert said.exit_code != 0
    assert "--trial" in said.output


def test_nothing_is_written_into_the_packaged_demonstration() -> None:
    packaged = setup.demonstration_folder()
    assert not trial.default_data(packaged).resolve().is_relative_to(packaged)
    assert trial.default_data(Path("anping")) == Path("anping/.trial")


# Never mixed --------------------------------------------------------------------------------------


def test_a_trials_data_serve_neither_a_real_government_nor_the_demonstration(
    folder: Path, tried: House
) -> None:
    tried.db.close()
    data = tried.settings.data
    assert refused(lambda: setup.ready(folder, data, ADDRESS)) == "app.data_is_trial"
    assert refused(lambda: setup.ready(None, data, ADDRESS)) == "app.data_is_trial"


def test_a_trial_refuses_the_data_of_a_real_government_and_of_the_demonstration(
    folder: Path, tmp_path: Path
) -> None:
    real = setup.ready(folder, None, ADDRESS)
    real.db.close()
    kept = read_json(real.settings.data / MARK)
    assert refused(lambda: begin(folder, real.settings.data)) == "app.data_is_real"
    assert read_json(real.settings.data / MARK) == kept
    assert (real.settings.data / "tongban.db").exists()
    demonstration = Settings(data=tmp_path / "demonstration")
    opening.mark(demonstration, Realm.DEMONSTRATION)
    assert refused(lambda: begin(folder, demonstration.data)) == "app.data_is_demonstration"


def test_a_trial_lies_in_nobodys_folder(folder: Path, tmp_path: Path) -> None:
    real = setup.ready(folder, None, ADDRESS)
    real.db.close()
    inside = real.settings.data / "beside"
    assert refused(lambda: begin(folder, inside)) == "app.trial_inside"
    assert not inside.exists()
    letters = tmp_path / "letters"
    letters.mkdir()
    (letters / "mine.txt").write_text("mine")
    assert refused(lambda: begin(folder, letters)) == "app.folder_not_empty"
    assert refused(lambda: begin(folder, folder)) == "app.folder_not_empty"
    assert [one.name for one in letters.iterdir()] == ["mine.txt"]


def test_a_trial_beside_the_real_government_leaves_it_as_it_is(folder: Path) -> None:
    setup.ready(folder, None, ADDRESS).db.close()
    begin(folder).house.db.close()
    real = setup.ready(folder, None, ADDRESS)
    try:
        with real.db.read() as reader:
            assert government.realm(reader) is Realm.REAL
            assert government.profile(reader.connection).origin == "anping.internal/ledger"
            assert identity.demonstration_accounts(reader) == []
    finally:
        real.db.close()


@pytest.mark.parametrize("command", ["plan", "apply"])
def test_nothing_is_applied_for_real_into_a_trial(folder: Path, tried: House, command: str) -> None:
    tried.db.close()
    said = CliRunner().invoke(main, [command, str(folder), "--data", str(tried.settings.data)])
    assert said.exit_code != 0
    assert "serve --trial" in said.output


def test_the_database_of_a_trial_is_refused_in_a_real_folder_and_the_reverse(
    folder: Path, tried: House
) -> None:
    tried.db.close()
    real = setup.ready(folder, None, ADDRESS)
    real.db.close()
    ours, theirs = tried.settings.data / "tongban.db", real.settings.data / "tongban.db"
    kept = theirs.read_bytes()
    shutil.copy(ours, theirs)
    code = refused(lambda: setup.ready(folder, None, ADDRESS))
    assert code == "government.database_is_trial"
    ours.write_bytes(kept)
    assert refused(lambda: begin(folder)) == "government.database_is_real"


def test_a_trial_never_uses_the_database_of_the_settings(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TONGBAN_DATABASE", "postgresql://nobody@127.0.0.1:1/real")
    found = begin(folder)
    found.house.db.close()
    assert found.house.db.dialect == "sqlite"
    data = trial.default_data(folder)
    said = CliRunner().invoke(main, ["doctor", "--data", str(data)])
    assert said.exit_code != 0
    assert "TONGBAN_DATABASE" in said.output


def test_a_trial_is_never_restored_into_the_database_of_the_settings(
    tried: House, tmp_path: Path
) -> None:
    backup.write_backup(tried.settings, tmp_path / "b.tar")
    elsewhere = Settings(data=tmp_path / "restored", database="postgresql://nobody@127.0.0.1:1/x")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(opening, "holds_tables", lambda _settings: False)  # as an empty one answers
        code = refused(lambda: backup.read_backup(tmp_path / "b.tar", elsewhere))
    assert code == "app.trial_embedded"
    assert not elsewhere.data.exists()


def test_the_doctor_says_that_it_looks_at_a_trial(tried: House) -> None:
    tried.db.close()
    said = CliRunner().invoke(main, ["doctor", "--data", str(tried.settings.data)])
    assert said.exit_code == 0, said.output
    assert "试运行" in said.output.splitlines()[0]


def test_a_restored_trial_is_a_trial(folder: Path, tried: House, tmp_path: Path) -> None:
    backup.write_backup(tried.settings, tmp_path / "b.tar")
    restored = Settings(data=tmp_path / "restored")
    backup.read_backup(tmp_path / "b.tar", restored)
    assert opening.realm_of(restored) is Realm.TRIAL
    assert refused(lambda: setup.ready(folder, restored.data, ADDRESS)) == "app.data_is_trial"
    again = begin(folder, restored.data)
    again.house.db.close()
    assert not again.begun
