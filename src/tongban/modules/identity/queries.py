"""Ask who somebody is, what they may do, and whom they may act for."""

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Row

from tongban.kernel.actors import Actor, ActorKind
from tongban.kernel.paging import page_count, skipped
from tongban.kernel.subjects import SubjectKind, SubjectRef
from tongban.kernel.text import LANGUAGES, Text, say
from tongban.kit import shelf
from tongban.kit.crypto import chance
from tongban.kit.crypto.hashing import same
from tongban.kit.db import Reader
from tongban.kit.i18n import translate
from tongban.modules.government import queries as government
from tongban.modules.identity import errors, formats, rules
from tongban.modules.identity.definition import AccountDefinition, RoleDefinition
from tongban.modules.identity.model import (
    ADMINISTRATOR,
    Account,
    AccountKind,
    AccountState,
    Address,
    DemonstrationAccount,
    KeptPassword,
    LinkPurpose,
    Mandate,
    Organisation,
    Person,
    Session,
    StaffAccount,
    StaffPage,
)
from tongban.modules.identity.store import accounts, links, people, sessions

PAGE = 20

# Who asks ----------------------------------------------------------------------------------------


def actor_of_session(reader: Reader, token: str) -> tuple[Actor, Session] | None:
    """Return who a session's token belongs to, or None when it is unknown or over.

    One statement by primary keys; roles and department are read as they are now.
    """
    row = sessions.who(reader, formats.hash_token(reader.keyring.suite, token))
    if row is None or row.state != AccountState.ACTIVE:
        return None
    session = sessions.of_row(row)
    if rules.is_over(session, reader.now):
        return None
    staff = session.kind is AccountKind.STAFF
    actor = Actor(
        kind=ActorKind.STAFF if staff else ActorKind.RESIDENT,
        account=session.account,
        name=accounts.name_of_session(reader, row),
        department=row.department,
        duties=duties_of(reader.connection, tuple(row.roles)) if staff else frozenset(),
        subject=_subject(reader, row),
    )
    return actor, session


def touch_due(session: Session, reader: Reader) -> bool:
    """Whether the session's last request is to be noted (``actions.touch``): at most each minute."""
    return rules.touch_due(session, reader.now)


def _subject(reader: Reader, row: Row[Any]) -> SubjectRef | None:
    if row.credit_code is not None:
        today = today_of(reader)
        begun = row.begins <= today and not row.revoked
        if begun and (row.ends is None or today <= row.ends):
            return SubjectRef(SubjectKind.ORGANISATION, row.credit_code)
    if row.number_sealed is None:
        return None
    return SubjectRef(SubjectKind.PERSON, people.number_of_session(reader, row))


def today_of(reader: Reader) -> date:
    """Return the government's local date."""
    return government.local(reader.connection, reader.now).date()


def actor_of(reader: Reader, account: str) -> Actor:
    """Return an account as an actor without a session, as commands and jobs need it."""
    found = account_by_id(reader, account)
    staff = found.kind is AccountKind.STAFF
    person = people.person_by_id(reader, found.person) if found.person else None
    return Actor(
        kind=ActorKind.STAFF if staff else ActorKind.RESIDENT,
        account=found.id,
        name=found.name,
        department=found.department,
        duties=duties_of(reader.connection, found.roles) if staff else frozenset(),
        subject=SubjectRef(SubjectKind.PERSON, person.number) if person else None,
    )


# Roles and duties --------------------------------------------------------------------------------


def roles(connection: Connection) -> dict[str, RoleDefinition]:
    """Return the declared roles by code."""
    return shelf.every(connection, "roles", RoleDefinition)


def role_names(connection: Connection) -> dict[str, Text]:
    """Return the names of the roles that can be given, the first administrator's among them."""
    names: dict[str, Text] = {code: role.name for code, role in roles(connection).items()}
    names.setdefault(ADMINISTRATOR, _words("identity.role.administrator"))
    return names


def _words(name: str) -> Text:
    return {language: translate(language, name) for language in LANGUAGES}


