"""What exchange refuses, each a fact with its own sentence in messages.toml."""

from collections.abc import Iterable, Mapping
from enum import StrEnum

from tongban.kernel.errors import Kind, Refusal


class Cause(StrEnum):
    """Why a department's source gives nothing: what whoever looks after it has to do differs by it.

    Each has one sentence in ``exchange.cause``; none holds a secret or a value.
    """

    UNSET = "unset"
    """The setting that carries the address of the source is not there."""
    OUTSIDE = "outside"
    """The place that is declared is no file of the folder of sources and no setting of a source."""
    ADDRESS = "address"
    """The address cannot be read as one."""
    HOST = "host"
    """The name of its machine is unknown."""
    REFUSED = "refused"
    """The machine is there, and nothing listens at the port."""
    TIMEOUT = "timeout"
    """It did not answer in time."""
    TLS = "tls"
    """No encrypted connection came about: one side has none, or a certificate does not hold."""
    ACCOUNT = "account"
    """Account or password are wrong."""
    NOT_LET_IN = "not_let_in"
    """The server lets nobody in from this machine with this account (pg_hba.conf)."""
    DATABASE = "database"
    """The server has no database of this name."""
    FULL = "full"
    """The server takes no more connections."""
    STARTING = "starting"
    """The server is just starting or stopping."""
    PERMISSION = "permission"
    """The account may not read the database, schema, table or column."""
    TABLE = "table"
    """There is no such table or schema."""
    COLUMN = "column"
    """There is no such column."""
    NO_FILE = "no_file"
    """The file is not there."""
    NOT_READABLE = "not_readable"
    """The file is there, and may not be opened by whom Tongban runs as."""
    NOT_DATABASE = "not_database"
    """The file is damaged, or is no SQLite file."""
    BUSY = "busy"
    """Another program keeps the file locked."""
    OTHER = "other"
    """None of these."""


def not_allowed() -> Refusal:
    """Someone who does not act for a department, or lacks the duty."""
    return Refusal("exchange.not_allowed", Kind.NOT_ALLOWED)


def no_grant(resource: str, department: str) -> Refusal:
    """No grant in effect covers these elements for this purpose."""
    return Refusal("exchange.no_grant", Kind.NOT_ALLOWED, resource=resource, department=department)


def consent_missing(resource: str) -> Refusal:
    """A grant that needs the person's consent, and no running case for which it was given."""
    return Refusal("exchange.consent_missing", Kind.NOT_ALLOWED, resource=resource)


def purpose_unknown() -> Refusal:
    """A purpose that is no service and no grant of the department; what was written is not kept."""
    return Refusal("exchange.purpose_unknown", Kind.NOT_ALLOWED)


def case_unknown() -> Refusal:
    """A case for which the department declared no use about this subject and purpose."""
    return Refusal("exchange.case_unknown", Kind.NOT_ALLOWED)


def not_needed(elements: Iterable[str]) -> Refusal:
    """Elements that no step of the case needs which is the asker's to do now."""
    said = ", ".join(sorted(elements))
    return Refusal("exchange.not_needed", Kind.NOT_ALLOWED, elements=said)


def case_needed() -> Refusal:
    """A read that names no running case, by no grant that allows it on an occasion."""
    return Refusal("exchange.case_needed", Kind.NOT_ALLOWED)


def occasion_unknown(grant: str) -> Refusal:
    """A read without a case on no occasion of its grant; what was written is not kept."""
    return Refusal("exchange.occasion_unknown", Kind.NOT_ALLOWED, grant=grant)


def occasion_ill_shaped() -> Refusal:
    """An occasion or its file number that is not shaped like one, or beside a case number."""
    return Refusal("exchange.occasion_ill_shaped", Kind.INVALID)


def account_quota_spent(wait: int) -> Refusal:
    """An account or client that read as much today as any may; ``wait`` is in seconds."""
    code = "exchange.account_quota_spent"
    return Refusal(code, Kind.TOO_MANY, retry_after=wait)


def refused_too_often(wait: int) -> Refusal:
    """An account or client of whose attempts so many were refused in this hour that no more are looked at."""
    return Refusal("exchange.refused_too_often", Kind.TOO_MANY, retry_after=wait)


