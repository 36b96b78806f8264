"""Plain builders: a small government, its roles, its staff."""

from msgspec.structs import replace

from tongban.kernel.actors import SYSTEM
from tongban.kit import shelf
from tongban.kit.db import Database, Unit
from tongban.modules.government.definition import (
    CalendarDefinition,
    CalendarYear,
    DepartmentDefinition,
    GovernmentDefinition,
)
from tongban.modules.identity import actions, queries
from tongban.modules.identity.definition import AccountDefinition, RoleDefinition
from tongban.modules.identity.model import Account, NewStaff
from tongban.modules.identity.store import accounts

NUMBER = "110101199003077379"
CREDIT_CODE = "91110105MA01ABCD1X"
PASSWORD = "correct horse battery staple"


def found(database: Database, *, demonstration: bool = True) -> None:
    """Let a small government adopt itself, with a clerk's, a reviewer's and a manager's role."""

    def work(unit: Unit) -> None:
        shelf.put(
            unit,
            "government",
            "government",
            1,
            GovernmentDefinition(
                name={"zh": "云溪市", "en": "Yunxi"},
                division="330199",
                level="4",
                origin="yunxi.example/ledger",
                demonstration=demonstration,
            ),
        )
        years = (CalendarYear(year=2026, source="国办发明电〔2025〕7号"),)
        shelf.put(unit, "calendar", "calendar", 1, CalendarDefinition(years=years))
        for code, name in (("hr", "人力资源和社会保障局"), ("civil", "民政局")):
            shelf.put(unit, "departments", code, 1, DepartmentDefinition(code=code, name=name))
        for code, duties in (
            ("clerk", ("case.accept",)),
            ("reviewer", ("case.review", "case.decide")),
            ("manager", ("staff.manage",)),
        ):
            adopt_role(unit, RoleDefinition(code=code, name=code, duties=duties))

    database.write(work)


def adopt_role(unit: Unit, role: RoleDefinition, version: int = 1) -> None:
    """Let an instance declare a role."""
    shelf.put(unit, "roles", role.code, version, role)


def adopt_account(unit: Unit, declared: AccountDefinition) -> Account:
    """Let an instance declare a demonstration account."""
    shelf.put(unit, "accounts", declared.login, 1, declared)
    actions.adopt_demonstration_accounts(unit)
    return queries.account_by_login(unit, declared.login)


def new_staff(login: str = "li.ping", *roles: str, department: str = "hr") -> NewStaff:
    return NewStaff(login=login, name="李萍", department=department, roles=roles or ("clerk",))


def staff(
    database: Database, login: str = "li.ping", *roles: str, department: str = "hr"
) -> Account:
    """Return a member of staff who has no password yet."""
    new = new_staff(login, *roles, department=department)
    return database.write(lambda unit: actions.create_staff(unit, SYSTEM, new)[0])


def employed(database: Database, login: str, department: str, duty: str) -> str:
    """Let somebody into a department with one duty; return their account."""
    role = RoleDefinition(code=duty, name=duty, duties=(duty,))
    database.write(lambda unit: adopt_role(unit, role))
    new = NewStaff(login=login, name=login, department=department, roles=(duty,))
    return database.write(lambda unit: actions.create_staff(unit, SYSTEM, new))[0].id


def known_as(unit: Unit, account: str, number: str) -> None:
    """Let the house know whose account it is."""
    person = actions.ensure_person(unit, number, "王小明")
    accounts.update(unit, replace(queries.account_by_id(unit, account), person=person.id))


def resident(organisation: str = "") -> AccountDefinition:
    return AccountDefinition(
        login="wang.min",
        name={"zh": "王敏", "en": "Wang Min"},
        kind="resident",
        person=NUMBER,
        organisation=organisation,
        about={"zh": "一名灵活就业人员", "en": "Flexibly employed"},
    )
