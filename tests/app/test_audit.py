"""The audit from outside: the command, the doctor, the nightly round, and the pages that show its result."""

import json
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from litestar import Litestar
from litestar.testing import TestClient
from sqlalchemy import text

from tongban.app.cli import main
from tongban.app.doctor import Sign, examine
from tongban.app.house import worker_for
from tongban.kit import http, i18n
from tongban.kit.clock import MovableClock
from tongban.kit.house import House
from tongban.modules.audit import handlers, queries
from tongban.modules.identity import actions as identity
from tongban.modules.identity import queries as accounts

Visitor = TestClient[Litestar]


def audit(house: House, *more: str) -> Result:
    data = str(house.settings.data)
    return CliRunner().invoke(
        main, ["audit", "--data", data, *more], env={"TONGBAN_LANGUAGE": "en"}
    )


def attack(house: House) -> None:
    """Change past the system what a grant is for."""
    with house.db.engine.begin() as connection:
        connection.execute(
            text(
                "UPDATE exchange_grant SET purpose = '\"别的\"'"
                " WHERE code = (SELECT min(code) FROM exchange_grant)"
            )
        )


def signs(house: House) -> dict[str, Sign]:
    return {one.code: one for one in examine(house.settings)}


def sign_in(house: House, client: Visitor, login: str) -> None:
    with house.db.read() as reader:
        who = accounts.account_by_login(reader, login).id
    opened = house.db.write(lambda unit: identity.demonstration_sign_in(unit, who))
    client.cookies.set(http.SESSION_COOKIE, opened.token)


def test_a_demonstration_that_nobody_touched_agrees(house: House) -> None:
    said = audit(house)
    assert said.exit_code == 0, said.output
    assert "The database agrees with the public ledger" in said.output
    found = signs(house)
    assert found["audit"].well
    assert found["audit_recent"].well


def test_a_finding_is_named_and_the_doctor_is_not_well_until_it_is_gone(house: House) -> None:
    attack(house)
    said = audit(house)
    assert said.exit_code == 1
    assert "exchange_grant" in said.output
    assert "differs in: purpose" in said.output
    assert "别的" not in said.output
    assert not signs(house)["audit"].well
    assert "exchange_grant" in signs(house)["audit"].data["names"]


def test_json_says_the_same(house: House) -> None:
    attack(house)
    said = json.loads(audit(house, "--json").output)
    assert (said["agrees"], said["standing"], said["whole"]) == (False, 1, True)
    assert said["findings"][0]["fields"] == ["purpose"]
    since = json.loads(audit(house, "--json", "--since-checkpoint").output)
    assert (since["whole"], since["standing"]) == (False, 1)


def test_a_folder_without_a_government_is_named(tmp_path: object) -> None:
    said = CliRunner().invoke(main, ["audit", "--data", str(tmp_path)])
    assert said.exit_code == 3
    assert "Traceback" not in said.output


def test_before_the_first_audit_the_doctor_only_advises(house: House) -> None:
    found = signs(house)
    assert "audit" not in found
    assert (found["audit_recent"].well, found["audit_recent"].advice) == (False, True)


def test_the_nightly_round_goes_through_all_of_it_once_a_day(house: House) -> None:
    assert isinstance(house.clock, MovableClock)
    worker_for(house).settle()
    with house.db.read() as reader:
        first = queries.last_run(reader.connection)
    assert first is not None
    handlers.nightly(house)
    attack(house)
    house.clock.advance(timedelta(days=1))
    handlers.nightly(house)
    with house.db.read() as reader:
        last = queries.last_run(reader.connection)
        assert last is not None
        assert last.id != first.id
        assert queries.standing(reader.connection) == 1


@pytest.mark.parametrize("login", ["inspector", "admin"])
def test_who_audits_and_who_operates_see_what_was_found(
    house: House, client: Visitor, login: str
) -> None:
    attack(house)
    sign_in(house, client, login)
    assert "There was no audit yet" in client.get("/audit?lang=en").text
    handlers.nightly(house)
    page = client.get("/audit")
    assert page.status_code == 200
    assert "exchange_grant" in page.text
    assert "别的" not in page.text
    if login == "admin":
        assert "/audit" in client.get("/operations").text
        assert "1 " in client.get("/operations").text


def test_a_resident_does_not_see_it(house: House, client: Visitor) -> None:
    sign_in(house, client, "lin")
    assert client.get("/audit").status_code == 403


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_of_the_audit_names_the_command_and_not_where_the_program_lies(
    house: House,
    client: Visitor,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    language: str,
) -> None:
    placed = tmp_path / "secret-place" / "tongban"
    placed.parent.mkdir()
    placed.touch()
    monkeypatch.setattr(sys, "argv", [str(placed), "serve"])
    monkeypatch.setattr(i18n, "program", i18n.program.__wrapped__)
    assert audit(house).exit_code == 0
    sign_in(house, client, "inspector")
    page = client.get(f"/audit?lang={language}").text
    assert "tongban ledger audit --data" in page
    assert "secret-place" not in page
