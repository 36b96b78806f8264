"""Facts of services that others may need to know: identifiers and codes only, nothing personal."""

from typing import ClassVar

import msgspec


class _OfCase(msgspec.Struct, frozen=True, kw_only=True):
    """What every fact about a case says."""

    case: str
    """Internal id."""
    number: str
    """办件编号."""
    service: str
    department: str


class CaseSubmitted(_OfCase, frozen=True, kw_only=True):
    """An application came in and got its number."""

    name: ClassVar[str] = "services.case_submitted"


class CaseAccepted(_OfCase, frozen=True, kw_only=True):
    """受理: the handling clock starts with the next working day."""

    name: ClassVar[str] = "services.case_accepted"


class CaseNotAccepted(_OfCase, frozen=True, kw_only=True):
    """不予受理, with a reason."""

    name: ClassVar[str] = "services.case_not_accepted"


class CorrectionAsked(_OfCase, frozen=True, kw_only=True):
    """补正告知: it waits on the applicant."""

    name: ClassVar[str] = "services.correction_asked"


class CorrectionSupplied(_OfCase, frozen=True, kw_only=True):
    """The applicant answered the notice; the clock runs again."""

    name: ClassVar[str] = "services.correction_supplied"


class StepDone(_OfCase, frozen=True, kw_only=True):
    """A step (环节) was finished."""

    name: ClassVar[str] = "services.step_done"
    step: str
    outcome: str


class CaseDecided(_OfCase, frozen=True, kw_only=True):
    """A person decided: ``outcome`` is approved or refused."""

    name: ClassVar[str] = "services.case_decided"
    outcome: str


class CaseClosed(_OfCase, frozen=True, kw_only=True):
    """办结: delivered and handed to the archive. ``outcome`` is approved or refused."""

    name: ClassVar[str] = "services.case_closed"
    outcome: str


class CaseWithdrawn(_OfCase, frozen=True, kw_only=True):
    """The applicant withdrew, or let the time for a correction pass."""

    name: ClassVar[str] = "services.case_withdrawn"


class CaseReassigned(_OfCase, frozen=True, kw_only=True):
    """A step went to another clerk, or back to the department's inbox (``clerk`` empty)."""

    name: ClassVar[str] = "services.case_reassigned"
    step: str
    clerk: str


class WorkLeft(msgspec.Struct, frozen=True, kw_only=True):
    """Who had a step in hand left, moved or lost a role: it is to be seen whether they can still do it."""

    name: ClassVar[str] = "services.work_left"
    case: str
    """Internal id."""
    step: str
    clerk: str


class ValueDisputed(_OfCase, frozen=True, kw_only=True):
    """The applicant says that a fetched value is wrong: the provider may want to check (校核)."""

    name: ClassVar[str] = "services.value_disputed"
    element: str
    resource: str
    provider: str


class ValueSettled(_OfCase, frozen=True, kw_only=True):
    """A clerk found which is right of a fetched value and of what the applicant said instead."""

    name: ClassVar[str] = "services.value_settled"
    element: str
    found: str
    """``claim`` or ``source``."""


class DaysFixed(_OfCase, frozen=True, kw_only=True):
    """A decided case got its true last days, which its calendar did not reach when they were given."""

    name: ClassVar[str] = "services.days_fixed"


class FilesDropped(msgspec.Struct, frozen=True, kw_only=True):
    """Attached files were taken back, or discarded with their draft: they are to be deleted."""

    name: ClassVar[str] = "services.files_dropped"
    digests: tuple[str, ...]
    """Names of the sealed files."""
