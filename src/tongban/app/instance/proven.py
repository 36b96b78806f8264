"""Adopted definitions as the ledger has them: every version ever adopted, in one digest."""

from collections.abc import Iterator, Mapping, Sequence

from tongban.kit import shelf
from tongban.kit.db import Reader, Unit
from tongban.modules.ledger import actions as log
from tongban.modules.ledger import queries as ledger
from tongban.modules.ledger.model import EntryKind, ErasureRule, LoggedEntry, Opening
from tongban.modules.ledger.queries import ProvenRow

_TABLE = "kit_shelf"
_ROW = "all"
_NAMED = 20
"""Definitions that one finding names."""


class Definitions:
    """The newest listing is held against the shelf, each against its entry."""

    name = "definitions"
    tables = frozenset({_TABLE})
    kinds = frozenset({EntryKind.DEFINITION_APPLIED})
    erasures: tuple[ErasureRule, ...] = ()

    def between(self, reader: Reader, after: str | None, until: str | None) -> Iterator[ProvenRow]:
        """Yield listings in the order of their entries."""
        newest = shelf.newest_listing(reader.connection)
        for entry, listed, salt in shelf.kept_listings(reader.connection, after, until):
            last = entry == newest
            now = shelf.listing(reader.connection) if last else listed
            digest = shelf.digest_of_listing(listed)
            yield ProvenRow(
                table=_TABLE,
                key=_ROW,
                entry=entry,
                kinds=(EntryKind.DEFINITION_APPLIED, EntryKind.RECORDED_AS_FOUND),
                public={"versions": digest},
                opening=Opening(salt=salt, facts={"versions": digest}) if salt else None,
                gave_way_to="" if last else newest,
                faults=_unlike(listed, now),
            )

    def accounted(self, reader: Reader, entries: Sequence[LoggedEntry]) -> set[str]:
        """Return entries of when no listing was kept: their digest is that of the files alone."""
        since = ledger.baselines(reader.connection).get(_TABLE)
        return {
            one.entry.id
            for one in entries
            if one.number is not None and since is not None and one.number < since
            if one.entry.kind is EntryKind.DEFINITION_APPLIED
            if "versions" not in one.entry.public
        }

    def adopt(self, unit: Unit, _most: int) -> int:
        """Record what is adopted as found, where no listing of it was kept."""
        listed = shelf.listing(unit.connection)
        if not listed or shelf.newest_listing(unit.connection):
            return 0
        facts = {"versions": shelf.digest_of_listing(listed)}
        ((entry, salt),) = log.record_as_found(unit, _TABLE, {_ROW: facts}).values()
        shelf.keep_listing(unit, entry, listed, salt)
        return 1


def _unlike(listed: Mapping[str, str], now: Mapping[str, str]) -> tuple[str, ...]:
    """Return which versions are not what was adopted, are gone, or came past the system."""
    names = (name for name in sorted({*listed, *now}) if listed.get(name) != now.get(name))
    return tuple(name for name, _ in zip(names, range(_NAMED), strict=False))


PROVEN = (Definitions(),)
