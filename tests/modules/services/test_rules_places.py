"""Places as people name them."""

import pytest

from tongban.kernel.text import Text
from tongban.modules.services.rules.places import meant, not_found_in, offered

PLACES: dict[str, Text] = {
    "470181": {"zh": "云汀市", "en": "Yunting"},
    "510000": "四川省",
    "510100": "四川省成都市",
    "511600": "四川省广安市",
    "511602": "四川省广安市广安区",
    "320106": "江苏省南京市鼓楼区",
    "350102": "福建省福州市鼓楼区",
    "510104": "四川省成都市锦江区",
    "410000": "河南省",
    "410300": "河南省洛阳市",
    "441900": "广东省东莞市",
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
        ("四川省", ("510000",)),
        ("四川省成都市", ("510100",)),
        ("广东省东莞市南城街道", ("441900",)),
        ("河南省洛杨市", ()),
        ("四川省成都市不存在区", ()),
        ("四川省 成都市 春熙路1号", ()),
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


@pytest.mark.parametrize(
    ("typed", "within"),
    [
        ("河南省洛杨市", ("410000", "洛杨市")),
        ("四川省成都市不存在区", ("510100", "不存在区")),
        ("没有这个地方", ("", "")),
    ],
)
def test_what_was_not_found_is_named_with_the_place_it_was_looked_for_in(
    typed: str, within: tuple[str, str]
) -> None:
    assert not_found_in(typed, PLACES) == within


def test_the_own_place_is_offered_first_and_every_city_with_it() -> None:
    assert offered(PLACES) == ("470181", "510000", "510100", "511600", "410000", "410300", "441900")
    assert offered({}) == ()
