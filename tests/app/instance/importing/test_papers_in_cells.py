"""The papers in a cell are parted where their writer parted them, and nowhere else."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.builders.definitions import instance_in
from tests.builders.importing import codes, done, file, lined

from tongban.app.instance.importing.papers import papers_of
from tongban.modules.services.model import Service


def read(said: str) -> tuple[list[str], list[str]]:
    found = papers_of([said])
    return [one["name"] for one in found.papers], [one.code for one in found.doubts]


@pytest.mark.parametrize(
    "said",
    [
        "申请表\n身份证",
        "申请表；身份证；",
        "申请表;身份证",
        "申请表|身份证",
        "申请表、身份证",
        "申请表，身份证",
        "申请表,身份证",
        "申请表   身份证",
        "申请表　身份证",
        "①申请表②身份证",
        "⑴申请表⑵身份证",
        "(1)申请表(2)身份证",
        "（1）申请表；（2）身份证",
        "（一）申请表（二）身份证",
        "一、申请表二、身份证",
        "一、申请表；\n二、身份证。",
        "1.申请表 2.身份证",
        "1、申请表2、身份证",
        "1．申请表2．身份证",
        "1）申请表2）身份证",
        "申请材料：1.申请表 2.身份证",
        "需提供以下材料：\n申请表\n身份证",
        "申请表；无；身份证",
    ],
)
def test_papers_are_parted_at_every_sign_that_listings_use(said: str) -> None:
    assert read(said) == (["申请表", "身份证"], [])


@pytest.mark.parametrize(
    "said",
    [
        "身份证原件、复印件",
        "身份证原件及复印件",
        "身份证（原件；复印件）",
        "申请表（甲、乙、丙）",
        "《甲、乙、丙申请表》",
        "“甲；乙”申请表",
        '"甲,乙"申请表',
        "申请表（一）",
        "申请表（1）",
        "1.5倍工资证明",
        "申请表，加盖公章",
        "营业执照正本、副本",
        "无犯罪记录证明",
        "企业法人营业执照",
    ],
)
def test_the_name_of_one_paper_is_never_cut(said: str) -> None:
    assert read(said) == ([said], [])


@pytest.mark.parametrize(
    "said",
    [
        "营业执照、税务登记证复印件",
        "申请人、配偶的身份证、户口簿",
        "身份证、户口簿等材料",
        "身份证、护照或军官证",
        "身份证 户口簿",
        "《申请书》《承诺书》",
        "申请人应当提交申请，并对真实性负责",
    ],
)
def test_what_may_be_one_paper_or_several_stays_one_and_is_a_finding(said: str) -> None:
    assert read(said) == ([said], ["materials_unclear"])


@pytest.mark.parametrize(
    "said",
    [
        "无",
        "无需材料",
        "不需要提交材料",
        "无需提交材料",
        "无须提供任何材料",
        "无申请材料",
        "免提交",
        "不涉及",
        "零材料",
        "1.无",
    ],
)
def test_words_for_no_paper_are_no_paper(said: str) -> None:
    assert read(said) == ([], [])


@pytest.mark.parametrize(
    ("said", "names", "doubts"),
    [
        ("1.申请表；2.身份证、户口簿；3.照片", ["申请表", "身份证、户口簿", "照片"], ["materials_unclear"]),
        ("1.企业法人营业\n执照\n2.章程", ["企业法人营业执照", "章程"], []),
        ("申请表\n（加盖公章）\n身份证", ["申请表（加盖公章）", "身份证"], []),
        ("1.申请表；2.身份证；加盖公章", ["申请表", "身份证；加盖公章"], []),
        ("1.见附件 2.申请表", ["申请表"], ["material_elsewhere"]),
        ("1.身份证明，任选其一：(1)身份证(2)护照 2.申请表",
         ["身份证明，任选其一：(1)身份证(2)护照", "申请表"], ["materials_unclear"]),
    ],
)  # fmt: skip
def test_a_numbered_paper_is_one(said: str, names: list[str], doubts: list[str]) -> None:
    assert read(said) == (names, doubts)


def test_what_stands_over_papers_is_a_note_on_each_and_told() -> None:
    found = papers_of(["个人：1.身份证 2.户口簿\n企业：1.营业执照（复印件1份） 2.身份证"])
    assert [(one["name"], one.get("note", "")) for one in found.papers] == [
        ("身份证", "个人；企业"),
        ("户口簿", "个人"),
        ("营业执照", "企业；复印件1份"),
    ]
    assert [one.data for one in found.doubts] == [{"value": "个人"}, {"value": "企业"}]


def test_a_map_that_says_what_lies_between_has_the_last_word(
    instance: Path, tmp_path: Path
) -> None:
    path = lined(tmp_path, "事项名称,实施主体,材料", "取水许可,水务局,申请表、一份/身份证；复印件")
    said = file(tmp_path, "materials: {column: 材料, split: /}\n", "a.map")
    done(path, instance, "--map", str(said))
    service = next(iter(instance_in(instance).every(Service).values()))
    said_of = [(one.name, one.note) for one in service.materials]
    assert said_of == [("申请表", "一份"), ("身份证；复印件", "")]


@pytest.mark.parametrize("said", ["否", "见附件", "√"])
def test_a_word_that_is_no_paper_is_a_finding(said: str, instance: Path, tmp_path: Path) -> None:
    path = lined(tmp_path, "事项名称,实施主体,申请材料", f"取水许可,水务局,{said}")
    assert "value_unfit" in codes(done(path, instance), 2)
    assert next(iter(instance_in(instance).every(Service).values())).materials == ()


_STYLES: tuple[Callable[[int], str], ...] = (
    lambda n: f"{n}、",
    lambda n: f"{n}.",
    lambda n: f"{n}）",
    lambda n: f"({n})",
    lambda n: f"（{n}）",
    lambda n: f"{chr(0xFF10 + n)}、",
    lambda n: f"{'一二三四五六七八九'[n - 1]}、",
    lambda n: f"（{'一二三四五六七八九'[n - 1]}）",
    lambda n: "①②③④⑤⑥⑦⑧⑨"[n - 1],
)


@given(
    st.sampled_from(_STYLES),
    st.sampled_from(("；", ";", "\n", "", " ", "，", "。")),
    st.lists(st.integers(1, 9), min_size=2, max_size=5, unique=True),
    st.permutations(("申请表", "身份证", "户口簿", "照片", "营业执照")),
)
def test_papers_whose_numbers_have_a_hole_are_parted_or_a_finding(
    style: Callable[[int], str], between: str, numbers: list[int], names: list[str]
) -> None:
    wanted = names[: len(numbers)]
    said = between.join(style(n) + name for n, name in zip(numbers, wanted, strict=True))
    found, doubts = read(said)
    assert found == wanted or "materials_unclear" in doubts, said


@pytest.mark.parametrize(
    "said",
    [
        "1、申请表；2、身份证；4、照片",
        "一、申请表；二、身份证；四、照片",
        "1、申请表\n2、身份证\n４、照片",
        "１、申请表；２、身份证；３、照片",
    ],
)
def test_a_hole_in_the_numbers_joins_no_two_papers(said: str) -> None:
    assert read(said) == (["申请表", "身份证", "照片"], [])


@pytest.mark.parametrize(
    "said",
    [
        "租房合同、房产证、村委会证明（三选一）",
        "身份证、户口簿、护照任选其一",
        "身份证，护照（任意一种）",
        "租房合同、房产证等其中一项",
    ],
)
def test_papers_of_which_one_will_do_are_never_all_asked_for(said: str) -> None:
    assert read(said) == ([said], ["materials_unclear"])


def test_a_choice_on_lines_of_its_own_is_told() -> None:
    assert read("租房合同\n房产证（二选一）")[1] == ["materials_unclear"]
    assert read("人选一览表、申请表") == (["人选一览表", "申请表"], [])


@pytest.mark.parametrize("around", ["（{}）", "({})", "【{}】", "[{}]", "［{}］"])
def test_whether_a_paper_must_be_brought_is_read_in_every_kind_of_brackets(around: str) -> None:
    cell = f"申请表{around.format('必要')};身份证{around.format('非必要')}"
    first, second = papers_of([cell]).papers
    assert (first["name"], second["name"], second["required"]) == ("申请表", "身份证", False)


@pytest.mark.parametrize("said", ["申请表1式2份", "申请表一式2份", "申请表（1式2份）"])
def test_a_count_in_figures_is_no_part_of_a_name(said: str) -> None:
    assert read(said) == (["申请表"], [])
