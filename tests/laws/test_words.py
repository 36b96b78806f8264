"""Every message exists in both languages, and every message that is asked for exists."""

import re
import string
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from tongban.kernel.text import LANGUAGES
from tongban.kit.i18n import catalogue

SOURCE = Path(__file__).parents[2] / "src" / "tongban"
_ASKED_IN_TEMPLATES = re.compile(r"""\bt\(\s*["']([a-z_]+\.[a-z_.]+[a-z_])["']\s*[,)]""")
_REFUSALS = re.compile(r"""Refusal\(\s*["']([a-z_]+\.[a-z_]+)["']""")


def _files(pattern: str) -> Iterator[Path]:
    return SOURCE.rglob(pattern)


def _placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_every_message_exists_in_both_languages() -> None:
    lacking = [name for name, texts in catalogue().items() if set(texts) != set(LANGUAGES)]
    assert lacking == []


def test_every_figure_has_a_tone_that_the_styles_know() -> None:
    """A tone of no style shows as if nothing were the matter."""
    styles = (SOURCE.parents[1] / "frontend/styles/_pictures.scss").read_text("utf-8")
    known = {"plain", *re.findall(r"\.tb-figure--(\w+)", styles)}
    lacking = {
        f"{path.name}: {tone}"
        for path in _files("*.html")
        for call in re.findall(r"figures\(\[.*?\]\)", path.read_text("utf-8"), re.S)
        for tone in re.findall(r'"tone": "(\w+)"', call)
        if tone not in known
    }
    assert lacking == set()


def test_no_message_is_empty_and_both_languages_are_filled_from_the_same_data() -> None:
    empty = [name for name, texts in catalogue().items() if not all(texts.values())]
    differing = [
        name
        for name, texts in catalogue().items()
        if _placeholders(texts.get("zh", "")) != _placeholders(texts.get("en", ""))
    ]
    assert (empty, differing) == ([], [])


def test_every_message_that_a_template_asks_for_exists() -> None:
    lacking = sorted(
        {
            f"{path.relative_to(SOURCE)}: {name}"
            for path in _files("*.html")
            for name in _ASKED_IN_TEMPLATES.findall(path.read_text("utf-8"))
            if name not in catalogue()
        }
    )
    assert lacking == []


def test_every_refusal_has_its_sentence() -> None:
    lacking = sorted(
        {
            f"{path.relative_to(SOURCE)}: {code}"
            for path in _files("*.py")
            for code in _REFUSALS.findall(path.read_text("utf-8"))
            if code.replace(".", ".refusal.", 1) not in catalogue()
        }
    )
    assert lacking == []


def test_every_code_for_a_form_field_has_its_sentence() -> None:
    pattern = re.compile(r"""fields=\{([^}]*)\}""", re.DOTALL)
    codes = re.compile(r""":\s*["']([a-z_]+\.[a-z_]+)["']""")
    lacking = sorted(
        {
            f"{path.relative_to(SOURCE)}: {code}"
            for path in _files("*.py")
            for fields in pattern.findall(path.read_text("utf-8"))
            for code in codes.findall(fields)
            if code.replace(".", ".refusal.", 1) not in catalogue()
        }
    )
    assert lacking == []


def test_pages_hold_no_words_of_their_own() -> None:
    han = re.compile(r"[\u4e00-\u9fff]")
    comment = re.compile(r"\{#.*?#\}", re.DOTALL)
    allowed = {"中文"}  # the name of the language itself
    found = []
    for path in _files("*.html"):
        text = comment.sub("", path.read_text("utf-8"))
        for word in allowed:
            text = text.replace(word, "")
        if han.search(text):
            found.append(str(path.relative_to(SOURCE)))
    assert found == []


