"""A file leaves under the name it came with, without what nobody sees and with every rare character."""

import pytest

from tongban.kernel.characters import hidden_in
from tongban.kernel.filenames import file_name
from tongban.kit.downloads import disposition


@pytest.mark.parametrize(
    ("sent", "left"),
    [
        ("租\u202e赁\u200b合同\ufeff.pdf", "租赁合同.pdf"),
        ("a\u2066b\x07\x85.pdf", "ab.pdf"),
        ("𱍐某𠮷.pdf", "𱍐某𠮷.pdf"),  # U+31350 came with Unicode 15
        ("می\u200cخواهم.pdf", "می\u200cخواهم.pdf"),
        ("a\u200db.pdf", "ab.pdf"),
        ("王\ufa0c.pdf", "王\ufa0c.pdf"),
    ],
)
def test_a_name_keeps_its_characters_and_loses_what_hides(sent: str, left: str) -> None:
    name = file_name(sent, "application/pdf")
    assert name == left
    assert hidden_in(name) == ()
    assert disposition(name).isascii()
