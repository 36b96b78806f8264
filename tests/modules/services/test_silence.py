"""What silence about acceptance will mean is said before, and what it meant is said once, truly."""

import datetime as dt
import re

from tests.builders import services as builders
from tests.builders.services import SUBSIDY, wang
from tests.builders.services_web import City
from tests.modules.services.test_true_days import (
    LAST_FOR_ACCEPTANCE,
    happened,
    sent,
    to,
    told,
    words_told,
)

from tongban.modules.services import actions, queries
from tongban.modules.services.model import Case, Limited, What


def quick(city: City) -> Case:
    """A case whose result is promised within three working days, fewer than acceptance may take."""
    service = builders.definition(promised_limit=Limited(days=3))
    city.db.write(lambda unit: builders.adopt(unit, {SUBSIDY: service}))
    return sent(city)


def test_who_is_accepted_by_law_after_the_promised_day_hears_in_one_message_that_it_has_passed(
    city: City,
) -> None:
    case = quick(city)
    clerk = city.staff["li.ping"]
    to(city.db, LAST_FOR_ACCEPTANCE + dt.timedelta(days=1))
    assert city.db.write(actions.note_passing) == 1
    assert city.db.write(actions.note_passing) == 0
    of_days = [each for each in told(city.db, case.account) if re.search("deemed|missed", each)]
    assert of_days == ["services.notice.deemed_late"]
    assert told(city.db, clerk) == ["services.notice.deemed_late_clerk"]
    for account, kind in ((case.account, ""), (clerk, "_clerk")):
        said = words_told(city.db, account, f"services.notice.deemed_late{kind}", "en")
        assert "was due by 27 November 2026: that day has passed" in said
        assert "is due by" not in said
    assert happened(city.db, case)[-2:] == [What.DEEMED_ACCEPTED, What.PROMISE_MISSED]
    with city.db.read() as reader:
        kept = queries.own(reader, wang(account=case.account), case.number).loaded.case
    assert kept.promised_due == dt.date(2026, 11, 27)


def test_a_clerk_reads_what_silence_will_mean_while_there_is_time_to_speak(city: City) -> None:
    case = sent(city)
    pages = ("/work", f"/work/cases/{case.number}")
    clerk = city.as_staff("li.ping")
    for page in pages:
        assert "自收件之日起视为受理" not in clerk.get(page).text, "there is time enough"
    to(city.db, LAST_FOR_ACCEPTANCE)
    clerk = city.as_staff("li.ping")
    for page in pages:
        said = clerk.get(page).text
        assert "自收件之日起视为受理，最晚应当在 2026年12月8日办结" in said
    to(city.db, LAST_FOR_ACCEPTANCE + dt.timedelta(days=1))
    assert "到期没有告知的" not in city.as_staff("li.ping").get("/work").text
