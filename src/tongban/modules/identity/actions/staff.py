"""Let staff in, move them, and let them go."""

from collections.abc import Callable

from msgspec.structs import replace

from tongban.kernel.actors import Actor
from tongban.kernel.errors import Refusal
from tongban.kit.db import Reader, Unit
from tongban.modules.government import queries as government
from tongban.modules.identity import errors, queries, rules
from tongban.modules.identity.actions.passwords import issue_link
from tongban.modules.identity.actions.recording import keep, keep_new
from tongban.modules.identity.events import StaffChanged, StaffLeft
from tongban.modules.identity.model import (
    Account,
    AccountKind,
    AccountState,
    LinkPurpose,
    NewStaff,
)
from tongban.modules.identity.store import accounts, links, sessions


def create_staff(unit: Unit, actor: Actor, new: NewStaff) -> tuple[Account, str]:
    """Make an account for a member of staff; return it and the token of its set-password link.

    Refuses a login that is taken or unfit, an unknown department or role.
    """
    _check_manager(actor)
    account = insert_staff(unit, new)
    return account, issue_link(unit, account.id, LinkPurpose.INVITE)


def insert_staff(unit: Unit, new: NewStaff, *, demonstration: bool = False) -> Account:
    """Keep a new member of staff after every check but who asks."""
    _refuse(faults_of_staff(unit, new))
    account = Account(
        id=unit.new_id(),
        login=rules.check_login(new.login),
        kind=AccountKind.STAFF,
        state=AccountState.ACTIVE,
        name=new.name,
        department=new.department,
        roles=new.roles,
        language=new.language,
        demonstration=demonstration,
        created_at=unit.now,
    )
    return keep_new(unit, account, new.address)


def change_staff(unit: Unit, actor: Actor, account: str, new: NewStaff) -> Account:
    """Change name, department, roles and address of a member of staff; the login stays.

    An empty address leaves the one there is. Tells others when the department changes.
    """
    _check_manager(actor)
    before = _staff(unit, account)
    _refuse(_faults(unit, new))
    declared = {code: role.duties for code, role in queries.roles(unit.connection).items()}
    if "staff.manage" not in rules.duties_of(new.roles, declared):
        _check_administration_stays(unit, actor, before)
    after = replace(
        before,
        name=new.name,
        department=new.department,
        roles=new.roles,
        language=new.language or before.language,
    )
    after = keep(unit, before, after)
    if new.address:
        accounts.set_address(unit, account, rules.check_address(new.address))
    if (before.department, before.roles) != (after.department, after.roles):
        unit.emit(
            StaffChanged(account=account, department=after.department, before=before.department)
        )
    return after


def deactivate_staff(unit: Unit, actor: Actor, account: str) -> None:
    """Let a member of staff go: sessions, links and password end now, open work is reassigned.

    Refuses oneself and the last who can manage the staff. A second time changes nothing.
    """
    _check_manager(actor)
    found = _staff(unit, account)
    if found.state is AccountState.INACTIVE:
        return
    rules.check_leaving(actor, found, queries.administrators(unit.connection))
    keep(unit, found, replace(found, state=AccountState.INACTIVE))
    accounts.drop_password(unit, account)
    links.drop(unit, None, account)
    sessions.end_all(unit, account)
    unit.emit(StaffLeft(account=account, department=found.department))


def reactivate_staff(unit: Unit, actor: Actor, account: str) -> str:
    """Let a member of staff back in; return the token of a new set-password link."""
    _check_manager(actor)
    found = _staff(unit, account)
    keep(unit, found, replace(found, state=AccountState.ACTIVE))
    return issue_link(unit, account, LinkPurpose.INVITE)


def invite_again(unit: Unit, actor: Actor, account: str) -> str:
    """Return the token of a new set-password link for a member of staff."""
    _check_manager(actor)
    return issue_link(unit, _staff(unit, account).id, LinkPurpose.INVITE)


def _check_manager(actor: Actor) -> None:
    if not rules.may_manage_staff(actor):
        raise errors.not_allowed()


def _staff(unit: Unit, account: str) -> Account:
    found = queries.account_by_id(unit, account)
    if found.kind is not AccountKind.STAFF:
        raise errors.account_not_found()
    return found


def _refuse(faults: list[Refusal]) -> None:
    if faults:
        raise errors.several_faults(faults)


def faults_of_staff(reader: Reader, new: NewStaff) -> list[Refusal]:
    """Return everything that keeps somebody from being let in, the login first."""
    return _login_faults(reader, new.login) + _faults(reader, new)


def _login_faults(reader: Reader, login: str) -> list[Refusal]:
    faults = _caught(lambda: rules.check_login(login))
    if not faults and accounts.by_login(reader, rules.normal_login(login)) is not None:
        return [errors.login_taken()]
    return faults


def _faults(reader: Reader, new: NewStaff) -> list[Refusal]:
    """Return everything that is wrong beside the login, so that nobody mends one thing at a time."""
    declared = queries.roles(reader.connection)
    faults = _caught(lambda: rules.check_name(new.name))
    if new.department not in government.departments(reader.connection):
        faults.append(errors.department_missing())
    faults += _caught(lambda: rules.check_roles(new.roles, declared))
    if new.address:
        faults += _caught(lambda: rules.check_address(new.address))
    return faults


def _caught(check: Callable[[], object]) -> list[Refusal]:
    try:
        check()
    except Refusal as refusal:
        return [refusal]
    return []


def _check_administration_stays(unit: Unit, actor: Actor, account: Account) -> None:
    administrators = queries.administrators(unit.connection)
    if account.id in administrators:
        rules.check_leaving(actor, account, administrators)
