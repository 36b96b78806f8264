"""Questions to exchange: who may use what, and who used whose data. Preparing a request is one too:
it decides and reads, but nobody sees a value before ``actions.record`` has put it on record.
"""

import datetime as dt
import hashlib
import logging
from collections.abc import Mapping, Sequence

import msgspec
from sqlalchemy import Connection

from tongban.kernel.actors import Actor, ActorKind
from tongban.kernel.dates import local_date
from tongban.kernel.errors import Refusal
from tongban.kernel.paging import page_count, skipped
from tongban.kernel.subjects import SubjectRef
from tongban.kernel.text import Text
from tongban.kit import shelf
from tongban.kit.db import Reader
from tongban.modules.catalog import queries as catalog
from tongban.modules.catalog.definition import (
    ElementDefinition,
    ItemDefinition,
    LinkDefinition,
    ResourceDefinition,
    ShareType,
)
from tongban.modules.exchange import errors, store
from tongban.modules.exchange.definition import GrantDefinition, SourceDefinition
from tongban.modules.exchange.definition.reading import reading as reading_of
from tongban.modules.exchange.formats import private_facts
from tongban.modules.exchange.model import (
    Allowed,
    Client,
    Disclosure,
    DisclosureFilter,
    DisclosurePage,
    Facts,
    Found,
    Grant,
    GrantFilter,
    GrantState,
    GrantUse,
    Prepared,
    Purpose,
    Source,
    Sources,
    Unfit,
    UnfitCount,
    Use,
    Value,
    Wanted,
)
from tongban.modules.exchange.rules import grants as rules
from tongban.modules.exchange.rules import reading
from tongban.modules.exchange.rules import values as value_rules
from tongban.modules.exchange.rules.converting import NotFitting, Reading, convert
from tongban.modules.government import queries as government

PAGE = 20
"""Lines on a page."""

Readings = Mapping[str, Reading]
"""How the values of elements are read, by element."""

_log = logging.getLogger("tongban.exchange")
_MOST_READINGS = 5_000
_readings: dict[
    str, tuple[ResourceDefinition, Mapping[str, ElementDefinition], dt.date, Readings]
] = {}

# What may be used -------------------------------------------------------------------------------


def today(connection: Connection, now: dt.datetime) -> dt.date:
    """Return the date where this government is."""
    return local_date(now, government.profile(connection).time_zone)


def sources(connection: Connection) -> dict[str, SourceDefinition]:
    """Return the declared sources by code."""
    return shelf.every(connection, "sources", SourceDefinition)


def allowed(
    connection: Connection,
    service: str,
    department: str,
    resource: str,
    elements: Sequence[str],
    today: dt.date,
) -> Allowed:
    """Return which of the elements a department may fetch for a service, and by which grant.

    ``elements`` of the answer is empty when it may have none: no grant in effect, not shared, or a
    resource that is not connected.
    """
    definition = catalog.resources(connection).get(resource)
    if definition is None or definition.retired or definition.link is None:
        return Allowed(grant="", elements=())
    held = _held(definition)
    own = definition.provider == department
    reachable = tuple(e for e in elements if e in held and (own or _shared(definition, held[e])))
    if own:
        return Allowed(grant="", elements=reachable, own=True)
    best = rules.widest_grant(
        store.grants_for(connection, department, resource), service, reachable, today
    )
    return (
        Allowed(grant="", elements=())
        if best is None
        else Allowed(grant=best[0].code, elements=best[1])
    )


def _held(resource: ResourceDefinition) -> dict[str, ItemDefinition]:
    """Return the items that can be fetched, by element."""
    return {item.element: item for item in resource.items if item.element and item.column}


def _shared(resource: ResourceDefinition, item: ItemDefinition) -> bool:
    return catalog.share_of(resource, item).type is not ShareType.NONE


def purposes_of(connection: Connection, department: str) -> dict[str, Purpose]:
    """Return the services a department may read data for, by code."""
    known = store.purposes(connection)
    return {code: each for code, each in known.items() if department in each.departments}


def purpose_names(connection: Connection) -> dict[str, Text]:
    """Return what the services that read data are called, by code."""
    return {code: each.name for code, each in store.purposes(connection).items()}


# Preparing a request ----------------------------------------------------------------------------


