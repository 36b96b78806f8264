"""Sessions, and the one statement that every signed-in request begins with."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, select

from tongban.kit.db import Often, Reader, Unit, cell_of
from tongban.modules.identity.model import AccountKind, Session, SignInWay
from tongban.modules.identity.store import accounts, people
from tongban.modules.identity.store.tables import account, mandate, organisation, person, session

_WHO = Often(
    select(
        session.c.token_hash,
        session.c.id,
        session.c.account,
        session.c.way,
        session.c.csrf,
        session.c.began_at,
        session.c.seen_at,
        session.c.ends_at,
        session.c.mandate,
        session.c.bound,
        account.c.kind,
        account.c.state,
        account.c.name_sealed,
        account.c.department,
        account.c.roles,
        account.c.person_sealed,
        person.c.id.label("person"),
        person.c.number_index,
        person.c.number_sealed,
        mandate.c.begins,
        mandate.c.ends,
        mandate.c.revoked,
        mandate.c.person.label("mandate_person"),
        mandate.c.organisation.label("mandate_organisation"),
        mandate.c.bound.label("mandate_bound"),
        organisation.c.credit_code,
        organisation.c.name.label("organisation_name"),
    )
    .select_from(session)
    .join(account, account.c.id == session.c.account)
    .outerjoin(person, person.c.id == account.c.person)
    .outerjoin(mandate, mandate.c.id == session.c.mandate)
    .outerjoin(organisation, organisation.c.id == mandate.c.organisation)
    .where(session.c.token_hash == bindparam("token_hash"))
)


def who(reader: Reader, token_hash: str) -> Row[Any] | None:
    """Return everything about whom a session belongs to, in one statement by primary keys.

    Refuses a session, a mandate or an account that somebody without the keys wrote or changed.
    """
    row: Row[Any] | None = _WHO.first(reader.connection, token_hash=token_hash)
    if row is not None:
        reader.keyring.confirm(row.bound, row.mandate or "", cell_of(session.c.bound, row))
        accounts.confirm_person(reader, row.account, row.person, row.person_sealed)
        people.confirm_mandate_of_session(reader, row)
    return row


def of_row(row: Row[Any]) -> Session:
    """Return the session in a row that has the account's kind with it."""
    return Session(
        id=row.id,
        account=row.account,
        kind=AccountKind(row.kind),
        way=SignInWay(row.way),
        csrf=row.csrf,
        began_at=row.began_at,
        seen_at=row.seen_at,
        ends_at=row.ends_at,
        mandate=row.mandate,
    )


def insert(unit: Unit, new: Session, token_hash: str) -> None:
    """Keep a session that begins."""
    key = {"token_hash": token_hash, "id": new.id, "account": new.account, "way": new.way.value}
    unit.connection.execute(
        session.insert().values(
            **key,
            csrf=new.csrf,
            began_at=new.began_at,
            seen_at=new.seen_at,
            ends_at=new.ends_at,
            mandate=new.mandate,
            bound=unit.keyring.seal(new.mandate or "", cell_of(session.c.bound, key)),
        )
    )


def touch(unit: Unit, identifier: str) -> None:
    """Note that the session was just used."""
    unit.connection.execute(
        session.update().where(session.c.id == identifier).values(seen_at=unit.now)
    )


def set_mandate(unit: Unit, row: Row[Any], chosen: str | None) -> None:
    """Note under which mandate the session of a row from ``who`` acts from now on."""
    bound = unit.keyring.seal(chosen or "", cell_of(session.c.bound, row))
    unit.connection.execute(
        session.update().where(session.c.id == row.id).values(mandate=chosen, bound=bound)
    )


def of_account(reader: Reader, identifier: str) -> list[Session]:
    """Return the sessions of an account, the newest first."""
    rows = reader.connection.execute(
        select(session, account.c.kind)
        .join(account, account.c.id == session.c.account)
        .where(session.c.account == identifier)
        .order_by(session.c.began_at.desc(), session.c.id.desc())
    )
    return [of_row(row) for row in rows]


def end_by_token(unit: Unit, token_hash: str) -> None:
    """End the session of a token."""
    unit.connection.execute(session.delete().where(session.c.token_hash == token_hash))


def end_one(unit: Unit, owner: str, identifier: str) -> bool:
    """End one session of an account; whether there was one."""
    mine = (session.c.account == owner) & (session.c.id == identifier)
    return unit.connection.execute(session.delete().where(mine)).rowcount > 0


def end_all(unit: Unit, owner: str) -> int:
    """End every session of an account and return how many there were."""
    return unit.connection.execute(session.delete().where(session.c.account == owner)).rowcount


def sweep(unit: Unit, before: datetime) -> int:
    """Forget sessions that were over before an instant."""
    return unit.connection.execute(session.delete().where(session.c.ends_at < before)).rowcount
