"""What a listing holds besides the rows that are read is told: other lists, later rows, lost items, units."""

import json
from pathlib import Path

from tests.builders.definitions import instance_in, write
from tests.builders.importing import codes, done, file, run

from tongban.modules.services.model import Limited, Service

CATALOGUE = """# file: classification.yaml
- {code: "1", name: 基础信息资源}
- {code: "101", name: 国家人口基础信息}
- {code: "101003", name: 婚姻家庭}
# file: departments/more.yaml
- {code: civil-affairs, name: 民政局}
- {code: finance, name: 财政局}
"""
GRANT = """# file: grants.yaml
- {code: g, resource: 101003/1, department: finance, items: [婚姻状况], purpose: 核对,
   basis: 某法, starts: 2026-01-01, ends: 2027-01-01}
"""
ITEMS = "信息资源代码,信息资源名称,信息资源提供方,信息资源摘要,信息资源格式,共享类型,信息项名称\n"
ROW = "101003/1,婚姻登记信息,民政局,登记情况,数据库,无条件共享,"


def service(name: str) -> dict[str, str]:
    return {"事项名称": name, "部门": "某局"}


def test_a_second_list_of_a_document_is_named(instance: Path, tmp_path: Path) -> None:
    text = json.dumps({"新增": [service("甲"), service("乙")], "取消": [service("丙")]})
    found = done(file(tmp_path, text, "a.json"), instance)
    (said,) = [one for one in found["findings"] if one["code"] == "import.lists_not_read"]
    assert (said["list"], said["others"], found["imported"]) == ("新增", ["取消"], 2)


def test_objects_that_are_grouped_are_told_and_become_no_names(
    instance: Path, tmp_path: Path
) -> None:
    text = json.dumps([{"部门": one, "事项": [service("甲")]} for one in ("某局", "另局")])
    found = done(file(tmp_path, text, "a.json"), instance)
    assert (found["imported"], codes(found, 1)) == (0, {"name_is_list"})


def test_words_before_the_objects_of_a_list_are_its_title(instance: Path, tmp_path: Path) -> None:
    text = json.dumps(["某县清单", service("甲"), service("乙")], ensure_ascii=False)
    assert done(file(tmp_path, text, "a.json"), instance)["imported"] == 2


def test_the_unit_of_a_group_holds_for_the_columns_below_it(instance: Path, tmp_path: Path) -> None:
    text = "事项名称,部门,编码,办理时限（工作日）,,备注\n,,,法定时限,承诺时限,\n甲,某局,X-1,20,5,\n"
    found = done(file(tmp_path, text), instance)
    made = instance_in(instance).every(Service)["X-1"]
    assert (made.statutory_limit, made.promised_limit) == (Limited(days=20), Limited(days=5))
    assert "limit_unit_unknown" not in codes(found)


def test_a_listing_in_big5_is_read_as_it_is_written(instance: Path, tmp_path: Path) -> None:
    text = "事項名稱,部門\n取水許可,水務局\n河道管理範圍內建設項目審批,水務局\n"
    maps = ("--map", "name=事項名稱", "--map", "department=部門")
    found = done(file(tmp_path, text, encoding="big5"), instance, *maps)
    assert "encoding_guessed" in codes(found)
    names = {str(one.name) for one in instance_in(instance).every(Service).values()}
    assert names == {"取水許可", "河道管理範圍內建設項目審批"}


def test_a_further_row_that_comes_later_and_brings_papers_says_to_sort(
    instance: Path, tmp_path: Path
) -> None:
    head = "事项名称,部门,编码,申请材料\n"
    rows = ["甲,某局,X-1,身份证\n", "乙,某局,X-2,\n", "甲,某局,X-1,申请表\n"]
    found = done(file(tmp_path, head + "".join(rows)), instance)
    (said,) = [one for one in found["findings"] if one["code"] == "import.row_apart"]
    assert (said["line"], said["other"], said["keys"]) == (4, 2, ["materials"])
    ordered = done(file(tmp_path, head + "".join(sorted(rows))), instance, "--replace")
    assert ordered["merged"] == 1


def test_an_item_that_is_granted_does_not_go_without_a_word(instance: Path, tmp_path: Path) -> None:
    write(instance, CATALOGUE + GRANT)
    both = f"{ITEMS}{ROW}婚姻状况\n{ROW}登记日期\n"
    done(file(tmp_path, both), instance, kind="resources")
    assert done(file(tmp_path, both), instance, "--replace", kind="resources")["imported"] == 1
    path = file(tmp_path, f"{ITEMS}{ROW}登记日期\n")
    refused = run(path, instance, "--replace", kind="resources")
    assert (refused.exit_code, "grants.yaml:1 (婚姻状况)" in refused.output) == (5, True)
    dry = done(path, instance, "--replace", "--dry-run", kind="resources")
    assert "reference_broken" in codes(dry)
    found = done(path, instance, "--replace", "--discard-gone", kind="resources")
    assert found["imported"] == 1
