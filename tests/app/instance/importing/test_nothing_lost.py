"""However the words of a cell are mixed, none of them is lost: it is taken, or a finding quotes it."""

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from tongban.app.instance.importing.laws import bases_of
from tongban.app.instance.importing.papers import papers_of

_LAWS = (
    "《甲法》",
    "《乙条例》",
    "第七条",
    "第二款",
    "（2018年修正）",
    "【法律】",
    "【行政法规】",
    "；",
    "。",
    "\n",
    "、",
    "，",
    "“",
    "”",
    "1.",
    "（一）",
    "一、",
    "①",
    "和",
    "根据",
    "依照",
    "丙办法",
    "丁戊",
    "国家税务总局",
    "：",
    "  ",
    "《",
    "》",
    "（",
    "）",
    "〔2019〕5号",
    "关于修改",
    "规定",
    "法律：",
    "s. 7",
    "附件2",
)
_PAPERS = (
    "申请表",
    "身份证",
    "户口簿",
    "甲乙",
    "原件",
    "复印件",
    "（",
    "）",
    "“",
    "”",
    "、",
    "，",
    "；",
    "\n",
    "  ",
    " ",
    "1.",
    "2.",
    "3、",
    "①",
    "②",
    "（一）",
    "（二）",
    "一、",
    "二、",
    "个人：",
    "企业：",
    "任选其一：",
    "加盖公章",
    "《",
    "》",
    "1份",
    "的",
    "或",
    "见附件",
)
_DROPPED_OF_LAWS = ("【法律】", "【行政法规】", "法律：", "根据", "依照", "和")
"""What only says what follows, or joins."""


def _words(text: str, *without: str) -> Counter[str]:
    for one in without:
        text = text.replace(one, "")
    return Counter(
        one for one in text if "\u4e00" <= one <= "\u9fff" and one not in "一二和及依照根据"
    )


@settings(max_examples=400, deadline=None)
@given(st.lists(st.sampled_from(_LAWS), max_size=14).map("".join))
def test_every_word_of_a_cell_of_laws_is_taken_or_told(said: str) -> None:
    found = bases_of(said)
    kept = "".join("".join(one.values()) for one in found.laws)
    kept += "".join(str(one.data["value"]) for one in found.doubts)
    assert not _words(said, *_DROPPED_OF_LAWS) - _words(kept)


@settings(max_examples=400, deadline=None)
@given(st.lists(st.sampled_from(_PAPERS), max_size=14).map("".join))
def test_every_word_of_a_cell_of_papers_is_taken_or_told(said: str) -> None:
    found = papers_of([said])
    kept = "".join(one["name"] + one.get("note", "") for one in found.papers)
    kept += "".join(str(one.data["value"]) for one in found.doubts)
    assert set(_words(said)) <= set(_words(kept))
