"""What a step asks to check stands beside its task, whole; what is masked is masked everywhere."""

import csv
import io
import re

import msgspec
import pytest
from tests.builders import catalog
from tests.builders import services as builders
from tests.builders.services import MARRIED_ON, STATUS, SUBSIDY
from tests.builders.services_web import City
from tests.modules.services import test_pages as journey

from tongban.kit import shelf
from tongban.kit.db import Unit
from tongban.modules.services import queries
from tongban.modules.services.model import Calculation, Rule, Service, StepKind

MADE_BY_CHANCE = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9A-Za-z_-]{32,}")

TASK = "核对婚姻状况和登记日期。"
MARRIED, DAY = "已婚", "2019年5月20日"


def _service(checks: tuple[str, ...]) -> Service:
    found = builders.definition()
    steps = tuple(
        msgspec.structs.replace(step, task=TASK, checks=checks)
        if step.kind is StepKind.REVIEW
        else step
        for step in found.steps
    )
    extra = Calculation(code="status", name="登记的状况", value=STATUS, type="text")
    rule = Rule(
        code="since",
        name="结婚登记满一年",
        condition=f"{MARRIED_ON} + 1 year <= application.date",
        clause="《补贴办法（演示规则）》第五条",
    )
    return msgspec.structs.replace(
        found,
        steps=steps,
        calculations=(*found.calculations, extra),
        rules=(msgspec.structs.replace(found.rules[0], name="婚姻条件"), *found.rules[1:], rule),
    )


@pytest.fixture
def masked_city(city: City) -> City:
    """A city whose marital status and day of marriage nobody sees who need not."""

    def adopt(unit: Unit) -> None:
        for element in catalog.ELEMENTS:
            if element.code in (STATUS, MARRIED_ON):
                hidden = msgspec.structs.replace(element, mask="all")
                shelf.put(unit, "elements", element.code, 1, hidden)
        builders.adopt(unit, {SUBSIDY: _service((STATUS, "form.months"))})

    city.db.write(adopt)
    return city


def _tables(text: str) -> str:
    """Return what stands between the head and foot of a page, without its random names.

    The digits of an identifier made by chance may spell a year that the page does not tell.
    """
    return MADE_BY_CHANCE.sub("", text[text.index("<main") : text.index("</main>")])


def test_what_a_review_is_to_check_stands_whole_beside_its_task(masked_city: City) -> None:
    number = journey.applied(masked_city)
    journey.accepted(masked_city, number)
    page = _tables(masked_city.as_staff("sun.li").get(f"/work/cases/{number}").text)
    _, _, rest = page.partition(TASK)
    panel = rest.partition("</section>")[0]
    assert "要核对的内容" in panel
    assert MARRIED in panel
    assert "6 个月" in panel or ">6<" in re.sub(r"\s", "", panel)
    assert "民政局" in panel
    assert DAY not in page  # the step does not ask for it


@pytest.mark.parametrize("allow", ["yes", "no"], ids=["fetched", "typed"])
@pytest.mark.parametrize("login", ["li.ping", "zhao.min", "qian.wei"])
def test_who_may_not_see_a_value_reads_it_nowhere_whoever_gave_it(
    masked_city: City, login: str, allow: str
) -> None:
    number = journey.applied(masked_city, allow=allow)
    journey.accepted(masked_city, number)
    journey.reviewed(masked_city, number)
    for path in (f"/work/cases/{number}", f"/work/cases/{number}/decide/decide"):
        answer = masked_city.as_staff(login).get(path)
        page = _tables(answer.text)
        assert answer.status_code == 200
        assert MARRIED not in page
        assert DAY not in page
        assert "2019" not in page
        assert "按婚姻状况判断，具体内容不在这里显示" in page
    listing = masked_city.as_staff(login).get("/work/export.csv?whose=all").content
    cells = [cell for row in csv.reader(io.StringIO(listing.decode("utf-8-sig"))) for cell in row]
    assert not [cell for cell in cells if MARRIED in cell or "2019" in cell]


def test_a_step_that_is_done_shows_the_masked_value_again(masked_city: City) -> None:
    number = journey.applied(masked_city)
    journey.accepted(masked_city, number)
    journey.reviewed(masked_city, number)
    page = _tables(masked_city.as_staff("sun.li").get(f"/work/cases/{number}").text)
    assert MARRIED not in page


def test_the_applicant_sees_their_own_before_sending_and_after_in_the_same_way(
    masked_city: City,
) -> None:
    base = journey.begun(masked_city)
    wang = masked_city.browser
    wang.send(f"{base}/situation/1", **{"situation.kind": "alone"})
    wang.send(f"{base}/data", **{"need-1": "yes"})
    wang.get(f"{base}/form/1")
    wang.send(f"{base}/form/1", **{"form.phone": "13800000000"})
    wang.send(f"{base}/form/2", **{"form.months": "6"})
    check = wang.get(f"{base}/check")
    number = journey.number_in(
        wang.send(f"{base}/check", seen=journey.seen_in(check), declared="yes")
    )
    after = wang.get(f"/my/cases/{number}").text
    for page in (_tables(check.text), _tables(after)):
        assert MARRIED in page
        assert DAY in page


def test_a_disputed_value_is_called_disputed_and_not_missing_where_the_rules_are_told(
    city: City,
) -> None:
    number = journey.applied(city)
    journey.accepted(city, number)
    with city.db.read() as reader:
        identifier = queries.work_case(reader, builders.LI, number).loaded.case.id
    wang = city.as_wang()
    wang.get(f"/apply/{identifier}/found/{STATUS}")
    assert wang.send(f"/apply/{identifier}/found/{STATUS}", **{STATUS: "10"}).status_code == 200
    page = _tables(city.as_staff("sun.li").get(f"/work/cases/{number}").text)
    assert "申请人对婚姻状况有异议，核实以后才能判断" in page
    assert "婚姻状况未提供" not in page
    assert "缺少：" not in page
