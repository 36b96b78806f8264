"""A correction whose time is over says so to whoever has to answer it and to whoever has to act."""

import csv
import datetime as dt
import io
import re
from pathlib import Path

import pytest
from tests.builders import services as builders
from tests.builders.services import LI
from tests.builders.services_web import City
from tests.modules.services import test_pages as journey
from tests.modules.services.test_true_days import happened, sent, to, told, words_told

from tongban.kit.db import Database
from tongban.modules.services import actions, queries
from tongban.modules.services.model import Answer, Case, CorrectionItem, What, Whose
from tongban.modules.services.queries.tasks import Inbox

ASKED_ON = builders.TODAY  # Tuesday 24 November 2026
LAST_DAY = dt.date(2026, 12, 1)
"""The fifth working day after the notice."""
LAPSED = dt.date(2026, 12, 4)
PHONE = CorrectionItem(key="form.phone", text="少一位")
OTHER = CorrectionItem(key="", text="请说明经营场所由谁使用")


def asked(database: Database, case: Case, *items: CorrectionItem) -> Case:
    """Ask for a correction, five working days."""
    return database.write(
        lambda unit: actions.ask_correction(
            unit, LI, case.number, "accept", builders.seen(unit, case), items or (PHONE,), 5
        )
    )


def waiting(city: City, *items: CorrectionItem) -> Case:
    """A case that waits on Wang for a correction."""
    return asked(city.db, sent(city), *items)


def inbox(database: Database, answer: Answer = Answer.ANY) -> Inbox:
    wanted = queries.InboxFilter(whose=Whose.ALL, correction=answer)
    with database.read() as reader:
        return queries.inbox(reader, LI, wanted)


# The clerk ----------------------------------------------------------------------------------------


def test_the_inbox_counts_and_finds_corrections_whose_time_is_over(city: City) -> None:
    waiting(city)
    to(city.db, LAST_DAY)
    assert inbox(city.db).unanswered == 0, "the last day still counts"
    (task,) = inbox(city.db, Answer.AWAITED).tasks
    assert task.correction is not None
    assert (task.correction.told, task.correction.due) == ("today", LAST_DAY)
    assert inbox(city.db, Answer.OVERDUE).total == 0
    to(city.db, LAPSED)
    assert (inbox(city.db).unanswered, inbox(city.db, Answer.AWAITED).total) == (1, 0)
    (task,) = inbox(city.db, Answer.OVERDUE).tasks
    assert task.correction is not None
    assert (task.correction.told, task.correction.days) == ("late", 3)


def test_the_inbox_shows_the_badge_the_day_and_a_way_to_all_of_them(city: City) -> None:
    waiting(city)
    to(city.db, LAST_DAY)
    shown = city.as_staff("li.ping").get("/work").text
    assert re.search(r"补正最后一天 2026年12月1日[^<]*，今天到期", shown)
    assert "补正期限已过</" not in re.sub(r"<option.*?</option>", "", shown, flags=re.S)
    to(city.db, LAPSED)
    shown = city.as_staff("li.ping").get("/work").text
    assert re.search(r"<[^>]*refused[^>]*>\s*补正期限已过", shown)
    assert re.search(r"补正最后一天 2026年12月1日[^<]*，已超期 3 个工作日", shown)
    assert 'href="/work?correction=overdue"' in shown
    assert "2026112400100017" not in city.as_staff("li.ping").get("/work?correction=awaited").text
    english = city.as_staff("li.ping").get("/work?correction=overdue&lang=en").text
    assert "No correction in time" in english


def test_the_files_of_the_inbox_hold_what_its_page_says_of_a_correction(city: City) -> None:
    waiting(city)
    to(city.db, LAPSED)
    clerk = city.as_staff("li.ping")
    (line,) = csv.DictReader(io.StringIO(clerk.get("/work/export.csv").text.lstrip("\ufeff")))
    assert (line["补正情况"], line["补正最后一天"], line["补正剩余工作日"]) == (
        "补正期限已过",
        "2026-12-01",
        "-3",
    )
    assert clerk.get("/api/work/inbox?correction=overdue").json()["total"] == 1
    assert clerk.get("/api/work/inbox?correction=awaited").json()["total"] == 0


# The applicant ------------------------------------------------------------------------------------


