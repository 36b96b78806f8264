"""What the database pages, counts and filters is what a clerk would count by hand over every step."""

import dataclasses
import datetime as dt
import random
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from sqlalchemy import event, select, update
from tests.builders import identity as people
from tests.builders import planted
from tests.builders import services as builders
from tests.builders.catalog import LABOUR
from tests.builders.services import LI, MANAGER, SUBSIDY

from tongban.kernel.actors import Actor
from tongban.kit import shelf
from tongban.kit.clock import MovableClock
from tongban.kit.crypto.places import Cell
from tongban.kit.db import Database, Reader
from tongban.modules.government import queries as government
from tongban.modules.government.definition import CalendarDefinition, NamedDay
from tongban.modules.identity import queries as identity
from tongban.modules.services import actions, handlers, queries
from tongban.modules.services.actions import at_hand as keeping
from tongban.modules.services.model import (
    FAR,
    Answer,
    Case,
    Due,
    InboxFilter,
    Sort,
    State,
    StepRun,
    Whose,
)
from tongban.modules.services.queries import handing, tasks
from tongban.modules.services.queries.definitions import service
from tongban.modules.services.rules import clocks, may
from tongban.modules.services.store import at_hand, cases, steps, tables, values

GRAVITY = ("", "yellow", "red")


class ByHand:
    """The inbox as it would be without any column: every open step, its clocks and its name looked at."""

    def __init__(self, reader: Reader, actor: Actor) -> None:
        self.reader, self.actor = reader, actor
        self.calendar = government.calendar(reader.connection)
        self.today = self.calendar.local_date(reader.now)
        ids = list(reader.connection.execute(select(tables.case.c.id)).scalars())
        self.names = cases.applicants_of(reader, ids)
        self.asked = values.corrections_of(reader, ids)
        every = []
        for identifier, runs in steps.open_steps(reader.connection, ids).items():
            case = cases.find_case(reader.connection, identifier)
            assert case is not None
            every += [(case, run) for run in runs if run.department == actor.department]
        self.rows = [each for each in every if self.sees(*each)]

    def duty(self, case: Case, run: StepRun) -> str:
        procedure = service(self.reader.connection, case.service, case.service_version)
        return procedure.step(run.step).needed_duty

    def stranded(self, case: Case, run: StepRun) -> bool:
        staff = identity.staff_with(self.reader, run.department, self.duty(case, run))
        mine = run.clerk in ("", self.actor.account)
        return not mine and may.may_take_over(self.actor, run, {one.id for one in staff})

    def near(self, run: StepRun) -> bool:
        return run.clerk in ("", self.actor.account) or run.waits_for_second_look

    def sees(self, case: Case, run: StepRun) -> bool:
        if self.actor.has("case.reassign"):
            return True
        own = self.near(run) and self.actor.has(self.duty(case, run))
        return own or self.stranded(case, run)

    def stands(self, case: Case, run: StepRun) -> tuple[dt.date, str]:
        """By which day a row is ordered, and how it presses."""
        asked = self.asked[case.id]
        procedure = service(self.reader.connection, case.service, case.service_version)
        running = clocks.clocks_of(self.calendar, procedure, case, asked, self.today)
        received = self.calendar.local_date(case.submitted_at or case.created_at)
        step = procedure.step(run.step)
        own = clocks.step_clock(self.calendar, step, run, asked, self.today, received)
        due = running.pressing.due if running.pressing else None
        urgency = max(clocks.hint(running.pressing), own.hint, key=GRAVITY.index)
        return min(due or FAR, own.due or FAR), urgency

    def answer(self, case: Case) -> Answer:
        """Whether it waits on the applicant, or did so for longer than was given."""
        asked = self.asked[case.id]
        if case.state is not State.CORRECTION:
            return Answer.ANY
        late = clocks.is_correction_late(clocks.dated(self.calendar, asked[0]), self.today)
        return Answer.OVERDUE if late else Answer.AWAITED

    def wanted(self, wanted: InboxFilter) -> list[tuple[str, str]]:
        found = [each for each in self.rows if self.asks(wanted, *each)]
        if wanted.sort is Sort.NEWEST:
            found.sort(key=lambda each: (each[0].number, each[1].step), reverse=True)
        else:
            found.sort(key=lambda each: (self.stands(*each)[0], each[0].number, each[1].step))
        return [(case.number, run.step) for case, run in found]

    def asks(self, wanted: InboxFilter, case: Case, run: StepRun) -> bool:
        whose = {
            Whose.MINE: run.clerk == self.actor.account,
            Whose.FREE: not run.clerk,
            Whose.MINE_AND_FREE: self.near(run) or self.stranded(case, run),
            Whose.ALL: True,
        }[wanted.whose]
        name = self.names[case.id].name
        text = wanted.text
        hints = {Due.SOON: "yellow", Due.LATE: "red"}
        return (
            whose
            and wanted.service in ("", case.service)
            and wanted.kind in ("", run.kind)
            and (wanted.due is Due.ANY or self.stands(case, run)[1] == hints[wanted.due])
            and wanted.correction in (Answer.ANY, self.answer(case))
            and (not text or text in case.number or (wanted.by_name and text in name))
        )


