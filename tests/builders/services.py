"""A small subsidy with two needs, a form, rules, three steps of two departments; and who acts in it."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from tests.builders import exchange
from tests.builders.catalog import CIVIL, LABOUR, POLICE
from tests.builders.certificates import TYPEFACES
from tests.builders.exchange import GRANT, WANG, MemorySources

from tongban.kernel.actors import Actor, ActorKind
from tongban.kernel.dates import Calendar
from tongban.kernel.subjects import SubjectKind, SubjectRef
from tongban.kit import shelf
from tongban.kit.db import Database, Unit
from tongban.kit.files import FileStore
from tongban.modules.certificates.definition import (
    CertificateFieldDefinition,
    CertificateTypeDefinition,
)
from tongban.modules.certificates.model import Typefaces
from tongban.modules.exchange.definition import GrantDefinition
from tongban.modules.exchange.model import Basis as SharingBasis
from tongban.modules.services import actions
from tongban.modules.services.model import (
    Basis,
    Calculation,
    Case,
    CaseValue,
    Deciding,
    Element,
    Field,
    Files,
    Limited,
    Material,
    Need,
    Option,
    Origin,
    Outcome,
    Plain,
    Result,
    Rule,
    Section,
    Service,
    ServiceStatus,
    Situation,
    State,
    Step,
    StepKind,
    StepRun,
    StepState,
    Window,
)

SUBSIDY = "flexible-employment-subsidy"
STATUS = "person.marital_status"
MARRIED_ON = "person.married_on"
NAME = "person.name"
MORNING = dt.datetime(2026, 11, 24, 1, 30, tzinfo=dt.UTC)
TODAY = dt.date(2026, 11, 24)
CALENDAR = Calendar(
    covers=frozenset({2026, 2027}),
    holidays={dt.date(2027, 1, 1): "元旦"},
)

POLICE_GRANT = GrantDefinition(
    code="population-for-subsidy",
    resource="101001/1",
    department=LABOUR,
    items=("person.name", "person.id"),
    purpose="核对申请人身份",
    services=(SUBSIDY,),
    basis="《某市政务数据共享办法》第八条",
    rests_on=SharingBasis.LAW,
    starts=dt.date(2026, 1, 1),
    ends=dt.date(2027, 12, 31),
)


def definition(**changed: Any) -> Service:
    """The subsidy: identity by law, marriage by consent, accept, review by civil affairs, decide."""
    values: dict[str, Any] = {
        "code": SUBSIDY,
        "version": 1,
        "status": ServiceStatus.OPEN,
        "name": {"zh": "灵活就业社会保险补贴", "en": "Subsidy for the flexibly employed"},
        "summary": {"zh": "缴纳社会保险的灵活就业人员的补贴", "en": "Pays part of contributions"},
        "department": LABOUR,
        "type": "05",
        "level": "4",
        "audience": ("1",),
        "kind": "2",
        "national_code": "",
        "keywords": ("社保补贴",),
        "basis": (Basis(title="中华人民共和国就业促进法", article="第十七条"),),
        "statutory_limit": Limited(days=20),
        "promised_limit": Limited(days=10),
        "visits": 0,
        "most_open": 0,
        "window": Window(address="政务服务中心一楼", phone="0600-5550101"),
        "remedy": "可以在六十日内申请行政复议，或者在六个月内提起行政诉讼。",
        "situations": (
            Situation(
                code="kind",
                question={"zh": "您怎样就业？", "en": "How do you work?"},
                options=(
                    Option(code="alone", name={"zh": "个体经营", "en": "On my own"}),
                    Option(code="hourly", name={"zh": "非全日制", "en": "By the hour"}),
                ),
            ),
        ),
        "needs": (
            Need(
                elements=("person.name",),
                resource="101001/1",
                basis="law",
                clause="《某市政务数据共享办法》第八条",
                purpose={"zh": "核对身份", "en": "To check who applies"},
            ),
            Need(
                elements=(STATUS, MARRIED_ON),
                resource="306010/1",
                purpose={"zh": "核对婚姻状况", "en": "To check the marital status"},
            ),
        ),
        "form": (
            Section(
                title={"zh": "关于您", "en": "About you"},
                fields=(
                    Field(code="name", name="姓名", element="person.name"),
                    Field(code="status", name="婚姻状况", element=STATUS),
                    Field(code="phone", name="联系电话", type="text"),
                ),
            ),
            Section(
                title={"zh": "补贴", "en": "Subsidy"},
                fields=(
                    Field(code="months", name="申请月数", type="integer"),
                    Field(
                        code="hours",
                        name="每周小时数",
                        type="integer",
                        when='situation.kind = "hourly"',
                    ),
                ),
            ),
        ),
        "materials": (
            Material(code="marriage", name="结婚证", source="government", evidences=(STATUS,)),
        ),
        "rules": (
            Rule(
                code="married",
                name="已婚",
                condition=f'{STATUS} = "20"',
                clause="《补贴办法（演示规则）》第三条",
            ),
            Rule(
                code="months",
                name="至少三个月",
                condition="form.months >= 3",
                clause="《补贴办法（演示规则）》第四条",
            ),
        ),
        "calculations": (
            Calculation(code="amount", name="补贴金额", value="100 yuan * form.months"),
        ),
        "steps": (
            Step(code="accept", name="受理", kind=StepKind.ACCEPT, department=LABOUR),
            Step(
                code="review",
                name="民政审查",
                kind=StepKind.REVIEW,
                department=CIVIL,
                after=("accept",),
                limit=Limited(days=3),
            ),
            Step(
                code="decide",
                name="决定",
                kind=StepKind.DECIDE,
                department=LABOUR,
                after=("review",),
            ),
        ),
        "result": Result(
            certificate="subsidy-decision",
            fields={"name": "applicant.name", "amount": "result.amount"},
        ),
    }
    return Service(**{**values, **changed})


def notice_only(**changed: Any) -> Service:
    """The same subsidy with nothing but a notice as its result, so that approving closes it."""
    return definition(result=Result(), **changed)


CERTIFICATE = CertificateTypeDefinition(
    code="subsidy-decision",
    name={"zh": "灵活就业社会保险补贴决定书", "en": "Decision on the subsidy"},
    issuer=LABOUR,
    fields=(
        CertificateFieldDefinition(code="name", name="姓名"),
        CertificateFieldDefinition(code="amount", name="补贴金额", type="money"),
    ),
    body="准予{name}领取社会保险补贴{amount}。",
)


def procedure(declared: Service | None = None) -> Service:
    """The procedure of a definition."""
    return declared or definition()


ELEMENTS = {
    "person.name": Element(code="person.name", name="姓名", mask="name"),
    STATUS: Element(code=STATUS, name="婚姻状况", type="code", codes={"10": "未婚", "20": "已婚"}),
    MARRIED_ON: Element(code=MARRIED_ON, name="结婚登记日期", type="date"),
}


def value(key: str, content: Plain | None, **changed: Any) -> CaseValue:
    """A value that was asked, unless it is said to come from elsewhere."""
    given: dict[str, Any] = {
        "key": key,
        "type": "text",
        "value": content,
        "origin": Origin.ASKED,
        "at": MORNING,
    }
    return CaseValue(**{**given, **changed})


def fetched(key: str, content: Plain | None) -> CaseValue:
    """A value that a department gave."""
    return value(key, content, origin=Origin.FETCHED, resource="306010/1", provider=CIVIL)


def case(**changed: Any) -> Case:
    """A case that came in this morning."""
    values: dict[str, Any] = {
        "id": "case-1",
        "number": "2026112400100017",
        "service": SUBSIDY,
        "service_version": 1,
        "department": LABOUR,
        "account": "wang",
        "state": State.SUBMITTED,
        "created_at": MORNING,
        "submitted_at": MORNING,
    }
    return Case(**{**values, **changed})


def run(code: str = "accept", **changed: Any) -> StepRun:
    """An open step."""
    kinds = {"accept": StepKind.ACCEPT, "review": StepKind.REVIEW, "decide": StepKind.DECIDE}
    values: dict[str, Any] = {
        "step": code,
        "kind": kinds[code],
        "department": CIVIL if code == "review" else LABOUR,
        "state": StepState.OPEN,
        "opened_at": MORNING,
    }
    return StepRun(**{**values, **changed})


# Who acts ----------------------------------------------------------------------------------------


def wang(**changed: Any) -> Actor:
    """The resident who applies."""
    values: dict[str, Any] = {
        "kind": ActorKind.RESIDENT,
        "account": "wang",
        "name": "王小明",
        "subject": WANG,
    }
    return Actor(**{**values, **changed})


STRANGER = Actor(
    ActorKind.RESIDENT,
    account="stranger",
    name="李四",
    subject=SubjectRef(SubjectKind.PERSON, "470181198502022345"),
)


def clerk(account: str = "li", department: str = LABOUR, *more: str) -> Actor:
    """Somebody who accepts, reviews and decides in a department."""
    duties = {"case.accept", "case.review", "case.decide", *more}
    return Actor(
        ActorKind.STAFF,
        account=account,
        name=f"经办人{account}",
        department=department,
        duties=frozenset(duties),
    )


LI = clerk("li")
ZHAO = clerk("zhao")
REVIEWER = clerk("sun", CIVIL)
MANAGER = clerk("qian", LABOUR, "case.reassign")
OUTSIDER = clerk("zhou", POLICE)

APPROVE = Deciding(outcome=Outcome.APPROVED)
VERIFIED = Deciding(outcome=Outcome.APPROVED, verified=True)
REFUSE = Deciding(
    outcome=Outcome.REFUSED,
    clause="《补贴办法（演示规则）》第四条",
    reason="申请月数不足三个月。",
    remedy="可以在六十日内申请行政复议。",
    contact="李萍 0600-5550101",
)


NOT_ACCEPT = Deciding(
    outcome=Outcome.NOT_ACCEPTED,
    clause="《中华人民共和国行政许可法》第三十二条第一款第二项",
    reason="不属于本部门职责",
    remedy="可以在六十日内申请行政复议。",
    contact="李萍 0600-5550101",
)

# A government that runs --------------------------------------------------------------------------


def found(database: Database, folder: Any, *declared: Service) -> MemorySources:
    """Make the small city with its services; returns the departments' sources."""
    sources = exchange.found(database, (GRANT, POLICE_GRANT), running=False)
    database.ports.plug(Files, FileStore(folder / "files"))
    database.ports.plug(Typefaces, TYPEFACES)
    services = {one.code: one for one in declared or (definition(),)}
    database.write(lambda unit: shelf.put(unit, "certificates", CERTIFICATE.code, 1, CERTIFICATE))
    database.write(lambda unit: adopt(unit, services))
    return sources


