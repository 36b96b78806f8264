"""Words of a definition, and the order in which names are looked up."""

from tongban.kernel.text import order_of


def test_names_sort_by_their_sound() -> None:
    names = ["住房", "不动产", "婚姻", "档案"]
    assert sorted(names, key=order_of) == ["不动产", "档案", "婚姻", "住房"]


def test_latin_names_sort_by_letter_whatever_their_case() -> None:
    assert sorted(["Tax", "agriculture"], key=order_of) == ["agriculture", "Tax"]
