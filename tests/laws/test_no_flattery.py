"""No figure gets better when the world gets worse.

A world is some cases as they might be; each worsening does to one of them what nobody wants: it is
decided later, not at all, withdrawn, not accepted, refused, sent back for correction, or its data do
not come or cannot be read. Singly and in any sequence, no measure may move in its better direction,
and no target may come to be reached. Ratings are no measure yet; whoever adds one adds ``never
rated`` to this table.
"""

import datetime as dt
from collections.abc import Callable, Mapping

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from tests.builders import services as builders

from tongban.modules.evaluation import queries, rules
from tongban.modules.evaluation.model import Better, CaseCount, DisclosureCount, Facts, Reading
from tongban.modules.services.model import Case, Correction, Outcome, Service, State
from tongban.modules.services.rules import clocks, timeliness

DAY = dt.timedelta(days=1)
SERVICES = (
    builders.definition(),
    builders.definition(promised_limit=None),
    builders.definition(promised_limit=None, statutory_limit=None),
)
TODAY = dt.date(2027, 1, 20)


class Life(msgspec.Struct, frozen=True, kw_only=True):
    """One case, and what its figures are made of."""

    case: Case
    service: Service
    correction: Correction | None = None
    fetched: int = 3
    asked: int = 2
    missing: int = 0
    failed: int = 0


class World(msgspec.Struct, frozen=True, kw_only=True):
    """Some cases on a day, and what became of attempts to fetch data."""

    lives: tuple[Life, ...]
    today: dt.date = TODAY
    disclosed: int = 9
    readable: int = 9
    consented: int = 5
    attempts: int = 12


def facts_of(world: World) -> Facts:
    """Count a world as the running system does, by the same rules."""
    return Facts(
        cases=rules.added(rules.tally(_count(life, world.today)) for life in world.lives),
        disclosures=DisclosureCount(
            disclosed=world.disclosed,
            readable=world.readable,
            consented=world.consented,
            attempts=world.attempts + sum(life.failed for life in world.lives),
        ),
    )


def _count(life: Life, today: dt.date) -> CaseCount:
    asked = (life.correction,) if life.correction else ()
    kept = timeliness.kept(builders.CALENDAR, life.service, life.case, asked, today)
    return CaseCount(
        service=life.case.service,
        department=life.case.department,
        on_time=kept.on_time,
        days_saved=kept.days_saved,
        decided=life.case.decided_at is not None,
        values_fetched=life.fetched,
        values_asked=life.asked,
        values_missing=life.missing,
        corrections=int(life.correction is not None),
    )


# How a world gets worse --------------------------------------------------------------------------


def _noon(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(4), dt.UTC)


def _end(life: Life, today: dt.date) -> dt.datetime:
    """When it was decided or ended; now, while it runs."""
    return life.case.decided_at or life.case.closed_at or _noon(today)


def late(life: Life, today: dt.date) -> Life:
    """It is decided ten days later than it was."""
    if life.case.decided_at is None:
        return life
    later = min(_noon(today), life.case.decided_at + 10 * DAY)
    return replace(life, case=replace(life.case, decided_at=later, closed_at=later))


def undecided(life: Life, today: dt.date) -> Life:
    """Nobody decided it."""
    if life.case.decided_at is None:
        return life
    nothing = replace(
        life.case, state=State.REVIEWING, outcome=None, decided_at=None, closed_at=None
    )
    return replace(life, case=nothing)


def withdrawn(life: Life, today: dt.date) -> Life:
    """The applicant gave up, at the moment at which it was decided, or now."""
    if life.case.is_void:
        return life
    end = _end(life, today)
    gone = replace(life.case, state=State.WITHDRAWN, outcome=None, decided_at=None, closed_at=end)
    return replace(life, case=gone)


def not_accepted(life: Life, today: dt.date) -> Life:
    """It was turned away instead."""
    if life.case.is_void:
        return life
    gone = withdrawn(life, today).case
    return replace(life, case=replace(gone, state=State.NOT_ACCEPTED, accepted_on=None))


