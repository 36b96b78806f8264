"""A receipt stays true to its day, and says why its dates are no longer those of today."""

import datetime as dt

from msgspec.structs import replace
from tests.builders import services as builders
from tests.builders.services import LI, STATUS
from tests.builders.services_web import City
from tests.modules.services import test_pages as journey
from tests.modules.services.test_true_days import sent, to

from tongban.kernel.actors import Actor
from tongban.kit.http import LANGUAGE_COOKIE
from tongban.modules.services import actions
from tongban.modules.services.model import Case, CorrectionItem

ASKED, SUPPLIED = dt.date(2026, 11, 25), dt.date(2026, 11, 30)
LATE = dt.date(2026, 12, 14)
"""Some days after the tenth working day, 9 December."""
ITEMS = (CorrectionItem(key=STATUS, text="请核对"),)
ADDRESS = "/my/cases/{}/receipt"


def receipt(city: City, case: Case, language: str = "zh") -> str:
    page = city.as_wang()
    page.client.cookies.set(LANGUAGE_COOKIE, language)
    return page.get(f"/my/cases/{case.number}/receipt").text


def asked_to_correct(city: City, case: Case, clerk: Actor = LI, step: str = "accept") -> None:
    to(city.db, ASKED)
    city.db.write(
        lambda unit: actions.ask_correction(
            unit, clerk, case.number, step, builders.seen(unit, case), ITEMS, 10
        )
    )


def answered(city: City, case: Case) -> bool:
    """Send the correction; return whether it was taken."""
    page = city.as_wang()
    page.get(f"/my/cases/{case.number}/correct")
    sent_in = page.send(f"/my/cases/{case.number}/correct", **{STATUS: "20"})
    return sent_in.status_code < 400


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


def test_a_receipt_says_how_far_a_correction_that_nobody_sent_in_time_moves_its_dates(
    city: City,
) -> None:
    case = sent(city)
    asked_to_correct(city, case)
    to(city.db, LATE)
    said = receipt(city, case)
    assert "补正期限已过" in journey.fact(
        city.as_wang().get(ADDRESS.format(case.number)), "现在的状态"
    )
    assert "要求补正，到 2026年12月9日 还没有收到，补正期限已过" in said
    assert "以后的照常计算" in said
    assert "补正以后日期会推后" not in said
    assert "the time after it does" in receipt(city, case, "en").lower()


def test_a_receipt_takes_no_more_days_out_for_a_late_answer_than_the_clocks_do(city: City) -> None:
    case = builders.accepted(city.db, sent(city))
    asked_to_correct(city, case, builders.REVIEWER, "review")
    to(city.db, LATE)
    assert answered(city, case)
    said = receipt(city, case)
    assert "2026年12月14日 才收到补正" in said
    assert "到 2026年12月9日 为止的不计入期限，以后的照常计算" in said
    assert "中间这段时间不计入期限" not in said
    own = city.as_wang().get(f"/my/cases/{case.number}").text
    assert "2026年11月25日" in own
    assert "您于 2026年12月14日" in own
    why = "才收到补正，超过了规定的时间。等待补正的时间，到 2026年12月9日 为止的不计入期限"
    assert why in own, "the two dates of the case are explained beside them"
    assert why in city.as_staff("li.ping").get(f"/work/cases/{case.number}").text
    assert "The time until 9 December 2026 does not count" in receipt(city, case, "en")


def test_a_late_answer_before_acceptance_gives_back_every_day_for_it(city: City) -> None:
    case = sent(city)
    asked_to_correct(city, case)
    to(city.db, LATE)
    assert answered(city, case)
    assert "2026年12月14日 收到补正，中间这段时间不计入期限" in receipt(city, case)


def test_a_case_says_from_when_on_it_took_so_long_and_what_is_not_in_it(city: City) -> None:
    case = sent(city)
    to(city.db, SUPPLIED)
    case = builders.accepted(city.db, case)
    at_once = builders.decided(city.db, builders.reviewed(city.db, case))
    assert "受理当天办结。" in city.as_wang().get(f"/my/cases/{at_once.number}").text


def test_a_case_that_waited_for_a_correction_says_that_its_days_are_not_in_what_it_took(
    city: City,
) -> None:
    case = builders.accepted(city.db, sent(city))
    asked_to_correct(city, case, builders.REVIEWER, "review")
    to(city.db, SUPPLIED)
    assert answered(city, case)
    with city.db.read() as reader:
        case = replace(case, version=builders.version_of(reader, case.id))
    builders.decided(city.db, builders.reviewed(city.db, case))
    own = city.as_wang().get(f"/my/cases/{case.number}").text
    assert "受理后用时 1 个工作日。按规定不计时的等待补正的日子不算在内。" in own
