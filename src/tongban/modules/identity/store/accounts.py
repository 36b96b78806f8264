"""Accounts, their passwords, and wrong attempts."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, exists, func, select

from tongban.kit.db import Reader, Unit, cell_of, values_of
from tongban.kit.db.streams import between, in_pieces
from tongban.modules.identity.model import (
    Account,
    AccountKind,
    AccountState,
    Address,
    Attempts,
    KeptPassword,
    StaffAccount,
)
from tongban.modules.identity.store.tables import account, attempt, password


def _select() -> Select[Any]:
    return select(account, password.c.account.label("with_password")).outerjoin(
        password, password.c.account == account.c.id
    )


def _sealed_name(unit: Unit, identifier: str, name: str) -> bytes:
    return unit.keyring.seal(name, cell_of(account.c.name_sealed, {"id": identifier}))


def _sealed_address(unit: Unit, identifier: str, value: str) -> bytes | None:
    if not value:
        return None
    return unit.keyring.seal(value, cell_of(account.c.address_sealed, {"id": identifier}))


def _sealed_person(unit: Unit, identifier: str, whose: str | None) -> bytes | None:
    if whose is None:
        return None
    return unit.keyring.seal(whose, cell_of(account.c.person_sealed, {"id": identifier}))


def confirm_person(reader: Reader, identifier: str, whose: str | None, bound: bytes | None) -> None:
    """Refuse an account that somebody without the keys gave to another person, or took from its own."""
    if whose is not None or bound is not None:
        cell = cell_of(account.c.person_sealed, {"id": identifier})
        reader.keyring.confirm(bound, whose or "", cell)


def _name(reader: Reader, row: Row[Any]) -> str:
    return reader.keyring.open(row.name_sealed, cell_of(account.c.name_sealed, row))


def name_of_session(reader: Reader, row: Row[Any]) -> str:
    """Return the name in a session's row."""
    bound = {"id": row.account}
    return reader.keyring.open(row.name_sealed, cell_of(account.c.name_sealed, bound))


def _account(reader: Reader, row: Row[Any]) -> Account:
    return Account(
        id=row.id,
        login=row.login,
        kind=AccountKind(row.kind),
        state=AccountState(row.state),
        name=_name(reader, row),
        department=row.department,
        roles=tuple(row.roles),
        language=row.language,
        demonstration=row.demonstration,
        person=row.person,
        has_password=row.with_password is not None,
        has_address=row.address_sealed is not None,
        created_at=row.made_at,
        entry=row.entry,
        salt=None if row.salt is None else bytes(row.salt),
    )


def _first(reader: Reader, where: ColumnElement[bool]) -> Account | None:
    row = reader.connection.execute(_select().where(where)).first()
    if row is None:
        return None
    confirm_person(reader, row.id, row.person, row.person_sealed)
    return _account(reader, row)


def by_id(reader: Reader, identifier: str) -> Account | None:
    """Return the account of an id."""
    return _first(reader, account.c.id == identifier)


def by_login(reader: Reader, login: str) -> Account | None:
    """Return the account of a normal login."""
    return _first(reader, account.c.login == login)


def ids_of_person(reader: Reader, person: str) -> Sequence[str]:
    """Return the ids of every account of a person, of staff and of a resident."""
    query = select(account.c.id).where(account.c.person == person)
    return reader.connection.execute(query).scalars().all()


def by_person(reader: Reader, person: str) -> Account | None:
    """Return the resident account of a person."""
    return _first(reader, (account.c.person == person) & (account.c.demonstration.is_(False)))


def demonstration(connection: Connection) -> dict[str, str]:
    """Return the ids of the demonstration accounts that can be used, by login."""
    rows = connection.execute(
        select(account.c.login, account.c.id)
        .where(account.c.demonstration, account.c.state == AccountState.ACTIVE)
        .order_by(account.c.id)
    )
    return {row.login: row.id for row in rows}


