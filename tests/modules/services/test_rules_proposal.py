"""What the rules propose, and what a decision must say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from tests.builders import services as builders
from tests.builders.services import APPROVE, REFUSE, STATUS

from tongban.modules.services.model import (
    Calculation,
    Deciding,
    Outcome,
    Plain,
    Proposal,
    Proposed,
    Result,
    Verdict,
)
from tongban.modules.services.rules.deciding import faults_of, opinion_fault
from tongban.modules.services.rules.proposal import (
    follows,
    only_said,
    propose,
    with_results,
)

SERVICE = builders.procedure()


def of(proposed: Proposed) -> Proposal:
    return Proposal(proposed=proposed)


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
    assert faults_of(REFUSE, of(Proposed.REFUSE)) == {}
    assert faults_of(REFUSE, of(Proposed.APPROVE)) == {}
    for field in ("clause", "reason", "remedy", "contact"):
        lacking = replace(REFUSE, **{field: " "})
        assert faults_of(lacking, of(Proposed.REFUSE)) == {field: f"services.{field}_missing"}


@pytest.mark.parametrize("proposed", [Proposed.REFUSE, Proposed.UNDECIDED])
def test_approving_what_the_rules_do_not_propose_needs_a_reason(proposed: Proposed) -> None:
    assert set(faults_of(APPROVE, of(proposed))) == {"reason"}
    reasoned = Deciding(outcome=Outcome.APPROVED, reason="已核实")
    assert faults_of(reasoned, of(proposed)) == {}
    assert faults_of(APPROVE, of(Proposed.APPROVE)) == {}


def test_following_the_proposal_is_told_from_departing_from_it() -> None:
    assert follows(Outcome.APPROVED, Proposed.APPROVE)
    assert follows(Outcome.REFUSED, Proposed.REFUSE)
    assert not follows(Outcome.REFUSED, Proposed.UNDECIDED)


def test_an_objection_must_say_why() -> None:
    assert opinion_fault("", needed=True) == {"opinion": "services.opinion_missing"}
    assert opinion_fault("", needed=False) == {}
    assert opinion_fault("x" * 2001, needed=False) == {"opinion": "services.answer_too_long"}


def test_what_only_the_applicant_says_is_named_and_must_be_verified() -> None:
    values: dict[str, Plain | None] = {STATUS: "20", "form.months": 6}
    found = propose(SERVICE, values, {STATUS})
    assert found.proposed is Proposed.VERIFY
    assert {one.rule: one.stated for one in found.findings} == {"married": (STATUS,), "months": ()}
    assert found.stated == (STATUS,)
    approve = Deciding(outcome=Outcome.APPROVED)
    assert faults_of(approve, found) == {"verified": "services.verified_missing"}
    assert faults_of(replace(approve, verified=True), found) == {}
    assert propose(SERVICE, {**values, STATUS: "10"}, {STATUS}).proposed is Proposed.REFUSE


def test_a_result_rests_on_what_an_earlier_one_rests_on() -> None:
    service = builders.procedure(
        builders.definition(
            calculations=(
                Calculation(code="base", name="基数", value="person.paid * 2"),
                Calculation(code="amount", name="合计", value="result.base + 1 yuan"),
            )
        )
    )
    found = propose(service, {"person.paid": 100, STATUS: "20", "form.months": 6}, {"person.paid"})
    assert [one.stated for one in found.results] == [("person.paid",), ("person.paid",)]
    assert found.proposed is Proposed.VERIFY


def test_a_line_of_the_certificate_that_is_only_said_must_be_verified() -> None:
    result = Result(certificate="subsidy-decision", fields={"bank": "person.bank_name"})
    service = builders.procedure(builders.definition(result=result))
    found = propose(service, {STATUS: "20", "form.months": 6}, {"person.bank_name"})
    assert found.stated == ("person.bank_name",)
    assert found.proposed is Proposed.VERIFY


def test_only_elements_without_any_other_source_are_only_said() -> None:
    values = (
        builders.value(STATUS, "20"),
        builders.value("form.months", 6),
        builders.fetched("person.name", "王小明"),
    )
    assert only_said(values) == {STATUS}