def prepare_use(reader: Reader, use_id: str) -> Prepared:
    """Decide and read for a use, outside the unit that will put it on record.

    For callers whose sources may be slow: on SQLite the one writer is not held up meanwhile.
    Refuses an unknown use; every other refusal is in the answer, to be recorded.
    """
    found = store.use(reader.connection, reader.keyring, use_id)
    if found is None:
        raise errors.use_not_found()
    use, subject = found
    return prepare(reader, _wanted_for(use, subject))


def _wanted_for(use: Use, subject: SubjectRef) -> Wanted:
    return Wanted(
        department=use.department,
        subject=subject,
        resource=use.resource,
        elements=use.elements,
        code=use.service,
        purpose=use.purpose,
        basis=use.basis,
        clause=use.clause,
        case_number=use.case_number,
        use=use.id,
    )


def is_near(connection: Connection, resource: str) -> bool:
    """Whether a resource's source is a file beside us, so that reading it takes no time to speak of."""
    link = catalog.resource(connection, resource).link
    source = sources(connection).get(link.source) if link else None
    return source is None or source.adapter == "sqlite"


def wanted_from(
    reader: Reader,
    actor: Actor,
    resource: str,
    subject: str,
    elements: Sequence[str],
    purpose: str,
    case_number: str,
) -> Wanted:
    """Return what someone asks the interface for, on behalf of their department.

    Refuses who may not ask at all, an identifier that cannot be one, and a resource without data.
    """
    if not rules.may_read(actor):
        raise errors.not_allowed()
    link = catalog.resource(reader.connection, resource).link
    if link is None:
        raise errors.resource_not_connected(resource)
    return Wanted(
        department=actor.department,
        subject=value_rules.subject_of(link.subject, subject),
        resource=resource,
        elements=tuple(elements),
        code=purpose,
        case_number=case_number,
    )


def prepare(reader: Reader, wanted: Wanted) -> Prepared:
    """Decide whether a request may be answered, and read the values if so.

    Refuses at once what makes no sense (unknown resource or element, wrong kind of subject) and a
    source that does not answer: then nothing was used and nothing is recorded. A request that is
    not allowed comes back with its refusal, to be recorded.
    """
    resource = catalog.resource(reader.connection, wanted.resource)
    link = _check_sense(resource, wanted)
    held = _held(resource)
    wanted, refusal = _rested(reader, resource, wanted)
    grant = None
    if refusal is None:
        refusal, grant = _decide(reader, resource, held, wanted)
    if refusal is not None:
        return Prepared(wanted=wanted, provider=resource.provider, refusal=refusal)
    columns = [held[element].column for element in wanted.elements]
    found = _read(reader, link, wanted, columns)
    values, unfit = _values(_readings_today(reader, resource), wanted, found)
    _tell(resource.code, link.source, unfit)
    masked = tuple(e for e in wanted.elements if grant is not None and e in grant.masked)
    return Prepared(
        wanted=wanted,
        provider=resource.provider,
        source=link.source,
        grant=grant,
        masked=masked,
        outcome=reading.outcome_of(found is not None, values, unfit),
        values=_masked(reader.connection, values, masked),
        unfit=unfit,
        count=0 if found is None else found.count,
        mark=store.mark(reader.connection),
    )


def _readings_today(reader: Reader, resource: ResourceDefinition) -> Readings:
    return readings(reader.connection, resource, today(reader.connection, reader.now))


def _tell(resource: str, source: str, unfit: Mapping[str, Unfit]) -> None:
    """Say in the log what could not be given, for whoever runs the source: never the value."""
    for element, reason in unfit.items():
        _log.warning(
            "resource %s, source %s: what it holds of %s does not fit (%s)",
            resource, source, element, reason.value,
        )  # fmt: skip


def _masked(
    connection: Connection, values: Mapping[str, Value | None], masked: Sequence[str]
) -> Mapping[str, Value | None]:
    if not masked:
        return values
    known = catalog.elements(connection)
    return {
        element: value_rules.mask(value, known[element].mask) if element in masked else value
        for element, value in values.items()
    }


def _check_sense(resource: ResourceDefinition, wanted: Wanted) -> LinkDefinition:
    rules.check_codes(wanted.code, wanted.case_number)
    if resource.link is None or resource.retired:
        raise errors.resource_not_connected(resource.code)
    if not wanted.elements or len(set(wanted.elements)) != len(wanted.elements):
        raise errors.nothing_asked()
    if not set(wanted.elements) <= _held(resource).keys():
        raise errors.element_not_held(resource.code)
    if resource.link.subject != wanted.subject.kind:
        raise errors.subject_kind_wrong(resource.code, wanted.subject.kind)
    return resource.link


