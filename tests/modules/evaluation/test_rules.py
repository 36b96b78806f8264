"""How measures are computed."""

from hypothesis import given
from hypothesis import strategies as st

from tongban.modules.evaluation import rules
from tongban.modules.evaluation.model import NOTHING, Better, CaseCount, DisclosureCount, Facts

NONE = DisclosureCount(disclosed=0, readable=0, consented=0, attempts=0)


def counted(
    on_time: bool | None = None,
    saved: int | None = None,
    fetched: int = 0,
    asked: int = 0,
    back: int = 0,
    decided: bool = True,
) -> CaseCount:
    """Return a case as measures see it."""
    return CaseCount(
        service="s",
        department="d",
        on_time=on_time,
        days_saved=saved,
        values_fetched=fetched,
        values_asked=asked,
        corrections=back,
        decided=decided,
    )


def facts(*cases: CaseCount, disclosures: DisclosureCount = NONE) -> Facts:
    """Return facts of these cases."""
    return Facts(cases=rules.added(map(rules.tally, cases)), disclosures=disclosures)


def test_with_nothing_to_count_no_measure_has_a_value() -> None:
    assert {measure.compute(facts()).value for measure in rules.MEASURES.values()} == {None}


def test_a_case_still_in_time_is_neither_on_time_nor_late() -> None:
    reading = rules.cases_on_time_share(facts(counted(True), counted(False), counted(None)))
    assert (reading.numerator, reading.denominator, reading.value) == (1, 2, 0.5)


def test_values_fetched_are_counted_against_all_values() -> None:
    assert rules.values_fetched_share(facts(counted(fetched=9, asked=3))).value == 0.75


def test_days_saved_are_averaged_over_all_cases_with_a_statutory_limit() -> None:
    cases = (counted(True, 10), counted(True, 20), counted(None, 0), counted(False, -6), counted())
    assert rules.average_days_saved(facts(*cases)).value == 6


def test_before_anything_is_decided_or_overdue_days_saved_have_no_value() -> None:
    waiting = [counted(None, 0, decided=False)] * 6
    assert rules.average_days_saved(facts(*waiting)) == NOTHING
    assert rules.average_days_saved(facts(*waiting, counted(True, 7))).value == 1
    assert rules.average_days_saved(facts(*waiting, counted(False, -7, decided=False))).value == -1
    on_the_last_day = rules.average_days_saved(facts(*waiting, counted(True, 0)))
    assert (on_the_last_day.denominator, on_the_last_day.value) == (7, 0)


def test_a_case_sent_back_twice_counts_once() -> None:
    assert rules.corrections_share(facts(counted(back=2), counted())).value == 0.5


def test_a_lower_value_can_be_the_better_one() -> None:
    assert rules.reached(0.1, 0.2, Better.LOWER) is True
    assert rules.reached(0.1, 0.2, Better.HIGHER) is False
    assert rules.reached(None, 0.2, Better.HIGHER) is None
    assert rules.reached(0.1, None, Better.HIGHER) is None
    assert rules.reached(0.1, 0.2, Better.NEITHER) is None


CASES = st.builds(
    counted,
    on_time=st.sampled_from([True, False, None]),
    fetched=st.integers(0, 50),
    asked=st.integers(0, 50),
    back=st.integers(0, 3),
)


@given(st.lists(CASES, max_size=20), st.integers(0, 9), st.integers(0, 9))
def test_every_share_lies_between_nothing_and_all(cases: list[CaseCount], a: int, b: int) -> None:
    low, high = sorted((a, b))
    told = DisclosureCount(disclosed=high, readable=low, consented=low, attempts=high)
    known = facts(*cases, disclosures=told)
    for measure in rules.MEASURES.values():
        value = measure.compute(known).value
        assert value is None or not measure.is_share or 0 <= value <= 1
