"""Come in and go out: attempts, sessions, and on whose behalf a session acts.

Signing in with a password takes three steps, so that the slow hash holds up no other write: count
the attempt (:func:`charge`), look at the password (``queries.password_proves``, in a narrow line of
threads), then :func:`sign_in`. An attempt is counted before its password is looked at, so many at
once are no more than the schedule allows.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from tongban.kernel.actors import Actor
from tongban.kernel.errors import Refusal
from tongban.kit.crypto import chance
from tongban.kit.db import Unit
from tongban.modules.government import queries as government
from tongban.modules.identity import errors, formats, queries, rules
from tongban.modules.identity.model import (
    Account,
    Attempts,
    Opened,
    Session,
    SignInWay,
    Visit,
)
from tongban.modules.identity.store import accounts, links, people, sessions

_KEPT_AFTER_END = timedelta(days=1)


def charge(unit: Unit, login: str, visit: Visit) -> None:
    """Count an attempt to sign in as failed until it succeeds. Refuses while it has to wait.

    A browser that is known for the login counts for itself alone: nobody else can shut it out. Any
    other counts for its network, for the login from there, and for how much the login is guessed at.
    """
    known = queries.known_browser(unit, login, visit.browser)
    if known:
        _count(unit, _browser_index(unit, known), rules.CALM, errors.browser_waits)
        return
    charge_source(unit, visit.source)
    pair, pressed = _pair_index(unit, login, visit.source), _pressure_index(unit, login)
    _check_open(unit, accounts.attempts(unit, pair), errors.locked_out)
    before = accounts.attempts(unit, pressed)
    schedule = rules.schedule_under(rules.pressure_of(before, unit.now))
    _count(unit, pair, schedule, errors.locked_out)
    accounts.set_attempts(unit, pressed, rules.press(before, unit.now))


def charge_own(unit: Unit, actor: Actor) -> None:
    """Count a try of somebody's own password in their session; it shuts no way in to anybody."""
    _count(unit, _own_index(unit, actor.account), rules.CALM, errors.browser_waits)


def forget_own(unit: Unit, account: str) -> None:
    """Forget the tries of an account's own password in its sessions."""
    accounts.forget_attempts(unit, _own_index(unit, account))


_Waits = Callable[[datetime, int], Refusal]


def _count(unit: Unit, index: str, schedule: rules.Schedule, waits: _Waits) -> None:
    before = accounts.attempts(unit, index)
    _check_open(unit, before, waits)
    accounts.set_attempts(unit, index, rules.charge(before, unit.now, schedule))


def _check_open(unit: Unit, before: Attempts | None, waits: _Waits) -> None:
    until = rules.shut_until(before, unit.now)
    if until is not None:
        raise waits(until, rules.minutes_until(until, unit.now))


def charge_source(unit: Unit, source: str) -> bool:
    """Count what comes from a network until it succeeds, and return whether that was the last.

    Refuses while there is too much of it.
    """
    full = False
    for each, most in rules.sources_of(source):
        index = _source_index(unit, each)
        counted = rules.charge_source(accounts.attempts(unit, index), unit.now, most)
        accounts.set_attempts(unit, index, counted)
        full = full or counted.failures == most
    return full


def give_back_source(unit: Unit, source: str) -> None:
    """Take back the attempt that succeeded; the wrong ones of its network stay."""
    for each, _most in rules.sources_of(source):
        _give_back(unit, _source_index(unit, each))


def _give_back(unit: Unit, index: str) -> None:
    left = rules.give_back(accounts.attempts(unit, index))
    if left is None:
        accounts.forget_attempts(unit, index)
    else:
        accounts.set_attempts(unit, index, left)


def _came_in(unit: Unit, login: str, visit: Visit) -> None:
    """Take back what :func:`charge` counted, and the wrong attempts before it from the same place."""
    known = queries.known_browser(unit, login, visit.browser)
    if known:
        accounts.forget_attempts(unit, _browser_index(unit, known))
        return
    give_back_source(unit, visit.source)
    accounts.forget_attempts(unit, _pair_index(unit, login, visit.source))
    _give_back(unit, _pressure_index(unit, login))


def _source_index(unit: Unit, source: str) -> str:
    return unit.keyring.index("source:" + source)


def _browser_index(unit: Unit, known: str) -> str:
    return unit.keyring.index("browser-attempt:" + known)


def _own_index(unit: Unit, account: str) -> str:
    return unit.keyring.index("own-attempt:" + account)


