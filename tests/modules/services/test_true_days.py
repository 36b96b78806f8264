"""Days and states are told as they are, under their own name, the same wherever they are told."""

import csv
import datetime as dt
import io
import re

import pytest
from msgspec.structs import replace
from tests.builders import services as builders
from tests.builders.catalog import LABOUR
from tests.builders.services import LI, SUBSIDY, wang
from tests.builders.services_web import City
from tests.modules.services import test_pages as journey

from tongban.kit import shelf
from tongban.kit.clock import MovableClock
from tongban.kit.db import Database
from tongban.modules.government import queries as government
from tongban.modules.government.definition import CalendarDefinition, CalendarYear
from tongban.modules.notices import queries as notices
from tongban.modules.services import actions, queries
from tongban.modules.services.model import Case, Limited, State, Step, StepKind, What
from tongban.modules.services.store import cases
from tongban.modules.supervision import actions as supervision

RECEIVED = builders.TODAY  # Tuesday 24 November 2026
LAST_FOR_ACCEPTANCE = dt.date(2026, 12, 1)
LATEST_PROMISED = dt.date(2026, 12, 15)  # ten working days from there
PROMISED = dt.date(2026, 12, 8)  # ten working days from the receipt
STATUTORY = dt.date(2026, 12, 22)


def to(database: Database, day: dt.date) -> None:
    clock = database.clock
    assert isinstance(clock, MovableClock)
    with database.read() as reader:
        today = government.calendar(reader.connection).local_date(reader.now)
    clock.advance(dt.timedelta(days=(day - today).days))


def sent(city: City) -> Case:
    """A case of Wang's that came in by the web."""
    number = journey.applied(city)
    with city.db.read() as reader:
        found = cases.find_by_number(reader.connection, number)
    assert found is not None
    return found


def told(database: Database, account: str) -> list[str]:
    with database.read() as reader:
        return [each.message for each in reversed(notices.inbox(reader, account))]


def words_told(database: Database, account: str, message: str, language: str = "zh") -> str:
    with database.read() as reader:
        (one,) = [each for each in notices.inbox(reader, account) if each.message == message]
        return " ".join(notices.words(reader, one, language))


def happened(database: Database, case: Case) -> list[What]:
    with database.read() as reader:
        return [
            line.what
            for line in queries.own(reader, wang(account=case.account), case.number).history
        ]


# The state ---------------------------------------------------------------------------------------


def test_a_case_on_which_nothing_was_said_in_time_is_shown_as_accepted_by_law_everywhere(
    city: City,
) -> None:
    case = sent(city)
    to(city.db, LAST_FOR_ACCEPTANCE)
    assert "已收件，待受理" in city.as_wang().get("/my").text
    to(city.db, LAST_FOR_ACCEPTANCE + dt.timedelta(days=1))
    person = city.as_wang()
    (line,) = person.get("/api/my/cases").json()["data"]
    assert (line["state"], line["accepted_on"]) == ("deemed", str(RECEIVED))
    pages = [person.get(path).text for path in ("/my", f"/my/cases/{case.number}")]
    pages.append(person.get("/my/export.csv").text)
    pages.append(person.get(f"/my/cases/{case.number}/receipt").text)
    clerk = city.as_staff("li.ping")
    (task,) = clerk.get("/api/work/inbox").json()["data"]
    assert task["state"] == "deemed"
    paths = ("/work", f"/work/cases/{case.number}", "/work/export.csv")
    pages += [clerk.get(path).text for path in paths]
    for page in pages:
        assert "依法视为受理" in page
        assert "待受理" not in page


@pytest.mark.parametrize(("kind", "cited"), [("01", True), ("05", False)])
def test_silence_is_acceptance_by_the_licensing_law_only_where_that_law_speaks_of_it(
    city: City, kind: str, cited: bool
) -> None:
    service = builders.definition(type=kind)
    city.db.write(lambda unit: builders.adopt(unit, {SUBSIDY: service}))
    case = sent(city)
    to(city.db, LAST_FOR_ACCEPTANCE + dt.timedelta(days=1))
    city.db.write(actions.note_passing)
    page = city.as_wang().get(f"/my/cases/{case.number}").text
    assert "自收件之日（2026年11月24日）起视为受理" in page
    assert ("《中华人民共和国行政许可法》第三十二条" in page) is cited
    clerk = city.as_staff("li.ping").get(f"/work/cases/{case.number}").text
    assert ("《中华人民共和国行政许可法》第三十二条" in clerk) is cited


