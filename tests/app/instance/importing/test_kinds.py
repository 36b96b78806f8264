"""Departments, staff, resources and grants come in by the same reader and with the same findings."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests.builders.definitions import SMALL, instance_in, write
from tests.builders.importing import codes, done, file, run
from tests.builders.tables import xlsx

from tongban.app import setup
from tongban.app.cli import main
from tongban.app.instance.starting import start
from tongban.kernel.identifiers import make_credit_code
from tongban.modules.catalog.definition import ResourceDefinition, ShareType
from tongban.modules.exchange.definition import GrantDefinition
from tongban.modules.exchange.model import Basis
from tongban.modules.government.definition import Contact, DepartmentDefinition
from tongban.modules.identity.definition import AccountDefinition

WATER = make_credit_code("11", "470181", "01701044")
HOUSING = make_credit_code("11", "470181", "01701355")
CATALOGUE = """# file: classification.yaml
- {code: "1", name: 基础信息资源}
- {code: "101", name: 国家人口基础信息}
- {code: "101003", name: 婚姻家庭}
# file: elements.yaml
- {code: person.marital_status, name: 婚姻状况, subject: person}
- {code: person.name, name: 姓名, subject: person}
# file: departments/more.yaml
- {code: civil-affairs, name: 民政局}
"""
RESOURCE = """# file: resources/civil-affairs.yaml
code: 101003/1
name: 婚姻登记信息
provider: civil-affairs
abstract: 在本市办理的结婚、离婚登记
format: {category: database}
items:
  - {name: 婚姻状况, element: person.marital_status}
  - {name: 登记机关}