def adopt(unit: Unit, services: Mapping[str, Service], retired: Iterable[str] = ()) -> None:
    """Let an instance declare services and no longer others."""
    for code, one in services.items():
        shelf.put(unit, "services", code, one.version, one)
    for code in retired:
        shelf.retire(unit, "services", code)
    actions.reindex(unit)


def started(database: Database, code: str = SUBSIDY) -> Case:
    """A fresh draft of Wang's."""
    return database.write(lambda unit: actions.start(unit, wang(), code))


def filled(database: Database, code: str = SUBSIDY, *, allow: bool = True, months: int = 6) -> str:
    """A draft of Wang's with everything answered; returns its id."""
    draft = started(database, code)
    answer(database, draft.id, allow=allow, months=months)
    return draft.id


def answer(database: Database, draft: str, *, allow: bool = True, months: int = 6) -> None:
    """Answer everything: situation, consent, both pages of the form."""
    database.write(lambda unit: actions.answer_situation(unit, wang(), draft, 1, "alone"))
    database.write(lambda unit: actions.consent(unit, wang(), draft, {1} if allow else set()))
    first = {"form.phone": "13800000000", "person.name": "王小明", STATUS: "20"}
    database.write(lambda unit: actions.answer_page(unit, wang(), draft, 1, first))
    second = {"form.months": str(months)}
    database.write(lambda unit: actions.answer_page(unit, wang(), draft, 2, second))
    if not allow:
        third = {f"{MARRIED_ON}-year": "2019", f"{MARRIED_ON}-month": "5"}
        third[f"{MARRIED_ON}-day"] = "20"
        database.write(lambda unit: actions.answer_page(unit, wang(), draft, 3, third))


