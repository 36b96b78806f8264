"""Names of files that people send."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.kernel.filenames import file_name, told_apart

PDF, PNG, JPEG = "application/pdf", "image/png", "image/jpeg"


@pytest.mark.parametrize(
    ("sent", "media_type", "name"),
    [
        ("租赁合同.pdf", PDF, "租赁合同.pdf"),
        ("扫描件.JPG", PNG, "扫描件.png"),
        ("扫描件.JPG", JPEG, "扫描件.jpg"),
        ("报告 2026.11", PDF, "报告 2026.11.pdf"),
        ("合同.pdf.exe", PDF, "合同.pdf.pdf"),
        ("C:\\users\\..\\结婚证.pdf", PDF, "结婚证.pdf"),
        ("../../etc/passwd", PDF, "passwd.pdf"),
        ("..", PDF, "file.pdf"),
        ("", PDF, "file.pdf"),
        (".pdf", PDF, "file.pdf"),
        ("\u202egnp.exe.pdf", PDF, "gnp.exe.pdf"),
        ("合\u200b同\x00\n.pdf", PDF, "合同.pdf"),
        ('a<b>:"c|d?*.pdf', PDF, "a_b___c_d__.pdf"),
        ("CON.pdf", PDF, "_CON.pdf"),
        ("com1.tar.pdf", PDF, "_com1.tar.pdf"),
        ("𠮷祥.PDF", PDF, "𠮷祥.pdf"),
        ("name.pdf.", PDF, "name.pdf.pdf"),
    ],
)
def test_a_file_keeps_its_senders_stem_and_ends_as_what_it_is(
    sent: str, media_type: str, name: str
) -> None:
    assert file_name(sent, media_type) == name


@given(st.text(st.characters(codec="utf-8"), max_size=400))
def test_no_name_leads_elsewhere_or_is_too_long(sent: str) -> None:
    name = file_name(sent, PDF)
    assert name.endswith(".pdf")
    assert not set(name) & set('<>:"/\\|?*\x00\n\u202e')
    assert len(name.encode()) <= 200
    assert name.strip(" .") == name


def test_two_equal_names_are_told_apart() -> None:
    given_names = [
        "租赁合同.pdf",
        "租赁合同.pdf",
        "A.png",
        "a.PNG",
        "租赁合同 (2).pdf",
        "租赁合同.pdf",
    ]
    assert told_apart(given_names) == [
        "租赁合同.pdf", "租赁合同 (3).pdf", "A.png", "a (2).PNG", "租赁合同 (2).pdf", "租赁合同 (4).pdf",
    ]  # fmt: skip


@given(st.lists(st.sampled_from(["a.pdf", "A.pdf", "a (2).pdf", "b.pdf", "a"])))
def test_no_two_names_are_left_equal(names: list[str]) -> None:
    told = told_apart(names)
    assert len({name.casefold() for name in told}) == len(names)
