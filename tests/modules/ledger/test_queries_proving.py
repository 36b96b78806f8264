"""A row is held against all that its entry committed to, whatever the row lacks itself."""

from datetime import UTC, datetime

import pytest

from tongban.modules.ledger import actions as log
from tongban.modules.ledger import queries as ledger
from tongban.modules.ledger.model import Entry, EntryKind, LoggedEntry
from tongban.modules.ledger.queries import ProvenRow


@pytest.mark.parametrize(
    ("keeps", "fields"), [(True, ()), (False, ("commitment",))], ids=["salted", "without"]
)
def test_what_was_recorded_as_found_differs_where_its_salt_was_taken_away(
    keeps: bool, fields: tuple[str, ...]
) -> None:
    facts = {"versions": "1" * 64}
    commitment, salt = log.commit(facts)
    found = Entry(
        id="entry",
        kind=EntryKind.RECORDED_AS_FOUND,
        at=datetime(2027, 1, 4, tzinfo=UTC),
        public={"table": "kit_shelf", "row": "all"},
        commitment=commitment,
    )
    row = ProvenRow(
        table="kit_shelf",
        key="all",
        entry="entry",
        kinds=(EntryKind.DEFINITION_APPLIED, EntryKind.RECORDED_AS_FOUND),
        opening=ledger.opening_with(salt if keeps else None, facts),
    )
    assert ledger.differing(row, LoggedEntry(entry=found, body=b"")) == fields
