"""Decisions about reads asked for at the interface: what they rest on, and what rests on nothing.

A use declared by a service brings its purpose, basis and clause along. Who asks by themselves, a
department's system or a clerk, only names a purpose and perhaps a case: what these are worth is
decided here, and whatever is not known is not repeated anywhere.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from tongban.kernel.actors import Actor, ActorKind
from tongban.kernel.errors import Refusal
from tongban.modules.exchange import errors
from tongban.modules.exchange.model import (
    UNKNOWN,
    Basis,
    Grant,
    Outcome,
    Purpose,
    Unfit,
    Use,
    UseState,
    Value,
    Wanted,
)
from tongban.modules.exchange.model.at_work import EVERYTHING, AtWork, Needed
from tongban.modules.exchange.rules.grants import is_code

_REFERENCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,39}")
_MOST_DIGITS = 10
"""Digits of a file's number: no telephone, resident or account number is so short."""


def rest(
    wanted: Wanted,
    *,
    own: bool,
    grant: Grant | None,
    purpose: Purpose | None,
    uses: Iterable[Use] = (),
    needed: Needed | None = None,
) -> tuple[Wanted, Refusal | None]:
    """Return a request with what it rests on, and why it may not be answered, if it may not.

    ``grant`` and ``purpose`` are what the request's code names, if it names a grant of the
    department in effect or a service it works on; ``uses`` are those that were declared about the
    subject in the case that was named, ``needed`` what who asks needs for it: None where they do not
    work on it while it runs. Own data need the same: a purpose and a case for which they are needed,
    or a grant that allows reading without one.
    """
    if grant is None and purpose is None:
        return replace(_bare(wanted), code=UNKNOWN), errors.purpose_unknown()
    if not wanted.case_number:
        return _on_occasion(wanted, grant)
    fitting = [use for use in uses if grant is not None or use.service == wanted.code]
    if needed is None or not fitting:
        return _bare(wanted), errors.case_unknown()
    lacking = needed.lacking(wanted.elements)
    if lacking:
        return wanted, errors.not_needed(lacking)
    if own:
        return _by_declaration(wanted, grant, purpose)
    consented = next((use for use in fitting if consents(use, wanted)), None)
    return (wanted if consented is None else _by_consent(wanted, consented)), None


def outcome_of(
    found: bool, values: Mapping[str, Value | None], unfit: Mapping[str, Unfit]
) -> Outcome:
    """Return what a read came to: where nothing but what does not fit was found, it was unreadable."""
    if not found:
        return Outcome.NOTHING_FOUND
    given = any(value is not None for value in values.values())
    return Outcome.UNREADABLE if unfit and not given else Outcome.DISCLOSED


def consents(use: Use, wanted: Wanted) -> bool:
    """Whether the person agreed to exactly this for a case that is still running."""
    return (
        use.state is UseState.OPEN
        and use.basis is Basis.CONSENT
        and use.resource == wanted.resource
        and set(wanted.elements) <= set(use.elements)
    )


def may_rest(grant: Grant, basis: Basis) -> bool:
    """Whether a grant covers a use on this basis: one that needs consent covers nothing without."""
    return grant.rests_on is Basis.LAW or basis is Basis.CONSENT


def needed(asker: Actor, work: Sequence[AtWork]) -> Needed | None:
    """Return what someone needs for a case on which their department works by this; None where they
    do not work on it.

    A department's system works on what its department works on. Staff need the duty of a step, and
    need nothing for one that is in a colleague's hands.
    """
    if asker.kind is ActorKind.CLIENT:
        return together(work) if work else None
    able = [one for one in work if asker.kind is ActorKind.STAFF and asker.has(one.duty)]
    if not able:
        return None
    return together([one for one in able if one.holder in ("", asker.account)])


def together(work: Iterable[AtWork]) -> Needed:
    """Return what is needed by any of these: in the clear where one of them needs it so."""
    elements: set[str] = set()
    in_the_clear: set[str] = set()
    for one in work:
        if one.elements is None:
            return EVERYTHING
        elements.update(one.elements)
        in_the_clear.update(set(one.elements).difference(one.masked))
    return Needed(elements=frozenset(elements), in_the_clear=frozenset(in_the_clear))


def declared(work: Iterable[AtWork]) -> list[AtWork]:
    """Return the same with one for each department, duty and holder, in order."""
    several: dict[tuple[str, str, str], list[AtWork]] = {}
    for one in work:
        several.setdefault((one.department, one.duty, one.holder), []).append(one)
    return [_one(several[key]) for key in sorted(several)]


def _one(work: Sequence[AtWork]) -> AtWork:
    found, (first, *_) = together(work), work
    return AtWork(
        department=first.department,
        duty=first.duty,
        holder=first.holder,
        elements=None if found.everything else tuple(sorted(found.elements)),
        masked=tuple(sorted(found.elements - found.in_the_clear)),
    )


def check_occasion(wanted: Wanted) -> None:
    """Refuse an occasion that is not shaped like one, lacks its file's number or has a case too."""
    said, reference = wanted.occasion, wanted.occasion_reference
    if said is None and not reference:
        return
    sound = said is not None and is_code(said.code) and is_reference(reference)
    if wanted.case_number or not sound:
        raise errors.occasion_ill_shaped()


def is_reference(text: str) -> bool:
    """Whether a text is shaped like the number of a file, and like no number of a person."""
    digits = sum(map(str.isdigit, text))
    return _REFERENCE.fullmatch(text) is not None and digits <= _MOST_DIGITS


def _bare(wanted: Wanted) -> Wanted:
    """Return a request without what somebody wrote into it and nobody knows."""
    return replace(wanted, case_number="", occasion=None, occasion_reference="")


def _on_occasion(wanted: Wanted, grant: Grant | None) -> tuple[Wanted, Refusal | None]:
    """Let a grant that says so be used without a case, on one of its occasions."""
    if grant is None or grant.without_case is None or grant.rests_on is not Basis.LAW:
        return _bare(wanted), errors.case_needed()
    said = wanted.occasion
    occasion = None if said is None else grant.without_case.occasion(said.code)
    if occasion is None:
        return _bare(wanted), errors.occasion_unknown(grant.code)
    told = replace(wanted, occasion=occasion, purpose=grant.purpose, clause=grant.basis)
    return told, None


def _by_consent(wanted: Wanted, use: Use) -> Wanted:
    return replace(
        wanted,
        code=use.service,
        purpose=use.purpose,
        basis=Basis.CONSENT,
        clause=use.clause,
        use=use.id,
    )


def _by_declaration(
    wanted: Wanted, grant: Grant | None, purpose: Purpose | None
) -> tuple[Wanted, Refusal | None]:
    """Give a department's own data the words and the law of what they are read for."""
    if purpose is not None:
        return replace(wanted, purpose=purpose.name, clause=purpose.clause), None
    if grant is not None and grant.rests_on is Basis.LAW:
        return replace(wanted, purpose=grant.purpose, clause=grant.basis), None
    return replace(wanted, case_number=""), errors.consent_missing(wanted.resource)
