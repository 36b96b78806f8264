"""Documents of a package: well-formed whatever somebody wrote."""

from xml.etree import ElementTree

import pytest
from tests.builders.services import TODAY

from tongban.modules.services.formats import Fact, document
from tongban.modules.services.model import Question
from tongban.modules.services.rules import answers

UNFIT = ["\uffff", "\ufffe", "\x00", "\x0b", "\ud800"]


@pytest.mark.parametrize("unfit", UNFIT)
def test_what_xml_cannot_hold_is_left_out_of_texts_and_attributes(unfit: str) -> None:
    written = document("case", f"题{unfit}名", [Fact(f"姓{unfit}名", f"王{unfit}明", f"注{unfit}")])
    top = ElementTree.fromstring(written)
    assert top.get("title") == "题名"
    assert [(fact.get("name"), fact.text, fact.get("note")) for fact in top] == [
        ("姓名", "王明", "注")
    ]


def test_what_xml_can_hold_is_kept() -> None:
    text = '𠮷\t\n\ufffd<&>"é'
    assert ElementTree.fromstring(document("case", "", [Fact("a", text, text)]))[0].text == text


@pytest.mark.parametrize("unfit", [*UNFIT, "\ufdd0", "\U0001fffe"])
def test_what_is_no_character_is_refused_as_an_answer(unfit: str) -> None:
    question = Question(key="form.name", name="字号", type="text")
    _, faults = answers.read_page([question], {"form.name": f"林记{unfit}早餐店"}, TODAY)
    assert faults == {"form.name": "services.answer_hidden"}
