"""Clerks at work: taking, handing over, leaving, correcting, and two at once."""

import dataclasses
import threading
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from msgspec.structs import replace
from sqlalchemy import select, update
from tests.builders import identity as people
from tests.builders import services as builders
from tests.builders.services import (
    APPROVE,
    LI,
    MANAGER,
    NOT_ACCEPT,
    REFUSE,
    REVIEWER,
    STATUS,
    ZHAO,
    wang,
)

from tongban.kernel.actors import SYSTEM, Actor
from tongban.kernel.errors import Refusal
from tongban.kit import outbox, troubles
from tongban.kit.clock import MovableClock
from tongban.kit.db import Database, Unit
from tongban.kit.db.unit import outbox as events
from tongban.kit.files import FileStore
from tongban.modules.archive import actions as archiving
from tongban.modules.archive import queries as archive
from tongban.modules.archive import store as packages
from tongban.modules.archive.adapters.folder import FolderShelves
from tongban.modules.archive.model import Shelves
from tongban.modules.certificates.events import CertificateSealed
from tongban.modules.identity import actions as identity
from tongban.modules.identity import queries as identity_queries
from tongban.modules.identity.definition import RoleDefinition
from tongban.modules.identity.events import StaffChanged, StaffLeft
from tongban.modules.identity.model import NewStaff
from tongban.modules.ledger import queries as ledger
from tongban.modules.ledger.model import EntryKind
from tongban.modules.services import actions, handlers, queries
from tongban.modules.services.events import WorkLeft
from tongban.modules.services.model import (
    Case,
    CorrectionItem,
    Deciding,
    Origin,
    Outcome,
    Settled,
    State,
    StepOutcome,
    StepRun,
    What,
)
from tongban.modules.services.queries.loading import Loaded
from tongban.modules.services.queries.mine import correction_typed
from tongban.modules.services.store import cases, tables, values

ITEM = CorrectionItem(key="form.phone", text="少一位")


@pytest.fixture(autouse=True)
def city(database: Database, tmp_path: Path) -> None:
    builders.found(database, tmp_path)


def refused(work: Callable[[], object]) -> str:
    with pytest.raises(Refusal) as caught:
        work()
    return caught.value.code


def loaded(database: Database, case: Case) -> Loaded:
    with database.read() as reader:
        return queries.own(reader, wang(), case.number).loaded


def step(database: Database, case: Case, code: str) -> StepRun:
    found = loaded(database, case).run(code)
    assert found is not None
    return found


def later(database: Database, **by: int) -> None:
    clock = database.clock
    assert isinstance(clock, MovableClock)
    clock.advance(timedelta(**by))


def ask(database: Database, case: Case, *items: CorrectionItem, days: int = 5) -> Case:
    return database.write(
        lambda unit: actions.ask_correction(
            unit, LI, case.number, "accept", builders.seen(unit, case), items or (ITEM,), days
        )
    )


# Hands -------------------------------------------------------------------------------------------


def test_a_step_that_somebody_took_is_theirs(database: Database) -> None:
    case = builders.submitted(database)
    database.write(
        lambda unit: actions.take(unit, LI, case.number, "accept", builders.seen(unit, case))
    )
    code = refused(
        lambda: database.write(
            lambda unit: actions.take(unit, ZHAO, case.number, "accept", builders.seen(unit, case))
        )
    )
    assert code == "services.already_taken"
    database.write(
        lambda unit: actions.put_back(unit, LI, case.number, "accept", builders.seen(unit, case))
    )
    database.write(
        lambda unit: actions.take(unit, ZHAO, case.number, "accept", builders.seen(unit, case))
    )
    assert step(database, case, "accept").clerk == "zhao"


