"""Names and paths of packages, and what a check may say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.modules.archive import rules
from tongban.modules.archive.formats.package import place


@given(st.text(max_size=20), st.text(max_size=20))
def test_a_folder_name_is_safe_whatever_it_is_made_of(service: str, number: str) -> None:
    name = rules.folder_name("330199", 2026, service, number)
    assert rules.is_fit(name)
    assert "/" not in name


@pytest.mark.parametrize("path", ["申请/表.xml", "决定/证照/1.2.U.pdf", "a"])
def test_plain_paths_are_fit(path: str) -> None:
    assert rules.is_fit(path)


@pytest.mark.parametrize(
    "path",
    ["", "/a", "a/", "a//b", "./a", "a/../b", "a:b", "a\tb", " a", "a ", "a.", "x" * 200, "a%b"],
)
def test_paths_that_some_disk_cannot_bear_are_not(path: str) -> None:
    assert not rules.is_fit(path)


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("办理/办理过程.xml", "审查/办理过程.xml"),
        ("申请/材料/01.pdf", "申请/材料/01.pdf"),
        ("单独.pdf", "申请/单独.pdf"),
        ("其他/一.pdf", "其他/一.pdf"),
    ],
)
def test_a_document_goes_to_the_folder_of_its_step(given_name: str, kept: str) -> None:
    assert place(given_name) == kept
