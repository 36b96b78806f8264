"""Places in the tree, the most careful class, names in the order of their sound."""

from hypothesis import given
from hypothesis import strategies as st

from tongban.modules.catalog import rules


def test_a_resource_code_is_taken_apart_as_the_guide_says() -> None:
    path = rules.class_path("306010/12")
    assert path is not None
    assert path.nodes == ("3", "306", "306010")
    assert path.sequence == "12"


def test_a_finer_place_is_a_fourth_node() -> None:
    path = rules.class_path("30601007/1")
    assert path is not None
    assert path.nodes == ("3", "306", "306010", "30601007")


@given(st.text(max_size=20))
def test_what_has_another_form_has_no_place(code: str) -> None:
    path = rules.class_path(code)
    assert path is None or code == f"{path.nodes[-1]}/{path.sequence}"


def test_the_most_careful_class_wins_and_nothing_is_internal() -> None:
    assert rules.most_careful(["public", "sensitive", "personal"], is_open=True) == "sensitive"
    assert rules.most_careful([], is_open=False) == "internal"
    assert rules.most_careful([], is_open=True) == "public"
