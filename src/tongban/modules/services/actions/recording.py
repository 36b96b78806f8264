"""What every change of a case leaves behind: a line of its history, an event, word to the applicant."""

from typing import Any

from tongban.kernel.actors import SYSTEM, Actor
from tongban.kit.db import Unit
from tongban.modules.notices import actions as notices
from tongban.modules.services.actions import at_hand
from tongban.modules.services.actions.standing import log_standing
from tongban.modules.services.model import Case, Happening, What
from tongban.modules.services.queries.loading import Loaded
from tongban.modules.services.store import cases, history


def happened(
    unit: Unit,
    case: Case,
    what: What,
    actor: Actor = SYSTEM,
    *,
    step: str = "",
    words: str = "",
    internal: bool = False,
) -> None:
    """Add a line to the case's history."""
    line = Happening(
        at=unit.now,
        what=what,
        actor=actor.account,
        actor_name=actor.name,
        department=actor.department,
        step=step,
        words=words,
        internal=internal,
    )
    history.add_happening(unit, case.id, line)
    stand_on_record(unit, case.id)


def about(case: Case) -> dict[str, Any]:
    """Return what every event says of its case."""
    return {
        "case": case.id,
        "number": case.number,
        "service": case.service,
        "department": case.department,
    }


def tell(unit: Unit, loaded: Loaded, message: str, **data: Any) -> None:
    """Tell the applicant, with the case's number and service and where to look."""
    case = loaded.case
    notices.send(
        unit,
        case.account,
        f"services.notice.{message}",
        {"number": case.number, "service": loaded.service.name, **data},
        f"/my/cases/{case.number}",
    )


def hold(unit: Unit, number: str) -> None:
    """Let nobody else change a case until this unit ends: what is read of it from here on stays so."""
    cases.find_by_number(unit.connection, number, lock=True)


def save(unit: Unit, before: Case, after: Case) -> Case:
    """Keep a changed case, and what is at hand of it: the last thing of every verb that changes its
    steps or its correction. Refuses when somebody changed it meanwhile."""
    saved = cases.save_case(unit.connection, before, after)
    at_hand.keep(unit, saved)
    stand_on_record(unit, saved.id)
    return saved


def stand_on_record(unit: Unit, case: str) -> None:
    """Have the public ledger told how a case stands once this unit did everything else to it."""
    unit.at_the_end(("services.case", case), lambda last: log_standing(last, case))
