"""Rows of certificates that the ledger speaks of: what was issued, and how it stands."""

from collections.abc import Iterator, Sequence

import msgspec

from tongban.kit.db import Reader, Unit
from tongban.modules.certificates import store
from tongban.modules.certificates.actions import (
    TABLE,
    proven_certificate,
    proven_issue,
    proven_status,
)
from tongban.modules.certificates.formats.facts import found_facts
from tongban.modules.certificates.model import Certificate
from tongban.modules.ledger import actions as log
from tongban.modules.ledger import queries as ledger
from tongban.modules.ledger.model import EntryKind, ErasureRule, LoggedEntry
from tongban.modules.ledger.queries import ProvenRow


class Certificates:
    """One entry says what was issued; the newest of its status, if there is one, how it stands."""

    name = "certificate"
    tables = frozenset({TABLE})
    kinds = frozenset({EntryKind.CERTIFICATE_ISSUED, EntryKind.CERTIFICATE_STATUS})
    erasures: tuple[ErasureRule, ...] = ()

    def between(self, reader: Reader, after: str | None, until: str | None) -> Iterator[ProvenRow]:
        """Yield each certificate where its issue stands, and once more where its status does."""
        for several in store.by_entry(reader, after, until, of_status=False):
            yield from (row for one in several for row in proven_issue(one))
        for several in store.by_entry(reader, after, until, of_status=True):
            yield from (proven_status(one) for one in several if one.status_entry)

    def accounted(self, reader: Reader, entries: Sequence[LoggedEntry]) -> set[str]:
        """Return what was found of certificates of whose status a later entry speaks, and entries of
        their status from before those were kept with the certificate.
        """
        since = ledger.baselines(reader.connection).get(TABLE)
        rows = sorted({ledger.spoken_of(one, "row") for one in entries})
        newest = store.status_entries(reader.connection, rows)
        return ledger.gave_way(reader.connection, entries, "row", newest) | {
            one.entry.id
            for one in entries
            if one.entry.kind is EntryKind.CERTIFICATE_STATUS
            and ledger.is_numbered_before(one, since)
        }

    def adopt(self, unit: Unit, most: int) -> int:
        """Record certificates as found whose entries committed to less than what they are."""
        found = store.without_status_entry(unit, most)
        recorded = log.record_as_found(unit, TABLE, {one.id: found_facts(one) for one in found})
        for one in found:
            entry, salt = recorded[one.id]
            opening = ledger.opening_file(salt, found_facts(one)).decode()
            proven = msgspec.structs.replace(one, status_entry=entry, status_opening=opening)
            store.note_status(unit, proven)
        return len(found)


def altered(reader: Reader, one: Certificate) -> bool:
    """Whether a certificate is not what the ledger's entries say of it; for pages."""
    return bool(ledger.unlike(reader.connection, proven_certificate(one)))


PROVEN = (Certificates(),)
