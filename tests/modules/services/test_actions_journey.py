"""A case from its start to its end, on both databases."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace
from tests.builders import services as builders
from tests.builders.exchange import MemorySources
from tests.builders.services import (
    APPROVE,
    LI,
    NAME,
    REFUSE,
    REVIEWER,
    STATUS,
    SUBSIDY,
    VERIFIED,
    wang,
)

from tongban.kernel.case_numbers import is_case_number
from tongban.kernel.errors import Refusal
from tongban.kit import outbox, shelf
from tongban.kit.clock import MovableClock
from tongban.kit.db import Database
from tongban.modules.certificates import queries as certificates
from tongban.modules.certificates.definition import CertificateFieldDefinition
from tongban.modules.exchange import queries as exchange
from tongban.modules.exchange.definition import SourceDefinition
from tongban.modules.ledger import queries as ledger
from tongban.modules.ledger.model import EntryKind
from tongban.modules.notices import queries as notices
from tongban.modules.services import actions, queries
from tongban.modules.services.model import (
    Brought,
    Case,
    Choice,
    Deciding,
    Origin,
    Outcome,
    Proposed,
    Result,
    State,
    StepOutcome,
    What,
)
from tongban.modules.services.queries import application
from tongban.modules.services.queries.loading import Loaded
from tongban.modules.services.store import values


@pytest.fixture(autouse=True)
def sources(database: Database, tmp_path: Path) -> MemorySources:
    return builders.found(database, tmp_path)


def refused(work: Callable[[], object]) -> str:
    with pytest.raises(Refusal) as caught:
        work()
    return caught.value.code


def own(database: Database, number: str) -> Loaded:
    with database.read() as reader:
        return queries.own(reader, wang(), number).loaded


def opened(database: Database, draft: str) -> Loaded:
    with database.read() as reader:
        return application.open_draft(reader, wang(), draft)


def happened(database: Database, number: str) -> list[What]:
    with database.read() as reader:
        return [line.what for line in queries.own(reader, wang(), number).history]


def test_whoever_is_accepted_after_the_last_day_is_told_no_date_to_come(database: Database) -> None:
    case = builders.submitted(database)
    clock = database.clock
    assert isinstance(clock, MovableClock)
    clock.advance(timedelta(days=60))
    with database.read() as reader:
        seen = queries.own(reader, wang(), case.number).loaded.case
    builders.accepted(database, seen)
    with database.read() as reader:
        newest, *_ = notices.inbox(reader, "wang")
        title, text = notices.words(reader, newest, "zh")
    assert newest.message == "services.notice.accepted_late"
    assert "已经超期" in text
    assert "已受理" in title


def test_a_case_goes_from_submission_to_its_certificate(database: Database) -> None:
    case = builders.submitted(database)
    assert case.state is State.SUBMITTED
    assert is_case_number(case.number)
    case = builders.accepted(database, case)
    assert case.state is State.REVIEWING
    case = builders.reviewed(database, case)
    assert case.state is State.DECIDING
    case = builders.decided(database, case)
    assert (case.state, case.outcome) == (State.ISSUING, Outcome.APPROVED)
    database.write(lambda unit: actions.certificate_sealed(unit, case.number))
    database.write(lambda unit: actions.certificate_sealed(unit, case.number))
    assert own(database, case.number).case.state is State.CLOSED
    assert happened(database, case.number) == [
        What.STARTED,
        What.CONSENTED,
        What.SUBMITTED,
        What.ACCEPTED,
        What.PASSED,
        What.APPROVED,
        What.ISSUED,
        What.CLOSED,
    ]


def test_every_transition_tells_others_and_the_applicant(database: Database) -> None:
    case = builders.decided(database, builders.ready_to_decide(database))
    database.write(lambda unit: actions.certificate_sealed(unit, case.number))
    with database.read() as reader:
        told = [name for name in outbox.pending(reader) if name.startswith("services.")]
        assert told == [
            "services.case_submitted",
            "services.step_done",
            "services.case_accepted",
            "services.step_done",
            "services.step_done",
            "services.case_decided",
            "services.case_closed",
        ]
        assert notices.unread(reader, "wang") == 4


def test_decision_and_closing_stand_in_the_ledger_without_the_person(database: Database) -> None:
    case = builders.decided(database, builders.ready_to_decide(database))
    database.write(lambda unit: actions.certificate_sealed(unit, case.number))
    with database.read() as reader:
        decision = values.decision_of(reader, case.id)
        openings = values.openings_of(reader, case.id)
        kinds = [ledger.entry(reader.connection, entry).entry.kind for entry in openings]
    assert decision is not None
    assert decision.ledger_entry in openings
    assert [kinds.count(kind) for kind in (EntryKind.DECISION, EntryKind.CASE_CLOSED)] == [1, 1]
    assert kinds.count(EntryKind.DRAFT_KEPT) == 1
    assert set(kinds) == {
        EntryKind.DRAFT_KEPT,
        EntryKind.DECISION,
        EntryKind.CASE_CLOSED,
        EntryKind.CASE_MOVED,
    }


def test_a_value_that_came_is_shown_with_its_source_and_not_asked(database: Database) -> None:
    draft = builders.started(database)
    database.write(lambda unit: actions.answer_situation(unit, wang(), draft.id, 1, "alone"))
    database.write(lambda unit: actions.consent(unit, wang(), draft.id, {1}))
    loaded = opened(database, draft.id)
    status = loaded.value(STATUS)
    assert status is not None
    assert (status.value, status.origin, status.provider) == (
        "20",
        Origin.FETCHED,
        "civil-affairs",
    )
    assert status.ledger_entry
    asked = [question.key for page in loaded.pages for question in page.questions]
    assert asked == ["form.phone", "form.months"]


def test_refusing_consent_turns_the_fields_into_questions(database: Database) -> None:
    draft = builders.started(database)
    database.write(lambda unit: actions.answer_situation(unit, wang(), draft.id, 1, "alone"))
    database.write(lambda unit: actions.consent(unit, wang(), draft.id, set()))
    loaded = opened(database, draft.id)
    assert [(one.choice, one.brought) for one in loaded.consents] == [
        (Choice.INFORMED, Brought.FETCHED),
        (Choice.REFUSED, Brought.NOT_ASKED),
    ]
    asked = [question.key for page in loaded.pages for question in page.questions]
    assert asked == [STATUS, "form.phone", "form.months", "person.married_on"]
    with database.read() as reader:
        lines = exchange.disclosures_about(reader, builders.WANG, size=None).lines
    assert [line.resource for line in lines] == ["101001/1"]


def test_a_department_that_does_not_answer_only_adds_questions(
    database: Database, sources: MemorySources
) -> None:
    sources.down = True
    draft = builders.started(database)
    database.write(lambda unit: actions.answer_situation(unit, wang(), draft.id, 1, "alone"))
    database.write(lambda unit: actions.consent(unit, wang(), draft.id, {1}))
    loaded = opened(database, draft.id)
    assert {one.brought for one in loaded.consents} == {Brought.FAILED}
    asked = {question.key for page in loaded.pages for question in page.questions}
    assert STATUS in asked
    assert NAME not in asked, "signing in told who applies"
    sources.down = False
    database.write(lambda unit: actions.consent(unit, wang(), draft.id, {1}))
    again = opened(database, draft.id)
    assert {one.brought for one in again.consents} == {Brought.FETCHED}


def test_what_a_department_holds_but_nobody_can_read_is_asked_and_never_taken_as_held(
    database: Database, sources: MemorySources
) -> None:
    sources.rows[builders.WANG.id] |= {"status": "离异"}
    draft = builders.started(database)
    database.write(lambda unit: actions.answer_situation(unit, wang(), draft.id, 1, "alone"))
    database.write(lambda unit: actions.consent(unit, wang(), draft.id, {1}))
    loaded = opened(database, draft.id)
    said = loaded.consents[1]
    assert said.unfit == (STATUS,)
    assert loaded.value(STATUS) is None
    question = next(q for page in loaded.pages for q in page.questions if q.key == STATUS)
    assert question.because == "unreadable"
    sources.rows[builders.WANG.id] |= {"married_on": "不详"}
    database.write(lambda unit: actions.consent(unit, wang(), draft.id, set()))
    database.write(lambda unit: actions.consent(unit, wang(), draft.id, {1}))
    assert opened(database, draft.id).consents[1].brought is Brought.UNREADABLE


def with_far_source(database: Database) -> tuple[Case, dict[int, str]]:
    """A draft that needs a slow source, and its uses that were opened."""
    far = SourceDefinition(
        code="civil", name="民政库", department="civil-affairs",
        adapter="postgresql", location="TONGBAN_SOURCE_CIVIL",
    )  # fmt: skip
    database.write(lambda unit: shelf.put(unit, "sources", "civil", 1, far))
    draft = builders.started(database)
    database.write(lambda unit: actions.answer_situation(unit, wang(), draft.id, 1, "alone"))
    uses = database.write(lambda unit: actions.open_far_uses(unit, wang(), draft.id, {1}))
    return draft, uses


def test_a_slow_source_is_asked_outside_the_unit_that_records_it(
    database: Database, sources: MemorySources
) -> None:
    draft, uses = with_far_source(database)
    assert list(uses) == [1]
    with database.read() as reader:
        answers = application.ask_sources(reader, uses)
    sources.down = True
    database.write(lambda unit: actions.consent(unit, wang(), draft.id, {1}, answers))
    loaded = opened(database, draft.id)
    assert [one.brought for one in loaded.consents] == [Brought.FAILED, Brought.FETCHED]
    assert loaded.consents[1].use == uses[1]
    assert database.write(lambda unit: actions.open_far_uses(unit, wang(), draft.id, {1})) == {}


def test_a_slow_source_that_does_not_answer_only_adds_questions(
    database: Database, sources: MemorySources
) -> None:
    draft, uses = with_far_source(database)
    sources.down = True
    with database.read() as reader:
        answers = application.ask_sources(reader, uses)
    database.write(lambda unit: actions.consent(unit, wang(), draft.id, {1}, answers))
    assert opened(database, draft.id).consents[1].brought is Brought.FAILED


def test_a_use_without_a_grant_is_recorded_and_the_field_is_asked(
    database: Database, tmp_path: Path
) -> None:
    database.write(lambda unit: builders.adopt(unit, {"other": builders.definition(code="other")}))
    draft = builders.started(database, "other")
    database.write(lambda unit: actions.answer_situation(unit, wang(), draft.id, 1, "alone"))
    database.write(lambda unit: actions.consent(unit, wang(), draft.id, {1}))
    loaded = opened(database, draft.id)
    assert Brought.FAILED in {one.brought for one in loaded.consents}
    with database.read() as reader:
        lines = exchange.disclosures_about(reader, builders.WANG, size=None).lines
    assert "refused" in {str(line.outcome) for line in lines}


def test_taking_consent_back_forgets_what_it_brought(database: Database) -> None:
    draft = builders.started(database)
    database.write(lambda unit: actions.answer_situation(unit, wang(), draft.id, 1, "alone"))
    database.write(lambda unit: actions.consent(unit, wang(), draft.id, {1}))
    database.write(lambda unit: actions.consent(unit, wang(), draft.id, set()))
    assert opened(database, draft.id).value(STATUS) is None


def test_a_second_submission_returns_the_same_receipt(database: Database) -> None:
    draft = builders.filled(database)
    first = builders.submit(database, draft)
    again = database.write(lambda unit: actions.submit(unit, wang(), draft, 0))
    assert again.number == first.number
    with database.read() as reader:
        assert outbox.pending(reader).count("services.case_submitted") == 1


def test_nobody_signs_what_changed_after_they_checked(database: Database) -> None:
    draft = builders.filled(database)
    with database.read() as reader:
        seen = builders.version_of(reader, draft)
    builders.answer(database, draft, months=12)
    code = refused(lambda: database.write(lambda unit: actions.submit(unit, wang(), draft, seen)))
    assert code == "services.changed_meanwhile"


def test_an_application_with_open_questions_cannot_be_sent(database: Database) -> None:
    draft = builders.started(database)
    code = refused(lambda: builders.submit(database, draft.id))
    assert code == "services.not_complete"


def test_numbers_count_up_within_a_department_and_day(database: Database) -> None:
    first, second = (builders.submitted(database).number for _ in range(2))
    assert first[:11] == second[:11] == "20261124001"
    assert int(second[11:15]) == int(first[11:15]) + 1


def test_an_answer_that_is_no_longer_asked_is_not_handed_in(database: Database) -> None:
    draft = builders.started(database)
    database.write(lambda unit: actions.answer_situation(unit, wang(), draft.id, 1, "hourly"))
    database.write(lambda unit: actions.consent(unit, wang(), draft.id, {1}))
    database.write(lambda unit: actions.answer_page(unit, wang(), draft.id, 1, {"form.phone": "1"}))
    database.write(
        lambda unit: actions.answer_page(
            unit, wang(), draft.id, 2, {"form.months": "6", "form.hours": "20"}
        )
    )
    database.write(lambda unit: actions.answer_situation(unit, wang(), draft.id, 1, "alone"))
    case = builders.submit(database, draft.id)
    assert own(database, case.number).value("form.hours") is None


def test_wrong_answers_are_told_field_by_field_and_nothing_is_kept(database: Database) -> None:
    draft = builders.started(database)
    database.write(lambda unit: actions.answer_situation(unit, wang(), draft.id, 1, "alone"))
    database.write(lambda unit: actions.consent(unit, wang(), draft.id, {1}))
    with pytest.raises(Refusal) as caught:
        database.write(
            lambda unit: actions.answer_page(unit, wang(), draft.id, 2, {"form.months": "many"})
        )
    assert caught.value.fields == {"form.months": "services.answer_not_whole"}
    assert opened(database, draft.id).value("form.months") is None


def test_a_refusal_says_clause_remedy_and_contact_and_closes_the_case(database: Database) -> None:
    case = builders.decided(database, builders.ready_to_decide(database, months=2), REFUSE)
    assert (case.state, case.outcome) == (State.CLOSED, Outcome.REFUSED)
    decision = own(database, case.number).decision
    assert decision is not None
    assert decision.follows_proposal
    assert decision.proposed is Proposed.REFUSE
    assert (decision.clause, decision.contact) == (REFUSE.clause, REFUSE.contact)


def test_a_refusal_without_clause_remedy_or_contact_is_not_possible(database: Database) -> None:
    case = builders.ready_to_decide(database)
    bare = Deciding(outcome=Outcome.REFUSED)
    with pytest.raises(Refusal) as caught:
        builders.decided(database, case, bare)
    assert set(caught.value.fields) == {"clause", "reason", "remedy", "contact"}


def test_approving_against_the_rules_needs_a_reason(database: Database) -> None:
    case = builders.ready_to_decide(database, months=2)
    with pytest.raises(Refusal) as caught:
        builders.decided(database, case, APPROVE)
    assert caught.value.fields == {"reason": "services.reason_against_rules_missing"}
    reasoned = Deciding(outcome=Outcome.APPROVED, reason="第三个月的缴费已核实。")
    assert builders.decided(database, case, reasoned).outcome is Outcome.APPROVED


def test_withdrawing_is_possible_until_the_decision(database: Database) -> None:
    case = builders.submitted(database)
    withdrawn = database.write(lambda unit: actions.withdraw(unit, wang(), case.number))
    assert withdrawn.state is State.WITHDRAWN
    other = builders.decided(database, builders.ready_to_decide(database))
    code = refused(
        lambda: database.write(lambda unit: actions.withdraw(unit, wang(), other.number))
    )
    assert code == "services.not_now"


def test_a_discarded_draft_is_forgotten_but_its_disclosures_are_not(database: Database) -> None:
    draft = builders.filled(database)
    database.write(lambda unit: actions.discard(unit, wang(), draft))
    assert refused(lambda: opened(database, draft)) == "services.case_not_found"
    with database.read() as reader:
        assert exchange.disclosures_about(reader, builders.WANG, size=None).total == 2


def test_disclosures_go_by_the_number_once_the_case_has_one(database: Database) -> None:
    case = builders.submitted(database)
    with database.read() as reader:
        lines = exchange.disclosures_about(reader, builders.WANG, size=None).lines
    assert {line.case_number for line in lines} == {case.number}


def test_another_resident_does_not_even_learn_that_a_case_exists(database: Database) -> None:
    draft = builders.filled(database)
    case = builders.submit(database, draft)

    def look() -> None:
        with database.read() as reader:
            queries.own(reader, builders.STRANGER, case.number)

    assert refused(look) == "services.case_not_found"
    code = refused(
        lambda: database.write(lambda unit: actions.withdraw(unit, builders.STRANGER, case.number))
    )
    assert code == "services.case_not_found"


def test_a_department_without_a_step_does_not_see_the_case(database: Database) -> None:
    case = builders.submitted(database)

    def look() -> None:
        with database.read() as reader:
            queries.work_case(reader, builders.OUTSIDER, case.number)

    assert refused(look) == "services.case_not_found"


def test_an_objection_is_heard_but_does_not_decide(database: Database) -> None:
    case = builders.accepted(database, builders.submitted(database))
    code = refused(
        lambda: database.write(
            lambda unit: actions.review(
                unit, REVIEWER, case.number, "review", case.version, StepOutcome.OBJECTED, " "
            )
        )
    )
    assert code == "services.answers_wrong"
    case = database.write(
        lambda unit: actions.review(
            unit, REVIEWER, case.number, "review", case.version, StepOutcome.OBJECTED, "登记已撤销"
        )
    )
    assert case.state is State.DECIDING
    run = own(database, case.number).run("review")
    assert run is not None
    assert (run.outcome, run.opinion) == (StepOutcome.OBJECTED, "登记已撤销")


def test_a_listed_service_cannot_be_applied_for(database: Database) -> None:
    listed = builders.definition(code="listed", status="listed")
    database.write(lambda unit: builders.adopt(unit, {"listed": listed}))
    assert refused(lambda: builders.started(database, "listed")) == "services.service_not_open"


def test_a_running_case_keeps_the_version_it_began_with(database: Database) -> None:
    case = builders.submitted(database)
    newer = builders.definition(version=2, rules=(), name="新版补贴")
    database.write(lambda unit: builders.adopt(unit, {SUBSIDY: newer}))
    with database.read() as reader:
        work = queries.work_case(reader, LI, case.number)
    assert work.loaded.service.version == 1
    assert len(work.proposal.findings) == 2
    assert builders.started(database).service_version == 2


def test_a_service_without_certificate_closes_with_its_approval(database: Database) -> None:
    database.write(lambda unit: builders.adopt(unit, {"n": builders.notice_only(code="n")}))
    case = builders.ready_to_decide(database, "n")
    assert builders.decided(database, case, VERIFIED).state is State.CLOSED


def test_who_a_certificate_is_for_comes_from_signing_in_whatever_was_typed(
    database: Database, sources: MemorySources
) -> None:
    fields = {"name": NAME, "amount": "result.amount"}
    result = Result(certificate="subsidy-decision", fields=fields)
    old = builders.definition(code="old", result=result)
    database.write(lambda unit: builders.adopt(unit, {"old": old}))
    sources.down = True
    draft = builders.started(database, "old")
    builders.answer(database, draft.id, allow=False)
    case = builders.submit(database, draft.id)
    typed = builders.value(NAME, "王假名")
    database.write(lambda unit: values.put_values(unit, case.id, [typed]))
    ready = builders.reviewed(database, builders.accepted(database, case))
    assert own(database, case.number).said == {STATUS, "person.married_on"}
    decided = builders.decided(database, ready, VERIFIED)
    with database.read() as reader:
        (issued,) = certificates.of_case(reader, decided.number)
        content = certificates.certificate(reader, issued.id)
    assert issued.holder_name == "王小明"
    assert next(line.value for line in content.lines if line.code == "name") == "王小明"


def test_a_line_of_a_certificate_is_what_its_element_is_and_prints_codes_by_name(
    database: Database,
) -> None:
    kind = replace(
        builders.CERTIFICATE,
        code="marriage",
        fields=(
            CertificateFieldDefinition(code="status", name="婚姻状况", element=STATUS),
            CertificateFieldDefinition(code="again", name="婚姻状况"),
            CertificateFieldDefinition(code="since", name="结婚日期", element="person.married_on"),
        ),
    )
    fields = {"status": STATUS, "again": STATUS, "since": "person.married_on"}
    service = builders.definition(result=Result(certificate="marriage", fields=fields))
    database.write(lambda unit: shelf.put(unit, "certificates", "marriage", 1, kind))
    database.write(lambda unit: builders.adopt(unit, {service.code: service}))
    case = builders.accepted(database, builders.submitted(database))
    case = builders.decided(database, builders.reviewed(database, case))
    with database.read() as reader:
        (issued,) = certificates.of_case(reader, case.number)
        lines = certificates.certificate(reader, issued.id).lines
    assert [line.type for line in lines] == ["code", "text", "date"]
    assert [certificates.words(line, "zh") for line in lines][:2] == ["已婚", "已婚"]
    assert re.fullmatch(r"\d{4}年\d+月\d+日", certificates.words(lines[2], "zh"))


def test_what_only_the_applicant_says_is_verified_before_it_is_approved(
    database: Database,
) -> None:
    case = builders.ready_to_decide(database, allow=False)
    with database.read() as reader:
        proposal = queries.work_case(reader, LI, case.number).proposal
    assert (proposal.proposed, proposal.stated) == (Proposed.VERIFY, (STATUS,))
    with pytest.raises(Refusal) as caught:
        builders.decided(database, case)
    assert caught.value.fields == {"verified": "services.verified_missing"}
    decided = builders.decided(database, case, VERIFIED)
    assert decided.outcome is Outcome.APPROVED
    with database.read() as reader:
        lines = queries.own(reader, wang(), case.number).history
        decision = values.decision_of(reader, case.id)
    (line,) = [line for line in lines if line.what is What.VERIFIED]
    assert (line.actor, line.words) == (LI.account, "婚姻状况")
    assert decision is not None
    assert (decision.proposed, decision.follows_proposal) == (Proposed.VERIFY, True)
