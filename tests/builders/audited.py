"""A small city with history of every kind that an audit looks at, its ledger numbered and signed."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from msgspec.structs import replace
from sqlalchemy import delete, insert, select, text
from tests.builders import services as builders
from tests.builders.catalog import CIVIL
from tests.builders.exchange import GRANT, WANG, officer
from tests.builders.ledger import MemorySigner

from tongban.app import registry
from tongban.kernel.actors import Actor, ActorKind
from tongban.kit.db import Database, Unit, metadata
from tongban.modules.archive import actions as archive
from tongban.modules.archive import queries as kept_in_archive
from tongban.modules.audit import actions, queries
from tongban.modules.audit.model import Finding, Run
from tongban.modules.certificates import actions as certificates
from tongban.modules.certificates import queries as issued
from tongban.modules.certificates.model import Certificate
from tongban.modules.evaluation import actions as evaluation
from tongban.modules.evaluation import store as readings
from tongban.modules.evaluation.model import Reading
from tongban.modules.exchange import actions as exchange
from tongban.modules.exchange import queries as unusual
from tongban.modules.exchange import store as reading
from tongban.modules.exchange.actions import agreeing, watching
from tongban.modules.exchange.events import OwnRead
from tongban.modules.exchange.model.agreements import Agreement, AgreementState
from tongban.modules.exchange.model.looks import Look, LookKind, LookReason
from tongban.modules.identity.actions import recording as identity
from tongban.modules.identity.model import Account, AccountKind, AccountState
from tongban.modules.ledger import actions as ledger
from tongban.modules.ledger.model import EntryKind
from tongban.modules.services import actions as services
from tongban.modules.services.model import Case
from tongban.modules.supervision import actions as supervision
from tongban.modules.supervision import store as cards
from tongban.modules.supervision.model import Card, CardState, Colour

DECIDER = Actor(
    ActorKind.STAFF, account="li", department=builders.LABOUR, duties=frozenset({"case.decide"})
)
AUDITOR = Actor(
    ActorKind.STAFF, account="auditor", department="audit", duties=frozenset({"ledger.audit"})
)
SEALED = certificates.Sealed(
    pdf_digest="1" * 64, pdf_hash="2" * 64, credential_digest="3" * 64, credential_hash="4" * 64
)


def record_before(database: Database) -> None:
    """Record what was there before, as whoever brings a database to this release does."""
    declared = registry.proven()
    while database.write(lambda unit: actions.record_before(unit, declared)):
        pass


def found(database: Database, folder: Path) -> MemorySigner:
    """Make the city with packages of which nothing lies in an archive, and let it be signed."""
    builders.found(database, folder)
    record_before(database)
    live(database)
    database.write(_packages)
    signer = MemorySigner()
    ledger.run_sequencer(database, signer)
    return signer


def live(database: Database) -> None:
    """Let there be a case approved with its certificate, one whose certificate was revoked, one refused,
    one under way, a draft and one that was thrown away, looks, agreements, unusual reading, a grant that was
    ended, cards, figures, and who works there."""
    for revoked in (False, True):
        case = builders.decided(database, builders.ready_to_decide(database))
        certificate = _sealed(database, case.number)
        if revoked:
            _revoke(database, certificate)
    builders.decided(database, builders.ready_to_decide(database), builders.REFUSE)
    builders.accepted(database, builders.submitted(database))
    discarded = builders.started(database)
    database.write(lambda unit: services.discard(unit, builders.wang(), discarded.id))
    builders.started(database)
    database.write(lambda unit: looks(unit, discarded))
    database.write(_reading)
    database.write(lambda unit: exchange.end_grant(unit, officer(CIVIL), GRANT.code, "不再需要"))
    database.write(_accounts)
    database.write(_cards)
    database.write(_readings)


def _packages(unit: Unit) -> None:
    """Every closed case is archived."""
    packages, _ = kept_in_archive.packages(unit.connection, size=None)
    assert packages
    for one in packages:
        archive.keep(unit, one.id, "5" * 64, 1000)


def looks(unit: Unit, case: Case) -> None:
    """A clerk looked at a case twice, the second time at more, and opened something with a reason."""
    seen = Look(
        kind=LookKind.CASE,
        account="li",
        department=builders.LABOUR,
        step="accept",
        post="受理",
        case_number=case.id,
        service=builders.SUBSIDY,
        service_version=1,
        service_name="补贴",
        subject=WANG,
        elements=("person.name",),
    )
    why = {"kind": LookKind.OPENED, "reason": LookReason.DOUBT, "words": "出生日期不符"}
    exchange.note_look(unit, seen)
    exchange.note_look(unit, replace(seen, elements=("person.name", "person.married_on")))
    exchange.note_look(unit, replace(seen, elements=("person.birth_date",), **why))


def _reading(unit: Unit) -> None:
    """A read that waits for a second person, one that was agreed to, and two alarms, one looked into."""
    for number in (1, 2):
        asked = Agreement(
            id=unit.new_id(),
            grant=GRANT.code,
            provider=CIVIL,
            department=builders.LABOUR,
            resource=GRANT.resource,
            reader=f"staff:reader-{number}",
            asked_by=f"reader-{number}",
            occasion="inspection",
            occasion_name="检查",
            occasion_reference=f"J-{number}",
            number=3,
            until=builders.TODAY,
            state=AgreementState.REQUESTED,
            asked_at=unit.now,
        )
        asked = agreeing.put_on_record(unit, asked, EntryKind.READING_ASKED)
        reading.insert_agreement(unit.connection, asked)
        if number == 2:
            said = replace(asked, state=AgreementState.AGREED, decided_by="officer", used=1)
            said = agreeing.put_on_record(unit, said, EntryKind.READING_ANSWERED)
            reading.update_agreement(unit.connection, said)
        own = OwnRead(
            who=f"staff:reader-{number}", department=builders.LABOUR, at=unit.now, entry="e"
        )
        watching.watch_own(unit, own)
    (first, *_), _ = unusual.alarms(unit, AUDITOR)
    exchange.look_into(unit, AUDITOR, first.id, "已核实，是本人业务")


def _cards(unit: Unit) -> None:
    """A card that waits, and one that was answered."""
    for number, state in (("case-1", CardState.OPEN), ("case-2", CardState.REPLIED)):
        drawn = Card(
            id=unit.new_id(),
            rule="slow",
            colour=Colour.RED,
            case_number=number,
            service=builders.SUBSIDY,
            department=builders.LABOUR,
            handler="li",
            drawn_at=unit.now,
            reply_due=builders.TODAY,
            state=CardState.OPEN,
        )
        card = supervision.put_on_record(unit, drawn)
        cards.insert(unit.connection, [card])
        if state is not CardState.OPEN:
            said = replace(card, state=state, words="已经办理", settled_by="li")
            cards.save(unit.connection, supervision.put_on_record(unit, said), CardState.OPEN)


def _readings(unit: Unit) -> None:
    """Yesterday's and today's figures; yesterday's are final."""
    reading = Reading(numerator=1, denominator=2, value=0.5)
    for day in (builders.TODAY - timedelta(days=1), builders.TODAY):
        readings.save(unit.connection, day, {"cases_on_time_share": reading})
    evaluation.settle_days(unit, builders.TODAY, 10)


