"""送达 and 办结: the result is handed over, the case is closed, logged and given to the archive."""

import datetime as dt
from collections.abc import Iterator

from msgspec.structs import replace

from tongban.kernel.actors import SYSTEM, Actor
from tongban.kernel.text import CHINESE, Text, say
from tongban.kit.db import Unit
from tongban.kit.i18n import translate
from tongban.modules.archive import actions as archive
from tongban.modules.archive.model import Document, PackageRequest
from tongban.modules.certificates import queries as certificates
from tongban.modules.exchange import actions as exchange
from tongban.modules.government import queries as government
from tongban.modules.notices import actions as notices
from tongban.modules.services import errors
from tongban.modules.services.actions.log import log_closing
from tongban.modules.services.actions.recording import about, happened, save, tell
from tongban.modules.services.actions.working import as_seen, at_work, finish
from tongban.modules.services.events import CaseClosed
from tongban.modules.services.formats import Fact, document
from tongban.modules.services.model import (
    Case,
    CaseValue,
    Changed,
    Correction,
    Files,
    Outcome,
    Plain,
    State,
    StepKind,
    StepOutcome,
    StepState,
    What,
)
from tongban.modules.services.queries import showing
from tongban.modules.services.queries.loading import Loaded, load
from tongban.modules.services.rules import may
from tongban.modules.services.rules.states import Verb, moved
from tongban.modules.services.store import cases, history


def certificate_sealed(unit: Unit, number: str) -> None:
    """Close a case whose certificate is ready; nothing happens when it is closed already."""
    case = cases.find_by_number(unit.connection, number, lock=True)
    if case is None or case.state is not State.ISSUING:
        return
    loaded = load(unit, case)
    happened(unit, case, What.ISSUED)
    for run in loaded.runs:
        if run.kind is StepKind.ISSUE and run.state is StepState.OPEN:
            finish(unit, SYSTEM, loaded, run, StepOutcome.ISSUED)
    close(unit, loaded, case)


def certificate_revoked(unit: Unit, certificate: str, number: str) -> None:
    """Tell the applicant that the certificate of a case was revoked, and where to read why."""
    case = cases.find_by_number(unit.connection, number)
    if case is None:
        return
    name = load(unit, case).service.name
    notices.send(
        unit,
        case.account,
        "services.notice.certificate_revoked",
        {"number": number, "service": name},
        f"/my/certificates/{certificate}",
    )


def sealing_given_up(unit: Unit, number: str) -> None:
    """Tell who decided that the certificate could not be made; the applicant reads it on their case."""
    case = cases.find_by_number(unit.connection, number)
    if case is None or case.state is not State.ISSUING:
        return
    loaded = load(unit, case)
    if loaded.decision is not None:
        notices.send(
            unit,
            loaded.decision.by,
            "services.notice.sealing_given_up",
            {"number": number, "service": loaded.service.name},
            f"/work/cases/{number}",
        )


def deliver(unit: Unit, actor: Actor, number: str, code: str, seen: int) -> Case:
    """Confirm that a result without a certificate was handed over (送达): the case is closed."""
    loaded, step, run = at_work(
        unit, actor, number, code, lambda _, run: may.has_done(actor, run, StepOutcome.ISSUED)
    )
    if run.state is StepState.DONE:
        return loaded.case
    as_seen(loaded, seen)
    if step.kind is not StepKind.ISSUE or loaded.service.result.certificate:
        raise errors.not_now(Verb.DELIVER, loaded.case.state)
    moved(loaded.case.state, Verb.DELIVER, State.CLOSED)
    runs = finish(unit, actor, loaded, run, StepOutcome.ISSUED)
    happened(unit, loaded.case, What.ISSUED, actor, step=code)
    return close(unit, replace(loaded, runs=runs), loaded.case)


