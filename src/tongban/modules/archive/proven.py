"""Rows of the archive that the ledger speaks of: packages that were kept, by the digest of every byte."""

from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from tongban.kit.db import Reader, Unit
from tongban.modules.archive import store
from tongban.modules.archive.formats.facts import package_facts
from tongban.modules.archive.model import Package, State
from tongban.modules.ledger import actions as log
from tongban.modules.ledger import queries as ledger
from tongban.modules.ledger.model import EntryKind, ErasureRule, LoggedEntry
from tongban.modules.ledger.queries import ProvenRow

_TABLE = "archive_package"


class Packages:
    """A package has one entry, made when it was kept; what a check finds changes nothing of it."""

    name = "package"
    tables = frozenset({_TABLE})
    kinds = frozenset({EntryKind.PACKAGE_KEPT})
    erasures: tuple[ErasureRule, ...] = ()

    def between(self, reader: Reader, after: str | None, until: str | None) -> Iterator[ProvenRow]:
        """Yield packages in the order of their entries."""
        for several in store.by_entry(reader.connection, after, until):
            yield from map(_proven, several)

    def accounted(self, _reader: Reader, _entries: Sequence[LoggedEntry]) -> set[str]:
        """Return nothing: a package is kept once and never forgotten."""
        return set()

    def adopt(self, unit: Unit, most: int) -> int:
        """Record packages as found that were kept before entries spoke of them."""
        found = store.without_entry(unit.connection, most)
        recorded = log.record_as_found(unit, _TABLE, {one.id: package_facts(one) for one in found})
        for one in found:
            entry, salt = recorded[one.id]
            store.save(unit.connection, replace(one, entry=entry, salt=salt), one.state)
        return len(found)


def _proven(package: Package) -> ProvenRow:
    opening = ledger.opening_with(package.salt, package_facts(package))
    faults = ["salt"] if opening is None else []
    if package.state is State.REQUESTED:
        faults.append("state")
    return ProvenRow(
        table=_TABLE,
        key=package.id,
        entry=package.entry,
        kinds=(EntryKind.PACKAGE_KEPT, EntryKind.RECORDED_AS_FOUND),
        public={"documents": package.documents},
        opening=opening,
        faults=tuple(faults),
    )


PROVEN = (Packages(),)
