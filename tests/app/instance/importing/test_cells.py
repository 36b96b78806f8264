"""A cell is read as it is meant or not at all, and however long it is in a short time."""

import time

import pytest

from tongban.app.instance.importing.cells import Asked, read_cell
from tongban.app.instance.importing.findings import Unfit
from tongban.app.instance.importing.laws import bases_of
from tongban.app.instance.importing.papers import papers_of
from tongban.app.instance.importing.targets import targets


def asked(target: str, key: str) -> Asked:
    known = targets()[target].key(key)
    assert known is not None
    return Asked(known)


STARTS = asked("grants", "starts")


@pytest.mark.parametrize(
    "said",
    ["2026-01-31", "2026/1/31", "2026.1.31", "2026年1月31日", "20260131", "2026-01-31 00:00",
     "2026/1/31 00:00:00", "２０２６－０１－３１", "31/1/2026", "31 January 2026"],
)  # fmt: skip
def test_a_day_is_read_as_everywhere_else(said: str) -> None:
    assert read_cell(said, STARTS) == "2026-01-31"


@pytest.mark.parametrize(
    "said",
    ["2026-01/31", "2026年1.31日", "2026.1月31", "0001-01-01", "2026-02-30", "1 Janury 2026"],
)
def test_what_is_no_day_everywhere_else_is_none_here(said: str) -> None:
    with pytest.raises(Unfit):
        read_cell(said, STARTS)


def test_what_may_be_two_days_is_said_to_be_so() -> None:
    with pytest.raises(Unfit) as caught:
        read_cell("03/04/2026", STARTS)
    assert caught.value.code == "date_two_days"


@pytest.mark.parametrize(
    ("said", "names"),
    [
        ("申请表1；申请表2", ["申请表1", "申请表2"]),
        ("1.申请表1\n2.申请表2", ["申请表1", "申请表2"]),
        ("申请表（附件1）", ["申请表（附件1）"]),
        ("1.表；2.", ["表"]),
        ("统计表2019。", ["统计表2019"]),
        ("1.5倍工资证明", ["1.5倍工资证明"]),
    ],
)
def test_a_number_that_ends_the_name_of_a_paper_is_part_of_it(said: str, names: list[str]) -> None:
    assert [one["name"] for one in papers_of([said]).papers] == names


def test_the_number_of_the_next_law_is_no_part_of_an_article() -> None:
    assert bases_of("1.《甲法》第三条；2.《乙法》第四条第2款。").laws == [
        {"title": "甲法", "article": "第三条"},
        {"title": "乙法", "article": "第四条第2款"},
    ]


@pytest.mark.parametrize(
    "fill",
    ["。", " ", "\n", " \n", "1.", "、1", "《", "《甲", "（", "；", "、证", "（1）", "①", "第一条",
     "1.甲：1."],
)  # fmt: skip
def test_a_cell_of_one_sign_is_read_in_a_short_time(fill: str) -> None:
    said = "甲" + fill * (60_000 // len(fill)) + "乙"
    before = time.process_time()
    for key in ("basis", "materials", "name", "keywords", "fee", "window.address"):
        read_cell(said, asked("services", key))
    assert time.process_time() - before < 3


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("GB50016-2014", [{"title": "GB50016-2014"}]),
        ("Water Act s. 7", [{"title": "Water Act s. 7"}]),
        ("GB 12", [{"title": "GB 12"}]),
        ("《Water Act》s.7", [{"title": "Water Act", "article": "s.7"}]),
        ("《甲法》s. 7; 2. 《乙法》Art. 12", [{"title": "甲法", "article": "s. 7"},
                                         {"title": "乙法", "article": "Art. 12"}]),
        ("《甲法》第412条", [{"title": "甲法", "article": "第412条"}]),
        ("《甲法》附表2、《乙法》", [{"title": "甲法", "article": "附表2"}, {"title": "乙法"}]),
        ("《规范》（GB50016-2014）第 5", [{"title": "规范", "article": "（GB50016-2014）第 5"}]),
        ("《甲法》第三条 2《乙法》", [{"title": "甲法", "article": "第三条"}, {"title": "乙法"}]),
        ("一、《甲法》第 12 条 二、《乙法》", [{"title": "甲法", "article": "第 12 条"}, {"title": "乙法"}]),
    ],
)  # fmt: skip
def test_a_number_that_ends_a_law_or_an_article_is_part_of_it(
    said: str, found: list[dict[str, str]]
) -> None:
    assert bases_of(said).laws == found
