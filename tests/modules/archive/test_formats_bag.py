"""Bags: what is listed is what is there; lists from anywhere can be read."""

import bagit
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.modules.archive.formats import bag
from tongban.modules.archive.model import Flaw

_NAMES = st.text(st.sampled_from("abc请%表 \n."), min_size=1, max_size=8).filter(
    lambda name: name.strip(" .\n") == name and "\r" not in name
)


@given(st.dictionaries(_NAMES, st.binary(max_size=40), min_size=1, max_size=4))
def test_a_bag_is_sound_as_made_whatever_its_files_are_called(files: dict[str, bytes]) -> None:
    made = bag.make_bag(files, {"Source-Organization": "a\nb"})
    assert bag.flaws(made) == []
    assert b"Source-Organization: a b\n" in made[bag.INFO]


@given(st.binary(max_size=200), st.binary(max_size=200))
def test_lists_of_any_bytes_give_flaws_and_never_a_fault(first: bytes, second: bytes) -> None:
    found = bag.flaws({bag.TAG_MANIFEST: first, bag.MANIFEST: second, "data/x": b""})
    assert found


def test_a_bag_without_its_lists_is_unreadable() -> None:
    assert bag.flaws({}) == [Flaw("unreadable", bag.TAG_MANIFEST)]


@pytest.mark.parametrize("name", ["申请/表（1）.txt", "申请/表 1.xml"])
def test_the_usual_tool_reads_odd_names_as_we_write_them(
    name: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("bag")
    for path, content in bag.make_bag({name: b"x"}, {}).items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    assert bagit.Bag(str(folder)).validate()
