"""Uses and disclosures: no value leaves before the disclosure that stands for it is written."""

import functools
from collections.abc import Iterable, Mapping
from dataclasses import replace

import msgspec
from sqlalchemy import Connection

from tongban.kernel.actors import Actor
from tongban.kernel.errors import Refusal
from tongban.kernel.text import Text
from tongban.kit.crypto import chance
from tongban.kit.db import Unit
from tongban.modules.catalog import queries as catalog
from tongban.modules.exchange import errors, queries, store
from tongban.modules.exchange.actions import bounding
from tongban.modules.exchange.actions.chaining import append_about
from tongban.modules.exchange.events import ValuesUnfit
from tongban.modules.exchange.formats import SALT_SIZE, digest_of, private_facts
from tongban.modules.exchange.model import (
    Basis,
    Disclosure,
    DisclosureLine,
    Fetched,
    GrantState,
    Outcome,
    Prepared,
    Purpose,
    UseRequest,
    UseState,
)
from tongban.modules.exchange.model.at_work import AtWork
from tongban.modules.exchange.rules import grants as rules
from tongban.modules.exchange.rules import quotas, reading
from tongban.modules.exchange.rules.values import subject_key, subject_of
from tongban.modules.government import queries as government
from tongban.modules.ledger import actions as ledger
from tongban.modules.ledger.model import EntryKind, NewEntry, PublicValue

_LONGEST_NAME = 200
_LONGEST_LAW = 300
_OUTCOMES: Mapping[Outcome, str] = {
    Outcome.DISCLOSED: "given",
    Outcome.NOTHING_FOUND: "nothing_found",
    Outcome.UNREADABLE: "unreadable",
    Outcome.REFUSED: "refused",
}


def open_use(unit: Unit, request: UseRequest) -> str:
    """Declare a case's need of elements about a subject; returns the use's id.

    Opening promises nothing: whether the data may be had is decided when they are fetched. Refuses
    an unknown resource, a subject that cannot be one, and codes that are not codes.
    """
    catalog.resource(unit.connection, request.resource)
    subject_of(request.subject.kind, request.subject.id)
    rules.check_codes(request.service, request.case_number)
    if not request.elements:
        raise errors.nothing_asked()
    use_id = unit.new_id()
    store.insert_use(unit.connection, unit.keyring, request, use_id, unit.now)
    return use_id


def number_case(unit: Unit, draft: str, number: str) -> None:
    """Let the uses and disclosures of a draft go by the number that the case was given."""
    rules.check_codes(number, number)
    store.rename_case(unit.connection, draft, number)


def close_use(unit: Unit, use_id: str) -> None:
    """Close one use of a case, because what it rested on was taken back."""
    store.close_use(unit.connection, use_id, unit.now)


def declare_work(unit: Unit, case_number: str, several: Iterable[AtWork]) -> None:
    """Declare who works on a running case and what they need for it; nobody for one that is over.

    Only who works on a case reads for it at the interface, and only what they need. In place of what
    was declared before.
    """
    store.put_work(unit, case_number, reading.declared(several))


def declare_purposes(unit: Unit, purposes: Iterable[Purpose]) -> None:
    """Declare the services that data may be read for, in place of those declared before."""
    store.put_purposes(unit.connection, purposes)


def close_uses(unit: Unit, case_number: str) -> int:
    """Close every open use of a case: nothing is fetched for it any more. Returns how many."""
    return store.close_uses(unit.connection, case_number, unit.now)


def fetch(unit: Unit, use_id: str) -> Fetched:
    """Fetch the values of a use, disclosed and recorded in this unit.

    A refusal (no grant, not shared, use closed) is recorded in this unit and then raised as
    ``Recorded``; a source that does not answer raises ``exchange.source_unavailable`` and changes
    nothing. Who has slow sources prepares first (``queries.prepare_use``) and records afterwards.
    """
    return record(unit, queries.prepare_use(unit, use_id))


