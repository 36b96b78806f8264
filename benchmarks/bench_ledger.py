"""Ledger appends against pymerkle: same bytes, same fsync, same disk, one run.

Both keep each entry durably in SQLite with synchronous=FULL, an fsync before every answer, and end
with the same RFC 6962 root, which is compared. pymerkle runs in WAL like Tongban, and once more
with the rollback journal that it comes with. Tongban's time includes checking the entry, its id,
number and columns for the public list, storing tiles and signing checkpoints; pymerkle's is storing
and hashing.

    python benchmarks/bench_ledger.py [--json] [--folder DIR] [--entries N]

- *32 callers* append one entry each and wait until it is on disk. Tongban's one writer commits what
  waits as a batch; pymerkle commits each append, one caller at a time.
- *one caller*: no fsync can be shared; what a single append costs.
- *1,000 in one go*: one transaction for 1,000 entries on both sides.
"""

import argparse
import asyncio
import json
import os
import statistics
import tempfile
import threading
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

from pymerkle import InmemoryTree, SqliteTree
from sqlalchemy import event
from sqlalchemy.engine import Engine

import tongban.app.tables
from tongban.kit.clock import SystemClock
from tongban.kit.db import Database
from tongban.kit.keyring import Keyring
from tongban.modules.ledger import actions, queries
from tongban.modules.ledger.model import EntryKind, NewEntry
from tongban.modules.ledger.rules.tiles import Edge, grow
from tongban.modules.ledger.rules.tree import leaf_hash

CALLERS = 32
BATCH = 1_000
ROUNDS = 5
ENTRY = NewEntry(
    kind=EntryKind.DISCLOSURE,
    public={
        "department": "11511602008693452B",
        "provider": "11511602008693460X",
        "resource": "307010012/000001",
        "elements": ["person.marital_status"],
        "purpose": "灵活就业社会保险补贴",
        "outcome": "given",
    },
    commitment="ab" * 32,
)


@dataclass(frozen=True)
class Round:
    """What came out once: entries a second, the 95th percentile of an answer in milliseconds."""

    entries: int
    tongban: float
    tongban_p95_ms: float
    appends_a_commit: float
    pymerkle: float
    pymerkle_p95_ms: float
    pymerkle_as_it_comes: float
    fsyncs_a_second: float

    @property
    def ratio(self) -> float:
        """Against pymerkle in WAL."""
        return self.tongban / self.pymerkle

    @property
    def ratio_as_it_comes(self) -> float:
        """Against pymerkle with its own journal."""
        return self.tongban / self.pymerkle_as_it_comes


@dataclass(frozen=True)
class Line:
    """One comparison in several rounds; the middle one counts, the extremes are told."""

    name: str
    rounds: list[Round]

    def middle(self, name: str) -> float:
        """The median of a figure over the rounds."""
        return float(statistics.median(getattr(each, name) for each in self.rounds))

    def span(self, name: str) -> str:
        """The least and the greatest of a figure."""
        found = [getattr(each, name) for each in self.rounds]
        return f"{min(found):.2f} to {max(found):.2f}"


def timed(act: Callable[[], object]) -> float:
    """Run and return the seconds it took."""
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


def p95(seconds: Sequence[float]) -> float:
    """The 95th percentile in milliseconds."""
    return statistics.quantiles(seconds, n=20)[-1] * 1000 if len(seconds) > 1 else 0.0