def submitted(database: Database, code: str = SUBSIDY, **how: Any) -> Case:
    """A case of Wang's that came in."""
    return submit(database, filled(database, code, **how))


def submit(database: Database, draft: str) -> Case:
    """Send a draft in as it is now."""
    return database.write(lambda unit: actions.submit(unit, wang(), draft, version_of(unit, draft)))


def version_of(reader: Any, identifier: str) -> int:
    """The version of a case as it is now."""
    from tongban.modules.services.store import cases

    found_case = cases.find_case(reader.connection, identifier)
    assert found_case is not None
    return found_case.version


def seen(reader: Any, case: Case) -> int:
    """What a page opened just now would show: the version of a case as it is."""
    return version_of(reader, case.id)


def accepted(database: Database, case: Case) -> Case:
    """Accept a case as Li."""
    return database.write(
        lambda unit: actions.accept(unit, LI, case.number, "accept", case.version)
    )


def reviewed(database: Database, case: Case) -> Case:
    """Pass a case as civil affairs."""
    from tongban.modules.services.model import StepOutcome

    passed = StepOutcome.PASSED
    return database.write(
        lambda unit: actions.review(
            unit, REVIEWER, case.number, "review", seen(unit, case), passed, ""
        )
    )


def decided(database: Database, case: Case, deciding: Deciding = APPROVE) -> Case:
    """Decide a case as Li."""
    return database.write(
        lambda unit: actions.decide(unit, LI, case.number, "decide", case.version, deciding)
    )


def ready_to_decide(database: Database, code: str = SUBSIDY, **how: Any) -> Case:
    """A case that only waits for its decision."""
    return reviewed(database, accepted(database, submitted(database, code, **how)))
