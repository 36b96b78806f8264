"""A receipt stays true to its day, and says why its dates are no longer those of today."""

import datetime as dt

from tests.builders import services as builders
from tests.builders.services import LI, STATUS
from tests.builders.services_web import City
from tests.modules.services import test_pages as journey
from tests.modules.services.test_true_days import sent, to

from tongban.kit.http import LANGUAGE_COOKIE
from tongban.modules.services import actions
from tongban.modules.services.model import Case, CorrectionItem

ASKED, SUPPLIED = dt.date(2026, 11, 25), dt.date(2026, 11, 30)


def receipt(city: City, case: Case, language: str = "zh") -> str:
    page = city.as_wang()
    page.client.cookies.set(LANGUAGE_COOKIE, language)
    return page.get(f"/my/cases/{case.number}/receipt").text


def asked_to_correct(city: City, case: Case) -> None:
    to(city.db, ASKED)
    items = (CorrectionItem(key=STATUS, text="请核对"),)
    city.db.write(
        lambda unit: actions.ask_correction(
            unit, LI, case.number, "accept", builders.seen(unit, case), items, 10
        )
    )


def test_a_receipt_says_that_a_correction_has_moved_its_dates_and_keeps_them(city: City) -> None:
    case = sent(city)
    assert "收件时告知的日期" not in receipt(city, case)
    asked_to_correct(city, case)
    waiting = receipt(city, case)
    assert (
        "这是收件时告知的日期。办件在 2026年11月25日 要求补正，等待补正的时间不计入期限" in waiting
    )
    to(city.db, SUPPLIED)
    page = city.as_wang()
    page.get(f"/my/cases/{case.number}/correct")
    page.send(f"/my/cases/{case.number}/correct", **{STATUS: "20"})
    said = receipt(city, case)
    assert "2026年11月25日 要求补正、2026年11月30日 收到补正，中间这段时间不计入期限" in said
    assert "现在的日期请看办件页面" in said
    assert "2026年12月1日" in said
    assert "2026年12月15日" in said
    english = receipt(city, case, "en")
    assert "was asked for on 25 November 2026 and came on 30 November 2026" in english
    assert "page has the dates of today" in english


def test_a_correction_answered_on_the_day_it_was_asked_for_moves_no_date(city: City) -> None:
    case = sent(city)
    asked_to_correct(city, case)
    page = city.as_wang()
    page.get(f"/my/cases/{case.number}/correct")
    page.send(f"/my/cases/{case.number}/correct", **{STATUS: "20"})
    assert "收件时告知的日期" not in receipt(city, case)


def test_the_receipt_of_a_closed_case_says_that_its_dates_are_those_of_the_receipt(
    city: City,
) -> None:
    number = journey.approved(city)
    city.db.write(lambda unit: actions.certificate_sealed(unit, number))
    page = city.as_wang()
    said = page.get(f"/my/cases/{number}/receipt").text
    assert "这是收件时告知的日期。" in said
    assert "办件已经办结，不再计算期限。" in said
    page.client.cookies.set(LANGUAGE_COOKIE, "en")
    assert "no time runs any more" in page.get(f"/my/cases/{number}/receipt").text
