"""No value of a cell goes to another key, and a word that is not known takes no others with it."""

import json
from pathlib import Path

import pytest
from tests.builders.definitions import instance_in, write
from tests.builders.importing import codes, done, file, lined, run

from tongban.app.instance.importing.laws import bases_of
from tongban.modules.government.definition import DepartmentDefinition
from tongban.modules.services.model import Service

BUREAU = "# file: departments/more.yaml\n- {code: market, name: 市监局}\n- {code: health, name: 卫健局}\n"


@pytest.mark.parametrize(
    ("said", "laws"),
    [
        ("中华人民共和国水法第七条，防洪法第三条", [("中华人民共和国水法", "第七条"), ("防洪法", "第三条")]),
        ("行政许可法第十二条、水法第七条", [("行政许可法", "第十二条"), ("水法", "第七条")]),
        ("水法第七条、防洪法第三条、河道管理条例",
         [("水法", "第七条"), ("防洪法", "第三条"), ("河道管理条例", "")]),
        ("水法（2016年修正）第七条第一款、第八条和防洪法第三条",
         [("水法", "（2016年修正）第七条第一款、第八条"), ("防洪法", "第三条")]),
        ("【法律】水法第七条 防洪法第三条", [("水法", "第七条"), ("防洪法", "第三条")]),
        ("河道管理条例第七条", [("河道管理条例", "第七条")]),
    ],
)  # fmt: skip
def test_laws_without_book_marks_have_each_its_own_article(
    said: str, laws: list[tuple[str, str]]
) -> None:
    found = bases_of(said)
    assert [(one["title"], one.get("article", "")) for one in found.laws] == laws
    assert found.doubts == []


@pytest.mark.parametrize(
    "said",
    [
        "水法第七条及其实施条例第三条",
        "水法第七条，有关部门批准的第三条",
        "水法、防洪法",
        "根据水法第七条办理，防洪法第三条",
    ],
)
def test_laws_that_cannot_be_parted_stay_as_they_stand_and_are_told(said: str) -> None:
    found = bases_of(said)
    assert [one.code for one in found.doubts] == ["basis_unclear"]
    assert found.laws == [{"title": said}]


def test_a_law_without_book_marks_behind_the_articles_of_another_is_told() -> None:
    found = bases_of("《水法》第七条，防洪法第三条")
    assert [one.code for one in found.doubts] == ["basis_in_text"]


@pytest.mark.parametrize("maps", [(), ("--map", "department=department.name")])
def test_the_code_of_a_department_inside_a_service_is_no_code_of_the_service(
    instance: Path, tmp_path: Path, maps: tuple[str, ...]
) -> None:
    write(instance, BUREAU)
    market, health = {"name": "市监局", "code": "sj"}, {"name": "卫健局", "code": "wj"}
    of = {"关店": market, "迁店": market, "看病": health}
    rows = [{"name": name, "department": one} for name, one in of.items()]
    found = done(file(tmp_path, json.dumps(rows), "a.json"), instance, *maps)
    made = instance_in(instance).every(Service)
    assert found["imported"] == 3
    assert {(str(one.name), one.department, one.local_code) for one in made.values()} == {
        ("关店", "market", ""),
        ("迁店", "market", ""),
        ("看病", "health", ""),
    }


def test_a_short_name_inside_an_object_counts_only_where_nothing_outside_is_known(
    instance: Path, tmp_path: Path
) -> None:
    inside = [{"data": {"name": "开店", "code": "X-1", "department": "某局"}}]
    done(file(tmp_path, json.dumps(inside), "a.json"), instance)
    assert set(instance_in(instance).every(Service)) == {"X-1"}
    beside = [{"name": "开店", "department": "某局", "organ": {"name": "张三", "code": "X-1"}}]
    found = done(file(tmp_path, json.dumps(beside), "b.json"), instance, "--replace")
    (made,) = instance_in(instance).every(Service).values()
    assert (made.local_code, "code_made" in codes(found)) == ("", True)


def test_no_map_is_proposed_that_would_be_wrong(instance: Path, tmp_path: Path) -> None:
    result = run(lined(tmp_path, "事項編碼,事項的名稱,部門", "1,取水,水務局"), instance)
    assert result.exit_code != 0
    assert "name=事項編碼" not in result.output
    assert "name=事項的名稱" in result.output
    nothing = run(lined(tmp_path, "甲,乙", "1,2"), instance)
    assert "name=甲" not in nothing.output


def test_a_word_that_is_not_known_takes_no_known_word_with_it(
    instance: Path, tmp_path: Path
) -> None:
    lines = ("事项名称,部门,编码,服务对象,办理方式",
             "甲,某局,X-1,自然人、个体户,窗口办理、自助终端",
             "乙,某局,X-2,企业和群众,网上、邮寄、APP",
             "丙,某局,X-3,某种人,飞鸽")  # fmt: skip
    found = done(lined(tmp_path, *lines), instance)
    made = instance_in(instance).every(Service)
    assert [sorted(made[one].audience) for one in ("X-1", "X-2", "X-3")] == [["1"], ["1", "2"], []]
    assert [sorted(made[one].channels) for one in ("X-1", "X-2")] == [["1"], ["2", "3", "4"]]
    unknown = [one for one in found["findings"] if one["code"] == "import.word_unknown"]
    assert sorted((one["line"], one["value"]) for one in unknown) == [
        (2, "个体户"),
        (2, "自助终端"),
    ]
    assert (codes(found, 3), "value_unfit" in codes(found, 4)) == (
        codes(found, 3) - {"word_unknown", "value_unfit"},
        True,
    )


@pytest.mark.parametrize(
    "said",
    ["水务局和财政局", "水务局与财政局", "水务局及财政局", "水务局 财政局", "水务局以及财政局",
     "某县水务局　某县财政局"],
)  # fmt: skip
def test_bodies_joined_by_a_word_or_a_blank_are_several(
    instance: Path, tmp_path: Path, said: str
) -> None:
    found = done(lined(tmp_path, "事项名称,部门", f"甲,{said}"), instance)
    assert (found["imported"], codes(found, 2)) == (0, {"department_several"})


@pytest.mark.parametrize(
    "said",
    ["相关部门", "有关部门", "各乡镇（街道）", "各级行政机关", "行业主管部门", "县级以上水务部门"],
)
@pytest.mark.parametrize("kind", ["service-items", "departments"])
def test_words_for_any_department_are_none(
    instance: Path, tmp_path: Path, said: str, kind: str
) -> None:
    rows = ("事项名称,部门", f"甲,{said}") if kind == "service-items" else ("部门名称", said)
    before = len(instance_in(instance).every(DepartmentDefinition))
    found = done(lined(tmp_path, *rows), instance, kind=kind)
    assert (found["imported"], codes(found, 2)) == (0, {"department_generic"})
    assert len(instance_in(instance).every(DepartmentDefinition)) == before


@pytest.mark.parametrize(
    "said",
    ["人力资源和社会保障局", "住房和城乡建设局", "社会与经济发展局", "车站和码头管理处",
     "某市政府 水务局", "市公安局 东城分局"],
)  # fmt: skip
def test_one_body_with_such_a_word_in_its_name_stays_one(
    instance: Path, tmp_path: Path, said: str
) -> None:
    assert done(lined(tmp_path, "事项名称,部门", f"甲,{said}"), instance)["imported"] == 1
