"""What the passing of days does to cases: silence counts as acceptance, promised days are missed.

Nobody presses a button for it, so a round notes it, and applicant and clerk hear of it the same day.
"""

import datetime as dt

from msgspec.structs import replace

from tongban.kernel.text import LANGUAGES, Text, named_together
from tongban.kit.db import Unit
from tongban.kit.i18n import translate
from tongban.modules.government import queries as government
from tongban.modules.notices import actions as notices
from tongban.modules.notices.model import Datum
from tongban.modules.services.actions.recording import about, happened, hold, save
from tongban.modules.services.events import CaseAccepted
from tongban.modules.services.model import Case, Correction, Service, What
from tongban.modules.services.queries import passing
from tongban.modules.services.queries.clerks import clerks_of
from tongban.modules.services.queries.definitions import service
from tongban.modules.services.rules import clocks, redating
from tongban.modules.services.rules.states import Verb, moved
from tongban.modules.services.store import steps


def note_passing(unit: Unit, number: str = "") -> int:
    """Note which cases count as accepted by law, and whose promised or statutory day or last day for a
    correction is over; or of one.

    Each is noted and told once, whoever else looks meanwhile. Returns how much there was to note.
    """
    if number:
        hold(unit, number)
    some = [number] if number else None
    silent = passing.silent(unit, some)
    for one in silent:
        note_deemed(unit, one.kept, one.case, one.corrections)
    unanswered = passing.unanswered(unit, some)
    for waiting in unanswered:
        _tell_unanswered(unit, waiting)
    missed = passing.missed(unit, some)
    for late in missed:
        _tell_missed(unit, late)
    return len(silent) + len(unanswered) + len(missed)


def note_deemed(
    unit: Unit, kept: Case, case: Case, corrections: tuple[Correction, ...] = ()
) -> Case:
    """Note that a case counts as accepted by law since it came in, and tell whom it concerns."""
    calendar = government.calendar(unit.connection)
    procedure = service(unit.connection, case.service, case.service_version)
    given = redating.days_of(calendar, procedure, case, corrections, calendar.local_date(unit.now))
    moved(kept.state, Verb.DEEM, case.state)
    noted = save(unit, kept, replace(redating.with_days(case, given), version=kept.version))
    tell_of_deemed(unit, noted, corrections)
    return noted


def tell_of_deemed(unit: Unit, case: Case, corrections: tuple[Correction, ...] = ()) -> None:
    """Put on record and tell that a case counts as accepted by law."""
    calendar = government.calendar(unit.connection)
    procedure = service(unit.connection, case.service, case.service_version)
    today = calendar.local_date(unit.now)
    year = clocks.clocks_of(calendar, procedure, case, corrections, today).not_covered
    happened(unit, case, What.DEEMED_ACCEPTED)
    unit.emit(CaseAccepted(**about(case)))
    due = case.promised_due or case.statutory_due
    data: dict[str, Datum] = {
        "basis": basis_of(procedure),
        "received": case.accepted_on or "",
        "due": due or "" if year else notices.last_day(unit, due),
        "year": year or 0,
        "departments": _at_work(unit, case),
    }
    over = due is not None and due < today
    tell_both(unit, case, procedure, f"deemed{_kind_of(due, over=over, year=year)}", data)
    if over and not year:
        happened(unit, case, _MISSED_BY[case.promised_due is not None], words=str(due))


_MISSED_BY = {True: What.PROMISE_MISSED, False: What.STATUTE_MISSED}


def _kind_of(due: dt.date | None, *, over: bool, year: int | None) -> str:
    """Return which message of acceptance by law is true: nobody is late by a provisional day."""
    if due is None or (over and year):
        return "_open"
    if year:
        return "_provisional"
    return "_late" if over else ""


def tell_of_not_deemed(unit: Unit, case: Case) -> None:
    """Put on record and tell that by another calendar the five days for acceptance are not over."""
    procedure = service(unit.connection, case.service, case.service_version)
    happened(unit, case, What.NOT_DEEMED)
    tell_both(
        unit, case, procedure, "not_deemed", {"due": notices.last_day(unit, case.acceptance_due)}
    )


def basis_of(procedure: Service) -> Text:
    """Return by which law silence is acceptance, as a beginning of a sentence.

    行政许可法 art. 32 speaks of licences; of other matters no clause is claimed.
    """
    if not procedure.is_licence:
        return ""
    return {one: translate(one, "services.deemed.by_licensing_law") for one in LANGUAGES}


def _tell_missed(unit: Unit, one: passing.Missed) -> None:
    case, clock = one.case, getattr(one.clocks, one.which)
    procedure = service(unit.connection, case.service, case.service_version)
    day: dt.date = clock.due
    happened(unit, case, one.what, words=str(day))
    data: dict[str, Datum] = {
        "due": notices.last_day(unit, day),
        "departments": _at_work(unit, case),
    }
    lapsed = "_lapsed" if one.lapsed else ""
    tell_both(unit, case, procedure, f"{one.which}_missed{lapsed}", data)


def _tell_unanswered(unit: Unit, one: passing.Unanswered) -> None:
    case = one.case
    procedure = service(unit.connection, case.service, case.service_version)
    happened(unit, case, What.CORRECTION_MISSED, words=str(one.due))
    due = notices.last_day(unit, one.due)
    data: dict[str, Datum] = {"due": due, "departments": _at_work(unit, case)}
    tell_both(unit, case, procedure, "correction_missed", data)


def _at_work(unit: Unit, case: Case) -> Text:
    """Return which departments have open steps of a case, in words."""
    runs = steps.open_steps(unit.connection, [case.id]).get(case.id, [])
    codes = dict.fromkeys(run.department for run in runs) or {case.department: None}
    return named_together(government.department_words(unit.connection, code) for code in codes)


def tell_both(
    unit: Unit, case: Case, procedure: Service, message: str, data: dict[str, Datum]
) -> None:
    """Tell the applicant, and whoever has the open steps in hand or could take them."""
    every: dict[str, Datum] = {"number": case.number, "service": procedure.name, **data}
    words = f"services.notice.{message}"
    notices.send(unit, case.account, words, every, f"/my/cases/{case.number}")
    for account in sorted(clerks_of(unit, [case]).get(case.number, ())):
        notices.send(unit, account, f"{words}_clerk", every, f"/work/cases/{case.number}")
