"""Whatever an entry of the ledger says by a word or a code, its reader reads in words."""

from collections.abc import Iterable
from enum import StrEnum

import pytest
from tests.builders.services import MORNING

from tongban.kernel.subjects import SubjectKind
from tongban.kernel.text import LANGUAGES
from tongban.kit.i18n import translator
from tongban.modules.catalog.definition import ShareType
from tongban.modules.certificates.model import State as CertificateState
from tongban.modules.exchange import errors
from tongban.modules.exchange.actions.disclosing import _OUTCOMES
from tongban.modules.exchange.model import UNKNOWN, Basis, EndReason
from tongban.modules.exchange.model.agreements import AgreementState
from tongban.modules.exchange.model.looks import LookKind, LookReason
from tongban.modules.identity.model import AccountState
from tongban.modules.ledger.formats.words import facts_of
from tongban.modules.ledger.model import Entry, EntryKind
from tongban.modules.services.model import Outcome, Proposed
from tongban.modules.services.model import State as CaseState
from tongban.modules.supervision.model import CardState, Colour

REFUSALS = (
    errors.no_grant("r", "d"),
    errors.not_shared("r", ["e"]),
    errors.use_closed(),
    errors.consent_missing("r"),
    errors.purpose_unknown(),
    errors.case_unknown(),
    errors.case_needed(),
    errors.occasion_unknown("g"),
    errors.account_quota_spent(1),
    errors.grant_quota_spent("g", 1),
    errors.each_quota_spent("g", 1),
    errors.second_person_needed("g", 1),
    errors.delivery_not_available("file"),
)
"""Why a disclosure was refused, as its line has it."""
WORDS: dict[tuple[EntryKind, str], Iterable[str | StrEnum]] = {
    (EntryKind.DISCLOSURE, "outcome"): _OUTCOMES.values(),
    (EntryKind.DISCLOSURE, "basis"): Basis,
    (EntryKind.DISCLOSURE, "delivery"): ("api", "file", "table"),
    (EntryKind.DISCLOSURE, "subject_kind"): SubjectKind,
    (EntryKind.DISCLOSURE, "reason"): [each.code for each in REFUSALS],
    (EntryKind.DISCLOSURE, "service"): [UNKNOWN],
    (EntryKind.DECISION, "outcome"): Outcome,
    (EntryKind.DECISION, "proposed"): Proposed,
    (EntryKind.CASE_CLOSED, "outcome"): [*Outcome, "withdrawn", "lapsed"],
    (EntryKind.CASE_LOOKED_AT, "what"): LookKind,
    (EntryKind.CASE_LOOKED_AT, "reason"): LookReason,
    (EntryKind.CASE_LOOKED_AT, "subject_kind"): SubjectKind,
    (EntryKind.CERTIFICATE_STATUS, "status"): [CertificateState.REVOKED],
    (EntryKind.CASE_MOVED, "status"): [state for state in CaseState if state != "draft"],
    (EntryKind.CARD, "colour"): Colour,
    (EntryKind.CARD, "status"): CardState,
    (EntryKind.STAFF_CHANGED, "status"): AccountState,
    (EntryKind.GRANT_GIVEN, "delivery"): ("api", "file", "table"),
    (EntryKind.GRANT_GIVEN, "share_type"): ShareType,
    (EntryKind.GRANT_ENDED, "reason"): EndReason,
    (EntryKind.READING_ANSWERED, "outcome"): (AgreementState.AGREED, AgreementState.REFUSED),
}
"""Every word of a closed vocabulary that the modules write, by kind of entry and field."""


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("kind", "field"), WORDS)
def test_every_word_that_an_entry_can_hold_is_said_in_the_readers_language(
    kind: EntryKind, field: str, language: str
) -> None:
    for each in WORDS[(kind, field)]:
        entry = Entry(id="0", kind=kind, at=MORNING, public={field: str(each)})
        (fact,) = facts_of(entry, language, translator(language))
        assert fact.value != str(each), each
        assert not fact.label.startswith("ledger.")


def test_nothing_that_holds_is_not_said_to_be_not_shared() -> None:
    entry = Entry(id="0", kind=EntryKind.DISCLOSURE, at=MORNING, public={"basis": Basis.NONE.value})
    (fact,) = facts_of(entry, "zh", translator("zh"))
    assert (fact.value, fact.code) == ("没有成立的依据", "none")
