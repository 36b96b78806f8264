"""A department's record that cannot be read: the applicant is told and asked, its staff see why."""

import sqlite3

import pytest
from tests.browser import quick
from tests.browser.town import Town
from tests.browser.walker import Entering

from tongban.app.demonstration import stories

pytestmark = pytest.mark.browser


def _spoil(town: Town) -> None:
    """Let the tax bureau write what no reader can take for an amount or a number of months."""
    with sqlite3.connect(town.data / "sources" / "tax.db") as connection:
        connection.execute(
            "UPDATE contribution SET pension_paid_12 = '9360.005', medical_paid_months_12 = '12个月'"
            " WHERE resident_id = ?",
            (stories.LIN,),
        )
    connection.close()


def test_what_cannot_be_read_is_asked_and_shown_to_those_who_answer_for_it(
    town: Town, enter: Entering
) -> None:
    _spoil(town)
    base = quick.begun(town, "lin")
    lin = enter("lin")
    lin.go(f"{base}/found")
    lin.sees("部门的记录读不出来，已经记下交该部门核对。后面会请您填写。")
    lin.page.get_by_role("button", name="继续").click()
    for answer in ("15400000001", "云台街道"):
        lin.page.locator("input[type=text]").first.fill(answer)
        lin.page.get_by_role("button", name="继续").click()
    lin.sees("近12个月养老保险个人缴费额")
    lin.sees("部门有这一项的记录，但系统读不出来")
    lin.go("/my/data-uses")
    lin.sees("读不出来，没有提供")
    inspector = enter("inspector", width=360)
    inspector.go("/sources/tax")
    inspector.sees("有不足一分的零头")
    inspector.sees("写法与登记的不符")
    assert "9360.005" not in inspector.page.content()
