"""Grants, sources and people of the small city, and a source that can be made to fail."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import msgspec
from tests.builders import catalog
from tests.builders.catalog import CIVIL, LABOUR, POLICE

from tongban.kernel.actors import Actor, ActorKind
from tongban.kernel.subjects import SubjectKind, SubjectRef
from tongban.kit.db import Database, Unit
from tongban.modules.catalog.definition import MoneyUnit, WritingDefinition
from tongban.modules.exchange import actions, errors, queries
from tongban.modules.exchange.definition import GrantDefinition, SourceDefinition
from tongban.modules.exchange.model import (
    Basis,
    Fetched,
    Found,
    GrantRequest,
    Purpose,
    Sample,
    Source,
    SourceColumn,
    Sources,
    SourceTable,
    UseRequest,
    Wanted,
)
from tongban.modules.exchange.model.at_work import AtWork
from tongban.modules.exchange.model.occasions import KeptBack, Occasion, WithoutCase

WANG = SubjectRef(SubjectKind.PERSON, "470181199001011233")
NOBODY = SubjectRef(SubjectKind.PERSON, "470181199001019999")
SERVICE = "flexible-employment-subsidy"
STATUS = "person.marital_status"
MARRIED_ON = "person.married_on"
ALLOWANCE = "person.allowance"
NAME = "person.name"
NOTE = "person.note"
TODAY = dt.date(2026, 11, 24)
CASE = "2026-0001"

GRANT = GrantDefinition(
    code="marriage-for-subsidy",
    resource="306010/1",
    department=LABOUR,
    items=(STATUS, MARRIED_ON, NAME),
    masked=(NAME,),
    purpose={"zh": "核对补贴申请人的婚姻状况", "en": "To check who applies for the subsidy"},
    services=(SERVICE,),
    basis="《某市政务数据共享办法》第九条",
    rests_on=Basis.LAW,
    starts=dt.date(2026, 1, 1),
    ends=dt.date(2026, 12, 31),
)

CONSENTED = msgspec.structs.replace(
    GRANT,
    code="allowance-with-consent",
    items=(ALLOWANCE,),
    masked=(),
    basis="《个人信息保护法》第十三条第一款第一项",
    rests_on=Basis.CONSENT,
)

OWN = "marriage-registration"
PURPOSES = (
    Purpose(code=SERVICE, departments=(LABOUR,), name="社会保险补贴", clause="《补贴办法》第三条"),
    Purpose(code=OWN, departments=(CIVIL,), name="婚姻登记", clause="《婚姻登记条例》第四条"),
)

ROW = {
    "status": "20",
    "married_on": "2019-05-20",
    "allowance": 68_000,
    "name": "王小明",
    "note": "不得外传",
    "id": WANG.id,
}


class MemorySources:
    """Sources in memory: one row about Wang, and a switch that takes them down."""

    def __init__(self) -> None:
        self.down = False
        self.reads = 0
        self.rows: dict[str, dict[str, Any]] = {WANG.id: dict(ROW)}
        self.count = 1

    def read(
        self,
        source: Source,
        table: str,
        identifier_column: str,
        identifier: str,
        columns: Sequence[str],
        newest: str = "",
    ) -> Found | None:
        if self.down:
            raise errors.source_unavailable(source.code)
        self.reads += 1
        row = self.rows.get(identifier)
        if row is None:
            return None
        return Found(row=tuple(row[column] for column in columns), count=self.count)

    def look(self, source: Source, table: str) -> SourceTable | None:
        columns = [
            SourceColumn(name=name, type="TEXT", readable=True, indexed=name == "id")
            for name in ROW
        ]
        return SourceTable(columns=tuple(columns))

    def sample(self, source: Source, table: str, columns: Sequence[str], rows: int) -> Sample:
        held = [[row[column] for column in columns] for row in self.rows.values()]
        return Sample(rows=held[:rows], whole=len(held) <= rows, spread=False)

    def size(self, source: Source, table: str) -> int | None:
        return len(self.rows)


def found(
    database: Database, grants: Sequence[GrantDefinition] = (GRANT,), *, running: bool = True
) -> MemorySources:
    """Make the small city with its sources and grants, and a case about Wang that runs, unless there is to
    be none; returns the sources."""
    catalog.found(database)
    database.write(lambda unit: adopt(unit, grants))
    if running:
        database.write(run_case)
    sources = MemorySources()
    database.ports.plug(Sources, sources)
    return sources


WORKERS = tuple(
    AtWork(department=department, duty="case.review", elements=None)
    for department in (LABOUR, CIVIL)
)
"""Who works on the running case, as its service declares it: each needs everything."""


def run_case(unit: Unit) -> None:
    """Let a case about Wang run on which both departments work, each for a service of its own."""
    actions.declare_work(unit, CASE, WORKERS)
    actions.open_use(unit, a_use(elements=(STATUS,), basis=Basis.LAW))
    actions.open_use(unit, a_use(elements=(STATUS,), basis=Basis.LAW, service=OWN))


def write_money_in(database: Database, unit: MoneyUnit | None) -> None:
    """Let the marriage register declare in which unit it writes the allowance."""
    items = tuple(
        msgspec.structs.replace(item, written=WritingDefinition(unit=unit))
        if item.element == ALLOWANCE
        else item
        for item in catalog.MARRIAGE.items
    )
    changed = msgspec.structs.replace(catalog.MARRIAGE, items=items)
    database.write(lambda work: catalog.put_all(work, "resources", {changed.code: changed}))


def adopt(unit: Unit, grants: Sequence[GrantDefinition]) -> None:
    """Put sources and grants on the shelf and adopt the grants."""
    sources = (
        SourceDefinition(code="population", name="人口库", department=POLICE, location="p.db"),
        SourceDefinition(code="civil", name="民政库", department=CIVIL, location="c.db"),
    )
    catalog.put_all(unit, "sources", {each.code: each for each in sources})
    catalog.put_all(unit, "grants", {each.code: each for each in grants})
    actions.adopt_grants(unit)
    actions.declare_purposes(unit, PURPOSES)


def a_use(**changed: Any) -> UseRequest:
    """A use of Wang's marital status for a case of the subsidy."""
    values: dict[str, Any] = {
        "case_number": CASE,
        "service": SERVICE,
        "department": LABOUR,
        "subject": WANG,
        "resource": "306010/1",
        "elements": (STATUS, MARRIED_ON),
        "purpose": "核对婚姻状况",
        "basis": Basis.CONSENT,
    }
    return UseRequest(**{**values, **changed})


