"""A CSV file declares one thing a row; the header names the keys."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.builders.definitions import TODAY, codes

from tongban.app.instance.parts import PARTS
from tongban.kit.definitions.instance import Instance
from tongban.kit.definitions.loading import load_texts
from tongban.modules.government.definition import DepartmentDefinition
from tongban.modules.services.model import Limited, Service


def services(text: str) -> Instance:
    return load_texts({"services/list.csv": text}, PARTS, TODAY)


def loading_codes(instance: Instance) -> list[str]:
    return [code for code in codes(instance) if code.startswith("definitions.")]


def test_a_row_becomes_a_definition_with_nested_keys_lists_and_languages() -> None:
    instance = services(
        "code,name.zh,name.en,department,audience,promised_limit.days\n"
        'a,"甲,事项",Service A,finance,1;2,5\n'
        "b,乙事项,,finance,,\n"
    )
    found = instance.every(Service)
    assert found["a"].name == {"zh": "甲,事项", "en": "Service A"}
    assert found["a"].audience == ("1", "2")
    assert found["a"].promised_limit == Limited(days=5)
    assert found["b"].name == {"zh": "乙事项"}
    assert found["b"].promised_limit is None


def test_a_finding_has_the_line_of_its_row_also_after_a_cell_of_several_lines() -> None:
    instance = services('code,name,department,type\na,"甲\n乙",finance,01\nb,丙,finance,1\n')
    (finding,) = [one for one in instance.findings if one.code == "services.unknown_type"]
    assert (finding.place.file, finding.place.line) == ("services/list.csv", 4)
    assert finding.suggestion == "01"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("code,nmae,department\na,甲,finance\n", ["unknown_key", "missing_key"]),
        ("code,name,department\na,甲,finance,多\n", ["bad_row"]),
        ("code,name,department\na\n", ["bad_row"]),
        ("code,name,department,version\na,甲,finance,一\n", ["wrong_type"]),
        ("code,name,name,department\na,甲,乙,finance\n", ["bad_header"]),
        ("code,name,name.en,department\na,甲,A,finance\n", ["bad_header"]),
        ("code,name,department,steps\na,甲,finance,b\n", ["bad_header"]),
        ('code,name,department\na,"甲,finance\n', ["malformed"]),
        ("code,name,department\n" + f"a,{'甲' * 140_000},finance\n", ["malformed"]),
        ("code,name,department\n", ["empty"]),
        ("", ["empty"]),
        ("code,name,department\na,甲,finance\na,乙,finance\n", ["duplicate"]),
    ],
)
def test_a_bad_table_is_explained(text: str, expected: list[str]) -> None:
    import tongban.kit.tables.quoting  # noqa: F401 - which lets Python's reader take longer cells

    assert sorted(loading_codes(services(text))) == sorted(f"definitions.{c}" for c in expected)


def test_a_part_of_one_definition_is_no_table() -> None:
    instance = load_texts({"government.csv": "name\n某市\n"}, PARTS, TODAY)
    assert codes(instance) == ["definitions.unknown_file"]


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet='abc,;".\n\r\t \0甲', max_size=120))
def test_no_text_brings_it_down(text: str) -> None:
    for header in ("", "code,name,department\n"):
        for finding in services(header + text).findings:
            assert finding.message("en")


TABLE = "code,name\nfinance,财政局\ncivil,民政局\n"


def departments(content: bytes) -> Instance:
    return load_texts({"departments.csv": content.decode("utf-8", "surrogateescape")}, PARTS, TODAY)


@pytest.mark.parametrize(
    ("content", "line", "found"),
    [
        (TABLE.encode("gb18030"), 2, "GB 18030"),
        (TABLE.encode("utf-16"), 1, "UTF-16"),
        (TABLE.encode("utf-16-le"), 2, "UTF-16"),
        (b"code,name\nfinance,Tr\xe9sor\n", 2, "Windows-1252"),
        (TABLE.replace(",", ";").encode(), 1, "semicolons"),
        (TABLE.replace(",", "\t").encode("utf-8-sig"), 1, "tabs"),
        (("sep=;\n" + TABLE.replace(",", ";")).encode(), 1, "semicolons"),
        (TABLE.replace(",", "，").encode(), 1, "full-width commas"),
        (b"PK\x03\x04" + bytes(40), 1, "a workbook"),
    ],
)
def test_a_table_in_another_form_is_refused_by_what_it_is_and_says_what_to_do(
    content: bytes, line: int, found: str
) -> None:
    instance = departments(content)
    (finding, *others) = [one for one in instance.findings if one.place.file == "departments.csv"]
    assert (finding.code, finding.place.line, others) == ("definitions.table_form", line, [])
    assert found in finding.message("en")
    assert "tongban import" in finding.message("en")
    assert not instance.complete(DepartmentDefinition)


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_a_table_in_utf_8_is_read_with_a_mark_or_without(mark: bytes) -> None:
    found = departments(mark + TABLE.encode())
    assert set(found.every(DepartmentDefinition)) == {"finance", "civil"}


def test_one_byte_that_is_no_character_is_named_with_its_line_and_column() -> None:
    content = TABLE.encode() + "police,公安".encode() + b"\xff" + "局\n".encode()
    found = [one for one in departments(content).findings if one.place.file == "departments.csv"]
    assert [(one.code, one.place.line) for one in found] == [("definitions.not_utf8", 4)]
