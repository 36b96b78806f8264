"""What an applicant does with a draft: start, answer, attach, and send it in."""

from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from tongban.kernel.actors import Actor
from tongban.kernel.case_numbers import case_number
from tongban.kernel.errors import Refusal
from tongban.kernel.subjects import SubjectKind, SubjectRef
from tongban.kit.db import Unit
from tongban.modules.archive import queries as archive
from tongban.modules.certificates import queries as certificates
from tongban.modules.exchange import actions as exchange
from tongban.modules.identity import queries as identity
from tongban.modules.services import errors
from tongban.modules.services.actions.asking_again import change_values
from tongban.modules.services.actions.recording import about, happened, save, tell
from tongban.modules.services.actions.standing import log_erasure
from tongban.modules.services.events import CaseAccepted, CaseSubmitted, FilesDropped, ValueDisputed
from tongban.modules.services.model import (
    Applicant,
    Attachment,
    Case,
    CaseValue,
    Files,
    Need,
    Origin,
    Plain,
    Service,
    ServiceStatus,
    State,
    StepKind,
    StepRun,
    StepState,
    What,
)
from tongban.modules.services.queries import printing
from tongban.modules.services.queries.definitions import service
from tongban.modules.services.queries.loading import Loaded, draft, editable, own_case
from tongban.modules.services.queries.showing import Onlooker, is_hidden
from tongban.modules.services.rules import answers, clocks, filing, form, may, uploads
from tongban.modules.services.rules.journey import is_complete
from tongban.modules.services.rules.states import Verb, moved, open_kinds, ready, stage
from tongban.modules.services.store import cases, steps, values

MOST_DRAFTS = 5
"""Drafts of one service at a time."""


def start(unit: Unit, actor: Actor, code: str) -> Case:
    """Begin an application, or go on with one that nothing was done to yet: a second press.

    Refuses a service that is not open, or not for such as the actor, and one of which the subject
    has as many running cases as it allows.
    """
    procedure = service(unit.connection, code)
    if procedure.status is not ServiceStatus.OPEN:
        raise errors.service_not_open(code)
    if actor.subject is None or not may.may_apply(actor, procedure):
        raise errors.not_for_you()
    _room_for_one(unit, actor, actor.subject, procedure)
    drafts = [
        one
        for one in cases.cases_of(unit, actor.account, actor.subject, [State.DRAFT])
        if one.service == code
    ]
    for one in drafts:
        if one.version == 0 and one.service_version == procedure.version:
            return one
    if len(drafts) >= MOST_DRAFTS:
        raise errors.too_many_drafts(MOST_DRAFTS)
    case = Case(
        id=unit.new_id(),
        service=code,
        service_version=procedure.version,
        department=procedure.department,
        account=actor.account,
        created_at=unit.now,
    )
    name = _applicant_name(unit, actor, actor.subject)
    cases.insert_case(unit, case, Applicant(name=name, subject=actor.subject))
    happened(unit, case, What.STARTED, actor)
    return case


def _room_for_one(unit: Unit, actor: Actor, subject: SubjectRef, procedure: Service) -> None:
    running = cases.running_of(unit, subject, procedure.code)
    found = filing.in_the_way(procedure.most_open, running, actor.account)
    if found is not None:
        raise errors.case_running(found.number if found.account == actor.account else "")


def _applicant_name(unit: Unit, actor: Actor, subject: SubjectRef) -> str:
    if subject.kind is SubjectKind.ORGANISATION:
        organisation = identity.organisation_by_code(unit, subject.id)
        return organisation.name if organisation else actor.name
    return actor.name


def answer_situation(unit: Unit, actor: Actor, identifier: str, number: int, option: str) -> None:
    """Keep the answer to a situation's question; what no longer concerns the case goes away."""
    loaded = editable(unit, actor, identifier, lock=True)
    if not 1 <= number <= len(loaded.service.situations):
        raise errors.case_not_found()
    situation = loaded.service.situations[number - 1]
    key = f"situation.{situation.code}"
    if option not in {each.code for each in situation.options}:
        raise errors.answers_wrong({key: "services.answer_missing"})
    given = CaseValue(key=key, type="code", value=option, origin=Origin.SITUATION, at=unit.now)
    values.put_values(unit, loaded.case.id, [given])
    _drop_what_is_not_needed(unit, loaded, replace(loaded, values=_with(loaded.values, given)))
    save(unit, loaded.case, loaded.case)