def wanted(**changed: Any) -> Wanted:
    """The same request, as a department's system makes it."""
    values: dict[str, Any] = {
        "department": LABOUR,
        "subject": WANG,
        "resource": "306010/1",
        "elements": (STATUS,),
        "code": SERVICE,
        "case_number": CASE,
        "asker": staff(changed.get("department", LABOUR), "case.review"),
    }
    return Wanted(**{**values, **changed})


INSPECTION = Occasion(code="inspection", name={"zh": "监督检查", "en": "Inspection"})
INSPECTED = msgspec.structs.replace(
    GRANT,
    code="inspection-of-subsidies",
    services=("no-service",),
    without_case=WithoutCase(occasions=(INSPECTION,), a_day=8, for_each=5, second_person_above=3),
)
"""A grant by which eight reads a day need no case, five of each, and three of one alone."""


INVESTIGATION = Occasion(
    code="investigation",
    name={"zh": "案件调查", "en": "Investigation"},
    kept_back=KeptBack(
        clause={"zh": "《某市调查规定》第八条", "en": "City rule, article 8"}, days=30
    ),
)
INVESTIGATED = msgspec.structs.replace(
    INSPECTED,
    code="investigation-of-subsidies",
    items=(STATUS,),
    masked=(),
    without_case=WithoutCase(
        occasions=(INVESTIGATION, INSPECTION), a_day=60, for_each=40, second_person_above=30
    ),
)
"""A grant with an occasion of which the person is told thirty days later."""


def ask(database: Database, request: Wanted) -> Fetched:
    """Ask as a department's system does: what is wanted is prepared, read and put on record."""
    with database.read() as reader:
        prepared = queries.prepare(reader, request)
    return database.write(lambda unit: actions.record(unit, prepared))


def inspecting(**changed: Any) -> Wanted:
    """A request without a case, on an occasion that its grant names."""
    values: dict[str, Any] = {
        "code": INSPECTED.code,
        "case_number": "",
        "occasion": Occasion(code=INSPECTION.code, name=""),
        "occasion_reference": "J-2026-0007",
    }
    return wanted(**{**values, **changed})


def investigating(**changed: Any) -> Wanted:
    """A request of which the person is told later."""
    occasion = Occasion(code=INVESTIGATION.code, name="")
    return inspecting(**{"code": INVESTIGATED.code, "occasion": occasion, **changed})


def a_request(**changed: Any) -> GrantRequest:
    """An application for the marriage register."""
    values: dict[str, Any] = {
        "resource": "306010/1",
        "items": (STATUS,),
        "purpose": "核对临时救助申请人的婚姻状况",
        "basis": "《社会救助暂行办法》第十一条",
        "rests_on": Basis.LAW,
        "starts": TODAY,
        "ends": dt.date(2027, 11, 23),
    }
    return GrantRequest(**{**values, **changed})


def staff(department: str, *duties: str) -> Actor:
    """A member of staff."""
    return Actor(
        ActorKind.STAFF,
        account=f"staff-{department}",
        name="某工作人员",
        department=department,
        duties=frozenset(duties),
    )


def officer(department: str) -> Actor:
    """A department's data officer."""
    return staff(department, "grant.decide")


def resident(subject: SubjectRef = WANG) -> Actor:
    """A resident who acts for themself."""
    return Actor(ActorKind.RESIDENT, account="resident", name="王小明", subject=subject)