def refused(life: Life, today: dt.date) -> Life:
    """It was refused instead of granted."""
    if life.case.decided_at is None:
        return life
    return replace(life, case=replace(life.case, outcome=Outcome.REFUSED))


def corrected(life: Life, today: dt.date) -> Life:
    """It was sent back for correction, and the answer changed nothing about when it ended."""
    if life.correction is not None:
        return life
    running = life.case.decided_at is None and not life.case.is_over
    asked_on = today if running else builders.CALENDAR.local_date(_end(life, today))
    asked = Correction(
        asked_at=_noon(asked_on),
        asked_by="li",
        asked_on=asked_on,
        due=clocks.correction_due(builders.CALENDAR, asked_on, 15),
        from_state=State.REVIEWING,
        items=(),
        supplied_on=None if running else asked_on,
    )
    state = State.CORRECTION if running else life.case.state
    return replace(life, correction=asked, case=replace(life.case, state=state))


def asked_instead(life: Life, today: dt.date) -> Life:
    """A source failed, and the applicant had to say what it knew."""
    if not life.fetched:
        return life
    return replace(life, fetched=life.fetched - 1, asked=life.asked + 1, failed=life.failed + 1)


def not_brought(life: Life, today: dt.date) -> Life:
    """What a department holds cannot be read, and nobody is asked for it instead."""
    if not life.fetched:
        return life
    return replace(life, fetched=life.fetched - 1, missing=life.missing + 1)


WORSE: Mapping[str, Callable[[Life, dt.date], Life]] = {
    each.__name__: each
    for each in (
        late,
        undecided,
        withdrawn,
        not_accepted,
        refused,
        corrected,
        asked_instead,
        not_brought,
    )
}


def time_passes(world: World) -> World:
    """A month goes by in which nobody does anything."""
    return replace(world, today=world.today + 30 * DAY)


def data_refused(world: World) -> World:
    """Something that was given is refused instead."""
    if not world.disclosed:
        return world
    left = world.disclosed - 1
    return replace(
        world,
        disclosed=left,
        readable=min(left, world.readable),
        consented=min(left, world.consented),
    )


def data_unreadable(world: World) -> World:
    """Something that was given cannot be read at all instead: an attempt that gave nothing."""
    return data_refused(world)


def data_partly_unreadable(world: World) -> World:
    """Something that was given can be read only in part."""
    return replace(world, readable=max(0, world.readable - 1))


def source_away(world: World) -> World:
    """A source does not answer what it answered: no line stands for it, only the count."""
    return data_refused(world)


WORLDWIDE: Mapping[str, Callable[[World], World]] = {
    each.__name__: each
    for each in (time_passes, data_refused, data_unreadable, data_partly_unreadable, source_away)
}


def worsened(world: World, how: str, which: int) -> World:
    """Do one of the things to a world, to one of its cases where it is about a case."""
    if how in WORLDWIDE:
        return WORLDWIDE[how](world)
    at = which % len(world.lives)
    lives = list(world.lives)
    lives[at] = WORSE[how](lives[at], world.today)
    return replace(world, lives=tuple(lives))


# Worlds ------------------------------------------------------------------------------------------


def _life(service: int, decided_after: int | None, accepted_after: int | None) -> Life:
    procedure = SERVICES[service]
    case = builders.case(state=State.SUBMITTED)
    if accepted_after is None:
        return Life(case=case, service=procedure)
    accepted_on = builders.TODAY + accepted_after * DAY
    running = replace(case, state=State.REVIEWING, accepted_on=accepted_on)
    reckoned = clocks.clocks_of(builders.CALENDAR, procedure, running, (), accepted_on)
    running = replace(
        running,
        promised_due=reckoned.promised.due if reckoned.promised else None,
        statutory_due=reckoned.statutory.due if reckoned.statutory else None,
    )
    if decided_after is None:
        return Life(case=running, service=procedure)
    at = _noon(accepted_on + decided_after * DAY)
    done = replace(
        running, state=State.CLOSED, outcome=Outcome.APPROVED, decided_at=at, closed_at=at
    )
    return Life(case=done, service=procedure)