def any_resident(connection: Connection) -> bool:
    """Whether there is an account of a resident that can be used."""
    usable = (account.c.kind == AccountKind.RESIDENT) & (account.c.state == AccountState.ACTIVE)
    return bool(connection.execute(select(exists().where(usable))).scalar_one())


def insert(unit: Unit, new: Account, address: str = "") -> None:
    """Keep a new account."""
    unit.connection.execute(
        account.insert().values(
            id=new.id,
            login=new.login,
            kind=new.kind,
            state=new.state,
            name_sealed=_sealed_name(unit, new.id, new.name),
            address_sealed=_sealed_address(unit, new.id, address),
            department=new.department,
            roles=list(new.roles),
            language=new.language,
            demonstration=new.demonstration,
            person=new.person,
            person_sealed=_sealed_person(unit, new.id, new.person),
            made_at=new.created_at,
            entry=new.entry,
            salt=new.salt,
        )
    )


def update(unit: Unit, changed: Account) -> None:
    """Keep what changed of an account, its address and password excepted."""
    unit.connection.execute(
        account.update()
        .where(account.c.id == changed.id)
        .values(
            state=changed.state,
            name_sealed=_sealed_name(unit, changed.id, changed.name),
            department=changed.department,
            roles=list(changed.roles),
            language=changed.language,
            person=changed.person,
            person_sealed=_sealed_person(unit, changed.id, changed.person),
            entry=changed.entry,
            salt=changed.salt,
        )
    )


# What the ledger says of them --------------------------------------------------------------------


def _speaks_of() -> ColumnElement[bool]:
    """Return what is true of accounts that have an entry, or must: of staff, and of whom has a role."""
    is_staff = account.c.kind != AccountKind.RESIDENT.value
    return is_staff | (account.c.roles != []) | (account.c.entry != "")


def by_entry(reader: Reader, after: str | None, until: str | None) -> Iterator[Sequence[Account]]:
    """Return accounts of staff in pieces, in the order of their entries: see ``streams.between``."""
    query = between(_select().where(_speaks_of()), account.c.entry, after, until)
    for rows in in_pieces(reader.connection, query):
        yield [_account(reader, row) for row in rows]


def entries_of(connection: Connection, identifiers: Sequence[str]) -> dict[str, str]:
    """Return the newest ledger entry of accounts, by id."""
    return values_of(connection, account.c.id, account.c.entry, identifiers)


def staff_without_entry(reader: Reader, most: int) -> list[Account]:
    """Return some accounts of staff that no entry speaks of."""
    query = _select().where(_speaks_of(), account.c.entry == "").order_by(account.c.id).limit(most)
    return [_account(reader, row) for row in reader.connection.execute(query)]


def address(reader: Reader, identifier: str) -> Address | None:
    """Return where mail to the account goes, or None."""
    row = reader.connection.execute(select(account).where(account.c.id == identifier)).first()
    if row is None or row.address_sealed is None or row.state != AccountState.ACTIVE:
        return None
    opened = reader.keyring.open(row.address_sealed, cell_of(account.c.address_sealed, row))
    return Address(address=opened, language=row.language, name=_name(reader, row))


def set_address(unit: Unit, identifier: str, value: str) -> None:
    """Keep where mail to the account goes; empty takes it away."""
    sealed = _sealed_address(unit, identifier, value)
    unit.connection.execute(
        account.update().where(account.c.id == identifier).values(address_sealed=sealed)
    )


# Staff -------------------------------------------------------------------------------------------


def _staff(reader: Reader, row: Row[Any]) -> StaffAccount:
    return StaffAccount(
        id=row.id,
        login=row.login,
        name=_name(reader, row),
        department=row.department,
        roles=tuple(row.roles),
        active=row.state == AccountState.ACTIVE,
    )


