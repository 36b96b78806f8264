"""Definitions find their place, and one mistake gives one finding."""

import pytest
from tests.builders.definitions import codes, instance_of

from tongban.kit.definitions.nearest import nearest
from tongban.modules.government.definition import DepartmentDefinition

_TWO = """# file: departments.yaml
- {code: finance, name: 财政局}
# file: departments/more.yaml
- {code: tax, name: 税务局}
# file: departments/list.csv
code,name
police,公安局
"""


def test_a_part_may_be_one_file_several_files_and_tables() -> None:
    found = instance_of(_TWO)
    assert set(found.every(DepartmentDefinition)) == {"finance", "tax", "police"}
    assert codes(found) == []
    assert found.place(DepartmentDefinition, "police").file == "departments/list.csv"
    assert found.place(DepartmentDefinition, "police").line == 2


def test_the_same_key_in_two_files_is_told_with_the_other_place() -> None:
    found = instance_of(_TWO + "# file: departments/z.yaml\n\n- {code: tax, name: 又一个}\n")
    (finding,) = found.findings
    assert finding.code == "definitions.duplicate"
    assert (finding.place.file, finding.place.line) == ("departments/z.yaml", 2)
    assert "departments/more.yaml:1" in finding.message("zh")


def test_a_reference_to_a_broken_definition_is_not_another_mistake() -> None:
    found = instance_of(
        "# file: departments.yaml\n- {code: finance, nmae: 财政局}\n"
        "- {code: treasury, name: 国库, parent: finance}\n"
    )
    assert set(codes(found)) == {"definitions.unknown_key", "definitions.missing_key"}


def test_a_reference_into_an_unreadable_file_is_not_another_mistake() -> None:
    found = instance_of(
        "# file: departments/a.yaml\n- {code: [\n"
        "# file: departments/b.yaml\n- {code: treasury, name: 国库, parent: finance}\n"
    )
    assert codes(found) == ["definitions.malformed"]


def test_findings_come_in_the_order_of_files_and_lines() -> None:
    found = instance_of(
        "# file: roles.yaml\n- {code: b, name: 乙, duties: [x.y]}\n"
        "- {code: a, name: 甲, duties: [x.y, case.acept]}\n"
        "# file: departments.yaml\n- {code: tax, name: 税务局, parent: nobody}\n"
    )
    places = [(one.place.file, one.place.line) for one in found.findings]
    assert places == sorted(places)
    assert len(places) == 4


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("nmae", "name"),
        ("Name", "name"),
        ("promised-limit", "promised_limit"),
        ("audiance", "audience"),
        ("zzz", ""),
        ("", ""),
        ("x" * 1000, ""),
    ],
)
def test_the_word_that_was_meant_is_found(word: str, meant: str) -> None:
    assert nearest(word, ["name", "promised_limit", "audience", "code"]) == meant


def test_a_suggestion_among_very_many_words_takes_no_time() -> None:
    assert nearest("srvice-77777", [f"service-{n}" for n in range(100_000)]).startswith("service-")
