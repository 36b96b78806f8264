"""A list in a cell of papers is parted at the sign that its writer chose, and who brings what is kept."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.builders.definitions import instance_in
from tests.builders.importing import codes, done, file

from tongban.app.instance.importing.cells import Asked, read_cell
from tongban.app.instance.importing.findings import Partly, Unfit
from tongban.app.instance.importing.papers import papers_of
from tongban.app.instance.importing.targets import targets
from tongban.modules.services.model import Service


def read(said: str) -> tuple[list[tuple[str, str]], set[str]]:
    """Return the papers of a cell, each with its note, and the codes of what was not understood."""
    found = papers_of([said])
    papers = [(one["name"], one.get("note", "")) for one in found.papers]
    return papers, {one.code for one in found.doubts}


def papers(*names: str) -> list[tuple[str, str]]:
    return [(name, "") for name in names]


@pytest.mark.parametrize(
    "said",
    [
        "●申请表●身份证", "● 申请表\n● 身份证", "●\n申请表\n●\n身份证", "申请表 ● 身份证",
        "申请材料：\n●申请表\n●身份证",
        "❶申请表❷身份证", "➀申请表➁身份证", "㈠申请表㈡身份证", "Ⅰ.申请表Ⅱ.身份证", "ⓐ申请表ⓑ身份证",
        "[1]申请表[2]身份证", "【1】申请表【2】身份证", "〔一〕申请表〔二〕身份证",
        "［1］申请表；［2］身份证",
        "a)申请表b)身份证", "a.申请表\nb.身份证", "A、申请表B、身份证", "（a）申请表（b）身份证",
        "-申请表\n-身份证", "- 申请表\n- 身份证", "— 申请表\n— 身份证", "*申请表\n*身份证",
        "· 申请表\n· 身份证",
        "+申请表\n+身份证", "◆申请表◆身份证", "★申请表★身份证", "★申请表\n★身份证", "√申请表√身份证",
        "➢申请表\n➢身份证",
        "\uf06c申请表\n\uf06c身份证", "材料1：申请表\n材料2：身份证", "材料一：申请表 材料二：身份证",
        "1：申请表；2：身份证",
        "1 申请表\n2 身份证", "1申请表\n2身份证", "1-申请表\n2-身份证", "第一，申请表；第二，身份证",
        "4.1申请表；4.2身份证", "□（1）申请表；\n□（2）身份证；", "●1.申请表●2.身份证",
        "(一) 申请表.\n\n(二) 身份证.",
        "并提交下列材料：\n（一）申请表；（二）身份证", "必要材料：\n   - 申请表\n   - 身份证",
        "申请表+身份证", "申请表＋身份证", "申请表。身份证。", "申请表\t身份证", "申请材料：申请表、身份证",
        "需要材料：申请表，身份证", "需提交以下材料：申请表。身份证。",
    ],
)  # fmt: skip
def test_a_list_is_parted_at_the_sign_its_writer_chose(said: str) -> None:
    assert read(said) == (papers("申请表", "身份证"), set())


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("个人：身份证；单位：营业执照", [("身份证", "个人"), ("营业执照", "单位")]),
        ("个人:身份证 单位:营业执照", [("身份证", "个人"), ("营业执照", "单位")]),
        ("自然人：身份证。法人：营业执照。", [("身份证", "自然人"), ("营业执照", "法人")]),
        ("个人：身份证，单位：营业执照", [("身份证", "个人"), ("营业执照", "单位")]),
        ("1.个人：身份证；2.单位：营业执照", [("身份证", "个人"), ("营业执照", "单位")]),
        ("1、申请表；2、个人：身份证；单位：营业执照",
         [("申请表", ""), ("身份证", "个人"), ("营业执照", "单位")]),
        ("个人：身份证、户口簿；单位：营业执照",
         [("身份证", "个人"), ("户口簿", "个人"), ("营业执照", "单位")]),
        ("个人：身份证；户口簿；单位：营业执照",
         [("身份证", "个人"), ("户口簿", "个人"), ("营业执照", "单位")]),
        ("个人：身份证；\n户口簿\n申请表", [("身份证", "个人"), ("户口簿", "个人"), ("申请表", "")]),
        ("个人：\n身份证\n户口簿", [("身份证", "个人"), ("户口簿", "个人")]),
        ("本人办理：身份证\n委托办理：委托书", [("身份证", "本人办理"), ("委托书", "委托办理")]),
        ("个人提供身份证，单位提供营业执照", [("身份证", "个人提供"), ("营业执照", "单位提供")]),
        ("个人：●身份证●户口簿\n单位：●营业执照",
         [("身份证", "个人"), ("户口簿", "个人"), ("营业执照", "单位")]),
        ("证明材料：身份证、户口簿", [("身份证", "证明材料"), ("户口簿", "证明材料")]),
        ("其他材料：申请表", [("申请表", "其他材料")]),
    ],
)  # fmt: skip
def test_who_brings_what_is_a_note_on_each_paper_and_no_part_of_its_name(
    said: str, found: list[tuple[str, str]]
) -> None:
    assert read(said) == (found, {"materials_headed"})


@pytest.mark.parametrize(
    "said",
    [
        "申请表；身份证；其他材料：1.照片 2.章程",
        "申请表\n身份证\n其他材料：●照片●章程",
        "□（1）申请表；\n□（2）身份证；\n□（3）其他材料：\n①照片；\n②章程。",
    ],
)
def test_papers_in_front_of_a_list_are_not_swallowed_by_the_words_over_it(said: str) -> None:
    found = [("申请表", ""), ("身份证", ""), ("照片", "其他材料"), ("章程", "其他材料")]
    assert read(said) == (found, {"materials_headed"})


@pytest.mark.parametrize(
    "said",
    ["身份证明：身份证或护照", "身份证明：身份证、护照", "身份证或护照", "身份证或者护照", "身份证/护照",
     "身份证和户口簿",
     "授权委托书及被委托人身份证", "★申请表\n身份证", "☑申请表 □身份证", "申请表>>身份证", "申请表→身份证",
     "申请表&身份证",
     "村委会提供证明，本人提供身份证", "2相关证明",
     "身份证、户口簿复印件各一份", "1.户口簿、身份证等复印件各1份、存折复印件1份",
     "1.行驶证、道路运输证复印件",
     "《委托证明》1份及代理人身份证复印件1份", "原件各一份【判决书】复印件各一份【申请书】", "复印件1份",
     "1.借款人及其配偶身份证复印件---借款人3份、配偶2份",
     "章程或营业执照（原件1份）", "照片（可选）委托书", "申请表-营业执照", "申请表。身份证/户口簿",
     "章程和营业执照/"],
)  # fmt: skip
def test_what_may_be_several_or_one_of_several_is_told(said: str) -> None:
    assert "materials_unclear" in read(said)[1]


@pytest.mark.parametrize(
    "said",
    ["法定代表人或负责人身份证", "法定代表人（机构负责人）身份证", "营业执照-副本", "登记（备案）证明",
     "身份证（原件和复印件）", "申请人身份证明：身份证", "购销合同（加盖公章）",
     "1寸照片", "Ⅰ类射线装置清单",
     "阿·买买提身份证", "A4照片", "C类证书", "由公安机关提供的证明", "资料提供单位证明",
     "第一类医疗器械备案表"],
)  # fmt: skip
def test_a_name_with_a_sign_in_it_is_left_alone(said: str) -> None:
    assert read(said) == (papers(said), set())


@pytest.mark.parametrize("said", ["●", "1.●", "★", "2", "https://x.example/a", "××"])
def test_no_paper_is_called_after_a_sign(said: str) -> None:
    assert read(said) == ([], {"word_unknown"})


@pytest.mark.parametrize(
    ("said", "doubts"),
    [
        ("●无", set()), ("申请材料：无", set()), ("本项目不需提供申请材料", set()),
        ("无需申请人提交材料", set()),
        ("免于提交材料", set()), ("無需提交材料", set()), ("不涉及", set()),
        ("无（告知承诺）", {"note_not_kept"}), ("免提交（电子证照）", {"note_not_kept"}),
    ],
)  # fmt: skip
def test_words_for_no_paper_are_none_and_their_reason_is_told(said: str, doubts: set[str]) -> None:
    assert read(said) == ([], doubts)


@pytest.mark.parametrize(
    "said",
    [
        "具体见办事指南",
        "按附件提供",
        "详见政务服务网",
        "以办事指南为准",
        "材料详见附件2",
        "1.申请表；2.其他详见办事指南",
    ],
)
def test_papers_that_stand_elsewhere_are_told_and_no_names(said: str) -> None:
    names, doubts = read(said)
    assert ([name for name, _ in names if name != "申请表"], doubts) == ([], {"material_elsewhere"})


def test_a_remark_below_the_papers_is_no_paper() -> None:
    names, doubts = read("1.申请表\n2.身份证\n注：复印件均需加盖公章")
    assert [name for name, _ in names][:1] == ["申请表"]
    assert all("注" not in name for name, _ in names)
    assert doubts == {"note_not_kept"}
    assert read("申请表\n身份证\n备注：以上材料一式两份") == (
        papers("申请表", "身份证"),
        {"note_not_kept"},
    )


@pytest.mark.parametrize(
    ("said", "name", "kept"),
    [
        ("身份证2份", "身份证", {"note": "2份"}),
        ("申请表，一式两份", "申请表", {"note": "一式两份"}),
        ("身份证复印件2份", "身份证", {"note": "复印件2份", "copies": 2}),
        ("身份证原件1份复印件2份", "身份证", {"note": "原件1份复印件2份", "originals": 1, "copies": 2}),
        ("身份证原件1份，复印件２份", "身份证", {"note": "原件1份，复印件２份", "originals": 1, "copies": 2}),
        ("身份证（原件一份）", "身份证", {"note": "原件一份", "originals": 1}),
        ("身份证原件、复印件各1份", "身份证", {"note": "原件、复印件各1份", "originals": 1, "copies": 1}),
        ("身份证复印件1份（原件核验）", "身份证", {"note": "复印件1份（原件核验）", "copies": 1}),
        ("身份证（原件核验）", "身份证（原件核验）", {}),
        ("1寸照片2张", "1寸照片", {"note": "2张"}),
        ("户口簿（非必要）", "户口簿", {"note": "非必要", "required": False}),
        ("户口簿（如有）", "户口簿", {"note": "如有", "required": False}),
        ("户口簿（复印件1份）（可选）", "户口簿",
         {"note": "可选；复印件1份", "copies": 1, "required": False}),
        ("申请表（必要）", "申请表", {}),
        ("建筑垃圾运输、处置合同（原件1份，复印件0份，纸质；来源：申请人自备）", "建筑垃圾运输、处置合同",
         {"note": "原件1份，复印件0份，纸质；来源：申请人自备", "originals": 1}),
        ("户口簿（首页+本人页）---各1份", "户口簿（首页+本人页）", {"note": "各1份"}),
        ("身份证\n复印件1份,验原件", "身份证", {"note": "复印件1份,验原件", "copies": 1}),
        ("近三张发票", "近三张发票", {}),
        ("户口本", "户口本", {}),
    ],
)  # fmt: skip
def test_how_many_are_asked_for_and_whether_is_read_from_the_name(
    said: str, name: str, kept: dict[str, Any]
) -> None:
    (paper,) = papers_of([said]).papers
    assert {key: one for key, one in paper.items() if key != "code"} == {"name": name} | kept


def test_a_paper_that_nobody_need_bring_is_told() -> None:
    assert read("1.申请表 2.身份证（免提交）") == (
        papers("申请表", "身份证（免提交）"),
        {"material_waived"},
    )


_SIGNS = ("●", "❶❷❸❹❺", "①②③④⑤", "◆", "■", "►", "\uf06c", "★")
_NAMES = ("申请表", "身份证", "户口簿", "营业执照", "一寸照片")


@given(
    st.sampled_from(_SIGNS), st.sampled_from(("", "\n", "；", "；\n", "。", " ")), st.integers(2, 5)
)
def test_every_sign_parts_whatever_stands_between(signs: str, between: str, count: int) -> None:
    marks = signs if len(signs) > 1 else signs * count
    said = between.join(mark + name for mark, name in zip(marks, _NAMES[:count], strict=False))
    assert read(said) == (papers(*_NAMES[:count]), set())


def test_who_brings_what_stands_in_the_definition(instance: Path, tmp_path: Path) -> None:
    text = '事项名称,部门,申请材料\n甲,某局,"●个人：身份证复印件1份●单位：营业执照"\n'
    found = done(file(tmp_path, text), instance)
    made = next(iter(instance_in(instance).every(Service).values()))
    said = [(one.name, one.note, one.copies) for one in made.materials]
    assert said == [("身份证", "个人；复印件1份", 1), ("营业执照", "单位", 0)]
    assert "materials_headed" in codes(found, 2)


# Codes in words ---------------------------------------------------------------------------------


def cell(key: str, said: str) -> Any:
    known = targets()["services"].key(key)
    assert known is not None
    try:
        found = read_cell(said, Asked(known))
    except Unfit as unfit:
        return unfit.code
    return (
        found
        if not isinstance(found, Partly)
        else (found.value, *(one.data["value"] for one in found.doubts))
    )


@pytest.mark.parametrize(
    ("key", "said", "found"),
    [
        ("audience", "自然人+法人", ["1", "2", "3", "4"]), ("audience", "●自然人●法人", ["1", "2", "3", "4"]),
        ("audience", "1.自然人2.企业法人", ["1", "2"]), ("audience", "①自然人；②企业法人", ["1", "2"]),
        ("audience", "自然人＆企业", ["1", "2"]), ("audience", "自然人\t企业", ["1", "2"]),
        ("audience", "1、2", ["1", "2"]),
        ("audience", "個人、企業", ["1", "2"]), ("audience", "●自然人●个体户", (["1"], "个体户")),
        ("channels", "窗口+网上", ["1", "2"]), ("channels", "●窗口办理\n●网上办理", ["1", "2"]),
        ("channels", "1,2,8", (["1", "2"], "8")), ("channels", "線上", ["2"]),
        ("channels", "窗口+自助终端", (["1"], "自助终端")),
        ("kind", "承諾件", "2"), ("charged", "無", None), ("keywords", "1.取水2.用水", ["取水", "用水"]),
    ],
)  # fmt: skip
def test_a_list_of_codes_is_read_by_the_same_reader(key: str, said: str, found: Any) -> None:
    assert cell(key, said) == found


_KNOWN = {"自然人": "1", "企业法人": "2", "事业法人": "3", "行政机关": "5"}


@given(
    st.lists(
        st.sampled_from([*_KNOWN, "个体户", "不限", "港澳居民"]),
        min_size=1,
        max_size=5,
        unique=True,
    ),
    st.sampled_from(("、", "，", ";", "\n", "|", "/", "+", "&", "和", " ", "●")),
)
def test_every_word_of_a_coded_cell_is_a_code_or_told(words: list[str], between: str) -> None:
    found = cell("audience", between.join(words))
    known = [_KNOWN[one] for one in words if one in _KNOWN]
    unknown = [one for one in words if one not in _KNOWN]
    if not known:
        assert found == "value_unfit"
    else:
        assert found == ((known, *unknown) if unknown else known)
