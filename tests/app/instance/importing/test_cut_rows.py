"""A row that ends too early is told at its line; one value of a row has one sentence that is true."""

from pathlib import Path

import pytest
from tests.builders.definitions import SMALL, write
from tests.builders.importing import CATALOGUED, codes, done, lined

LISTINGS = {
    "service-items": ("事项名称,实施主体", ["甲,财政局", "乙,财政局", "丙,财政局"]),
    "departments": ("部门名称,部门代号", ["甲局,a", "乙局,b", "丙局,c"]),
    "staff": (
        "姓名,登录名,所属部门,角色",
        [f"张三,zs{n},财政局,窗口人员" for n in range(3)],
    ),
    "resources": (
        "信息资源代码,信息资源名称,信息资源提供方,信息资源摘要,信息资源格式,共享类型",
        [f"101003/{n},信息{n},民政局,摘要,数据库,无条件共享" for n in range(20, 23)],
    ),
    "grants": (
        "授权编号,信息资源代码,使用部门,信息项,使用目的,授权依据,开始日期,结束日期",
        [f"G-{n},101003/9,财政局,姓名,核对,某法,2026-01-01,2027-01-01" for n in range(3)],
    ),
}


@pytest.fixture
def instance(tmp_path: Path) -> Path:
    return write(tmp_path / "instance", SMALL + CATALOGUED)


@pytest.mark.parametrize("kind", LISTINGS)
def test_a_row_that_ends_before_those_around_it_is_told_at_its_line(
    kind: str, instance: Path, tmp_path: Path
) -> None:
    head, (one, cut, other) = LISTINGS[kind]
    path = lined(tmp_path, f"{head},备注,说明", f"{one},一,二", f"{cut},断", f"{other},三,四")
    found = done(path, instance, "--dry-run", kind=kind)
    told = [one["line"] for one in found["findings"] if one["code"] == "import.row_short"]
    assert told == [3]


@pytest.mark.parametrize("kind", LISTINGS)
@pytest.mark.parametrize(
    "ends", [("", "", ""), (",一", ",一,", ",一"), (",一,二", "", ""), (",,", "", ",")]
)
def test_empty_cells_that_a_spreadsheet_leaves_out_are_not_told(
    ends: tuple[str, str, str], kind: str, instance: Path, tmp_path: Path
) -> None:
    head, rows = LISTINGS[kind]
    cells = (f"{row}{end}" for row, end in zip(rows, ends, strict=True))
    found = done(lined(tmp_path, f"{head},备注,说明", *cells), instance, "--dry-run", kind=kind)
    assert "row_short" not in codes(found)


def test_a_value_that_a_row_is_left_out_for_is_not_said_to_be_passed_over(
    instance: Path, tmp_path: Path
) -> None:
    head, rows = LISTINGS["resources"]
    path = lined(tmp_path, f"{head},共享方式,是否开放", f"{rows[0]},心灵感应,也许")
    found = done(path, instance, "--dry-run", kind="resources")
    told = [(one["code"], one.get("key")) for one in found["findings"]]
    said = [one for one in found["findings"] if "心灵感应" in str(one)]
    assert [one["code"] for one in said] == ["import.row_unfit"], told
    assert "value_unfit" in codes(found, 2)  # of whether it is open, which leaves nothing out


def test_a_grant_is_left_out_for_a_value_with_one_sentence(instance: Path, tmp_path: Path) -> None:
    head, rows = LISTINGS["grants"]
    path = lined(tmp_path, f"{head},提供方式", f"{rows[0]},心灵感应")
    found = done(path, instance, "--dry-run", kind="grants")
    said = [one["code"] for one in found["findings"] if "心灵感应" in str(one)]
    assert said == ["import.row_unfit"], found["findings"]
