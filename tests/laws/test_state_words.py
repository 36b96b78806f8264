"""A state has one word in each language, and the public ledger says it in the same one."""

from enum import StrEnum

import pytest

from tongban.kernel.text import LANGUAGES
from tongban.kit.i18n import catalogue
from tongban.modules.archive.model import State as PackageState
from tongban.modules.exchange.model import GrantState
from tongban.modules.services.model.case import Outcome, State, StepOutcome, What
from tongban.modules.supervision.model import CardState

STATES: dict[str, type[StrEnum]] = {
    "services.state": State,
    "services.outcome": Outcome,
    "services.step_outcome": StepOutcome,
    "supervision.state": CardState,
    "exchange.state": GrantState,
    "archive.state": PackageState,
}


@pytest.mark.parametrize("group", STATES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_state_has_a_word_that_no_other_of_its_kind_has(group: str, language: str) -> None:
    words = [catalogue()[f"{group}.{one.value}"][language] for one in STATES[group]]
    assert len(words) == len(set(words))


OF_A_DECISION = {"refused": "decision_refused"}
"""What the ledger says of a code with its kind before it, where the same code has another sense too: there
a use of data is refused as well."""


@pytest.mark.parametrize("group", ["services.step_outcome", "ledger.word"])
def test_what_happened_to_a_case_has_one_word_in_its_history_and_everywhere_else(
    group: str,
) -> None:
    known = catalogue()
    for what in What:
        said = OF_A_DECISION.get(what.value, what.value) if group == "ledger.word" else what.value
        if f"{group}.{said}" in known:
            assert known[f"{group}.{said}"] == known[f"services.what.{what.value}"], what


def test_the_ledger_says_of_a_step_what_every_page_says() -> None:
    for one in StepOutcome:
        said = f"ledger.word.{OF_A_DECISION.get(one.value, one.value)}"
        if said in catalogue():
            assert catalogue()[said] == catalogue()[f"services.step_outcome.{one.value}"], one


def test_a_correction_is_asked_for_in_one_word() -> None:
    asked = catalogue()["services.what.correction_asked"]
    assert catalogue()["ledger.word.correction"] == asked
