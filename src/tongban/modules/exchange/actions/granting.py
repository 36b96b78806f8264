"""Grants: declared by the instance or applied for here, given, refused, ended, always on record."""

import datetime as dt
import re
from collections.abc import Mapping

import msgspec

from tongban.kernel.actors import Actor
from tongban.kernel.dates import add_working_days
from tongban.kit import shelf
from tongban.kit.crypto import chance
from tongban.kit.db import Unit
from tongban.modules.catalog import queries as catalog
from tongban.modules.catalog.definition import DataClass, ResourceDefinition, ShareType
from tongban.modules.exchange import errors, queries, store
from tongban.modules.exchange.actions.disclosing import names_on_record, published
from tongban.modules.exchange.definition import GrantDefinition
from tongban.modules.exchange.formats import grant_facts
from tongban.modules.exchange.model import (
    Basis,
    EndReason,
    Grant,
    GrantRequest,
    GrantState,
    GrantVerb,
)
from tongban.modules.exchange.rules import grants as rules
from tongban.modules.government import queries as government
from tongban.modules.ledger import actions as ledger
from tongban.modules.ledger import queries as log
from tongban.modules.ledger.model import EntryKind, NewEntry, PublicValue
from tongban.modules.ledger.queries import ProvenRow
from tongban.modules.notices import actions as notices
from tongban.modules.notices.model import Datum

_PERSONAL = re.compile(r"\d{11}|@", re.ASCII)
_ABOUT_PERSONS = frozenset({DataClass.PERSONAL, DataClass.SENSITIVE})
_LONGEST_PURPOSE = 200
_LONGEST_BASIS = 300
_LONGEST_REASON = 1000
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
GRANTS = "exchange_grant"
KIND_OF_STATE: Mapping[GrantState, EntryKind] = {
    GrantState.IN_EFFECT: EntryKind.GRANT_GIVEN,
    GrantState.ENDED: EntryKind.GRANT_ENDED,
}
"""What the newest entry about a grant is; of one that was never given there is none."""

# Declared by the instance -----------------------------------------------------------------------


def adopt_grants(unit: Unit) -> None:
    """Make the grants agree with those on the shelf: called where an instance is applied.

    New ones are given, changed ones replaced, those no longer declared ended. What somebody ended
    here stays ended, and what was applied for here is left alone.
    """
    declared = shelf.every(unit.connection, "grants", GrantDefinition)
    kept = store.every_grant(unit.connection)
    resources = catalog.resources(unit.connection)
    for code, definition in declared.items():
        resource = resources.get(definition.resource)
        if resource is not None:
            _adopt(unit, _declared(definition, resource.provider), kept.get(code))
    for code, grant in kept.items():
        dropped = code not in declared and grant.origin == "instance"
        if dropped and grant.state is GrantState.IN_EFFECT:
            _end(unit, grant, EndReason.DEFINITION, "")


def _declared(definition: GrantDefinition, provider: str) -> Grant:
    return Grant(
        code=definition.code,
        resource=definition.resource,
        provider=provider,
        department=definition.department,
        items=definition.items,
        masked=definition.masked,
        purpose=definition.purpose,
        services=definition.services,
        basis=definition.basis,
        rests_on=definition.rests_on,
        starts=definition.starts,
        ends=definition.ends,
        delivery=definition.delivery,
        without_case=definition.without_case,
        state=GrantState.IN_EFFECT,
    )


def _adopt(unit: Unit, new: Grant, known: Grant | None) -> None:
    if known is None:
        store.insert_grant(unit.connection, _logged_as_given(unit, new))
        return
    if known.origin != "instance":
        return
    if known.state is GrantState.ENDED and known.end_reason is EndReason.DEFINITION:
        again = msgspec.structs.replace(new, state=rules.move_grant(known, GrantVerb.GIVE_AGAIN))
        store.update_grant(unit.connection, _logged_as_given(unit, again))
    elif known.state is GrantState.IN_EFFECT and _terms(known) != _terms(new):
        _logged_as_ended(unit, known, EndReason.REPLACED)
        store.update_grant(unit.connection, _logged_as_given(unit, new))