_OTHER_WORDS = {
    r"(?<!不予)批准": "准予（否定的是“不予批准”）",
    r"逾期(?!未)": "超期；“逾期未补正”“逾期未告知”是法律的说法，照用",
    r"超时": "超期",
    r"您的情况": "您的情形",
    r"持证人": "持有人",
    r"已使用": "已提供（一次使用的结果）",
    r"[没不][有予]?给出": "没有提供、不提供",
    r"申请材料清单|提交材料": "申请材料",
    r"一件事情": "一件事",
    r"身份证号": "公民身份号码",
    r"法人单位(?!基础信息)": "法人；“法人单位基础信息”是国家基础数据库的名称",
    r"个人用户|单位用户": "自然人、法人",
}
"""One word for one meaning: what is not said, and what is said instead."""


def test_one_meaning_has_one_word() -> None:
    assert [
        f"{name}: {other}" for name, texts in catalogue().items() for other in _others(texts["zh"])
    ] == []


def test_the_demonstration_has_one_word_for_one_meaning() -> None:
    files = sorted((SOURCE.parents[1] / "instances").rglob("*.yaml"))
    assert files
    assert [
        f"{path.name}: {texts['zh']}: {other}"
        for path in files
        for texts in _both(yaml.safe_load(path.read_text("utf-8")))
        for other in _others(texts["zh"])
    ] == []


def test_leave_to_share_is_a_grant_and_a_decision_is_never_rejected_in_english() -> None:
    said = [
        name
        for name, texts in catalogue().items()
        if re.search(r"\b[Pp]ermission to share\b|\bReject(ed)?\b", texts["en"])
    ]
    assert said == []


def test_a_review_disagrees_and_only_an_applicant_disputes_a_value() -> None:
    said = [
        name
        for name, texts in catalogue().items()
        if re.search(r"\b[Oo]bject(s|ed|ion)?\b", texts["en"]) and "异议" in texts["zh"]
    ]
    assert said == []


def _others(text: str) -> Iterator[str]:
    """Yield what a text says in another word, with the word to say instead."""
    for other, instead in _OTHER_WORDS.items():
        if found := re.search(other, text):
            yield f"{found[0]} → {instead}"


_HAN = r"[\u3400-\u9fff]"
_HALF_WIDTH = re.compile(
    rf"(?:{_HAN}|[”）》])[,;!?:](?![0-9A-Za-z])(?! [a-z]+:|\w*@)"
    rf"|[,;!?]{_HAN}|{_HAN}\.(?![0-9A-Za-z])|\({_HAN}|{_HAN}\)|\"{_HAN}|{_HAN}\""
)
_FULL_WIDTH = re.compile(r"[，。；：！？、（）《》]")
_AS_TYPED = re.compile(r"smtps?://\S*|postgresql://\S*|键: 列名")
"""What is typed as it stands."""


def test_messages_use_the_marks_of_their_language() -> None:
    assert [name for name, texts in catalogue().items() if not _marks_fit(texts)] == []


def test_the_demonstration_uses_the_marks_of_each_language() -> None:
    files = sorted((SOURCE.parents[1] / "instances").rglob("*.yaml"))
    assert files
    said = [
        f"{path.name}: {texts}"
        for path in files
        for texts in _both(yaml.safe_load(path.read_text("utf-8")))
        if not _marks_fit(texts)
    ]
    assert said == []


def _marks_fit(texts: Mapping[str, str]) -> bool:
    """Chinese has full-width marks and English half-width ones, but in a Chinese name that it quotes."""
    half = _HALF_WIDTH.search(_AS_TYPED.sub("", texts.get("zh", "")))
    return not half and not _FULL_WIDTH.search(texts.get("en", ""))


def _both(value: Any) -> Iterator[Mapping[str, str]]:
    """Yield every text in two languages that stands somewhere in a definition."""
    if isinstance(value, list):
        yield from (found for inner in value for found in _both(inner))
    elif isinstance(value, dict):
        if {"zh", "en"} <= set(value) and all(isinstance(one, str) for one in value.values()):
            yield value
        else:
            yield from (found for inner in value.values() for found in _both(inner))
