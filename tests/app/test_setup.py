"""A first start: which log is opened, which keys are made, and what is never made anew."""

import datetime as dt
import shutil
import subprocess
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from tongban.app import demonstration, setup
from tongban.app import house as opening
from tongban.kernel.errors import Refusal
from tongban.kit.house import House
from tongban.kit.keyring import Keyring
from tongban.kit.settings import Settings, default_data, read_settings
from tongban.modules.ledger import actions, handlers
from tongban.modules.ledger import queries as ledger
from tongban.modules.ledger.formats.checkpoint import parse_checkpoint
from tongban.modules.ledger.formats.note import parse_note, parse_verifier_key
from tongban.modules.ledger.model import Signer

ADDRESS = "http://127.0.0.1:8000"
ORIGIN = "yunxi.internal/ledger"


def begin(instance: Path, address: str = ADDRESS) -> None:
    setup.ready(instance, None, address).db.close()


def refused(instance: Path) -> Refusal:
    with pytest.raises(Refusal) as found:
        begin(instance)
    return found.value


def keys(instance: Path) -> Path:
    return default_data(instance) / "keys"


def signed_by(house: House) -> tuple[str, str]:
    handlers.Sequencing()(house)
    with house.db.read() as reader:
        note = ledger.checkpoint(reader.connection).note
        vkey = ledger.verifier_key(reader.connection)
    assert vkey is not None
    origin = parse_checkpoint(parse_note(note.encode()).text).origin
    return origin, parse_verifier_key(vkey).name


def test_the_log_is_named_as_the_definitions_say_wherever_it_is_served(instance: Path) -> None:
    begin(instance)
    house = setup.ready(instance, None, "https://moved.example")
    try:
        assert signed_by(house) == (ORIGIN, ORIGIN)
        assert house.port(Signer).key.name == ORIGIN
    finally:
        house.db.close()


def test_the_demonstrations_log_is_named_as_its_definitions_say(house: House) -> None:
    assert signed_by(house) == ("yunting.example/ledger", "yunting.example/ledger")


def test_definitions_with_errors_leave_no_keys_behind(instance: Path) -> None:
    file = instance / "government.yaml"
    file.write_text(file.read_text("utf-8").replace(ORIGIN, "two words"), "utf-8")
    assert refused(instance).code == "app.instance_has_errors"
    assert not keys(instance).exists()


def test_another_name_before_the_first_start_is_refused_once_a_key_was_made(
    instance: Path,
) -> None:
    settings = read_settings(default_data(instance))
    opening.make_keys(settings, "made.before/ledger")
    told = refused(instance)
    assert (told.code, told.data["key"]) == ("ledger.other_origin", "made.before/ledger")


@pytest.mark.parametrize("lost", ["data-keys.json", "ledger.key"])
def test_keys_that_are_missing_are_asked_for_and_never_made_anew(instance: Path, lost: str) -> None:
    begin(instance)
    (keys(instance) / lost).rename(keys(instance) / "elsewhere")
    told = refused(instance)
    assert told.code == "app.keys_missing"
    assert told.data["names"] == lost
    assert not (keys(instance) / lost).exists()
    (keys(instance) / "elsewhere").rename(keys(instance) / lost)
    begin(instance)


def test_the_keys_of_another_log_are_refused(instance: Path, tmp_path: Path) -> None:
    begin(instance)
    house = setup.ready(instance, None, ADDRESS)
    signed_by(house)
    house.db.close()
    shutil.rmtree(keys(instance))
    Keyring.make(keys(instance))
    actions.make_log_key(keys(instance), ORIGIN)
    assert refused(instance).code == "kit.keys_of_another"


def test_opening_looks_for_keys_and_makes_nothing(tmp_path: Path) -> None:
    with pytest.raises(Refusal) as found:
        opening.open_house(Settings(data=tmp_path / "nowhere"))
    assert found.value.code == "kit.keys_missing"
    assert not (tmp_path / "nowhere").exists()


