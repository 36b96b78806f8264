"""A code means one thing for good: it is not another row's because the first one was left out."""

from pathlib import Path

import pytest
from tests.builders.definitions import SMALL, instance_in, write
from tests.builders.importing import CATALOGUED, codes, done, file

from tongban.modules.catalog.definition import ResourceDefinition
from tongban.modules.exchange.definition import GrantDefinition
from tongban.modules.government.definition import DepartmentDefinition
from tongban.modules.identity.definition import AccountDefinition
from tongban.modules.services.model import Service

GRANTS = "code,resource,department,items,purpose,basis,starts,ends\n"


@pytest.fixture
def instance(tmp_path: Path) -> Path:
    return write(tmp_path / "instance", SMALL + CATALOGUED)


@pytest.mark.parametrize(
    ("first", "taken"),
    [
        ("G-1,没有的资源,finance,姓名,核对,《某法》,2026-01-01,2027-12-31\n", False),
        ("G-1,101003/9,没有的局,姓名,核对,《某法》,2026-01-01,2027-12-31\n", False),
        ("G-1,101003/9,finance,姓名,核对,《某法》,2026-01-01,2027-02-30\n", False),
        ("G-1,101003/9,finance,血型,核对,《某法》,2026-01-01,2027-12-31\n", True),
        ("G-1,101003/9,finance,姓名,,《某法》,2026-01-01,2027-12-31\n", True),
    ],
)
def test_the_code_of_a_grant_that_is_left_out_is_taken_by_no_other_grant(
    instance: Path, tmp_path: Path, first: str, taken: bool
) -> None:
    second = "G-1,101003/9,finance,日期,核对,《某法》,2026-01-01,2027-12-31\n"
    found = done(file(tmp_path, GRANTS + first + second), instance, kind="grants")
    assert set(instance_in(instance).every(GrantDefinition)) == ({"G-1"} if taken else set())
    assert ("row_contradicts" in codes(found, 3)) is not taken


def test_nobody_gets_the_account_of_a_person_who_is_left_out(
    instance: Path, tmp_path: Path
) -> None:
    text = "登录名,姓名,部门,角色\nw1,张三,民政局,没有的角色\nw1,李四,民政局,窗口人员\n"
    found = done(file(tmp_path, text), instance, kind="staff")
    assert not instance_in(instance).every(AccountDefinition)
    assert codes(found, 3) == {"row_contradicts"}


def test_the_code_of_a_resource_that_is_left_out_is_taken_by_no_other(
    instance: Path, tmp_path: Path
) -> None:
    head = "信息资源代码,信息资源名称,信息资源提供方,信息资源摘要,信息资源格式,共享类型,共享条件\n"
    rows = "101003/1,甲,没有的局,甲,数据库,有条件共享,办件\n101003/1,乙,民政局,乙,数据库,有条件共享,办件\n"
    found = done(file(tmp_path, head + rows), instance, kind="resources")
    assert set(instance_in(instance).every(ResourceDefinition)) == {"101003/9"}
    assert "row_contradicts" in codes(found, 3)


def test_the_code_of_a_service_that_is_left_out_is_taken_by_no_other(
    instance: Path, tmp_path: Path
) -> None:
    head = "事项名称,部门,编码\n"
    found = done(
        file(tmp_path, f"{head}甲,,X-1\n乙,财政局,X-1\n丙,,X-2\n丙,财政局,X-2\n"), instance
    )
    assert set(instance_in(instance).every(Service)) == {"X-2"}
    assert "row_contradicts" in codes(found, 3)


def test_two_grants_whose_codes_cannot_be_used_stay_two(instance: Path, tmp_path: Path) -> None:
    rows = (
        "授权 1,101003/9,finance,姓名,核对,《某法》,2026-01-01,2027-12-31\n"
        "授权 2,101003/9,finance,日期,核对,《某法》,2026-01-01,2027-12-31\n"
    )
    assert done(file(tmp_path, GRANTS + rows), instance, kind="grants")["imported"] == 2


def test_the_code_of_a_paper_stays_when_another_comes_before_it(
    instance: Path, tmp_path: Path
) -> None:
    head = "事项名称,部门,编码,申请材料\n"
    done(file(tmp_path, f"{head}甲,财政局,X-1,身份证\n"), instance)
    before = {
        str(one.name): one.code for one in instance_in(instance).every(Service)["X-1"].materials
    }
    text = f"{head}甲,财政局,X-1,1.申请表；2.身份证\n甲,财政局,X-1,照片\n"
    done(file(tmp_path, text), instance, "--replace")
    after = {
        str(one.name): one.code for one in instance_in(instance).every(Service)["X-1"].materials
    }
    assert after["身份证"] == before["身份证"]
    assert (len(after), len(set(after.values()))) == (3, 3)
    assert instance_in(instance).errors == []


def test_the_code_made_for_a_service_stays_when_another_of_its_name_joins(
    instance: Path, tmp_path: Path
) -> None:
    head = "事项名称,部门,办理项\n"
    done(file(tmp_path, f"{head}甲,财政局,新办\n"), instance)
    (before,) = instance_in(instance).every(Service)
    done(file(tmp_path, f"{head}甲,财政局,新办\n甲,财政局,变更\n"), instance, "--replace")
    assert before in instance_in(instance).every(Service)


def test_a_department_whose_code_another_has_is_told_which_it_got(
    instance: Path, tmp_path: Path
) -> None:
    text = "部门名称,部门代号\n水务局,water\n教育局,water\n"
    found = done(file(tmp_path, text), instance, kind="departments")
    (said,) = [one for one in found["findings"] if one["code"] == "import.code_taken"]
    assert (said["line"], said["found"], said["other"]) == (3, "water", 2)
    assert said["code"] == "import.code_taken"
    assert len(instance_in(instance).every(DepartmentDefinition)) == 4


def test_a_shortened_code_does_not_change_that_of_the_same_department_below(
    instance: Path, tmp_path: Path
) -> None:
    text = "部门名称,部门代号\n水务局,1.147E+30\n水务局,water\n"
    done(file(tmp_path, text), instance, kind="departments")
    assert "water" in instance_in(instance).every(DepartmentDefinition)
