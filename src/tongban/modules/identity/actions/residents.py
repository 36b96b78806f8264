"""Residents and organisations as they come in, and mandates to act for an organisation."""

from datetime import date

from tongban.kit.db import Unit
from tongban.modules.identity import errors
from tongban.modules.identity.actions.recording import keep_new
from tongban.modules.identity.actions.signing import open_session
from tongban.modules.identity.model import (
    Account,
    AccountKind,
    AccountState,
    Mandate,
    NationalPerson,
    Opened,
    Organisation,
    Person,
    SignInWay,
)
from tongban.modules.identity.store import accounts, people


def ensure_person(unit: Unit, number: str, name: str) -> Person:
    """Return the person of a resident number, kept sealed; made when they come for the first time."""
    found = people.person_by_number(unit, number)
    if found is not None:
        return found
    made = Person(id=unit.new_id(), number=number, name=name)
    people.insert_person(unit, made)
    return made


def ensure_organisation(unit: Unit, credit_code: str, name: str) -> Organisation:
    """Return the organisation of a credit code; made when it is met for the first time."""
    found = people.organisation_by_code(unit, credit_code)
    if found is not None:
        return found
    made = Organisation(id=unit.new_id(), credit_code=credit_code, name=name)
    people.insert_organisation(unit, made)
    return made


def national_sign_in(unit: Unit, vouched: NationalPerson, *, replacing: str = "") -> Opened:
    """Open a session for whom a national identity service vouches; makes the account at first."""
    person = ensure_person(unit, vouched.number, vouched.name)
    account = accounts.by_person(unit, person.id)
    if account is None:
        identifier = unit.new_id()
        account = Account(
            id=identifier,
            login=identifier,
            kind=AccountKind.RESIDENT,
            state=AccountState.ACTIVE,
            name=person.name,
            person=person.id,
            created_at=unit.now,
        )
        account = keep_new(unit, account)
    if account.state is not AccountState.ACTIVE:
        raise errors.account_inactive()
    return open_session(unit, account, SignInWay.NATIONAL, replacing=replacing)


def give_mandate(
    unit: Unit, person: Person, organisation: Organisation, begins: date, ends: date | None = None
) -> Mandate:
    """Note that a person may act for an organisation, both days included."""
    made = Mandate(
        id=unit.new_id(), person=person.id, organisation=organisation, begins=begins, ends=ends
    )
    people.insert_mandate(unit, made)
    return made


def revoke_mandate(unit: Unit, mandate: str) -> None:
    """End a mandate: sessions that act under it act for the person from their next request."""
    held = people.mandate_by_id(unit, mandate)
    if held is None:
        raise errors.no_mandate()
    people.revoke_mandate(unit, held)