def as_read(page: str) -> str:
    """Return the words of a page."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", "", page))


@pytest.mark.parametrize("path", ["", "/correct"])
def test_the_applicant_reads_until_when_and_then_that_the_time_is_over(
    city: City, path: str
) -> None:
    number = waiting(city).number
    to(city.db, dt.date(2026, 11, 27))
    shown = as_read(city.as_wang().get(f"/my/cases/{number}{path}").text)
    assert "请补正，最晚 2026年12月1日（还剩 2 个工作日）" in shown
    to(city.db, LAPSED)
    shown = as_read(city.as_wang().get(f"/my/cases/{number}{path}").text)
    assert "补正期限已过" in shown
    assert "补正的最后一天是 2026年12月1日，已超期 3 个工作日" in shown
    assert "部门随时可以按撤回处理，结束这个办件；在这以前，您仍然可以补正" in shown
    assert "最晚 2026年12月1日" not in shown
    english = as_read(city.as_wang().get(f"/my/cases/{number}{path}?lang=en").text)
    assert "The last day for the correction was 1 December 2026: 3 working days late" in english


def test_what_the_page_promises_is_so_a_late_answer_is_taken(city: City) -> None:
    number = waiting(city).number
    to(city.db, LAPSED)
    wang = city.as_wang()
    wang.get(f"/my/cases/{number}/correct")
    wang.send(f"/my/cases/{number}/correct", **{"form.phone": "13800000002"})
    shown = as_read(city.as_wang().get(f"/my/cases/{number}").text)
    assert "已收件，待受理" in shown
    assert "补正期限已过" not in shown


def test_my_matters_and_their_files_say_what_is_left_of_a_correction(city: City) -> None:
    waiting(city)
    for day, state, words, left in (
        (dt.date(2026, 11, 27), "等待补正", "还剩 2 个工作日", "2"),
        (LAPSED, "补正期限已过", "已超期 3 个工作日", "-3"),
    ):
        to(city.db, day)
        wang = city.as_wang()
        shown = as_read(wang.get("/my").text)
        assert state in shown
        assert f"2026年12月1日，{words}" in shown
        (line,) = csv.DictReader(io.StringIO(wang.get("/my/export.csv").text.lstrip("\ufeff")))
        assert (line["状态"], line["下一个期限"], line["下一个期限剩余工作日"]) == (
            state,
            "2026-12-01",
            left,
        )
        (thing,) = wang.get("/api/my/cases").json()["data"]
        assert (str(thing["left"]), thing["until_what"]) == (left, "correction")


def test_a_draft_is_not_counted_as_if_a_department_had_it(city: City) -> None:
    base = journey.begun(city)
    shown = as_read(city.as_wang().get("/my").text)
    assert re.search("共 1 条 ?其中 1 件还没有提交，部门没有收到。", shown)
    english = as_read(city.as_wang().get("/my?lang=en").text)
    assert "1 of them is not sent, so no department works on that yet." in english
    journey.applied(city, base=base)
    assert "还没有提交，部门没有收到" not in city.as_wang().get("/my").text


# What was asked for in words ------------------------------------------------------------------------


def test_the_clerk_reads_what_was_asked_and_given_in_words_in_one_line(city: City) -> None:
    case = waiting(city, PHONE, OTHER)
    wang = city.as_wang()
    wang.get(f"/my/cases/{case.number}/correct")
    typed = {"form.phone": "13800000002", "answer": "由本人和妻子使用"}
    wang.send(f"/my/cases/{case.number}/correct", **typed)
    page = city.as_staff("li.ping").get(f"/work/cases/{case.number}").text
    (row,) = [row for row in re.findall(r"<tr.*?</tr>", page, re.S) if "请说明经营场所" in row]
    cells = [as_read(cell).strip() for cell in re.findall(r"<t[dh].*?</t[dh]>", row, re.S)]
    assert cells[-2:] == ["（没有）", "由本人和妻子使用"]
    assert "申请人说明：" not in page, "said once"


# Once the promised day has passed too -------------------------------------------------------------


def test_whoever_waits_on_whom_is_told_once_the_promised_day_has_passed(
    database: Database, tmp_path: Path
) -> None:
    builders.found(database, tmp_path)
    case = builders.accepted(database, builders.submitted(database))
    database.write(
        lambda unit: actions.ask_correction(
            unit, builders.REVIEWER, case.number, "review", builders.seen(unit, case), (PHONE,), 5
        )
    )
    to(database, dt.date(2027, 1, 4))
    database.write(actions.note_passing)
    said = words_told(database, "wang", "services.notice.promised_missed_lapsed")
    assert "还没有收到您的补正" in said
    assert told(database, "wang").count("services.notice.promised_missed_lapsed") == 1


# The day on which it lapses ------------------------------------------------------------------------


def test_applicant_and_clerk_are_told_once_that_the_time_for_a_correction_is_over(
    city: City,
) -> None:
    case = waiting(city)
    to(city.db, LAST_DAY)
    assert city.db.write(actions.note_passing) == 0, "the last day still counts"
    to(city.db, dt.date(2026, 12, 2))
    for count in (1, 0):
        assert city.db.write(lambda unit: actions.note_passing(unit, case.number)) == count
    assert happened(city.db, case).count(What.CORRECTION_MISSED) == 1
    assert told(city.db, case.account).count("services.notice.correction_missed") == 1
    clerk = city.staff["li.ping"]
    assert told(city.db, clerk).count("services.notice.correction_missed_clerk") == 1


def test_nobody_is_told_of_the_end_of_a_time_for_a_correction_that_was_answered(city: City) -> None:
    case = waiting(city)
    phone = {"form.phone": "13900000000"}
    city.db.write(
        lambda unit: actions.supply_correction(
            unit, builders.wang(account=case.account), case.number, phone
        )
    )
    to(city.db, LAPSED)
    city.db.write(actions.note_passing)
    assert What.CORRECTION_MISSED not in happened(city.db, case)


def test_the_history_says_in_both_languages_on_which_day_the_time_for_a_correction_ended(
    city: City,
) -> None:
    case = waiting(city)
    to(city.db, LAPSED)
    city.db.write(actions.note_passing)
    page = f"/work/cases/{case.number}"
    assert "补正期限已过，没有收到补正：2026年12月1日" in city.as_staff("li.ping").get(page).text
    english = city.as_staff("li.ping").get(f"{page}?lang=en").text
    assert "The time for the correction has passed and none came: 1 December 2026" in english