def record(unit: Unit, prepared: Prepared) -> Fetched:
    """Put a prepared request on record, in the table and in the ledger, and only then answer it.

    Looks again whether use and grant still stand, since preparing may have been a while ago.
    """
    settled = _settled(unit, prepared)
    line = _write(unit, settled)
    unit.counted.append(("tongban_disclosures", _OUTCOMES[line.outcome]))
    if settled.unfit:
        unit.emit(_unfit(settled))
    if settled.refusal is not None:
        raise unit.recorded(settled.refusal)
    bounding.tell_own(unit, settled.wanted, line.ledger_entry)
    return Fetched(
        disclosure_id=line.id,
        resource=line.resource,
        provider=line.provider,
        at=line.at,
        outcome=line.outcome,
        values=dict(settled.values),
        unfit=dict(settled.unfit),
        masked=line.masked,
        count=settled.count,
        grant=line.grant,
        ledger_entry=line.ledger_entry,
    )


def _unfit(prepared: Prepared) -> ValuesUnfit:
    return ValuesUnfit(
        source=prepared.source,
        resource=prepared.wanted.resource,
        elements={element: reason.value for element, reason in prepared.unfit.items()},
    )


def read(unit: Unit, actor: Actor, prepared: Prepared) -> Fetched:
    """Record and answer what someone asked the interface for, for their own department only."""
    wanted = prepared.wanted
    if not queries.may_read(actor) or (actor, actor.department) != (
        wanted.asker,
        wanted.department,
    ):
        raise errors.not_allowed()
    return record(unit, prepared)


def _settled(unit: Unit, prepared: Prepared) -> Prepared:
    refusal = prepared.refusal or _no_longer(unit, prepared)
    asked = prepared.wanted.asker.signed_in
    if refusal is None and asked:
        refusal = bounding.beyond_quota(unit, prepared)
    if refusal is None:
        return prepared
    if asked:
        bounding.count_refused(unit, prepared.wanted)
    return replace(
        prepared, refusal=refusal, outcome=Outcome.REFUSED, values={}, unfit={}, masked=(), count=0
    )


def _no_longer(unit: Unit, prepared: Prepared) -> Refusal | None:
    wanted, grant = prepared.wanted, prepared.grant
    if wanted.use and store.use_state(unit.connection, wanted.use) is not UseState.OPEN:
        return errors.use_closed()
    refusal = _no_longer_needed(unit, prepared)
    if refusal is not None:
        return refusal
    if grant is None or store.mark(unit.connection) == prepared.mark:
        return None
    if store.grant_state(unit.connection, grant.code) is not GrantState.IN_EFFECT:
        return errors.no_grant(wanted.resource, wanted.department)
    return None


def _no_longer_needed(unit: Unit, prepared: Prepared) -> Refusal | None:
    """Refuse who does not work on the case now, or needs less of it than when their request was
    prepared; what they need then stays so until this unit is over."""
    wanted = prepared.wanted
    if not (wanted.asker.signed_in and wanted.case_number):
        return None
    work = store.at_work(unit, wanted.case_number, wanted.department, hold=True)
    needed = reading.needed(wanted.asker, work)
    if needed is None:
        return errors.use_closed()
    if needed.still(prepared.needed, wanted.elements):
        return None
    return errors.not_needed(needed.lacking(wanted.elements) or wanted.elements)


def _write(unit: Unit, prepared: Prepared) -> DisclosureLine:
    wanted = prepared.wanted
    salt = chance.token_bytes(SALT_SIZE)
    digest = digest_of(prepared.values, salt)
    line = _line(unit, prepared)
    facts = private_facts(line, wanted.subject.id, digest, wanted.use)
    commitment, commitment_salt = ledger.commit(facts)
    index = unit.keyring.index(subject_key(wanted.subject))
    public = _public(unit, prepared, line)
    new = NewEntry(kind=EntryKind.DISCLOSURE, public=public, commitment=commitment)
    logged = _with_entry(line, append_about(unit, index, line.shown_on, new))
    store.insert_disclosure(
        unit.connection,
        Disclosure(
            line=logged,
            use=wanted.use,
            subject_kind=wanted.subject.kind.value,
            subject_index=index,
            subject_sealed=unit.keyring.seal(
                wanted.subject.id, store.subject_cell(logged.id, index)
            ),
            count=prepared.count,
            salt=salt,
            digest=digest,
            commitment_salt=commitment_salt,
        ),
    )
    return logged


