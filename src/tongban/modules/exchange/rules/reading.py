"""Decisions about reads asked for at the interface: what they rest on, and what rests on nothing.

A use declared by a service brings its purpose, basis and clause along. Who asks by themselves, a
department's system or a clerk, only names a purpose and perhaps a case: what these are worth is
decided here, and whatever is not known is not repeated anywhere.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

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


def rest(
    wanted: Wanted,
    *,
    own: bool,
    grant: Grant | None,
    purpose: Purpose | None,
    uses: Iterable[Use] = (),
) -> tuple[Wanted, Refusal | None]:
    """Return a request with what it rests on, and why it may not be answered, if it may not.

    ``grant`` and ``purpose`` are what the request's code names, if it names a grant of the
    department in effect or a service it works on; ``uses`` are the department's uses about the
    subject in the case that was named. A department's ``own`` data need one of the two as a reason.
    """
    if grant is None and purpose is None:
        return replace(wanted, code=UNKNOWN, case_number=""), errors.purpose_unknown()
    fitting = [use for use in uses if grant is not None or use.service == wanted.code]
    if wanted.case_number and not fitting:
        return replace(wanted, case_number=""), errors.case_unknown()
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
