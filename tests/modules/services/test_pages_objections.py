"""Pages tell what was said against data that is not fetched any more, and carry it to its question."""

import pytest
from tests.builders.services import MARRIED_ON, STATUS
from tests.builders.services_web import City
from tests.modules.services import test_pages as journey

from tongban.kit.http import LANGUAGE_COOKIE


@pytest.mark.parametrize(
    ("language", "title", "said", "differs"),
    [
        (
            "zh",
            "您指出过的问题，这次不会提交",
            "婚姻状况：您说是 未婚。",
            "您说的和部门登记的不一样：婚姻状况",
        ),
        (
            "en",
            "What you said was wrong will not be sent",
            ": you say ",
            "What you say differs from the record: ",
        ),
    ],
)
def test_pages_say_what_will_not_be_sent_of_an_objection_until_it_stands_again(
    city: City, language: str, title: str, said: str, differs: str
) -> None:
    base = journey.begun(city)
    page = city.browser
    page.client.cookies.set(LANGUAGE_COOKIE, language)
    page.send(f"{base}/situation/1", **{"situation.kind": "alone"})
    page.send(f"{base}/data", **{"need-1": "yes"})
    page.send(f"{base}/found/{STATUS}", **{STATUS: "10", "note": ""})
    shown = page.send(f"{base}/data", **{"need-1": "no"}).text
    assert title in shown
    assert said in shown
    assert 'value="10" checked' in page.get(f"{base}/form/1").text
    page.send(f"{base}/form/1", **{"form.phone": "13800000000", STATUS: "10"})
    page.send(f"{base}/form/2", **{"form.months": "6"})
    married = {f"{MARRIED_ON}-year": "2019", f"{MARRIED_ON}-month": "5", f"{MARRIED_ON}-day": "20"}
    page.send(f"{base}/form/3", **married)
    shown = page.get(f"{base}/check").text
    assert title in shown
    assert said in shown
    page.send(f"{base}/data", **{"need-1": "yes"})
    shown = page.get(f"{base}/check").text
    assert title not in shown
    assert "未婚" in shown
    assert differs in shown
    page.send(f"{base}/found/{STATUS}", retract="yes")
    assert differs not in page.get(f"{base}/check").text
