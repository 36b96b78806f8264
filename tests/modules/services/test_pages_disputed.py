"""What an applicant disputes is told with its reason wherever it stands, and what waits on it says so."""

import re
from functools import partial

import pytest
from msgspec.structs import replace
from tests.builders import services as builders
from tests.builders.services import STATUS
from tests.builders.services_web import City
from tests.modules.services import test_pages as journey

from tongban.kit.http import LANGUAGE_COOKIE
from tongban.modules.services.model import Calculation, Rule

NOTE = "二〇二五年离婚，有离婚证"
SAID = f"未婚（{NOTE}）"
AMOUNT = Calculation(
    code="amount",
    name="补贴金额",
    type="money",
    value=f'(100 yuan if {STATUS} = "20" else 50 yuan) * form.months',
)
TWICE = Calculation(code="twice", name="两年合计", type="money", value="result.amount * 2")
ENOUGH = Rule(code="enough", name="够起付线", condition="result.twice >= 1 yuan", clause="第五条")


def summing(city: City) -> None:
    """Let the subsidy work out two sums, one of the other, and judge by the last."""
    declared = builders.definition(version=2, calculations=(AMOUNT, TWICE))
    judged = replace(declared, rules=(*declared.rules, ENOUGH))
    city.db.write(partial(builders.adopt, services={judged.code: judged}))


def disputing(city: City) -> str:
    """A draft in which Wang disputes what civil affairs holds, and says why."""
    base = journey.begun(city)
    page = city.browser
    page.send(f"{base}/situation/1", **{"situation.kind": "alone"})
    page.send(f"{base}/data", **{"need-1": "yes"})
    page.send(f"{base}/found/{STATUS}", **{STATUS: "10", "note": NOTE})
    page.send(f"{base}/form/1", **{"form.phone": "13800000000"})
    page.send(f"{base}/form/2", **{"form.months": "6"})
    return base


def words(page: str) -> str:
    """Return the text of a page without its markup."""
    return re.sub(r"\s+", "", re.sub(r"<[^>]+>", "", page))


def sent(city: City, base: str) -> str:
    page = city.browser
    check = page.get(f"{base}/check")
    answer = page.send(f"{base}/check", seen=journey.seen_in(check), declared="yes")
    return journey.number_in(answer)


def test_the_applicant_sees_their_own_note_wherever_their_claim_stands(city: City) -> None:
    base = disputing(city)
    for address in (f"{base}/found", f"{base}/check"):
        assert SAID in words(city.browser.get(address).text), address
    number = sent(city, base)
    assert SAID in words(city.browser.get(f"/my/cases/{number}").text)


def test_whoever_asks_for_a_correction_sees_what_the_applicant_said_already(city: City) -> None:
    number = sent(city, disputing(city))
    form = city.as_staff("li.ping").get(f"/work/cases/{number}/correction/accept").text
    assert f"申请人说是：{SAID}" in words(form)


@pytest.mark.parametrize(
    ("language", "waits", "wrong"),
    [
        ("zh", "申请人对婚姻状况有异议，核实以后才能判断", ("补贴金额未提供", "缺少：补贴金额")),
        ("en", "Theapplicantdisputes婚姻状况", ("isnotgiven", "Missing:补贴金额")),
    ],
)
def test_a_sum_and_a_rule_over_it_say_that_they_wait_on_the_dispute(
    city: City, language: str, waits: str, wrong: tuple[str, ...]
) -> None:
    summing(city)
    number = sent(city, disputing(city))
    journey.accepted(city, number)
    journey.reviewed(city, number)
    clerk = city.as_staff("li.ping")
    clerk.client.cookies.set(LANGUAGE_COOKIE, language)
    page = words(clerk.get(f"/work/cases/{number}").text)
    assert page.count(waits) == 4, "the rule of the status, both sums, the rule over the second"
    assert not [each for each in wrong if each in page]
    assert ("待核实后计算" if language == "zh" else "Waitsforadispute") in page


def test_a_rule_over_a_sum_is_judged(city: City) -> None:
    summing(city)
    number = journey.applied(city)
    journey.accepted(city, number)
    journey.reviewed(city, number)
    page = words(city.as_staff("li.ping").get(f"/work/cases/{number}").text)
    assert "两年合计不少于¥1.00：实际¥1,200.00，满足" in page
    assert "规则不能判断" not in page
