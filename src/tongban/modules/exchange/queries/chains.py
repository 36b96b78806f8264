"""What is on record about somebody, in its order: what is missing of it, and a file of all of it."""

import datetime as dt
from collections.abc import Collection, Iterator
from itertools import chain, groupby
from operator import attrgetter

from tongban.kernel.errors import Refusal
from tongban.kernel.subjects import SubjectRef
from tongban.kit.db import Reader
from tongban.modules.exchange import store
from tongban.modules.exchange.formats import private_facts
from tongban.modules.exchange.model.chains import Gap, Numbered
from tongban.modules.exchange.queries.preparing import today
from tongban.modules.exchange.rules import chains as rules
from tongban.modules.exchange.rules import looks as look_rules
from tongban.modules.exchange.rules.values import subject_key
from tongban.modules.ledger import queries as ledger
from tongban.modules.ledger.model import Opening, Signer
from tongban.modules.ledger.model.chains import AT_ONCE, Chain

LOOKED_BACK = 500
"""Numbers that a page looks through for what is missing; the file has all of them."""


def gaps(reader: Reader, subject: SubjectRef) -> list[Gap]:
    """Return what is missing of the newest lines about a subject, as far as they may see them today.

    Costs the same however many there are: of older ones the file and the audit tell.
    """
    who = _who(reader, subject)
    day = today(reader.connection, reader.now)
    newest = store.newest_numbered(reader.connection, who, day, LOOKED_BACK)
    entries = [each.entry for each in newest]
    lost = store.without_line(reader.connection, who, day, entries) if entries else set()
    several = [list(same) for _, same in groupby(newest, key=attrgetter("name"))]
    kept = [same for same in several if same[0].name == AT_ONCE]
    appeared = [same for same in several if same[0].name != AT_ONCE]
    cut = sum(map(len, appeared)) == LOOKED_BACK
    found: list[Gap] = []
    for place, same in enumerate([*kept, *appeared]):
        last = cut and place == len(kept) + len(appeared) - 1
        whole = len(same) < LOOKED_BACK and not last
        found += rules.gaps(same, lost, whole=whole)
    return found


def complete_file(reader: Reader, subject: SubjectRef, signer: Signer) -> Iterator[bytes]:
    """Yield the file of every entry about a subject that they may see today, a piece at a time: for
    ``tongban verify``. Refuses while nothing is signed."""
    who = _who(reader, subject)
    day = today(reader.connection, reader.now)
    pieces = store.numbered(reader.connection, who, day)
    several = groupby(chain.from_iterable(pieces), key=attrgetter("name"))
    opening = _Openings(reader, who, day)
    listed = [
        _listed(reader, who, name, opening, [_place(each) for each in same])
        for name, same in several
    ]
    if not listed or listed[0].chain.name != AT_ONCE:
        listed.insert(0, _listed(reader, who, AT_ONCE, opening, []))
    return ledger.write_uses(reader, signer, listed)


def _place(one: Numbered) -> ledger.Place:
    return ledger.Place(number=one.number, entry=one.entry, head=one.head)


def _listed(
    reader: Reader, who: str, name: str, opening: ledger.Openings, places: list[ledger.Place]
) -> ledger.Listed:
    key = rules.chain_key(reader.keyring, who, name)
    return ledger.Listed(chain=Chain(name=name, key=key), places=places, opening=opening)


class _Openings:
    """Opens entries about one subject from the rows that they may see."""

    def __init__(self, reader: Reader, who: str, day: dt.date) -> None:
        self.reader = reader
        self.who = who
        self.day = day

    def of(self, entries: Collection[str]) -> dict[str, Opening]:
        """Return what opens some entries, by id; without those whose row or seal is gone."""
        return dict(chain(self._asked(list(entries)), self._looked(list(entries))))

    def _asked(self, entries: list[str]) -> Iterator[tuple[str, Opening]]:
        connection = self.reader.connection
        for one in store.disclosures_of_entries(connection, self.who, self.day, entries):
            cell = store.subject_cell(one.line.id, one.subject_index)
            try:
                identifier = self.reader.keyring.open(one.subject_sealed, cell)
            except Refusal:
                continue
            facts = private_facts(one.line, identifier, one.digest, one.use)
            yield one.line.ledger_entry, Opening(salt=one.commitment_salt, facts=facts)

    def _looked(self, entries: list[str]) -> Iterator[tuple[str, Opening]]:
        for row, identifier, words in store.look_openings(self.reader, self.who, entries):
            if row.commitment_salt is not None:
                facts = look_rules.facts_kept(row, identifier, words)
                yield row.entry, Opening(salt=bytes(row.commitment_salt), facts=facts)


def _who(reader: Reader, subject: SubjectRef) -> str:
    return reader.keyring.index(subject_key(subject))