def test_a_manager_puts_a_step_back_into_the_inbox(database: Database) -> None:
    case = builders.submitted(database)
    database.write(
        lambda unit: actions.take(unit, LI, case.number, "accept", builders.seen(unit, case))
    )
    database.write(
        lambda unit: actions.reassign(
            unit, MANAGER, case.number, "accept", "", builders.seen(unit, case)
        )
    )
    assert step(database, case, "accept").clerk == ""
    code = refused(
        lambda: database.write(
            lambda unit: actions.reassign(
                unit, MANAGER, case.number, "accept", "nobody", builders.seen(unit, case)
            )
        )
    )
    assert code == "services.answers_wrong"


def test_what_a_clerk_has_in_hand_goes_back_when_they_leave(database: Database) -> None:
    mine, done = builders.submitted(database), builders.submitted(database)
    builders.accepted(database, done)
    database.write(
        lambda unit: actions.take(unit, LI, mine.number, "accept", builders.seen(unit, mine))
    )
    event = StaffLeft(account="li", department=LI.department)
    for _ in range(2):
        database.write(lambda unit: handlers.take_back_work(unit, event))
        delivered(database)
    assert step(database, mine, "accept").clerk == ""
    assert step(database, done, "accept").clerk == "li"
    with database.read() as reader:
        lines = queries.work_case(reader, ZHAO, mine.number).history
        told = list(reader.connection.execute(select(events.c.name)).scalars())
    assert [line.what for line in lines].count(What.RETURNED) == 1
    assert told.count("services.case_reassigned") == 1


def test_a_case_that_cannot_be_read_keeps_no_other_in_the_hands_of_who_left(
    database: Database,
) -> None:
    before, broken, after = (builders.submitted(database) for _ in range(3))
    for case in (before, broken, after):
        database.write(partial(_taken, case=case))
    unreadable = update(tables.case).where(tables.case.c.number == broken.number)
    database.write(lambda unit: unit.connection.execute(unreadable.values(outcome="?")).rowcount)
    event = StaffLeft(account="li", department=LI.department)
    database.write(lambda unit: handlers.take_back_work(unit, event))
    delivered(database)
    assert [step(database, case, "accept").clerk for case in (before, after)] == ["", ""]
    with database.read() as reader:
        (trouble,) = troubles.failing(reader)
    assert trouble.work == "services.work_left"


def _taken(unit: Unit, case: Case) -> None:
    actions.take(unit, LI, case.number, "accept", builders.seen(unit, case))


def delivered(database: Database) -> None:
    """Let services hear what it was told, and what it tells itself."""
    outbox.Outbox(database, ((WorkLeft, handlers.put_back),)).deliver()


def hired(database: Database, login: str, *roles: str) -> Actor:
    """Somebody with a real account in the department of labour."""
    for code, duties in (("accept", ("case.accept",)), ("decide", ("case.decide",))):
        role = RoleDefinition(code=code, name=code, duties=duties)
        database.write(lambda unit, role=role: people.adopt_role(unit, role))  # type: ignore[misc]
    new = NewStaff(login=login, name=login, department=LI.department, roles=roles)
    account, _ = database.write(lambda unit: identity.create_staff(unit, SYSTEM, new))
    with database.read() as reader:
        return identity_queries.actor_of(reader, account.id)


def changed(database: Database, actor: Actor, *roles: str, department: str = "") -> StaffChanged:
    """Change the roles of a clerk, and perhaps the department."""
    new = NewStaff(
        login="", name=actor.name, department=department or actor.department, roles=roles
    )
    database.write(lambda unit: identity.change_staff(unit, SYSTEM, actor.account, new))
    return StaffChanged(account=actor.account, department=new.department, before=actor.department)


@pytest.mark.parametrize(
    ("roles", "department"), [(("decide",), ""), (("accept",), "civil-affairs")]
)
def test_what_a_clerk_can_no_longer_do_goes_back_to_the_inbox(
    database: Database, roles: tuple[str, ...], department: str
) -> None:
    clerk = hired(database, "ma.li", "accept")
    case = builders.submitted(database)
    database.write(lambda unit: actions.take(unit, clerk, case.number, "accept", case.version))
    same = changed(database, clerk, "accept", "decide")
    database.write(lambda unit: handlers.take_back_moved_work(unit, same))
    delivered(database)
    assert step(database, case, "accept").clerk == clerk.account
    other = changed(database, clerk, *roles, department=department)
    database.write(lambda unit: handlers.take_back_moved_work(unit, other))
    delivered(database)
    assert step(database, case, "accept").clerk == ""