def duties_of(connection: Connection, held: tuple[str, ...]) -> frozenset[str]:
    """Return the duties that roles bring together."""
    return rules.duties_of(held, _declared(connection))


def _declared(connection: Connection) -> Mapping[str, tuple[str, ...]]:
    return {code: role.duties for code, role in roles(connection).items()}


# Accounts ----------------------------------------------------------------------------------------


def account_by_id(reader: Reader, identifier: str) -> Account:
    """Return an account. Refuses an unknown id."""
    found = accounts.by_id(reader, identifier)
    if found is None:
        raise errors.account_not_found()
    return found


def account_by_login(reader: Reader, login: str) -> Account:
    """Return an account by what its owner types. Refuses an unknown login."""
    found = accounts.by_login(reader, rules.normal_login(login))
    if found is None:
        raise errors.account_not_found()
    return found


def name_of(reader: Reader, identifier: str) -> str:
    """Return the name of an account, or empty when there is none: for lines of a history."""
    found = accounts.by_id(reader, identifier)
    return "" if found is None else found.name


def staff_number(reader: Reader, account: str) -> str:
    """Return a number by which a member of staff is called where a name is not told: eight digits.

    It is made from the account with a key, so that it stays the same and leads nobody back to a login.
    """
    digits = int(reader.keyring.index(f"staff-number/{account}")[:15], 16) % 10**8
    return f"{digits:08d}"


def address_of(reader: Reader, identifier: str) -> Address | None:
    """Return where mail to an account goes, or None."""
    return accounts.address(reader, identifier)


def sessions_of(reader: Reader, identifier: str) -> list[Session]:
    """Return the sessions of an account that are not over, the newest first."""
    every = sessions.of_account(reader, identifier)
    return [one for one in every if not rules.is_over(one, reader.now)]


# Staff -------------------------------------------------------------------------------------------


def staff_with(reader: Reader, department: str, duty: str) -> list[StaffAccount]:
    """Return the active staff of a department (of any when empty) who have a duty, by login."""
    declared = _declared(reader.connection)
    found = accounts.staff(reader, department=department, active=True)
    return [one for one in found if duty in rules.duties_of(one.roles, declared)]


def staff_account(reader: Reader, identifier: str) -> StaffAccount:
    """Return a member of staff, active or not. Refuses an unknown id and a resident's."""
    found = account_by_id(reader, identifier)
    if found.kind is not AccountKind.STAFF:
        raise errors.account_not_found()
    return StaffAccount(
        id=found.id,
        login=found.login,
        name=found.name,
        department=found.department,
        roles=found.roles,
        active=rules.may_sign_in(found),
    )


_STAFF_ORDER: Mapping[str, Callable[[StaffAccount], str]] = {
    "login": lambda one: one.login,
    "name": lambda one: one.name,
    "department": lambda one: one.department,
}


def staff(
    reader: Reader,
    *,
    words: str = "",
    by_name: bool = True,
    department: str = "",
    active: bool | None = None,
    sort: str = "login",
    page: int = 1,
    size: int | None = PAGE,
) -> StaffPage:
    """Return a page of the staff whose login, or name where ``by_name``, holds the words.

    All are on one page where there is no ``size``.
    """
    wanted = words.strip().lower()
    found = [
        one
        for one in accounts.staff(reader, department=department, active=active)
        if wanted in one.login or (by_name and wanted in one.name.lower())
    ]
    found.sort(key=lambda one: _STAFF_ORDER.get(sort, _STAFF_ORDER["login"])(one))
    pages = page_count(len(found), size)
    page = min(max(1, page), pages)
    start = skipped(page, size)
    rows = found[start : None if size is None else start + size]
    return StaffPage(rows=tuple(rows), total=len(found), page=page, pages=pages)


def administrators(connection: Connection) -> list[str]:
    """Return the accounts that can manage the staff."""
    declared = _declared(connection)
    held = accounts.roles_of_active_staff(connection)
    return [
        one for one, roles in held.items() if "staff.manage" in rules.duties_of(roles, declared)
    ]


