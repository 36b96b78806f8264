"""Consent: what departments may be asked, department by department, and what they answered."""

from collections.abc import Collection, Mapping
from types import MappingProxyType

from msgspec.structs import replace

from tongban.kernel.actors import Actor
from tongban.kernel.errors import Refusal
from tongban.kernel.subjects import SubjectRef
from tongban.kernel.text import say
from tongban.kit.db import Recorded, Unit
from tongban.modules.catalog import queries as catalog
from tongban.modules.exchange import actions as exchange
from tongban.modules.exchange import queries as asking
from tongban.modules.exchange.model import Basis, Fetched, Prepared, UseRequest
from tongban.modules.services.actions.recording import happened, save
from tongban.modules.services.model import (
    Brought,
    CaseValue,
    Choice,
    Consent,
    Element,
    Need,
    Objection,
    Origin,
    Plain,
    What,
)
from tongban.modules.services.queries.loading import Loaded, editable
from tongban.modules.services.queries.showing import Onlooker, is_hidden
from tongban.modules.services.rules import form
from tongban.modules.services.store import values

_AGAIN = (Brought.FAILED, Brought.UNREADABLE)
"""What may have been mended since, so that the same answer is worth another try."""

Answers = Mapping[int, tuple[str, Prepared | Refusal]]
"""What slow sources answered beforehand: need by need its use, and the answer or why there is none."""


def open_far_uses(
    unit: Unit, actor: Actor, identifier: str, allowed: Collection[int]
) -> dict[int, str]:
    """Open the uses of needs whose source may be slow, to be asked outside any unit of work.

    Returns the use of each such need. The one writer of a small government must not wait for a
    department's database; what it answers is then handed to :func:`consent`.
    """
    loaded = editable(unit, actor, identifier, lock=True)
    opened: dict[int, str] = {}
    for number, need in form.needs_of(loaded.service, loaded.lookup):
        choice = form.choice_for(need, number in allowed)
        subject = _subject(unit, loaded, need)
        if choice is Choice.REFUSED or subject is None or _is_said(loaded, number, choice):
            continue
        if not asking.is_near(unit.connection, need.resource):
            opened[number] = exchange.open_use(unit, _request(loaded, need, choice, subject))
    return opened


def _is_said(loaded: Loaded, number: int, choice: Choice) -> bool:
    """Whether the same was said before, and what it brought is there."""
    known = next((each for each in loaded.consents if each.number == number), None)
    return known is not None and known.choice is choice and known.brought not in _AGAIN


def consent(
    unit: Unit,
    actor: Actor,
    identifier: str,
    allowed: Collection[int],
    answers: Answers = MappingProxyType({}),
) -> None:
    """Keep what the applicant said to every need, and fetch what may be fetched.

    ``allowed`` are the positions of the needs that were consented to; the others count as refused,
    except where the law is the basis, of which the applicant was informed. A need that was fetched
    already and stays allowed is not fetched twice. Nothing that goes wrong here ends the
    application: what does not come is asked. What was asked and typed before the data came is said
    against them, unless they agree: no word of the applicant goes away by itself.
    """
    loaded = editable(unit, actor, identifier, lock=True)
    for number, need in form.needs_of(loaded.service, loaded.lookup):
        choice = form.choice_for(need, number in allowed)
        if _is_said(loaded, number, choice):
            continue
        claimed = _last_words(loaded, _forget(unit, loaded, number, need))
        said, fetched = _bring(unit, loaded, number, need, choice, answers.get(number))
        brought = [_with_claim(loaded, value, claimed.get(value.key)) for value in fetched]
        keys = [value.key for value in brought]
        values.remove_objections(unit.connection, loaded.case.id, keys)
        values.put_consent(unit.connection, loaded.case.id, said)
        values.put_values(unit, loaded.case.id, brought)
    happened(unit, loaded.case, What.CONSENTED, actor)
    save(unit, loaded.case, loaded.case)


def _forget(unit: Unit, loaded: Loaded, number: int, need: Need) -> dict[str, Objection]:
    """Forget what an earlier answer to the same need had brought, and end the use it allowed.

    What the applicant said against it is set aside. Returns all that is set aside, by key.
    """
    for known in loaded.consents:
        if known.number == number and known.use:
            exchange.close_use(unit, known.use)
    fetched = [
        value
        for value in loaded.values
        if value.origin is Origin.FETCHED and value.key in need.elements
    ]
    values.set_aside(unit, loaded.case.id, fetched)
    values.remove_values(unit.connection, loaded.case.id, [value.key for value in fetched])
    return {each.key: each for each in values.objections_of(unit, loaded.case.id)}