def test_applicant_and_clerk_are_told_once_on_the_day_that_a_case_counts_as_accepted(
    city: City,
) -> None:
    case = sent(city)
    clerks = [city.staff[login] for login in ("li.ping", "zhao.min", "qian.wei")]
    to(city.db, LAST_FOR_ACCEPTANCE)
    assert city.db.write(actions.note_passing) == 0
    to(city.db, LAST_FOR_ACCEPTANCE + dt.timedelta(days=1))
    assert city.db.write(actions.note_passing) == 1
    assert city.db.write(actions.note_passing) == 0
    assert told(city.db, case.account).count("services.notice.deemed") == 1
    for clerk in clerks:
        assert told(city.db, clerk) == ["services.notice.deemed_clerk"]
    said = words_told(city.db, case.account, "services.notice.deemed")
    assert "2026年11月24日" in said, "since when"
    assert "2026年12月8日" in said, "until when"
    assert "under article" not in words_told(city.db, case.account, "services.notice.deemed", "en")
    assert happened(city.db, case).count(What.DEEMED_ACCEPTED) == 1
    with city.db.read() as reader:
        kept = queries.own(reader, wang(account=case.account), case.number).loaded.case
    assert (kept.state, kept.accepted_on, kept.promised_due) == (State.DEEMED, RECEIVED, PROMISED)


def test_who_accepts_what_counts_as_accepted_leaves_one_line_of_each(city: City) -> None:
    """Whether the round or the clerk is first."""
    case = sent(city)
    to(city.db, LAST_FOR_ACCEPTANCE + dt.timedelta(days=1))
    accepted = builders.accepted(city.db, case)
    assert (accepted.state, accepted.accepted_on) == (State.REVIEWING, RECEIVED)
    assert city.db.write(actions.note_passing) == 0
    lines = happened(city.db, case)
    assert [lines.count(what) for what in (What.DEEMED_ACCEPTED, What.ACCEPTED)] == [1, 1]
    assert told(city.db, case.account).count("services.notice.deemed") == 1


def test_work_on_a_case_between_midnight_and_the_round_does_not_keep_anybody_from_being_told(
    city: City,
) -> None:
    case = sent(city)
    to(city.db, LAST_FOR_ACCEPTANCE + dt.timedelta(days=1))
    city.db.write(
        lambda unit: actions.take(unit, LI, case.number, "accept", builders.seen(unit, case))
    )
    assert city.db.write(actions.note_passing) == 1
    assert "services.notice.deemed" in told(city.db, case.account)


def test_that_a_promised_and_a_statutory_day_have_passed_is_told_once_each(city: City) -> None:
    case = builders.accepted(city.db, sent(city))
    clerk = city.staff["sun.li"]
    to(city.db, PROMISED)
    assert city.db.write(actions.note_passing) == 0
    to(city.db, PROMISED + dt.timedelta(days=1))
    assert city.db.write(actions.note_passing) == 1
    assert city.db.write(actions.note_passing) == 0
    assert told(city.db, case.account)[-1] == "services.notice.promised_missed"
    assert told(city.db, clerk) == ["services.notice.promised_missed_clerk"]
    said = words_told(city.db, case.account, "services.notice.promised_missed")
    assert "2026年12月8日" in said
    for language, day in (("zh", "2026年12月8日"), ("en", "8 December 2026")):
        for browser, page in (
            (city.as_wang, f"/my/cases/{case.number}"),
            (lambda: city.as_staff("sun.li"), f"/work/cases/{case.number}"),
        ):
            sitting = browser()
            sitting.client.cookies.set("tongban_language", language)
            history = sitting.get(page).text.partition('<ol class="tb-steps">')[2]
            assert re.search(rf"promised day has passed[^<]*{day}|承诺日期已过[^<]*{day}", history)
            assert "2026-12-08" not in re.sub(r"<[^>]*>", "", history)
    city.browser.client.cookies.set("tongban_language", "zh")
    assert "民政局" in said
    to(city.db, STATUTORY + dt.timedelta(days=1))
    assert city.db.write(actions.note_passing) == 1
    assert told(city.db, case.account)[-1] == "services.notice.statutory_missed"
    lines = happened(city.db, case)
    assert [lines.count(what) for what in (What.PROMISE_MISSED, What.STATUTE_MISSED)] == [1, 1]


def test_nobody_is_told_of_a_missed_day_of_what_was_decided_in_time(city: City) -> None:
    case = builders.reviewed(city.db, builders.accepted(city.db, sent(city)))
    builders.decided(city.db, case)
    to(city.db, STATUTORY + dt.timedelta(days=9))
    assert city.db.write(actions.note_passing) == 0


# The promised day --------------------------------------------------------------------------------