def _with(known: tuple[CaseValue, ...], value: CaseValue) -> tuple[CaseValue, ...]:
    return (*(each for each in known if each.key != value.key), value)


def _drop_what_is_not_needed(unit: Unit, before: Loaded, loaded: Loaded) -> None:
    """Forget what was said to needs that an answer made moot, or made larger than what was allowed.

    Who allowed one item did not allow the others: those are asked about anew. What was fetched is
    forgotten where nothing needs it any more; what the applicant said against it is set aside, and
    stands again once it is fetched again.
    """
    allowed = {number: set(need.elements) for number, need in _needs(before)}
    needed = {number: set(need.elements) for number, need in _needs(loaded)}
    moot = [
        each
        for each in loaded.consents
        if each.number not in needed or not needed[each.number] <= allowed.get(each.number, set())
    ]
    for each in moot:
        if each.use:
            exchange.close_use(unit, each.use)
    again = {each.number for each in moot}
    still = {key for number, keys in needed.items() if number not in again for key in keys}
    dropped = [
        value
        for value in loaded.values
        if value.origin is Origin.FETCHED and value.key not in still
    ]
    values.remove_consents(unit.connection, loaded.case.id, [each.number for each in moot])
    values.set_aside(unit, loaded.case.id, dropped)
    values.remove_values(unit.connection, loaded.case.id, [value.key for value in dropped])


def _needs(loaded: Loaded) -> tuple[tuple[int, Need], ...]:
    return form.needs_of(loaded.service, loaded.lookup)


def answer_page(
    unit: Unit, actor: Actor, identifier: str, number: int, typed: Mapping[str, str]
) -> None:
    """Keep the answers of one page of questions. Refuses what is missing or cannot be read."""
    loaded = editable(unit, actor, identifier, lock=True)
    pages = loaded.pages
    if not 1 <= number <= len(pages):
        raise errors.case_not_found()
    questions = pages[number - 1].questions
    read, faults = answers.read_page(questions, typed, loaded.today)
    faults |= printing.faults(unit, loaded.service, read)
    if faults:
        raise errors.answers_wrong(faults)
    types = {question.key: question.type for question in questions}
    given = [
        CaseValue(key=key, type=types[key], value=value, origin=Origin.ASKED, at=unit.now)
        for key, value in read.items()
        if value is not None
    ]
    values.remove_values(unit.connection, loaded.case.id, list(read))
    values.put_values(unit, loaded.case.id, given)
    save(unit, loaded.case, loaded.case)


def dispute(unit: Unit, actor: Actor, identifier: str, key: str, typed: Mapping[str, str]) -> None:
    """Say that a fetched value is wrong, and what is right; a clerk will look at both.

    The fetched value stays beside it. Nothing typed for the value takes an earlier claim back.
    """
    loaded = draft(unit, actor, identifier, lock=True)
    value = loaded.value(key)
    if value is None or value.origin is not Origin.FETCHED or value.settled is not None:
        raise errors.not_disputable()
    if not may.may_dispute(loaded.case):
        raise errors.not_now("dispute", loaded.case.state)
    claim, note = _claimed(unit, loaded, value, typed)
    changed = replace(value, claim=claim, claim_note=note)
    if changed == value:
        return
    change_values(unit, loaded, [changed])
    case = save(unit, loaded.case, loaded.case)
    if case.state is not State.DRAFT and claim is not None:
        happened(unit, case, What.DISPUTED, actor, words=key)
        _tell_of_dispute(unit, case, changed)


def _claimed(
    unit: Unit, loaded: Loaded, value: CaseValue, typed: Mapping[str, str]
) -> tuple[Plain | None, str]:
    question = loaded.question(value.key)
    if typed.get("retract"):
        return None, ""
    read, faults = answers.read_page([replace(question, required=True)], typed, loaded.today)
    faults |= printing.faults(unit, loaded.service, read)
    note = typed.get("note", "")
    if fault := answers.fault_of_words(note):
        faults["note"] = fault
    if faults:
        raise errors.answers_wrong(faults)
    if read[value.key] == value.value and not is_hidden(loaded, value, Onlooker.CONFIRMING):
        raise errors.answers_wrong({value.key: "services.same_as_on_record"})
    return read[value.key], note