def test_a_decider_takes_over_a_step_that_its_clerk_can_no_longer_do(database: Database) -> None:
    clerk, decider = hired(database, "ma.li", "accept"), hired(database, "hu.jun", "decide")
    case = builders.submitted(database)
    database.write(lambda unit: actions.take(unit, clerk, case.number, "accept", case.version))

    def take_over(actor: Actor) -> Case:
        return database.write(
            lambda unit: actions.take_over(
                unit, actor, case.number, "accept", builders.seen(unit, case)
            )
        )

    assert refused(lambda: take_over(decider)) == "services.not_yours"
    with database.read() as reader:
        assert queries.inbox(reader, decider, queries.InboxFilter()).total == 0
    changed(database, clerk, "decide")
    with database.read() as reader:
        (task,) = queries.inbox(reader, decider, queries.InboxFilter()).tasks
        assert queries.work_case(reader, decider, case.number).stranded == ("accept",)
    assert task.stranded
    assert refused(lambda: take_over(REVIEWER)) in ("services.not_yours", "services.case_not_found")
    take_over(decider)
    assert step(database, case, "accept").clerk == ""


# Correction --------------------------------------------------------------------------------------


def test_a_correction_stops_the_clock_and_is_asked_for_once(database: Database) -> None:
    case = ask(database, builders.submitted(database))
    assert case.state is State.CORRECTION
    later(database, days=3)
    supplied = database.write(
        lambda unit: actions.supply_correction(
            unit, wang(), case.number, {"form.phone": "13900000000"}
        )
    )
    assert supplied.state is State.SUBMITTED
    assert supplied.acceptance_due is not None
    assert str(supplied.acceptance_due) == "2026-12-04"
    value = loaded(database, case).value("form.phone")
    assert value is not None
    assert value.value == "13900000000"
    assert refused(lambda: ask(database, case)) == "services.correction_already_asked"


def test_a_value_that_came_from_a_department_is_kept_beside_its_correction(
    database: Database,
) -> None:
    item = CorrectionItem(key=STATUS, text="与结婚证不一致")
    case = ask(database, builders.submitted(database), item)
    database.write(
        lambda unit: actions.supply_correction(unit, wang(), case.number, {STATUS: "10"})
    )
    value = loaded(database, case).value(STATUS)
    assert value is not None
    assert (value.value, value.claim, value.origin) == ("20", "10", Origin.FETCHED)
    assert value.in_doubt


def test_to_repeat_what_is_on_record_disputes_nothing(database: Database) -> None:
    item = CorrectionItem(key=STATUS, text="与结婚证不一致")
    case = ask(database, builders.submitted(database), item)
    database.write(
        lambda unit: actions.supply_correction(unit, wang(), case.number, {STATUS: "20"})
    )
    value = loaded(database, case).value(STATUS)
    assert value is not None
    assert (value.effective, value.claim, value.in_doubt) == ("20", None, False)


def test_a_correction_that_keeps_a_claim_keeps_its_note_and_one_that_gives_it_up_drops_both(
    database: Database,
) -> None:
    claimed = {STATUS: "10", "note": "已离婚"}
    for typed, kept in (("10", ("10", "已离婚")), ("20", (None, ""))):
        draft = builders.filled(database)
        database.write(
            partial(actions.dispute, actor=wang(), identifier=draft, key=STATUS, typed=claimed)
        )
        submitted = builders.submit(database, draft)
        case = ask(database, submitted, CorrectionItem(key=STATUS, text="请说明"))
        assert correction_typed(loaded(database, case))[STATUS] == "10"
        for _ in range(2):  # a second press changes nothing
            database.write(
                partial(
                    actions.supply_correction,
                    actor=wang(),
                    number=case.number,
                    typed={STATUS: typed},
                )
            )
        value = loaded(database, case).value(STATUS)
        assert value is not None
        assert (value.claim, value.claim_note) == kept
        database.write(partial(actions.withdraw, actor=wang(), number=case.number))


