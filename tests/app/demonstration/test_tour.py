"""What docs/start says of the demonstration is so."""

import datetime as dt
import re
import shutil
from pathlib import Path

import pytest

from tongban.app.instance.parts import PARTS
from tongban.kit.definitions.finding import Severity
from tongban.kit.definitions.folder import read_folder
from tongban.kit.definitions.instance import Instance
from tongban.kit.definitions.loading import load
from tongban.modules.catalog.definition import ResourceDefinition
from tongban.modules.government.definition import DepartmentDefinition
from tongban.modules.identity.definition import AccountDefinition
from tongban.modules.services.definition.reform import analyse, declared_in
from tongban.modules.services.model import Service

ROOT = Path(__file__).parents[3]
INSTANCE = ROOT / "instances" / "demonstration"
TOURS = ("demonstration.md", "demonstration.zh-CN.md")
TODAY = dt.date(2026, 11, 24)

GRANT = """
- code: G-2026-900
  resource: 101003/1
  department: housing
  items: [person.marital_status, person.spouse_name]
  purpose: 核对公租房申请人的婚姻状况
  services: [public-rental-housing]
  basis: 《公共租赁住房管理办法》第八条
  starts: 2026-01-01
  ends: 2028-12-31
"""
NEED = """needs:
  - resource: 101003/1
    elements: [person.marital_status, person.spouse_name]
    purpose: 核对婚姻状况
    when: situation.family = "spouse"
"""


def _read(folder: Path) -> Instance:
    return load(read_folder(folder, PARTS), PARTS, TODAY)


@pytest.fixture(scope="module")
def instance() -> Instance:
    return _read(INSTANCE)


@pytest.mark.parametrize("tour", TOURS)
def test_its_figures_are_those_of_the_instance(instance: Instance, tour: str) -> None:
    opening = (ROOT / "docs" / "start" / tour).read_text()[:600]
    figures = {int(found.replace(",", "")) for found in re.findall(r"\d[\d,]*\d", opening)}
    for shape in (DepartmentDefinition, ResourceDefinition, Service):
        assert len(instance.every(shape)) in figures
    assert {5_000, 1_000} <= figures


@pytest.mark.parametrize("tour", TOURS)
def test_every_account_is_in_the_tour(instance: Instance, tour: str) -> None:
    text = (ROOT / "docs" / "start" / tour).read_text()
    assert [login for login in instance.every(AccountDefinition) if f"`{login}`" not in text] == []


def test_the_first_change_it_proposes_removes_a_paper(instance: Instance, tmp_path: Path) -> None:
    folder = tmp_path / "city"
    shutil.copytree(INSTANCE, folder)
    with (folder / "grants.yaml").open("a") as grants:
        grants.write(GRANT)
    service = folder / "services" / "public-rental-housing.yaml"
    service.write_text(service.read_text().replace("needs:\n", NEED, 1))
    changed = _read(folder)
    errors = [one for one in changed.findings if one.severity is Severity.ERROR]
    assert errors == []
    before, after = (analyse(declared_in(one)) for one in (instance, changed))
    assert len(after.asked) == len(before.asked) - 1
