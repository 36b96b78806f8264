"""Grants, uses and disclosures; and what answers for a department's source."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any, Protocol

import msgspec

from tongban.kernel.actors import VISITOR, Actor
from tongban.kernel.errors import Refusal
from tongban.kernel.subjects import SubjectRef
from tongban.kernel.text import Text
from tongban.modules.exchange.model.at_work import EVERYTHING, Needed
from tongban.modules.exchange.model.looks import LookLine
from tongban.modules.exchange.model.occasions import Occasion, WithoutCase

Value = str | int | bool | Decimal | dt.date
"""A value of an element; money is whole fen."""


class Unfit(StrEnum):
    """Why what a source holds is not given out: it is no value of its element."""

    WRONG_TYPE = "wrong_type"
    """Of another type: a fraction where a whole number belongs, bytes for a text."""
    WRITTEN_OTHERWISE = "written_otherwise"
    """A number or a date that is not written as declared."""
    NOT_IN_CODE_LIST = "not_in_code_list"
    IMPOSSIBLE_DATE = "impossible_date"
    """Written as a date, but there is no such day."""
    FRACTION_OF_FEN = "fraction_of_fen"
    OUT_OF_RANGE = "out_of_range"
    """Beyond the element's bounds, or too large to be meant."""
    TOO_LONG = "too_long"
    HIDDEN_CHARACTER = "hidden_character"
    """A control, a sign that turns the direction, or another that nobody sees."""
    UNREADABLE_CHARACTER = "unreadable_character"
    """A character was lost in a conversion (U+FFFD), or lies under a heap of marks."""
    PLACEHOLDER = "placeholder"
    """A day that stands for an unknown one, such as 0001-01-01 or 1900-01-01, and is declared as no day."""
    CONTRADICTS_IDENTIFIER = "contradicts_identifier"
    """Another date of birth, or sex, than the subject's own resident number says (GB 11643)."""
    ILL_SHAPED = "ill_shaped"
    """No such number or address, as a resident number whose check digit is wrong."""
    AMBIGUOUS = "ambiguous"
    """It could mean two things: a time of day in a date, more digits than a float holds."""
    UNIT_UNKNOWN = "unit_unknown"
    """Money of which nothing says whether it is written in yuan or in fen."""
    ANOTHERS = "anothers"
    """The row that was found does not hold the subject's own identifier: nothing of it is given."""


class GrantState(StrEnum):
    """Where a grant stands. That its term is over is a matter of the date, not of the state."""

    REQUESTED = "requested"
    IN_EFFECT = "in_effect"
    REFUSED = "refused"
    ENDED = "ended"


OVER = "over"
"""The word for a grant in effect whose term has ended: how it stands on a day, not a state."""


class GrantVerb(StrEnum):
    """What can be done to a grant."""

    GIVE = "give"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"
    END = "end"
    GIVE_AGAIN = "give_again"


class EndReason(StrEnum):
    """Why a grant ended."""

    PROVIDER = "provider"
    RECIPIENT = "recipient"
    WITHDRAWN = "withdrawn"
    DEFINITION = "definition"
    REPLACED = "replaced"


class Basis(StrEnum):
    """What a use rests on: the person's consent, or a law of which the person is informed."""

    CONSENT = "consent"
    LAW = "law"
    NONE = "none"
    """Nothing: only what was refused has this."""


UNKNOWN = "unknown"
"""The purpose on record where somebody named none that there is: what they wrote is kept nowhere."""


class UseState(StrEnum):
    """Whether data may still be fetched for a use."""

    OPEN = "open"
    CLOSED = "closed"


class Outcome(StrEnum):
    """What became of a request for data."""

    DISCLOSED = "disclosed"
    NOTHING_FOUND = "nothing_found"
    UNREADABLE = "unreadable"
    """The source holds something, and none of it is a value of what was asked for."""
    REFUSED = "refused"


