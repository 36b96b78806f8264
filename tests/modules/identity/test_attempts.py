"""Wrong passwords: how many anybody gets, and that nobody shuts out anybody else."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial
from heapq import heapify, heappop, heappush
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.builders import identity as builders

from tongban.kernel.errors import Refusal
from tongban.kit import outbox
from tongban.kit.clock import MovableClock
from tongban.kit.db import Database, Unit
from tongban.modules.identity import actions, formats, queries, rules
from tongban.modules.identity.model import Attempts, Visit

HERE, THERE = Visit(source="203.0.113.9"), Visit(source="203.0.113.10")
NOW = datetime(2026, 11, 24, 1, 30, tzinfo=UTC)


def wait(database: Database, **time: int) -> None:
    cast("MovableClock", database.clock).advance(timedelta(**time))


def charge(database: Database, login: str = "li.ping", visit: Visit = HERE) -> None:
    database.write(partial(actions.charge, login=login, visit=visit))


def known_at(database: Database, login: str = "li.ping", cookie: str = "") -> str:
    """Let somebody of this login sign in and return their browser's cookie."""
    with database.read() as reader:
        account = queries.account_by_login(reader, login).id
    visit = Visit(browser=cookie)
    return database.write(lambda unit: actions.sign_in(unit, account, visit=visit)).browser


# One login -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("login", ["li.ping", "nobody"])
def test_attempts_are_counted_by_login_and_network_whoever_has_the_login(
    database: Database, login: str
) -> None:
    builders.found(database)
    builders.staff(database)
    for _ in range(5):
        charge(database, login)
    with pytest.raises(Refusal, match="locked_out") as refused:
        charge(database, f" {login.upper()} ")
    assert refused.value.data["minutes"] == 1
    charge(database, login, THERE)
    charge(database, "zhao.lei")
    wait(database, minutes=1)
    charge(database, login)
    with pytest.raises(Refusal, match="locked_out"):
        charge(database, login)


def test_a_known_browser_waits_for_nobody_and_counts_for_itself(database: Database) -> None:
    builders.found(database)
    builders.staff(database)
    known = Visit(source=HERE.source, browser=known_at(database))
    for _ in range(5):
        charge(database)
    with pytest.raises(Refusal, match="locked_out"):
        charge(database)
    for _ in range(5):
        charge(database, visit=known)
    with pytest.raises(Refusal, match="browser_waits"):
        charge(database, visit=known)
    charge(database, "zhao.lei", known)
    charge(database, visit=THERE)


def test_a_known_browser_is_known_for_its_own_login_only_and_anew_each_time(
    database: Database,
) -> None:
    builders.found(database)
    builders.staff(database)
    builders.staff(database, "zhao.lei")
    first = known_at(database)
    second = known_at(database, cookie=first)
    both = known_at(database, "zhao.lei", cookie=second)
    assert first != second
    assert formats.read_browser(both)[1:] == formats.read_browser(second)
    with database.read() as reader:
        known = partial(queries.known_browser, reader)
        assert known("li.ping", first) != known("li.ping", second)
        assert known("zhao.lei", second) == ""
        assert known("li.ping", both) == known("li.ping", second)
        assert known("nobody", both) == ""
        for forged in (both[:-1] + "0", both.replace(".", "~"), "~" * 500, both * 9, "\0"):
            assert known("zhao.lei", forged) == "" or forged.startswith(both[:60])
    wait(database, days=rules.BROWSER_DAYS + 1)
    with database.read() as reader:
        assert queries.known_browser(reader, "li.ping", second) == ""


@given(st.text(max_size=2000))
def test_a_cookie_that_is_none_of_ours_speaks_of_nobody(cookie: str) -> None:
    assert formats.read_browser(cookie) == ()


def test_a_browser_is_known_for_the_last_five_accounts_and_its_cookie_stays_short(
    database: Database,
) -> None:
    builders.found(database)
    cookie, logins = "", [f"clerk-{number}" for number in range(7)]
    for login in logins:
        builders.staff(database, login)
        cookie = known_at(database, login, cookie)
    assert len(cookie) < 600
    with database.read() as reader:
        found = [bool(queries.known_browser(reader, login, cookie)) for login in logins]
    assert found == [False, False, True, True, True, True, True]


def test_success_forgets_the_wrong_attempts_before_it_from_the_same_place(
    database: Database,
) -> None:
    builders.found(database)
    account = builders.staff(database)
    for _ in range(5):
        charge(database, visit=THERE)
    for _ in range(4):
        charge(database)
    database.write(lambda unit: actions.sign_in(unit, account.id, visit=HERE))
    for _ in range(5):
        charge(database)
    with pytest.raises(Refusal, match="locked_out"):
        charge(database, visit=THERE)


# At once -------------------------------------------------------------------------------------------


def tried_at_once(database: Database, visits: list[Visit]) -> Counter[str]:
    """Try from several places at the same moment and return how many of each were let through."""

    def attempt(visit: Visit) -> Visit | None:
        try:
            charge(database, visit=visit)
        except Refusal:
            return None
        return visit

    with ThreadPoolExecutor(12) as crowd:
        return Counter(visit.source for visit in crowd.map(attempt, visits) if visit)


def test_a_thousand_guesses_at_once_are_no_more_than_the_schedule_allows(
    database: Database,
) -> None:
    builders.found(database)
    builders.staff(database)
    known = Visit(source="known", browser=known_at(database))
    assert tried_at_once(database, [HERE, known] * 500) == {HERE.source: 5, "known": 5}


