"""Who somebody is: accounts, sessions, people, organisations, mandates, and the duties there are."""

from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

import msgspec

from tongban.kernel.text import Text

DUTIES: tuple[str, ...] = (
    "case.accept",
    "case.review",
    "case.decide",
    "case.reassign",
    "case.window",
    "catalog.edit",
    "grant.decide",
    "supervision.read",
    "evaluation.read",
    "ledger.audit",
    "staff.manage",
    "instance.apply",
    "operations.read",
)
"""The closed list of duties (职责) a role can bring. ``case.window`` is 综合受理: taking in for all."""

ADMINISTRATOR = "administrator"
"""The role that the first administrator gets."""
ADMINISTRATOR_DUTIES = frozenset({"staff.manage", "instance.apply", "operations.read"})
"""What that role brings at least, whatever the instance says: else nobody could mend anything."""


class AccountKind(StrEnum):
    """Who holds an account."""

    RESIDENT = "resident"
    STAFF = "staff"


class AccountState(StrEnum):
    """Whether an account can be used."""

    ACTIVE = "active"
    INACTIVE = "inactive"


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """Someone who can sign in. ``name`` is personal; ``has_password`` is false until one was set."""

    id: str
    login: str
    kind: AccountKind
    state: AccountState
    name: str
    department: str = ""
    roles: tuple[str, ...] = ()
    language: str = "zh"
    demonstration: bool = False
    person: str | None = None
    has_password: bool = False
    has_address: bool = False
    created_at: datetime
    entry: str = ""
    """Ledger entry that says what the account may do; of staff only."""
    salt: bytes | None = None
    """Opens what that entry commits to."""


class NewStaff(msgspec.Struct, frozen=True, kw_only=True):
    """What is needed to let a member of staff in."""

    login: str
    name: str
    department: str
    roles: tuple[str, ...]
    address: str = ""
    language: str = "zh"


class StaffAccount(msgspec.Struct, frozen=True, kw_only=True):
    """A member of staff as colleagues and lists see them."""

    id: str
    login: str
    name: str
    department: str
    roles: tuple[str, ...]
    active: bool


class StaffPage(msgspec.Struct, frozen=True, kw_only=True):
    """One page of the list of staff."""

    rows: tuple[StaffAccount, ...]
    total: int
    page: int
    pages: int


class SignInWay(StrEnum):
    """How a session began."""

    PASSWORD = "password"  # noqa: S105 - the name of a way, not a password
    DEMONSTRATION = "demonstration"
    TRIAL = "trial"
    NATIONAL = "national"


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """A visit of someone who signed in. ``id`` names it to its owner; the token is never kept."""

    id: str
    account: str
    kind: AccountKind
    way: SignInWay
    csrf: str
    began_at: datetime
    seen_at: datetime
    ends_at: datetime
    mandate: str | None = None


class Opened(msgspec.Struct, frozen=True, kw_only=True):
    """A session that just began and the token that goes into the cookie: shown this once."""

    session: Session
    token: str
    browser: str = ""
    """What makes the browser known for this account, where a password was proved."""


class Visit(msgspec.Struct, frozen=True, kw_only=True):
    """From where somebody tries to come in. Both are personal: kept as keyed hashes only."""

    source: str = ""
    """Their network; empty where it cannot be known."""
    browser: str = ""
    """The cookie that says for whom their browser is known."""


class KeptPassword(msgspec.Struct, frozen=True, kw_only=True):
    """The hash that a login's password is compared with; either may be missing."""

    account: str | None = None
    hash: str | None = None


class Attempts(msgspec.Struct, frozen=True, kw_only=True):
    """What was tried and failed under one index, whether or not there is such an account."""

    failures: int = 0
    last_at: datetime
    locked_until: datetime | None = None


class LinkPurpose(StrEnum):
    """What a one-time link or code is for."""

    RESET = "reset"
    INVITE = "invite"
    SETUP = "setup"


class Link(msgspec.Struct, frozen=True, kw_only=True):
    """A one-time link as kept: only the hash of its token."""

    account: str | None
    purpose: LinkPurpose
    ends_at: datetime
    used: bool


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """A resident (自然人). Number and name are personal and sealed at rest."""

    id: str
    number: str
    name: str


class Organisation(msgspec.Struct, frozen=True, kw_only=True):
    """A legal person (法人); its credit code is public."""

    id: str
    credit_code: str
    name: str


class Mandate(msgspec.Struct, frozen=True, kw_only=True):
    """Who may act for an organisation, from when until when (both days included)."""

    id: str
    person: str
    organisation: Organisation
    begins: date
    ends: date | None = None
    revoked: bool = False


class DemonstrationAccount(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the account switcher."""

    id: str
    login: str
    name: Text
    role: Text
    kind: AccountKind
    about: Text = ""


class Address(msgspec.Struct, frozen=True, kw_only=True):
    """Where mail to an account goes, and in which language it is written."""

    address: str
    language: str
    name: str


class NationalPerson(msgspec.Struct, frozen=True, kw_only=True):
    """What a national identity service vouches for."""

    number: str
    name: str


class NationalIdentity(Protocol):
    """A national identity service: sends the visitor away and hears who came back.

    Tongban ships no such service. A demonstration uses its labelled sign-in instead.
    """

    def address(self, state: str, back: str) -> str:
        """Return where the browser goes; ``state`` comes back unchanged."""
        ...

    def person(self, answer: str) -> NationalPerson:
        """Return whom the service vouches for; refuses an answer that is not genuine."""
        ...