def _decide(
    reader: Reader,
    resource: ResourceDefinition,
    held: Mapping[str, ItemDefinition],
    wanted: Wanted,
) -> tuple[Refusal | None, Grant | None]:
    """Return why not, or else by which grant; neither for a department's own data."""
    if resource.provider == wanted.department:
        return None, None
    kept_back = [e for e in wanted.elements if not _shared(resource, held[e])]
    if kept_back:
        return errors.not_shared(resource.code, kept_back), None
    day = today(reader.connection, reader.now)
    known = store.grants_for(reader.connection, wanted.department, wanted.resource)
    lawful = [g for g in known if reading.may_rest(g, wanted.basis)]
    grant = rules.choose_grant([g for g in lawful if g.delivery == "api"], wanted, day)
    if grant is not None:
        return None, grant
    other = rules.choose_grant(lawful, wanted, day)
    if other is not None:
        return errors.delivery_not_available(other.delivery), None
    if rules.choose_grant(known, wanted, day) is not None:
        return errors.consent_missing(resource.code), None
    return errors.no_grant(resource.code, wanted.department), None


def _rested(
    reader: Reader, resource: ResourceDefinition, wanted: Wanted
) -> tuple[Wanted, Refusal | None]:
    """Return a request with what it rests on; a use of a service says so itself."""
    if wanted.use:
        return wanted, None
    grant = store.grant_in_effect(reader.connection, wanted.department, wanted.code)
    if grant is not None and not rules.in_effect(grant, today(reader.connection, reader.now)):
        grant = None
    purpose = store.purposes(reader.connection).get(wanted.code)
    if purpose is not None and wanted.department not in purpose.departments:
        purpose = None
    uses = wanted.case_number and store.uses_about(
        reader.connection, reader.keyring, wanted.case_number, wanted.department, wanted.subject
    )
    own = resource.provider == wanted.department
    return reading.rest(wanted, own=own, grant=grant, purpose=purpose, uses=uses or ())


def _read(
    reader: Reader, link: LinkDefinition, wanted: Wanted, columns: Sequence[str]
) -> Found | None:
    declared = sources(reader.connection).get(link.source)
    if declared is None:
        raise errors.source_unknown(link.source)
    source = Source(code=declared.code, adapter=declared.adapter, location=declared.location)
    return reader.port(Sources).read(
        source, link.table, link.identifier, wanted.subject.id, columns, link.newest
    )


def _values(
    known: Mapping[str, Reading], wanted: Wanted, found: Found | None
) -> tuple[dict[str, Value | None], dict[str, Unfit]]:
    """Return the values by element, and why what is held of an element is none of its values."""
    values: dict[str, Value | None] = dict.fromkeys(wanted.elements)
    unfit: dict[str, Unfit] = {}
    if found is None:
        return values, unfit
    for element, raw in zip(wanted.elements, found.row, strict=True):
        try:
            values[element] = convert(raw, known[element])
        except NotFitting as misfit:
            unfit[element] = misfit.reason
    return values, unfit


def readings(connection: Connection, resource: ResourceDefinition, day: dt.date) -> Readings:
    """Return how the values of each element that a resource holds are read on a day.

    Kept as long as definitions and day are the same: what is asked again and again is made once.
    """
    known = catalog.elements(connection)
    kept = _readings.get(resource.code)
    if kept is not None and kept[0] is resource and kept[1] is known and kept[2] == day:
        return kept[3]
    made = {
        element: reading_of(known[element], item, day)
        for element, item in _held(resource).items()
        if element in known
    }
    if len(_readings) > _MOST_READINGS:
        _readings.clear()
    _readings[resource.code] = (resource, known, day, made)
    return made


# Grants -----------------------------------------------------------------------------------------


def grants(
    connection: Connection,
    actor: Actor,
    wanted: GrantFilter,
    page: int = 1,
    size: int | None = PAGE,
) -> tuple[list[Grant], int]:
    """Return a page of the grants that someone may see, and how many there are altogether."""
    offset = 0 if size is None else (max(1, page) - 1) * size
    return store.find_grants(connection, actor, wanted, size, offset)


def grant(connection: Connection, actor: Actor, code: str) -> Grant:
    """Return a grant. Refuses one that does not exist or may not be seen, alike."""
    found = store.grant(connection, code)
    if found is None or not rules.may_see(actor, found):
        raise errors.grant_not_found(code)
    return found