def _row(city: City, path: str) -> dict[str, str]:
    (row,) = csv.DictReader(io.StringIO(city.browser.get(path).text.lstrip("\ufeff")))
    return row


def test_the_column_of_the_promise_is_the_promised_day_before_and_after_acceptance(
    city: City,
) -> None:
    case = sent(city)
    city.as_staff("li.ping")
    row = _row(city, "/work/export.csv")
    assert row["承诺办结日"] == str(LATEST_PROMISED)
    assert row["承诺办结日暂定的原因"] == "还没有受理"
    assert row["受理期限"] == str(LAST_FOR_ACCEPTANCE)
    (task,) = city.browser.get("/api/work/inbox").json()["data"]
    assert (task["due"], task["due_provisional"]) == (str(LATEST_PROMISED), "not_accepted")
    assert task["acceptance_due"] == str(LAST_FOR_ACCEPTANCE)
    page = city.browser.get("/work").text
    assert "2026年12月15日（暂定）" in page
    assert "最晚应当在 2026年12月1日告知是否受理" in page
    city.as_wang()
    mine = _row(city, "/my/export.csv")
    assert (mine["承诺办结日"], mine["是什么期限"]) == (str(LATEST_PROMISED), "受理期限")
    assert mine["下一个期限"] == str(LAST_FOR_ACCEPTANCE)
    builders.accepted(city.db, case)
    city.as_staff("sun.li")
    row = _row(city, "/work/export.csv")
    assert row["承诺办结日"] == str(PROMISED)
    assert (row["承诺办结日暂定的原因"], row["受理期限"]) == ("", "")
    assert "（暂定）" not in city.browser.get("/work").text


# What is left ------------------------------------------------------------------------------------

_LEFT = re.compile(
    r"还剩 (\d+) 个工作日|(明天到期)|(今天到期)|已超期 (\d+) 个工作日|(已超期，不满 1 个工作日)"
)


def _as_number(match: re.Match[str]) -> int:
    left, tomorrow, today, late, _ = match.groups()
    return int(left) if left else 1 if tomorrow else 0 if today else -int(late or 0)


def _promised_left(page: str) -> set[int]:
    """Return what a page says is left of the promise: the words right after its name and day."""
    found = re.findall(
        r"承诺(?:最晚|办结)?(?:</strong>：| )?(?:\s|<[^>]*>)*20\d\d年\d+月\d+日(?:办结)?"
        r"(?:\s|<[^>]*>|，|·)*([^<。]*)",
        page,
    )
    return {_as_number(match) for words in found if (match := _LEFT.search(words))}


@pytest.mark.parametrize("unit", ["working_day", "day"])
def test_every_place_says_the_same_of_what_is_left_of_a_limit(city: City, unit: str) -> None:
    """Pages, files, JSON and cards, in working days, whatever the limit itself counts."""
    limits = {
        "promised_limit": Limited(days=10, unit=unit),
        "statutory_limit": Limited(days=30, unit=unit),
    }
    city.db.write(lambda unit_: builders.adopt(unit_, {SUBSIDY: builders.definition(**limits)}))
    case = builders.accepted(city.db, sent(city))
    due = case.promised_due
    assert due is not None
    for after in (-14, -4, -1, 0, 1, 3, 9):
        today = max(due + dt.timedelta(days=after), RECEIVED)
        to(city.db, today)
        span = range(1, abs((due - today).days) + 1)
        first = min(due, today)
        counted = sum((first + dt.timedelta(days=day)).weekday() < 5 for day in span)
        right = counted if today <= due else -counted
        clerk = city.as_staff("sun.li")
        assert _promised_left(clerk.get(f"/work/cases/{case.number}").text) == {right}
        inbox = clerk.get("/work").text
        cell = inbox[inbox.index("承诺办结日") :].partition("本环节")[2]
        assert right in {_as_number(match) for match in _LEFT.finditer(cell)}
        assert _row(city, "/work/export.csv")["承诺剩余工作日"] == str(right)
        assert clerk.get("/api/work/inbox").json()["data"][0]["left"] == right
        person = city.as_wang()
        assert _promised_left(person.get(f"/my/cases/{case.number}").text) == {right}
        assert _promised_left(person.get("/my").text) == {right}
        assert person.get("/api/my/cases").json()["data"][0]["left"] == right
        with city.db.read() as reader:
            (watched,) = supervision.watched(reader)
        assert watched.promised is not None
        assert watched.promised.remaining_days - watched.promised.overdue_days == right


