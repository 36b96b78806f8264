"""Rows of the archive that the ledger speaks of: packages that were kept, by the digest of every byte."""

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import accumulate

from msgspec.structs import replace

from tongban.kit.db import Reader, Unit
from tongban.kit.sweeps import Flaw, Piece
from tongban.modules.archive import actions, queries, store
from tongban.modules.archive.formats.facts import package_facts
from tongban.modules.archive.model import Fixity, Package, Shelves, State
from tongban.modules.ledger import actions as log
from tongban.modules.ledger import queries as ledger
from tongban.modules.ledger.model import EntryKind, ErasureRule, LoggedEntry
from tongban.modules.ledger.queries import ProvenRow

_TABLE = "archive_package"
_PACKAGES = 20
_BYTES = 32 * 1024 * 1024
"""Packages, and bytes of them, that are read in one piece."""


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
    return ledger.salted_row(
        table=_TABLE,
        key=package.id,
        entry=package.entry,
        kinds=(EntryKind.PACKAGE_KEPT, EntryKind.RECORDED_AS_FOUND),
        public={"documents": package.documents},
        salt=package.salt,
        facts=package_facts(package),
        faults=("state",) if package.state is State.REQUESTED else (),
    )


class Fixities:
    """Every byte of every package that is kept, some packages at a time."""

    name = "archive"
    flaw = "damaged"

    def piece(self, reader: Reader, after: str, most: int) -> Piece:
        """Read the next packages: at most so many, and no further than a bound of their bytes."""
        found = store.kept_behind(reader.connection, after, min(most, _PACKAGES))
        read = found[: _that_fit(found)]
        fixities = [queries.fixity(reader.port(Shelves), one) for one in read]
        return Piece(
            until=read[-1].id if read else None,
            looked=len(read),
            flaws=tuple(_flaw(one) for one in fixities if not one.sound),
            note=partial(_note, fixities),
        )


def _that_fit(packages: Sequence[Package]) -> int:
    """Return how many of some packages are read at once: one at least."""
    sizes = accumulate(one.size or 0 for one in packages)
    return max(1, sum(1 for size in sizes if size <= _BYTES))


def _flaw(fixity: Fixity) -> Flaw:
    faults = tuple(dict.fromkeys(flaw.fault for flaw in fixity.flaws))
    return Flaw(table=_TABLE, row=fixity.package.id, fields=faults)


def _note(fixities: Sequence[Fixity], unit: Unit) -> None:
    for one in fixities:
        actions.note(unit, one)


PROVEN = (Packages(),)
SWEPT = (Fixities(),)