def test_a_claim_of_no_is_what_a_correction_begins_with(database: Database) -> None:
    case = ask(database, builders.submitted(database), CorrectionItem(key=STATUS, text="请说明"))
    waiting = loaded(database, case)
    value = waiting.value(STATUS)
    assert value is not None
    others = tuple(each for each in waiting.values if each.key != STATUS)
    claimed = replace(waiting, values=(*others, replace(value, claim="", value="20")))
    assert correction_typed(claimed).get(STATUS, "") == ""


def test_a_file_that_is_asked_for_must_be_attached_since(database: Database) -> None:
    item = CorrectionItem(key="material.marriage", text="请上传")
    case = ask(database, builders.submitted(database, allow=False), item)
    code = refused(
        lambda: database.write(
            lambda unit: actions.supply_correction(unit, wang(), case.number, {})
        )
    )
    assert code == "services.answers_wrong"
    later(database, minutes=1)
    database.write(
        lambda unit: actions.attach(unit, wang(), case.id, "marriage", "证.pdf", b"%PDF-1.7")
    )
    database.write(lambda unit: actions.supply_correction(unit, wang(), case.number, {}))
    assert loaded(database, case).case.state is State.SUBMITTED


def test_a_case_lapses_only_after_the_time_for_its_correction(database: Database) -> None:
    case = ask(database, builders.submitted(database))

    def lapse() -> Case:
        return database.write(
            lambda unit: actions.lapse(unit, LI, case.number, "accept", builders.seen(unit, case))
        )

    assert refused(lapse) == "services.correction_not_late"
    later(database, days=8)
    assert lapse().state is State.WITHDRAWN


def test_accepting_late_counts_from_the_day_of_receipt(database: Database) -> None:
    case = builders.submitted(database)
    later(database, days=10)
    accepted = builders.accepted(database, case)
    assert str(accepted.accepted_on) == "2026-11-24"
    assert str(accepted.promised_due) == "2026-12-08"


def not_accept(database: Database, case: Case, deciding: Deciding = NOT_ACCEPT) -> Case:
    return database.write(
        lambda unit: actions.not_accept(
            unit, LI, case.number, "accept", builders.seen(unit, case), deciding
        )
    )


def ends(database: Database, case: Case) -> list[tuple[str, dict[str, object]]]:
    """What the ledger shows of how a case ended, and that its package was asked for."""
    with database.read() as reader:
        openings = values.openings_of(reader, case.id)
        entries = [ledger.entry(reader.connection, entry).entry for entry in openings]
        assert archive.package_of(reader.connection, case.number) is not None
    on_its_way = (EntryKind.DRAFT_KEPT, EntryKind.CASE_MOVED)
    ended = [entry for entry in entries if entry.kind not in on_its_way]
    return sorted((entry.kind.value, dict(entry.public)) for entry in ended)


@pytest.mark.parametrize("field", ["clause", "reason", "remedy", "contact"])
def test_not_accepting_says_all_that_a_refusal_says(database: Database, field: str) -> None:
    case = builders.submitted(database)
    with pytest.raises(Refusal) as caught:
        not_accept(database, case, replace(NOT_ACCEPT, **{field: " "}))
    assert caught.value.fields == {field: f"services.{field}_missing"}