def _tell_of_dispute(unit: Unit, case: Case, value: CaseValue) -> None:
    unit.emit(
        ValueDisputed(
            **about(case), element=value.key, resource=value.resource, provider=value.provider
        )
    )


def attach(
    unit: Unit, actor: Actor, identifier: str, material: str, file_name: str, content: bytes
) -> None:
    """Attach a file for a material. Refuses what is empty, too large or not a PDF or picture.

    The same file sent once more, by a second press of the button, is attached once.
    """
    loaded = draft(unit, actor, identifier, lock=True)
    if material not in {each.material.code for each in loaded.covered}:
        raise errors.case_not_found()
    name = uploads.plain_name(file_name)
    if _is_attached(unit, loaded, material, name, content):
        return
    if loaded.case.state not in (State.DRAFT, State.CORRECTION):
        raise errors.not_now("attach", loaded.case.state)
    media_type, fault = uploads.look_at(content)
    if fault or len(loaded.attachments) >= uploads.MOST_FILES:
        raise errors.file_refused(f"services.{fault or 'file_too_many'}")
    attachment = Attachment(
        id=unit.new_id(),
        material=material,
        file_name=name,
        media_type=media_type,
        digest=unit.port(Files).put(unit.keyring.seal_bytes(content)),
        size=len(content),
        at=unit.now,
    )
    values.add_attachment(unit, loaded.case.id, attachment)
    save(unit, loaded.case, loaded.case)


def _is_attached(unit: Unit, loaded: Loaded, material: str, name: str, content: bytes) -> bool:
    """Whether this very file was attached already; what a correction asks for is asked anew."""
    asked = loaded.correction
    return any(
        unit.keyring.open_bytes(unit.port(Files).get(each.digest)) == content
        for each in loaded.attachments
        if (each.material, each.file_name, each.size) == (material, name, len(content))
        and (asked is None or each.at > asked.asked_at)
    )


def detach(unit: Unit, actor: Actor, identifier: str, attachment: str) -> None:
    """Take an attached file back, while it is a draft."""
    loaded = editable(unit, actor, identifier, lock=True)
    values.remove_attachment(unit.connection, loaded.case.id, attachment)
    _drop(unit, [each.digest for each in loaded.attachments if each.id == attachment])
    save(unit, loaded.case, loaded.case)


def take_back(unit: Unit, actor: Actor, number: str, attachment: str) -> None:
    """Take a file back that one attached for a correction and has not sent yet.

    Refuses a case that waits for no correction, and a file that is not part of this answer.
    """
    loaded = own_case(unit, actor, number, lock=True)
    asked = loaded.correction
    if asked is None or loaded.case.state is not State.CORRECTION:
        raise errors.not_now("attach", loaded.case.state)
    mine = [each for each in loaded.attachments if each.id == attachment]
    if not mine:
        return  # it is gone already: a second press
    if mine[0].at <= asked.asked_at:
        raise errors.case_not_found()
    values.remove_attachment(unit.connection, loaded.case.id, attachment)
    _drop(unit, [mine[0].digest])
    save(unit, loaded.case, loaded.case)


def discard(unit: Unit, actor: Actor, identifier: str) -> None:
    """Forget a draft and everything fetched for it; that data were used stays on record.

    One that is gone already is forgotten.
    """
    if cases.find_case(unit.connection, identifier) is None:
        return
    loaded = editable(unit, actor, identifier, lock=True)
    exchange.close_uses(unit, loaded.case.id)
    log_erasure(unit, loaded.case.id)
    cases.delete_case(unit.connection, loaded.case.id)
    _drop(unit, [each.digest for each in loaded.attachments])


def _drop(unit: Unit, digests: Sequence[str]) -> None:
    """Have files deleted once it is certain that nothing holds them any more."""
    if digests:
        unit.emit(FilesDropped(digests=tuple(digests)))


