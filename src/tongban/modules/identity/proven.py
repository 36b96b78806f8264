"""Rows of identity that the ledger speaks of: what accounts of staff may do."""

from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from tongban.kit.db import Reader, Unit
from tongban.modules.identity.actions.recording import TABLE, proven_account
from tongban.modules.identity.formats import account_facts
from tongban.modules.identity.store import accounts
from tongban.modules.ledger import actions as log
from tongban.modules.ledger import queries as ledger
from tongban.modules.ledger.model import EntryKind, ErasureRule, LoggedEntry
from tongban.modules.ledger.queries import ProvenRow


class Staff:
    """The newest entry about an account says what it may do; a resident has none and needs none."""

    name = "staff"
    tables = frozenset({TABLE})
    kinds = frozenset({EntryKind.STAFF_CHANGED})
    erasures: tuple[ErasureRule, ...] = ()

    def between(self, reader: Reader, after: str | None, until: str | None) -> Iterator[ProvenRow]:
        """Yield accounts of staff, and of whoever has a role, in the order of their entries."""
        for several in accounts.by_entry(reader, after, until):
            yield from map(proven_account, several)

    def accounted(self, reader: Reader, entries: Sequence[LoggedEntry]) -> set[str]:
        """Return the entries about accounts of which a later entry speaks."""
        identifiers = sorted({ledger.spoken_of(one, "staff") for one in entries})
        newest = accounts.entries_of(reader.connection, identifiers)
        return ledger.gave_way(reader.connection, entries, "staff", newest)

    def adopt(self, unit: Unit, most: int) -> int:
        """Record accounts as found that were made before entries spoke of them."""
        found = accounts.staff_without_entry(unit, most)
        recorded = log.record_as_found(unit, TABLE, {one.id: account_facts(one) for one in found})
        for one in found:
            entry, salt = recorded[one.id]
            accounts.update(unit, replace(one, entry=entry, salt=salt))
        return len(found)


PROVEN = (Staff(),)
