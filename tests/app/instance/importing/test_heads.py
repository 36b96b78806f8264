"""Columns of which several fit one key, or of which one holds several things, are told and not guessed."""

from pathlib import Path

import pytest
from tests.builders.definitions import instance_in
from tests.builders.importing import codes, done, file

from tongban.app.instance.importing.heads import things_in, without_era
from tongban.modules.services.model import Service


def names(instance: Path) -> list[str]:
    return [str(one.name) for one in instance_in(instance).every(Service).values()]


@pytest.mark.parametrize(
    ("former", "current"),
    [
        ("原承诺时限", "现承诺时限"),
        ("承诺时限（旧）", "承诺时限（新）"),
        ("承诺时限（调整前）", "承诺时限（调整后）"),
        ("promised_days_before", "promised_days_after"),
        ("原承诺时限", "承诺时限"),
        ("old promised_days", "new promised_days"),
    ],
)
@pytest.mark.parametrize("turned", [False, True])
def test_of_a_former_and_a_current_column_the_current_one_is_taken_and_both_are_named(
    former: str, current: str, turned: bool, instance: Path, tmp_path: Path
) -> None:
    pairs = [(former, "9个工作日"), (current, "5个工作日")][:: -1 if turned else 1]
    head, row = (",".join(one) for one in zip(*pairs, strict=True))
    found = done(file(tmp_path, f"事项名称,部门,编码,{head}\n甲,某局,X-1,{row}\n"), instance)
    (said,) = [one for one in found["findings"] if one["code"] == "import.column_chosen"]
    assert (set(said["columns"]), said["taken"]) == ({former, current}, current)
    limit = instance_in(instance).every(Service)["X-1"].promised_limit
    assert limit is not None
    assert limit.days == 5


@pytest.mark.parametrize(
    "heads",
    [
        ("承诺时限", "承诺时限"),
        ("承诺时限（一）", "承诺时限（二）"),
        ("承诺时限(工作日)", "承诺时限(天)"),
    ],
)
def test_of_two_columns_that_fit_alike_none_is_taken_and_both_are_named(
    heads: tuple[str, str], instance: Path, tmp_path: Path
) -> None:
    path = file(tmp_path, f"事项名称,部门,{','.join(heads)}\n甲,某局,9个工作日,5个工作日\n")
    found = done(path, instance)
    (said,) = [one for one in found["findings"] if one["code"] == "import.columns_alike"]
    assert (said["key"], tuple(said["columns"])) == ("promised_limit", heads)
    (service,) = instance_in(instance).every(Service).values()
    assert service.promised_limit is None
    assert {one["key"] for one in found["columns"][2:]} == {"promised_limit"}


def test_a_needed_column_that_stands_twice_is_taken_once_and_told(
    instance: Path, tmp_path: Path
) -> None:
    found = done(file(tmp_path, "事项名称,部门,事项名称\n甲,某局,乙\n"), instance)
    assert (names(instance), "column_chosen" in codes(found)) == (["甲"], True)


def test_a_map_ends_the_doubt(instance: Path, tmp_path: Path) -> None:
    path = file(
        tmp_path, "事项名称,部门,承诺时限（原）,承诺时限（现）\n甲,某局,9个工作日,5个工作日\n"
    )
    found = done(path, instance, "--map", "promised_limit=承诺时限（原）")
    assert "column_chosen" not in codes(found)


@pytest.mark.parametrize(
    ("head", "things"),
    [
        ("联系人/联系电话", ["联系人", "联系电话"]),
        ("办公地址及时间", ["办公地址", "办公时间"]),
        ("咨询/投诉电话", ["咨询电话", "投诉电话"]),
        ("办理地点、办理时间", ["办理地点", "办理时间"]),
    ],
)
def test_a_column_that_holds_two_things_is_named_and_taken_for_neither(
    head: str, things: list[str], instance: Path, tmp_path: Path
) -> None:
    found = done(file(tmp_path, f"事项名称,部门,{head}\n甲,某局,张三 0600-1\n"), instance)
    (said,) = [one for one in found["findings"] if one["code"] == "import.column_joins"]
    assert (said["column"], said["things"]) == (head, things)
    (service,) = instance_in(instance).every(Service).values()
    assert not service.window.phone
    mapped = done(tmp_path / "listing.csv", instance, "--replace", "--map", f"window.phone={head}")
    assert "column_joins" not in codes(mapped)


@pytest.mark.parametrize(
    "head", ["收费标准及依据", "行政救济途径与方式", "基本信息/事项名称", "部门名称", "a/b", "和"]
)
def test_a_name_with_a_joining_word_in_it_is_one_thing(head: str) -> None:
    assert things_in(head) == ()


def test_a_column_whose_name_begins_like_a_time_is_itself() -> None:
    assert without_era("办理时间") == ("办理时间", "")
    assert without_era("原承诺时限") == ("承诺时限", "former")


def test_services_of_one_name_and_one_sub_item_are_told(instance: Path, tmp_path: Path) -> None:
    rows = "".join(f"甲,某局,X-{number},新办\n" for number in (1, 2, 3)) + "甲,某局,X-4,变更\n"
    found = done(file(tmp_path, "事项名称,部门,编码,情形\n" + rows), instance)
    told = [one["line"] for one in found["findings"] if one["code"] == "import.row_same_name"]
    assert told == [3, 4]


def test_of_main_sub_and_handled_item_the_sub_item_names_the_service(
    instance: Path, tmp_path: Path
) -> None:
    text = (
        "主项名称,子项名称,办理项名称,部门\n取水管理,取水许可,首次,某局\n"
        "取水管理,取水许可,变更,某局\n取水管理,取水许可变更,,某局\n"
    )
    done(file(tmp_path, text), instance)
    assert sorted(names(instance)) == ["取水许可变更", "取水许可（变更）", "取水许可（首次）"]
    services = instance_in(instance).every(Service).values()
    assert {one.keywords for one in services} == {("取水管理",)}


@pytest.mark.parametrize("sub", ["0123456789abcdef0123456789abcdef", "1", "https://x.example/1"])
def test_a_sub_item_that_only_refers_to_something_becomes_no_part_of_a_name(
    sub: str, instance: Path, tmp_path: Path
) -> None:
    text = f"事项名称,部门,编码,情形\n甲,某局,X-1,{sub}\n甲,某局,X-2,变更\n"
    found = done(file(tmp_path, text), instance)
    assert names(instance) == ["甲", "甲（变更）"]
    assert "value_unfit" in codes(found, 2)
