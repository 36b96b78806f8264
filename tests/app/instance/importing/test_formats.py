"""How a catalogue writes what an item holds and in which format a resource is, or that it is not clear."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.builders.definitions import instance_in
from tests.builders.importing import codes, done, file

from tongban.app.instance.importing.formats import (
    Format,
    Held,
    format_in,
    held_in,
    length_in,
)
from tongban.modules.catalog.definition import ResourceDefinition

HEAD = "信息资源代码,信息资源名称,信息资源提供方,信息资源摘要,共享类型,信息项名称,"
ROW = "101003/1,婚姻登记信息,财政局,登记情况,无条件共享,婚姻状况,"


def resource(
    folder: Path, into: Path, head: str, said: str
) -> tuple[ResourceDefinition | None, set[str]]:
    """Return the resource that a catalogue of one row becomes, and what is said of its row."""
    found = done(file(folder, f"{HEAD}{head}\n{ROW}{said}\n"), into, kind="resources")
    made = instance_in(into)
    assert made.errors == []
    return made.every(ResourceDefinition).get("101003/1"), codes(found, 2)


@pytest.mark.parametrize(
    ("said", "held"),
    [
        ("C..50", Held("C", 50)),
        ("an..200", Held("C", 200)),
        ("varchar(200)", Held("C", 200)),
        ("NVARCHAR2(50)", Held("C", 50)),
        ("字符型(18)", Held("C", 18)),
        ("字符型（18位）", Held("C", 18)),
        ("字符型", Held("C")),
        ("N8.2", Held("N", 8, 2)),
        ("number(10,2)", Held("N", 10, 2)),
        ("日期型", Held("D")),
        ("D8", Held("D", 8)),
        ("整型", Held("I")),
        ("a", None),
        ("varchar(many)", None),
        ("C50-60", None),
        ("图片", None),
    ],
)
def test_what_an_item_holds_is_read_or_is_none(said: str, held: Held | None) -> None:
    assert held_in(said) == held


@pytest.mark.parametrize(
    ("said", "held"),
    [("18位", Held("", 18)), ("18", Held("", 18)), ("..50", Held("", 50)), ("200字符", Held("", 200)),
     ("10,2", Held("", 10, 2)), ("varchar(200)", Held("C", 200)), ("1,000", Held("", 1000)),
     ("字符型", None), ("4-20", None), ("不限", None)],
)  # fmt: skip
def test_a_length_is_read_or_is_none(said: str, held: Held | None) -> None:
    assert length_in(said) == held


@pytest.mark.parametrize(
    ("said", "found"),
    [("电子表格", Format("spreadsheet")), ("xlsx", Format("spreadsheet", "xlsx")),
     ("电子表格（xlsx）", Format("spreadsheet", "xlsx")), ("数据库-oracle", Format("database", "oracle")),
     ("电子表格-pdf", None), ("xls、pdf", None), ("C..50", None), ("随便", None)],
)  # fmt: skip
def test_the_format_of_a_resource_is_one_of_one_category_or_none(
    said: str, found: Format | None
) -> None:
    assert format_in(said) == found


@given(said=st.text(alphabet="CNan字符型varchar位电子表格xls0123456789().,-（） ", max_size=30))
def test_whatever_is_written_it_is_read_or_is_none(said: str) -> None:
    for read in (held_in, length_in, format_in):
        read(said)


@pytest.mark.parametrize(
    ("head", "said", "held"),
    [
        ("数据格式,资源格式", "C..50,数据库", ("C", 50)),
        ("格式,资源格式", "varchar(200),数据库", ("C", 200)),
        ("数据类型,数据长度,资源格式", "字符型(18),18位,数据库", ("C", 18)),
        ("字段格式,资源格式", "an..30,数据库", ("C", 30)),
        ("数据类型,资源格式", "varchar(200),数据库", ("C", 200)),
    ],
)
def test_an_item_has_the_type_and_length_that_its_row_writes(
    head: str, said: str, held: tuple[str, int], instance: Path, tmp_path: Path
) -> None:
    made, told = resource(tmp_path, instance, head, said)
    assert made is not None
    assert [(one.data_type, one.length) for one in made.items] == [held]
    assert told == set()


@pytest.mark.parametrize("head", ["格式", "数据格式", "信息资源格式"])
def test_a_column_of_formats_says_category_and_type(
    head: str, instance: Path, tmp_path: Path
) -> None:
    made, told = resource(tmp_path, instance, head, "xlsx")
    assert made is not None
    assert (made.format.category, made.format.type, told) == ("spreadsheet", "xlsx", set())


@pytest.mark.parametrize(
    ("head", "said", "told"),
    [
        ("数据格式,资源格式", "自定,数据库", "value_unfit"),
        ("格式,资源格式", "xlsx,数据库", "value_unfit"),
        ("数据类型,数据长度,资源格式", "varchar(200),18位,数据库", "value_unfit"),
        ("数据类型,数据长度,资源格式", "字符型,4-20,数据库", "value_unfit"),
        ("数据类型,资源格式", "N8.2,数据库", "key_not_kept"),
        ("格式", "C..50", "row_lacks"),
    ],
)
def test_what_is_not_clear_or_is_not_kept_is_told(
    head: str, said: str, told: str, instance: Path, tmp_path: Path
) -> None:
    _, found = resource(tmp_path, instance, head, said)
    assert told in found