def close(unit: Unit, loaded: Loaded, decided: Case) -> Case:
    """Close a decided case: 办结, with its ledger entry and its package, no use left open."""
    verb = {State.ISSUING: Verb.DELIVER, State.DECIDING: Verb.APPROVE}[decided.state]
    to = moved(decided.state, verb, State.CLOSED)
    closed = replace(decided, state=to, closed_at=unit.now)
    case = save(unit, loaded.case, closed)
    happened(unit, case, What.CLOSED)
    record_end(unit, loaded, case, str(case.outcome))
    unit.emit(CaseClosed(**about(case), outcome=str(case.outcome)))
    if case.outcome is Outcome.APPROVED and loaded.service.result.certificate:
        tell(unit, loaded, "closed")
    return case


def record_end(unit: Unit, loaded: Loaded, case: Case, outcome: str) -> None:
    """Leave of a case that is over, however it ended, its ledger entry and package; no use is open."""
    log_closing(unit, loaded, case, outcome)
    exchange.close_uses(unit, case.number)
    archive.request_package(unit, _package(unit, loaded, case, outcome))


def packaged(unit: Unit, number: str) -> None:
    """Note in the history that the archive has the case."""
    case = cases.find_by_number(unit.connection, number, lock=True)
    if case is not None:
        happened(unit, case, What.ARCHIVED, internal=True)


# What goes into the package ----------------------------------------------------------------------


def _package(unit: Unit, loaded: Loaded, case: Case, outcome: str) -> PackageRequest:
    return PackageRequest(
        case_number=case.number,
        metadata={
            "service": loaded.service.code,
            "service_name": say(loaded.service.name, CHINESE),
            "service_version": loaded.service.version,
            "department": case.department,
            "department_name": government.department_name(unit.connection, case.department),
            "applicant": loaded.applicant.name,
            "outcome": outcome,
            "submitted_at": _iso(case.submitted_at),
            "accepted_on": str(case.accepted_on or ""),
            "decided_at": _iso(case.decided_at),
            "closed_at": _iso(case.closed_at),
        },
        documents=list(_documents(unit, loaded, case)),
    )


def _iso(at: dt.datetime | None) -> str:
    return at.isoformat(timespec="seconds") if at else ""


def _documents(unit: Unit, loaded: Loaded, case: Case) -> Iterator[Document]:
    maker = loaded.applicant.name
    submitted = case.submitted_at or unit.now
    application = document(
        "application",
        say(loaded.service.name, CHINESE),
        [_fact(unit, loaded, value) for value in loaded.values],
    )
    yield _kept(unit, "申请/申请表.xml", "申请表", maker, submitted, application)
    yield from papers(loaded)
    office = government.department_name(unit.connection, case.department)
    yield _kept(unit, "办理/办理过程.xml", "办理过程", office, unit.now, _process(unit, loaded))
    if loaded.correction is not None:
        asked = loaded.correction
        changed = document("correction", loaded.case.number, _correction(loaded, asked))
        at = asked.supplied_at or (asked.asked_at if asked.supplied_on is None else unit.now)
        yield _kept(unit, "办理/补正.xml", "补正", office, at, changed)
    if loaded.decision is not None:
        decided = _decision(unit, loaded)
        yield _kept(unit, "决定/决定书.xml", "决定书", office, loaded.decision.at, decided)
    yield from _certificates(unit, case, office)


def papers(loaded: Loaded) -> Iterator[Document]:
    """Return what the applicant attached, each under a number and the name it was sent with."""
    for number, attachment in enumerate(loaded.attachments, 1):
        material = say(loaded.names.get(f"material.{attachment.material}", ""), CHINESE)
        yield Document(
            name=f"申请/材料/{number:02d}-{attachment.called}",
            media_type=attachment.media_type,
            digest=attachment.digest,
            title=material or attachment.material,
            maker=loaded.applicant.name,
            at=attachment.at,
        )