LIVES = st.builds(
    _life,
    service=st.integers(0, len(SERVICES) - 1),
    decided_after=st.none() | st.integers(0, 45),
    accepted_after=st.none() | st.integers(0, 7),
)
WORLDS = st.builds(lambda lives: World(lives=tuple(lives)), st.lists(LIVES, min_size=1, max_size=6))
STEPS = st.lists(
    st.tuples(st.sampled_from([*WORSE, *WORLDWIDE]), st.integers(0, 5)), min_size=1, max_size=6
)


def flattered(before: World, after: World) -> list[str]:
    """Return the measures that moved in their better direction, or came to reach a target."""
    old, new = queries.read_all(facts_of(before)), queries.read_all(facts_of(after))
    return [
        name
        for name, measure in rules.MEASURES.items()
        if rules.flatters(old[name], new[name], measure.better)
        or _reaches_anew(old[name], new[name], measure.better)
    ]


def _reaches_anew(before: Reading, after: Reading, better: Better) -> bool:
    return any(
        rules.reached(after.value, target, better) is True
        and rules.reached(before.value, target, better) is not True
        for target in (0.1, 0.5, 0.98, 5)
        if before.value is not None
    )


@given(WORLDS, STEPS)
def test_no_figure_gets_better_when_the_world_gets_worse(
    world: World, steps: list[tuple[str, int]]
) -> None:
    for how, which in steps:
        after = worsened(world, how, which)
        assert flattered(world, after) == [], how
        world = after


@pytest.mark.parametrize("how", [*WORSE, *WORLDWIDE])
def test_every_way_of_getting_worse_is_tried_alone_on_a_case_of_every_kind(how: str) -> None:
    kinds = [(service, decided, accepted) for service in range(3)
             for decided in (None, 3, 40) for accepted in (None, 1)]  # fmt: skip
    for one in kinds:
        for company in (_life(0, 2, 1), _life(0, 40, 1)):
            world = World(lives=(_life(*one), company))
            assert flattered(world, worsened(world, how, 0)) == [], (how, one)


def test_a_case_overdue_counts_as_not_on_time_while_nobody_decides() -> None:
    world = World(lives=(_life(0, 2, 1), _life(0, None, 1)))
    reading = queries.read_all(facts_of(world))["cases_on_time_share"]
    assert (reading.numerator, reading.denominator) == (1, 2)


def test_an_overdue_case_that_is_withdrawn_stays_late() -> None:
    overdue = World(lives=(_life(0, None, 1),))
    gone = worsened(overdue, "withdrawn", 0)
    assert queries.read_all(facts_of(gone))["cases_on_time_share"].value == 0


def test_a_correction_excuses_only_as_long_as_was_given_for_it() -> None:
    life = _life(0, None, 1)
    asked_on = builders.TODAY + 2 * DAY
    waiting = replace(corrected(life, asked_on), case=replace(life.case, state=State.CORRECTION))
    early = World(lives=(waiting,), today=asked_on + 20 * DAY)
    assert queries.read_all(facts_of(early))["cases_on_time_share"].value is None
    long_after = World(lives=(waiting,), today=asked_on + 60 * DAY)
    assert queries.read_all(facts_of(long_after))["cases_on_time_share"].value == 0


def test_every_measure_says_its_better_direction_and_what_it_leaves_out() -> None:
    from tongban.kit.i18n import catalogue

    for name, measure in rules.MEASURES.items():
        assert measure.better in Better
        assert f"evaluation.leaves_out.{name}" in catalogue()
        assert f"evaluation.measure.{name}" in catalogue()
