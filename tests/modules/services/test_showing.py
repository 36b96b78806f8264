"""What people see of a case: in the order of the definition, in words, never in codes."""

import random
import re
from typing import Any

import pytest
from tests.builders import services as builders
from tests.builders.services import MARRIED_ON, NAME, STATUS, SUBSIDY, fetched, value
from tests.builders.services_web import City
from tests.modules.services.test_pages import accepted, applied, decided_second, reviewed

from tongban.kernel.text import LANGUAGES
from tongban.kit.http import LANGUAGE_COOKIE
from tongban.kit.i18n import sentence
from tongban.modules.services import errors
from tongban.modules.services.model import Calculation, Origin, Rule
from tongban.modules.services.queries import work
from tongban.modules.services.queries.showing import hidden_keys
from tongban.modules.services.rules import form

SERVICE = builders.procedure()


def test_values_stand_in_the_order_of_form_and_needs_and_not_of_their_keys() -> None:
    ordered = (
        value("situation.kind", "alone", origin=Origin.SITUATION),
        value(NAME, "王小明"),
        value("form.phone", "13800000000"),
        value("form.months", 6),
        fetched(STATUS, "20"),
        fetched(MARRIED_ON, None),
        value("result.amount", 60000, origin=Origin.COMPUTED),
        value("result.unknown", 1, origin=Origin.COMPUTED),
    )
    mixed = list(ordered)
    random.Random(7).shuffle(mixed)
    assert form.in_order(SERVICE, mixed) == ordered


def test_the_case_pages_and_the_package_follow_the_form(city: City) -> None:
    number = applied(city, allow="no")
    page = city.browser.get(f"/my/cases/{number}").text
    asked = ["您怎样就业", "婚姻状况", "联系电话", "申请月数"]
    found = page[page.index("您填写的") :]
    places = [found.index(words) for words in asked]
    assert places == sorted(places)


def test_a_decision_is_explained_in_words_and_dates_as_people_write_them(city: City) -> None:
    on_time = Rule(
        code="time",
        name={"zh": "先登记后申请", "en": "Registered before applying"},
        condition=f"{MARRIED_ON} + 1 month <= application.date and {MARRIED_ON} < today",
        clause="《补贴办法（演示规则）》第五条",
    )
    late = Calculation(
        code="late", name="加发", value=f"1 yuan if {MARRIED_ON} > application.date else 2 yuan"
    )
    amount = builders.definition().calculations
    newer = builders.definition(version=2, rules=(on_time,), calculations=(*amount, late))
    city.db.write(lambda unit: builders.adopt(unit, {SUBSIDY: newer}))
    number = applied(city)
    accepted(city, number)
    reviewed(city, number)
    clerk = city.as_staff("li.ping")
    words = {"zh": ("申请日期", "2026年11月24日"), "en": ("application", "24 November 2026")}
    for language in LANGUAGES:
        clerk.client.cookies.set(LANGUAGE_COOKIE, language)
        for path in ("", "/decide/decide"):
            text = re.sub(r"<[^>]+>", "", clerk.get(f"/work/cases/{number}{path}").text)
            for each in words[language]:
                assert each in text
            assert "application.date" not in text
            assert not re.search(r"\b(form|situation|result|person)\.[a-z_]+", text)
            assert not re.search(r"\d{4}-\d\d-\d\d", text)


def test_what_a_clerk_may_not_see_is_worked_out_once_a_page(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It looks at every rule: asked for each sentence of the proposal it would do so again."""
    number = applied(city)
    accepted(city, number)
    asked: list[object] = []

    def counted(*given: Any) -> frozenset[str]:
        asked.append(given)
        return hidden_keys(*given)

    monkeypatch.setattr(work, "hidden_keys", counted)
    assert city.as_staff("li.ping").get(f"/work/cases/{number}").status_code == 200
    assert len(asked) == 1


def test_a_refusal_says_names_in_the_readers_language() -> None:
    refusal = errors.result_unknown({"zh": "补贴金额", "en": "Amount of the subsidy"})
    assert "“补贴金额”" in sentence(refusal, "zh")
    assert "“Amount of the subsidy”" in sentence(refusal, "en")


def test_who_decides_second_still_has_what_they_wrote(city: City) -> None:
    answer = decided_second(city)
    assert "理由甲" in answer.text
