"""The migration that binds messages to their words, their link and their instant."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import MetaData, text
from tests.app.test_binding import empty

from tongban.app import migrations
from tongban.kit.clock import SystemClock
from tongban.kit.crypto.places import Cell
from tongban.kit.db import Database
from tongban.modules.notices import queries

BEFORE = "0052_exchange"
MANY = 2_003
"""More than one batch of the migration."""


def _fill(database: Database, many: int) -> None:
    """Put messages as releases before sealed them, each bound to its id and its account alone."""
    made = MetaData()
    with database.engine.begin() as connection:
        made.reflect(connection, only=["notices_message"])
    now = SystemClock().now()
    rows: list[dict[str, Any]] = []
    for number in range(many):
        key = (f"{number:04d}", "account")
        sealed = database.keyring.seal(
            f'{{"number":{number}}}', Cell("notices_message", "data_sealed", key)
        )
        at: Any = now if database.engine.dialect.name == "postgresql" else _written(now)
        rows.append(
            {"id": key[0], "account": key[1], "message": "notices.box.none",
             "data_sealed": sealed, "link": f"/my/cases/{number}", "at": at}
        )  # fmt: skip
    with database.engine.begin() as connection:
        connection.execute(made.tables["notices_message"].insert(), rows)


def _written(at: Any) -> str:
    return str(at.isoformat(timespec="microseconds")[:26] + "Z")


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_message_of_before_says_after_the_migration_what_it_said_and_an_altered_one_nothing(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    with empty(kind, tmp_path, request) as database:
        migrations.step_by_step(database, BEFORE)
        _fill(database, MANY)
        with database.engine.begin() as connection:
            change = "UPDATE notices_message SET account = 'other' WHERE id = '0007'"
            connection.execute(text(change))
        migrations.step_by_step(database)
        with database.read() as reader:
            mine = queries.inbox(reader, "account")
            (altered,) = queries.inbox(reader, "other")
        assert {(one.id, one.link, one.data["number"]) for one in mine} == {
            (f"{number:04d}", f"/my/cases/{number}", number)
            for number in range(MANY)
            if number != 7
        }
        assert all(one.vouched for one in mine)
        assert not altered.vouched