def test_not_accepting_stands_in_the_ledger_and_the_archive_like_a_refusal(
    database: Database,
) -> None:
    case = not_accept(database, builders.submitted(database))
    assert case.state is State.NOT_ACCEPTED
    found = loaded(database, case)
    assert found.decision is not None
    assert found.decision.outcome is Outcome.NOT_ACCEPTED
    assert found.decision.contact == NOT_ACCEPT.contact
    closed, decided = ends(database, case)
    assert (closed[0], closed[1]["outcome"]) == ("case_closed", "not_accepted")
    assert (decided[0], decided[1]["outcome"]) == ("decision", "not_accepted")
    assert "proposed" not in decided[1]


@pytest.mark.parametrize("how", ["refused", "not_accepted"])
def test_the_packaged_decision_names_its_ledger_entry(
    database: Database, tmp_path: Path, how: str
) -> None:
    if how == "refused":
        case = builders.decided(database, builders.ready_to_decide(database), REFUSE)
    else:
        case = not_accept(database, builders.submitted(database))
    found = loaded(database, case).decision
    assert found is not None
    shelves = FolderShelves(tmp_path, FileStore(tmp_path / "files"), database.keyring)
    database.ports.plug(Shelves, shelves)
    with database.read() as reader:
        package = archive.package_of(reader.connection, case.number)
        assert package is not None
        files = archiving.build(reader, package.id)
    assert files is not None
    (decision,) = [files[name] for name in files if name.endswith("决定书.xml")]
    assert found.ledger_entry.encode() in decision


def test_a_case_that_is_withdrawn_or_lapses_leaves_its_end_in_ledger_and_archive(
    database: Database,
) -> None:
    withdrawn = builders.submitted(database)
    database.write(lambda unit: actions.withdraw(unit, wang(), withdrawn.number))
    lapsed = ask(database, builders.submitted(database))
    later(database, days=8)
    database.write(lambda unit: actions.lapse(unit, LI, lapsed.number, "accept", lapsed.version))
    for case, outcome in ((withdrawn, "withdrawn"), (lapsed, "lapsed")):
        ((kind, public),) = ends(database, case)
        assert (kind, public["outcome"]) == ("case_closed", outcome)
    with database.read() as reader:
        package = archive.package_of(reader.connection, lapsed.number)
        assert package is not None
        asked_for = packages.request_of(reader, package.id)
        assert asked_for is not None
        (notice,) = [each for each in asked_for.documents if each.name.endswith("补正.xml")]
        given = loaded(database, lapsed).correction
    assert given is not None
    assert notice.at == given.asked_at, "nobody answered it: it is the notice, and of its day"


def test_a_notice_lists_only_what_the_case_has(database: Database) -> None:
    case = builders.submitted(database)
    for key in ("material.nothing", "nope.nope", "situation.kind"):
        with pytest.raises(Refusal) as caught:
            ask(database, case, CorrectionItem(key=key, text="请补正"))
        assert caught.value.fields["items"] == "services.correction_items_unknown"
    with pytest.raises(Refusal):
        ask(database, case, ITEM, ITEM)


# Doubts ------------------------------------------------------------------------------------------


def test_nothing_is_decided_while_a_value_is_in_doubt(database: Database) -> None:
    case = builders.ready_to_decide(database)
    database.write(lambda unit: actions.dispute(unit, wang(), case.id, STATUS, {STATUS: "10"}))
    now = loaded(database, case).case
    assert refused(lambda: builders.decided(database, now)) == "services.value_in_doubt"
    database.write(
        lambda unit: actions.settle(
            unit, LI, case.number, STATUS, builders.seen(unit, case), Settled.CLAIM
        )
    )
    database.write(
        lambda unit: actions.confirm_review(
            unit, builders.REVIEWER, case.number, "review", builders.seen(unit, case)
        )
    )
    after = loaded(database, case)
    with database.read() as reader:
        proposal = queries.work_case(reader, LI, case.number).proposal
    assert proposal.proposed == "refuse"
    assert builders.decided(database, after.case, REFUSE).outcome is Outcome.REFUSED