def delete_files(unit: Unit, digests: Sequence[str]) -> None:
    """Delete files that no row names: no case, no certificate, no package that waits to be made.

    So an event that names a file by mistake takes nothing from anybody.
    """
    connection = unit.connection
    free = {
        digest
        for digest in digests
        if not values.holds_file(connection, digest)
        and not certificates.names_file(connection, digest)
    }
    for digest in sorted(free - set(archive.digests(unit)) if free else free):
        unit.port(Files).delete(digest)


# Sending it in -----------------------------------------------------------------------------------


def submit(unit: Unit, actor: Actor, identifier: str, seen: int) -> Case:
    """Send a draft in and return the case with its number; a second time returns the same.

    ``seen`` is the version whose answers the applicant checked: if something changed since, on
    another screen perhaps, it is refused so that nobody signs what they did not see. Refuses an
    application with questions still open.
    """
    loaded = draft(unit, actor, identifier, lock=True)
    if loaded.case.state is not State.DRAFT:
        return loaded.case
    if loaded.case.version != seen:
        raise errors.changed_meanwhile()
    _still_open(unit, loaded)
    if not is_complete(loaded.stops):
        raise errors.not_complete()
    kept = form.kept_keys(loaded.service, loaded.pages, loaded.values)
    lost = [value.key for value in loaded.values if value.key not in kept]
    values.remove_values(unit.connection, loaded.case.id, lost)
    values.remove_objections(unit.connection, loaded.case.id)
    return _came_in(unit, actor, loaded)


def _still_open(unit: Unit, loaded: Loaded) -> None:
    try:
        current = service(unit.connection, loaded.case.service)
    except Refusal:
        raise errors.service_not_open(loaded.case.service) from None
    if current.status is not ServiceStatus.OPEN:
        raise errors.service_not_open(loaded.case.service)


def _came_in(unit: Unit, actor: Actor, loaded: Loaded) -> Case:
    before = loaded.case
    runs = open_ready(unit, before.id, loaded, done=())
    accepting = any(run.kind is StepKind.ACCEPT for run in runs)
    department, sequence = cases.next_sequence(unit, before.department, loaded.today)
    # Whoever sends another at this moment waits for the sequence, and then sees this one.
    _room_for_one(unit, actor, loaded.applicant.subject, loaded.service)
    expected = clocks.expected(loaded.calendar, loaded.service, loaded.today)
    case = save(
        unit,
        before,
        replace(
            before,
            number=case_number(loaded.today, department, sequence),
            state=moved(before.state, Verb.SUBMIT, stage(open_kinds(runs))),
            submitted_at=unit.now,
            accepted_on=None if accepting else loaded.today,
            acceptance_due=expected.acceptance.due if expected.acceptance else None,
            promised_due=expected.promised.due if expected.promised else None,
            statutory_due=expected.statutory.due if expected.statutory else None,
        ),
    )
    exchange.number_case(unit, case.id, case.number)
    happened(unit, case, What.SUBMITTED, actor)
    unit.emit(CaseSubmitted(**about(case)))
    if not accepting:
        happened(unit, case, What.ACCEPTED)
        unit.emit(CaseAccepted(**about(case)))
    for value in loaded.values:
        if value.in_doubt:
            _tell_of_dispute(unit, case, value)
    tell(unit, replace(loaded, case=case), "submitted")
    return case


def open_ready(
    unit: Unit, identifier: str, loaded: Loaded, done: tuple[str, ...]
) -> tuple[StepRun, ...]:
    """Open the steps that everything before them is done for; returns those that were opened."""
    waiting = {run.step: run.clerk for run in loaded.runs if run.state is StepState.WAITING}
    known = {run.step for run in loaded.runs} - waiting.keys()
    opened = tuple(
        StepRun(
            step=step.code,
            kind=step.kind,
            department=step.department,
            state=StepState.OPEN,
            clerk=waiting.get(step.code, ""),
            opened_at=unit.now,
        )
        for step in ready(loaded.service, done, known)
    )
    for run in opened:
        steps.put_step(unit, identifier, run)
    return opened