def asked_too_often(most: int, wait: int) -> Refusal:
    """An account that asked so often today for somebody's agreement that nobody is asked any more."""
    code = "exchange.asked_too_often"
    return Refusal(code, Kind.TOO_MANY, most=most, retry_after=wait)


def grant_quota_spent(grant: str, wait: int) -> Refusal:
    """A grant by which as much was read today as may be, by all together."""
    code = "exchange.grant_quota_spent"
    return Refusal(code, Kind.TOO_MANY, grant=grant, retry_after=wait)


def each_quota_spent(grant: str, wait: int) -> Refusal:
    """A grant by which this account or client read as much without a case today as each may."""
    code = "exchange.each_quota_spent"
    return Refusal(code, Kind.TOO_MANY, grant=grant, retry_after=wait)


def second_person_needed(grant: str, number: int) -> Refusal:
    """A read without a case above the number that one person may read alone in a day."""
    return Refusal("exchange.second_person_needed", Kind.NOT_ALLOWED, grant=grant, number=number)


def agreement_not_found() -> Refusal:
    """No request to a second person has this id, or none that may be seen."""
    return Refusal("exchange.agreement_not_found", Kind.NOT_FOUND)


def not_the_second_person() -> Refusal:
    """Who reads or asked, or is no data officer of either side: somebody else has to answer."""
    return Refusal("exchange.not_the_second_person", Kind.NOT_ALLOWED)


def agreement_answered() -> Refusal:
    """A request that somebody answered already, or whose last day is over."""
    return Refusal("exchange.agreement_answered", Kind.CONFLICT)


def alarm_not_found() -> Refusal:
    """No unusual reading has this id, or none that may be seen."""
    return Refusal("exchange.alarm_not_found", Kind.NOT_FOUND)


def alarm_looked_at() -> Refusal:
    """Unusual reading that somebody looked into already."""
    return Refusal("exchange.alarm_looked_at", Kind.CONFLICT)


def not_shared(resource: str, elements: Iterable[str]) -> Refusal:
    """Elements that their provider does not share (不予共享)."""
    return Refusal(
        "exchange.not_shared",
        Kind.NOT_ALLOWED,
        resource=resource,
        elements=", ".join(sorted(elements)),
    )


def resource_not_connected(resource: str) -> Refusal:
    """A resource that is registered but whose data cannot be fetched yet."""
    return Refusal("exchange.resource_not_connected", Kind.CONFLICT, resource=resource)


def element_not_held(resource: str) -> Refusal:
    """An element asked for that the resource does not hold; what was asked is not repeated."""
    return Refusal("exchange.element_not_held", Kind.INVALID, resource=resource)


def nothing_asked() -> Refusal:
    """A request without any element, or with one twice."""
    return Refusal("exchange.nothing_asked", Kind.INVALID)


def purpose_ill_shaped() -> Refusal:
    """A purpose that is not the code of a grant or a service."""
    return Refusal("exchange.purpose_ill_shaped", Kind.INVALID)


def case_number_ill_shaped() -> Refusal:
    """A case number that cannot be one."""
    return Refusal("exchange.case_number_ill_shaped", Kind.INVALID)


def subject_ill_shaped() -> Refusal:
    """An identifier that cannot be one of its kind; it is never repeated."""
    return Refusal("exchange.subject_ill_shaped", Kind.INVALID)


def subject_length_wrong(length: int) -> Refusal:
    """A resident number or credit code that has not its 18 characters; it is never repeated."""
    return Refusal("exchange.subject_length_wrong", Kind.INVALID, length=length)


def person_characters_wrong() -> Refusal:
    """A resident number with characters that none has; it is never repeated."""
    return Refusal("exchange.person_characters_wrong", Kind.INVALID)


def organisation_characters_wrong() -> Refusal:
    """A credit code with characters that none has; it is never repeated."""
    return Refusal("exchange.organisation_characters_wrong", Kind.INVALID)


def subject_kind_wrong(resource: str, kind: str) -> Refusal:
    """A subject of another kind than the resource is about."""
    return Refusal("exchange.subject_kind_wrong", Kind.INVALID, resource=resource, subject=kind)


def delivery_not_available(delivery: str) -> Refusal:
    """A grant for delivery by file or table: only the interface delivers here."""
    return Refusal("exchange.delivery_not_available", Kind.CONFLICT, delivery=delivery)