FILTERS = [
    *(InboxFilter(whose=whose, sort=sort) for whose in Whose for sort in Sort),
    *(InboxFilter(whose=Whose.ALL, due=due) for due in Due),
    InboxFilter(due=Due.LATE, kind="review"),
    InboxFilter(whose=Whose.ALL, service=SUBSIDY, due=Due.SOON),
    InboxFilter(whose=Whose.ALL, kind="decide"),
    InboxFilter(whose=Whose.ALL, text="0011"),
    *(InboxFilter(whose=Whose.ALL, correction=answer) for answer in Answer if answer),
    InboxFilter(whose=Whose.ALL, correction=Answer.OVERDUE, due=Due.LATE),
    InboxFilter(text="%"),
    InboxFilter(whose=Whose.ALL, text="王", by_name=True),
    InboxFilter(text="王小", by_name=True, sort=Sort.NEWEST),
    InboxFilter(whose=Whose.ALL, text="20261", by_name=True, due=Due.LATE),
]


def town(database: Database, folder: Path, seed: int, count: int = 60) -> list[Actor]:
    """A department with many cases in many hands, some of them no longer able; who looks at them."""
    builders.found(database, folder, *planted.services())
    able = people.employed(database, "hu.jun", LABOUR, "case.accept")
    clerks = ["li", "zhao", able]
    chance = random.Random(seed)

    def many(unit: Any) -> None:
        for number in range(count):
            planted.plant(unit, chance, number, clerks)

    database.write(many)
    only = dataclasses.replace(LI, account="zhao", duties=frozenset({"case.accept"}))
    without = dataclasses.replace(MANAGER, duties=frozenset({"case.reassign"}))
    return [LI, MANAGER, only, without]


def later(database: Database, days: int) -> None:
    clock = database.clock
    assert isinstance(clock, MovableClock)
    clock.advance(dt.timedelta(days=days))


def test_every_filter_gives_the_rows_and_counts_that_looking_at_all_of_them_gives(
    database: Database, tmp_path: Path
) -> None:
    actors = town(database, tmp_path, 1, count=45)
    for days in (0, 6):
        later(database, days)
        with database.read() as reader:
            for actor in actors:
                hand = ByHand(reader, actor)
                for wanted in FILTERS:
                    right = hand.wanted(wanted)
                    found = queries.inbox(reader, actor, wanted, size=None)
                    shown = [(one.case.number, one.run.step) for one in found.tasks]
                    assert (shown, found.total) == (right, len(right)), (actor, wanted)
                    assert found.looked_through is None
                    if not wanted.by_name:
                        pages = [queries.inbox(reader, actor, wanted, n, 7) for n in (1, 2, 3)]
                        some = [one for page in pages[: pages[0].pages] for one in page.tasks]
                        assert [(one.case.number, one.run.step) for one in some] == right[:21]
                        whole = tasks.every_task(reader, actor, wanted)
                        every = [(t.case.number, t.run.step) for some in whole for t in some]
                        assert every == right
                stands = [hand.stands(*each)[1] for each in hand.rows]
                assert found.mine == sum(run.clerk == actor.account for _, run in hand.rows)
                assert found.free == sum(not run.clerk for _, run in hand.rows)
                assert (found.due_soon, found.overdue) == (
                    stands.count("yellow"),
                    stands.count("red"),
                )
                waits = [hand.answer(case) for case, _ in hand.rows]
                assert found.unanswered == waits.count(Answer.OVERDUE)
                assert {code for code, _ in found.services} == {c.service for c, _ in hand.rows}


