"""What a case's page hides from a clerk, the interface of the exchange does not give them either."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace
from tests.builders import exchange as granted
from tests.builders import services as builders
from tests.builders.catalog import CIVIL, LABOUR
from tests.builders.exchange import GRANT, WANG, wanted
from tests.builders.services import APPROVE, LI, MARRIED_ON, NAME, REVIEWER, STATUS, SUBSIDY, ZHAO

from tongban.kernel.actors import Actor, ActorKind
from tongban.kernel.errors import Refusal
from tongban.kit.db import Database
from tongban.modules.exchange import actions as exchange
from tongban.modules.exchange import queries as sharing
from tongban.modules.exchange.model import DisclosureLine, Fetched, Outcome
from tongban.modules.services import actions, queries
from tongban.modules.services.model import Case, Service, StepOutcome
from tongban.modules.services.model.sight import NOTHING, Sight

GIVEN = ""
NEED_NOT = "exchange.not_needed"
NO_CASE = "exchange.case_unknown"


def with_steps(**changed: dict[str, object]) -> Service:
    """The subsidy, of whose steps something is declared, by their codes."""
    declared = builders.notice_only()
    steps = tuple(replace(step, **changed.get(step.code, {})) for step in declared.steps)
    return replace(declared, steps=steps)


def running(database: Database, folder: Path, **changed: dict[str, object]) -> Case:
    """A case of Wang's that came in."""
    builders.found(database, folder, with_steps(**changed))
    return builders.submitted(database)


def fetched(database: Database, case: Case, actor: Actor, *elements: str) -> Fetched:
    """Read of the marriage register, for the service of the case."""
    asked = wanted(
        department=actor.department,
        elements=elements,
        code=SUBSIDY,
        case_number=case.number,
        asker=actor,
    )
    with database.read() as reader:
        prepared = sharing.prepare(reader, asked)
    return database.write(lambda unit: exchange.read(unit, actor, prepared))


def asked(database: Database, case: Case, actor: Actor, *elements: str) -> str:
    """Ask for elements; return why not, or nothing where they were given."""
    try:
        fetched(database, case, actor, *elements)
    except Refusal as refusal:
        return refusal.code
    return GIVEN


def accepted(database: Database, case: Case) -> None:
    database.write(
        lambda unit: actions.accept(unit, LI, case.number, "accept", builders.seen(unit, case))
    )


def reviewed(database: Database, case: Case) -> None:
    database.write(
        lambda unit: actions.review(
            unit, REVIEWER, case.number, "review", builders.seen(unit, case), StepOutcome.PASSED, ""
        )
    )


def decided(database: Database, case: Case) -> None:
    database.write(
        lambda unit: actions.decide(
            unit, LI, case.number, "decide", builders.seen(unit, case), APPROVE
        )
    )


def client(department: str) -> Actor:
    return Actor(ActorKind.CLIENT, account="system", department=department)


# The attack --------------------------------------------------------------------------------------


def test_a_reviewer_reads_what_they_check_and_nothing_else_of_the_case(
    database: Database, tmp_path: Path
) -> None:
    case = running(database, tmp_path, review={"checks": (STATUS,)})
    accepted(database, case)
    assert asked(database, case, REVIEWER, STATUS) == GIVEN
    assert asked(database, case, REVIEWER, MARRIED_ON) == NEED_NOT
    assert asked(database, case, REVIEWER, STATUS, MARRIED_ON) == NEED_NOT
    reviewed(database, case)
    assert asked(database, case, REVIEWER, STATUS) == NO_CASE


def test_a_clerk_of_the_service_reads_what_the_step_in_hand_needs_and_not_what_a_later_one_will(
    database: Database, tmp_path: Path
) -> None:
    case = running(database, tmp_path)
    assert asked(database, case, LI, STATUS) == NEED_NOT
    accepted(database, case)
    assert asked(database, case, LI, STATUS) == NEED_NOT
    reviewed(database, case)
    assert asked(database, case, LI, STATUS) == GIVEN
    assert asked(database, case, LI, MARRIED_ON) == NEED_NOT
    decided(database, case)
    assert asked(database, case, LI, STATUS) == NO_CASE


def test_what_is_declared_as_needed_is_read(database: Database, tmp_path: Path) -> None:
    case = running(database, tmp_path, accept={"needs": (MARRIED_ON,)})
    assert asked(database, case, LI, MARRIED_ON) == GIVEN
    assert asked(database, case, LI, STATUS) == NEED_NOT