def test_nothing_due_today_is_said_to_have_nought_days_left(city: City) -> None:
    case = builders.accepted(city.db, sent(city))
    to(city.db, PROMISED)
    for page in (
        city.as_staff("sun.li").get("/work").text,
        city.as_staff("sun.li").get(f"/work/cases/{case.number}").text,
        city.as_wang().get(f"/my/cases/{case.number}").text,
    ):
        assert "今天到期" in page
        assert "还剩 0" not in page


def test_the_day_off_after_a_last_day_is_late_and_not_due_today(city: City) -> None:
    """Ten working days from Friday 27 November end on Friday 11 December; the next day is Saturday."""
    to(city.db, dt.date(2026, 11, 27))
    case = builders.accepted(city.db, sent(city))
    to(city.db, dt.date(2026, 12, 12))
    page = city.as_wang().get(f"/my/cases/{case.number}").text
    assert "已超期，不满 1 个工作日" in page
    assert "今天到期" not in page


def test_a_case_that_is_decided_has_no_clock_running_in_any_list(city: City) -> None:
    delivered = Step(
        code="issue", name="送达", kind=StepKind.ISSUE, department=LABOUR, after=("decide",)
    )
    steps = (*builders.definition().steps, delivered)
    service = builders.notice_only(steps=steps)
    city.db.write(lambda unit: builders.adopt(unit, {SUBSIDY: service}))
    case = builders.reviewed(city.db, builders.accepted(city.db, sent(city)))
    builders.decided(city.db, case)
    to(city.db, PROMISED + dt.timedelta(days=20))
    (line,) = city.as_wang().get("/api/my/cases").json()["data"]
    assert (line["state"], line["until"]) == ("issuing", None)


def test_what_is_counted_as_late_are_the_cases_and_steps_that_are_shown_as_late(city: City) -> None:
    """The review has three working days, the case ten."""
    builders.accepted(city.db, sent(city))
    to(city.db, dt.date(2026, 11, 30))
    clerk = city.as_staff("sun.li")
    with city.db.read() as reader:
        found = queries.inbox(reader, builders.REVIEWER, queries.InboxFilter())
    assert (found.overdue, found.due_soon) == (1, 0)
    late = clerk.get("/work?due=late").text
    assert "已超期 1 个工作日" in late
    assert "没有找到" in clerk.get("/work?due=soon").text


def test_a_receipt_does_not_foretell_an_acceptance_that_has_come(city: City) -> None:
    case = sent(city)
    path = f"/my/cases/{case.number}/receipt"
    fresh = city.as_wang().get(path).text
    assert "部门核对材料，决定是否受理" in fresh
    assert "收件时告知的日期" not in fresh
    to(city.db, LAST_FOR_ACCEPTANCE + dt.timedelta(days=1))
    silent = city.as_wang().get(path).text
    assert "部门核对材料，决定是否受理" not in silent
    assert "到期没有告知是否受理，自收件之日起视为受理" in silent
    builders.accepted(city.db, case)
    accepted = city.as_wang().get(path).text
    assert "这是收件时告知的日期。办件之后已经受理" in accepted


def test_a_clerk_is_not_told_to_ask_for_a_correction_that_can_no_longer_be_asked_for(
    city: City,
) -> None:
    accept, *others = builders.definition().steps
    task = "需要补正的，一次告知全部内容。"
    steps = (replace(accept, task=task), *others)
    city.db.write(lambda unit: builders.adopt(unit, {SUBSIDY: builders.definition(steps=steps)}))
    case = sent(city)
    assert task in city.as_staff("li.ping").get(f"/work/cases/{case.number}").text
    to(city.db, LAST_FOR_ACCEPTANCE + dt.timedelta(days=1))
    assert task not in city.as_staff("li.ping").get(f"/work/cases/{case.number}").text


def test_a_day_in_a_year_whose_holidays_are_only_expected_is_marked_wherever_it_is_told(
    city: City,
) -> None:
    case = builders.accepted(city.db, sent(city))
    years = tuple(
        CalendarYear(year=year, source="预计", provisional=year == 2026) for year in (2026, 2027)
    )
    calendar = CalendarDefinition(years=years)
    city.db.write(lambda unit: shelf.put(unit, "calendar", "calendar", 2, calendar))
    wang_, clerk = f"/my/cases/{case.number}", f"/work/cases/{case.number}"
    for browser, pages in (
        (city.as_wang, (wang_, f"{wang_}/receipt", "/my")),
        (lambda: city.as_staff("sun.li"), (clerk, "/work")),
    ):
        sitting = browser()
        for page in pages:
            assert re.search(r"2026年12月\d+日（暂定）", sitting.get(page).text), page
    assert "那一年的放假安排是暂定的" in city.as_wang().get("/my/export.csv").text