def _terms(grant: Grant) -> Grant:
    """Return a grant without its history, to compare."""
    bare = {"entry": "", "salt": None, "decided_at": None}
    return msgspec.structs.replace(grant, state=GrantState.IN_EFFECT, **bare)


# Applied for here -------------------------------------------------------------------------------


def request_grant(unit: Unit, actor: Actor, request: GrantRequest) -> Grant:
    """Apply for a grant for one's own department.

    Items shared unconditionally are given at once, and the provider hears of it; for others the
    provider's data officer is to answer within ten working days. So it is for data about persons
    where a law is claimed in place of their consent: somebody else reads the law first. Refuses,
    field by field, what is missing or cannot be had.
    """
    if not rules.may_apply(actor):
        raise errors.not_allowed()
    resource = catalog.resource(unit.connection, request.resource)
    if resource.provider == actor.department:
        raise errors.grant_not_needed()
    day = queries.today(unit.connection, unit.now)
    starts, ends = _check_request(unit, actor.department, resource, request, day)
    asked = Grant(
        code=_new_code(unit, day),
        resource=resource.code,
        provider=resource.provider,
        department=actor.department,
        items=request.items,
        purpose=request.purpose,
        services=request.services,
        basis=request.basis,
        rests_on=request.rests_on or Basis.CONSENT,
        starts=starts,
        ends=ends,
        state=GrantState.REQUESTED,
        origin="request",
        asked_by=actor.account,
        asked_at=unit.now,
        answer_by=_answer_by(unit, day),
    )
    at_once = _all_unconditional(resource, request.items) and not (
        asked.rests_on is Basis.LAW and _any_personal(unit, request.items)
    )
    if at_once:
        state = rules.move_grant(asked, GrantVerb.GIVE)
        asked = msgspec.structs.replace(asked, state=state, decided_at=unit.now)
        asked = _logged_as_given(unit, asked)
    store.insert_grant(unit.connection, asked)
    _tell_officers(unit, asked, asked.provider, "given_at_once" if at_once else "asked")
    return asked


def _check_request(
    unit: Unit, department: str, resource: ResourceDefinition, request: GrantRequest, day: dt.date
) -> tuple[dt.date, dt.date]:
    """Return the term asked for; refuses with everything that is wrong, field by field."""
    wrong = rules.check_term(request.starts, request.ends, day)
    wrong |= _check_text("purpose", request.purpose, _LONGEST_PURPOSE)
    wrong |= _check_text("basis", request.basis, _LONGEST_BASIS)
    offered = {item.element for item in queries.requestable(resource)}
    if not request.items:
        wrong["items"] = "exchange.items_missing"
    elif not set(request.items) <= offered:
        wrong["items"] = "exchange.items_not_offered"
    if request.rests_on not in (Basis.CONSENT, Basis.LAW):
        wrong["rests_on"] = "exchange.rests_on_missing"
    if any(not rules.is_code(service) for service in request.services):
        wrong["services"] = "exchange.services_ill_shaped"
    elif not set(request.services) <= set(queries.purposes_of(unit.connection, department)):
        wrong["services"] = "exchange.services_unknown"
    if wrong or request.starts is None or request.ends is None:
        raise errors.form_incomplete(wrong)
    return request.starts, request.ends


def _check_text(name: str, text: str, longest: int) -> dict[str, str]:
    if not text.strip():
        return {name: f"exchange.{name}_missing"}
    if len(text) > longest:
        return {name: "exchange.text_too_long"}
    return {name: "exchange.text_looks_personal"} if _PERSONAL.search(text) else {}


def _all_unconditional(resource: ResourceDefinition, elements: tuple[str, ...]) -> bool:
    types = {item.element: catalog.share_of(resource, item).type for item in resource.items}
    return all(types[element] is ShareType.UNCONDITIONAL for element in elements)


def _any_personal(unit: Unit, elements: tuple[str, ...]) -> bool:
    known = catalog.elements(unit.connection)
    return any(known[code].data_class in _ABOUT_PERSONS for code in elements if code in known)


def _answer_by(unit: Unit, day: dt.date) -> dt.date:
    """Return until when the provider is to answer; by weekends alone where the calendar ends."""
    calendar = government.calendar(unit.connection).assumed()
    return add_working_days(calendar, day, rules.ANSWER_DAYS)