def has_administrator(connection: Connection) -> bool:
    """Whether anybody can manage the staff: else the first set-up is open."""
    return bool(administrators(connection))


# Passwords and links -----------------------------------------------------------------------------


def kept_password(reader: Reader, login: str) -> KeptPassword:
    """Return what a login's password is compared with, the same way for an unknown one."""
    return accounts.kept_password(reader, rules.normal_login(login))


def password_proves(kept: KeptPassword, password: str) -> str | None:
    """Return the account whose password was given rightly, or None.

    Takes some ten milliseconds of the processor and 64 MiB, as long for an unknown login: only in a
    narrow line of its own, after ``actions.charge`` counted the attempt.
    """
    return kept.account if formats.password_fits(kept.hash, password) else None


def check_sign_in(login: str, password: str) -> None:
    """Refuse what can be nobody's login or password, before anything is counted or looked up.

    Also while nothing or only one of the two was typed. It tells nothing about any account.
    """
    missing = [name for name, typed in (("login", login), ("password", password)) if not typed]
    if missing:
        raise errors.nothing_typed(*missing)
    if not (rules.is_login(rules.normal_login(login)) and rules.can_be_password(password)):
        raise errors.sign_in_wrong()


def known_browser(reader: Reader, login: str, cookie: str) -> str:
    """Return by what name a browser is known for a login, or empty where it is not.

    A cookie is good for one login, until the password changes or nobody signed in there for half a
    year. An unknown login takes as long.
    """
    entries = formats.read_browser(cookie)[: rules.BROWSERS_KEPT]
    if not entries:
        return ""
    normal = rules.normal_login(login)
    since = str(accounts.password_since(reader, normal))
    today = _day(reader)
    return next((one.chance for one in entries if _knows(reader, one, normal, since, today)), "")


def _knows(reader: Reader, one: formats.KnownBrowser, login: str, since: str, today: int) -> bool:
    made = reader.keyring.index(formats.browser_text(login, since, one.day, one.chance))
    recent = 0 <= today - one.day <= rules.BROWSER_DAYS
    return same(made.encode(), one.mark.encode()) and recent


def new_browser(reader: Reader, login: str, cookie: str) -> str:
    """Return the cookie that makes a browser known for a login; what it was known by before is gone.

    It stays known for the other accounts that signed in there, four at most.
    """
    normal, day, name = rules.normal_login(login), _day(reader), chance.token_urlsafe(16)
    known = known_browser(reader, normal, cookie)
    others = [one for one in formats.read_browser(cookie) if one.chance != known]
    since = str(accounts.password_since(reader, normal))
    mark = reader.keyring.index(formats.browser_text(normal, since, day, name))
    fresh = formats.KnownBrowser(day, name, mark)
    return formats.write_browser([fresh, *others][: rules.BROWSERS_KEPT])


def _day(reader: Reader) -> int:
    return int(reader.now.timestamp()) // 86_400


def new_password_hash(password: str, again: str, login: str, name: str) -> str:
    """Return the hash of a new password (slow on purpose). Refuses an unfit one or a mistyped one."""
    fault = rules.password_fault(password, login, name)
    if fault is not None:
        raise errors.password_unfit("password", fault)
    if not same(password.encode(), again.encode()):
        raise errors.passwords_differ("again")
    return formats.hash_password(password)


def account_of_link(reader: Reader, token: str) -> Account:
    """Return whose password a one-time link sets. Refuses a link that no longer opens."""
    link = links.by_token(reader, formats.hash_token(reader.keyring.suite, token))
    if link is None or link.account is None or not rules.is_good(link, reader.now):
        raise errors.link_ended()
    found = accounts.by_id(reader, link.account)
    if found is None or not rules.may_sign_in(found):
        raise errors.link_ended()
    return found


