"""The second person: somebody asks, somebody else agrees or refuses; both are on record."""

from collections.abc import Iterator

import msgspec

from tongban.kernel.actors import Actor, ActorKind
from tongban.kit.db import Unit
from tongban.modules.exchange import errors, queries, store
from tongban.modules.exchange.actions.disclosing import names_on_record
from tongban.modules.exchange.formats import agreement_facts
from tongban.modules.exchange.model import Grant
from tongban.modules.exchange.model.agreements import (
    Agreement,
    AgreementRequest,
    AgreementState,
)
from tongban.modules.exchange.model.occasions import WithoutCase
from tongban.modules.exchange.model.quotas import Limit, LimitKind
from tongban.modules.exchange.rules import agreements as rules
from tongban.modules.exchange.rules import grants, quotas
from tongban.modules.exchange.rules.quotas import name_of
from tongban.modules.government import queries as government
from tongban.modules.ledger import actions as ledger
from tongban.modules.ledger.model import EntryKind, NewEntry
from tongban.modules.notices import actions as notices
from tongban.modules.notices import queries as boxes
from tongban.modules.notices.model import Datum

_LONGEST_REASON = 1000


def ask_agreement(unit: Unit, actor: Actor, request: AgreementRequest) -> Agreement:
    """Ask another person to agree to so many reads without a case, until a day.

    For oneself, or for a system of one's department. Refuses who may not read by the grant, a grant
    that allows nothing without a case, and field by field what is missing or beyond its bounds.
    """
    grant, rule = _allowing(unit, actor, request.grant)
    today = queries.today(unit.connection, unit.now)
    clients = queries.clients_of(unit.connection, actor.department)
    faults = rules.faults_of(request, rule, clients, today)
    if not request.client and not grants.may_read(actor):
        faults.setdefault("client", "exchange.client_missing")
    occasion = rule.occasion(request.occasion)
    if faults or occasion is None or request.number is None or request.until is None:
        raise errors.form_incomplete(faults)
    _count(unit, actor)
    asked = Agreement(
        id=unit.new_id(),
        grant=grant.code,
        provider=grant.provider,
        department=grant.department,
        resource=grant.resource,
        reader=_reader(actor, request.client),
        asked_by=actor.account,
        occasion=occasion.code,
        occasion_name=occasion.name,
        occasion_reference=request.occasion_reference,
        number=request.number,
        until=request.until,
        state=AgreementState.REQUESTED,
        asked_at=unit.now,
    )
    asked = put_on_record(unit, asked, EntryKind.READING_ASKED)
    store.insert_agreement(unit.connection, asked)
    _tell_officers(unit, asked)
    return asked


def _count(unit: Unit, actor: Actor) -> None:
    """Count a request of today, and refuse it where one account has made too many."""
    day, again = quotas.day_of(unit.now, government.zone(unit.connection))
    asked = Limit(LimitKind.ASKED, name_of(actor), day, rules.MOST_ASKED)
    spent, _ = store.take(unit.connection, [asked])
    if spent:
        wait = max(1, round((again - unit.now).total_seconds()))
        raise errors.asked_too_often(rules.MOST_ASKED, wait)


def _allowing(unit: Unit, actor: Actor, code: str) -> tuple[Grant, WithoutCase]:
    grant = store.grant(unit.connection, code)
    today = queries.today(unit.connection, unit.now)
    if grant is None or not grants.may_see(actor, grant):
        raise errors.grant_not_found(code)
    if grant.without_case is None or not rules.may_ask(actor, grant, today):
        raise errors.not_allowed()
    return grant, grant.without_case


def _reader(actor: Actor, client: str) -> str:
    return f"{ActorKind.CLIENT}:{client}" if client else name_of(actor)


def answer_agreement(
    unit: Unit, actor: Actor, identifier: str, *, agreed: bool, reason: str
) -> Agreement:
    """Agree to what was asked for, or refuse it with a reason.

    Only a data officer of the reader's department or the provider, and never who asked or reads.
    Refuses anybody else, what is answered already or over, and a refusal without a reason.
    """
    asked = store.agreement(unit.connection, identifier, lock=True)
    if asked is None or not rules.may_see(actor, asked):
        raise errors.agreement_not_found()
    if not queries.may_answer_agreement(unit, actor, asked):
        raise errors.not_the_second_person()
    today = queries.today(unit.connection, unit.now)
    if asked.standing(today).value != AgreementState.REQUESTED.value:
        raise errors.agreement_answered()
    _check_reason(reason, needed=not agreed)
    answered = msgspec.structs.replace(
        asked,
        state=AgreementState.AGREED if agreed else AgreementState.REFUSED,
        decided_by=actor.account,
        decided_at=unit.now,
        reason=reason.strip(),
    )
    answered = put_on_record(unit, answered, EntryKind.READING_ANSWERED)
    store.update_agreement(unit.connection, answered)
    told = "reading_agreed" if agreed else "reading_refused"
    data = {"grant": answered.grant}
    notices.send(unit, answered.asked_by, f"exchange.notice.{told}", data, _page(answered))
    return answered


def _check_reason(reason: str, *, needed: bool) -> None:
    if needed and not reason.strip():
        raise errors.form_incomplete({"reason": "exchange.reason_missing"})
    if len(reason) > _LONGEST_REASON:
        raise errors.form_incomplete({"reason": "exchange.text_too_long"})


def _tell_officers(unit: Unit, asked: Agreement) -> None:
    """Tell those who can answer: of the reader's department, else of the provider, else that nobody can."""
    data: dict[str, Datum] = {"grant": asked.grant, "number": asked.number}
    message = "exchange.notice.reading_asked"
    found = list(_who_can_answer(unit, asked))
    for account in found:
        notices.send(unit, account, message, data, _page(asked))
    if not found:
        duty = [grants.DECIDE]
        notices.send_to_department(unit, asked.provider, duty, message, data, _page(asked))


def _who_can_answer(unit: Unit, asked: Agreement) -> Iterator[str]:
    concerned = (asked.asked_by, asked.reader.partition(":")[2])
    for department in dict.fromkeys((asked.department, asked.provider)):
        officers = boxes.responsible(unit, department, [grants.DECIDE])
        others = [each for each in officers if each not in concerned]
        if others:
            yield from others
            return


def _page(asked: Agreement) -> str:
    return f"/agreements/{asked.id}"


def put_on_record(unit: Unit, one: Agreement, kind: EntryKind) -> Agreement:
    """Return an agreement with the ledger entry that says how it now stands."""
    names = names_on_record(unit.connection, one.department, one.provider, one.resource)
    commitment, salt = ledger.commit(agreement_facts(one))
    new = NewEntry(
        kind=kind, public={**queries.agreement_on_record(one), **names}, commitment=commitment
    )
    return msgspec.structs.replace(one, entry=ledger.append(unit, new), salt=salt)