def _new_code(unit: Unit, day: dt.date) -> str:
    while True:
        code = f"G{day:%Y}-" + "".join(chance.choice(_ALPHABET) for _ in range(8))
        if store.grant(unit.connection, code) is None:
            return code


def give_grant(
    unit: Unit, actor: Actor, code: str, starts: dt.date | None, ends: dt.date | None
) -> Grant:
    """Give what was applied for, for a term. Only the provider's data officer may.

    Refuses anybody else, a grant that does not wait for an answer, and a term that lacks a date,
    ends before it starts or in the past, or is too long.
    """
    grant = _locked(unit, code)
    if not rules.may_decide(actor, grant):
        raise errors.not_allowed()
    state = rules.move_grant(grant, GrantVerb.GIVE)
    wrong = rules.check_term(starts, ends, queries.today(unit.connection, unit.now))
    if wrong or starts is None or ends is None:
        raise errors.form_incomplete(wrong)
    given = msgspec.structs.replace(
        grant,
        state=state,
        starts=starts,
        ends=ends,
        decided_by=actor.account,
        decided_at=unit.now,
    )
    given = _logged_as_given(unit, given)
    store.update_grant(unit.connection, given)
    _tell(unit, given, given.asked_by, "given")
    return given


def refuse_grant(unit: Unit, actor: Actor, code: str, reason: str) -> Grant:
    """Refuse what was applied for, with a reason. Only the provider's data officer may.

    Refuses anybody else, a grant that does not wait for an answer, and no reason or too long a one.
    """
    grant = _locked(unit, code)
    if not rules.may_decide(actor, grant):
        raise errors.not_allowed()
    state = rules.move_grant(grant, GrantVerb.REFUSE)
    _check_reason(reason)
    refused = msgspec.structs.replace(
        grant, state=state, reason=reason, decided_by=actor.account, decided_at=unit.now
    )
    store.update_grant(unit.connection, refused)
    _tell(unit, refused, refused.asked_by, "refused")
    return refused


def withdraw_request(unit: Unit, actor: Actor, code: str) -> Grant:
    """Take a request back. Refuses whoever did not ask for it, and one that is decided."""
    grant = _locked(unit, code)
    if not rules.may_withdraw(actor, grant):
        raise errors.not_allowed()
    withdrawn = msgspec.structs.replace(
        grant,
        state=rules.move_grant(grant, GrantVerb.WITHDRAW),
        ended_at=unit.now,
        end_reason=EndReason.WITHDRAWN,
    )
    store.update_grant(unit.connection, withdrawn)
    return withdrawn


def end_grant(unit: Unit, actor: Actor, code: str, reason: str) -> Grant:
    """End a grant before its term, with a reason. The data officer of either side may.

    Refuses anybody else, a grant that is not in effect, and no reason or too long a one.
    """
    grant = _locked(unit, code)
    if not rules.may_end(actor, grant):
        raise errors.not_allowed()
    rules.move_grant(grant, GrantVerb.END)
    _check_reason(reason)
    why = rules.end_reason_of(actor, grant)
    ended = _end(unit, grant, why, reason)
    other = grant.department if why is EndReason.PROVIDER else grant.provider
    _tell_officers(unit, ended, other, "ended")
    return ended


def _locked(unit: Unit, code: str) -> Grant:
    grant = store.grant(unit.connection, code, lock=True)
    if grant is None:
        raise errors.grant_not_found(code)
    return grant


def _check_reason(reason: str) -> None:
    if not reason.strip():
        raise errors.form_incomplete({"reason": "exchange.reason_missing"})
    if len(reason) > _LONGEST_REASON:
        raise errors.form_incomplete({"reason": "exchange.text_too_long"})


def _end(unit: Unit, grant: Grant, why: EndReason, reason: str) -> Grant:
    ended = msgspec.structs.replace(
        grant,
        state=rules.move_grant(grant, GrantVerb.END),
        ended_at=unit.now,
        end_reason=why,
        reason=reason,
    )
    ended = _logged_as_ended(unit, ended, why)
    store.update_grant(unit.connection, ended)
    return ended


