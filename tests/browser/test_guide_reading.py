"""What the tour of the demonstration says of reading without a case happens as it says."""

import re
from pathlib import Path

import pytest
from tests.browser import quick
from tests.browser.town import Town
from tests.browser.walker import Entering

pytestmark = pytest.mark.browser

START = Path(__file__).parents[2] / "docs" / "start"


def _pasted() -> str:
    """Return what the tour has one paste, the same in both languages."""
    found: set[str] = {
        part
        for tour in ("demonstration.md", "demonstration.zh-CN.md")
        for part in re.findall(r"```js\n(.*?)```", (START / tour).read_text(), re.DOTALL)
    }
    (script,) = found
    return script


def test_what_the_tour_has_one_paste_needs_a_second_person_and_is_unusual(
    town: Town, enter: Entering
) -> None:
    clerk = enter("medical-officer")
    clerk.go("/grants/G-2026-015")
    told = clerk.page.evaluate(f"async () => {{ {_pasted()}; return told }}")
    assert told == [200] * 20 + [403] * 20
    clerk.follow("请另一个人同意多查几次")
    clerk.page.get_by_label("待遇领取资格核查").check()
    clerk.page.get_by_label("卷宗编号").fill("HC-2026-0001")
    clerk.page.get_by_label("要查询多少次").fill("5")
    clerk.press("提交")
    officer = enter("police-data")
    officer.go("/messages")
    officer.follow("有人请您同意不凭办件多查几次")
    officer.go(clerk.path)
    officer.press("同意")
    officer.sees("已同意")
    with quick.Hand(town, "police-data") as waiting:
        quick.until_says(waiting, "/unusual-reading", "多次被拒绝")
    resident = enter("sun")
    resident.go("/my/data-uses")
    resident.sees("共 40 条", "医疗保障局")
