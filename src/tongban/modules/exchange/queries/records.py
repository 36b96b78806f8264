"""Grants, uses, disclosures and clients as they are on record."""

import datetime as dt
from collections.abc import Sequence

import msgspec
from sqlalchemy import Connection

from tongban.kernel.actors import Actor, ActorKind
from tongban.kernel.paging import page_count, skipped
from tongban.kernel.subjects import SubjectRef
from tongban.kit.crypto.suite import Suite
from tongban.kit.db import Reader
from tongban.modules.catalog.definition import (
    ItemDefinition,
    ResourceDefinition,
)
from tongban.modules.exchange import errors, store
from tongban.modules.exchange.definition import GrantDefinition
from tongban.modules.exchange.formats import private_facts
from tongban.modules.exchange.model import (
    OVER,
    Client,
    Disclosure,
    DisclosureFilter,
    DisclosurePage,
    Facts,
    Grant,
    GrantFilter,
    GrantState,
    GrantUse,
    Use,
)
from tongban.modules.exchange.model.looks import LookLine
from tongban.modules.exchange.queries.looking import apart, with_staff
from tongban.modules.exchange.queries.preparing import is_shared, today
from tongban.modules.exchange.rules import grants as rules
from tongban.modules.exchange.rules import values as value_rules
from tongban.modules.government import queries as government

PAGE = 20
"""Lines on a page."""

# Grants -----------------------------------------------------------------------------------------


def grants(
    reader: Reader,
    actor: Actor,
    wanted: GrantFilter,
    page: int = 1,
    size: int | None = PAGE,
) -> tuple[list[Grant], int]:
    """Return a page of the grants that someone may see, and how many there are altogether."""
    day = today(reader.connection, reader.now)
    offset = skipped(max(1, page), size)
    return store.find_grants(reader.connection, actor, wanted, day, size, offset)


def grant(connection: Connection, actor: Actor, code: str) -> Grant:
    """Return a grant. Refuses one that does not exist or may not be seen, alike."""
    found = store.grant(connection, code)
    if found is None or not rules.may_see(actor, found):
        raise errors.grant_not_found(code)
    return found


def is_answer_provisional(connection: Connection, grant: Grant) -> bool:
    """Whether the day the provider is to answer by is reckoned by weekends alone, and may move."""
    if grant.answer_by is None or grant.asked_at is None:
        return False
    calendar = government.calendar(connection)
    return not calendar.reaches(calendar.local_date(grant.asked_at), grant.answer_by)


def state_on(grant: Grant, today: dt.date) -> str:
    """Return the word for how a grant stands on a day: ``over`` once its term has ended."""
    over = grant.state is GrantState.IN_EFFECT and grant.ends < today
    return OVER if over else grant.state.value


def use_of_grant(connection: Connection, code: str) -> GrantUse:
    """Return how often a grant was used, and when last."""
    return store.use_of_grant(connection, code)


def what_may_be_done(actor: Actor, grant: Grant) -> frozenset[str]:
    """Return what someone may do to a grant now: decide, withdraw, end."""
    found = {
        "decide": grant.state == "requested" and rules.may_decide(actor, grant),
        "withdraw": grant.state == "requested" and rules.may_withdraw(actor, grant),
        "end": grant.state == "in_effect" and rules.may_end(actor, grant),
    }
    return frozenset(verb for verb, may in found.items() if may)


def may_apply(actor: Actor) -> bool:
    """Whether someone may apply for a grant for their department."""
    return rules.may_apply(actor)


def may_read(actor: Actor) -> bool:
    """Whether someone may ask the interface for their department."""
    return rules.may_read(actor)


def requestable(resource: ResourceDefinition) -> list[ItemDefinition]:
    """Return the items that can be applied for: those that hold an element and are shared."""
    return [item for item in resource.items if item.element and is_shared(resource, item)]


# Uses and disclosures ---------------------------------------------------------------------------


def uses_of_case(connection: Connection, case_number: str) -> list[Use]:
    """Return the uses of a case."""
    return store.uses_of_case(connection, case_number)


