"""An older release knew who works on a running case and not what they need: it is worked out anew."""

from pathlib import Path

from sqlalchemy import inspect, text
from tests.builders import services as builders
from tests.builders.catalog import LABOUR
from tests.builders.services import LI

from tongban.app import migrations, upgrading
from tongban.kit.db import Database
from tongban.modules.exchange import store
from tongban.modules.exchange.model.at_work import AtWork
from tongban.modules.services import actions

BEFORE = "0040_audit"


def _as_before(database: Database, number: str) -> None:
    """Bring the table into the shape that it had, with the rows it had: duties alone."""
    with database.engine.begin() as connection:
        connection.execute(text("DROP TABLE exchange_work"))
        connection.execute(
            text(
                "CREATE TABLE exchange_work (case_number VARCHAR(50) NOT NULL, department"
                " VARCHAR(100) NOT NULL, duty VARCHAR(100) NOT NULL,"
                " CONSTRAINT pk_exchange_work PRIMARY KEY (case_number, department, duty))"
            )
        )
        for duty in ("", "case.accept", "case.decide"):
            connection.execute(
                text("INSERT INTO exchange_work VALUES (:case_number, :department, :duty)"),
                {"case_number": number, "department": LABOUR, "duty": duty},
            )
        if not inspect(connection).has_table("alembic_version"):
            connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32))"))
            connection.execute(text("INSERT INTO alembic_version VALUES ('')"))
        connection.execute(text(f"UPDATE alembic_version SET version_num = '{BEFORE}'"))


def _at_work(database: Database, number: str) -> list[AtWork]:
    with database.read() as reader:
        return store.at_work(reader.connection, number, LABOUR)


def test_what_running_cases_are_read_for_is_worked_out_anew(
    database: Database, tmp_path: Path
) -> None:
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