def state_on(grant: Grant, today: dt.date) -> str:
    """Return the word for how a grant stands on a day: ``over`` once its term has ended."""
    over = grant.state is GrantState.IN_EFFECT and grant.ends < today
    return "over" if over else grant.state.value


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
    return [item for item in resource.items if item.element and _shared(resource, item)]


# Uses and disclosures ---------------------------------------------------------------------------


def uses_of_case(connection: Connection, case_number: str) -> list[Use]:
    """Return the uses of a case."""
    return store.uses_of_case(connection, case_number)


def disclosures_about(
    reader: Reader,
    subject: SubjectRef,
    page: int = 1,
    wanted: DisclosureFilter | None = None,
    size: int | None = PAGE,
) -> DisclosurePage:
    """Return who used a subject's data, newest first."""
    chosen = wanted or DisclosureFilter()
    index = reader.keyring.index(value_rules.subject_key(subject))
    since = _midnight(reader.connection, chosen.since)
    until = _midnight(reader.connection, chosen.until, days=1)
    page = max(1, page)
    lines, total = store.disclosures_about(
        reader.connection, index, chosen, (since, until), size, skipped(page, size)
    )
    return DisclosurePage(lines=tuple(lines), total=total, page=page, pages=page_count(total, size))


def departments_about(reader: Reader, subject: SubjectRef) -> list[str]:
    """Return which departments used a subject's data."""
    index = reader.keyring.index(value_rules.subject_key(subject))
    return store.departments_about(reader.connection, index)


def disclosure(reader: Reader, subject: SubjectRef, disclosure_id: str) -> Disclosure:
    """Return one disclosure about a subject. Refuses one about anybody else, as if there were none."""
    index = reader.keyring.index(value_rules.subject_key(subject))
    found = store.disclosure(reader.connection, disclosure_id, index)
    if found is None:
        raise errors.disclosure_not_found()
    return found


def opening(
    reader: Reader, subject: SubjectRef, disclosure_id: str
) -> tuple[bytes, dict[str, object]]:
    """Return the salt and facts that open a disclosure's ledger entry, for the one it concerns."""
    found = disclosure(reader, subject, disclosure_id)
    identifier = reader.keyring.open(found.subject_sealed)
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


# Sources ----------------------------------------------------------------------------------------


class SourceReport(msgspec.Struct, frozen=True, kw_only=True):
    """A source as its department sees it: what rests on it, and what could not be read of it."""

    definition: SourceDefinition
    resources: tuple[ResourceDefinition, ...]
    unfit: tuple[UnfitCount, ...]

    @property
    def unreadable(self) -> int:
        """How many values could not be given."""
        return sum(each.count for each in self.unfit)

    @property
    def last_at(self) -> dt.datetime | None:
        """When the latest of them was met."""
        return max((each.last_at for each in self.unfit), default=None)


def source_reports(connection: Connection, actor: Actor) -> list[SourceReport]:
    """Return the sources that someone may look at: their department's, or every one."""
    counts = store.unfit_counts(connection)
    linked: dict[str, list[ResourceDefinition]] = {}
    for resource in catalog.resources(connection).values():
        if resource.link is not None and not resource.retired:
            linked.setdefault(resource.link.source, []).append(resource)
    return [
        SourceReport(
            definition=source,
            resources=tuple(linked.get(code, ())),
            unfit=tuple(each for each in counts if each.source == code),
        )
        for code, source in sorted(sources(connection).items())
        if rules.may_see_source(actor, source.department)
    ]


def source_report(connection: Connection, actor: Actor, code: str) -> SourceReport:
    """Return one source. Refuses one that does not exist or may not be seen, alike."""
    for report in source_reports(connection, actor):
        if report.definition.code == code:
            return report
    raise errors.source_not_found(code)


# Clients ----------------------------------------------------------------------------------------


def client_of_key(reader: Reader, key: str) -> Actor | None:
    """Return which department's system a key belongs to, or None.

    The key is 256 random bits, so that one plain hash of it is enough to keep and to look it up.
    """
    found = store.client_by_key(reader.connection, key_hash(key))
    if found is None:
        return None
    return Actor(ActorKind.CLIENT, account=found.code, name=found.name, department=found.department)


def key_hash(key: str) -> str:
    """Return what is kept of a key."""
    return hashlib.sha256(b"tongban/client/v1\n" + key.encode()).hexdigest()


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
