"""Words that somebody may have typed stand sealed, or it is said here that they do not, and why."""

import re
from collections.abc import Mapping

from sqlalchemy import String, Text

import tongban.app.tables  # noqa: F401 - every module's tables stand on the shared metadata
from tongban.kit.db import metadata

IN_THE_CLEAR: Mapping[str, str] = {
    "exchange_agreement.occasion_reference": "typed by staff, compared where a read is used up",
    "exchange_agreement.reason": "typed by staff: why another did not agree",
    "exchange_alarm.words": "typed by staff: what somebody who looked into unusual reading found",
    "exchange_disclosure.occasion_reference": "typed by staff or sent by a system: a file's number",
    "exchange_grant.reason": "typed by staff: why a grant was refused, suspended or ended",
    "supervision_card.words": "typed by staff: the reply to a card",
    "archive_package.fault": "a code",
    "archive_package.name": "made of a case's number",
    "certificates_certificate.revoked_basis": "an article that was published",
    "exchange_chain.name": "a hyphen, or a day",
    "exchange_client.name": "of a department's system",
    "exchange_disclosure.basis": "a code",
    "exchange_disclosure.reason": "a code",
    "exchange_grant.end_reason": "a code",
    "exchange_look.reason": "a code",
    "exchange_unfit.reason": "a code",
    "exchange_use.basis": "a code",
    "identity_organisation.name": "of an organisation, which its register publishes",
    "kit_job.fault": "a code",
    "kit_job.name": "a code",
    "kit_outbox.fault": "a code",
    "kit_outbox.name": "a code",
    "kit_outbox.payload": "an event: codes and numbers of cases",
    "kit_shelf.content": "of the instance, which the government publishes",
    "kit_shelf_listing.content": "of the instance, which the government publishes",
    "ledger_checkpoint.note": "public: the signed head",
    "ledger_outside.fault": "a code",
    "ledger_refused.reason": "a code",
    "ledger_refused.id": "as it was found where public entries lie",
    "notices_message.message": "which words of the catalogue; what fills them is sealed",
    "services_consent.fault": "a code",
}
"""Columns of text that are long, or are named as words are, with what is in them."""

_WORDS = re.compile(
    r"(?:^|_)(?:words|reason|name|note|basis|reference|fault|opinion|remark|message|address|phone)$"
)


def test_every_column_of_words_is_sealed_or_says_what_is_in_it() -> None:
    found = {
        str(column)
        for table in metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, String)
        and (isinstance(column.type, Text) or _WORDS.search(column.name))
    }
    assert found == IN_THE_CLEAR.keys()
