"""A CSV file declares one thing a row; the header names the keys."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.builders.definitions import TODAY, codes

from tongban.app.instance.parts import PARTS
from tongban.kit.definitions.instance import Instance
from tongban.kit.definitions.loading import load_texts
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


@settings(max_examples=200, deadline=2000)
@given(st.text(alphabet='abc,;".\n\r\t \0甲', max_size=120))
def test_no_text_brings_it_down(text: str) -> None:
    for header in ("", "code,name,department\n"):
        for finding in services(header + text).findings:
            assert finding.message("en")
