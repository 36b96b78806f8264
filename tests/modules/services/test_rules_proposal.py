"""What the rules propose, and what a decision must say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.builders import services as builders
from tests.builders.services import APPROVE, REFUSE, STATUS

from tongban.modules.services.model import Deciding, Outcome, Plain, Proposed, Verdict
from tongban.modules.services.rules.deciding import faults_of, opinion_fault
from tongban.modules.services.rules.proposal import follows, propose, with_results

SERVICE = builders.procedure()


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({STATUS: "20", "form.months": 6}, Proposed.APPROVE),
        ({STATUS: "10", "form.months": 6}, Proposed.REFUSE),
        ({STATUS: "20", "form.months": 2}, Proposed.REFUSE),
        ({STATUS: None, "form.months": 6}, Proposed.UNDECIDED),
        ({STATUS: None, "form.months": 2}, Proposed.REFUSE),
        ({}, Proposed.UNDECIDED),
    ],
)
def test_the_rules_propose_and_never_guess(
    values: dict[str, Plain | None], expected: Proposed
) -> None:
    assert propose(SERVICE, values).proposed is expected


def test_every_rule_is_looked_at_with_its_clause() -> None:
    found = propose(SERVICE, {STATUS: "10", "form.months": 2})
    assert [(one.rule, one.verdict) for one in found.findings] == [
        ("married", Verdict.NOT_MET),
        ("months", Verdict.NOT_MET),
    ]
    assert all(one.clause for one in found.findings)


def test_a_finding_names_what_is_missing() -> None:
    found = propose(SERVICE, {"form.months": 6})
    assert found.findings[0].missing == (STATUS,)
    assert found.findings[0].verdict is Verdict.UNKNOWN


def test_results_are_worked_out_one_after_the_other() -> None:
    calculation = builders.Calculation
    service = builders.procedure(
        builders.definition(
            calculations=(
                calculation(code="monthly", name="每月", value="100 yuan"),
                calculation(code="sum", name="合计", value="result.monthly * form.months"),
            )
        )
    )
    found = propose(service, {"form.months": 6})
    assert [result.value for result in found.results] == [10_000, 60_000]
    assert with_results({}, found.results)["result.sum"] == 60_000


def test_a_result_that_rests_on_something_unknown_is_unknown() -> None:
    (result,) = propose(SERVICE, {}).results
    assert result.value is None
    assert result.missing == ("form.months",)


@given(st.integers(0, 1000))
def test_money_comes_out_in_whole_fen(months: int) -> None:
    (result,) = propose(SERVICE, {"form.months": months}).results
    assert result.value == months * 10_000


def test_a_refusal_says_everything_it_must() -> None:
    assert faults_of(REFUSE, Proposed.REFUSE) == {}
    assert faults_of(REFUSE, Proposed.APPROVE) == {}
    for field in ("clause", "reason", "remedy", "contact"):
        said = {name: "x" for name in ("clause", "reason", "remedy", "contact") if name != field}
        lacking = Deciding(outcome=Outcome.REFUSED, **said)
        assert faults_of(lacking, Proposed.REFUSE) == {field: f"services.{field}_missing"}


@pytest.mark.parametrize("proposed", [Proposed.REFUSE, Proposed.UNDECIDED])
def test_approving_what_the_rules_do_not_propose_needs_a_reason(proposed: Proposed) -> None:
    assert set(faults_of(APPROVE, proposed)) == {"reason"}
    reasoned = Deciding(outcome=Outcome.APPROVED, reason="已核实")
    assert faults_of(reasoned, proposed) == {}
    assert faults_of(APPROVE, Proposed.APPROVE) == {}


def test_following_the_proposal_is_told_from_departing_from_it() -> None:
    assert follows(Outcome.APPROVED, Proposed.APPROVE)
    assert follows(Outcome.REFUSED, Proposed.REFUSE)
    assert not follows(Outcome.REFUSED, Proposed.UNDECIDED)


def test_an_objection_must_say_why() -> None:
    assert opinion_fault("", needed=True) == {"opinion": "services.opinion_missing"}
    assert opinion_fault("", needed=False) == {}
    assert opinion_fault("x" * 2001, needed=False) == {"opinion": "services.answer_too_long"}
