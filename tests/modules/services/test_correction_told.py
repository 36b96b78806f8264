"""Whoever asked for a correction, or has the case in hand, is told when it is answered."""

import pytest
from tests.builders.services_web import City
from tests.modules.services import test_pages as journey
from tests.modules.services.test_true_days import told, words_told

SUPPLIED = "services.notice.correction_supplied_clerk"


def answered(city: City, taken_by: str = "") -> str:
    """A correction that Li asks for and Wang answers; the step may be another's by then."""
    number = journey.applied(city)
    clerk = city.as_staff("li.ping")
    form = clerk.get(f"/work/cases/{number}/correction/accept")
    fields = {"item-form.months": "yes", "text-form.months": "请核对"}
    clerk.send(f"/work/cases/{number}/correction/accept", days="10", **fields)
    assert form.status_code == 200
    if taken_by:
        city.as_staff(taken_by).get(f"/work/cases/{number}")
        city.browser.send(f"/work/cases/{number}/take/accept")
    page = city.as_wang()
    page.get(f"/my/cases/{number}/correct")
    sent = page.send(f"/my/cases/{number}/correct", **{"form.months": "7"})
    assert sent.status_code < 400
    return number


@pytest.mark.parametrize(
    ("taken_by", "right"),
    [("", {"li.ping"}), ("zhao.min", {"li.ping", "zhao.min"}), ("li.ping", {"li.ping"})],
)
def test_who_asked_and_who_has_it_in_hand_are_told_that_it_came(
    city: City, taken_by: str, right: set[str]
) -> None:
    number = answered(city, taken_by)
    heard = {login: told(city.db, account).count(SUPPLIED) for login, account in city.staff.items()}
    assert heard == {login: int(login in right) for login in heard}
    said = words_told(city.db, city.staff["li.ping"], SUPPLIED)
    assert number in said
    assert "请继续办理" in said