def elements_of_uses(
    connection: Connection, identifiers: Sequence[str]
) -> dict[str, tuple[str, ...]]:
    """Return which elements uses were opened for, by the use's id."""
    return store.elements_of_uses(connection, identifiers)


def disclosures_about(
    reader: Reader,
    subject: SubjectRef,
    page: int = 1,
    wanted: DisclosureFilter | None = None,
    size: int | None = PAGE,
) -> DisclosurePage:
    """Return who used a subject's data, or looked at a case of theirs, newest first, without what a law
    keeps back from them today."""
    chosen = wanted or DisclosureFilter()
    index = reader.keyring.index(value_rules.subject_key(subject))
    since = _midnight(reader.connection, chosen.since)
    until = _midnight(reader.connection, chosen.until, days=1)
    page = max(1, page)
    lines, total = store.data_uses(
        reader,
        index,
        today(reader.connection, reader.now),
        chosen,
        (since, until),
        (size, skipped(page, size)),
        apart=apart(reader),
    )
    called = tuple(
        with_staff(reader, each) if isinstance(each, LookLine) else each for each in lines
    )
    return DisclosurePage(lines=called, total=total, page=page, pages=page_count(total, size))


def departments_about(reader: Reader, subject: SubjectRef) -> list[str]:
    """Return which departments used a subject's data."""
    index = reader.keyring.index(value_rules.subject_key(subject))
    day = today(reader.connection, reader.now)
    return store.departments_about(reader.connection, index, day)


def disclosure(reader: Reader, subject: SubjectRef, disclosure_id: str) -> Disclosure:
    """Return one disclosure about a subject. Refuses one about anybody else, and one that is kept back
    from them today, as if there were none."""
    index = reader.keyring.index(value_rules.subject_key(subject))
    day = today(reader.connection, reader.now)
    found = store.disclosure(reader.connection, disclosure_id, index, day)
    if found is None:
        raise errors.disclosure_not_found()
    return found


def opening(
    reader: Reader, subject: SubjectRef, disclosure_id: str
) -> tuple[bytes, dict[str, object]]:
    """Return the salt and facts that open a disclosure's ledger entry, for the one it concerns."""
    found = disclosure(reader, subject, disclosure_id)
    identifier = reader.keyring.open(
        found.subject_sealed, store.subject_cell(found.line.id, found.subject_index)
    )
    return found.commitment_salt, private_facts(found.line, identifier, found.digest, found.use)


def _midnight(connection: Connection, day: dt.date | None, days: int = 0) -> dt.datetime | None:
    """Return the instant at which a local date (and so many days) begins.

    None where there is no such instant: a bound at the end of time bounds nothing.
    """
    if day is None:
        return None
    zone = government.zone(connection)
    try:
        start = dt.datetime.combine(day, dt.time(0), zone) + dt.timedelta(days=days)
        return start.astimezone(dt.UTC)
    except OverflowError:
        return None


def facts(connection: Connection, today: dt.date) -> Facts:
    """Count grants and disclosures: for indicators."""
    return store.facts(connection, today)


# Clients ----------------------------------------------------------------------------------------


def client_of_key(reader: Reader, key: str) -> Actor | None:
    """Return which department's system a key belongs to, or None.

    The key is 256 random bits, so that one plain hash of it is enough to keep and to look it up.
    """
    found = store.client_by_key(reader, key_hash(reader.keyring.suite, key))
    if found is None:
        return None
    return Actor(ActorKind.CLIENT, account=found.code, name=found.name, department=found.department)


def key_hash(suite: Suite, key: str) -> str:
    """Return what is kept of a key."""
    return suite.hash.hex(b"tongban/client/v1\n" + key.encode())


def clients(connection: Connection) -> list[Client]:
    """Return every client."""
    return store.every_client(connection)


def granted(connection: Connection, today: dt.date) -> list[GrantDefinition]:
    """Return every grant in effect today as an instance would declare it: for the reform engine."""
    return [
        msgspec.convert(grant, GrantDefinition, from_attributes=True)
        for grant in store.every_grant(connection).values()
        if grant.state is GrantState.IN_EFFECT and grant.starts <= today <= grant.ends
    ]
