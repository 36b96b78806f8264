"""Two columns that are the same key by their names must say the same, or neither is taken."""

from pathlib import Path

import pytest
from tests.builders.definitions import instance_in
from tests.builders.importing import CATALOGUED, codes, done, lined

from tongban.modules.catalog.definition import ResourceDefinition
from tongban.modules.services.model import Limited, Service

HEAD = "事项名称,实施主体,"


def _made(instance: Path) -> Service:
    return next(iter(instance_in(instance).every(Service).values()))


@pytest.mark.parametrize(
    ("columns", "cells", "limit"),
    [
        ("承诺时限,承诺办结时限", "5个工作日,10个工作日", None),
        ("承诺时限（工作日）,承诺办结时限（工作日）", "5,10", None),
        ("承诺时限,承诺办结时限", "3个月,10个工作日", None),
        ("承诺期限（自然日）,承诺办结时限（工作日）", "10,10", None),
        ("承诺时限,承诺办结时限", "即办,5个工作日", None),
        ("承诺时限,承诺办结时限", "10,10个工作日", Limited(days=10)),
        ("承诺时限,承诺办结时限", "十个工作日,10个工作日", Limited(days=10)),
        ("承诺时限,承诺办结时限", ",10个工作日", Limited(days=10)),
        ("承诺时限,承诺办结时限", "见附件,10个工作日", Limited(days=10)),
        ("承诺时限,承诺办结时限", "即办,0", Limited(days=0)),
        ("承诺时限单位,承诺办结时限", "工作日,10", Limited(days=10)),
    ],
)
def test_two_columns_of_one_limit_agree_or_neither_is_taken(
    columns: str, cells: str, limit: Limited | None, instance: Path, tmp_path: Path
) -> None:
    path = lined(tmp_path, f"{HEAD}{columns}", f"取水许可,水务局,{cells}")
    found = done(path, instance)
    assert ("columns_differ" in codes(found, 2)) == (limit is None)
    assert _made(instance).promised_limit == limit


def test_what_differs_is_named_with_both_columns_and_a_map_chooses(
    instance: Path, tmp_path: Path
) -> None:
    path = lined(tmp_path, f"{HEAD}承诺时限,承诺办结时限", "取水许可,水务局,5个工作日,10个工作日")
    (said,) = [
        one for one in done(path, instance)["findings"] if one["code"] == "import.columns_differ"
    ]
    shown = [said[key] for key in ("column", "value", "other", "found")]
    assert shown == ["承诺办结时限", "10个工作日", "承诺时限", "5个工作日"]
    chosen = done(path, instance, "--replace", "--map", "promised_limit=承诺时限")
    assert "columns_differ" not in codes(chosen, 2)
    assert _made(instance).promised_limit == Limited(days=5)


@pytest.mark.parametrize(
    ("columns", "cells", "promised", "statutory"),
    [
        ("承诺时限,法定时限", "25个工作日,30个自然日", "25个工作日", "30个自然日"),
        ("承诺时限,承诺时限单位,法定时限", "8,工作日,6 (工作日)", "8工作日", "6 (工作日)"),
    ],
)
def test_a_promise_longer_than_the_law_is_named_with_it_as_both_are_written(
    columns: str, cells: str, promised: str, statutory: str, instance: Path, tmp_path: Path
) -> None:
    found = done(lined(tmp_path, f"{HEAD}{columns}", f"取水许可,水务局,{cells}"), instance)
    (said,) = [one for one in found["findings"] if one["code"] == "import.promise_over_law"]
    assert (said["promised"], said["statutory"]) == (promised, statutory)
    assert _made(instance).promised_limit is None


@pytest.mark.parametrize(
    ("columns", "cells", "key", "value"),
    [
        ("事项类型代码,事项类型", "01,行政确认", "type", ""),
        ("事项类型代码,事项类型", "01,行政许可", "type", "01"),
        ("事项类型,类别", "行政许可,未分类", "type", "01"),
        ("行使层级代码,行使层级", "4,省级", "level", ""),
        ("行使层级代码,行使层级", "4,县级", "level", "4"),
        ("到办事现场次数,跑动次数", "0,1次", "visits", None),
        ("到办事现场次数,跑动次数", "0,0次", "visits", 0),
        ("服务对象,适用对象", "自然人,法人", "audience", ("1",)),
    ],
)
def test_a_code_or_a_number_in_two_columns_is_the_same_in_both(
    columns: str, cells: str, key: str, value: object, instance: Path, tmp_path: Path
) -> None:
    found = done(lined(tmp_path, f"{HEAD}{columns}", f"取水许可,水务局,{cells}"), instance)
    assert ("columns_differ" in codes(found, 2)) == (value in ("", None))
    assert getattr(_made(instance), key) == value


def test_how_data_may_be_shared_is_not_taken_from_one_of_two_columns(
    instance: Path, tmp_path: Path
) -> None:
    from tests.builders.definitions import write

    write(instance, CATALOGUED)
    head = "信息资源代码,信息资源名称,信息资源提供方,信息资源摘要,信息资源格式,信息项名称,共享类型,共享属性"
    row = "101003/1,婚姻登记信息,民政局,登记情况,数据库,婚姻状况,无条件共享,不予共享"
    found = done(lined(tmp_path, head, row), instance, kind="resources")
    assert "columns_differ" in codes(found, 2)
    assert "101003/1" not in {
        key
        for key, one in instance_in(instance).every(ResourceDefinition).items()
        if one.share.type == "unconditional"
    }
