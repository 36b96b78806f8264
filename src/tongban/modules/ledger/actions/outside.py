"""Handing checkpoints to places outside, and comparing what stands there with the log."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from tongban.kernel.errors import Refusal
from tongban.kit import troubles
from tongban.kit.db import Database, Reader, Unit
from tongban.kit.settings import Settings
from tongban.modules.ledger import queries, store
from tongban.modules.ledger.adapters.places import places_of
from tongban.modules.ledger.model import Place, Signer

EVERY = timedelta(minutes=10)
"""A place is handed the newest checkpoint, and compared, once in so long."""
JOB = "ledger.push"


def ask_to_push(unit: Unit, places: Sequence[Place]) -> None:
    """Ask for a job for each place that it is time for.

    A place that is away keeps its own job waiting for the next try and no other; one whose tries are
    all used up begins anew.
    """
    for place in places:
        job, asked_at = store.asked_of(unit.connection, place.name)
        if asked_at is not None and unit.now - asked_at < EVERY:
            continue
        if job is not None and troubles.of_job(unit, job) is not None:
            troubles.revive(unit, job)
        else:
            job = unit.enqueue(JOB, {"place": place.name})
        store.note_outside(unit.connection, place.name, job=job, asked_at=unit.now)


def compare(reader: Reader, settings: Settings) -> Iterator[tuple[str, str, str]]:
    """Yield of each place that can be read its name, what is wrong there, and at which size.

    What is wrong is ``away``, ``other_history``, ``foreign`` or nothing.
    """
    key = store.log_key(reader.connection)
    if key is None:
        return
    for place in places_of(settings):
        try:
            notes = place.notes()
        except Refusal:
            yield place.name, "away", ""
        else:
            yield place.name, *queries.compare_outside(reader.connection, key, notes)


def push(db: Database, place: Place, signer: Signer) -> None:
    """Compare what stands at a place with the log, then hand it the newest checkpoint.

    In this order, and nothing is handed over where they differ: what stands there is evidence.
    """
    notes = place.notes()
    with db.read() as reader:
        newest = queries.latest_checkpoint(reader.connection)
        fault, where = queries.compare_outside(reader.connection, signer.key, notes)
        known = store.outside(reader.connection).get(place.name)
    db.write(
        lambda unit: store.note_outside(
            unit.connection, place.name, compared_at=unit.now, fault=fault, at_size=where
        )
    )
    if fault or newest is None or (known and known.pushed_size == newest.checkpoint.size):
        return
    place.put(newest)
    db.write(
        lambda unit: store.note_outside(
            unit.connection,
            place.name,
            pushed_size=newest.checkpoint.size,
            pushed_at=unit.now,
        )
    )