share: {type: conditional, condition: 办理具体办件时查询本人信息}
"""


@pytest.fixture
def instance(tmp_path: Path) -> Path:
    return write(tmp_path / "instance", SMALL + CATALOGUE)


# Departments --------------------------------------------------------------------------------------


def test_departments_come_with_credit_code_parent_nature_and_contact(
    instance: Path, tmp_path: Path
) -> None:
    text = (
        "某县机构一览,,,,,\n"
        "机构名称,统一社会信用代码,上级部门,机构性质,联系电话,地址\n"
        f"水务局,{WATER},,法定机关,0600-5550110,一路1号\n"
        f"水政监察队,{WATER},水务局,受委托组织,,\n"
        "节水办,1.147E+17,水务局,别的,,\n"
        "财政局,,,,,\n"
        "水务局,,,,,\n"
        "20260101,,,,,\n"
        "河长办,,没有的局,,,\n"
    )
    found = done(file(tmp_path, text), instance, kind="departments")
    assert (found["imported"], found["left_out"]) == (4, 3)
    loaded = instance_in(instance)
    assert loaded.errors == []
    known = {str(one.name): one for one in loaded.every(DepartmentDefinition).values()}
    water = known["水务局"]
    assert (water.credit_code, water.nature) == (WATER, "1")
    assert water.contact == Contact(phone="0600-5550110", address="一路1号")
    assert (known["水政监察队"].parent, known["水政监察队"].nature) == (water.code, "3")
    assert known["水政监察队"].credit_code == ""
    assert codes(found, 4) == {"credit_code_taken"}
    assert codes(found, 5) == {"number_shortened", "value_unfit", "code_computed"}
    assert codes(found, 6) == {"row_defined_elsewhere"}
    assert codes(found, 7) == {"row_repeated"}
    assert codes(found, 8) == {"name_is_reference"}
    assert codes(found, 9) == {"reference_unknown", "code_computed"}


def test_departments_that_are_above_each_other_are_told_the_way_round_by_names(
    instance: Path, tmp_path: Path
) -> None:
    text = "部门名称,上级部门\n甲局,乙局\n乙局,甲局\n丙局,丙局\n丁局,甲局\n戊局,没有的局\n"
    found = done(file(tmp_path, text), instance, kind="departments")
    assert instance_in(instance).errors == []
    told = {one["line"]: (one["code"], one.get("way")) for one in found["findings"]}
    assert told == {
        2: ("import.parent_circle", "甲局 → 乙局 → 甲局"),
        3: ("import.parent_circle", "乙局 → 甲局 → 乙局"),
        4: ("import.parent_circle", "丙局 → 丙局"),
        6: ("import.reference_unknown", None),
    }


def test_a_department_is_not_above_itself_by_way_of_one_of_the_instance(
    instance: Path, tmp_path: Path
) -> None:
    write(instance, "# file: departments/more.yaml\n- {code: civil, name: 民政局, parent: water}\n")
    text = "部门名称,部门代号,上级部门\n水务局,water,民政局\n"
    found = done(file(tmp_path, text), instance, kind="departments")
    assert instance_in(instance).errors == []
    assert [one["way"] for one in found["findings"]] == ["水务局 → 民政局 → 水务局"]


def test_services_find_the_departments_of_a_register(instance: Path, tmp_path: Path) -> None:
    done(
        file(tmp_path, f"部门名称,统一社会信用代码\n水务局,{WATER}\n"), instance, kind="departments"
    )
    found = done(file(tmp_path, f"事项名称,部门,编码\n甲,{WATER},X-1\n乙,水务局,X-2\n"), instance)
    assert (found["imported"], found["departments"]) == (2, {})
    assert instance_in(instance).errors == []


# Resources ----------------------------------------------------------------------------------------


def test_a_catalogue_with_a_row_for_each_item_becomes_resources(
    instance: Path, tmp_path: Path
) -> None:
    head = ["信息资源代码", "信息资源名称", "信息资源提供方", "信息资源摘要", "信息资源格式",
            "共享类型", "共享条件", "共享方式", "更新周期", "发布日期", "信息项名称", "数据类型",
            "数据长度", "数据元"]  # fmt: skip
    first = ["101003/1", "婚姻登记信息", "民政局", "登记情况", "数据库", "有条件共享", "办件",
             "接口；库表", "每月", "2026/3/1", "婚姻状况", "字符型", 10, "婚姻状况"]  # fmt: skip
    second = [""] * 10 + ["登记日期", "日期型", "", "没有的"]
    third = ["101003/2", "收养登记信息", "没有的局", "登记情况", "数据库", "无条件", "", "", "", "", "收养人",
             "字符型", "", ""]  # fmt: skip
    book = xlsx(tmp_path / "a.xlsx", [head, first, second, third],
                merged=[(1, place, 2, place) for place in range(10)])  # fmt: skip
    found = done(book, instance, kind="resources")
    assert (found["imported"], found["merged"], found["left_out"]) == (1, 1, 1)
    assert (codes(found, 3), codes(found, 4)) == ({"reference_unknown"}, {"department_unknown"})
    loaded = instance_in(instance)
    assert loaded.errors == []
    resource = loaded.every(ResourceDefinition)["101003/1"]
    assert (resource.provider, resource.update_cycle) == ("civil-affairs", "monthly")
    assert (resource.share.type, resource.share.method) == (ShareType.CONDITIONAL, ("api", "table"))
    assert str(resource.publish_date) == "2026-03-01"
    items = [(one.name, one.data_type, one.length, one.element) for one in resource.items]
    assert items == [
        ("婚姻状况", "C", 10, "person.marital_status"), ("登记日期", "D", None, ""),
    ]  # fmt: skip


def test_a_column_of_codes_that_are_no_credit_codes_says_how_to_take_them(
    instance: Path, tmp_path: Path
) -> None:
    found = done(file(tmp_path, "机构名称,部门编码\n水务局,SW-1\n"), instance, kind="departments")
    (said,) = [one for one in found["findings"] if one["code"] == "import.code_perhaps_own"]
    assert (said["column"], said["value"]) == ("部门编码", "SW-1")


def test_a_role_that_is_written_twice_is_given_once(instance: Path, tmp_path: Path) -> None:
    row = "赵磊,zhao.lei,财政局,clerk；clerk\n"
    done(file(tmp_path, "name,login,department,roles\n" + row), instance, kind="staff")
    (account,) = instance_in(instance).every(AccountDefinition).values()
    assert len(account.roles) == 1


@pytest.mark.parametrize(
    ("kind", "head", "row", "why"),
    [
        ("resources", "资源代码,资源名称,提供方,摘要,资源格式,共享类型,信息项",
         "101,甲,民政局,摘要,数据库,无条件,a", "例如 101003/1"),
        ("resources", "资源代码,资源名称,提供方,摘要,资源格式,共享类型,共享方式,信息项",
         "101003/9,甲,民政局,摘要,数据库,无条件,刻光盘,a", "共享的就比清单上写的多"),
        ("grants", "code,resource,department,items,purpose,basis,starts,ends",
         "G-1,101003/1,finance,登记机关,核对,《某法》,2027-01-01,2026-12-31", "早于开始日期 2027-01-01"),
        ("grants", "code,resource,department,items,purpose,basis,starts,ends,rests_on",
         "G-1,101003/1,finance,登记机关,核对,《某法》,2026-01-01,2027-12-31,口头", "授权可能比清单上写的宽"),
        ("staff", "login,name,department,roles", "赵磊,赵磊,财政局,clerk", "登录名由字母、数字"),
    ],
)  # fmt: skip
def test_a_row_that_is_left_out_for_a_value_says_what_is_wrong_with_it(
    instance: Path, tmp_path: Path, kind: str, head: str, row: str, why: str
) -> None:
    write(instance, RESOURCE)
    found = done(file(tmp_path, f"{head}\n{row}\n"), instance, kind=kind)
    (said,) = [one for one in found["findings"] if one["code"] == "import.row_unfit"]
    assert why in said["why"]


def test_a_telephone_in_a_cell_of_numbers_is_read_without_its_fraction_and_told(
    instance: Path, tmp_path: Path
) -> None:
    text = "机构名称,联系电话\n水务局,5550102.0\n住房局,0600-5550103\n"
    found = done(file(tmp_path, text), instance, kind="departments")
    known = {
        str(one.name): one for one in instance_in(instance).every(DepartmentDefinition).values()
    }
    phones = [known[name].contact.phone for name in ("水务局", "住房局")]
    assert phones == ["5550102", "0600-5550103"]
    assert (codes(found, 2), codes(found, 3)) == ({"phone_was_number", "code_made"}, set())


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (",甲,民政局,摘要,数据库,无条件,a", "row_without_code"),
        ("101,甲,民政局,摘要,数据库,无条件,a", "row_unfit"),
        ("1.01E+15,甲,民政局,摘要,数据库,无条件,a", "code_shortened"),
        ("101003/9,甲,民政局,,数据库,无条件,a", "row_lacks"),
        ("101003/9,甲,民政局,摘要,数据库,随便,a", "row_lacks"),
        ("101003/9,20260101,民政局,摘要,数据库,无条件,a", "name_is_reference"),
    ],
)
def test_a_resource_that_says_too_little_is_left_out(
    instance: Path, tmp_path: Path, row: str, code: str
) -> None:
    head = "资源代码,资源名称,提供方,摘要,资源格式,共享类型,信息项\n"
    found = done(file(tmp_path, head + row + "\n"), instance, kind="resources")
    assert found["imported"] == 0
    assert code in codes(found, 2)


# Grants -------------------------------------------------------------------------------------------

GRANTS = "授权编号,信息资源名称,使用部门,授权信息项,使用目的,授权依据,依据类型,开始日期,结束日期,交换方式\n"


def test_grants_name_resources_departments_and_items_as_people_do(
    instance: Path, tmp_path: Path
) -> None:
    write(instance, RESOURCE)
    rows = (
        "G-1,婚姻登记信息,财政局,婚姻状况、登记机关,核对婚姻状况,《某法》第一条,法定,2026-01-01,2027年12月31日,接口\n"
        "G-2,婚姻登记信息,财政局,血型,核对,《某法》第一条,,2026-01-01,2027-12-31,\n"
        "G-3,没有的,财政局,婚姻状况,核对,《某法》第一条,,2026-01-01,2027-12-31,\n"
        "G-4,101003/1,没有的局,婚姻状况,核对,《某法》第一条,,2026-01-01,2027-12-31,\n"
        "G-5,101003/1,财政局,婚姻状况,核对,《某法》第一条,,2026-02-30,2027-12-31,\n"
    )
    found = done(file(tmp_path, GRANTS + rows), instance, kind="grants")
    assert (found["imported"], found["left_out"]) == (1, 4)
    assert (codes(found, 3), codes(found, 4)) == ({"value_unknown"}, {"value_unknown"})
    assert (codes(found, 5), codes(found, 6)) == (
        {"department_unknown"},
        {"value_unfit", "row_lacks"},
    )
    loaded = instance_in(instance)
    assert loaded.errors == []
    grant = loaded.every(GrantDefinition)["G-1"]
    assert (grant.resource, grant.department) == ("101003/1", "finance")
    assert grant.items == ("person.marital_status", "登记机关")
    assert (grant.rests_on, str(grant.ends), grant.delivery) == (Basis.LAW, "2027-12-31", "api")


def test_a_grant_of_which_nothing_says_what_it_rests_on_needs_consent(
    instance: Path, tmp_path: Path
) -> None:
    write(instance, RESOURCE)
    row = "G-1,婚姻登记信息,财政局,婚姻状况,核对,《某法》,,2026-01-01,2027-12-31,\n"
    done(file(tmp_path, GRANTS + row), instance, kind="grants")
    assert instance_in(instance).every(GrantDefinition)["G-1"].rests_on is Basis.CONSENT


@pytest.mark.parametrize(
    ("key", "said", "code"),
    [
        ("delivery", "前置机推送", "value_unfit"),
        ("masked", "1.1E+10", "number_shortened"),
        ("services", "1.1E+10", "number_shortened"),
        ("rests_on", "口头", "value_unfit"),
    ],
)
def test_a_grant_with_a_cell_that_cannot_be_read_grants_nothing(
    instance: Path, tmp_path: Path, key: str, said: str, code: str
) -> None:
    write(instance, RESOURCE)
    head = f"code,resource,department,items,purpose,basis,starts,ends,{key}\n"
    row = f"G-1,101003/1,finance,登记机关,核对,《某法》,2026-01-01,2027-12-31,{said}\n"
    found = done(file(tmp_path, head + row), instance, kind="grants")
    assert (found["imported"], codes(found, 2)) == (0, {code, "row_unfit"} - {"value_unfit"})
    (ended,) = [one for one in found["findings"] if one["code"] == "import.row_unfit"]
    assert (ended["key"], ended["problem"]) == (key, said)


TWINS = """# file: resources/twins.yaml
- code: 101003/21
  name: 登记.甲
  provider: civil-affairs
  abstract: 甲
  format: {category: database}
  items: [{name: 配偶, element: person.name}, {name: 姓名}]
  share: {type: unconditional}
