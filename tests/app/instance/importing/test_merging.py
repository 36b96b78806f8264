"""Several rows of one code: what the further ones add goes in, what they say otherwise is named."""

from pathlib import Path

import pytest
from tests.builders.definitions import SMALL, instance_in, write
from tests.builders.importing import codes, done, file

from tongban.app.instance.importing.merging import differing
from tongban.modules.catalog.definition import ResourceDefinition, ShareType
from tongban.modules.identity.definition import AccountDefinition
from tongban.modules.services.model import Service

CATALOGUE = """# file: classification.yaml
- {code: "1", name: 基础信息资源}
- {code: "101", name: 国家人口基础信息}
- {code: "101003", name: 婚姻家庭}
# file: departments/more.yaml
- {code: civil-affairs, name: 民政局}
- {code: finance, name: 财政局}
"""
ITEMS = (
    "信息资源代码,信息资源名称,信息资源提供方,信息资源摘要,信息资源格式,共享类型,共享条件,"
    "信息项名称,数据长度,数据类型\n"
)
GUIDES = Path(__file__).parents[4] / "docs/guides"
ROLES = """# file: roles.yaml
- {code: clerk, name: 经办, duties: [cases.accept]}
- {code: head, name: 负责人, duties: [cases.decide]}
"""


@pytest.fixture
def instance(tmp_path: Path) -> Path:
    return write(tmp_path / "instance", SMALL + CATALOGUE)


@pytest.mark.parametrize(
    ("column", "first", "second", "key"),
    [
        ("承诺办结时限", "5个工作日", "3个工作日", "promised_limit.days"),
        ("法定办结时限", "20个工作日", "20个自然日", "statutory_limit.unit"),
        ("收费标准", "10元/本", "20元/本", "fee"),
        ("事项类型", "行政许可", "行政确认", "type"),
        ("到现场次数", "0", "2", "visits"),
    ],
)
def test_what_a_further_row_says_otherwise_is_named_and_its_papers_are_taken(
    instance: Path, tmp_path: Path, column: str, first: str, second: str, key: str
) -> None:
    head = f"事项名称,部门,编码,申请材料,{column}\n"
    rows = f"甲,某局,X-1,身份证,{first}\n甲,某局,X-1,申请表,{second}\n"
    found = done(file(tmp_path, head + rows), instance)
    assert (found["imported"], found["merged"], found["left_out"]) == (1, 1, 0)
    (said,) = [one for one in found["findings"] if one["code"] == "import.row_differs"]
    assert (said["line"], key in said["keys"], said["other"]) == (3, True, 2)
    service = instance_in(instance).every(Service)["X-1"]
    assert [str(one.name) for one in service.materials] == ["身份证", "申请表"]


def test_a_further_row_that_agrees_says_nothing_and_one_that_only_repeats_is_counted(
    instance: Path, tmp_path: Path
) -> None:
    head = "事项名称,部门,编码,申请材料,承诺办结时限\n"
    rows = (
        "甲,某局,X-1,身份证,5个工作日\n甲,某局,X-1,申请表,\n甲,某局,X-1,申请表,5个工作日\n"
        "甲,某局,X-1,申请表,9个工作日\n"
    )
    found = done(file(tmp_path, head + rows), instance)
    assert (found["imported"], found["merged"], found["left_out"]) == (1, 1, 2)
    assert (codes(found, 3), codes(found, 4)) == ({"code_absent"}, {"code_absent", "row_repeated"})
    assert codes(found, 5) == {"code_absent", "row_contradicts"}


def test_one_code_of_two_names_is_two_services_and_the_second_is_left_out(
    instance: Path, tmp_path: Path
) -> None:
    text = "事项名称,部门,编码\n甲,某局,X-1\n乙,某局,X-1\n"
    found = done(file(tmp_path, text), instance)
    assert (found["imported"], codes(found, 3)) == (1, {"code_absent", "row_contradicts"})


@pytest.mark.parametrize(
    ("second", "joined"),
    [
        ("婚姻登记信息,民政局,登记情况,数据库,有条件共享,办件,登记日期,8,日期型", True),
        ("婚姻登记信息,民政局,登记情况,数据库,不予共享,办件,涉密事项,8,字符型", False),
        ("婚姻登记信息,民政局,登记情况,数据库,无条件共享,办件,登记日期,8,日期型", False),
        ("婚姻登记信息,民政局,登记情况,数据库,有条件共享,调查,登记日期,8,日期型", False),
        ("婚姻登记信息,财政局,登记情况,数据库,有条件共享,办件,登记日期,8,日期型", False),
        ("婚姻登记信息,民政局,登记情况,数据库,有条件共享,办件,婚姻状况,99,字符型", False),
    ],
)
def test_an_item_joins_only_a_resource_that_is_shared_as_its_row_says(
    instance: Path, tmp_path: Path, second: str, joined: bool
) -> None:
    first = "101003/1,婚姻登记信息,民政局,登记情况,数据库,有条件共享,办件,婚姻状况,10,字符型\n"
    found = done(file(tmp_path, f"{ITEMS}{first}101003/1,{second}\n"), instance, kind="resources")
    assert codes(found, 3) == (set() if joined else {"row_contradicts"})
    resource = instance_in(instance).every(ResourceDefinition)["101003/1"]
    assert (resource.share.type, len(resource.items)) == (ShareType.CONDITIONAL, 1 + joined)


def test_a_person_is_not_let_in_with_the_role_of_a_row_that_names_another(
    instance: Path, tmp_path: Path
) -> None:
    write(instance, ROLES)
    text = "登录名,姓名,部门,角色\nw1,张三,民政局,经办\nw1,李四,民政局,负责人\n"
    done(file(tmp_path, text), instance, kind="staff")
    (account,) = [
        one for one in instance_in(instance).every(AccountDefinition).values() if one.login == "w1"
    ]
    assert tuple(account.roles) == ("clerk",)


def test_a_grant_is_widened_by_no_row_that_differs_in_purpose_or_end() -> None:
    before = {"items": ["a"], "purpose": "核对", "ends": "2027-01-01"}
    assert differing(before, {**before, "items": ["b"]}, ("items", "masked")) == ()
    assert differing(before, {**before, "ends": "2029-01-01"}, ("items", "masked")) == ("ends",)


FURTHER = """事项名称,部门,编码,申请材料,承诺办结时限
甲,某局,X-1,身份证,5个工作日
甲,某局,X-1,申请表,5个工作日
甲,某局,X-1,照片,3个工作日
甲,某局,X-1,身份证,3个工作日
乙,某局,X-1,委托书,5个工作日
甲,某局,X-1,身份证,5个工作日
丙,某局,X-2,身份证,5个工作日
甲,某局,X-1,委托书,5个工作日
"""
"""One further row of each kind that the guide tells of, in its order."""


@pytest.mark.parametrize("language", ["", ".zh-CN"])
def test_the_guide_tells_what_becomes_of_each_further_row(
    instance: Path, tmp_path: Path, language: str
) -> None:
    found = done(file(tmp_path, FURTHER), instance)
    said = [
        next(iter(sorted(codes(found, line) - {"code_absent"})), "") for line in (3, 4, 5, 6, 7, 9)
    ]
    guide = (GUIDES / f"listings{language}.md").read_text("utf-8")
    rows = [line.split("|")[-2].strip() for line in guide.splitlines() if line.startswith("| ")]
    told = [row.strip("`").removeprefix("import.") for row in rows]
    assert told[1:] == said