class LineState(StrEnum):
    """How a disclosure stands where it is listed: what became of it, and whether all could be read."""

    DISCLOSED = "disclosed"
    PARTLY_UNREADABLE = "partly_unreadable"
    """Some of what was asked for was given; of the rest what is held could not be read."""
    NOTHING_FOUND = "nothing_found"
    UNREADABLE = "unreadable"
    REFUSED = "refused"
    LOOKED = "looked"
    """No disclosure: staff looked at a case."""
    OPENED = "opened"
    """No disclosure: staff opened something of a case, with a reason."""
    ALTERED = "altered"
    """The row is not what the public ledger says; nothing in the database tells which they are."""


ASKED_FOR = tuple(state for state in LineState if state is not LineState.ALTERED)
"""How a disclosure can be asked for in a list."""


class Grant(msgspec.Struct, frozen=True, kw_only=True):
    """共享授权: one department may use these elements of a resource for one purpose."""

    code: str
    resource: str
    provider: str
    department: str
    items: tuple[str, ...]
    masked: tuple[str, ...] = ()
    purpose: Text
    services: tuple[str, ...] = ()
    basis: Text
    rests_on: Basis = Basis.CONSENT
    """Whether the person's consent is needed each time, or ``basis`` is enough."""
    starts: dt.date
    ends: dt.date
    delivery: str = "api"
    without_case: WithoutCase | None = None
    """What may be read by it without a case; None for nothing."""
    state: GrantState
    origin: str = "instance"
    """``instance`` when declared there, ``request`` when applied for here."""
    asked_by: str = ""
    asked_at: dt.datetime | None = None
    answer_by: dt.date | None = None
    decided_by: str = ""
    decided_at: dt.datetime | None = None
    reason: str = ""
    """Why it was refused or ended, in the words of who did it."""
    ended_at: dt.datetime | None = None
    end_reason: EndReason | None = None
    entry: str = ""
    """Ledger entry of the latest change."""
    salt: bytes | None = None
    """Opens what that entry commits to; None where it committed to nothing."""


class GrantRequest(msgspec.Struct, frozen=True, kw_only=True):
    """What a department applies for."""

    resource: str
    items: tuple[str, ...]
    purpose: str
    basis: str
    rests_on: Basis | None = Basis.CONSENT
    """None where a form did not say."""
    services: tuple[str, ...] = ()
    starts: dt.date | None
    ends: dt.date | None
    """Both are needed; None where a form was left empty."""


class Purpose(msgspec.Struct, frozen=True, kw_only=True):
    """What data may be read for: a service, the departments that work on it, and its legal basis."""

    code: str
    departments: tuple[str, ...]
    name: Text
    clause: Text


class UseRequest(msgspec.Struct, frozen=True, kw_only=True):
    """A running case's declared need of elements about a subject."""

    case_number: str
    draft: bool = False
    """Whether ``case_number`` is only a draft's id, which nobody is to see."""
    service: str
    service_name: Text = ""
    department: str
    subject: SubjectRef
    resource: str
    elements: tuple[str, ...]
    purpose: Text
    basis: Basis
    clause: Text = ""
    """For ``law``: law and article."""


class Use(msgspec.Struct, frozen=True, kw_only=True):
    """A use as it is kept; the subject is found through the keyring only."""

    id: str
    case_number: str
    service: str
    department: str
    resource: str
    elements: tuple[str, ...]
    purpose: Text
    basis: Basis
    clause: Text
    state: UseState
    opened_at: dt.datetime
    closed_at: dt.datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """One request for data, from a use or from a department's system."""

    department: str
    subject: SubjectRef
    resource: str
    elements: tuple[str, ...]
    code: str
    """The purpose as a code: of a service, or of a grant."""
    purpose: Text = ""
    """The purpose in words; empty to take the grant's."""
    basis: Basis = Basis.LAW
    clause: Text = ""
    case_number: str = ""
    use: str = ""
    asker: Actor = VISITOR
    """Who asks the interface; nobody where a service fetches through a use."""
    occasion: Occasion | None = None
    """On which occasion it is read without a case; without a name until the grant was asked."""
    occasion_reference: str = ""
    """Number of the file in which the occasion stands."""


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """What a request came to before it is on record: nobody may see ``values`` until it is.

    ``grant`` is None where a department uses its own data. ``refusal`` is what to answer instead.
    """

    wanted: Wanted
    provider: str
    source: str = ""
    grant: Grant | None = None
    masked: tuple[str, ...] = ()
    outcome: Outcome = Outcome.REFUSED
    values: Mapping[str, Value | None] = field(default_factory=dict, repr=False)
    unfit: Mapping[str, Unfit] = field(default_factory=dict)
    """Elements of which the source holds what is none of their values, and why: they are not given."""
    count: int = 0
    needed: Needed = EVERYTHING
    """What who asks needed for the case that they named."""
    mark: int | None = None
    """Changes with every change of any grant: as long as it is the same, ``grant`` still stands."""
    refusal: Refusal | None = None