def source_unavailable(source: str, cause: Cause = Cause.OTHER) -> Refusal:
    """A department's source that does not answer, or not in time; why is for who looks after it."""
    return Refusal("exchange.source_unavailable", Kind.UNAVAILABLE, source=source, cause=cause)


def source_unknown(source: str, cause: Cause | None = None) -> Refusal:
    """A source that is not declared (no cause), or whose place is not set."""
    refusal = Refusal("exchange.source_unknown", Kind.UNAVAILABLE, source=source)
    if cause is not None:
        refusal.data["cause"] = cause
    return refusal


def source_lacks(source: str, cause: Cause) -> Refusal:
    """A source without a table or column that is declared, or that may not be read by this account."""
    return Refusal("exchange.source_lacks", Kind.UNAVAILABLE, source=source, cause=cause)


def source_no_table(source: str, table: str) -> Refusal:
    """A source without the table or view that a link names; for whoever tries links."""
    return Refusal("exchange.source_no_table", Kind.UNAVAILABLE, source=source, table=table)


def source_unreadable(source: str) -> Refusal:
    """A source that answers, and whose table cannot be read as it is declared: its key is a number."""
    return Refusal("exchange.source_unreadable", Kind.UNAVAILABLE, source=source)


def source_wal(source: str, file: str) -> Refusal:
    """A SQLite file whose write-ahead log cannot be read: what is in the file alone is out of date."""
    return Refusal("exchange.source_wal", Kind.UNAVAILABLE, source=source, file=file)


def source_not_found(source: str) -> Refusal:
    """No source has this code, or none that may be seen."""
    return Refusal("exchange.source_not_found", Kind.NOT_FOUND, source=source)


def source_misdeclared(source: str) -> Refusal:
    """A table or column whose declared name is not a plain name."""
    return Refusal("exchange.source_misdeclared", Kind.UNAVAILABLE, source=source)


def use_not_found() -> Refusal:
    """No use has this id."""
    return Refusal("exchange.use_not_found", Kind.NOT_FOUND)


def use_closed() -> Refusal:
    """A use that was closed with its case: nothing may be fetched for it any more."""
    return Refusal("exchange.use_closed", Kind.CONFLICT)


def grant_not_found(code: str) -> Refusal:
    """No grant has this code, or none that may be seen."""
    return Refusal("exchange.grant_not_found", Kind.NOT_FOUND, grant=code)


def grant_move_refused(code: str, state: str) -> Refusal:
    """A grant in a state in which this cannot be done to it."""
    return Refusal("exchange.grant_move_refused", Kind.CONFLICT, grant=code, state=state)


def grant_not_needed() -> Refusal:
    """A department that applies for its own data."""
    return Refusal("exchange.grant_not_needed", Kind.INVALID)


def form_incomplete(fields: Mapping[str, str]) -> Refusal:
    """A form with something missing or wrong: field to code."""
    return Refusal("exchange.form_incomplete", Kind.INVALID, fields=fields)


def disclosure_not_found() -> Refusal:
    """No such line among one's own."""
    return Refusal("exchange.disclosure_not_found", Kind.NOT_FOUND)


def client_exists(code: str) -> Refusal:
    """A client code that is taken."""
    return Refusal("exchange.client_exists", Kind.CONFLICT, client=code)


def client_not_found(code: str) -> Refusal:
    """No client has this code."""
    return Refusal("exchange.client_not_found", Kind.NOT_FOUND, client=code)


def client_code_ill_shaped() -> Refusal:
    """A client code that is not a short plain word."""
    return Refusal("exchange.client_code_ill_shaped", Kind.INVALID)


UNANSWERED = frozenset(
    {
        "exchange.resource_not_connected",
        "exchange.source_unavailable",
        "exchange.source_unknown",
        "exchange.source_lacks",
        "exchange.source_unreadable",
        "exchange.source_wal",
        "exchange.source_misdeclared",
    }
)
"""What is said where a source was to be asked and gave nothing: all that an adapter refuses is here."""


def is_unanswered(refusal: Refusal) -> bool:
    """Whether a source was to be asked and gave nothing, so that no disclosure stands for it."""
    return refusal.code in UNANSWERED


def no_subject() -> Refusal:
    """An account that stands for no person and no organisation: there are no data about it."""
    return Refusal("exchange.no_subject", Kind.NOT_FOUND)
