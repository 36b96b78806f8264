"""What a finished review rested on changed: whoever reviewed is told, and confirms or looks again."""

from collections.abc import Sequence

from tongban.kit.db import Unit
from tongban.modules.identity import queries as identity
from tongban.modules.notices import actions as notices
from tongban.modules.notices.model import Datum
from tongban.modules.services.model import CaseValue, State, StepRun
from tongban.modules.services.queries.loading import Loaded
from tongban.modules.services.rules import may, second_look
from tongban.modules.services.store import steps, values


def change_values(unit: Unit, loaded: Loaded, changed: Sequence[CaseValue]) -> None:
    """Keep what changed in a case that was handed in, and have finished reviews looked at again.

    The one way in which a correction, a dispute and its settling change a case: a review that was
    confirmed before is to be confirmed anew. After the decision nothing rests on a review any more.
    """
    values.put_values(unit, loaded.case.id, changed)
    if loaded.case.state is State.ISSUING:
        return
    for run in second_look.asked_again(loaded.runs, unit.now):
        steps.put_step(unit, loaded.case.id, run)
        _tell_reviewers(unit, loaded, run)


def _tell_reviewers(unit: Unit, loaded: Loaded, run: StepRun) -> None:
    """Tell who did a review; where they no longer can, everybody who could, or can hand it out."""
    step, number = loaded.service.step(run.step), loaded.case.number
    data: dict[str, Datum] = {
        "number": number,
        "service": loaded.service.name,
        "step": step.name,
    }
    message, link = "services.notice.look_again", f"/work/cases/{number}"
    if run.clerk in {one.id for one in identity.staff_with(unit, run.department, step.needed_duty)}:
        notices.send(unit, run.clerk, message, data, link)
    else:
        duties = may.answerable_for(step)
        notices.send_to_department(unit, run.department, duties, message, data, link)
