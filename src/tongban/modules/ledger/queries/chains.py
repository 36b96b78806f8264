"""Entries that follow each other in a chain: their links and heads, and a person's file of all of them."""

from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple, Protocol

import msgspec
from sqlalchemy import Connection

from tongban.kit.db import Reader
from tongban.modules.ledger import errors, store
from tongban.modules.ledger.formats import uses
from tongban.modules.ledger.formats.chain import START, head_of, link_of, name_of_key
from tongban.modules.ledger.formats.note import parse_note, verify_note
from tongban.modules.ledger.model import LoggedEntry, Opening, Signer
from tongban.modules.ledger.model.chains import Chain, ChainLine, ChainStanding
from tongban.modules.ledger.queries.nodes import tile_reader
from tongban.modules.ledger.queries.proving import entries_called
from tongban.modules.ledger.rules import tiles

START_OF_CHAIN = START
"""The head of a chain in which there is nothing yet."""
head_after = head_of
"""(head before, an entry's bytes) -> the head from that entry on."""
link_after = link_of
"""(key, number, head before) -> the link that the entry with this number must show."""


class Place(NamedTuple):
    """A number of a chain: its entry, and the head that is kept with it."""

    number: int
    entry: str
    head: str


class Openings(Protocol):
    """Gives what opens entries of a chain; one that is gone is left out."""

    def of(self, entries: Collection[str]) -> dict[str, Opening]:
        """Return what opens some entries, by id."""
        ...


class Listed(NamedTuple):
    """A chain as its owner keeps it: name, key, places in order, and what opens entries, by id."""

    chain: Chain
    places: Iterable[Place]
    opening: Openings


class _Known(msgspec.Struct, frozen=True):
    number: int
    entry: str
    index: int | None
    """Place in the log; None where the entry is not there."""


def bodies_called(connection: Connection, ids: Collection[str]) -> dict[str, bytes]:
    """Return the bytes of the entries of these ids that are there, whatever they are."""
    return {row.id: row.body for row in store.raw_called(connection, sorted(ids))}


def write_uses(reader: Reader, signer: Signer, chains: Iterable[Listed]) -> Iterator[bytes]:
    """Yield a person's file of all entries about them that are in the log, a piece at a time.

    It ends where the newest checkpoint does: what waits for its number is in the next file. What lacks
    is left out, so that whoever checks the file misses it. Refuses while nothing is signed.
    """
    signed = store.last_checkpoint(reader.connection)
    if signed is None:
        raise errors.nothing_signed_yet()
    verify_note(parse_note(signed.note.encode()), [signer.key])
    several = list(chains)
    known = [_known(reader.connection, each, signed.checkpoint.size) for each in several]
    standing = [one for _, one in known]
    statement = uses.sign_statement(signed.checkpoint, reader.now, standing, signer)
    yield uses.format_head(signed.note, statement)
    for place, (listed, (lines, _)) in enumerate(zip(several, known, strict=True)):
        yield uses.format_chain_head(listed.chain.name, listed.chain.key, first=place == 0)
        yield from _lines(reader.connection, listed, lines, signed.checkpoint.size)
        yield uses.CHAIN_END
    yield uses.FILE_END


_PIECE = 500


def _known(connection: Connection, listed: Listed, size: int) -> tuple[list[_Known], ChainStanding]:
    """Return which numbers of a chain the file has, and how the chain stands with the last of them."""
    found: list[_Known] = []
    head, number, unlinked = START, 0, 0
    for piece in _pieces(listed.places):
        there = entries_called(connection, {each.entry for each in piece})
        for each in piece:
            logged = there.get(each.entry)
            if logged is not None and (logged.number is None or logged.number >= size):
                return found, _standing(listed.chain, unlinked, number, head)
            head, number = each.head, each.number
            if logged is not None and not _link(logged):
                unlinked = number
            index = None if logged is None else logged.number
            found.append(_Known(each.number, each.entry, index))
    return found, _standing(listed.chain, unlinked, number, head)


def _standing(chain: Chain, unlinked: int, number: int, head: str) -> ChainStanding:
    key_name = name_of_key(chain.key)
    return ChainStanding(
        name=chain.name, key_name=key_name, unlinked=unlinked, number=number, head=head
    )


def _link(logged: LoggedEntry) -> str:
    return str(logged.entry.public.get("link", ""))


def _pieces(places: Iterable[Place]) -> Iterator[list[Place]]:
    piece: list[Place] = []
    for each in places:
        piece.append(each)
        if len(piece) == _PIECE:
            yield piece
            piece = []
    if piece:
        yield piece


def _lines(
    connection: Connection, listed: Listed, known: list[_Known], size: int
) -> Iterator[bytes]:
    read = tile_reader(connection)
    there = [each for each in known if each.index is not None]
    for start in range(0, len(there), _PIECE):
        piece = there[start : start + _PIECE]
        bodies = bodies_called(connection, [each.entry for each in piece])
        openings = listed.opening.of([each.entry for each in piece])
        for place, each in enumerate(piece, start):
            assert each.index is not None
            line = ChainLine(
                number=each.number,
                body=bodies[each.entry],
                index=each.index,
                path=tiles.inclusion_path(read, each.index, size),
                opening=openings.get(each.entry),
            )
            yield uses.format_line(line, first=place == 0)