def test_networks_that_guess_together_get_fewer_guesses_each(database: Database) -> None:
    builders.found(database)
    networks = [Visit(source=f"198.51.100.{number}") for number in range(60)]
    let = tried_at_once(database, [network for network in networks for _ in range(6)])
    assert 100 + 2 * (60 - 20) - 12 <= let.total() <= 100 + 2 * 60
    with pytest.raises(Refusal, match="locked_out"):
        charge(database, visit=networks[-1])
    charge(database, visit=HERE)


# A day of guessing ---------------------------------------------------------------------------------


def guesses(networks: int, days: int) -> list[int]:
    """Return how many guesses an attacker gets each day who tries from each network at once it may.

    Each guess only makes the waits of its network, and those of the login everywhere, longer.
    """
    pairs: dict[int, Attempts] = {}
    pressed: Attempts | None = None
    due = [(NOW, number) for number in range(networks)]
    heapify(due)
    done = [0] * days
    while due and due[0][0] < NOW + timedelta(days=days):
        now, number = heappop(due)
        schedule = rules.schedule_under(rules.pressure_of(pressed, now))
        pairs[number] = rules.charge(pairs.get(number), now, schedule)
        pressed = rules.press(pressed, now)
        done[(now - NOW).days] += 1
        heappush(due, (rules.shut_until(pairs[number], now) or now, number))
    return done


@pytest.mark.parametrize(
    ("networks", "by_day"),
    [(1, [33, 24, 24]), (100, [940, 470, 200]), (10_000, [40_060, 20_000, 20_000])],
)
def test_an_attacker_with_many_networks_gets_so_many_guesses_a_day_at_one_login(
    networks: int, by_day: list[int]
) -> None:
    assert guesses(networks, days=3) == by_day


# One network, many logins --------------------------------------------------------------------------


def spray(database: Database, count: int, visit: Visit = HERE) -> None:
    """Try one account after another from one network."""

    def tried(unit: Unit) -> None:
        for number in range(count):
            actions.charge(unit, f"clerk-{number}", visit)

    database.write(tried)


def test_one_network_cannot_try_many_accounts(database: Database) -> None:
    builders.found(database)
    spray(database, 50)
    with pytest.raises(Refusal, match="source_shut") as refused:
        spray(database, 1)
    assert refused.value.data["minutes"] == 1
    with pytest.raises(Refusal, match="source_shut"):
        database.write(lambda unit: actions.ask_link(unit, "li.ping", HERE.source))
    with pytest.raises(Refusal, match="source_shut"):
        database.write(lambda unit: actions.wrong_setup_code(unit, HERE.source))
    spray(database, 1, THERE)
    wait(database, seconds=18)
    spray(database, 1)
    with pytest.raises(Refusal, match="source_shut"):
        spray(database, 1)
    wait(database, minutes=15)
    charge(database)


def test_whoever_hides_their_network_is_counted_as_one(database: Database) -> None:
    builders.found(database)
    spray(database, 50, Visit())
    with pytest.raises(Refusal, match="source_shut"):
        spray(database, 1, Visit())


def test_a_block_of_ipv6_networks_is_counted_too(database: Database) -> None:
    builders.found(database)

    def spread(unit: Unit) -> None:
        for number in range(500):
            visit = Visit(source=f"2001:db8:5:{number // 50}::/64")
            actions.charge(unit, f"clerk-{number}", visit)

    database.write(spread)
    with pytest.raises(Refusal, match="source_shut"):
        charge(database, "another", Visit(source="2001:db8:5:ffff::/64"))
    charge(database, "another", Visit(source="2001:db8:6:1::/64"))


def test_a_known_browser_comes_in_from_a_network_that_is_shut(database: Database) -> None:
    builders.found(database)
    builders.staff(database)
    known = Visit(source=HERE.source, browser=known_at(database))
    spray(database, 50)
    charge(database, visit=known)


def test_who_signs_in_rightly_takes_back_their_own_attempt_and_no_other(
    database: Database,
) -> None:
    builders.found(database)
    account = builders.staff(database)
    spray(database, 49)
    for _ in range(60):
        charge(database)
        database.write(lambda unit: actions.sign_in(unit, account.id, visit=HERE))
    spray(database, 1)
    with pytest.raises(Refusal, match="source_shut"):
        spray(database, 1)


def test_a_network_that_is_shut_fills_no_table_and_is_nowhere_in_clear(database: Database) -> None:
    builders.found(database)
    spray(database, 50)
    for number in range(5):
        with pytest.raises(Refusal):
            charge(database, f"new-{number}")
    with database.read() as reader:
        rows = reader.connection.exec_driver_sql("SELECT * FROM identity_attempt").all()
    assert len(rows) == 101, "two for each login, one for the network"
    assert "203.0.113" not in str(rows)
    assert "clerk" not in str(rows)
    wait(database, hours=25)
    assert database.write(actions.sweep) == 101


# Links ---------------------------------------------------------------------------------------------


def test_a_box_gets_fewer_and_fewer_links_the_more_are_asked_for(database: Database) -> None:
    builders.found(database)
    builders.staff(database)
    for turn in range(24 * 30):
        source = f"198.51.100.{turn % 200}"
        database.write(partial(actions.ask_link, login="li.ping", source=source))
        wait(database, minutes=2)
    with database.read() as reader:
        assert outbox.pending(reader).count("identity.password_link_asked") == 28
