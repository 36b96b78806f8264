"""What a finished review rested on changed: whoever reviewed is told, and confirms or looks again."""

from collections.abc import Sequence

from tongban.kit.db import Unit
from tongban.modules.identity import queries as identity
from tongban.modules.notices import actions as notices
from tongban.modules.services.model import CaseValue, State, StepRun
from tongban.modules.services.queries.loading import Loaded
from tongban.modules.services.rules import second_look
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
        for account in _reviewers(unit, loaded, run):
            notices.send(
                unit,
                account,
                "services.notice.look_again",
                {
                    "number": loaded.case.number,
                    "service": loaded.service.name,
                    "step": loaded.service.step(run.step).name,
                },
                f"/work/cases/{loaded.case.number}",
            )


def _reviewers(unit: Unit, loaded: Loaded, run: StepRun) -> list[str]:
    """Return who did a review, or everybody who could where they no longer can."""
    duty = loaded.service.step(run.step).needed_duty
    able = [one.id for one in identity.staff_with(unit, run.department, duty)]
    return [run.clerk] if run.clerk in able else able