def _line(unit: Unit, prepared: Prepared) -> DisclosureLine:
    wanted, grant = prepared.wanted, prepared.grant
    kept_back = wanted.occasion.kept_back if wanted.occasion else None
    return DisclosureLine(
        id=unit.new_id(),
        at=unit.now,
        department=wanted.department,
        provider=prepared.provider,
        service=wanted.code,
        purpose=wanted.purpose or (grant.purpose if grant else ""),
        basis=_basis(prepared),
        clause=wanted.clause or (grant.basis if grant else ""),
        resource=wanted.resource,
        elements=wanted.elements,
        masked=prepared.masked,
        case_number=wanted.case_number,
        grant=grant.code if grant else "",
        outcome=prepared.outcome,
        reason=prepared.refusal.code if prepared.refusal else "",
        unfit=dict(prepared.unfit),
        ledger_entry="",
        asked_by=quotas.name_of(wanted.asker) if wanted.asker.signed_in else "",
        occasion=wanted.occasion.code if wanted.occasion else "",
        occasion_name=wanted.occasion.name if wanted.occasion else "",
        occasion_reference=wanted.occasion_reference,
        shown_on=kept_back.shown_on(queries.today(unit.connection, unit.now))
        if kept_back
        else None,
        kept_back_by=kept_back.clause if kept_back else "",
    )


def _basis(prepared: Prepared) -> Basis:
    """Return what a disclosure rests on: one that was refused without a clause, on nothing."""
    wanted = prepared.wanted
    return Basis.NONE if prepared.refusal is not None and not wanted.clause else wanted.basis


def _with_entry(line: DisclosureLine, entry: str) -> DisclosureLine:
    return msgspec.structs.replace(line, ledger_entry=entry)


def _public(unit: Unit, prepared: Prepared, line: DisclosureLine) -> dict[str, PublicValue]:
    """Return what everyone may see of a disclosure: nothing that says whose data they are."""
    purpose = store.purposes(unit.connection).get(line.service)
    service_name = published(purpose.name, _LONGEST_NAME) if purpose is not None else None
    said = {name: value for name, value in shown_on_record(line).items() if value is not None}
    return {
        **said,
        "delivery": "api",
        "subject_kind": prepared.wanted.subject.kind.value,
        **names_on_record(unit.connection, line.department, line.provider, line.resource),
        **({"service_name": service_name} if service_name else {}),
    }


def shown_on_record(line: DisclosureLine) -> dict[str, PublicValue | None]:
    """Return what an entry shows of a line on record; None for what the line does not have."""
    return {
        "department": line.department,
        "provider": line.provider,
        "resource": line.resource,
        "elements": list(line.elements),
        "item_count": len(line.elements) - len(line.unfit),
        "unreadable": sorted(line.unfit) or None,
        "purpose": published(line.purpose, _LONGEST_NAME),
        "legal_basis": published(line.clause, _LONGEST_LAW),
        "basis": line.basis.value,
        "grant": line.grant or None,
        "occasion": line.occasion or None,
        "service": line.service,
        "outcome": _OUTCOMES[line.outcome],
        "reason": line.reason or None,
    }


def outcome_on_record(word: str) -> Outcome:
    """Return the outcome that an entry's word stands for; refused where it is none of ours."""
    return next((one for one, said in _OUTCOMES.items() if said == word), Outcome.REFUSED)


def names_on_record(
    connection: Connection, department: str, provider: str, resource: str
) -> dict[str, PublicValue]:
    """Return what departments and resource are called now, as an entry shows it for good.

    Whoever verifies an entry years later, away from this government, reads names and not only codes.
    """
    departments = government.departments(connection)
    known = catalog.resources(connection)
    names = {
        "department_name": departments[department].name if department in departments else "",
        "provider_name": departments[provider].name if provider in departments else "",
        "resource_name": known[resource].name if resource in known else "",
    }
    said = {field: published(name, _LONGEST_NAME) for field, name in names.items()}
    return {field: name for field, name in said.items() if name}


def published(text: Text, longest: int) -> PublicValue | None:
    """Return a published text as the ledger takes it: on one line and not too long."""
    if isinstance(text, str):
        return _one_line(text, longest) or None
    said = {language: _one_line(each, longest) for language, each in text.items()}
    return {language: each for language, each in said.items() if each} or None


@functools.lru_cache(maxsize=1000)
def _one_line(text: str, longest: int) -> str:
    return "".join(character for character in text if character.isprintable())[:longest]
