"""Whatever the ledger says, it says in both languages."""

import inspect
import re

import pytest

from tongban.kernel.text import LANGUAGES
from tongban.kit.i18n import catalogue
from tongban.modules.ledger import commands, errors
from tongban.modules.ledger.model import PUBLIC_FIELDS, EntryKind, FaultKind

UNREADABLE = (
    "note checkpoint key private_key mark tile_path bundle proof policy entry opening".split()
)
REFUSALS = sorted(
    set(re.findall(r'"ledger\.([a-z_]+)"', inspect.getsource(errors)))
    | {f"{what}_unreadable" for what in UNREADABLE}
    | {"proof_unreadable_at", "policy_unreadable_at"}
)
NAMES = [
    *(f"ledger.refusal.{code}" for code in REFUSALS),
    *(f"ledger.{group}.{kind}" for kind in EntryKind for group in ("kind", "about")),
    *(f"ledger.field.{field}" for fields in PUBLIC_FIELDS.values() for field in fields),
    *(f"ledger.fault.{kind}" for kind in FaultKind),
]


@pytest.mark.parametrize("name", sorted(set(NAMES)))
def test_a_word_of_the_ledger_stands_in_both_languages(name: str) -> None:
    assert set(catalogue()[name]) == set(LANGUAGES)


def test_a_verdict_is_a_refusal_that_exists() -> None:
    known = {f"ledger.{code}" for code in REFUSALS}
    assert known >= commands._VERDICTS
