"""A map fills every key of a service, says what every row says, and can be saved and used again."""

from pathlib import Path

import pytest
from tests.builders.definitions import SMALL, instance_in, write
from tests.builders.importing import codes, done, file, run

from tongban.app.instance.importing.maps import as_yaml, merged_map, read_map
from tongban.app.instance.importing.pipeline import Request, import_listing
from tongban.app.instance.importing.targets import targets
from tongban.kernel.errors import Refusal
from tongban.kit.definitions.types import Kind, shape_type
from tongban.modules.government.definition import DepartmentDefinition
from tongban.modules.services.model import Basis, Limited, Service, Window

SERVICES = targets()["services"]


MAP = """
name: {columns: [大项, 小项], join: "{0}—{1}"}
department: {value: 水务局}
local_code: {column: 号}
type: {column: 种, codes: {许: "01", 确: "07"}}
level: {value: 县级}
audience: {column: 谁, split: /}
kind: {column: 快慢}
channels: {column: 怎么办, split: "+"}
basis: {column: 凭, split: "\\\\n"}
statutory_limit: {column: 法限, unit: working_day}
promised_limit: {column: 诺限, unit: day}
visits: 跑
fee: {value: 不收费}
materials: {column: 带, split: "、"}
window.address: 哪里
window.phone: 电话
summary: {column: 讲}
name.en: 英
theme: {value: 水}
most_open: {value: "2"}
"""
HEAD = "大项,小项,号,种,谁,快慢,怎么办,凭,法限,诺限,跑,带,哪里,电话,讲\n"
ROW = (
    "取水,首次,A1,许,自然人/企业法人,承诺件,窗口办理+网上办理,《甲法》第一条,20,9,0,表、照,一楼,12345,"
    "说明\n"
)


def test_a_map_covers_limits_basis_people_channels_visits_fee_papers_level_and_contact(
    instance: Path, tmp_path: Path
) -> None:
    columns = file(tmp_path, MAP.replace("name.en: 英\n", ""), "map.yaml")
    found = done(file(tmp_path, HEAD + ROW), instance, "--map", str(columns))
    assert (found["imported"], codes(found)) == (1, {"code_absent"})
    loaded = instance_in(instance)
    assert loaded.errors == []
    service = loaded.every(Service)["A1"]
    assert (service.name, service.type, service.level) == ("取水—首次", "01", "4")
    assert (service.audience, service.channels, service.kind) == (("1", "2"), ("1", "2"), "2")
    assert service.basis == (Basis(title="甲法", article="第一条"),)
    assert (service.statutory_limit, service.promised_limit) == (
        Limited(days=20), Limited(days=9, unit="day"),
    )  # fmt: skip
    assert (service.visits, service.fee, service.theme, service.most_open) == (0, "不收费", "水", 2)
    assert [one.name for one in service.materials] == ["表", "照"]
    assert service.window == Window(address="一楼", phone="12345")
    assert service.summary == "说明"


def test_every_key_of_a_service_can_be_mapped() -> None:
    for name in shape_type(Service).fields:
        assert SERVICES.key(name) is not None, name
    nested = [
        f"{name}.{inner}"
        for name, one in shape_type(Service).fields.items()
        if one.type.kind is Kind.SHAPE
        for inner in one.type.fields
    ]
    assert "window.hours" in nested
    assert all(SERVICES.key(name) is not None for name in nested)


def test_what_a_table_cannot_say_is_said_in_json(instance: Path, tmp_path: Path) -> None:
    situation = (
        '[{""code"":""who"",""question"":""谁办"",""options"":[{""code"":""a"",""name"":""甲""}]}]'
    )
    text = f'事项名称,部门,编码,问\n甲,水务局,X-1,"{situation}"\n乙,水务局,X-2,"[{{""kode"":1}}]"\n'
    found = done(file(tmp_path, text), instance, "--map", "situations=问")
    services = instance_in(instance).every(Service)
    assert services["X-1"].situations[0].code == "who"
    assert (services["X-2"].situations, codes(found, 3) >= {"value_unfit"}) == ((), True)


def test_a_constant_and_a_column_can_be_named_at_the_terminal(
    instance: Path, tmp_path: Path
) -> None:
    path = file(tmp_path, "事项,号\n甲,X-1\n")
    assert run(path, instance).exit_code == 2
    done(path, instance, "--set", "department=水务局", "--map", "local_code=号")
    assert instance_in(instance).every(Service)["X-1"].name == "甲"


def test_an_empty_cell_says_what_stands_above_only_where_that_is_declared(
    instance: Path, tmp_path: Path
) -> None:
    path = file(tmp_path, "部门,事项名称,编码\n水务局,甲,X-1\n,乙,X-2\n")
    found = done(path, instance, "--dry-run")
    assert codes(found, 3) == {"row_without_department"}
    found = done(path, instance, "--fill", "department")
    assert found["imported"] == 2
    assert len({one.department for one in instance_in(instance).every(Service).values()}) == 1


