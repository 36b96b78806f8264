"""Demonstration accounts follow what the instance declares."""

from msgspec.structs import replace

from tongban.kernel.text import CHINESE, say
from tongban.kit import shelf
from tongban.kit.db import Unit
from tongban.modules.government import queries as government
from tongban.modules.identity import errors, queries, rules
from tongban.modules.identity.actions.recording import keep, keep_new
from tongban.modules.identity.actions.residents import (
    ensure_organisation,
    ensure_person,
    give_mandate,
)
from tongban.modules.identity.definition import AccountDefinition
from tongban.modules.identity.events import StaffLeft
from tongban.modules.identity.model import Account, AccountKind, AccountState, Person
from tongban.modules.identity.store import accounts, people, sessions


def adopt_demonstration_accounts(unit: Unit) -> None:
    """Make every declared demonstration account one that can sign in, and close the others.

    Doing it again changes nothing. Refuses outside a demonstration or a trial.
    """
    _check_demonstration(unit)
    declared = shelf.every(unit.connection, "accounts", AccountDefinition)
    for login in accounts.demonstration(unit.connection):
        if login not in declared:
            _close(unit, login)
    for one in declared.values():
        _follow(unit, one)


def _check_demonstration(unit: Unit) -> None:
    if not government.realm(unit).invented:
        raise errors.not_a_demonstration()


def _follow(unit: Unit, declared: AccountDefinition) -> None:
    """Make the account what its definition says."""
    person = _person(unit, declared)
    login = rules.check_login(declared.login)
    before = accounts.by_login(unit, login)
    if before is not None and not before.demonstration:
        raise errors.login_taken()
    account = Account(
        id=before.id if before else unit.new_id(),
        login=login,
        kind=AccountKind(declared.kind),
        state=AccountState.ACTIVE,
        name=say(declared.name, CHINESE),
        department=declared.department,
        roles=declared.roles,
        demonstration=True,
        person=person.id if person else None,
        created_at=before.created_at if before else unit.now,
    )
    if before is None:
        keep_new(unit, account)
    else:
        keep(unit, before, account)


def _close(unit: Unit, login: str) -> None:
    found = accounts.by_login(unit, rules.normal_login(login))
    if found is None or not found.demonstration or not rules.may_sign_in(found):
        return
    keep(unit, found, replace(found, state=AccountState.INACTIVE))
    sessions.end_all(unit, found.id)
    if found.kind is AccountKind.STAFF:
        unit.emit(StaffLeft(account=found.id, department=found.department))


def _person(unit: Unit, declared: AccountDefinition) -> Person | None:
    """Return the person behind a resident's account, with the mandate it is to have."""
    if not declared.person:
        return None
    person = ensure_person(unit, declared.person, say(declared.name, CHINESE))
    if declared.organisation:
        name = say(declared.organisation_name, CHINESE) or declared.organisation
        organisation = ensure_organisation(unit, declared.organisation, name)
        held = {mandate.organisation.id for mandate in people.mandates_of(unit, person.id)}
        if organisation.id not in held:
            give_mandate(unit, person, organisation, queries.today_of(unit))
    return person
