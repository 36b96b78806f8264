"""Residents, organisations, and who may act for whom."""

from typing import Any

from msgspec.structs import replace
from sqlalchemy import Row, select

from tongban.kit.crypto.places import Cell
from tongban.kit.db import Reader, Unit, cell_of
from tongban.modules.identity.model import Mandate, Organisation, Person
from tongban.modules.identity.store.tables import mandate, organisation, person


def _person(reader: Reader, row: Row[Any]) -> Person:
    opened, columns = reader.keyring.open, person.c
    return Person(
        id=row.id,
        number=opened(row.number_sealed, cell_of(columns.number_sealed, row)),
        name=opened(row.name_sealed, cell_of(columns.name_sealed, row)),
    )


def number_of_session(reader: Reader, row: Row[Any]) -> str:
    """Return the resident number in a session's row."""
    bound = {"id": row.person, "number_index": row.number_index}
    return reader.keyring.open(row.number_sealed, cell_of(person.c.number_sealed, bound))


def person_by_id(reader: Reader, identifier: str) -> Person | None:
    """Return the person of an id."""
    row = reader.connection.execute(select(person).where(person.c.id == identifier)).first()
    return None if row is None else _person(reader, row)


def person_by_number(reader: Reader, number: str) -> Person | None:
    """Return the person of a resident number, found by its keyed hash."""
    index = reader.keyring.index(number)
    row = reader.connection.execute(select(person).where(person.c.number_index == index)).first()
    return None if row is None else _person(reader, row)


def insert_person(unit: Unit, new: Person) -> None:
    """Keep a person."""
    seal, columns = unit.keyring.seal, person.c
    bound = {"id": new.id, "number_index": unit.keyring.index(new.number)}
    unit.connection.execute(
        person.insert().values(
            **bound,
            number_sealed=seal(new.number, cell_of(columns.number_sealed, bound)),
            name_sealed=seal(new.name, cell_of(columns.name_sealed, bound)),
            made_at=unit.now,
        )
    )


def organisation_by_code(reader: Reader, code: str) -> Organisation | None:
    """Return the organisation of a credit code."""
    row = reader.connection.execute(
        select(organisation).where(organisation.c.credit_code == code)
    ).first()
    if row is None:
        return None
    return Organisation(id=row.id, credit_code=row.credit_code, name=row.name)


def insert_organisation(unit: Unit, new: Organisation) -> None:
    """Keep an organisation."""
    unit.connection.execute(
        organisation.insert().values(id=new.id, credit_code=new.credit_code, name=new.name)
    )


_MANDATES = select(mandate, organisation.c.credit_code, organisation.c.name).join(
    organisation, organisation.c.id == mandate.c.organisation
)


def _mandate(reader: Reader, row: Row[Any]) -> Mandate:
    found = Mandate(
        id=row.id,
        person=row.person,
        organisation=Organisation(id=row.organisation, credit_code=row.credit_code, name=row.name),
        begins=row.begins,
        ends=row.ends,
        revoked=row.revoked,
    )
    _confirm(reader, found, row.bound)
    return found


def _held(one: Mandate) -> str:
    """Return what a mandate's seal says: for whom, in which days, and whether it still holds."""
    ends = one.ends.isoformat() if one.ends else ""
    state = "revoked" if one.revoked else "held"
    return f"{one.organisation.credit_code} {one.begins.isoformat()} {ends} {state}"


def _cell(one: Mandate) -> Cell:
    key = {"id": one.id, "person": one.person, "organisation": one.organisation.id}
    return cell_of(mandate.c.bound, key)


def _bound(unit: Unit, one: Mandate) -> bytes:
    return unit.keyring.seal(_held(one), _cell(one))


def _confirm(reader: Reader, one: Mandate, bound: bytes | None) -> None:
    reader.keyring.confirm(bound, _held(one), _cell(one))


def confirm_mandate_of_session(reader: Reader, row: Row[Any]) -> None:
    """Refuse the mandate in a session's row if somebody without the keys wrote or changed it."""
    if row.mandate_person is None:
        return
    acting = Organisation(
        id=row.mandate_organisation, credit_code=row.credit_code, name=row.organisation_name
    )
    found = Mandate(
        id=row.mandate,
        person=row.mandate_person,
        organisation=acting,
        begins=row.begins,
        ends=row.ends,
        revoked=row.revoked,
    )
    _confirm(reader, found, row.mandate_bound)


def mandates_of(reader: Reader, who: str) -> list[Mandate]:
    """Return every mandate of a person, the oldest first."""
    query = _MANDATES.where(mandate.c.person == who).order_by(mandate.c.id)
    return [_mandate(reader, row) for row in reader.connection.execute(query)]


def mandate_by_id(reader: Reader, identifier: str) -> Mandate | None:
    """Return the mandate of an id."""
    row = reader.connection.execute(_MANDATES.where(mandate.c.id == identifier)).first()
    return None if row is None else _mandate(reader, row)


def insert_mandate(unit: Unit, new: Mandate) -> None:
    """Keep a mandate."""
    unit.connection.execute(
        mandate.insert().values(
            id=new.id,
            person=new.person,
            organisation=new.organisation.id,
            begins=new.begins,
            ends=new.ends,
            revoked=new.revoked,
            bound=_bound(unit, new),
        )
    )


def revoke_mandate(unit: Unit, held: Mandate) -> None:
    """Note that a mandate no longer holds."""
    values = {"revoked": True, "bound": _bound(unit, replace(held, revoked=True))}
    unit.connection.execute(mandate.update().where(mandate.c.id == held.id).values(**values))