def test_what_a_step_in_a_colleagues_hands_needs_is_read_by_them_alone(
    database: Database, tmp_path: Path
) -> None:
    case = running(database, tmp_path, accept={"needs": (STATUS,)})
    assert asked(database, case, ZHAO, STATUS) == GIVEN
    database.write(
        lambda unit: actions.take(unit, LI, case.number, "accept", builders.seen(unit, case))
    )
    assert asked(database, case, LI, STATUS) == GIVEN
    assert asked(database, case, ZHAO, STATUS) == NEED_NOT
    database.write(
        lambda unit: actions.put_back(unit, LI, case.number, "accept", builders.seen(unit, case))
    )
    assert asked(database, case, ZHAO, STATUS) == GIVEN


def test_a_step_that_is_over_while_data_are_read_gives_nothing_of_it(
    database: Database, tmp_path: Path
) -> None:
    case = running(database, tmp_path, accept={"needs": (STATUS,)})
    about = wanted(
        department=LABOUR, elements=(STATUS,), code=SUBSIDY, case_number=case.number, asker=LI
    )
    with database.read() as reader:
        prepared = sharing.prepare(reader, about)
    assert prepared.refusal is None
    accepted(database, case)
    with pytest.raises(Refusal) as caught:
        database.write(lambda unit: exchange.read(unit, LI, prepared))
    assert caught.value.code == NEED_NOT


def test_the_person_sees_the_attempt_with_the_case_it_named(
    database: Database, tmp_path: Path
) -> None:
    case = running(database, tmp_path, review={"checks": (STATUS,)})
    accepted(database, case)
    assert asked(database, case, REVIEWER, MARRIED_ON) == NEED_NOT
    with database.read() as reader:
        found = sharing.disclosures_about(reader, WANG, size=None).lines
    (line,) = (
        one for one in found if isinstance(one, DisclosureLine) and one.outcome is Outcome.REFUSED
    )
    assert (line.reason, line.case_number, line.department) == (NEED_NOT, case.number, CIVIL)


# The page and the interface ----------------------------------------------------------------------


def test_what_the_page_shows_by_its_mask_is_given_by_its_mask(
    database: Database, tmp_path: Path
) -> None:
    """The grant gives the name whole; the decision rests on it, and no step says that it needs it."""
    rule = replace(builders.definition().rules[0], condition=f'{NAME} != "" and {STATUS} = "20"')
    builders.found(database, tmp_path, builders.notice_only(rules=(rule,)))
    unmasked = (replace(GRANT, masked=()), builders.POLICE_GRANT)
    database.write(lambda unit: granted.adopt(unit, unmasked))
    case = builders.submitted(database)
    accepted(database, case)
    reviewed(database, case)
    assert fetched(database, case, LI, NAME).values == {NAME: "王**"}


def seen(database: Database, case: Case, actor: Actor) -> Sight:
    """What the page of the case shows somebody: nothing where it does not open for them."""
    with database.read() as reader:
        try:
            return queries.work_case(reader, actor, case.number).sight
        except Refusal:
            return NOTHING


def at_each_step(database: Database, case: Case) -> Iterator[None]:
    """Go through a case; yields while each of its steps is open, and once it is over."""
    yield
    for done in (accepted, reviewed, decided):
        done(database, case)
        yield


@pytest.mark.parametrize(
    "declared",
    [
        {},
        {"review": {"checks": (STATUS,)}},
        {"accept": {"needs": (STATUS,)}, "review": {"needs": (MARRIED_ON,)}},
        {"review": {"checks": (STATUS,)}, "decide": {"needs": (STATUS, MARRIED_ON)}},
    ],
)
def test_the_interface_gives_nobody_more_than_the_page_of_the_case_shows_them(
    database: Database, tmp_path: Path, declared: dict[str, dict[str, object]]
) -> None:
    case = running(database, tmp_path, **declared)
    given = 0
    for _ in at_each_step(database, case):
        for actor in (LI, ZHAO, REVIEWER):
            sight = seen(database, case, actor)
            for element in (STATUS, MARRIED_ON):
                was_given = asked(database, case, actor, element) == GIVEN
                assert was_given <= sight.sees(element), (actor, element)
                given += was_given
    assert given


# Departments' systems ----------------------------------------------------------------------------


def test_a_system_reads_what_the_open_steps_of_its_department_need_that_of_the_service_all(
    database: Database, tmp_path: Path
) -> None:
    case = running(database, tmp_path, review={"checks": (STATUS,)})
    assert asked(database, case, client(CIVIL), STATUS) == NO_CASE
    accepted(database, case)
    assert asked(database, case, client(CIVIL), STATUS) == GIVEN
    assert asked(database, case, client(CIVIL), MARRIED_ON) == NEED_NOT
    assert asked(database, case, client(LABOUR), MARRIED_ON) == GIVEN
