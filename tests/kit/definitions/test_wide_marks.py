"""A mark that a Chinese input method writes for YAML's own is named, with what to write instead."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.builders.definitions import SMALL, TODAY, codes, roles

from tongban.app.instance.parts import PARTS
from tongban.kit.definitions.loading import load_texts
from tongban.kit.definitions.snippets import files_of
from tongban.kit.definitions.wide_marks import causes

WRONG: dict[str, tuple[str, tuple[int, int], str, str]] = {
    "a full-width colon": ("- code：a\n  name: 甲\n  duties: []\n", (1, 7), "：", "半角冒号"),
    "one on the second line": ("- code: a\n  name：甲\n  duties: []\n", (2, 7), "：", "半角冒号"),
    "one in braces": ("- {code：a, name: 甲, duties: []}\n", (1, 8), "：", "半角冒号"),
    "nothing but full-width colons": ("code：a\nname：甲\n", (1, 5), "：", "半角冒号"),
    "a tab": ("- code: a\n\tname: 甲\n  duties: []\n", (2, 1), "Tab", "空格"),
    "ideographic spaces": ("- code: a\n\u3000\u3000name: 甲\n", (2, 1), "全角空格", "两个"),
    "one ideographic space": (
        "- code: a\n\u3000name: 甲\n  duties: []\n",
        (2, 1),
        "全角空格",
        "两个",
    ),
    "an ideographic space before all": ("\u3000- code: a\n", (1, 1), "全角空格", "两个"),
    "no-break spaces": ("- code: a\n\u00a0\u00a0name: 甲\n", (2, 1), "不换行空格", "半角空格"),
    "a full-width comma": ("- {code: a， name: 甲, duties: []}\n", (1, 11), "，", "半角逗号"),
    "full-width brackets": ("- {code: a, name: 甲, duties: ［b］}\n", (1, 30), "［", "“[”"),
    "full-width braces": ("｛code: a, name: 甲｝\n", (1, 1), "｛", "“{”"),
    "a full-width hyphen": ("－ code: a\n", (1, 1), "－", "半角减号"),
    "a full-width hash": ("＃ 角色\n- code: a\n", (1, 1), "＃", "半角井号"),
    "no space after a colon": ("- code:a\n  name: 甲\n", (1, 7), ":", "后面空一格"),
    "no space after a hyphen": ("-code: a\n  name: 甲\n", (1, 1), "-", "后面空一格"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wide_mark_is_told_with_its_place_its_name_and_what_to_write(name: str) -> None:
    text, place, mark, instead = WRONG[name]
    (told,) = [one for one in roles(text).findings if one.code == "definitions.wide_mark"][:1]
    assert (told.place.file, told.place.line, told.place.column) == ("roles.yaml", *place)
    words = told.message("zh")
    assert mark in words
    assert instead in words
    assert told.message("en").isascii() or mark in told.message("en")


@pytest.mark.parametrize("quotes", ["“”", "‘’", "＂＂", "「」", "『』"])
def test_quotes_that_are_none_for_yaml_are_told_and_plain_ones_around_them_are_not(
    quotes: str,
) -> None:
    words = f"{quotes[0]}甲{quotes[1]}"
    found = roles(f"- {{code: a, name: {words}, duties: [case.accept]}}\n")
    assert "definitions.wide_quotes" in codes(found)
    assert found.errors == []
    assert "definitions.wide_quotes" not in codes(
        roles(f"- {{code: a, name: '{words}', duties: [case.accept]}}\n")
    )


def test_words_that_only_hold_quotes_are_left_alone() -> None:
    assert codes(roles("- {code: a, name: “甲”和“乙”, duties: [case.accept]}\n")) == []


def test_items_parted_by_a_wide_comma_are_told_where_they_count_as_one() -> None:
    for mark in "，、":
        found = roles(f"- {{code: a, name: 甲, duties: [case.accept{mark}case.decide]}}\n")
        assert "definitions.wide_parting" in codes(found)
        assert mark in found.findings[0].message("zh")


def test_every_wide_mark_of_a_file_is_told_at_once() -> None:
    found = roles("- code：a\n  name: 甲\n  duties: []\n" * 3)
    assert codes(found) == ["definitions.wide_mark"] * 3
    assert [one.place.line for one in found.findings] == [1, 4, 7]


def test_what_is_no_cause_is_not_blamed() -> None:
    found = roles('- code: a\n  name: 甲\n  note: |\n    tel：1\n- code: "b\n')
    assert codes(found) == ["definitions.malformed"]


@given(st.text(alphabet='ab：，－＃｛｝［］\t\u3000\n -:{}[]"', max_size=60))
def test_any_text_is_told_or_read_and_each_mark_stands_where_it_is_said(text: str) -> None:
    roles(text)
    lines = text.split("\n")
    for one in causes(text, lambda mended: 1 if mended == text else 0):
        assert lines[one.line - 1][one.column - 1] == one.mark


@pytest.mark.parametrize("file", ["government.yaml", "calendar.yaml"])
def test_a_needed_file_that_is_empty_is_an_error_of_its_own_and_not_a_missing_one(
    file: str,
) -> None:
    files = {**files_of(SMALL), file: "# nothing\n"}
    errors = load_texts(files, PARTS, TODAY, whole=True).errors
    assert [(one.place.file, one.code) for one in errors] == [(file, "definitions.empty")]
    assert "删去" in errors[0].message("zh")
