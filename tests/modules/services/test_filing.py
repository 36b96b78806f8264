"""One application for one thing at a time, and the way to the one that runs."""

import threading
from functools import partial
from pathlib import Path

import pytest
from tests.builders import services as builders
from tests.builders.services import SUBSIDY, wang

from tongban.kernel.errors import Kind, Refusal
from tongban.kit.db import Database
from tongban.modules.services import actions
from tongban.modules.services.model import Service, State
from tongban.modules.services.rules.filing import in_the_way


def once(most: int = 1) -> Service:
    return builders.definition(version=2, most_open=most)


def adopt(database: Database, service: Service) -> None:
    database.write(lambda unit: builders.adopt(unit, {SUBSIDY: service}))


def test_one_case_at_a_time_unless_the_service_says_otherwise() -> None:
    one, two = builders.case(), builders.case(id="case-2", account="colleague")
    assert Service(code="x", name="x", department="x").most_open == 1
    assert in_the_way(1, [], "wang") is None
    assert in_the_way(1, [two, one], "wang") == one
    assert in_the_way(1, [two], "wang") == two
    assert in_the_way(2, [one], "wang") is None
    assert in_the_way(0, [one, two], "wang") is None


def test_a_second_application_is_refused_while_the_first_runs(
    database: Database, tmp_path: Path
) -> None:
    builders.found(database, tmp_path)
    adopt(database, once())
    first, other = builders.filled(database), builders.filled(database)
    case = builders.submit(database, first)
    for act in (partial(builders.started, database), partial(builders.submit, database, other)):
        with pytest.raises(Refusal) as caught:
            act()
        assert (caught.value.code, caught.value.kind) == ("services.case_running", Kind.CONFLICT)
        assert caught.value.data["number"] == case.number
    assert builders.submit(database, first).number == case.number
    database.write(lambda unit: actions.withdraw(unit, wang(), case.number))
    assert builders.submit(database, other).state is State.SUBMITTED


def test_of_two_drafts_sent_at_once_one_comes_in(database: Database, tmp_path: Path) -> None:
    builders.found(database, tmp_path)
    adopt(database, once())
    drafts = [builders.filled(database) for _ in range(2)]
    start, outcomes = threading.Barrier(2), list[str]()

    def send(draft: str) -> None:
        start.wait()
        try:
            outcomes.append(builders.submit(database, draft).number)
        except Refusal as refusal:
            outcomes.append(refusal.code)

    both = [threading.Thread(target=send, args=(draft,)) for draft in drafts]
    for each in both:
        each.start()
    for each in both:
        each.join()
    assert outcomes.count("services.case_running") == 1
