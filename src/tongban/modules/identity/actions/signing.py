"""Come in and go out: attempts, sessions, and on whose behalf a session acts.

Signing in with a password takes three steps, so that the slow hash holds up no other write: count
the attempt (:func:`charge`), look at the password (``queries.password_proves``, in a thread), then
:func:`sign_in`. An attempt is counted before its password is looked at, so many at once are no more
than the schedule allows.
"""

from datetime import timedelta

from tongban.kernel.actors import Actor
from tongban.kit.crypto import chance
from tongban.kit.db import Unit
from tongban.modules.government import queries as government
from tongban.modules.identity import errors, formats, queries, rules
from tongban.modules.identity.model import Account, Opened, Session, SignInWay
from tongban.modules.identity.store import accounts, links, people, sessions

_KEPT_AFTER_END = timedelta(days=1)


def charge(unit: Unit, login: str, source: str = "") -> None:
    """Count an attempt to sign in as failed until it succeeds.

    Refuses while the login is shut, and while its ``source`` (a network; empty: unknown) is.
    """
    charge_source(unit, source)
    index = attempt_index(unit, login)
    accounts.set_attempts(unit, index, rules.charge(accounts.attempts(unit, index), unit.now))


def charge_source(unit: Unit, source: str) -> None:
    """Count what comes from a network until it succeeds. Refuses while there is too much of it."""
    if source:
        index = _source_index(unit, source)
        counted = rules.charge_source(accounts.attempts(unit, index), unit.now)
        accounts.set_attempts(unit, index, counted)


def give_back(unit: Unit, source: str) -> None:
    """Take back the attempt that succeeded; the wrong ones of its network stay."""
    if source:
        index = _source_index(unit, source)
        left = rules.give_back(accounts.attempts(unit, index))
        if left is None:
            accounts.forget_attempts(unit, index)
        else:
            accounts.set_attempts(unit, index, left)


def _source_index(unit: Unit, source: str) -> str:
    return unit.keyring.index("source:" + source)


def attempt_index(unit: Unit, login: str) -> str:
    """Return under what the attempts of a login are kept: a keyed hash, whoever it belongs to."""
    return unit.keyring.index("attempt:" + rules.normal_login(login))


def sign_in(unit: Unit, account: str, *, replacing: str = "", source: str = "") -> Opened:
    """Open a session for an account whose password was proved; its wrong attempts are forgotten.

    ``replacing`` is the token the browser had before: that session ends. Refuses an account that
    can no longer be used exactly as a wrong password.
    """
    found = accounts.by_id(unit, account)
    if found is None or not rules.may_sign_in(found):
        raise errors.sign_in_wrong()
    give_back(unit, source)
    accounts.forget_attempts(unit, attempt_index(unit, found.login))
    return open_session(unit, found, SignInWay.PASSWORD, replacing=replacing)


def demonstration_sign_in(unit: Unit, account: str, *, replacing: str = "") -> Opened:
    """Open a session for a demonstration account, by id or login, without any proof.

    Refuses everywhere but in a demonstration or a trial, and every account not made for one.
    """
    realm = government.realm(unit.connection)
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
    sessions.set_mandate(unit, row.id, mandate)


def sweep(unit: Unit) -> int:
    """Forget sessions, links and attempts that ended more than a day ago; return how many."""
    before = unit.now - _KEPT_AFTER_END
    attempts = accounts.sweep_attempts(unit, unit.now - rules.FORGET_FAILURES)
    return sessions.sweep(unit, before) + links.sweep(unit, before) + attempts