def check_setup_code(reader: Reader, code: str) -> None:
    """Refuse a wrong set-up code, and any once there is an administrator."""
    if has_administrator(reader.connection):
        raise errors.set_up_already()
    link = links.by_token(
        reader, formats.hash_token(reader.keyring.suite, formats.normal_code(code))
    )
    if link is None or link.purpose is not LinkPurpose.SETUP or not rules.is_good(link, reader.now):
        raise errors.setup_code_wrong()


def key_files(folder: Path) -> list[str]:
    """Return the names of the files below the folder of keys; never what is in them."""
    if not folder.is_dir():
        return []
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


# People and organisations ------------------------------------------------------------------------


def person(reader: Reader, identifier: str) -> Person | None:
    """Return a person by id."""
    return people.person_by_id(reader, identifier)


def person_by_number(reader: Reader, number: str) -> Person | None:
    """Return the person of a resident number, or None when they never signed in."""
    return people.person_by_number(reader, number)


def organisation_by_code(reader: Reader, code: str) -> Organisation | None:
    """Return the organisation of a credit code, or None."""
    return people.organisation_by_code(reader, code)


def account_of_person(reader: Reader, number: str) -> Account | None:
    """Return the account of the person with a resident number, or None."""
    found = people.person_by_number(reader, number)
    return None if found is None else accounts.by_person(reader, found.id)


def mandates_of(reader: Reader, account: Account) -> list[Mandate]:
    """Return the mandates an account holds today."""
    if account.person is None:
        return []
    today = today_of(reader)
    return [m for m in people.mandates_of(reader, account.person) if rules.may_act_for(m, today)]


def accounts_of_same(reader: Reader, account: str) -> frozenset[str]:
    """Return every account, this one among them, of which the house knows that it is the same person's."""
    found = accounts.by_id(reader, account)
    known = accounts.ids_of_person(reader, found.person) if found and found.person else ()
    return frozenset({account, *known})


def other_capacities(reader: Reader, actor: Actor) -> list[SubjectRef]:
    """Return for whom else a resident may act today than they do now: themself, organisations."""
    account = accounts.by_id(reader, actor.account)
    if account is None or account.person is None:
        return []
    person = people.person_by_id(reader, account.person)
    every = [SubjectRef(SubjectKind.PERSON, person.number)] if person else []
    every += [
        SubjectRef(SubjectKind.ORGANISATION, held.organisation.credit_code)
        for held in mandates_of(reader, account)
    ]
    return [each for each in every if each != actor.subject]


# The demonstration -------------------------------------------------------------------------------


def demonstration_accounts(reader: Reader) -> list[DemonstrationAccount]:
    """Return the accounts of the switcher: residents, who act for a business, then staff.

    None in a real government.
    """
    if not government.realm(reader).invented:
        return []
    connection = reader.connection
    declared = shelf.every(connection, "accounts", AccountDefinition)
    lines = [
        DemonstrationAccount(
            id=identifier,
            login=login,
            name=declared[login].name,
            role=_role(connection, declared[login]),
            kind=AccountKind(declared[login].kind),
            about=declared[login].about,
        )
        for login, identifier in accounts.demonstration(connection).items()
        if login in declared
    ]
    business = {login for login, account in declared.items() if account.organisation}
    return sorted(lines, key=lambda line: (line.kind is AccountKind.STAFF, line.login in business))


def residents_can_sign_in(connection: Connection) -> bool:
    """Whether residents have a way in here, so that something can be applied for online.

    Where nobody vouches for residents, none ever had an account: those of a demonstration come with
    its definitions, all others with the first sign-in through a national identity service.
    """
    return accounts.any_resident(connection)


def _role(connection: Connection, declared: AccountDefinition) -> Text:
    if declared.kind == AccountKind.RESIDENT:
        return _words("identity.role." + ("business" if declared.organisation else "resident"))
    names = role_names(connection)
    office = government.departments(connection).get(declared.department)
    told: dict[str, str] = {}
    for language in LANGUAGES:
        parts = [say(office.name, language)] if office else []
        parts += [say(names[role], language) for role in declared.roles if role in names]
        told[language] = " · ".join(parts)
    return told
