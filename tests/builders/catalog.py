"""A small city's catalogue: three departments, their elements and resources."""

import datetime as dt
from collections.abc import Mapping, Sequence

import msgspec

from tongban.kernel.subjects import SubjectKind
from tongban.kit import shelf
from tongban.kit.db import Database, Unit
from tongban.modules.catalog import actions
from tongban.modules.catalog.definition import (
    ClassificationDefinition,
    DataClass,
    ElementDefinition,
    ElementType,
    FormatDefinition,
    ItemDefinition,
    LinkDefinition,
    MoneyUnit,
    OpenDefinition,
    ResourceDefinition,
    ShareDefinition,
    ShareType,
    WritingDefinition,
)
from tongban.modules.government.definition import (
    CalendarDefinition,
    CalendarYear,
    DepartmentDefinition,
    GovernmentDefinition,
)

POLICE = "public-security"
CIVIL = "civil-affairs"
LABOUR = "human-resources"

DEPARTMENTS = (
    DepartmentDefinition(code=POLICE, name={"zh": "公安局", "en": "Public Security"}),
    DepartmentDefinition(code=CIVIL, name={"zh": "民政局", "en": "Civil Affairs"}),
    DepartmentDefinition(code=LABOUR, name={"zh": "人力资源和社会保障局", "en": "Labour"}),
)

ELEMENTS = (
    ElementDefinition(code="person.name", name="姓名", subject=SubjectKind.PERSON, mask="name"),
    ElementDefinition(
        code="person.id", name="公民身份号码", subject=SubjectKind.PERSON, mask="resident_id"
    ),
    ElementDefinition(
        code="person.marital_status",
        name={"zh": "婚姻状况", "en": "Marital status"},
        subject=SubjectKind.PERSON,
        type=ElementType.CODE,
        codes={"10": "未婚", "20": "已婚"},
        data_class=DataClass.SENSITIVE,
    ),
    ElementDefinition(
        code="person.married_on",
        name="结婚登记日期",
        subject=SubjectKind.PERSON,
        type=ElementType.DATE,
    ),
    ElementDefinition(
        code="person.allowance", name="低保金", subject=SubjectKind.PERSON, type=ElementType.MONEY
    ),
    ElementDefinition(code="person.note", name="内部备注", subject=SubjectKind.PERSON),
    ElementDefinition(
        code="organisation.name",
        name="企业名称",
        subject=SubjectKind.ORGANISATION,
        data_class=DataClass.PUBLIC,
    ),
)

CLASSIFICATION = (
    ClassificationDefinition(code="1", name="基础信息资源"),
    ClassificationDefinition(code="101", name="国家人口基础信息资源"),
    ClassificationDefinition(code="101001", name="人口基本信息"),
    ClassificationDefinition(code="3", name="部门信息资源"),
    ClassificationDefinition(code="306", name="民政"),
    ClassificationDefinition(code="306010", name="社会救助"),
)

HOUSEHOLD = ResourceDefinition(
    code="101001/1",
    name={"zh": "人口基本信息", "en": "Population register"},
    provider=POLICE,
    abstract="常住人口的姓名、公民身份号码。",
    format=FormatDefinition(type="postgresql"),
    items=(
        ItemDefinition(name="姓名", element="person.name", column="name"),
        ItemDefinition(name="公民身份号码", element="person.id", column="id"),
    ),
    share=ShareDefinition(type=ShareType.UNCONDITIONAL, condition="业务协同"),
    publish_date=dt.date(2026, 1, 5),
    link=LinkDefinition(source="population", table="person", identifier="id"),
)

MARRIAGE = ResourceDefinition(
    code="306010/1",
    name={"zh": "婚姻登记信息", "en": "Marriage register"},
    provider=CIVIL,
    abstract="婚姻登记的状况和日期；低保户的救助金。",
    format=FormatDefinition(type="sqlite"),
    items=(
        ItemDefinition(name="婚姻状况", element="person.marital_status", column="status"),
        ItemDefinition(name="登记日期", element="person.married_on", column="married_on"),
        ItemDefinition(
            name="低保金",
            element="person.allowance",
            column="allowance",
            written=WritingDefinition(unit=MoneyUnit.FEN),
        ),
        ItemDefinition(name="姓名", element="person.name", column="name"),
        ItemDefinition(
            name="备注",
            element="person.note",
            column="note",
            share=ShareDefinition(type=ShareType.NONE, basis="《婚姻登记条例》"),
        ),
    ),
    share=ShareDefinition(type=ShareType.CONDITIONAL, condition="用于社会保险补贴审核"),
    update_cycle="weekly",
    publish_date=dt.date(2026, 3, 1),
    link=LinkDefinition(source="civil", table="marriage", identifier="id", newest="married_on"),
)

PARKS = ResourceDefinition(
    code="306010/2",
    name="公园名录",
    provider=CIVIL,
    abstract="公园的名称和地址。",
    format=FormatDefinition(category="spreadsheet", type="xlsx"),
    share=ShareDefinition(type=ShareType.UNCONDITIONAL),
    open=OpenDefinition(open=True, condition="注明来源"),
    update_cycle="yearly",
)

RESOURCES = (HOUSEHOLD, MARRIAGE, PARKS)


def adopt_government(unit: Unit) -> None:
    """Put a government, its calendar and its departments on the shelf."""
    put_all(
        unit,
        "government",
        {
            "government": GovernmentDefinition(
                name="某市人民政府", division="470181", level="4", origin="city.example/ledger"
            )
        },
    )
    calendar = CalendarDefinition(
        years=(CalendarYear(year=2026, source="test"), CalendarYear(year=2027, source="test"))
    )
    put_all(unit, "calendar", {"calendar": calendar})
    put_all(unit, "departments", {each.code: each for each in DEPARTMENTS})


def adopt_catalog(unit: Unit, resources: Sequence[ResourceDefinition] = RESOURCES) -> None:
    """Put elements, classification and resources on the shelf, and index them."""
    put_all(unit, "elements", {each.code: each for each in ELEMENTS})
    put_all(unit, "classification", {each.code: each for each in CLASSIFICATION})
    put_all(unit, "resources", {each.code: each for each in resources})
    actions.reindex(unit)


def put_all(unit: Unit, part: str, values: Mapping[str, msgspec.Struct]) -> None:
    """Put values on the shelf, the current ones of their keys."""
    for key, value in values.items():
        shelf.put(unit, part, key, 1, value)


def found(database: Database, resources: Sequence[ResourceDefinition] = RESOURCES) -> None:
    """Make the small city."""
    database.write(adopt_government)
    database.write(lambda unit: adopt_catalog(unit, resources))