def test_a_claim_can_be_taken_back(database: Database) -> None:
    draft = builders.filled(database)
    database.write(lambda unit: actions.dispute(unit, wang(), draft, STATUS, {STATUS: "10"}))
    database.write(lambda unit: actions.dispute(unit, wang(), draft, STATUS, {"retract": "yes"}))
    case = builders.submit(database, draft)
    value = loaded(database, case).value(STATUS)
    assert value is not None
    assert not value.in_doubt
    with database.read() as reader:
        assert "services.value_disputed" not in outbox.pending(reader)


def test_whoever_disputes_a_value_lets_its_department_know(database: Database) -> None:
    draft = builders.filled(database)
    database.write(lambda unit: actions.dispute(unit, wang(), draft, STATUS, {STATUS: "10"}))
    builders.submit(database, draft)
    with database.read() as reader:
        assert outbox.pending(reader).count("services.value_disputed") == 1


# Two at once -------------------------------------------------------------------------------------


def test_of_two_clerks_who_decide_at_once_one_wins_and_the_other_is_told(
    database: Database,
) -> None:
    case = builders.ready_to_decide(database)
    start = threading.Barrier(2)
    outcomes: dict[str, Case | Refusal] = {}

    def decide(name: str, deciding: Deciding) -> None:
        actor = {"li": LI, "zhao": ZHAO}[name]
        start.wait()
        try:
            outcomes[name] = database.write(
                lambda unit: actions.decide(
                    unit, actor, case.number, "decide", case.version, deciding
                )
            )
        except Refusal as refusal:
            outcomes[name] = refusal

    both = [
        threading.Thread(target=decide, args=("li", APPROVE)),
        threading.Thread(target=decide, args=("zhao", REFUSE)),
    ]
    for each in both:
        each.start()
    for each in both:
        each.join()
    won = [name for name, outcome in outcomes.items() if isinstance(outcome, Case)]
    lost = [outcome for outcome in outcomes.values() if isinstance(outcome, Refusal)]
    assert len(won) == len(lost) == 1
    assert lost[0].code == "services.already_decided"
    assert lost[0].data["name"] == f"经办人{won[0]}"
    with database.read() as reader:
        decision = values.decision_of(reader, case.id)
    assert decision is not None
    assert decision.by == won[0]


def test_two_submissions_at_once_give_one_number(database: Database) -> None:
    draft = builders.filled(database)
    with database.read() as reader:
        seen = builders.version_of(reader, draft)
    start = threading.Barrier(3)
    numbers: list[str] = []

    def submit() -> None:
        start.wait()
        case = database.write(lambda unit: actions.submit(unit, wang(), draft, seen))
        numbers.append(case.number)

    several = [threading.Thread(target=submit) for _ in range(3)]
    for each in several:
        each.start()
    for each in several:
        each.join()
    assert len(numbers) == 3
    assert len(set(numbers)) == 1


def test_many_cases_at_once_all_get_numbers_of_their_own(database: Database) -> None:
    drafts = [builders.filled(database) for _ in range(5)]
    start = threading.Barrier(len(drafts))
    numbers: list[str] = []

    def submit(draft: str) -> None:
        start.wait()
        numbers.append(builders.submit(database, draft).number)

    several = [threading.Thread(target=submit, args=(draft,)) for draft in drafts]
    for each in several:
        each.start()
    for each in several:
        each.join()
    assert len(set(numbers)) == len(drafts)


