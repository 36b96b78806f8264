"""Plain builders: a government that certifies, its kinds of certificates, what is asked for."""

import datetime as dt
from pathlib import Path
from typing import Any

from tests.builders import identity, web

from tongban.kernel.actors import Actor, ActorKind
from tongban.kernel.subjects import SubjectKind, SubjectRef
from tongban.kit import shelf
from tongban.kit.db import Database, Unit
from tongban.kit.house import House
from tongban.modules.certificates import actions, adapters, handlers, queries
from tongban.modules.certificates.adapters.typefaces import FoundTypefaces
from tongban.modules.certificates.definition import (
    CertificateFieldDefinition,
    CertificateTypeDefinition,
)
from tongban.modules.certificates.model import Certificate, IssueRequest
from tongban.modules.government.definition import DepartmentDefinition

TYPEFACES = FoundTypefaces()
"""Of packages and of this machine; their maps are read once."""
HOLDER = SubjectRef(SubjectKind.PERSON, identity.NUMBER)
OWNER = Actor(ActorKind.RESIDENT, account="a-resident", name="王小敏", subject=HOLDER)
STRANGER = Actor(
    ActorKind.RESIDENT,
    account="a-stranger",
    name="李强",
    subject=SubjectRef(SubjectKind.PERSON, "110101198001010014"),
)
DECIDER = Actor(
    ActorKind.STAFF, account="a-decider", department="hr", duties=frozenset({"case.decide"})
)

SUBSIDY = CertificateTypeDefinition(
    code="subsidy",
    name={"zh": "社会保险补贴决定书", "en": "Decision on the subsidy"},
    type_code="114701810170104403001",
    category="approval",
    issuer="hr",
    valid_months=12,
    body={"zh": "准予{name}补贴{months}个月，合计{amount}。", "en": "{name} gets {amount}."},
    basis="《社会保险补贴办法（演示规则）》第八条",
    fields=(
        CertificateFieldDefinition(
            code="name", name={"zh": "姓名", "en": "Name"}, disclosable=False
        ),
        CertificateFieldDefinition(
            code="months", name={"zh": "补贴月数", "en": "Months"}, type="integer"
        ),
        CertificateFieldDefinition(
            code="amount", name={"zh": "补贴合计", "en": "Amount"}, type="money"
        ),
        CertificateFieldDefinition(
            code="since", name={"zh": "起始日期", "en": "Since"}, type="date"
        ),
    ),
)


def house(database: Database, folder: Path, *, demonstration: bool = True) -> House:
    """Return a house with a small government that can certify, its keys below the folder."""
    identity.found(database, demonstration=demonstration)
    made = web.house(database, folder)
    adapters.plug(made)
    hr = DepartmentDefinition(
        code="hr", name="人力资源和社会保障局", credit_code="11470181017010440X"
    )

    def work(unit: Unit) -> None:
        shelf.put(unit, "departments", "hr", 2, hr)
        shelf.put(unit, queries.PART, SUBSIDY.code, 1, SUBSIDY)

    database.write(work)
    return made


def request(**more: Any) -> IssueRequest:
    values: dict[str, Any] = {
        "name": "王小敏",
        "months": 12,
        "amount": 700000,
        "since": dt.date(2026, 1, 1),
    }
    return IssueRequest(
        type="subsidy",
        holder=HOLDER,
        holder_name="王小敏",
        values={**values, **more},
        case_number="330199202611240001",
        issuer="hr",
    )


def issued(running: House, **more: Any) -> Certificate:
    """Return a certificate that waits for its seal."""
    return running.db.write(lambda unit: actions.issue(unit, request(**more)))


def sealed(running: House, **more: Any) -> Certificate:
    """Return a certificate that is sealed and valid."""
    certificate = issued(running, **more)
    handlers.seal(running, {"certificate": certificate.id}, lambda _done, _of: None)
    with running.db.read() as reader:
        return queries.certificate(reader, certificate.id)


def documents(running: House, certificate: Certificate) -> tuple[bytes, str]:
    """Return the sealed PDF and the whole credential."""
    with running.db.read() as reader:
        return queries.pdf(reader, certificate), queries.credential_text(reader, certificate)