def staff(
    reader: Reader, *, department: str = "", active: bool | None = None
) -> Sequence[StaffAccount]:
    """Return the staff, by login; of one department, and only the (in)active, when asked for."""
    query = select(account).where(account.c.kind == AccountKind.STAFF).order_by(account.c.login)
    if department:
        query = query.where(account.c.department == department)
    if active is not None:
        state = AccountState.ACTIVE if active else AccountState.INACTIVE
        query = query.where(account.c.state == state)
    return [_staff(reader, row) for row in reader.connection.execute(query)]


def roles_of_active_staff(connection: Connection) -> dict[str, tuple[str, ...]]:
    """Return the roles of the staff who can sign in, by account id."""
    rows = connection.execute(
        select(account.c.id, account.c.roles).where(
            account.c.kind == AccountKind.STAFF, account.c.state == AccountState.ACTIVE
        )
    )
    return {row.id: tuple(row.roles) for row in rows}


# Passwords and attempts --------------------------------------------------------------------------


def kept_password(reader: Reader, login: str) -> KeptPassword:
    """Return account and password hash of a normal login; either may be None."""
    row = reader.connection.execute(
        select(account.c.id, password.c.account, password.c.hash_sealed)
        .outerjoin(password, password.c.account == account.c.id)
        .where(account.c.login == login)
    ).first()
    if row is None or row.hash_sealed is None:
        return KeptPassword() if row is None else KeptPassword(account=row.id)
    kept = reader.keyring.open(row.hash_sealed, cell_of(password.c.hash_sealed, row))
    return KeptPassword(account=row.id, hash=kept)


def password_since(reader: Reader, login: str) -> datetime | None:
    """Return since when the account of a normal login has its password; None without either."""
    found: datetime | None = reader.connection.execute(
        select(password.c.changed_at)
        .join(account, account.c.id == password.c.account)
        .where(account.c.login == login)
    ).scalar()
    return found


def set_password(unit: Unit, identifier: str, hashed: str) -> None:
    """Keep a password's hash in place of the one before."""
    cell = cell_of(password.c.hash_sealed, {"account": identifier})
    values = {"hash_sealed": unit.keyring.seal(hashed, cell), "changed_at": unit.now}
    done = unit.connection.execute(
        password.update().where(password.c.account == identifier).values(**values)
    )
    if done.rowcount == 0:
        unit.connection.execute(password.insert().values(account=identifier, **values))


def drop_password(unit: Unit, identifier: str) -> None:
    """Take the password away: the account can only be entered by a link then."""
    unit.connection.execute(password.delete().where(password.c.account == identifier))


def attempts(unit: Unit, index: str) -> Attempts | None:
    """Return the wrong attempts of an index; nobody else counts there until the unit ends."""
    if unit.connection.dialect.name == "postgresql":  # there may be no row yet that could be held
        unit.connection.execute(select(func.pg_advisory_xact_lock(int(index[:15], 16))))
    row = unit.connection.execute(select(attempt).where(attempt.c.login_index == index)).first()
    if row is None:
        return None
    return Attempts(failures=row.failures, last_at=row.last_at, locked_until=row.locked_until)


def set_attempts(unit: Unit, index: str, now: Attempts) -> None:
    """Keep the attempts of an index."""
    values = {
        "failures": now.failures,
        "last_at": now.last_at,
        "locked_until": now.locked_until,
    }
    done = unit.connection.execute(
        attempt.update().where(attempt.c.login_index == index).values(**values)
    )
    if done.rowcount == 0:
        unit.connection.execute(attempt.insert().values(login_index=index, **values))


def forget_attempts(unit: Unit, index: str) -> None:
    """Forget the attempts of an index."""
    unit.connection.execute(attempt.delete().where(attempt.c.login_index == index))


def sweep_attempts(unit: Unit, before: datetime) -> int:
    """Forget attempts whose last one was before an instant and that shut nothing any more."""
    open_again = attempt.c.locked_until.is_(None) | (attempt.c.locked_until < unit.now)
    old = attempt.delete().where(attempt.c.last_at < before, open_again)
    return unit.connection.execute(old).rowcount
