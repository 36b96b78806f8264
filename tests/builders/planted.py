"""Many cases in the middle of their lives, planted as the store keeps them, by chance that repeats."""

import datetime as dt
import random
from collections.abc import Sequence

from msgspec.structs import replace
from tests.builders import services as builders
from tests.builders.catalog import LABOUR
from tests.builders.services import SUBSIDY

from tongban.kernel.dates import Calendar
from tongban.kernel.subjects import SubjectKind, SubjectRef
from tongban.kit.db import Unit
from tongban.modules.government import queries as government
from tongban.modules.services.actions import at_hand
from tongban.modules.services.model import (
    Applicant,
    Case,
    Correction,
    Limited,
    SecondLook,
    Service,
    State,
    StepKind,
    StepRun,
    StepState,
)
from tongban.modules.services.store import cases, steps, values

OTHER = "another-matter"
NAMES = ("王小明", "赵敏", "王芳", "李雷")
DAY = dt.timedelta(days=1)


def services() -> tuple[Service, Service]:
    """Two services whose steps all fall to one department, with duties and limits of several kinds."""
    accept, review, decide = builders.definition().steps
    steps_here = (
        replace(accept, limit=Limited(days=3)),
        replace(review, department=LABOUR, limit=Limited(days=4)),
        replace(review, code="second", department=LABOUR, duty="case.decide"),
        decide,
    )
    first = builders.definition(steps=steps_here)
    other = builders.definition(
        code=OTHER, name={"zh": "另一件事", "en": "Another"}, steps=steps_here, promised_limit=None
    )
    return first, other


def plant(
    unit: Unit, chance: random.Random, number: int, clerks: Sequence[str], department: str = LABOUR
) -> Case:
    """Keep one case with one or two open steps, perhaps a correction, and what is at hand of it."""
    calendar = government.calendar(unit.connection)
    today = calendar.local_date(unit.now)
    received = today - chance.randrange(25) * DAY
    kind = chance.choice((StepKind.ACCEPT, StepKind.REVIEW, StepKind.REVIEW, StepKind.DECIDE))
    case = Case(
        id=unit.new_id(),
        number=f"{received:%Y%m%d}001{number:04}X",
        service=chance.choice((SUBSIDY, OTHER)),
        service_version=1,
        department=department,
        account="wang",
        state={
            StepKind.ACCEPT: State.SUBMITTED,
            StepKind.REVIEW: State.REVIEWING,
            StepKind.DECIDE: State.DECIDING,
        }[kind],
        created_at=at(calendar, received),
        submitted_at=at(calendar, received),
        accepted_on=None if kind is StepKind.ACCEPT else received + chance.randrange(3) * DAY,
    )
    runs = [run(chance, kind, "", at(calendar, received), clerks)]
    if kind is StepKind.REVIEW and chance.random() < 0.5:
        runs.append(run(chance, kind, "second", at(calendar, received), clerks))
    if kind is StepKind.DECIDE and chance.random() < 0.5:
        runs.append(waiting(run(chance, StepKind.REVIEW, "", at(calendar, received), clerks), unit))
    asked = correction(chance, case, received, today) if chance.random() < 0.3 else None
    if asked is not None and asked.supplied_on is None:
        case = replace(case, state=State.CORRECTION)
    subject = SubjectRef(SubjectKind.PERSON, "470181198502022345")
    cases.insert_case(unit, case, Applicant(name=chance.choice(NAMES), subject=subject))
    for one in runs:
        steps.put_step(unit, case.id, one)
    if asked is not None:
        values.add_correction(unit, case.id, asked)
        if asked.supplied_on is not None:
            values.answer_correction(unit, case.id, asked)
    at_hand.keep(unit, case)
    return case


def at(calendar: Calendar, day: dt.date) -> dt.datetime:
    """The moment at which offices open on a day."""
    return calendar.opening(day)


def run(
    chance: random.Random, kind: StepKind, code: str, opened: dt.datetime, clerks: Sequence[str]
) -> StepRun:
    """An open step, in somebody's hand or nobody's."""
    return StepRun(
        step=code or kind.value,
        kind=kind,
        department=LABOUR,
        state=StepState.OPEN,
        clerk=chance.choice(("", *clerks)),
        opened_at=opened,
    )


def waiting(review: StepRun, unit: Unit) -> StepRun:
    """A finished review that waits for a second look."""
    return replace(
        review,
        state=StepState.DONE,
        done_at=review.opened_at,
        second_look=SecondLook.WAITING,
        asked_again_at=unit.now,
    )


def correction(chance: random.Random, case: Case, received: dt.date, today: dt.date) -> Correction:
    """A notice of some day since the receipt, answered or not."""
    asked_on = min(today, received + chance.randrange(5) * DAY)
    answered = chance.random() < 0.5
    return Correction(
        asked_at=case.created_at,
        asked_by="li",
        asked_on=asked_on,
        due=None,
        days=5,
        from_state=case.state,
        items=(),
        supplied_on=min(today, asked_on + chance.randrange(6) * DAY) if answered else None,
    )
