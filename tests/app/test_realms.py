"""What is real, what is demonstrated and what is tried out never mix: folder, database, backup."""

from itertools import permutations
from pathlib import Path

import pytest

from tongban.app import backup, setup
from tongban.app import house as opening
from tongban.kernel.errors import Refusal
from tongban.kernel.realms import Realm
from tongban.kit.mark import MARK
from tongban.kit.settings import Settings, default_data, read_settings
from tongban.modules.government import actions as government_actions
from tongban.modules.government import queries as government

ADDRESS = "http://127.0.0.1:8000"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path / "data")


@pytest.mark.parametrize(("made", "wanted"), list(permutations(Realm, 2)))
def test_a_data_folder_of_one_realm_is_refused_to_the_others(
    settings: Settings, made: Realm, wanted: Realm
) -> None:
    opening.mark(settings, made)
    opening.mark(settings, made)
    with pytest.raises(Refusal) as found:
        opening.mark(settings, wanted)
    assert found.value.code == f"app.data_is_{made}"
    assert opening.realm_of(settings) is made


@pytest.mark.parametrize(("said", "realm"), [("true", Realm.DEMONSTRATION), ("false", Realm.REAL)])
def test_a_folder_marked_before_there_were_trials_is_what_it_was(
    settings: Settings, said: str, realm: Realm
) -> None:
    settings.data.mkdir()
    (settings.data / MARK).write_text(f'{{"demonstration": {said}}}')
    assert opening.realm_of(settings) is realm


@pytest.mark.parametrize("said", ['{"realm": "unreal"}', "{}", '{"realm": []}', "[]"])
def test_a_damaged_mark_is_refused_and_never_taken_for_a_realm(
    settings: Settings, said: str
) -> None:
    settings.data.mkdir()
    (settings.data / MARK).write_text(said)
    with pytest.raises(Refusal):
        opening.realm_of(settings)


def test_the_database_is_marked_too_and_refused_beside_a_folder_of_another_realm(
    instance: Path,
) -> None:
    settings = read_settings(default_data(instance))
    house = setup.ready(instance, None, ADDRESS)
    with house.db.read() as reader:
        assert government.claimed(reader.connection) is Realm.REAL
    with pytest.raises(Refusal):
        house.db.write(lambda unit: government_actions.claim(unit, Realm.TRIAL))
    house.db.close()
    (settings.data / MARK).write_text('{"realm": "demonstration"}')
    with pytest.raises(Refusal) as found:
        opening.open_house(settings)
    assert found.value.code == "government.database_is_real"


def test_nothing_else_begins_in_a_real_database(instance: Path, tmp_path: Path) -> None:
    setup.ready(instance, None, ADDRESS).db.close()
    real = read_settings(default_data(instance))
    for realm in (Realm.DEMONSTRATION, Realm.TRIAL):
        with pytest.raises(Refusal) as found:
            opening.check_before(real, realm)
        assert found.value.code == "government.database_is_real"
    opening.check_before(real, Realm.REAL)


def test_a_trial_keeps_to_the_database_in_its_own_folder(settings: Settings) -> None:
    opening.mark(settings, Realm.TRIAL)
    elsewhere = Settings(data=settings.data, database="postgresql://nobody@127.0.0.1/real")
    for refused in (
        lambda: opening.mark(elsewhere, Realm.TRIAL),
        lambda: opening.open_house(elsewhere),
    ):
        with pytest.raises(Refusal) as found:
            refused()
        assert found.value.code == "app.trial_embedded"


@pytest.fixture
def backed_up(government: Path, tmp_path: Path) -> tuple[Path, Settings]:
    house = setup.ready(government, None, ADDRESS)
    backup.write_backup(house.settings, tmp_path / "b.tar")
    house.db.close()
    return tmp_path / "b.tar", house.settings


def test_a_restored_backup_is_of_the_realm_it_was_made_in(
    backed_up: tuple[Path, Settings], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TONGBAN_DATABASE", raising=False)
    archive, _ = backed_up
    restored = read_settings(tmp_path / "restored")
    backup.read_backup(archive, restored)
    with pytest.raises(Refusal) as found:
        opening.mark(restored, Realm.TRIAL)
    assert found.value.code == "app.data_is_real"
    house = opening.open_house(restored)
    with house.db.read() as reader:
        assert government.claimed(reader.connection) is Realm.REAL
    house.db.close()