class Fetched(msgspec.Struct, frozen=True, kw_only=True):
    """Values with the disclosure that stands for them.

    ``values`` has every element asked for; None where the source holds nothing. ``count`` is how
    many rows the source had about the subject: the newest one is given.
    """

    disclosure_id: str
    resource: str
    provider: str
    at: dt.datetime
    outcome: Outcome
    values: dict[str, Value | None]
    unfit: dict[str, Unfit]
    """Elements that are None because what the source holds of them does not fit, and why."""
    masked: tuple[str, ...]
    count: int
    grant: str
    ledger_entry: str

    def __repr__(self) -> str:
        return f"Fetched({self.disclosure_id!r}, {self.resource!r}, {self.outcome!s})"


class Allowed(msgspec.Struct, frozen=True, kw_only=True):
    """Which elements a department may have, and by which grant (empty for its own data)."""

    grant: str
    elements: tuple[str, ...]
    own: bool = False


class DisclosureLine(msgspec.Struct, frozen=True, kw_only=True):
    """One use of somebody's data, as that person sees it."""

    id: str
    at: dt.datetime
    department: str
    provider: str
    service: str
    purpose: Text
    basis: Basis
    clause: Text
    resource: str
    elements: tuple[str, ...]
    masked: tuple[str, ...]
    case_number: str
    """Number of the case; empty while it is a draft, and where no case was named."""
    draft: bool = False
    service_name: Text = ""
    """What the service is called; empty where a department's system asked."""
    grant: str
    outcome: Outcome
    reason: str
    unfit: dict[str, Unfit] = msgspec.field(default_factory=dict)
    """Elements that were not given because what is held of them does not fit, and why."""
    ledger_entry: str
    number: int = 0
    """Its number among what is on record about the person, from 1, in the chain of what they see at once
    or of the day on which it appears; 0 where it has none."""
    asked_by: str = ""
    """Who asked the interface, as ``kind:account``; empty where a service fetched it for a case."""
    occasion: str = ""
    """Code of the occasion on which it was read without a case."""
    occasion_name: Text = ""
    occasion_reference: str = ""
    shown_on: dt.date | None = None
    """Local date from which on the person sees it, where a law keeps it back; None where at once."""
    kept_back_by: Text = ""
    """The law that keeps it back."""
    altered: bool = False
    """Whether the row is not what its ledger entry says; the line then says what the entry does."""

    @property
    def state(self) -> LineState:
        """How it stands in a list: its outcome, with what was given only in part told apart."""
        if self.altered:
            return LineState.ALTERED
        partly = self.outcome is Outcome.DISCLOSED and bool(self.unfit)
        return LineState.PARTLY_UNREADABLE if partly else LineState(self.outcome.value)


class Disclosure(msgspec.Struct, frozen=True, kw_only=True):
    """A disclosure as it is written: the line, and what proves it."""

    line: DisclosureLine
    use: str
    subject_kind: str
    subject_index: str
    subject_sealed: bytes
    count: int
    salt: bytes
    digest: str
    """SHA-256 of the salt and the values as canonical JSON (hex): what was given, without it."""
    commitment_salt: bytes


class DisclosureFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Which of one's lines to show; an empty value asks for all."""

    department: str = ""
    outcome: str = ""
    """An ``Outcome``: what was given in part was given."""
    state: str = ""
    """A ``LineState``: what was given in part stands for itself."""
    since: dt.date | None = None
    until: dt.date | None = None