# Telling ----------------------------------------------------------------------------------------


def _tell_officers(unit: Unit, grant: Grant, department: str, message: str) -> None:
    """Tell a department's data officers, or who else there may apply and pass it on."""
    notices.send_to_department(
        unit, department, rules.APPLY, f"exchange.notice.{message}", _words_of(grant), _page(grant)
    )


def _tell(unit: Unit, grant: Grant, account: str, message: str) -> None:
    """Put a message about a grant into an account's box; a grant that nobody asked for has none."""
    if account:
        notices.send(unit, account, f"exchange.notice.{message}", _words_of(grant), _page(grant))


def _words_of(grant: Grant) -> dict[str, Datum]:
    return {"grant": grant.code, "resource": grant.resource}


def _page(grant: Grant) -> str:
    return f"/grants/{grant.code}"


# On record --------------------------------------------------------------------------------------


def _logged_as_given(unit: Unit, grant: Grant) -> Grant:
    given = {name: value for name, value in term_on_record(grant).items() if value is not None}
    return _logged(unit, grant, EntryKind.GRANT_GIVEN, _public(unit, grant) | given)


def term_on_record(grant: Grant) -> dict[str, PublicValue | None]:
    """Return what the entry about a grant that is given shows besides; None for what it has none of."""
    rule = grant.without_case
    return {
        "delivery": grant.delivery,
        "valid_from": grant.starts.isoformat(),
        "valid_until": grant.ends.isoformat(),
        "occasions": [each.code for each in rule.occasions] if rule is not None else None,
        "without_case_a_day": rule.a_day if rule is not None else None,
    }


def _logged_as_ended(unit: Unit, grant: Grant, why: EndReason) -> Grant:
    public = _public(unit, grant) | {"reason": why.value}
    return _logged(unit, grant, EntryKind.GRANT_ENDED, public)


def _logged(unit: Unit, grant: Grant, kind: EntryKind, public: dict[str, PublicValue]) -> Grant:
    """Return a grant with the entry that commits to all of it as it now is."""
    commitment, salt = ledger.commit(grant_facts(grant))
    shown = public | _altered_before(unit, grant)
    entry = ledger.append(unit, NewEntry(kind=kind, public=shown, commitment=commitment))
    return msgspec.structs.replace(grant, entry=entry, salt=salt)


def _altered_before(unit: Unit, grant: Grant) -> dict[str, PublicValue]:
    """Return what the new entry says where the grant, as it is kept still, is not what its entry says."""
    known = store.grant(unit.connection, grant.code)
    rows = [proven_grant(known)] if known is not None and known.entry else []
    return log.altered_before(unit.connection, rows)


def proven_grant(grant: Grant) -> ProvenRow:
    """Return what follows from a grant for its newest entry."""
    public = terms_on_record(grant)
    kind = KIND_OF_STATE.get(grant.state)
    if kind is EntryKind.GRANT_GIVEN:
        public |= term_on_record(grant)
    if kind is EntryKind.GRANT_ENDED:
        public["reason"] = grant.end_reason.value if grant.end_reason else None
    return log.salted_row(
        table=GRANTS,
        key=grant.code,
        entry=grant.entry,
        kinds=() if kind is None else (kind, EntryKind.RECORDED_AS_FOUND),
        public=public,
        salt=grant.salt,
        facts=grant_facts(grant),
    )


def _public(unit: Unit, grant: Grant) -> dict[str, PublicValue]:
    said = {name: value for name, value in terms_on_record(grant).items() if value is not None}
    names = names_on_record(unit.connection, grant.department, grant.provider, grant.resource)
    return {**said, **names}


def terms_on_record(grant: Grant) -> dict[str, PublicValue | None]:
    """Return what every entry about a grant shows of its terms; None for what it has none of."""
    return {
        "grant": grant.code,
        "provider": grant.provider,
        "department": grant.department,
        "resource": grant.resource,
        "items": [item for item in grant.items if rules.is_code(item)],
        "item_count": len(grant.items),
        "purpose": published(grant.purpose, _LONGEST_PURPOSE),
        "legal_basis": published(grant.basis, _LONGEST_BASIS),
    }
