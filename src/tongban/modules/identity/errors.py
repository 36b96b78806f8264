"""What identity refuses, each a fact with its own sentence in messages.toml."""

from collections.abc import Iterable
from datetime import datetime

from tongban.kernel.errors import Kind, Refusal


def sign_in_wrong() -> Refusal:
    """Account or password is wrong; which of the two is not said."""
    return Refusal("identity.sign_in_wrong", Kind.INVALID, fields={"login": "identity.check_both"})


def locked_out(until: datetime, minutes: int) -> Refusal:
    """Too many wrong passwords for this name from here; the same whether the account exists or not."""
    return _wait("identity.locked_out", until, minutes)


def browser_waits(until: datetime, minutes: int) -> Refusal:
    """Too many wrong passwords in a browser that is known for this account, or in its own session."""
    return _wait("identity.browser_waits", until, minutes)


def source_shut(until: datetime, minutes: int) -> Refusal:
    """Too many wrong passwords from one network, whatever the logins were."""
    return _wait("identity.source_shut", until, minutes)


def _wait(code: str, until: datetime, minutes: int) -> Refusal:
    return Refusal(code, Kind.TOO_MANY, minutes=minutes, until=until, retry_after=minutes * 60)


def sign_in_busy() -> Refusal:
    """So many passwords are being looked at that another would wait too long."""
    return Refusal("identity.sign_in_busy", Kind.UNAVAILABLE, retry_after=5)


def nothing_typed(*names: str) -> Refusal:
    """Fields that must be filled in are empty."""
    return Refusal(
        "identity.nothing_typed",
        Kind.INVALID,
        fields={name: f"identity.{name}_missing" for name in names},
    )


def password_unfit(field: str, fault: str) -> Refusal:
    """A new password that the password rule does not let pass; ``fault`` says why."""
    code = f"identity.password_{fault}"
    return Refusal(code, Kind.INVALID, fields={field: code})


def passwords_differ(field: str) -> Refusal:
    """The password typed a second time is another one."""
    code = "identity.passwords_differ"
    return Refusal(code, Kind.INVALID, fields={field: code})


def old_password_wrong() -> Refusal:
    """The present password was not given rightly."""
    code = "identity.old_password_wrong"
    return Refusal(code, Kind.INVALID, fields={"old": code})


def link_ended() -> Refusal:
    """A one-time link that was used, ran out, or never was."""
    return Refusal("identity.link_ended", Kind.GONE)


def account_not_found() -> Refusal:
    """No account of this id or login."""
    return Refusal("identity.account_not_found", Kind.NOT_FOUND)


def account_inactive() -> Refusal:
    """An account that can no longer be used."""
    return Refusal("identity.account_inactive", Kind.CONFLICT)


def login_taken() -> Refusal:
    """Another account has this login."""
    code = "identity.login_taken"
    return Refusal(code, Kind.CONFLICT, fields={"login": code})


def login_unfit() -> Refusal:
    """A login that is not 2 to 64 small letters, digits, dots, hyphens or underscores."""
    code = "identity.login_unfit"
    return Refusal(code, Kind.INVALID, fields={"login": code})


def name_too_long() -> Refusal:
    """A name longer than any."""
    code = "identity.name_too_long"
    return Refusal(code, Kind.INVALID, fields={"name": code})


def name_hidden(character: str) -> Refusal:
    """A name with a line break or a character that nobody sees."""
    code = "identity.name_hidden"
    return Refusal(code, Kind.INVALID, fields={"name": code}, character=character)


def name_heaped(character: str, most: int) -> Refusal:
    """A name with a letter under more marks than anybody writes."""
    code = "identity.name_heaped"
    return Refusal(code, Kind.INVALID, fields={"name": code}, character=character, most=most)


def address_unfit() -> Refusal:
    """A mail address that cannot be one."""
    code = "identity.address_unfit"
    return Refusal(code, Kind.INVALID, fields={"address": code})


def role_unknown(role: str) -> Refusal:
    """A role that the instance does not declare."""
    code = "identity.role_unknown"
    return Refusal(code, Kind.INVALID, fields={"roles": code}, role=role)


def roles_missing() -> Refusal:
    """A member of staff without any role could do nothing."""
    code = "identity.roles_missing"
    return Refusal(code, Kind.INVALID, fields={"roles": code})


def own_account() -> Refusal:
    """Nobody deactivates themself or takes their own administration away."""
    return Refusal("identity.own_account", Kind.CONFLICT)


def last_administrator() -> Refusal:
    """Somebody must be left who can manage the staff."""
    return Refusal("identity.last_administrator", Kind.CONFLICT)


def several_faults(faults: Iterable[Refusal]) -> Refusal:
    """Everything that is wrong with a form at once; the first of them alone when it is one."""
    found = list(faults)
    if len(found) == 1:
        return found[0]
    fields = {name: code for fault in found for name, code in fault.fields.items()}
    data = {name: value for fault in found for name, value in fault.data.items()}
    return Refusal("identity.several_faults", Kind.INVALID, fields=fields, **data)


def department_missing() -> Refusal:
    """A department that is not chosen or not declared."""
    code = "identity.department_missing"
    return Refusal(code, Kind.INVALID, fields={"department": code})


def not_allowed() -> Refusal:
    """The actor lacks the duty."""
    return Refusal("identity.not_allowed", Kind.NOT_ALLOWED)


def not_a_demonstration() -> Refusal:
    """Something that exists only where the government is a demonstration."""
    return Refusal("identity.not_a_demonstration", Kind.NOT_FOUND)


def session_not_found() -> Refusal:
    """No such session of one's own."""
    return Refusal("identity.session_not_found", Kind.NOT_FOUND)


def no_mandate() -> Refusal:
    """Nobody said that this person may act for this organisation today."""
    return Refusal("identity.no_mandate", Kind.NOT_ALLOWED)


def set_up_already() -> Refusal:
    """There is an administrator: the first set-up is over."""
    return Refusal("identity.set_up_already", Kind.NOT_FOUND)


def setup_code_wrong() -> Refusal:
    """The set-up code is not the one shown where the server was started."""
    code = "identity.setup_code_wrong"
    return Refusal(code, Kind.INVALID, fields={"code": code})


def national_identity_absent() -> Refusal:
    """No national identity service is connected."""
    return Refusal("identity.national_identity_absent", Kind.UNAVAILABLE)