def test_a_first_start_that_is_refused_leaves_no_trace(
    instance: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nowhere = tmp_path / "nowhere"
    assert refused(nowhere).code == "app.not_an_instance"
    assert not nowhere.exists()
    file = instance / "government.yaml"
    file.write_text(file.read_text("utf-8").replace("demonstration: false", "demonstration: true"))
    with pytest.raises(Refusal) as found:
        setup.ready(instance, tmp_path / "wrong", ADDRESS)
    assert found.value.code == "app.instance_is_demonstration"
    assert not (tmp_path / "wrong").exists()


@pytest.mark.parametrize(
    ("key", "mine", "placeholder"),
    [
        ("origin", ORIGIN, "d470182.example/ledger"),
        ("origin", ORIGIN, "log.yunxi.test:8443/ledger"),
        ("division", '"470182"', '"000000"'),
    ],
)
def test_a_real_government_does_not_start_under_a_placeholder(
    instance: Path, key: str, mine: str, placeholder: str
) -> None:
    file = instance / "government.yaml"
    file.write_text(file.read_text("utf-8").replace(mine, placeholder), "utf-8")
    told = refused(instance)
    assert (told.code, told.data["key"]) == ("app.placeholder", key)
    assert not default_data(instance).exists()


def test_a_demonstration_of_another_release_is_to_be_removed(
    demonstration_data: Path, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    shutil.copytree(demonstration_data, data)
    shutil.rmtree(data / "keys")
    Keyring.make(data / "keys")
    actions.make_log_key(data / "keys", "older.example/ledger")
    with pytest.raises(Refusal) as found:
        setup.ready(None, data, ADDRESS)
    assert found.value.code == "app.demonstration_outdated"


def test_commands_know_the_address_at_which_the_data_were_served(instance: Path) -> None:
    data = instance / ".data"
    begin(instance, "https://fuwu.example")
    (data / "address").write_text("")
    assert read_settings(data, {}).address == "http://127.0.0.1:8000"
    begin(instance, "https://fuwu.example")
    assert read_settings(data, {}).address == "https://fuwu.example"
    assert read_settings(data, {"TONGBAN_ADDRESS": "https://b.example"}).address == (
        "https://b.example"
    )
    assert read_settings(data / "elsewhere", {}).address == "http://127.0.0.1:8000"


def test_the_data_of_an_instance_under_version_control_stay_out_of_it(instance: Path) -> None:
    begin(instance)
    run = partial(subprocess.run, cwd=instance, check=True, capture_output=True, text=True)
    run(["git", "init", "-q"])
    run(["git", "add", "--all"])
    listed = run(["git", "ls-files"]).stdout.splitlines()
    assert "government.yaml" in listed
    assert not [name for name in listed if name.startswith(".data")]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_start_over_older_data_says_that_the_folder_is_not_what_runs(
    instance: Path, language: str
) -> None:
    house = setup.ready(instance, None, ADDRESS)
    try:
        assert setup.behind(house, instance, language) == []
        departments = instance / "departments.yaml"
        departments.write_text(
            departments.read_text("utf-8") + "- {code: new, name: 新局}\n", "utf-8"
        )
        (line,) = setup.behind(house, instance, language)
        command = f"{instance} --data {default_data(instance)}"
        assert f"tongban plan {command}" in line
        assert f"tongban apply {command}" in line
        departments.write_text("- {code: new}\n", "utf-8")
        (line,) = setup.behind(house, instance, language)
        assert f"tongban check {instance}" in line
    finally:
        house.db.close()


def test_the_demonstrations_data_are_of_the_day_here_also_before_eight_in_the_morning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    days: list[dt.date] = []
    monkeypatch.setattr(demonstration, "build", lambda _, today: days.append(today))
    night = SimpleNamespace(now=lambda: dt.datetime(2026, 11, 23, 17, tzinfo=dt.UTC))
    house = SimpleNamespace(
        settings=SimpleNamespace(sources_folder=tmp_path / "sources"), clock=night
    )
    setup._build_sources(cast("House", house))
    assert days == [dt.date(2026, 11, 24)], "one in the morning of the 24th"


@pytest.mark.parametrize("real", [False, True])
def test_data_are_laid_into_no_folder_that_something_else_lies_in(
    instance: Path, tmp_path: Path, real: bool
) -> None:
    other = tmp_path / "home"
    (other / "letters").mkdir(parents=True)
    for folder in (instance, other):
        before = sorted(folder.rglob("*"))
        with pytest.raises(Refusal) as refused:
            setup.ready(instance if real else None, folder, ADDRESS, alone=True)
        assert refused.value.code == "app.data_of_another"
        assert sorted(folder.rglob("*")) == before


def test_a_file_of_settings_may_lie_in_the_data_folder_from_the_beginning(
    instance: Path, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    (data / "lost+found").mkdir(parents=True)
    (data / "settings.toml").write_text('smtp_from = "noreply@example.gov.cn"\n')
    setup.ready(instance, data, ADDRESS).db.close()
