"""The first set-up: one code in the terminal, one administrator."""

import logging

from tongban.kit.crypto import chance
from tongban.kit.db import Unit
from tongban.modules.identity import errors, formats, queries, rules
from tongban.modules.identity.actions.signing import charge_source, known_from_now, open_session
from tongban.modules.identity.actions.staff import insert_staff
from tongban.modules.identity.events import PasswordChanged
from tongban.modules.identity.model import Link, LinkPurpose, NewStaff, Opened, SignInWay
from tongban.modules.identity.store import accounts, links

_log = logging.getLogger("tongban.setup")


def setup_code(unit: Unit) -> str:
    """Return a new set-up code for the terminal, good for 24 hours; the one before is worthless.

    Refuses once there is an administrator.
    """
    if queries.has_administrator(unit.connection):
        raise errors.set_up_already()
    links.drop(unit, LinkPurpose.SETUP, None)
    code = formats.readable_code(chance.token_bytes(10))
    ends_at = unit.now + rules.LINK_LIFE[LinkPurpose.SETUP]
    link = Link(account=None, purpose=LinkPurpose.SETUP, ends_at=ends_at, used=False)
    links.insert(unit, link, formats.hash_token(unit.keyring.suite, formats.normal_code(code)))
    return code


def create_first_administrator(unit: Unit, code: str, new: NewStaff, hashed: str) -> Opened:
    """Make the first administrator with a password and sign them in; the code is used up."""
    queries.check_setup_code(unit, code)
    account = insert_staff(unit, new)
    if not links.use(unit, formats.hash_token(unit.keyring.suite, formats.normal_code(code))):
        raise errors.setup_code_wrong()
    accounts.set_password(unit, account.id, hashed)
    unit.emit(PasswordChanged(account=account.id))
    opened = open_session(unit, account, SignInWay.PASSWORD)
    return known_from_now(unit, opened, account.login, "")


def wrong_setup_code(unit: Unit, source: str) -> None:
    """Count a wrong set-up code for its network, and say in the terminal when it has had its measure.

    Refuses a network that had too many; the right code is never counted, so nobody keeps the
    installer out. With 80 bits of chance no number of tries finds one.
    """
    if charge_source(unit, source):
        _log.warning("somebody tries set-up codes: %d were wrong", rules.SOURCE_FAILURES)