def test_nothing_is_done_to_a_case_that_changed_since_the_page_was_shown(
    database: Database,
) -> None:
    case = builders.submitted(database)
    database.write(lambda unit: actions.dispute(unit, wang(), case.id, STATUS, {STATUS: "10"}))
    number, seen = case.number, case.version
    stale: list[Callable[[Unit], object]] = [
        lambda unit: actions.accept(unit, LI, number, "accept", seen),
        lambda unit: actions.take(unit, LI, number, "accept", seen),
        lambda unit: actions.not_accept(unit, LI, number, "accept", seen, NOT_ACCEPT),
        lambda unit: actions.ask_correction(unit, LI, number, "accept", seen, (ITEM,), 5),
        lambda unit: actions.settle(unit, LI, number, STATUS, seen, Settled.CLAIM),
        lambda unit: actions.decide(unit, LI, number, "accept", seen, APPROVE),
    ]
    for act in stale:
        assert refused(lambda act=act: database.write(act)) == "services.changed_meanwhile"  # type: ignore[misc]
    database.write(lambda unit: actions.take(unit, LI, number, "accept", builders.seen(unit, case)))
    late: list[Callable[[Unit], object]] = [
        lambda unit: actions.put_back(unit, LI, number, "accept", seen),
        lambda unit: actions.reassign(unit, MANAGER, number, "accept", "", seen),
    ]
    for act in late:
        assert refused(lambda act=act: database.write(act)) == "services.changed_meanwhile"  # type: ignore[misc]


def test_a_review_or_a_lapse_is_of_the_case_as_it_was_shown(database: Database) -> None:
    case = builders.accepted(database, builders.submitted(database))
    code = refused(
        lambda: database.write(
            lambda unit: actions.review(
                unit, REVIEWER, case.number, "review", case.version - 1, StepOutcome.PASSED, ""
            )
        )
    )
    assert code == "services.changed_meanwhile"
    asked = ask(database, builders.submitted(database))
    later(database, days=8)
    code = refused(
        lambda: database.write(
            lambda unit: actions.lapse(unit, LI, asked.number, "accept", asked.version - 1)
        )
    )
    assert code == "services.changed_meanwhile"


def test_whoever_saves_over_somebody_elses_change_is_refused(database: Database) -> None:
    case = builders.submitted(database)
    database.write(lambda unit: cases.save_case(unit.connection, case, case))
    code = refused(
        lambda: database.write(lambda unit: cases.save_case(unit.connection, case, case))
    )
    assert code == "services.changed_meanwhile"


# Events ------------------------------------------------------------------------------------------


def test_a_seal_that_is_told_twice_closes_once(database: Database) -> None:
    case = builders.decided(database, builders.ready_to_decide(database))
    event = CertificateSealed(certificate="c", case_number=case.number)
    for _ in range(2):
        database.write(lambda unit: handlers.close_case(unit, event))
    with database.read() as reader:
        lines = queries.own(reader, wang(), case.number).history
        told = outbox.pending(reader)
    assert [line.what for line in lines].count(What.CLOSED) == 1
    assert told.count("services.case_closed") == 1


def test_a_seal_for_somebody_elses_case_is_no_matter(database: Database) -> None:
    event = CertificateSealed(certificate="c", case_number="unknown")
    database.write(lambda unit: handlers.close_case(unit, event))


# What others count -------------------------------------------------------------------------------


def test_running_cases_come_with_their_clocks_and_open_steps(database: Database) -> None:
    accepted = builders.accepted(database, builders.submitted(database))
    builders.submitted(database)
    later(database, days=7)
    with database.read() as reader:
        found = {one.case.number: one for one in queries.running(reader)}
    one = found[accepted.number]
    assert one.clocks.promised is not None
    assert one.clocks.promised.standing.used == 5
    assert [(each.step, each.overdue_days) for each in one.steps] == [("review", 2)]
    assert len(found) == 2


def test_facts_count_cases_without_saying_whose_they_are(database: Database) -> None:
    decided = builders.decided(database, builders.ready_to_decide(database, months=2), REFUSE)
    running = builders.submitted(database, allow=False)
    with database.read() as reader:
        first, second = queries.facts(reader, [decided.id, running.id])
    assert (first.outcome, first.on_time) == (Outcome.REFUSED, True)
    assert (first.values_fetched, first.values_asked) == (3, 2)
    assert (second.values_fetched, second.values_asked) == (1, 4)
    assert second.on_time is None


