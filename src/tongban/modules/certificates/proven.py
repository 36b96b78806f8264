"""Rows of certificates that the ledger speaks of: what was issued, and how it stands."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from tongban.kernel.errors import Refusal
from tongban.kit.db import Reader, Unit
from tongban.modules.certificates import store
from tongban.modules.certificates.formats.facts import found_facts, issued_facts
from tongban.modules.certificates.model import Certificate, State
from tongban.modules.ledger import actions as log
from tongban.modules.ledger import queries as ledger
from tongban.modules.ledger.model import EntryKind, ErasureRule, LoggedEntry, PublicValue
from tongban.modules.ledger.queries import ProvenRow

_TABLE = "certificates_certificate"


class Certificates:
    """One entry says what was issued; the newest of its status, if there is one, how it stands."""

    name = "certificate"
    tables = frozenset({_TABLE})
    kinds = frozenset({EntryKind.CERTIFICATE_ISSUED, EntryKind.CERTIFICATE_STATUS})
    erasures: tuple[ErasureRule, ...] = ()

    def between(self, reader: Reader, after: str | None, until: str | None) -> Iterator[ProvenRow]:
        """Yield each certificate where its issue stands, and once more where its status does."""
        for several in store.by_entry(reader, after, until, of_status=False):
            yield from (row for one in several for row in _issued(one))
        for several in store.by_entry(reader, after, until, of_status=True):
            yield from (_status(one) for one in several if one.status_entry)

    def accounted(self, reader: Reader, entries: Sequence[LoggedEntry]) -> set[str]:
        """Return what was found of certificates of whose status a later entry speaks, and entries of
        their status from before those were kept with the certificate.
        """
        since = ledger.baselines(reader.connection).get(_TABLE)
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
        recorded = log.record_as_found(unit, _TABLE, {one.id: found_facts(one) for one in found})
        for one in found:
            entry, salt = recorded[one.id]
            opening = ledger.opening_file(salt, found_facts(one)).decode()
            proven = msgspec.structs.replace(one, status_entry=entry, status_opening=opening)
            store.note_status(unit, proven)
        return len(found)


def _issued(one: Certificate) -> Iterator[ProvenRow]:
    """Yield what follows from a certificate for the entry of its issue, none while it waits for its seal."""
    if not one.ledger_entry and one.state is State.PENDING_SEAL:
        return
    faults = ["state"] if one.state is State.PENDING_SEAL else []
    if one.state is State.REVOKED and not one.status_entry:
        faults.append("state")
    yield _proven(
        one,
        entry=one.ledger_entry,
        kinds=(EntryKind.CERTIFICATE_ISSUED,),
        file=one.opening,
        now=issued_facts(one),
        public={
            "valid_from": one.issued_on.isoformat(),
            "valid_until": one.valid_until.isoformat() if one.valid_until else None,
        },
        faults=faults,
    )


def _status(one: Certificate) -> ProvenRow:
    """Return what follows from a certificate for the newest entry of its status."""
    kinds = [EntryKind.RECORDED_AS_FOUND]
    if one.state is State.REVOKED:
        kinds.append(EntryKind.CERTIFICATE_STATUS)
    return _proven(
        one,
        entry=one.status_entry,
        kinds=kinds,
        file=one.status_opening,
        now=found_facts(one),
        public={"status": one.state.value, "legal_basis": one.revoked_basis},
        faults=[],
    )


def _proven(
    one: Certificate,
    *,
    entry: str,
    kinds: Sequence[EntryKind],
    file: str,
    now: Mapping[str, Any],
    public: Mapping[str, PublicValue | None],
    faults: Sequence[str],
) -> ProvenRow:
    try:
        opening = ledger.read_opening(file.encode())
    except Refusal:
        opening, faults = None, [*faults, "personal"]
    said = opening.facts if opening is not None else {}
    unlike = [name for name, value in said.items() if now.get(name) != value]
    return ProvenRow(
        table=_TABLE,
        key=one.id,
        entry=entry,
        kinds=kinds,
        public={
            "department": one.issuer,
            "certificate_type": one.type,
            "certificate_type_version": str(one.type_version),
            **public,
        },
        opening=opening,
        faults=(*faults, *unlike),
    )


def altered(reader: Reader, one: Certificate) -> bool:
    """Whether a certificate is not what the ledger's entries say of it; for pages."""
    rows = list(_issued(one))
    if one.status_entry:
        rows.append(_status(one))
    return bool(ledger.unlike(reader.connection, rows))


PROVEN = (Certificates(),)
