"""Another calendar moves the days of running cases: named before, told after, dated as they were said."""

import datetime as dt
import json
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import select, update
from tests.builders import identity as people
from tests.builders import services as builders
from tests.builders.catalog import CIVIL
from tests.builders.definitions import TODAY

from tongban.app.instance.actions import _apply as apply_in
from tongban.app.instance.actions import difference
from tongban.app.instance.commands import _show
from tongban.app.instance.parts import PARTS
from tongban.app.instance.plan import as_plain
from tongban.kernel.actors import SYSTEM
from tongban.kit import shelf
from tongban.kit.clock import MovableClock
from tongban.kit.db import Database, Unit
from tongban.kit.definitions.folder import Files
from tongban.kit.definitions.instance import Instance
from tongban.kit.definitions.loading import load
from tongban.modules.identity import actions as identity
from tongban.modules.identity import queries as staff
from tongban.modules.identity.definition import RoleDefinition
from tongban.modules.identity.model import NewStaff
from tongban.modules.notices import actions as asking
from tongban.modules.notices import queries as notices
from tongban.modules.services import actions, queries
from tongban.modules.services.model import Case, CorrectionItem, State, What
from tongban.modules.services.queries.mine import receipt
from tongban.modules.services.store import tables
from tongban.modules.supervision import actions as supervision
from tongban.modules.supervision.definition import SupervisionRuleDefinition
from tongban.modules.supervision.store import open_cards

ITEM = (CorrectionItem(key="form.phone", text="少一位"),)
NINTH, TENTH = dt.date(2026, 12, 9), dt.date(2026, 12, 10)


def later(database: Database, days: int) -> None:
    clock = database.clock
    assert isinstance(clock, MovableClock)
    clock.advance(dt.timedelta(days=days))


@pytest.fixture
def promised(database: Database, tmp_path: Path) -> Case:
    """A running case of a small city, promised for 9 December 2026, and who reviews it."""
    builders.found(database, tmp_path)
    for code, duties in (("reviewer", ("case.review",)), ("manager", ("instance.apply",))):
        role = RoleDefinition(code=code, name=code, duties=duties)
        database.write(partial(people.adopt_role, role=role))
    for login, code in (("sun.li", "reviewer"), ("he.yu", "manager")):
        new = NewStaff(login=login, name="某人", department=CIVIL, roles=(code,))
        database.write(partial(identity.create_staff, actor=SYSTEM, new=new))
    case = builders.submitted(database)
    later(database, 1)
    case = builders.accepted(database, case)
    assert case.promised_due == NINTH
    return case


def with_calendar(database: Database, *off: str, years: tuple[int, ...] = (2026, 2027)) -> Instance:
    """What runs, with a calendar in which these days of 2026 are holidays."""
    files: dict[str, bytes] = {}
    with database.read() as reader:
        for part in PARTS:
            every = shelf.every(reader.connection, part.name, part.shape)
            rows: Any = json.loads(msgspec.json.encode(list(every.values())))
            if rows and part.name != "calendar":
                one = part.name == "government"
                files[f"{part.name}.yaml"] = json.dumps(rows[0] if one else rows).encode()
    holidays = [{"date": day, "name": "公祭"} for day in off]
    days = [{"year": y, "source": "通知", "holidays": holidays if y == 2026 else []} for y in years]
    files["calendar.yaml"] = json.dumps({"years": days}).encode()
    return load(Files(content=files), PARTS, TODAY)


def messages(database: Database, account: str) -> dict[str, Any]:
    with database.read() as reader:
        return {each.message: each.data for each in notices.inbox(reader, account)}


def adopt(database: Database, wanted: Instance) -> None:
    """Apply what is planned; that the small city has faults of other kinds is no matter here."""
    database.write(lambda unit: apply_in(unit, wanted))