def test_a_saved_map_reads_the_listing_as_before(instance: Path, tmp_path: Path) -> None:
    path, saved = file(tmp_path, HEAD + ROW), tmp_path / "saved.yaml"
    columns = file(tmp_path, MAP.replace("name.en: 英\n", ""), "map.yaml")
    first = done(path, instance, "--map", str(columns), "--save-map", str(saved), "--dry-run")
    again = done(path, instance, "--map", str(saved), "--dry-run")
    assert (first["ends"], first["findings"]) == (again["ends"], again["findings"])
    assert read_map(saved, SERVICES) == read_map(columns, SERVICES)
    assert as_yaml(read_map(saved, SERVICES)) == saved.read_text("utf-8")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("nmae: 大项\n", "name"),
        ("window.phnoe: 电话\n", "window.phone"),
        ("name: {columns: [大项], jion: x}\n", "join"),
        ("promised_limit: {column: 诺限, unit: week}\n", "working_day"),
        ('name: {columns: [大项], join: "{1}"}\n', "join"),
        ("name: {split: x}\n", "column"),
        ("name: 大象\n", "大项"),
    ],
)
def test_what_a_map_cannot_mean_is_refused_with_what_was_meant(
    instance: Path, tmp_path: Path, text: str, said: str
) -> None:
    columns = file(tmp_path, text, "map.yaml")
    result = run(file(tmp_path, HEAD + ROW), instance, "--map", str(columns))
    assert result.exit_code == 2
    assert said in result.output


@pytest.mark.parametrize(
    "option", [("--map", "nmae=大项"), ("--set", "department"), ("--fill", "x")]
)
def test_an_option_that_names_no_key_is_refused(
    instance: Path, tmp_path: Path, option: tuple[str, str]
) -> None:
    assert run(file(tmp_path, HEAD + ROW), instance, *option).exit_code == 2


def test_options_add_to_a_map_file(tmp_path: Path) -> None:
    columns = file(tmp_path, "name: 大项\ndepartment: 号\n", "map.yaml")
    found = merged_map(SERVICES, [str(columns), "type=种"], ["department=水务局"], ["name"])
    assert found["name"].fill
    assert found["name"].columns == ("大项",)
    assert found["department"].value == "水务局"
    assert found["type"].columns == ("种",)


def test_a_dry_run_shows_what_each_column_was_taken_for_and_writes_nothing(
    instance: Path, tmp_path: Path
) -> None:
    before = sorted(instance.rglob("*"))
    text = (
        "事项名称,实施主体（全称）,实施编码,事项种类型,链接地址,备用\n"
        "甲,水务局,X-1,行政许可,https://x.example/1,13912345678\n"
    )
    path = file(tmp_path, text)
    found = done(path, instance, "--dry-run")
    shown = {one["name"]: (one["key"], one["confidence"], one["taken"]) for one in found["columns"]}
    assert shown["事项名称"] == ("name", "exact", True)
    assert shown["实施主体（全称）"] == ("department", "normalised", True)
    assert shown["事项种类型"] == ("type", "near", False)
    assert shown["链接地址"] == ("guide_url", "content", False)
    assert "13912345678" not in run(path, instance, "--dry-run").output
    assert found["ends"] == [{"line": 2, "ending": "imported", "key": "X-1", "name": "甲"}]
    words = run(path, instance, "--dry-run", "--language", "zh").output
    assert "--map type=事项种类型" in words
    assert "没有写入任何定义" in words
    assert sorted(instance.rglob("*")) == before


ROWS = {
    "services": ("name,department,local_code", "甲{n},民政局,A{n}"),
    "departments": ("name", "甲{n}局"),
    "resources": (
        "code,name,provider,abstract,format.category,share.type,share.condition",
        "101003/{n},甲{n},民政局,乙,数据库,有条件共享,办件",
    ),
    "grants": (
        "code,resource,department,items,purpose,basis,starts,ends",
        "G-{n},登记信息,民政局,登记机关,核对,《某法》,2026-01-01,2027-12-31",
    ),
}
"""The head of a listing and a row of it, to which a column is added."""
KNOWN = """# file: classification.yaml
- {code: "1", name: 基础信息资源}
- {code: "101", name: 国家人口基础信息}
- {code: "101003", name: 婚姻家庭}
# file: departments/more.yaml
- {code: civil-affairs, name: 民政局}
# file: resources/civil-affairs.yaml
code: 101003/1
name: 登记信息
provider: civil-affairs
abstract: 登记
format: {category: database}
items:
  - {name: 登记机关}
share: {type: conditional, condition: 办理}
"""
ODD = ("20", "x", "open", "是", "https://a.example/b", "甲\n乙", "-1", "1999-01-01", "[]", "*", "0")
KEYS = [(kind, key) for kind in ROWS for key in [*targets()[kind].all_names(), "name.en"]]