- code: 1010032/1
  name: 登记甲
  provider: civil-affairs
  abstract: 乙
  format: {category: database}
  items: [{name: 配偶}]
  share: {type: unconditional}
# file: departments/towns.yaml
- {code: east-office, name: 党政办公室}
- {code: west-office, name: 党政 办公室}
"""
TWIN_HEAD = "code,resource,department,items,purpose,basis,starts,ends\n"


def twin(resource: str, department: str = "finance", item: str = "配偶") -> str:
    return f"{TWIN_HEAD}G-1,{resource},{department},{item},核对,《某法》,2026-01-01,2027-12-31\n"


@pytest.mark.parametrize(
    ("said", "resource"),
    [("101003/21", "101003/21"), ("1010032/1", "1010032/1"), ("登记.甲", "101003/21")],
)
def test_a_code_with_its_signs_elsewhere_is_another_code(
    instance: Path, tmp_path: Path, said: str, resource: str
) -> None:
    write(instance, TWINS)
    done(file(tmp_path, twin(said)), instance, kind="grants")
    assert instance_in(instance).every(GrantDefinition)["G-1"].resource == resource


@pytest.mark.parametrize(
    ("row", "key", "keys"),
    [
        (twin("登记 甲"), "resource", ["101003/21", "1010032/1"]),
        (twin("101003/21", "党政-办公室"), "department", ["east-office", "west-office"]),
    ],
)
def test_a_name_that_may_mean_several_ends_its_row(
    instance: Path, tmp_path: Path, row: str, key: str, keys: list[str]
) -> None:
    write(instance, TWINS)
    found = done(file(tmp_path, row), instance, kind="grants")
    assert (found["imported"], codes(found, 2)) == (0, {"name_ambiguous"})
    (ended,) = found["findings"]
    assert (ended["key"], sorted(ended["keys"])) == (key, sorted(keys))


def test_an_item_is_found_by_its_own_name_before_that_of_an_element(
    instance: Path, tmp_path: Path
) -> None:
    write(instance, TWINS)
    done(file(tmp_path, twin("101003/21", item="姓名")), instance, kind="grants")
    assert instance_in(instance).every(GrantDefinition)["G-1"].items == ("姓名",)


def test_a_service_of_a_department_whose_name_several_have_is_left_out(
    instance: Path, tmp_path: Path
) -> None:
    write(instance, TWINS)
    found = done(file(tmp_path, "事项名称,部门,编码\n甲,党政-办公室,X-1\n"), instance)
    assert (found["imported"], codes(found, 2)) == (0, {"name_ambiguous"})
    assert found["departments"] == {}


def test_a_grant_whose_code_is_none_is_told_so(instance: Path, tmp_path: Path) -> None:
    write(instance, RESOURCE)
    row = "甲字第1号,101003/1,财政局,登记机关,核对,《某法》,,2026-01-01,2027-12-31,\n"
    found = done(file(tmp_path, GRANTS + row), instance, kind="grants")
    assert (found["imported"], codes(found, 2)) == (1, {"value_unfit"})


def test_a_resource_is_not_shared_in_more_ways_than_its_row_says(
    instance: Path, tmp_path: Path
) -> None:
    text = (
        "资源代码,资源名称,提供方,摘要,资源格式,共享类型,共享方式,信息项\n"
        "101003/9,甲,民政局,摘要,数据库,无条件,刻光盘,a\n"
    )
    found = done(file(tmp_path, text), instance, kind="resources")
    assert (found["imported"], codes(found, 2)) == (0, {"row_unfit"})


def test_a_department_whose_own_code_is_none_is_told_so(instance: Path, tmp_path: Path) -> None:
    found = done(
        file(tmp_path, "部门名称,部门编码\n水务局,水-1\n"), instance, "--map", "code=部门编码",
        kind="departments",
    )  # fmt: skip
    assert (found["imported"], codes(found, 2)) == (1, {"value_unfit"})


# Staff --------------------------------------------------------------------------------------------

STAFF = "姓名,登录名,所属部门,角色,电子邮箱\n"


def test_staff_of_a_demonstration_are_accounts_in_its_folder(
    instance: Path, tmp_path: Path
) -> None:
    rows = (
        "赵磊,Zhao.Lei,财政局,窗口人员,zhao@example.internal\n"
        "钱一,qian,没有的局,窗口人员,\n"
        "孙二,sun,财政局,没有的角色,\n"
        "李三,1.2E+17,财政局,窗口人员,\n"
        ",wu,财政局,窗口人员,\n"
    )
    found = done(file(tmp_path, STAFF + rows), instance, kind="staff")
    assert (found["imported"], found["left_out"]) == (1, 4)
    assert codes(found, 2) == {"key_not_kept"}
    assert [codes(found, line) for line in (3, 4, 5, 6)] == [
        {"department_unknown"}, {"value_unknown"}, {"code_shortened"}, {"row_lacks"},
    ]  # fmt: skip
    loaded = instance_in(instance)
    assert loaded.errors == []
    account = loaded.every(AccountDefinition)["zhao.lei"]
    assert (account.name, account.roles, account.department) == ("赵磊", ("clerk",), "finance")


def test_a_mail_address_in_two_words_is_none(instance: Path, tmp_path: Path) -> None:
    rows = (
        "赵磊,zhao,财政局,窗口人员,Zhao Lei@example.internal\n"
        "钱一,qian,财政局,窗口人员,\u3000qian_yi＠example.internal \n"
    )
    found = done(file(tmp_path, STAFF + rows), instance, kind="staff")
    assert [codes(found, line) for line in (2, 3)] == [{"value_unfit"}, {"key_not_kept"}]


def test_what_is_said_of_staff_holds_nothing_personal(instance: Path, tmp_path: Path) -> None:
    path = file(tmp_path, STAFF + "赵磊磊,zhao.lei,财政局,窗口人员,zhao.lei@example\n")
    said = run(path, instance, "--dry-run", kind="staff").output
    said += run(path, instance, "--dry-run", "--json", "--all", kind="staff").output
    assert "赵磊磊" not in said
    assert "zhao.lei@" not in said


def tongban(*words: str) -> Result:
    return CliRunner().invoke(main, list(words), env={"TONGBAN_LANGUAGE": "en"})


@pytest.fixture
def running(tmp_path: Path) -> Path:
    folder = tmp_path / "running"
    start(folder, name="云溪县", division="470182", origin="yunxi.internal/ledger")
    setup.ready(folder, None, "http://127.0.0.1:8000").db.close()
    return folder


def test_staff_are_let_into_a_running_government_and_changed_when_they_come_again(
    running: Path, tmp_path: Path
) -> None:
    loaded = instance_in(running)
    department, role = next(iter(loaded.every(DepartmentDefinition))), "handler"
    row = f"赵磊,zhao.lei,{department},{role},zhao@example.internal\n"
    path = file(tmp_path, STAFF + row + f"钱一,q,{department},{role},\n")
    tried = done(path, running, "--dry-run", kind="staff")
    assert (tried["imported"], tried["links"], tried["changes"]["added"]) == (1, {}, 1)
    found = done(path, running, kind="staff")
    assert list(found["links"]) == ["zhao.lei"]
    assert "/reset-password?link=" in found["links"]["zhao.lei"]
    (left_out,) = [one for one in found["findings"] if one["line"] == 3]
    assert (left_out["code"], left_out["problem"]) == ("import.row_unfit", "…")
    assert len(left_out["why"]) > 10, "it says what is wrong with the login"
    again = done(path, running, kind="staff")
    assert (again["links"], again["changes"]["same"]) == ({}, 1)
    changed = done(file(tmp_path, STAFF + row.replace("赵磊", "赵雷")), running, kind="staff")
    assert changed["changes"]["changed"] == ["zhao.lei"]
    listed = tongban("account", "list", "--data", str(running / ".data")).output
    assert "zhao.lei" in listed
    assert not (running / "accounts").exists()


def test_staff_of_a_government_that_does_not_run_yet_are_not_let_in(tmp_path: Path) -> None:
    folder = tmp_path / "instance"
    start(folder, name="云溪县", division="470182", origin="yunxi.internal/ledger")
    assert run(file(tmp_path, STAFF + "赵磊,zhao,甲,乙,\n"), folder, kind="staff").exit_code == 3
