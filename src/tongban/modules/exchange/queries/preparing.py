"""Preparing a request decides and reads, but nobody sees a value before ``actions.record`` has put it
on record.
"""

import datetime as dt
import logging
from collections.abc import Mapping, Sequence

from sqlalchemy import Connection

from tongban.kernel.actors import Actor
from tongban.kernel.dates import local_date
from tongban.kernel.errors import Refusal
from tongban.kernel.subjects import SubjectRef
from tongban.kernel.text import Text
from tongban.kit import shelf, tally
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
from tongban.modules.exchange.definition import SourceDefinition
from tongban.modules.exchange.definition.reading import reading as reading_of
from tongban.modules.exchange.model import (
    Allowed,
    Found,
    Grant,
    Prepared,
    Purpose,
    Source,
    Sources,
    Unfit,
    Use,
    UseState,
    Value,
    Wanted,
)
from tongban.modules.exchange.model.at_work import EVERYTHING, Needed
from tongban.modules.exchange.model.occasions import Occasion
from tongban.modules.exchange.rules import grants as rules
from tongban.modules.exchange.rules import reading
from tongban.modules.exchange.rules import values as value_rules
from tongban.modules.exchange.rules.converting import NotFitting, Reading, convert
from tongban.modules.government import queries as government

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
    reachable = tuple(e for e in elements if e in held and (own or is_shared(definition, held[e])))
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


def is_shared(resource: ResourceDefinition, item: ItemDefinition) -> bool:
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
    wanted = _wanted_for(use, subject)
    if use.state is not UseState.OPEN:  # nothing is read for it, whether or not its source answers
        provider = catalog.resource(reader.connection, use.resource).provider
        return Prepared(wanted=wanted, provider=provider, refusal=errors.use_closed())
    return prepare(reader, wanted)


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
    *,
    case_number: str = "",
    occasion: str = "",
    reference: str = "",
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
        asker=actor,
        occasion=Occasion(code=occasion, name="") if occasion else None,
        occasion_reference=reference,
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
    wanted, refusal, needed = _rested(reader, resource, wanted)
    grant = None
    if refusal is None:
        refusal, grant = _decide(reader, resource, held, wanted)
    if refusal is not None:
        return Prepared(wanted=wanted, provider=resource.provider, refusal=refusal)
    known = _readings_today(reader, resource)
    own = own_identifier(resource, catalog.elements(reader.connection))
    columns = [held[element].column for element in wanted.elements]
    found = _read(reader, link, wanted, [*columns, own.column] if own is not None else columns)
    if found is not None and own is not None and not _is_theirs(found, known[own.element], wanted):
        values, unfit = _withheld(wanted)
    else:
        values, unfit = _values(known, wanted, found)
    _tell(resource.code, link.source, unfit)
    masked = _to_mask(reader.connection, wanted, grant, needed)
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
        needed=needed,
        mark=store.mark(reader.connection),
    )


def _readings_today(reader: Reader, resource: ResourceDefinition) -> Readings:
    return readings(reader.connection, resource, today(reader.connection, reader.now))


def _tell(resource: str, source: str, unfit: Mapping[str, Unfit]) -> None:
    """Say in the log what could not be given, for whoever runs the source: never the value."""
    for element, reason in unfit.items():
        tally.count("tongban_source_values_unfit", source, reason.value)
        _log.warning(
            "resource %s, source %s: what it holds of %s does not fit (%s)",
            resource, source, element, reason.value,
        )  # fmt: skip