def test_a_case_and_its_steps_are_called_as_in_the_version_that_it_follows(
    database: Database,
) -> None:
    case = builders.accepted(database, builders.submitted(database))
    steps = tuple(replace(each, name=f"新的{each.name}") for each in builders.definition().steps)
    renamed = builders.definition(version=2, name="新的补贴", steps=steps)
    database.write(lambda unit: builders.adopt(unit, {renamed.code: renamed}))
    with database.read() as reader:
        assert queries.step_name(reader.connection, case.number, "review") == "民政审查"
        (line,) = queries.matters(reader, builders.wang()).running
    assert line.service_name == builders.definition().name


def test_what_is_no_longer_known_is_called_by_its_code(database: Database) -> None:
    case = builders.accepted(database, builders.submitted(database))
    with database.read() as reader:
        assert queries.step_name(reader.connection, case.number, "gone") == "gone"
        assert queries.step_name(reader.connection, "no such case", "review") == "review"


def test_open_cases_are_counted_by_the_version_they_follow(database: Database) -> None:
    case = builders.submitted(database)
    builders.started(database)
    with database.read() as reader:
        assert queries.open_versions(reader.connection) == {(builders.SUBSIDY, 1): 2}
        assert queries.open_numbers(reader.connection, builders.SUBSIDY) == [case.number]


def test_a_clerk_finds_the_step_of_their_department_only(database: Database) -> None:
    case = builders.accepted(database, builders.submitted(database))
    with database.read() as reader:
        wanted = queries.InboxFilter()
        mine = queries.inbox(reader, LI, wanted)
        theirs = queries.inbox(reader, REVIEWER, wanted)
    assert mine.total == 0
    assert [task.case.number for task in theirs.tasks] == [case.number]
    assert theirs.tasks[0].applicant == "王小明"
    assert theirs.tasks[0].is_new


# Silence ------------------------------------------------------------------------------------------


def test_what_counts_as_accepted_is_neither_sent_back_nor_left_unaccepted(
    database: Database,
) -> None:
    case = builders.submitted(database)
    later(database, days=5)
    with database.read() as reader:
        in_time = queries.work_case(reader, LI, case.number).verbs
    later(database, days=5)
    assert refused(lambda: ask(database, case)) == "services.counts_as_accepted"

    def leave(unit: Unit) -> Case:
        seen = builders.seen(unit, case)
        return actions.not_accept(unit, LI, case.number, "accept", seen, builders.NOT_ACCEPT)

    assert refused(lambda: database.write(leave)) == "services.counts_as_accepted"
    with database.read() as reader:
        too_late = queries.work_case(reader, LI, case.number).verbs
    assert in_time - too_late == {"ask_correction", "not_accept"}
    accepted = builders.accepted(database, case)
    assert accepted.accepted_on == database.clock.now().date() - timedelta(days=10)


# Duties -------------------------------------------------------------------------------------------


def test_a_step_that_names_another_duty_is_found_by_those_who_have_it(
    database: Database, tmp_path: Path
) -> None:
    accept, review, decide = builders.definition().steps
    newer = builders.definition(
        version=2, steps=(replace(accept, duty="case.decide"), review, decide)
    )
    database.write(lambda unit: builders.adopt(unit, {builders.SUBSIDY: newer}))
    case = builders.submitted(database)
    only_accepts = dataclasses.replace(LI, account="only", duties=frozenset({"case.accept"}))
    only_decides = dataclasses.replace(LI, account="decider", duties=frozenset({"case.decide"}))
    with database.read() as reader:
        found = {
            actor.account: queries.inbox(reader, actor, queries.InboxFilter()).total
            for actor in (only_accepts, only_decides)
        }
    assert found == {"only": 0, "decider": 1}
    accepted = database.write(
        lambda unit: actions.accept(
            unit, only_decides, case.number, "accept", builders.seen(unit, case)
        )
    )
    assert accepted.accepted_on is not None
