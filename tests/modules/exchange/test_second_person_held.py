"""Nobody reads more by a row that nobody agreed to, however short a time it stands there."""

from typing import Any

import pytest
from sqlalchemy import insert, select, update
from tests.builders import exchange as builders
from tests.builders.catalog import LABOUR
from tests.builders.exchange import GRANT, officer
from tests.modules.exchange.test_second_person import WIDE, answer, ask, inspecting, read

from tongban.kernel.errors import Refusal
from tongban.kit.db import Database
from tongban.modules.exchange.model.agreements import Agreement
from tongban.modules.exchange.store.tables import agreements


@pytest.fixture
def city(database: Database) -> Database:
    builders.found(database, [GRANT, WIDE])
    return database


def forge(city: Database, like: Agreement, **changed: Any) -> None:
    with city.engine.begin() as connection:
        query = select(agreements).where(agreements.c.id == like.id)
        row = dict(connection.execute(query).mappings().one())
        connection.execute(insert(agreements).values({**row, **changed}))


def spend(city: Database) -> str:
    """Read until somebody else has to agree; returns why nothing more is read."""
    with pytest.raises(Refusal) as caught:
        _read_on(city)
    return caught.value.code


def _read_on(city: Database) -> None:
    for _ in range(9):
        read(city, inspecting())


def used(city: Database) -> dict[str, int]:
    with city.engine.connect() as connection:
        rows = connection.execute(select(agreements.c.id, agreements.c.used))
        return {row.id: row.used for row in rows}


@pytest.mark.parametrize(
    "changed", [{"entry": ""}, {"entry": "", "salt": None}, {}], ids=["none", "bare", "asked"]
)
def test_a_row_that_nobody_agreed_to_lets_nobody_read(
    city: Database, changed: dict[str, Any]
) -> None:
    asked = ask(city)
    forge(city, asked, id="0-forged", state="agreed", decided_by="nobody", **changed)
    assert spend(city) == "exchange.second_person_needed"
    assert set(used(city).values()) == {0}


def test_an_agreement_that_was_made_larger_lets_nobody_read(city: Database) -> None:
    answer(city, officer(LABOUR), ask(city))
    with city.engine.begin() as connection:
        connection.execute(update(agreements).values(number=300))
    assert spend(city) == "exchange.second_person_needed"
    assert set(used(city).values()) == {0}


def test_a_forged_row_does_not_keep_what_was_agreed_to_from_being_read(city: Database) -> None:
    agreed = answer(city, officer(LABOUR), ask(city))
    forge(city, agreed, id="0-forged")
    assert spend(city) == "exchange.second_person_needed"
    assert used(city) == {"0-forged": 0, agreed.id: 3}
