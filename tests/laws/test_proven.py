"""What the ledger speaks of is audited: every kind of entry, and every table that names an entry."""

import pytest

from tongban.app import registry
from tongban.kernel.text import LANGUAGES
from tongban.kit.db import metadata
from tongban.kit.i18n import translate
from tongban.modules.audit.model import FindingKind
from tongban.modules.ledger.model import EntryKind

DECLARED = registry.proven()
OF_NO_ROW = {
    EntryKind.RECORDED_AS_FOUND: "of rows of every declaration, by the table that it shows",
    EntryKind.LOG_EXCEPTION: "about the log itself, which no row speaks of",
    EntryKind.BASELINE: "ends what is recorded as found; the audit itself reads it",
}
"""Kinds of entry that no declaration speaks for, and why."""
COPIES = {
    "exchange_look": "",
    "exchange_agreement": "",
    "exchange_alarm": "",
    "services_value": "a value of a case repeats which disclosure it came by",
    "services_opening": "what is behind entries about cases, held with the case itself",
    "audit_finding": "says what an audit found",
    "exchange_disclosure": "",
    "ledger_erasure": "",
    "exchange_chain": "",
    "exchange_grant": "",
    "services_case": "",
    "services_decision": "",
    "certificates_certificate": "",
    "identity_account": "",
    "supervision_card": "",
    "archive_package": "",
    "evaluation_day": "a day of readings, held with the readings themselves",
    "kit_shelf_listing": "what was adopted, held against the shelf",
}
"""Tables that name an entry: those of a declaration, and why others need none."""
_NAMES = {"entry", "ledger_entry", "status_entry"}


def test_every_kind_of_entry_is_declared_once_or_says_why_not() -> None:
    declared = [kind for one in DECLARED for kind in one.kinds]
    assert len(declared) == len(set(declared))
    assert set(declared) | set(OF_NO_ROW) == set(EntryKind)
    assert not set(declared) & set(OF_NO_ROW)


def test_every_table_that_names_an_entry_is_declared_or_says_why_not() -> None:
    naming = {
        name
        for name, table in metadata.tables.items()
        if _NAMES & {column.name for column in table.columns}
    }
    tables = {table for one in DECLARED for table in one.tables}
    assert naming == set(COPIES)
    assert {name for name in naming - tables if not COPIES[name]} == set()
    assert tables <= set(metadata.tables)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_of_row_and_of_finding_has_a_name(language: str) -> None:
    names = [f"audit.rows.{one.name}" for one in DECLARED]
    names += [f"audit.{each}.{kind}" for kind in FindingKind for each in ("kind", "means", "next")]
    names += [f"audit.{each}.{one.name}" for one in registry.sweeps() for each in ("rows", "swept")]
    assert [name for name in names if translate(language, name) == name] == []


def test_a_declaration_says_which_rows_by_one_word() -> None:
    names = [one.name for one in DECLARED]
    assert len(names) == len(set(names))
