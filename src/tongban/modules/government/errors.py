"""What government refuses, each a fact with its own sentence in messages.toml."""

from tongban.kernel.errors import Kind, Refusal
from tongban.kernel.realms import Realm


def not_adopted() -> Refusal:
    """No instance has been applied yet, so nobody governs here."""
    return Refusal("government.not_adopted", Kind.UNAVAILABLE)


_DATABASE_IS = {
    Realm.REAL: "government.database_is_real",
    Realm.DEMONSTRATION: "government.database_is_demonstration",
    Realm.TRIAL: "government.database_is_trial",
}


def other_realm(found: Realm) -> Refusal:
    """The database belongs to another realm than whoever opens it takes it for."""
    return Refusal(_DATABASE_IS[found], Kind.CONFLICT)


def department_not_found(code: str) -> Refusal:
    """No department of this code is declared."""
    return Refusal("government.department_not_found", Kind.NOT_FOUND, department=code)


def year_not_covered(year: int) -> Refusal:
    """The calendar says nothing about a year."""
    return Refusal("government.year_not_covered", Kind.NOT_FOUND, year=year)