def _kept(
    unit: Unit, name: str, title: str, maker: str, at: dt.datetime, content: bytes
) -> Document:
    return Document(
        name=name,
        media_type="application/xml",
        digest=unit.port(Files).put(unit.keyring.seal_bytes(content)),
        title=title,
        maker=maker,
        at=at,
    )


def _fact(unit: Unit, loaded: Loaded, value: CaseValue) -> Fact:
    provider = value.provider and government.department_name(unit.connection, value.provider)
    source = [_said(f"origin.{value.origin}"), provider, value.resource, _iso(value.at)]
    claim = _read(loaded, value.key, value.type, value.claim)
    if value.claim is not None:
        source.append(f"申请人主张：{claim}")
    return Fact(
        name=say(loaded.names.get(value.key, value.key), CHINESE),
        words=_read(loaded, value.key, value.type, value.value),
        note=" ".join(filter(None, source)),
        key=value.key,
        value=value.value,
    )


def _read(loaded: Loaded, key: str, sort: str, value: Plain | None) -> str:
    return showing.shown(sort, value, showing.manner(loaded, key), CHINESE) or "（无）"


def _said(name: str) -> str:
    return translate(CHINESE, f"services.{name}")


def _process(unit: Unit, loaded: Loaded) -> bytes:
    lines = history.history(unit, loaded.case.id, internal=True)
    return document(
        "process",
        loaded.case.number,
        [
            Fact(
                name=_said(f"what.{line.what}"),
                words=say(showing.about(line, loaded.names), CHINESE),
                note=f"{_iso(line.at)} {line.actor_name}",
                key=line.what,
            )
            for line in lines
        ],
    )


def _correction(loaded: Loaded, asked: Correction) -> Iterator[Fact]:
    """Yield what a notice asked for, with what stood there before and after."""
    changes = {each.key: each for each in asked.changes}
    for item in asked.items:
        name = say(loaded.names.get(item.key, item.key), CHINESE) or "其他"
        change = changes.get(item.key)
        values = "" if change is None else _change(loaded, change)
        words = values if item.key else asked.answer or "（无）"
        yield Fact(name=name, words=words, note=item.text, key=item.key)
    if asked.answer and all(item.key for item in asked.items):
        yield Fact(name="申请人说明", words=asked.answer)


def _change(loaded: Loaded, change: Changed) -> str:
    if change.type == "files":
        return f"{change.old or '（无）'} → {change.new or '（无）'}"
    before, after = (
        _read(loaded, change.key, change.type, value) for value in (change.old, change.new)
    )
    return f"{before} → {after}"


def _decision(unit: Unit, loaded: Loaded) -> bytes:
    decision = loaded.decision
    assert decision is not None
    department = government.department_name(unit.connection, decision.department)
    proposed = _said(f"proposal.{decision.proposed}")
    facts = [
        Fact(
            name="决定",
            words=_said(f"step_outcome.{decision.outcome}"),
            note="" if decision.outcome is Outcome.NOT_ACCEPTED else proposed,
            key="outcome",
            value=decision.outcome.value,
        ),
        Fact(name="部门", words=department, key="department", value=decision.department),
        Fact(name="决定人", words=decision.by_name, note=_iso(decision.at)),
        Fact(name="依据", words=decision.clause),
        Fact(name="理由", words=decision.reason),
        Fact(name="救济途径", words=decision.remedy),
        Fact(name="联系人", words=decision.contact),
        Fact(name="账本条目", words=decision.ledger_entry),
    ]
    return document("decision", loaded.case.number, facts)


def _certificates(unit: Unit, case: Case, maker: str) -> Iterator[Document]:
    for certificate in certificates.of_case(unit, case.number):
        if certificate.pdf_digest:
            yield Document(
                name=f"决定/证照/{certificate.number}.pdf",
                media_type="application/pdf",
                digest=certificate.pdf_digest,
                title=_title(certificate.name),
                maker=maker,
                at=certificate.issued_at,
            )


def _title(name: Text) -> str:
    return say(name, CHINESE)
