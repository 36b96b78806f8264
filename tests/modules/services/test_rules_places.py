"""Places as people name them."""

import pytest

from tongban.kernel.text import Text
from tongban.modules.services.rules.places import meant, offered

PLACES: dict[str, Text] = {
    "470181": {"zh": "云汀市", "en": "Yunting"},
    "510000": "四川省",
    "511600": "四川省广安市",
    "511602": "四川省广安市广安区",
    "320106": "江苏省南京市鼓楼区",
    "350102": "福建省福州市鼓楼区",
}


@pytest.mark.parametrize(
    ("typed", "codes"),
    [
        ("云汀市", ("470181",)),
        ("Yunting", ("470181",)),
        ("470181", ("470181",)),
        ("四川省广安市广安区", ("511602",)),
        ("四川省 广安市 广安区", ("511602",)),
        ("广安区", ("511602",)),
        ("鼓楼区", ("320106", "350102")),
        ("南京市鼓楼区", ("320106",)),
        ("云汀市云台街道惠民社区", ("470181",)),
        ("四川省广安市广安区浓洄街道", ("511602",)),
        ("没有这个地方", ()),
        ("999999", ()),
        ("区", ()),
        ("", ()),
    ],
)
def test_a_place_is_known_by_its_name_its_end_its_code_or_a_longer_address(
    typed: str, codes: tuple[str, ...]
) -> None:
    assert meant(typed, PLACES) == codes


def test_the_own_place_is_offered_first_and_every_city_with_it() -> None:
    assert offered(PLACES) == ("470181", "510000", "511600")
    assert offered({}) == ()
