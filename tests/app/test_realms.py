"""What is real, what is demonstrated and what is tried out never mix: folder, database, backup."""

from itertools import permutations
from pathlib import Path

import pytest
from msgspec.structs import replace
from sqlalchemy import text

from tongban.app import backup, setup
from tongban.app import house as opening
from tongban.kernel.actors import SYSTEM
from tongban.kernel.errors import Refusal
from tongban.kernel.realms import Realm
from tongban.kit.mark import MARK
from tongban.kit.settings import Settings, default_data, read_settings
from tongban.modules.government import actions as government_actions
from tongban.modules.government import queries as government
from tongban.modules.identity import actions as identity_actions
from tongban.modules.identity import queries as identity
from tongban.modules.identity.model import NewStaff

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


def test_a_real_government_is_made_no_demonstration_by_sql_while_it_is_served(
    instance: Path,
) -> None:
    house = setup.ready(instance, None, ADDRESS)
    try:
        with house.db.engine.begin() as connection:
            for change in (
                """UPDATE kit_shelf SET content = '{"realm":"demonstration"}' WHERE part = 'realm'""",
                "UPDATE kit_shelf_change SET number = number + 1 WHERE part = 'realm'",
            ):
                assert connection.execute(text(change)).rowcount == 1
        new = NewStaff(login="li.ping", name="李萍", department="", roles=())
        with house.db.read() as reader:
            assert government.realm_in(reader.connection) is Realm.DEMONSTRATION, (
                "as it says itself"
            )
            assert government.realm(reader) is Realm.REAL
            assert identity.demonstration_accounts(reader) == []
            department = next(iter(government.departments(reader.connection)))
            role = next(iter(identity.roles(reader.connection)))
        new = replace(new, department=department, roles=(role,))
        account = house.db.write(lambda unit: identity_actions.create_staff(unit, SYSTEM, new)[0])
        with house.db.engine.begin() as connection:
            connection.execute(text("UPDATE identity_account SET demonstration = true"))
        with pytest.raises(Refusal) as met:
            house.db.write(lambda unit: identity_actions.demonstration_sign_in(unit, account.id))
        assert met.value.code == "identity.not_a_demonstration"
    finally:
        house.db.close()
