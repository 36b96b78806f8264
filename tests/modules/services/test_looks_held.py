"""A row of a look that no entry speaks of opens nothing, and keeps no look from being logged."""

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import func, insert, select, update
from tests.builders.services import STATUS
from tests.builders.services_web import City
from tests.modules.services.test_need_to_know import MARKS, case, with_review
from tests.modules.services.test_pages import accepted

from tongban.modules.exchange.store.tables import looks
from tongban.modules.ledger.store import entry_table

NEEDED = {STATUS, "form.months"}
FUTURE = dt.datetime(2099, 1, 1, tzinfo=dt.UTC)


def waiting(city: City) -> str:
    number = case(city, with_review(checks=(STATUS,)))
    accepted(city, number)
    return number


def forge(city: City, identifier: str, **changed: Any) -> None:
    with city.db.engine.begin() as connection:
        row = dict(connection.execute(select(looks).limit(1)).mappings().one())
        row |= {"id": identifier, "account": city.staff["sun.li"], "step": "review", **changed}
        connection.execute(insert(looks).values(row))


def seen(city: City, number: str) -> set[str]:
    page = city.as_staff("sun.li").get(f"/work/cases/{number}").text
    return {key for key, mark in MARKS.items() if mark in page}


def entries(city: City) -> int:
    with city.db.engine.connect() as connection:
        return connection.execute(select(func.count()).select_from(entry_table)).scalar_one()


def times(city: City) -> int:
    mine = looks.c.account == city.staff["sun.li"]
    with city.db.engine.connect() as connection:
        return int(connection.execute(select(func.sum(looks.c.times)).where(mine)).scalar_one())


@pytest.mark.parametrize("bare", [True, False], ids=["no-entry", "entry-of-another"])
def test_a_forged_look_opens_nothing_and_the_look_is_logged(city: City, bare: bool) -> None:
    number = waiting(city)
    before = entries(city)
    changed: dict[str, Any] = {"entry": "", "commitment_salt": b""} if bare else {}
    for kind in ("opened", "case"):
        changed |= {"kind": kind, "elements": [*MARKS, "person.name"], "last_at": FUTURE}
        forge(city, f"forged-{kind}", **changed)
    assert seen(city, number) == NEEDED
    assert entries(city) == before + 1


def test_a_last_look_that_is_yet_to_come_keeps_no_look_from_being_counted(city: City) -> None:
    number = waiting(city)
    assert seen(city, number) == NEEDED
    with city.db.engine.begin() as connection:
        connection.execute(update(looks).values(last_at=FUTURE))
    seen(city, number)
    assert times(city) == 2
