"""Set and change passwords; one-time links for who has none or lost it.

Hashes are made beforehand by ``queries.new_password_hash``, in a thread.
"""

from tongban.kernel.actors import Actor
from tongban.kit.crypto import chance
from tongban.kit.db import Unit
from tongban.modules.identity import errors, formats, queries, rules
from tongban.modules.identity.actions.signing import (
    charge_source,
    forget_own,
    known_from_now,
    open_session,
)
from tongban.modules.identity.events import PasswordChanged, PasswordLinkAsked
from tongban.modules.identity.model import Link, LinkPurpose, Opened, SignInWay
from tongban.modules.identity.store import accounts, links, sessions


def ask_link(unit: Unit, login: str, source: str = "") -> None:
    """Ask for a mail with a link to set a new password; says nothing about whether one is written.

    The more were asked for, the longer until the next is written, so that nobody floods a box.

    The steps are the same for an unknown login, so the time taken tells nothing either. Counts for
    the network like a wrong password, so that nobody asks for everybody's. Refuses a network from
    which there were too many.
    """
    charge_source(unit, source)
    index = unit.keyring.index("link-asked:" + rules.normal_login(login))
    before = accounts.attempts(unit, index)
    if rules.shut_until(before, unit.now) is not None:
        return
    accounts.set_attempts(unit, index, rules.charge(before, unit.now, rules.ASK_WAITS))
    found = accounts.by_login(unit, rules.normal_login(login))
    writable = found is not None and rules.may_sign_in(found) and found.has_address
    unit.emit(PasswordLinkAsked(account=found.id if found and writable else ""))


def issue_link(unit: Unit, account: str, purpose: LinkPurpose) -> str:
    """Return the token of a new one-time link. An invitation makes those before it worthless.

    One that anybody may ask for does not: else a stranger who asks again and again would take the
    link away before its owner's mail came. Only its hash is kept: the token is shown or mailed now
    or never. Refuses an account that is unknown or can no longer sign in.
    """
    found = queries.account_by_id(unit, account)
    if not rules.may_sign_in(found):
        raise errors.account_inactive()
    if purpose is not LinkPurpose.RESET:
        links.drop(unit, None, account)
    token = chance.token_urlsafe(32)
    ends_at = unit.now + rules.LINK_LIFE[purpose]
    link = Link(account=account, purpose=purpose, ends_at=ends_at, used=False)
    links.insert(unit, link, formats.hash_token(unit.keyring.suite, token))
    return token


def set_password_by_link(unit: Unit, token: str, hashed: str, browser: str = "") -> str:
    """Set a password through a one-time link and return what makes the browser known.

    All sessions of the account end, other links are worthless, and every other browser is unknown.
    Whoever has the link comes in from here, however much others guess. Refuses a link that was
    used, ran out or never was.
    """
    found = queries.account_of_link(unit, token)
    if not links.use(unit, formats.hash_token(unit.keyring.suite, token)):
        raise errors.link_ended()
    links.drop(unit, None, found.id)
    _set(unit, found.id, hashed)
    return queries.new_browser(unit, found.login, browser)


def change_password(
    unit: Unit, actor: Actor, proved: str | None, hashed: str, browser: str = ""
) -> Opened:
    """Change one's own password, once the old one was proved; every other session ends.

    ``proved`` is what ``queries.password_proves`` answered for the actor's own login; refuses where
    that is not the actor's account.
    """
    found = queries.account_by_id(unit, actor.account)
    if proved != found.id:
        raise errors.old_password_wrong()
    forget_own(unit, found.id)
    links.drop(unit, None, found.id)
    _set(unit, found.id, hashed)
    opened = open_session(unit, found, SignInWay.PASSWORD)
    return known_from_now(unit, opened, found.login, browser)


def _set(unit: Unit, account: str, hashed: str) -> None:
    accounts.set_password(unit, account, hashed)
    sessions.end_all(unit, account)
    unit.emit(PasswordChanged(account=account))
