"""Nobody is asked for the code of a division, or shown one."""

import msgspec
import pytest
from tests.builders import services as builders
from tests.builders.services import STATUS, SUBSIDY
from tests.builders.services_web import City
from tests.modules.services import test_pages as journey

from tongban.kernel.identifiers import TextKind
from tongban.kernel.subjects import SubjectKind
from tongban.kit import shelf
from tongban.kit.db import Unit
from tongban.modules.catalog.definition import ElementDefinition
from tongban.modules.services.model import Field, Rule, Section

PLACE = "person.household_division"
DIVISION, NAME = "470181", "某市人民政府"


@pytest.fixture
def town(city: City) -> City:
    """The city, whose subsidy is for those registered in it."""
    element = ElementDefinition(
        code=PLACE, name="户籍所在地", subject=SubjectKind.PERSON, kind=TextKind.DIVISION
    )
    found = builders.definition()
    asked = Section(title="户籍", fields=(Field(code="place", name="户籍所在地", element=PLACE),))
    local = Rule(
        code="local",
        name="本地户籍",
        condition=f'{PLACE} = "{DIVISION}"',
        clause="《补贴办法（演示规则）》第二条",
    )
    changed = msgspec.structs.replace(found, form=(asked, *found.form), rules=(*found.rules, local))

    def adopt(unit: Unit) -> None:
        shelf.put(unit, "elements", PLACE, 1, element)
        builders.adopt(unit, {SUBSIDY: changed})

    city.db.write(adopt)
    return city


def _base(town: City) -> str:
    base = journey.begun(town)
    town.browser.send(f"{base}/situation/1", **{"situation.kind": "alone"})
    town.browser.send(f"{base}/data", **{"need-1": "yes"})
    return base


def test_a_place_is_chosen_or_typed_and_shown_by_its_name(town: City) -> None:
    base = _base(town)
    form = town.browser.get(f"{base}/form/1").text
    assert f'list="{PLACE}-places"' in form
    assert "可以从列出的地方里选" in form
    assert f'<option value="{NAME}">' in form
    refused = town.browser.send(f"{base}/form/1", **{PLACE: "没有这个地方"})
    assert "没有找到这个地方" in refused.text
    assert 'value="没有这个地方"' in refused.text
    town.browser.send(f"{base}/form/1", **{PLACE: NAME})
    cut = town.browser.send(f"{base}/form/1", **{PLACE: "河南省洛杨市"})
    assert "在“河南省”里没有找到“洛杨市”" in cut.text
    town.browser.send(f"{base}/form/1", **{PLACE: NAME})
    again = town.browser.get(f"{base}/form/1").text
    assert f'value="{NAME}"' in again
    assert f'value="{DIVISION}"' not in again


def test_neither_applicant_nor_clerk_reads_the_code_of_a_division(town: City) -> None:
    base = _base(town)
    town.browser.send(f"{base}/form/1", **{PLACE: NAME})
    town.browser.send(f"{base}/form/2", **{"form.phone": "13800000000", STATUS: "20"})
    town.browser.send(f"{base}/form/3", **{"form.months": "6"})
    check = town.browser.get(f"{base}/check")
    number = journey.number_in(
        town.browser.send(f"{base}/check", seen=journey.seen_in(check), declared="yes")
    )
    mine = town.as_wang().get(f"/my/cases/{number}")
    work = town.as_staff("li.ping").get(f"/work/cases/{number}")
    for page in (check, mine, work):
        main = page.text[page.text.index("<main") :]
        assert NAME in main
        assert DIVISION not in main
    assert f"户籍所在地为“{NAME}”，满足" in work.text