class DisclosurePage(msgspec.Struct, frozen=True, kw_only=True):
    """A page of lines, newest first."""

    lines: tuple["DisclosureLine | LookLine", ...]
    total: int
    page: int
    pages: int


class GrantFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Which grants to list; an empty value asks for all that may be seen."""

    text: str = ""
    department: str = ""
    provider: str = ""
    resource: str = ""
    state: str = ""
    """A ``GrantState``, whether or not its term is over."""
    standing: str = ""
    """How it stands today: a ``GrantState``, or ``over``."""
    sort: str = ""


class GrantUse(msgspec.Struct, frozen=True, kw_only=True):
    """How much a grant was used."""

    disclosures: int
    last: dt.datetime | None


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What exchange counts: for indicators."""

    grants_in_effect: int
    requests_waiting: int
    disclosures: int
    """Those that gave anything, in part too."""
    partly_unreadable: int
    """Of these, in how many something that was asked for could not be read."""
    nothing_found: int
    unreadable: int
    refused: int
    unanswered: int
    """Attempts that no source answered: they leave no line, for nothing was used."""
    with_consent: int
    departments: int
    """Departments that received data."""


class UnfitCount(msgspec.Struct, frozen=True, kw_only=True):
    """How often a source held what is no value of an element, for one reason."""

    source: str
    resource: str
    element: str
    reason: Unfit
    count: int
    first_at: dt.datetime
    last_at: dt.datetime


class Client(msgspec.Struct, frozen=True, kw_only=True):
    """A department's own system, which asks the interface with a key."""

    code: str
    name: str
    department: str
    active: bool
    created_at: dt.datetime


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """A department's source: its code, kind and place."""

    code: str
    adapter: str
    location: str


class TooLong:
    """Stands where a source holds a value of so many bytes that it was not read."""

    def __repr__(self) -> str:
        return "TOO_LONG"


TOO_LONG = TooLong()


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """The newest row about a subject, in the order of the columns asked for, and how many rows."""

    row: Sequence[Any]
    count: int


class SourceColumn(msgspec.Struct, frozen=True, kw_only=True):
    """A column that a source has: its type in the database's words, and whether it may be read."""

    name: str
    type: str
    readable: bool
    indexed: bool
    """Whether it is the first of an index, so that a row is found by it without going through all."""


class SourceTable(msgspec.Struct, frozen=True, kw_only=True):
    """A table or view that a source has."""

    columns: tuple[SourceColumn, ...]

    def column(self, name: str) -> SourceColumn | None:
        """Return a column, None where there is none of this name."""
        return next((each for each in self.columns if each.name == name), None)


class Sample(msgspec.Struct, frozen=True, kw_only=True):
    """Some rows of a table."""

    rows: Sequence[Sequence[Any]]
    whole: bool
    """Whether these are all."""
    spread: bool
    """Whether they are from the whole table, and not those that came first."""


class Sources(Protocol):
    """Reads departments' own databases and never writes them."""

    def read(
        self,
        source: Source,
        table: str,
        identifier_column: str,
        identifier: str,
        columns: Sequence[str],
        newest: str = "",
    ) -> Found | None:
        """Return the newest row about the identifier, or None.

        ``newest`` is the column that says which row is newest. Refuses with
        ``exchange.source_unavailable`` when the source does not answer in time, with
        ``exchange.source_lacks`` where table or column is not there or may not be read, and with
        ``exchange.source_wal`` where its latest changes cannot be seen.
        """
        ...

    def look(self, source: Source, table: str) -> SourceTable | None:
        """Return the columns of a table or view, None where there is none of this name."""
        ...

    def sample(self, source: Source, table: str, columns: Sequence[str], rows: int) -> "Sample":
        """Return some rows, evenly from the whole table: to see whether they fit.

        The same of a table that did not change, and in bounded time however large it is.
        """
        ...

    def size(self, source: Source, table: str) -> int | None:
        """Return about how many rows a table has; None where that cannot be said in time."""
        ...