async def in_parallel(
    callers: int, count: int, act: Callable[[], Awaitable[object]]
) -> list[float]:
    """Let callers do the act until it was done ``count`` times; the seconds of each."""
    spent: list[float] = []

    async def call() -> None:
        for _ in range(count // callers):
            start = time.perf_counter()
            await act()
            spent.append(time.perf_counter() - start)

    await asyncio.gather(*(call() for _ in range(callers)))
    return spent


class Ours:
    """A ledger with its sequencer running beside the callers, as in a government."""

    def __init__(self, folder: Path) -> None:
        self.database = Database(
            f"sqlite:///{folder / 'tongban.db'}", SystemClock(), Keyring.fresh()
        )
        self.database.create_all()
        self.signer = actions.make_log_key(folder / "keys", "bench.example/ledger")
        self._stopping = threading.Event()

    async def one(self) -> None:
        """Append one entry; on disk when this returns."""
        await self.database.write_async(lambda unit: actions.append(unit, ENTRY))

    async def many(self) -> None:
        """Append a batch in one transaction."""
        await self.database.write_async(lambda unit: actions.append_all(unit, [ENTRY] * BATCH))

    def run(
        self, act: Callable[[], Awaitable[object]], callers: int, count: int
    ) -> tuple[float, list[float]]:
        """Seconds until everything is appended, numbered and signed, and the seconds of each."""
        self._stopping.clear()
        sequencer = threading.Thread(target=self._sequence)
        start = time.perf_counter()
        sequencer.start()
        spent = asyncio.run(in_parallel(callers, count, act))
        self._stopping.set()
        sequencer.join()
        actions.run_sequencer(self.database, self.signer)
        return time.perf_counter() - start, spent

    def _sequence(self) -> None:
        while not self._stopping.wait(1.0):
            actions.run_sequencer(self.database, self.signer)

    def bodies_and_root(self) -> tuple[list[bytes], bytes]:
        """Every entry in order, and the signed root over them."""
        with self.database.read() as reader:
            bodies = [each.body for each in queries.every_entry(reader.connection)]
            return bodies, queries.checkpoint(reader.connection).checkpoint.root


def pymerkle_tree(path: Path, journal: str) -> SqliteTree:
    """A pymerkle tree on disk with the same durability as Tongban's database."""
    tree = SqliteTree(str(path), algorithm="sha256")
    tree.con.execute(f"PRAGMA journal_mode={journal}")
    tree.con.execute("PRAGMA synchronous=FULL")
    return tree


def compare(name: str, folder: Path, callers: int, count: int, *, batched: bool) -> Line:
    """Append on both sides in turn, round by round."""
    folder.mkdir()
    rounds = [
        one_round(folder / str(number), callers, count, batched=batched) for number in range(ROUNDS)
    ]
    return Line(name, rounds)


def one_round(folder: Path, callers: int, count: int, *, batched: bool) -> Round:
    """Append on both sides, one after the other, and make sure that the roots agree."""
    folder.mkdir()
    ours = Ours(folder)
    with commits_counted() as commits:
        act = ours.many if batched else ours.one
        seconds, spent = ours.run(act, callers, count // BATCH if batched else count)
    bodies, root = ours.bodies_and_root()
    ours.database.close()
    in_wal = pymerkle_appends(folder / "wal.db", "WAL", bodies, root, batched)
    as_it_comes = pymerkle_appends(folder / "delete.db", "DELETE", bodies, root, batched)
    return Round(
        entries=len(bodies),
        tongban=len(bodies) / seconds,
        tongban_p95_ms=p95(spent),
        appends_a_commit=len(bodies) / len(commits),
        pymerkle=len(bodies) / in_wal[0],
        pymerkle_p95_ms=p95(in_wal[1]),
        pymerkle_as_it_comes=len(bodies) / as_it_comes[0],
        fsyncs_a_second=fsyncs_a_second(folder),
    )


def hashing(count: int) -> tuple[float, float]:
    """Leaves a second in memory: Tongban's tiles, and pymerkle's tree; the roots agree."""
    entries = [b"%d " % number * 40 for number in range(count)]
    theirs = InmemoryTree(algorithm="sha256")
    edge, _ = grow(Edge(), [])

    def ours() -> None:
        nonlocal edge
        edge, _ = grow(edge, [leaf_hash(entry) for entry in entries])

    our_seconds = timed(ours)
    their_seconds = timed(lambda: [theirs.append_entry(entry) for entry in entries])
    assert edge.root == theirs.get_root()
    return count / our_seconds, count / their_seconds


def pymerkle_appends(
    path: Path, journal: str, bodies: list[bytes], root: bytes, batched: bool
) -> tuple[float, list[float]]:
    """Append the same bytes in the same order with pymerkle; its lock lets one caller in anyway."""
    tree = pymerkle_tree(path, journal)
    start = time.perf_counter()
    if batched:
        pieces = [bodies[first : first + BATCH] for first in range(0, len(bodies), BATCH)]
        spent = [timed(partial(tree.append_entries, piece)) for piece in pieces]
    else:
        spent = [timed(partial(tree.append_entry, body)) for body in bodies]
    found = tree.get_root()
    seconds = time.perf_counter() - start
    tree.close()
    assert found == root, "both must end with the same tree"
    return seconds, spent


@contextmanager
def commits_counted() -> Iterator[list[object]]:
    """Collect the commits made meanwhile, each of them one fsync."""
    made: list[object] = []
    note = made.append
    event.listen(Engine, "commit", note)
    try:
        yield made
    finally:
        event.remove(Engine, "commit", note)


def fsyncs_a_second(folder: Path) -> float:
    """How often this disk keeps 4 KiB for good: the limit of whoever shares no fsync."""

    start = time.perf_counter()
    with (folder / "fsync").open("wb") as file:
        for _ in range(300):
            file.write(bytes(4096))
            file.flush()
            os.fsync(file.fileno())
    return 300 / (time.perf_counter() - start)


def markdown(lines: Sequence[Line], hashed: tuple[float, float]) -> str:
    """The result as tables for people."""
    head = (
        f"synchronous=FULL on both sides, {ROUNDS} rounds in turn, medians.\n\n"
        "| | entries | fsyncs/s of the disk | Tongban /s | p95 ms | appends a commit "
        "| pymerkle in WAL /s | p95 ms | ratio | pymerkle as it comes /s | ratio |\n"
        "|---|---|---|---|---|---|---|---|---|---|---|\n"
    )
    rows = [
        f"| {line.name} | {line.middle('entries'):,.0f} | {line.middle('fsyncs_a_second'):,.0f} "
        f"| {line.middle('tongban'):,.0f} | {line.middle('tongban_p95_ms'):.1f} "
        f"| {line.middle('appends_a_commit'):,.1f} "
        f"| {line.middle('pymerkle'):,.0f} | {line.middle('pymerkle_p95_ms'):.1f} "
        f"| **{line.middle('ratio'):.2f}x** ({line.span('ratio')}) "
        f"| {line.middle('pymerkle_as_it_comes'):,.0f} | {line.middle('ratio_as_it_comes'):.2f}x |"
        for line in lines
    ]
    ours, theirs = hashed
    tail = (
        f"\n\nHashing alone, in memory: Tongban {ours:,.0f} leaves/s, pymerkle {theirs:,.0f}, "
        f"**{ours / theirs:.1f}x**."
    )
    return head + "\n".join(rows) + tail


def main() -> None:
    """Run the comparisons and print what came out."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--folder", type=Path, help="where to write: the disk to measure")
    parser.add_argument("--entries", type=int, default=3_200)
    asked = parser.parse_args()
    assert tongban.app.tables.MODULES
    with tempfile.TemporaryDirectory(dir=asked.folder) as name:
        folder, count = Path(name), asked.entries
        lines = [
            compare("32 callers", folder / "many", CALLERS, count, batched=False),
            compare("one caller", folder / "one", 1, count // 4, batched=False),
            compare("1,000 in one go", folder / "batch", 1, count * 10, batched=True),
        ]
    hashed = hashing(100_000)
    if asked.json:
        print(json.dumps({"lines": [asdict(each) for each in lines], "hashing": hashed}))
        return
    print(markdown(lines, hashed))


if __name__ == "__main__":
    main()