def test_plan_names_the_case_that_moves_and_apply_tells_whom_it_concerns(
    database: Database, promised: Case
) -> None:
    adopt(database, with_calendar(database))
    with database.read() as reader:
        before = queries.own(reader, builders.wang(), promised.number)
        said = receipt(reader, before.loaded).expected
    later(database, 1)
    wanted = with_calendar(database, "2026-12-08")
    planned = as_plain(difference(database, wanted))
    assert planned["moves"] == [
        {
            "case": promised.number,
            "service": builders.SUBSIDY,
            "day": "promised",
            "from": "2026-12-09",
            "to": "2026-12-10",
        },
        {
            "case": promised.number,
            "service": builders.SUBSIDY,
            "day": "statutory",
            "from": "2026-12-23",
            "to": "2026-12-24",
        },
    ]
    assert planned["replies"] == []
    earlier = messages(database, "wang")["services.notice.accepted"]
    adopt(database, wanted)
    told = messages(database, "wang")
    assert told["services.notice.moved_promised"]["old"] == NINTH
    assert told["services.notice.moved_promised"]["new"] == TENTH
    assert told["services.notice.accepted"] == earlier, "what was said before stays"
    with database.read() as reader:
        own = queries.own(reader, builders.wang(), promised.number)
        again = receipt(reader, own.loaded)
        (sun,) = [one.id for one in _staff(reader, "case.review")]
    assert own.loaded.case.promised_due == TENTH
    assert own.clocks.promised is not None
    assert own.clocks.promised.due == TENTH
    (line,) = [each for each in own.history if each.what is What.REDATED]
    assert line.words == "2026-12-09 → 2026-12-10"
    assert again.expected == said, "the receipt says what it said"
    assert "calendar" in again.since
    assert messages(database, sun)["services.notice.days_moved"]["count"] == 1
    assert as_plain(difference(database, wanted))["moves"] == []