def _to_mask(
    connection: Connection, wanted: Wanted, grant: Grant | None, needed: Needed
) -> tuple[str, ...]:
    """Return what is given masked: as the grant says, and what the asker's step sees by its mask."""
    known = catalog.elements(connection)
    by_grant = () if grant is None else grant.masked
    by_step = {e for e in wanted.elements if needed.masks(e) and known[e].mask}
    return tuple(e for e in wanted.elements if e in by_grant or e in by_step)


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
    reading.check_occasion(wanted)
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
    own = resource.provider == wanted.department
    if own and wanted.occasion is None:
        return None, None
    kept_back = [e for e in wanted.elements if not (own or is_shared(resource, held[e]))]
    if kept_back:
        return errors.not_shared(resource.code, kept_back), None
    day = today(reader.connection, reader.now)
    known = store.grants_for(reader.connection, wanted.department, wanted.resource)
    if wanted.occasion is not None:  # by the very grant that allows it, and by no other
        known = tuple(g for g in known if g.code == wanted.code)
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
) -> tuple[Wanted, Refusal | None, Needed]:
    """Return a request with what it rests on, why not, and what is needed of what it asks for; a use of
    a service says so itself."""
    if wanted.use:
        return wanted, None, EVERYTHING
    grant = store.grant_in_effect(reader.connection, wanted.department, wanted.code)
    if grant is not None and not rules.in_effect(grant, today(reader.connection, reader.now)):
        grant = None
    purpose = store.purposes(reader.connection).get(wanted.code)
    if purpose is not None and wanted.department not in purpose.departments:
        purpose = None
    uses, needed = _case_of(reader, wanted) if wanted.case_number else ([], EVERYTHING)
    own = resource.provider == wanted.department
    rested, refusal = reading.rest(
        wanted, own=own, grant=grant, purpose=purpose, uses=uses, needed=needed
    )
    return rested, refusal, needed or EVERYTHING


def _case_of(reader: Reader, wanted: Wanted) -> tuple[list[Use], Needed | None]:
    """Return what was declared about the subject in the case that is named, and what the asker needs for
    it: None where they do not work on it."""
    connection, number = reader.connection, wanted.case_number
    needed = reading.needed(wanted.asker, store.at_work(reader, number, wanted.department))
    if needed is None:
        return [], None
    return store.uses_about(connection, reader.keyring, number, wanted.subject), needed


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


def own_identifier(
    resource: ResourceDefinition, known: Mapping[str, ElementDefinition]
) -> ItemDefinition | None:
    """Return the item that holds the own identifier of the subjects whom a resource's link finds.

    None where there is none, and where it is the very column by which they are found: then there is
    nothing to compare.
    """
    link = resource.link
    if link is None:
        return None
    for item in resource.items:
        element = known.get(item.element)
        if (
            item.column
            and item.column != link.identifier
            and element is not None
            and element.own_identifier
            and element.subject is link.subject
        ):
            return item
    return None


def _is_theirs(found: Found, how: Reading, wanted: Wanted) -> bool:
    """Whether a row, whose last column is its own subject's identifier, is about whom was asked."""
    return value_rules.is_about(found.row[-1], how, wanted.subject)


def _withheld(wanted: Wanted) -> tuple[dict[str, Value | None], dict[str, Unfit]]:
    """Return no value, and that the row which was found is another's."""
    return dict.fromkeys(wanted.elements), dict.fromkeys(wanted.elements, Unfit.ANOTHERS)


def _values(
    known: Mapping[str, Reading], wanted: Wanted, found: Found | None
) -> tuple[dict[str, Value | None], dict[str, Unfit]]:
    """Return the values by element, and why what is held of an element is none of its values."""
    values: dict[str, Value | None] = dict.fromkeys(wanted.elements)
    unfit: dict[str, Unfit] = {}
    if found is None:
        return values, unfit
    row = found.row[: len(wanted.elements)]  # behind them perhaps the own identifier
    for element, raw in zip(wanted.elements, row, strict=True):
        try:
            value = convert(raw, known[element])
        except NotFitting as misfit:
            unfit[element] = misfit.reason
            continue
        if value_rules.contradicts(wanted.subject, element, value, known[element].today):
            unfit[element] = Unfit.CONTRADICTS_IDENTIFIER
        else:
            values[element] = value
    return values, unfit


def readings(connection: Connection, resource: ResourceDefinition, day: dt.date) -> Readings:
    """Return how the values of each element that a resource holds are read on a day.

    Kept as long as definitions and day are the same: what is asked again and again is made once.
    """
    known = catalog.elements(connection)
    kept = _readings.get(resource.code)
    if kept is not None and kept[0] is resource and kept[1] is known and kept[2] == day:
        return kept[3]
    made = readings_of(resource, known, day)
    if len(_readings) > _MOST_READINGS:
        _readings.clear()
    _readings[resource.code] = (resource, known, day, made)
    return made


def readings_of(
    resource: ResourceDefinition, known: Mapping[str, ElementDefinition], day: dt.date
) -> Readings:
    """Return how the values of each element that a resource holds are read, of these elements."""
    return {
        element: reading_of(known[element], item, day)
        for element, item in _held(resource).items()
        if element in known
    }
