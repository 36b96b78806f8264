"""What a paste brings along unseen never gets onto a page, into a file or its name."""

import pytest
from tests.builders import services as builders
from tests.builders.services_web import City
from tests.modules.services.test_pages import STATUS, begun, number_in, seen_in
from tests.modules.services.test_uploads import PDF, upload

from tongban.kernel.characters import hidden_in
from tongban.kit.http import LANGUAGE_COOKIE
from tongban.modules.services.model import Material, Question
from tongban.modules.services.rules import answers

PASTED = "\u202a138\u00ad0000\u200b0000\u202c\ufeff"


def at_the_form(city: City) -> str:
    base, wang = begun(city), city.browser
    wang.send(f"{base}/situation/1", **{"situation.kind": "alone"})
    wang.send(f"{base}/data", **{"need-1": "yes"})
    wang.get(f"{base}/form/1")
    return base


def test_a_pasted_telephone_is_kept_as_its_digits_on_every_page_and_in_every_export(
    city: City,
) -> None:
    base, wang = at_the_form(city), city.browser
    wang.send(f"{base}/form/1", **{"form.phone": PASTED, STATUS: "20"})
    check = wang.send(f"{base}/form/2", **{"form.months": "\u200e６\u200b"})
    assert "13800000000" in check.text
    number = number_in(wang.send(f"{base}/check", seen=seen_in(check), declared="yes"))
    own = wang.get(f"/my/cases/{number}")
    for page in (check, own, city.as_staff("li.ping").get(f"/work/cases/{number}")):
        assert "13800000000" in page.text
        assert page.status_code == 200
        assert hidden_in(page.text, several_lines=True) == ()


@pytest.mark.parametrize("character", ["\u202e", "\x85", "\x1b", "\ufffe"])
def test_what_changes_an_answer_is_named_beside_its_field_and_does_not_come_back(
    city: City, character: str
) -> None:
    base = at_the_form(city)
    for language, word in (("zh", "已替您去掉"), ("en", "was taken out of this")):
        city.browser.client.cookies.set(LANGUAGE_COOKIE, language)
        answer = city.browser.send(
            f"{base}/form/1", **{"form.phone": f"138{character}1", STATUS: "20"}
        )
        assert answer.status_code == 422
        assert hidden_in(answer.text, several_lines=True) == ()
        assert answer.text.count(f"U+{ord(character):04X}") == 2, "in the summary and at the field"
        assert word in answer.text
        assert 'value="1381"' in answer.text
    question = Question(key="k", name="k", type="integer")
    with pytest.raises(answers.Unreadable, match="answer_hidden"):
        answers.read(question, {"k": f"1{character}2"}, builders.TODAY)


def test_an_uploaded_file_keeps_its_name_without_what_nobody_sees(city: City) -> None:
    photo = Material(code="photo", name="照片", required=False)
    newer = builders.definition(version=2, materials=(photo,))
    city.db.write(lambda unit: builders.adopt(unit, {builders.SUBSIDY: newer}))
    answer = upload(city, f"{begun(city)}/materials", PDF, "租\u202e赁\u200b合同\ufeff.pdf")
    assert "租赁合同.pdf" in answer.text
    assert hidden_in(answer.text, several_lines=True) == ()


def test_a_character_that_was_lost_on_the_way_is_no_answer() -> None:
    question = Question(key="k", name="k", type="text")
    with pytest.raises(answers.Unreadable, match="answer_lost"):
        answers.read(question, {"k": "王�"}, builders.TODAY)
    assert answers.fault_of_words("王�，谢谢") == "services.answer_lost"


def test_a_letter_under_a_heap_of_marks_is_refused_by_name() -> None:
    fault = answers.fault_of_words("店" + "\u0301" * 400)
    assert fault == "services.answer_heaped"
    assert getattr(fault, "data", {})["character"] == "U+0301 COMBINING ACUTE ACCENT"
    assert answers.fault_of_words("店" + "\u0301" * 8) == ""
