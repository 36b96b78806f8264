"""What pages count: steps that stay as many as they were, names together."""

import re

from tests.builders import services as builders
from tests.builders.services import SUBSIDY
from tests.builders.services_web import City
from tests.modules.services import test_pages as journey

from tongban.modules.services.model import Service, Step, StepKind


def _adopt(city: City, service: Service) -> None:
    city.db.write(lambda unit: builders.adopt(unit, {SUBSIDY: service}))


def test_an_application_has_as_many_steps_at_the_end_as_it_was_told_at_the_beginning(
    city: City,
) -> None:
    wang = city.as_wang()
    start = wang.get(f"/services/{SUBSIDY}/apply").text
    base = journey.draft_of(wang.send(f"/services/{SUBSIDY}/apply"))
    seen = []

    def note(path: str) -> None:
        seen.append(re.findall(r"第 (\d) 步，共 (\d) 步：", wang.get(base + path).text)[0])

    note("/situation/1")
    wang.send(f"{base}/situation/1", **{"situation.kind": "hourly"})
    note("/data")
    wang.send(f"{base}/data", **{"need-1": "no"})
    for path in ("/found", "/form/1", "/form/2", "/form/3", "/materials"):
        note(path)
    assert [number for number, _ in seen] == ["1", "2", "2", "3", "3", "3", "4"]
    assert {total for _, total in seen} == {"5"}
    assert "接下来共 5 步" in start
    assert len(re.findall(r"<li>", start.partition("接下来共 5 步")[2].partition("</ol>")[0])) == 5


def test_two_departments_at_work_are_named_together_and_both_in_the_list(city: City) -> None:
    found = builders.definition()
    other = Step(
        code="second",
        name="人社审查",
        kind=StepKind.REVIEW,
        department="human-resources",
        after=("accept",),
    )
    steps = (*found.steps[:2], other, found.steps[2])
    _adopt(city, builders.definition(steps=steps))
    number = journey.applied(city)
    journey.accepted(city, number)
    wang = city.as_wang()
    both = "民政局、人力资源和社会保障局"
    page = wang.get(f"/my/cases/{number}").text
    assert f"现在由{both}办理。" in page
    assert page.count("现在由") == 1
    assert both in wang.get("/my").text
    mine = wang.get("/api/my/cases").json()["data"]
    assert mine[0]["waits_on"] == ["civil-affairs", "human-resources"]