def _pair_index(unit: Unit, login: str, source: str) -> str:
    """Return under what attempts of a login from a network are kept, whoever the login belongs to."""
    origin = rules.origin_of(source)
    return unit.keyring.index(f"attempt:{rules.normal_login(login)}\n{origin}")


def _pressure_index(unit: Unit, login: str) -> str:
    return unit.keyring.index("pressure:" + rules.normal_login(login))


def sign_in(unit: Unit, account: str, *, replacing: str = "", visit: Visit | None = None) -> Opened:
    """Open a session for an account whose password was proved; the browser is known from now on.

    Wrong attempts from the same place are forgotten. ``replacing`` is the token the browser had
    before: that session ends. Refuses an account that can no longer be used exactly as a wrong
    password.
    """
    found = accounts.by_id(unit, account)
    if found is None or not rules.may_sign_in(found):
        raise errors.sign_in_wrong()
    came = visit or Visit()
    _came_in(unit, found.login, came)
    opened = open_session(unit, found, SignInWay.PASSWORD, replacing=replacing)
    return known_from_now(unit, opened, found.login, came.browser)


def known_from_now(unit: Unit, opened: Opened, login: str, cookie: str) -> Opened:
    """Return the session together with what makes its browser known for the login."""
    fresh = queries.new_browser(unit, login, cookie)
    return Opened(session=opened.session, token=opened.token, browser=fresh)


def demonstration_sign_in(unit: Unit, account: str, *, replacing: str = "") -> Opened:
    """Open a session for a demonstration account, by id or login, without any proof.

    Refuses everywhere but in a demonstration or a trial, and every account not made for one.
    """
    realm = government.realm(unit)
    if not realm.invented:
        raise errors.not_a_demonstration()
    found = accounts.by_id(unit, account) or accounts.by_login(unit, rules.normal_login(account))
    if found is None or not found.demonstration or not rules.may_sign_in(found):
        raise errors.account_not_found()
    held = queries.mandates_of(unit, found)
    mandate = held[0].id if len(held) == 1 else None
    return open_session(unit, found, SignInWay(realm), replacing=replacing, mandate=mandate)


def open_session(
    unit: Unit, account: Account, way: SignInWay, *, replacing: str = "", mandate: str | None = None
) -> Opened:
    """Begin a session with a fresh token and form secret."""
    if replacing:
        sessions.end_by_token(unit, formats.hash_token(unit.keyring.suite, replacing))
    token = chance.token_urlsafe(32)
    session = Session(
        id=unit.new_id(),
        account=account.id,
        kind=account.kind,
        way=way,
        csrf=chance.token_hex(32),
        began_at=unit.now,
        seen_at=unit.now,
        ends_at=rules.session_end(way, unit.now),
        mandate=mandate,
    )
    sessions.insert(unit, session, formats.hash_token(unit.keyring.suite, token))
    return Opened(session=session, token=token)


def touch(unit: Unit, session: str) -> None:
    """Note that a session was just used."""
    sessions.touch(unit, session)


def sign_out(unit: Unit, token: str) -> None:
    """End the session of a token; an unknown one is none."""
    sessions.end_by_token(unit, formats.hash_token(unit.keyring.suite, token))


def end_session(unit: Unit, actor: Actor, session: str) -> None:
    """End one of one's own sessions. Refuses one that is not."""
    if not sessions.end_one(unit, actor.account, session):
        raise errors.session_not_found()


def act_for(unit: Unit, actor: Actor, token: str, mandate: str | None) -> None:
    """Let the session act for an organisation, or (None) for the person again.

    Refuses a mandate that is somebody else's or does not hold today.
    """
    if mandate is not None:
        account = queries.account_by_id(unit, actor.account)
        chosen = people.mandate_by_id(unit, mandate)
        if chosen is None or chosen.person != account.person:
            raise errors.no_mandate()
        if not rules.may_act_for(chosen, queries.today_of(unit)):
            raise errors.no_mandate()
    row = sessions.who(unit, formats.hash_token(unit.keyring.suite, token))
    if row is None or row.account != actor.account:
        raise errors.session_not_found()
    sessions.set_mandate(unit, row, mandate)


def sweep(unit: Unit) -> int:
    """Forget sessions, links and attempts that ended more than a day ago; return how many."""
    before = unit.now - _KEPT_AFTER_END
    attempts = accounts.sweep_attempts(unit, unit.now - rules.FORGET_FAILURES)
    return sessions.sweep(unit, before) + links.sweep(unit, before) + attempts