def _accounts(unit: Unit) -> None:
    """A resident, a clerk, and one who left."""
    for login, kind, roles in (
        ("resident", AccountKind.RESIDENT, ()),
        ("clerk", AccountKind.STAFF, ("clerk",)),
        ("left", AccountKind.STAFF, ("clerk",)),
    ):
        staff = kind is AccountKind.STAFF
        made = identity.keep_new(
            unit,
            Account(
                id=unit.new_id(),
                login=login,
                kind=kind,
                state=AccountState.ACTIVE,
                name="某人",
                department=builders.LABOUR if staff else "",
                roles=roles,
                created_at=unit.now,
            ),
        )
        if login == "left":
            identity.keep(unit, made, replace(made, state=AccountState.INACTIVE))


def _sealed(database: Database, number: str) -> Certificate:
    with database.read() as reader:
        (one,) = issued.of_case(reader, number)
    sealed = database.write(lambda unit: certificates.seal(unit, one.id, SEALED))
    database.write(lambda unit: services.certificate_sealed(unit, number))
    return sealed


def _revoke(database: Database, certificate: Certificate) -> None:
    database.write(
        lambda unit: certificates.revoke(
            unit, DECIDER, certificate.id, "骗取", "《补贴办法》第九条"
        )
    )


def attack(database: Database, *statements: str) -> None:
    """Change the database past the system, as whoever has it in hand can."""
    with database.engine.begin() as connection:
        for statement in statements:
            assert connection.execute(text(statement)).rowcount > 0, statement


Rows = Mapping[str, list[dict[str, Any]]]


def kept(database: Database) -> Rows:
    """Every row of every table, to bring back after an attack."""
    with database.engine.connect() as connection:
        return {
            table.name: [dict(row) for row in connection.execute(select(table)).mappings()]
            for table in metadata.sorted_tables
        }


def bring_back(database: Database, rows: Rows) -> None:
    """Make every table what it was."""
    with database.engine.begin() as connection:
        for table in reversed(metadata.sorted_tables):
            connection.execute(delete(table))
        for table in metadata.sorted_tables:
            if rows[table.name]:
                connection.execute(insert(table), rows[table.name])


def audited(database: Database) -> Run:
    """Go through a whole audit."""
    return actions.run_through(database, registry.proven())


def standing(database: Database) -> list[Finding]:
    """What stands after the last audit."""
    with database.read() as reader:
        return queries.first_findings(reader.connection, 100)
