"""A circle of parents or steps is told by names."""

from tests.builders.definitions import instance_of

from tongban.kit.definitions.circles import way_round

ROUND = """# file: departments.yaml
- {code: a, name: {zh: 甲局, en: Bureau A}, parent: b}
- {code: b, name: 乙局, parent: a}
"""


def test_a_circle_of_departments_is_told_by_their_names_in_each_language() -> None:
    found = next(
        one for one in instance_of(ROUND).findings if one.code == "government.department_cycle"
    )
    assert "甲局 → 乙局 → 甲局" in found.message("zh")
    assert "Bureau A → 乙局 → Bureau A" in found.message("en")


def test_of_a_long_circle_the_middle_is_left_out_and_not_the_end() -> None:
    names = [f"{number}局" for number in range(30)]
    assert way_round([*names, names[0]])["zh"] == (
        "0局 → 1局 → 2局 → 3局 → 4局 → 5局 → … → 29局 → 0局"
    )
