"""Decisions about the second person: who asks, who agrees, and what can be asked for."""

import datetime as dt
from collections.abc import Collection, Mapping

from tongban.kernel.actors import Actor, ActorKind
from tongban.modules.exchange.model import Grant
from tongban.modules.exchange.model.agreements import Agreement, AgreementRequest
from tongban.modules.exchange.model.occasions import WithoutCase
from tongban.modules.exchange.rules import reading
from tongban.modules.exchange.rules.grants import DECIDE, in_effect, may_apply, may_read

MOST_DAYS = 7
"""Days from today, that one among them, for which somebody can agree at once."""
MOST_ASKED = 20
"""Requests of one account in a day: each is an entry of the ledger and a message to every officer."""
OVERSIGHT = ("evaluation.read", "supervision.read", "ledger.audit")
"""Duties of those who look over all departments: the data bureau, inspection, audit."""


def oversees(actor: Actor) -> bool:
    """Whether someone looks over the reading of every department."""
    return actor.kind is ActorKind.STAFF and any(actor.has(duty) for duty in OVERSIGHT)


def is_officer(actor: Actor, departments: tuple[str, ...]) -> bool:
    """Whether someone is data officer of one of these departments."""
    staff = actor.kind is ActorKind.STAFF
    return staff and actor.department in departments and actor.has(DECIDE)


def may_ask(actor: Actor, grant: Grant, today: dt.date) -> bool:
    """Whether someone may ask for more reads by a grant: who reads by it, or answers for a system."""
    staff = actor.kind is ActorKind.STAFF and actor.department == grant.department
    allows = grant.without_case is not None and in_effect(grant, today)
    return staff and allows and (may_read(actor) or may_apply(actor))


def may_answer(actor: Actor, agreement: Agreement, accounts: Collection[str]) -> bool:
    """Whether someone may agree or refuse: a data officer of either side who is neither reader nor asker,
    by none of the ``accounts`` that are known to be theirs."""
    concerned = {agreement.asked_by, agreement.reader.partition(":")[2]}
    sides = (agreement.department, agreement.provider)
    return is_officer(actor, sides) and concerned.isdisjoint(accounts)


def may_see(actor: Actor, agreement: Agreement) -> bool:
    """Whether someone may see an agreement: both sides' data officers, who asked or reads, oversight."""
    mine = actor.account in (agreement.asked_by, agreement.reader.partition(":")[2])
    sides = (agreement.department, agreement.provider)
    return oversees(actor) or is_officer(actor, sides) or (actor.signed_in and mine)


def faults_of(
    request: AgreementRequest, rule: WithoutCase, clients: Mapping[str, str], today: dt.date
) -> dict[str, str]:
    """Return what is wrong with a request, field by field."""
    found: dict[str, str] = {}
    if request.client and request.client not in clients:
        found["client"] = "exchange.client_missing"
    if rule.occasion(request.occasion) is None:
        found["occasion"] = "exchange.occasion_missing"
    if not reading.is_reference(request.occasion_reference):
        found["occasion_reference"] = "exchange.reference_missing"
    if request.number is None or not 1 <= request.number <= rule.a_day * MOST_DAYS:
        found["number"] = "exchange.number_missing"
    last = today + dt.timedelta(days=MOST_DAYS - 1)
    if request.until is None or not today <= request.until <= last:
        found["until"] = "exchange.until_missing"
    return found
