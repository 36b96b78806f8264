"""A correction whose time is over says so to whoever has to answer it and to whoever has to act."""

import csv
import datetime as dt
import io
import re

from tests.builders import services as builders
from tests.builders.services import LI
from tests.builders.services_web import City
from tests.modules.services.test_true_days import to

from tongban.kit.db import Database
from tongban.modules.services import actions, queries
from tongban.modules.services.model import Case, CorrectionItem
from tongban.modules.services.queries.tasks import Answer, Inbox, Whose

ASKED_ON = builders.TODAY  # Tuesday 24 November 2026
LAST_DAY = dt.date(2026, 12, 1)
"""The fifth working day after the notice."""
LAPSED = dt.date(2026, 12, 4)
PHONE = CorrectionItem(key="form.phone", text="少一位")
OTHER = CorrectionItem(key="", text="请说明经营场所由谁使用")


def waiting(database: Database, *items: CorrectionItem) -> Case:
    """A case that waits on Wang for a correction, five working days."""
    case = builders.submitted(database)
    return database.write(
        lambda unit: actions.ask_correction(
            unit, LI, case.number, "accept", builders.seen(unit, case), items or (PHONE,), 5
        )
    )


def inbox(database: Database, answer: Answer = Answer.ANY) -> Inbox:
    wanted = queries.InboxFilter(whose=Whose.ALL, correction=answer)
    with database.read() as reader:
        return queries.inbox(reader, LI, wanted)


# The clerk ----------------------------------------------------------------------------------------


def test_the_inbox_counts_and_finds_corrections_whose_time_is_over(city: City) -> None:
    waiting(city.db)
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
    waiting(city.db)
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
    waiting(city.db)
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
