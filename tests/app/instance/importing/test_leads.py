"""A cell that says which department leads names that one, and the others take part."""

from pathlib import Path

import pytest
from tests.builders.definitions import instance_in, write
from tests.builders.importing import codes, done, file

from tongban.app.instance.importing.leads import lead_of
from tongban.modules.government.definition import DepartmentDefinition
from tongban.modules.services.model import Service


@pytest.mark.parametrize(
    ("said", "lead", "others"),
    [
        ("水务局（牵头）", "水务局", ()),
        ("水务局(牵头单位)", "水务局", ()),
        ("水务局牵头", "水务局", ()),
        ("水務局（牽頭）", "水務局", ()),
        ("牵头单位：水务局", "水务局", ()),
        ("水务局（牵头）、财政局、住建局", "水务局", ("财政局", "住建局")),
        ("财政局、水务局（牵头）", "水务局", ("财政局",)),
        ("水务局（主办）、财政局（协办）", "水务局", ("财政局",)),
        ("牵头单位：水务局；配合单位：财政局、住建局", "水务局", ("财政局", "住建局")),
        ("水务局牵头，财政局配合", "水务局", ("财政局",)),
        ("水务局（牵头）\n财政局", "水务局", ("财政局",)),
        ("教育局（牵头）、人社局（牵头）", "教育局（牵头）、人社局（牵头）", ()),
        ("牵头单位：水务局、财政局", "牵头单位：水务局、财政局", ()),
        ("教育局、人社局", "教育局、人社局", ()),
        ("水务局", "水务局", ()),
    ],
)
def test_of_several_departments_the_one_that_leads_is_found(
    said: str, lead: str, others: tuple[str, ...]
) -> None:
    assert lead_of(said) == (lead, others)


def test_a_lead_makes_no_department_of_its_own_and_the_others_are_joint(
    instance: Path, tmp_path: Path
) -> None:
    write(
        instance,
        "# file: departments/two.yaml\n- {code: w, name: 水务局}\n- {code: f, name: 卫健局}\n",
    )
    rows = ["甲,水务局（牵头）", "乙,水务局", '丙,"水务局（牵头）、卫健局、某局"']
    found = done(file(tmp_path, "\n".join(["事项名称,部门", *rows]) + "\n"), instance)
    loaded = instance_in(instance)
    assert loaded.errors == []
    made = {str(one.name): one for one in loaded.every(Service).values()}
    said = {name: (one.department, one.joint) for name, one in made.items()}
    assert said == {"甲": ("w", ()), "乙": ("w", ()), "丙": ("w", ("f",))}
    assert all("牵头" not in str(one.name) for one in loaded.every(DepartmentDefinition).values())
    assert codes(found, 2) >= {"note_not_kept"}
    assert codes(found, 4) >= {"department_leads", "reference_unknown"}


@pytest.mark.parametrize(
    "said",
    ["教育局、人社局", "市水务局/县水务局", "教育局（牵头）、人社局（牵头）", "教育局;人社局"],
)
def test_departments_of_which_none_leads_are_left_out_by_name(
    said: str, instance: Path, tmp_path: Path
) -> None:
    found = done(file(tmp_path, f"事项名称,部门\n甲,{said}\n"), instance)
    assert codes(found, 2) == {"department_several"}


@pytest.mark.parametrize(
    "said",
    ["●水务局", "1.水务局", "（1）水务局", "①水务局", "水务局（原水利局）", "卫生和计划生育委员会"],
)
def test_a_mark_in_front_of_a_department_is_no_part_of_its_name(
    said: str, instance: Path, tmp_path: Path
) -> None:
    found = done(file(tmp_path, f"事项名称,部门\n甲,{said}\n"), instance)
    assert list(found["departments"].values()) == [said.removeprefix("（1）").lstrip("●1.①")]