def test_however_many_cases_move_their_clerks_are_looked_up_once(
    database: Database, promised: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All of it is one transaction of the only writer."""
    second = builders.accepted(database, builders.submitted(database))
    adopt(database, with_calendar(database))
    asked: list[tuple[str, str]] = []
    look_up = staff.staff_with

    def counted(reader: Any, department: str, duty: str) -> Any:
        asked.append((department, duty))
        return look_up(reader, department, duty)

    monkeypatch.setattr(staff, "staff_with", counted)
    adopt(database, with_calendar(database, "2026-12-08"))
    assert asked == [(CIVIL, "case.review")]
    with database.read() as reader:
        (sun,) = [one.id for one in _staff(reader, "case.review")]
    told = messages(database, sun)["services.notice.days_moved"]
    assert told["count"] == 2
    assert {promised.number, second.number} == set(told["numbers"].split(", "))


def _staff(reader: Any, duty: str) -> Any:
    return staff.staff_with(reader, "", duty)


def test_where_nobody_can_do_a_step_whoever_hands_it_out_hears_that_its_day_moves(
    database: Database, promised: Case
) -> None:
    adopt(database, with_calendar(database))
    with database.read() as reader:
        (sun,) = _staff(reader, "case.review")
    head = people.employed(database, "head", CIVIL, "case.reassign")
    database.write(lambda unit: identity.deactivate_staff(unit, SYSTEM, sun.id))
    adopt(database, with_calendar(database, "2026-12-08"))
    assert messages(database, head)["services.notice.days_moved"]["count"] == 1


def test_plan_names_each_day_and_each_card_that_moves_in_words_of_people(
    database: Database, promised: Case, capsys: pytest.CaptureFixture[str]
) -> None:
    rule = SupervisionRuleDefinition(
        code="late",
        name="超期",
        colour="red",
        condition="step.overdue_days > 0",
        basis="《电子监察办法（演示规则）》",
        reply_days=2,
    )
    database.write(lambda unit: shelf.put(unit, "supervision", "late", 1, rule))
    adopt(database, with_calendar(database))
    later(database, 13)
    drawn = database.write(supervision.watch)
    assert [card.reply_due for card in drawn] == [dt.date(2026, 12, 10)]
    wanted = with_calendar(database, "2026-12-09")
    found = difference(database, wanted)
    (reply,) = as_plain(found)["replies"]
    assert (reply["case"], reply["to"]) == (promised.number, "2026-12-11")
    _show(found, "zh", wanted)
    shown = capsys.readouterr().out
    assert "~ 日历  (years)" in shown
    assert "calendar/calendar" not in shown
    assert "承诺办结 2026-12-09 → 2026-12-10  法定期限 2026-12-23 → 2026-12-24" in shown
    assert "1 张监察牌" in shown
    assert "2026-12-10 → 2026-12-11  民政局" in shown
    adopt(database, wanted)
    with database.read() as reader:
        (card,) = open_cards(reader.connection)
    assert card.reply_due == dt.date(2026, 12, 11), "what was planned is what was done"


def test_a_day_off_taken_back_moves_the_day_the_other_way(
    database: Database, promised: Case
) -> None:
    adopt(database, with_calendar(database, "2026-12-08"))
    adopt(database, with_calendar(database))
    with database.read() as reader:
        own = queries.own(reader, builders.wang(), promised.number)
    assert own.loaded.case.promised_due == NINTH
    assert [each.what for each in own.history].count(What.REDATED) == 2


def test_what_an_applicant_was_given_for_a_correction_never_gets_shorter(
    database: Database, promised: Case
) -> None:
    adopt(database, with_calendar(database, "2026-12-01"))
    database.write(
        lambda unit: actions.ask_correction(
            unit,
            builders.REVIEWER,
            promised.number,
            "review",
            builders.seen(unit, promised),
            ITEM,
            5,
        )
    )

    def due() -> dt.date | None:
        with database.read() as reader:
            asked = queries.own(reader, builders.wang(), promised.number).loaded.correction
        return asked.due if asked else None

    given = due()
    assert given == dt.date(2026, 12, 3)
    adopt(database, with_calendar(database))
    assert due() == given
    adopt(database, with_calendar(database, "2026-12-01", "2026-12-02"))
    assert due() == dt.date(2026, 12, 4)
    assert messages(database, "wang")["services.notice.moved_correction"]["old"] == given


def test_a_provisional_day_is_fixed_and_told_once_the_year_is_there(
    database: Database, promised: Case
) -> None:
    adopt(database, with_calendar(database, years=(2026,)))
    later(database, 33)  # 28 December
    case = builders.accepted(database, builders.submitted(database))
    assert case.promised_due == dt.date(2027, 1, 11)
    wanted = with_calendar(database, years=(2026,))
    plain = json.loads(wanted.files["calendar.yaml"])
    off = [{"date": "2027-01-01", "name": "元旦"}]
    plain["years"].append({"year": 2027, "source": "通知", "holidays": off})
    files = {**wanted.files, "calendar.yaml": json.dumps(plain).encode()}
    adopt(database, load(Files(content=files), PARTS, TODAY))
    with database.read() as reader:
        own = queries.own(reader, builders.wang(), case.number)
    assert own.loaded.case.promised_due == dt.date(2027, 1, 12)
    assert own.clocks.not_covered is None


def test_acceptance_that_came_too_late_shows_once_the_calendar_reaches_so_far(
    database: Database, promised: Case
) -> None:
    """Nobody could say on 12 January that the five days were over; the calendar says so later."""
    adopt(database, with_calendar(database, years=(2026,)))
    later(database, 34)  # 29 December
    case = builders.submitted(database)
    later(database, 14)  # 12 January
    case = builders.accepted(database, case)
    assert case.accepted_on == dt.date(2027, 1, 12)
    adopt(database, with_calendar(database))
    with database.read() as reader:
        own = queries.own(reader, builders.wang(), case.number)
    assert own.loaded.case.accepted_on == dt.date(2026, 12, 29)
    assert What.DEEMED_ACCEPTED in {each.what for each in own.history}


def test_silence_becomes_acceptance_with_the_calendar_that_reaches_so_far_and_is_told(
    database: Database, promised: Case
) -> None:
    adopt(database, with_calendar(database, years=(2026,)))
    later(database, 34)  # 29 December
    case = builders.submitted(database)
    later(database, 14)  # 12 January
    assert database.write(actions.note_passing) == 2, "the promised case, missed both ways"
    adopt(database, with_calendar(database))
    assert messages(database, "wang")["services.notice.deemed"]["received"] == dt.date(2026, 12, 29)
    with database.read() as reader:
        own = queries.own(reader, builders.wang(), case.number)
    assert own.loaded.case.state is State.DEEMED
    assert [each.what for each in own.history].count(What.DEEMED_ACCEPTED) == 1
    assert database.write(actions.note_passing) == 0


def test_what_counts_as_accepted_is_reckoned_anew_by_another_calendar_until_somebody_accepts(
    database: Database, promised: Case
) -> None:
    adopt(database, with_calendar(database))
    case = builders.submitted(database)  # 25 November: until 2 December
    later(database, 8)  # 3 December
    database.write(actions.note_passing)
    assert "services.notice.deemed" in messages(database, "wang")
    adopt(database, with_calendar(database, "2026-12-02"))
    with database.read() as reader:
        own = queries.own(reader, builders.wang(), case.number)
    assert (own.loaded.case.state, own.loaded.case.accepted_on) == (State.SUBMITTED, None)
    assert own.clocks.acceptance is not None
    assert own.clocks.acceptance.due == dt.date(2026, 12, 3)
    assert What.NOT_DEEMED in {each.what for each in own.history}
    assert messages(database, "wang")["services.notice.not_deemed"]["due"] == dt.date(2026, 12, 3)
    later(database, 1)
    assert database.write(actions.note_passing) == 1, "a day later it counts as accepted again"


def test_what_was_decided_on_a_provisional_day_gets_its_true_one_for_the_figures(
    database: Database, promised: Case
) -> None:
    adopt(database, with_calendar(database, years=(2026,)))
    later(database, 33)
    case = builders.decided(database, builders.ready_to_decide(database))
    provisional = case.statutory_due
    wanted = with_calendar(database)
    plain = json.loads(wanted.files["calendar.yaml"])
    plain["years"][1]["holidays"] = [{"date": "2027-01-01", "name": "元旦"}]
    files = {**wanted.files, "calendar.yaml": json.dumps(plain).encode()}
    adopt(database, load(Files(content=files), PARTS, TODAY))
    with database.read() as reader:
        after = queries.own(reader, builders.wang(), case.number).loaded.case.statutory_due
    assert provisional is not None
    assert after is not None
    assert after > provisional


def test_in_the_last_quarter_whoever_adopts_definitions_is_asked_once_a_month(
    database: Database, promised: Case
) -> None:
    adopt(database, with_calendar(database, years=(2026,)))
    with database.read() as reader:
        (manager,) = [one.id for one in _staff(reader, "instance.apply")]
    assert database.write(asking.ask_for_calendar) == [manager]
    assert database.write(asking.ask_for_calendar) == []
    assert messages(database, manager)["notices.message.calendar_wanted"] == {"year": 2027}
    later(database, 7)  # December
    assert database.write(asking.ask_for_calendar) == [manager]
    adopt(database, with_calendar(database))
    later(database, 20)
    assert database.write(asking.ask_for_calendar) == []


def test_the_command_names_some_and_counts_the_rest(
    database: Database, promised: Case, capsys: pytest.CaptureFixture[str]
) -> None:
    from tongban.app.instance import commands

    for _ in range(commands._NAMED):
        builders.submitted(database)
    adopt(database, with_calendar(database))
    found = difference(database, with_calendar(database, "2026-12-08"))
    commands._show(found, "zh")
    shown = capsys.readouterr().out
    assert f"{commands._NAMED + 1} 件在办件" in shown
    assert "2026-12-09 → 2026-12-10" in shown
    assert "另有 1 件" in shown


def test_a_case_that_cannot_be_read_keeps_no_other_from_its_new_days_and_is_named(
    database: Database, promised: Case, capsys: pytest.CaptureFixture[str]
) -> None:
    adopt(database, with_calendar(database))
    broken = asked_and_unreadable(database)
    wanted = with_calendar(database, "2026-12-09")
    found = difference(database, wanted)
    assert [one.case.number for one in found.moves] == [promised.number]
    assert found.unjudged == (broken.number,)
    assert as_plain(found)["unjudged"] == [broken.number]
    _show(found, "zh", wanted)
    shown = capsys.readouterr().out
    assert "1 件办件的数据读不出来" in shown
    assert f"  {broken.number}\n" in shown
    adopt(database, wanted)
    with database.read() as reader:
        after = queries.own(reader, builders.wang(), promised.number).loaded.case
    assert after.promised_due == dt.date(2026, 12, 10)


def test_a_decided_case_that_cannot_be_read_keeps_no_other_from_its_true_day(
    database: Database, promised: Case
) -> None:
    adopt(database, with_calendar(database, years=(2026,)))
    later(database, 33)
    case = builders.decided(database, builders.ready_to_decide(database))
    broken = asked_and_unreadable(database, decided_at=case.decided_at)
    wanted = with_calendar(database)
    plain = json.loads(wanted.files["calendar.yaml"])
    plain["years"][1]["holidays"] = [{"date": "2027-01-01", "name": "元旦"}]
    files = {**wanted.files, "calendar.yaml": json.dumps(plain).encode()}
    adopt(database, load(Files(content=files), PARTS, TODAY))
    with database.read() as reader:
        after = queries.own(reader, builders.wang(), case.number).loaded.case
        assert after.statutory_due is not None
        assert case.statutory_due is not None
        assert after.statutory_due > case.statutory_due
        due = select(tables.case.c.statutory_due).where(tables.case.c.id == broken.id)
        assert reader.connection.execute(due).scalar_one() == broken.statutory_due


def asked_and_unreadable(database: Database, decided_at: dt.datetime | None = None) -> Case:
    """Another case, whose notice of correction somebody changed in the database."""
    case = builders.accepted(database, builders.submitted(database))
    database.write(
        lambda unit: actions.ask_correction(
            unit, builders.REVIEWER, case.number, "review", builders.seen(unit, case), ITEM, 5
        )
    )

    def change(unit: Unit) -> None:
        notice = tables.correction.c.case_id == case.id
        unit.connection.execute(
            update(tables.correction).where(notice).values(items=b"altered by hand")
        )
        if decided_at is not None:
            decided = tables.case.c.id == case.id
            unit.connection.execute(
                update(tables.case).where(decided).values(decided_at=decided_at)
            )

    database.write(change)
    return case