def test_a_row_shows_the_urgency_that_it_was_found_by(database: Database, tmp_path: Path) -> None:
    actors = town(database, tmp_path, 3)
    with database.read() as reader:
        every = queries.inbox(reader, MANAGER, InboxFilter(whose=Whose.ALL), size=None)
        late = queries.inbox(reader, MANAGER, InboxFilter(whose=Whose.ALL, due=Due.LATE), size=None)
    assert {one.urgency for one in late.tasks} == {"red"}
    assert len(late.tasks) == sum(one.urgency == "red" for one in every.tasks) == every.overdue
    assert actors


def _note(asked: list[str], *given: Any) -> None:
    asked.append(given[2])


def test_a_page_opens_the_names_of_its_own_rows_and_no_more(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    town(database, tmp_path, 4, count=70)
    opened: list[bytes] = []
    before = type(database.keyring).open

    def open_(self: Any, sealed: bytes, cell: Cell) -> str:
        opened.append(sealed)
        return before(self, sealed, cell)

    monkeypatch.setattr(type(database.keyring), "open", open_)
    statements = {}
    for size in (5, 25):
        opened.clear()
        asked: list[str] = []
        hear: Callable[..., None] = partial(_note, asked)
        event.listen(database.engine, "before_cursor_execute", hear)
        with database.read() as reader:
            found = queries.inbox(reader, LI, InboxFilter(), 1, size)
        event.remove(database.engine, "before_cursor_execute", hear)
        assert len(found.tasks) == size
        assert len(opened) <= 3 * size + 12, "an applicant, a notice, its answer; and the staff"
        statements[size] = len(asked)
    assert statements[25] <= statements[5] + 3, "no statement for each row"


def test_a_search_by_name_that_could_not_look_at_all_says_so(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    town(database, tmp_path, 5, count=40)
    wanted = InboxFilter(whose=Whose.ALL, text="王", by_name=True)
    monkeypatch.setattr(tasks, "LOOKED_THROUGH", 10)
    with database.read() as reader:
        hand = ByHand(reader, MANAGER)
        found = queries.inbox(reader, MANAGER, wanted)
        first = hand.wanted(InboxFilter(whose=Whose.ALL))[:10]
        right = [each for each in hand.wanted(wanted) if each in first]
    assert found.looked_through == 10
    assert [(one.case.number, one.run.step) for one in found.tasks] == right
    monkeypatch.setattr(tasks, "LOOKED_THROUGH", 2000)
    monkeypatch.setattr(tasks, "MOST_FOUND", 3)
    with database.read() as reader:
        found = queries.inbox(reader, MANAGER, wanted)
    assert (len(found.tasks), found.total) == (3, 3)
    assert found.looked_through is not None


# Handing out -------------------------------------------------------------------------------------


def test_open_steps_to_hand_out_come_a_page_at_a_time_by_clerk_those_of_nobody_last(
    database: Database, tmp_path: Path
) -> None:
    town(database, tmp_path, 6)
    with database.read() as reader:
        hand = ByHand(reader, MANAGER)
        open_ = [(case, run) for case, run in hand.rows if not run.waits_for_second_look]
        last = -(-len(open_) // 7)
        pages = [handing.in_department(reader, MANAGER, page=n + 1, size=7) for n in range(last)]
        names = {run.clerk: identity.name_of(reader, run.clerk) for _, run in open_ if run.clerk}
        right = sorted(
            open_,
            key=lambda one: (
                not one[1].clerk,
                names.get(one[1].clerk, ""),
                one[1].clerk,
                hand.stands(*one)[0],
                one[0].number,
                one[1].step,
            ),
        )
        found = [(one.case.number, one.run.step) for page in pages for one in page.lines]
        assert found == [(case.number, run.step) for case, run in right]
        assert {page.total for page in pages} == {len(right)}
        whole = [one for some in handing.every_step(reader, MANAGER) for one in some]
        assert [(one.case.number, one.run.step) for one in whole] == found
        free = handing.in_department(reader, MANAGER, clerk=handing.NOBODY, size=None)
        assert {one.run.clerk for one in free.lines} == {""}
        assert free.total == sum(not run.clerk for _, run in right)
        some = right[0][0].number
        one_case = handing.in_department(reader, MANAGER, text=some)
        assert {one.case.number for one in one_case.lines} == {some}
        behind = handing.in_department(reader, MANAGER, page=999, size=7)
        assert behind.lines == pages[-1].lines


# Another calendar, another release ---------------------------------------------------------------


def kept(database: Database) -> list[Any]:
    with database.read() as reader:
        rows = reader.connection.execute(select(tables.at_hand))
        return sorted(map(tuple, rows))


def test_another_calendar_has_all_days_reckoned_anew_a_piece_at_a_time(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    town(database, tmp_path, 7)
    assert not database.write(actions.reckon_anew), "what was kept at once needs nothing"
    before = kept(database)
    with database.read() as reader:
        assert not queries.being_reckoned(reader.connection)
        declared = shelf.every(reader.connection, "calendar", CalendarDefinition)
    (key, old), *_ = declared.items()
    free = NamedDay(date=dt.date(2026, 11, 30), name="临时放假")
    years = tuple(
        replace(year, holidays=(*year.holidays, free)) if year.year == 2026 else year
        for year in old.years
    )
    changed = replace(old, years=years)
    database.write(lambda unit: shelf.put(unit, "calendar", key, 2, changed))
    with database.read() as reader:
        assert queries.being_reckoned(reader.connection)
    rounds = 0
    while database.write(lambda unit: actions.reckon_anew(unit, 20)):
        rounds += 1
        if rounds == 1:
            # Broken off, and another change of calendar meanwhile: all of it begins again.
            assert kept(database) != before
            database.write(lambda unit: shelf.put(unit, "calendar", key, 3, old))
            assert database.write(lambda unit: actions.reckon_anew(unit, 20))
            database.write(lambda unit: shelf.put(unit, "calendar", key, 4, changed))
    assert rounds == 5, "three full pieces, and one that finds nothing more"
    after = kept(database)
    assert after != before
    database.write(reckoned_from_nothing)
    assert kept(database) == after
    with database.read() as reader:
        assert not queries.being_reckoned(reader.connection)


def reckoned_from_nothing(unit: Any) -> None:
    for identifier in unit.connection.execute(select(tables.case.c.id)).scalars().all():
        case = cases.find_case(unit.connection, identifier)
        assert case is not None
        at_hand.keep(unit.connection, case, keeping.rows_of(unit, case))


def test_data_of_an_older_release_are_filled_in_pieces(database: Database, tmp_path: Path) -> None:
    town(database, tmp_path, 8)
    right = kept(database)

    def forget(unit: Any) -> None:
        """As the migration leaves a database: no row, and by no calendar."""
        unit.connection.execute(tables.at_hand.delete())
        unit.connection.execute(update(tables.reckoned).values(calendar="", towards="", after=""))

    database.write(forget)
    assert database.write(lambda unit: actions.reckon_anew(unit, 10))
    assert 10 <= len(kept(database)) < len(right)
    while database.write(lambda unit: actions.reckon_anew(unit, 10)):
        pass
    assert kept(database) == right


def test_a_case_that_cannot_be_reckoned_keeps_no_other_from_it(
    database: Database, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    town(database, tmp_path, 9, count=5)
    right = kept(database)
    (first, *_) = {row[0] for row in right}

    def break_(unit: Any) -> None:
        unit.connection.execute(
            update(tables.case).where(tables.case.c.id == first).values(service="never-declared")
        )
        unit.connection.execute(tables.at_hand.delete())
        unit.connection.execute(update(tables.reckoned).values(calendar=""))

    database.write(break_)
    while database.write(actions.reckon_anew):
        pass
    assert kept(database) == [row for row in right if row[0] != first]
    assert "could not be reckoned" in caplog.text


def test_the_inbox_says_while_days_are_reckoned_anew(city: Any) -> None:
    builders.submitted(city.db)
    assert "正在重新计算" not in city.as_staff("li.ping").get("/work").text
    with city.db.read() as reader:
        (key,) = shelf.every(reader.connection, "calendar", CalendarDefinition)
        (old,) = shelf.every(reader.connection, "calendar", CalendarDefinition).values()
    other = replace(old, weekend=("sunday",))
    city.db.write(lambda unit: shelf.put(unit, "calendar", key, 2, other))
    assert "正在重新计算" in city.as_staff("li.ping").get("/work").text
    handlers.reckon_anew(city.house)
    assert "正在重新计算" not in city.as_staff("li.ping").get("/work").text
