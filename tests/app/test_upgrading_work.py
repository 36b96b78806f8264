"""An older release knew who works on a running case and not what they need: it is worked out anew."""

from pathlib import Path

from sqlalchemy import text
from tests.builders import services as builders
from tests.builders.audited import attack
from tests.builders.catalog import LABOUR
from tests.builders.older import bring_back
from tests.builders.services import LI

from tongban.app import migrations, upgrading
from tongban.kit.db import Database
from tongban.modules.exchange import store
from tongban.modules.exchange.model.at_work import AtWork
from tongban.modules.services import actions

BEFORE = "0040_audit"


def _as_before(database: Database, number: str) -> None:
    """Bring the tables into the shape that they had, with the rows they had: duties alone."""
    with database.engine.begin() as connection:
        connection.execute(text("DELETE FROM exchange_work"))
    bring_back(database, BEFORE)
    with database.engine.begin() as connection:
        for duty in ("", "case.accept", "case.decide"):
            connection.execute(
                text(
                    "INSERT INTO exchange_work (case_number, department, duty)"
                    " VALUES (:case_number, :department, :duty)"
                ),
                {"case_number": number, "department": LABOUR, "duty": duty},
            )


def _at_work(database: Database, number: str) -> list[AtWork]:
    with database.read() as reader:
        return store.at_work(reader, number, LABOUR)


def test_what_running_cases_are_read_for_is_worked_out_anew(
    own_database: Database, tmp_path: Path
) -> None:
    database = own_database
    builders.found(database, tmp_path)
    case = builders.submitted(database)
    database.write(
        lambda unit: actions.take(unit, LI, case.number, "accept", builders.seen(unit, case))
    )
    kept = _at_work(database, case.number)
    assert [one.holder for one in kept] == ["", "", "li", ""]
    _as_before(database, case.number)
    upgrading.bring_to_this_release(database)
    assert _at_work(database, case.number) == kept
    assert migrations.standing(database)[0] != BEFORE


def test_no_right_to_read_is_taken_on_trust_by_an_upgrade_and_none_that_is_good_is_lost(
    own_database: Database, tmp_path: Path
) -> None:
    database = own_database
    builders.found(database, tmp_path)
    under_way = builders.submitted(database)
    being_issued = builders.decided(database, builders.ready_to_decide(database))
    kept = {one.number: _at_work(database, one.number) for one in (under_way, being_issued)}
    assert all(kept.values())
    bring_back(database, "0048_kit")
    attack(
        database,
        "INSERT INTO exchange_work (case_number, department, duty, holder, elements, masked)"
        f" VALUES ('{under_way.number}', '{LABOUR}', 'case.window', '', NULL, '[]')",
    )
    upgrading.bring_to_this_release(database)
    assert {number: _at_work(database, number) for number in kept} == kept
    with database.engine.connect() as connection:
        forged = text("SELECT count(*) FROM exchange_work WHERE duty = 'case.window'")
        assert connection.execute(forged).scalar_one() == 0