def _listing(folder: Path, kind: str, odd: tuple[str, ...]) -> Path:
    """Write a listing whose last column holds one odd value after another."""
    head, row = ROWS[kind]
    rows = (f'{row.format(n=number)},"{one}"' for number, one in enumerate(odd, 10))
    return file(folder, "\n".join([f"{head},天", *rows]) + "\n", f"{len(odd)}.csv")


def _import_odd(tmp_path: Path, kind: str, key: str, constants: tuple[str, ...]) -> None:
    """Import odd values at a key, from a column and as constants, and check what was written."""
    target = targets()[kind]
    if target.key(key) is None:
        return
    into = write(tmp_path / "instance", SMALL + KNOWN)
    in_file = str(file(tmp_path, f"{key}: 天\n", "map.yaml"))
    for listing, columns, values in (
        (_listing(tmp_path, kind, ODD), [in_file], []),
        (_listing(tmp_path, kind, ("20",)), [f"{key}=天"], []),
        *((_listing(tmp_path, kind, ("20",)), [], [f"{key}={one}"]) for one in constants),
    ):
        said = merged_map(target, columns, values, [])
        request = Request(kind, listing, into, said, replace=True, discard_gone=True)
        assert import_listing(request).rows == (len(ODD) if columns == [in_file] else 1)
        assert instance_in(into).errors == [], (columns, values)


@pytest.mark.parametrize(("kind", "key"), KEYS)
def test_any_key_ends_in_definitions_that_pass_the_check_or_in_a_sentence(
    tmp_path: Path, kind: str, key: str
) -> None:
    _import_odd(tmp_path, kind, key, ODD[:1] + ODD[5:6])


@pytest.mark.drill
@pytest.mark.parametrize(("kind", "key"), KEYS)
def test_any_constant_at_any_key_ends_in_definitions_that_pass_the_check_or_in_a_sentence(
    tmp_path: Path, kind: str, key: str
) -> None:
    _import_odd(tmp_path, kind, key, ODD)


def test_a_map_that_names_the_days_of_a_limit_is_no_fault_of_the_program(
    instance: Path, tmp_path: Path
) -> None:
    listing = file(tmp_path, "事项名称,部门,编码,天\n甲,水务局,A1,20\n")
    assert run(listing, instance, "--map", "statutory_limit.days=天").exit_code == 0


def test_a_column_of_days_is_a_limit_whose_unit_must_be_said(
    instance: Path, tmp_path: Path
) -> None:
    listing = file(tmp_path, "事项名称,部门,编码,天\n甲,水务局,A1,20\n")
    found = done(listing, instance, "--map", "promised_limit.days=天")
    assert "limit_unit_unknown" in codes(found, 2)
    unit = "promised_limit.unit=working_day"
    done(listing, instance, "--map", "promised_limit.days=天", "--set", unit, "--replace")
    assert instance_in(instance).every(Service)["A1"].promised_limit == Limited(days=20)


@pytest.mark.parametrize(
    "join", ["{0:>1000000000}", "{0!r}", "{0}{0}", "{0.a}", "{0[1]}", "{2}", "{", "{a}", "x" * 201]
)
def test_a_template_holds_its_columns_once_each_and_nothing_else(tmp_path: Path, join: str) -> None:
    text = f"name: {{columns: [甲, 乙], join: '{join}'}}\n"
    with pytest.raises(Refusal, match="map_unreadable"):
        read_map(file(tmp_path, text, "map.yaml"), SERVICES)


def test_parts_of_a_code_that_are_equal_stay_two_and_of_a_name_are_one(
    instance: Path, tmp_path: Path
) -> None:
    rows = "事项名称,部门,大,小,注\n甲,水务局,1,1,甲\n乙,水务局,1,,丙\n"
    text = (
        "local_code: {columns: [大, 小], join: '{0}-{1}'}\n"
        "name: {columns: [事项名称, 注], join: '{0}（{1}）'}\n"
    )
    done(file(tmp_path, rows), instance, "--map", str(file(tmp_path, text, "map.yaml")))
    found = instance_in(instance).every(Service)
    assert {key: str(one.name) for key, one in found.items()} == {"1-1": "甲", "1": "乙（丙）"}


def test_what_cells_stand_for_is_said_once_for_every_key_and_every_part(
    instance: Path, tmp_path: Path
) -> None:
    rows = "事项名称,部门,编码,谁\nN1,D1,C1,P/Q\n"
    text = (
        "name: {column: 事项名称, codes: {N1: 取水许可}}\n"
        "department: {column: 部门, codes: {D1: 水务局}}\n"
        "local_code: {column: 编码, codes: {C1: A-1}}\n"
        "audience: {column: 谁, split: /, codes: {P: '1', Q: '2'}}\n"
    )
    done(file(tmp_path, rows), instance, "--map", str(file(tmp_path, text, "map.yaml")))
    loaded = instance_in(instance)
    service = loaded.every(Service)["A-1"]
    assert (service.name, service.audience) == ("取水许可", ("1", "2"))
    department = loaded.every(DepartmentDefinition)[service.department]
    assert department.name == "水务局"
