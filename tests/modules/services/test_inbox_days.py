"""The inbox and the case's own page name the day of the step beside that of the case."""

import datetime as dt
import re
from pathlib import Path

from tests.builders import services as builders
from tests.builders.services_web import City

from tongban.kit.clock import MovableClock
from tongban.kit.db import Database
from tongban.modules.services import queries
from tongban.modules.services.model import Due
from tongban.modules.services.queries.tasks import Task


def task(database: Database) -> Task:
    with database.read() as reader:
        (found,) = queries.inbox(reader, builders.REVIEWER, queries.InboxFilter()).tasks
        return found


def later(database: Database, days: int) -> None:
    clock = database.clock
    assert isinstance(clock, MovableClock)
    clock.advance(dt.timedelta(days=days))


def test_a_task_knows_the_last_day_of_its_own_step(database: Database, tmp_path: Path) -> None:
    builders.found(database, tmp_path)
    builders.accepted(database, builders.submitted(database))
    open_ = task(database)
    assert open_.promised.due is not None
    assert open_.own.due is not None
    assert open_.own.due < open_.promised.due, "three working days of ten"
    assert open_.own.overdue == 0
    later(database, 7)
    late = task(database)
    assert late.own.overdue > 0
    assert (late.promised.left or 0) > 0, "the case itself is not late"


def test_a_clerk_reads_the_day_of_the_step_in_the_inbox_and_on_the_case(city: City) -> None:
    case = builders.accepted(city.db, builders.submitted(city.db))
    clerk = city.as_staff("sun.li")
    shown = clerk.get("/work").text
    assert "本环节最晚" in shown
    assert "承诺办结日" in shown
    assert "本环节最晚" in clerk.get(f"/work/cases/{case.number}").text
    later(city.db, 7)
    clerk = city.as_staff("sun.li")
    shown = clerk.get("/work").text
    assert re.search(r"本环节最晚[^<]*(?:\s|<[^>]*>)*已超期 \d+ 个工作日", shown)
    heads = clerk.get("/work/export.csv").text.splitlines()[0]
    assert "环节期限" in heads


def test_a_step_that_is_due_tomorrow_counts_as_due_soon_wherever_the_row_says_so(
    city: City,
) -> None:
    builders.accepted(city.db, builders.submitted(city.db))
    later(city.db, 2)
    found = task(city.db)
    assert found.own.clock is not None
    assert (found.own.clock.told, found.hint) == ("tomorrow", ""), "the step alone is near its end"
    with city.db.read() as reader:
        inbox = queries.inbox(reader, builders.REVIEWER, queries.InboxFilter(due=Due.SOON))
    assert (inbox.due_soon, inbox.overdue, len(inbox.tasks)) == (1, 0, 1)
    shown = city.as_staff("sun.li").get("/work").text
    assert re.search(r"本环节最晚[^<]*(?:\s|<[^>]*>)*<[^>]*waiting[^>]*>\s*明天到期", shown)


def test_what_is_late_by_its_step_is_not_counted_as_due_soon_too(city: City) -> None:
    builders.accepted(city.db, builders.submitted(city.db))
    later(city.db, 7)
    with city.db.read() as reader:
        inbox = queries.inbox(reader, builders.REVIEWER, queries.InboxFilter())
    assert (inbox.due_soon, inbox.overdue) == (0, 1)
