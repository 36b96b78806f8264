"""What a mask leaves of a text: a few characters at its ends, and never the whole."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.kernel.masks import HIDDEN, mask_middle, masked


@pytest.mark.parametrize(
    ("kind", "text", "left"),
    [
        ("name", "张三", "张*"),
        ("name", "王小明", "王**"),
        ("name", "欧阳娜娜", "欧***"),
        ("name", "John Smith", "J*********"),
        ("name", "李", HIDDEN),
        ("name", "葛\U000e0100", HIDDEN),
        ("name", "李\u3000", HIDDEN),
        ("name", "J", HIDDEN),
        ("name", "", HIDDEN),
        ("resident_id", "11010519491231002X", "110*************2X"),
        ("resident_id", "110105491231", HIDDEN),
        ("phone", "13812345678", "138****5678"),
        ("phone", "12345678", HIDDEN),
        ("account", "6222021234567890123", "***************0123"),
        ("account", "1234567", HIDDEN),
        ("all", "一级", HIDDEN),
        ("unheard-of", "secret", HIDDEN),
    ],
)
def test_a_mask_leaves_a_few_characters_and_hides_what_is_too_short_whole(
    kind: str, text: str, left: str
) -> None:
    assert masked(kind, text) == left


@given(
    st.text(alphabet=st.characters(blacklist_characters="*"), max_size=40),
    st.sampled_from(("name", "resident_id", "phone", "account", "all", "unheard-of")),
)
def test_no_mask_shows_a_whole_text(text: str, kind: str) -> None:
    left = masked(kind, text)
    assert left == HIDDEN or (len(left) == len(text) and left != text)


def test_a_sample_keeps_its_ends_only_where_enough_is_hidden() -> None:
    assert mask_middle("330106", 1, 1) == "3****6"
    assert mask_middle("3301", 1, 1) == HIDDEN
