"""What an operator sees of a ledger into which somebody wrote, and whose mark was taken away."""

import sqlite3
from datetime import UTC, datetime
from time import monotonic, sleep

import pytest
from playwright.sync_api import Browser
from tests.browser import quick
from tests.browser.inspection import reading
from tests.browser.town import Town

pytestmark = pytest.mark.browser
_LONG_AGO = datetime(2024, 3, 1, tzinfo=UTC).isoformat()


def _slip_in(town: Town) -> None:
    """Write an entry of 2024 into the tables, as who has the database in hand can."""
    with sqlite3.connect(town.data / "tongban.db", timeout=30) as connection:
        connection.execute(
            "INSERT INTO ledger_entry (id, kind, department, at, body)"
            " SELECT 'slipped-in', kind, department, ?, body FROM ledger_entry WHERE number = 0",
            (_LONG_AGO,),
        )
    connection.close()


def _is_noticed(town: Town) -> bool:
    with sqlite3.connect(town.data / "tongban.db", timeout=30) as connection:
        count = connection.execute("SELECT count(*) FROM ledger_refused").fetchone()[0]
    connection.close()
    return bool(count)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_operators_are_told_what_happened_to_the_ledger_and_what_to_do(
    town: Town, browser: Browser, language: str
) -> None:
    _slip_in(town)
    until = monotonic() + 60
    while not _is_noticed(town):
        assert monotonic() < until, "the sequencer did not notice within a minute"
        sleep(0.2)
    mark = town.data / "keys" / "ledger.mark"
    kept = mark.read_bytes()
    mark.unlink()
    with quick.Hand(town, "admin") as admin, reading(town, browser, language) as reader:
        reader.become("admin", admin.cookies)
        reader.look("/operations")
        words = reader.page.locator("main").inner_text()
        reader.look("/ledger")
    mark.write_bytes(kept)
    mark.chmod(0o600)
    assert "tongban ledger refused" in words
    assert "tongban ledger accept" in words
