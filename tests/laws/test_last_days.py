"""A last day still counts, and every sentence says so: "by", 最晚, never "before" or 前.

Of "12月3日前" nobody knows whether the third is too late. So no message and no template puts 前, 之前 or
以前 behind a day, nor "before" in front of one; what really lies before a day stands here with its reason.
"""

import re
from pathlib import Path

from tongban.kernel.text import LANGUAGES
from tongban.kit.i18n import catalogue

SOURCE = Path(__file__).parents[2] / "src" / "tongban"
EXCLUDING = {
    "zh": re.compile(r"\{\w+\}(?:（[^（）]*）)?\s*(?:之前|以前|前(?![面后]))"),
    "en": re.compile(r"\b(?<!on or )(?:before|prior to) \{"),
}
IN_TEMPLATES = re.compile(r"\}\}\s*(?:之前|以前|前(?![面后]))|\bbefore \{\{")
TRULY_BEFORE = {
    "kernel.expression.earlier": "how long before a day something lies",
    "kernel.expression.less_date": "that one day is before another",
    "kernel.refusal.expression_operand": "what stands in front of a sign, no day",
    "services.refusal.answer_below_date": "that a day may not lie before another",
}


def excluding(language: str) -> set[str]:
    return {
        name for name, texts in catalogue().items() if EXCLUDING[language].search(texts[language])
    }


def test_no_message_says_of_a_last_day_that_it_is_too_late() -> None:
    found = set[str]().union(*(excluding(language) for language in LANGUAGES))
    assert sorted(found - set(TRULY_BEFORE)) == []


def test_what_is_excepted_is_there() -> None:
    found = set[str]().union(*(excluding(language) for language in LANGUAGES))
    assert sorted(set(TRULY_BEFORE) - found) == []


def test_no_template_puts_a_word_that_excludes_it_beside_a_day() -> None:
    found = [
        f"{path.relative_to(SOURCE)}: {each.group()}"
        for path in SOURCE.rglob("*.html")
        for each in IN_TEMPLATES.finditer(path.read_text("utf-8"))
    ]
    assert found == []


def test_what_excludes_a_day_is_found() -> None:
    assert EXCLUDING["zh"].search("请在 {date}前补正")
    assert EXCLUDING["zh"].search("请在 {due}（暂定）之前回复")
    assert EXCLUDING["en"].search("Reply before {due}.")
    assert not EXCLUDING["zh"].search("最晚在 {due} 回复；{found} 前面不能用 {sign}")
