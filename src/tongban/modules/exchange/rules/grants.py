"""Decisions about grants and uses: moves between states, what a grant covers, who may."""

import datetime as dt
import re
from collections.abc import Iterable, Mapping

from tongban.kernel.actors import Actor, ActorKind
from tongban.modules.exchange import errors
from tongban.modules.exchange.model import (
    EndReason,
    Grant,
    GrantState,
    GrantVerb,
    UseState,
    Wanted,
)

GRANT_MOVES: Mapping[tuple[GrantState, GrantVerb], GrantState] = {
    (GrantState.REQUESTED, GrantVerb.GIVE): GrantState.IN_EFFECT,
    (GrantState.REQUESTED, GrantVerb.REFUSE): GrantState.REFUSED,
    (GrantState.REQUESTED, GrantVerb.WITHDRAW): GrantState.ENDED,
    (GrantState.IN_EFFECT, GrantVerb.END): GrantState.ENDED,
    (GrantState.ENDED, GrantVerb.GIVE_AGAIN): GrantState.IN_EFFECT,
}
"""Every move there is. Given again is only what the instance had dropped and declares anew."""

USE_MOVES: Mapping[UseState, UseState] = {UseState.OPEN: UseState.CLOSED}
"""A use is closed once and never opened again."""

ANSWER_DAYS = 10
"""Working days a provider has to answer (国发〔2016〕51号)."""
LONGEST_YEARS = 5
"""A grant is renewed at least this often."""
DECIDE = "grant.decide"
"""The duty of a department's data officer."""
APPLY = (DECIDE, "catalog.edit")
"""Duties that let a member of staff apply for a grant."""
READ = ("case.accept", "case.review", "case.decide", "case.window")
"""Duties that let a member of staff read through the interface for their department."""
SOURCES = (*APPLY, "supervision.read", "evaluation.read", "instance.apply", "operations.read")
"""Duties that let a member of staff look at sources: their department's, with the others all."""
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,79}")
_CASE_NUMBER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,49}")


def may_see_source(actor: Actor, department: str) -> bool:
    """Whether someone may see what could not be read of a department's source."""
    everywhere = any(actor.has(duty) for duty in SOURCES if duty not in APPLY)
    return everywhere or (actor.department == department and any(actor.has(d) for d in APPLY))


def move_grant(grant: Grant, verb: GrantVerb) -> GrantState:
    """Return the state a grant comes to. Refuses a move that does not exist."""
    found = GRANT_MOVES.get((grant.state, verb))
    dropped = grant.end_reason is EndReason.DEFINITION
    if found is None or (verb is GrantVerb.GIVE_AGAIN and not dropped):
        raise errors.grant_move_refused(grant.code, grant.state)
    return found


def in_effect(grant: Grant, today: dt.date) -> bool:
    """Whether a grant can be used on a day."""
    return grant.state is GrantState.IN_EFFECT and grant.starts <= today <= grant.ends


def is_for(grant: Grant, code: str) -> bool:
    """Whether a grant is for a purpose: its own code, or a service it is given for."""
    return code == grant.code or not grant.services or code in grant.services


def granted(grant: Grant, wanted: Wanted, today: dt.date) -> bool:
    """Whether one grant covers the whole request: recipient, resource, elements, purpose, day."""
    return (
        grant.department == wanted.department
        and grant.resource == wanted.resource
        and in_effect(grant, today)
        and is_for(grant, wanted.code)
        and all(element in grant.items for element in wanted.elements)
    )


def choose_grant(grants: Iterable[Grant], wanted: Wanted, today: dt.date) -> Grant | None:
    """Return the grant that covers a request: the narrowest, since it says most about why."""
    fitting = [grant for grant in grants if granted(grant, wanted, today)]
    return min(fitting, key=lambda grant: (len(grant.items), grant.code), default=None)


def widest_grant(
    grants: Iterable[Grant], code: str, elements: Iterable[str], today: dt.date
) -> tuple[Grant, tuple[str, ...]] | None:
    """Return the grant that covers most of the elements for a purpose, and which they are."""
    asked = tuple(elements)
    best: tuple[Grant, tuple[str, ...]] | None = None
    for grant in sorted(grants, key=lambda grant: (len(grant.items), grant.code)):
        if not (in_effect(grant, today) and is_for(grant, code) and grant.delivery == "api"):
            continue
        covered = tuple(element for element in asked if element in grant.items)
        if covered and (best is None or len(covered) > len(best[1])):
            best = (grant, covered)
    return best


def may_read(actor: Actor) -> bool:
    """Whether someone may ask the interface: a department's system, or its staff with a case duty."""
    if not actor.department:
        return False
    if actor.kind is ActorKind.CLIENT:
        return True
    return actor.kind is ActorKind.STAFF and any(actor.has(duty) for duty in READ)


def may_apply(actor: Actor) -> bool:
    """Whether someone may apply for a grant for their department."""
    staff = actor.kind is ActorKind.STAFF and bool(actor.department)
    return staff and any(actor.has(duty) for duty in APPLY)


def may_decide(actor: Actor, grant: Grant) -> bool:
    """Whether someone may give or refuse: the data officer of the providing department."""
    return _officer_of(actor, grant.provider)


def may_withdraw(actor: Actor, grant: Grant) -> bool:
    """Whether someone may take a request back: whoever may apply for that department."""
    return may_apply(actor) and actor.department == grant.department


def may_end(actor: Actor, grant: Grant) -> bool:
    """Whether someone may end a grant: the data officer of either side."""
    return _officer_of(actor, grant.provider) or _officer_of(actor, grant.department)


def may_see(actor: Actor, grant: Grant) -> bool:
    """Whether someone may see a grant: what is or was in effect is public, requests are not."""
    if grant.state is GrantState.IN_EFFECT or grant.end_reason not in (None, EndReason.WITHDRAWN):
        return True
    staff = actor.kind is ActorKind.STAFF
    return staff and actor.department in (grant.provider, grant.department)


def end_reason_of(actor: Actor, grant: Grant) -> EndReason:
    """Return which side ends a grant."""
    ours = _officer_of(actor, grant.provider)
    return EndReason.PROVIDER if ours else EndReason.RECIPIENT


def _officer_of(actor: Actor, department: str) -> bool:
    staff = actor.kind is ActorKind.STAFF
    return staff and actor.department == department and actor.has(DECIDE)


def check_term(starts: dt.date | None, ends: dt.date | None, today: dt.date) -> dict[str, str]:
    """Return what is wrong with a term, by field: backwards, over already, or too long."""
    if starts is None or ends is None:
        missing = {"starts": starts, "ends": ends}
        return {name: "exchange.date_missing" for name, day in missing.items() if day is None}
    if ends < starts:
        return {"ends": "exchange.ends_before_start"}
    if ends < today:
        return {"ends": "exchange.ends_in_past"}
    if (ends - starts).days > LONGEST_YEARS * 366:
        return {"ends": "exchange.term_too_long"}
    return {}


def check_codes(code: str, case_number: str) -> None:
    """Refuse a purpose or case number that is not shaped like one: neither is free text."""
    if not is_code(code):
        raise errors.purpose_ill_shaped()
    if case_number and not _CASE_NUMBER.fullmatch(case_number):
        raise errors.case_number_ill_shaped()


def is_code(text: str) -> bool:
    """Whether a text is shaped like the code of a grant or a service."""
    return _CODE.fullmatch(text) is not None