def _last_words(loaded: Loaded, before: Mapping[str, Objection]) -> dict[str, Objection]:
    """Return by key what the applicant says: what was set aside, and what they typed themself since.

    The last word counts; who repeats what they said before repeats why.
    """
    found = dict(before)
    for value in loaded.values:
        if value.origin is Origin.ASKED and value.value is not None:
            said = found.get(value.key)
            note = said.note if said is not None and said.claim == value.value else ""
            found[value.key] = Objection(
                key=value.key, type=value.type, claim=value.value, note=note
            )
    return found


def _with_claim(loaded: Loaded, value: CaseValue, said: Objection | None) -> CaseValue:
    """Return a fetched value with what was said against it before, or typed instead of it.

    A record that has become what the applicant said is no longer disputed. What they cannot see
    whole says nothing to them, so a claim against it stays.
    """
    if said is None:
        return value
    agrees = said.claim == value.value and not is_hidden(loaded, value, Onlooker.CONFIRMING)
    return value if agrees else replace(value, claim=said.claim, claim_note=said.note)


def _bring(
    unit: Unit,
    loaded: Loaded,
    number: int,
    need: Need,
    choice: Choice,
    answer: tuple[str, Prepared | Refusal] | None,
) -> tuple[Consent, list[CaseValue]]:
    said = Consent(
        number=number,
        resource=need.resource,
        choice=choice,
        brought=Brought.NOT_ASKED,
        at=unit.now,
    )
    if choice is Choice.REFUSED:
        return said, []
    subject = _subject(unit, loaded, need)
    if subject is None:
        fault = "services.no_such_subject"
        return replace(said, brought=Brought.FAILED, fault=fault), []
    try:
        if answer is None:
            use = exchange.open_use(unit, _request(loaded, need, choice, subject))
            said = replace(said, use=use)
            fetched = exchange.fetch(unit, use)
        else:
            said = replace(said, use=answer[0])
            fetched = _recorded(unit, answer[1])
    except Recorded as recorded:
        return replace(said, brought=Brought.FAILED, fault=recorded.refusal.code), []
    except Refusal as refusal:
        exchange.count_unanswered(unit, need.resource, refusal)
        return replace(said, brought=Brought.FAILED, fault=refusal.code), []
    brought = _values(loaded, fetched)
    return replace(said, brought=_brought(fetched), unfit=tuple(fetched.unfit)), brought


def _brought(fetched: Fetched) -> Brought:
    if any(value is not None for value in fetched.values.values()):
        return Brought.FETCHED
    return Brought.UNREADABLE if fetched.unfit else Brought.NOTHING


def _recorded(unit: Unit, answer: Prepared | Refusal) -> Fetched:
    """Put on record what was read beforehand, or say again why nothing was."""
    if isinstance(answer, Refusal):
        raise answer
    return exchange.record(unit, answer)


def _subject(unit: Unit, loaded: Loaded, need: Need) -> SubjectRef | None:
    """Return whom the resource is to be asked about: the applicant, if it knows such subjects."""
    resource = catalog.resources(unit.connection).get(need.resource)
    subject = loaded.applicant.subject
    if resource is None or resource.link is None or resource.link.subject != subject.kind:
        return None
    return subject


def _request(loaded: Loaded, need: Need, choice: Choice, subject: SubjectRef) -> UseRequest:
    return UseRequest(
        case_number=loaded.case.id,
        draft=True,
        service=loaded.case.service,
        service_name=loaded.service.name,
        department=loaded.case.department,
        subject=subject,
        resource=need.resource,
        elements=need.elements,
        purpose=need.purpose or say(loaded.service.name, "zh"),
        basis=Basis.LAW if choice is Choice.INFORMED else Basis.CONSENT,
        clause=need.clause,
    )


def _values(loaded: Loaded, fetched: Fetched) -> list[CaseValue]:
    return [
        CaseValue(
            key=key,
            type=_type(loaded.elements.get(key), value, key in fetched.masked),
            value=value,
            origin=Origin.FETCHED,
            at=fetched.at,
            resource=fetched.resource,
            provider=fetched.provider,
            disclosure=fetched.disclosure_id,
            ledger_entry=fetched.ledger_entry,
        )
        for key, value in fetched.values.items()
        if value is not None
    ]


def _type(element: Element | None, value: Plain, masked: bool) -> str:
    """Return the type of a fetched value; a masked one is only text to look at."""
    return element.type if element is not None and not masked else "text"
