"""Rows of the ledger itself that its entries speak of: which entries' rows were erased."""

from collections.abc import Iterator, Sequence

from tongban.kit.db import Reader, Unit
from tongban.modules.ledger import store
from tongban.modules.ledger.formats.erasure import erasure_facts
from tongban.modules.ledger.model import EntryKind, ErasureRule, LoggedEntry, Opening
from tongban.modules.ledger.queries import ProvenRow

_TABLE = "ledger_erasure"


class Erasures:
    """What was erased stands under one entry, with the entries that spoke of it."""

    name = "erasure"
    tables = frozenset({_TABLE})
    kinds = frozenset({EntryKind.ERASED})
    erasures: tuple[ErasureRule, ...] = ()

    def between(self, reader: Reader, after: str | None, until: str | None) -> Iterator[ProvenRow]:
        """Yield erasures in the order of their entries."""
        for one in store.erasures_by_entry(reader.connection, after, until):
            yield ProvenRow(
                table=_TABLE,
                key=one.entry,
                entry=one.entry,
                kinds=self.kinds,
                public={"rows": len(one.erased)},
                opening=Opening(salt=one.salt, facts=erasure_facts(one.erased)),
            )

    def accounted(self, _reader: Reader, _entries: Sequence[LoggedEntry]) -> set[str]:
        """Return nothing: that something was erased is never forgotten."""
        return set()

    def adopt(self, _unit: Unit, _most: int) -> int:
        """Return nothing: what was erased before left no trace."""
        return 0


PROVEN = (Erasures(),)
