"""A state has one word in each language, and the public ledger says it in the same one."""

from enum import StrEnum

import pytest

from tongban.kernel.text import LANGUAGES
from tongban.kit.i18n import catalogue
from tongban.modules.archive.model import State as PackageState
from tongban.modules.exchange.model import GrantState
from tongban.modules.services.model.case import Outcome, State, StepOutcome
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


def test_the_ledger_says_of_a_step_what_every_page_says() -> None:
    of_step = {one.value: catalogue()[f"services.step_outcome.{one.value}"] for one in StepOutcome}
    assert {
        value: (catalogue()[f"ledger.word.{value}"], words)
        for value, words in of_step.items()
        if f"ledger.word.{value}" in catalogue()
        and value != StepOutcome.REFUSED.value  # in the ledger a use of data is refused
        and catalogue()[f"ledger.word.{value}"] != words
    } == {}
