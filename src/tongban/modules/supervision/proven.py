"""Rows of supervision that the ledger speaks of: cards, and what was said to them."""

from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from tongban.kit.db import Reader, Unit
from tongban.modules.ledger import actions as log
from tongban.modules.ledger import queries as ledger
from tongban.modules.ledger.model import EntryKind, ErasureRule, LoggedEntry
from tongban.modules.ledger.queries import ProvenRow
from tongban.modules.supervision import store
from tongban.modules.supervision.actions import TABLE, proven_card
from tongban.modules.supervision.formats import card_facts
from tongban.modules.supervision.model import Card


class Cards:
    """The newest entry about a card says how it stands and what was said to it."""

    name = "card"
    tables = frozenset({TABLE})
    kinds = frozenset({EntryKind.CARD})
    erasures: tuple[ErasureRule, ...] = ()

    def between(self, reader: Reader, after: str | None, until: str | None) -> Iterator[ProvenRow]:
        """Yield cards in the order of their entries."""
        for several in store.by_entry(reader.connection, after, until):
            yield from map(proven_card, several)

    def accounted(self, reader: Reader, entries: Sequence[LoggedEntry]) -> set[str]:
        """Return the entries about cards of which a later entry speaks."""
        cards = sorted({ledger.spoken_of(one, "card") for one in entries})
        newest = store.entries_of(reader.connection, cards)
        return ledger.gave_way(reader.connection, entries, "card", newest)

    def adopt(self, unit: Unit, most: int) -> int:
        """Record cards as found that were drawn before entries spoke of them."""
        found = store.without_entry(unit.connection, most)
        recorded = log.record_as_found(unit, TABLE, {one.id: card_facts(one) for one in found})
        for one in found:
            entry, salt = recorded[one.id]
            store.note_entry(unit.connection, replace(one, entry=entry, salt=salt))
        return len(found)


def altered(reader: Reader, card: Card) -> bool:
    """Whether a card is not what its newest ledger entry says; for pages."""
    return bool(ledger.unlike(reader.connection, [proven_card(card)]))


PROVEN = (Cards(),)
