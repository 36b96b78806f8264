"""Replaying the whole log: every entry, tile and checkpoint in the database against each other."""

from collections.abc import Sequence

from sqlalchemy import Connection

from tongban.kernel.errors import Refusal
from tongban.modules.ledger import store
from tongban.modules.ledger.formats.checkpoint import parse_checkpoint
from tongban.modules.ledger.formats.entry import parse_entry
from tongban.modules.ledger.formats.note import parse_note, verify_note
from tongban.modules.ledger.formats.tiles import format_tile_path
from tongban.modules.ledger.model import (
    Audit,
    Checkpoint,
    Fault,
    FaultKind,
    Tile,
    TileId,
    TreeHead,
    VerifierKey,
)
from tongban.modules.ledger.rules.tiles import Edge, grow, tiles_of
from tongban.modules.ledger.rules.tree import leaf_hash

_CHUNK = 4096
_SHOWN = 100


def audit(
    connection: Connection,
    *,
    key: VerifierKey | None = None,
    earlier: Sequence[Checkpoint] = (),
) -> Audit:
    """Recompute the tree from the entries and compare it with everything stored.

    ``key`` is the log's public key as known from elsewhere (without it the database's own is
    believed), ``earlier`` are checkpoints that somebody kept outside and that were verified: the
    log must still contain them. Memory stays bounded however long the log is.
    """
    replay = _Replay(connection, key or store.log_key(connection), earlier)
    replay.run()
    return Audit(
        head=replay.edge.head,
        pending=store.count_pending(connection),
        checkpoints=replay.checkpoints,
        faults=tuple(replay.faults[:_SHOWN]),
        more=max(0, len(replay.faults) - _SHOWN),
    )


class _Replay:
    """One pass over the log; collects what is wrong and goes on."""

    def __init__(
        self, connection: Connection, key: VerifierKey | None, earlier: Sequence[Checkpoint]
    ) -> None:
        self.connection = connection
        self.key = key
        self.edge = Edge()
        self.faults: list[Fault] = []
        self.odd: set[str] = set()
        self.notes = store.checkpoint_notes(connection)
        self.checkpoints = len(self.notes)
        self.earlier = {each.size: each for each in earlier}
        self.stops = sorted({size for size, _ in self.notes} | set(self.earlier))

    def run(self) -> None:
        """Go from the first entry to the last."""
        self._at_stop()
        while rows := store.kept_from(self.connection, self.edge.size, _CHUNK):
            whole = self._numbered(rows)
            usable = self._in_order(whole)
            self._feed(usable)
            if len(usable) < len(whole) or not whole:
                break
        self._compare_edge()
        for size in self.stops:
            if size > self.edge.size:
                self._find(FaultKind.CHECKPOINT_DIFFERS, str(size))
        if self.edge.size not in self.stops:
            self._find(FaultKind.CHECKPOINT_MISSING, str(self.edge.size))

    def _find(self, kind: FaultKind, where: str) -> None:
        self.faults.append(Fault(kind=kind, where=where))

    def _numbered(self, rows: Sequence[store.Kept]) -> list[store.Kept]:
        """Return the rows with a whole number; SQLite keeps a fraction or a text in any column."""
        odd = [str(row.columns[0]) for row in rows if type(row.number) is not int]
        for identifier in odd:
            if identifier not in self.odd:
                self.odd.add(identifier)
                self._find(FaultKind.NUMBER_ODD, identifier)
        return [row for row in rows if type(row.number) is int]

    def _in_order(self, rows: Sequence[store.Kept]) -> list[bytes]:
        """Return bodies up to the first missing number, each compared with its columns."""
        found: list[bytes] = []
        for number, row in enumerate(rows, start=self.edge.size):
            if row.number != number:
                self._find(FaultKind.NUMBER_MISSING, str(number))
                break
            self._compare_columns(row)
            found.append(row.body)
        return found

    def _compare_columns(self, row: store.Kept) -> None:
        try:
            entry = parse_entry(row.body)
        except Refusal:
            self._find(FaultKind.ENTRY_UNREADABLE, str(row.number))
            return
        if row.columns != store.columns_of(self.connection, entry):
            self._find(FaultKind.ENTRY_DIFFERS, str(row.number))

    def _feed(self, found: Sequence[bytes]) -> None:
        """Grow the tree, halting at each size that a checkpoint speaks of."""
        leaves = [leaf_hash(body) for body in found]
        start, size = 0, self.edge.size
        for stop in [s for s in self.stops if size < s <= size + len(leaves)]:
            self._grow(leaves[start : stop - size])
            start = stop - size
            self._at_stop()
        self._grow(leaves[start:])

    def _grow(self, leaves: Sequence[bytes]) -> None:
        self.edge, changed = grow(self.edge, leaves)
        for tile in changed:
            if tile.width == TileId(0, 0).width:
                self._compare_tile(tile)

    def _compare_tile(self, tile: Tile) -> None:
        stored = store.tile_hashes(self.connection, tile.level, tile.number)
        if stored != tile.hashes:
            kind = FaultKind.TILE_DIFFERS if stored else FaultKind.TILE_MISSING
            self._find(kind, format_tile_path(TileId(tile.level, tile.number, tile.width)))

    def _compare_edge(self) -> None:
        """Compare the tiles that are not full, and look for tiles that should not be."""
        expected = set()
        for tile in tiles_of(self.edge.size):
            expected.add((tile.level, tile.number))
            if tile.width < TileId(0, 0).width:
                self._compare_tile(Tile(tile.level, tile.number, self.edge.levels[tile.level]))
        for name in store.tile_names(self.connection):
            if (name.level, name.number) not in expected:
                self._find(FaultKind.TILE_TOO_MANY, format_tile_path(name))

    def _at_stop(self) -> None:
        """Compare the tree as it is now with every checkpoint of its size."""
        head = self.edge.head
        outside = self.earlier.get(head.size)
        if outside is not None and outside.root != head.root:
            self._find(FaultKind.OTHER_HISTORY, str(head.size))
        for size, note in self.notes:
            if size == head.size:
                self._compare_checkpoint(note, head)

    def _compare_checkpoint(self, text: str, head: TreeHead) -> None:
        try:
            note = parse_note(text.encode())
            checkpoint = parse_checkpoint(note.text)
        except Refusal:
            self._find(FaultKind.CHECKPOINT_UNREADABLE, str(head.size))
            return
        if checkpoint.head != head:
            self._find(FaultKind.CHECKPOINT_DIFFERS, str(head.size))
        if self.key is None or checkpoint.origin != self.key.name:
            self._find(FaultKind.CHECKPOINT_NOT_SIGNED, str(head.size))
            return
        try:
            verify_note(note, [self.key])
        except Refusal:
            self._find(FaultKind.CHECKPOINT_NOT_SIGNED, str(head.size))
