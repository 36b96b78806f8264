"""The audit finds whatever was changed in the database."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Connection, text
from tests.builders.ledger import ORIGIN, MemorySigner, a_closing, a_disclosure

from tongban.kit.db import Database
from tongban.kit.testing import sqlite_database
from tongban.modules.ledger import actions, queries
from tongban.modules.ledger.formats.checkpoint import sign_checkpoint
from tongban.modules.ledger.model import Audit, Checkpoint, FaultKind, Mark, TreeHead
from tongban.modules.ledger.rules.tree import EMPTY_ROOT

Tampering = Callable[[Connection], object]


@pytest.fixture
def signer() -> MemorySigner:
    return MemorySigner()


@pytest.fixture
def log(database: Database, signer: MemorySigner) -> Database:
    """A log of 700 entries with checkpoints at 300, 301 and 700, and two entries waiting."""
    for count in (300, 1, 399):
        database.write(lambda unit, n=count: actions.append_all(unit, [a_disclosure()] * n))  # type: ignore[misc]
        actions.run_sequencer(database, signer)
    database.write(lambda unit: actions.append_all(unit, [a_closing()] * 2))
    return database


def audited(database: Database, signer: MemorySigner, *earlier: Checkpoint) -> Audit:
    with database.read() as reader:
        return queries.audit(reader.connection, key=signer.key, earlier=earlier)


def run(statement: str, **values: object) -> Tampering:
    return lambda connection: connection.execute(text(statement), values)


def test_an_honest_log_is_sound(log: Database, signer: MemorySigner) -> None:
    audit = audited(log, signer)
    assert audit.sound
    assert audit.head.size == 700
    assert audit.pending == 2
    assert audit.checkpoints == 3


def test_an_empty_log_is_sound(database: Database, signer: MemorySigner) -> None:
    actions.run_sequencer(database, signer)
    assert audited(database, signer).sound


TAMPERINGS: list[tuple[Tampering, FaultKind, str]] = [
    (
        run("UPDATE ledger_entry SET body = :b WHERE number = 300", b=b"{}"),
        FaultKind.ENTRY_UNREADABLE,
        "300",
    ),
    (
        run("UPDATE ledger_entry SET department = 'gaj' WHERE number = 5"),
        FaultKind.ENTRY_DIFFERS,
        "5",
    ),
    (
        run("UPDATE ledger_entry SET kind = 'decision' WHERE number = 5"),
        FaultKind.ENTRY_DIFFERS,
        "5",
    ),
    (
        run("UPDATE ledger_entry SET at = '1999-01-01T00:00:00.000000Z' WHERE number = 5"),
        FaultKind.ENTRY_DIFFERS,
        "5",
    ),
    (run("DELETE FROM ledger_entry WHERE number = 100"), FaultKind.NUMBER_MISSING, "100"),
    (run("DELETE FROM ledger_entry WHERE number = 699"), FaultKind.CHECKPOINT_DIFFERS, "700"),
    (run("DELETE FROM ledger_entry WHERE number IS NOT NULL"), FaultKind.TILE_TOO_MANY, "0/000"),
    (
        run("UPDATE ledger_tile SET hashes = :h WHERE level = 0 AND number = 0", h=bytes(8192)),
        FaultKind.TILE_DIFFERS,
        "0/000",
    ),
    (
        run("UPDATE ledger_tile SET hashes = :h WHERE level = 1", h=bytes(64)),
        FaultKind.TILE_DIFFERS,
        "1/000.p/2",
    ),
    (
        run("DELETE FROM ledger_tile WHERE level = 0 AND number = 1"),
        FaultKind.TILE_MISSING,
        "0/001",
    ),
    (
        run("INSERT INTO ledger_tile VALUES (3, 0, :h)", h=bytes(32)),
        FaultKind.TILE_TOO_MANY,
        "3/000",
    ),
    (
        run("UPDATE ledger_checkpoint SET note = 'x' WHERE size = 300"),
        FaultKind.CHECKPOINT_UNREADABLE,
        "300",
    ),
    (
        run(
            "UPDATE ledger_checkpoint SET note = replace(note, '— zwfw', '— zwfx') WHERE size = 300"
        ),
        FaultKind.CHECKPOINT_NOT_SIGNED,
        "300",
    ),
    (
        run("DELETE FROM ledger_checkpoint WHERE size = 700"),
        FaultKind.CHECKPOINT_MISSING,
        "700",
    ),
]


@pytest.mark.parametrize(("tampering", "kind", "where"), TAMPERINGS)
def test_what_was_tampered_with_is_found(
    log: Database, signer: MemorySigner, tampering: Tampering, kind: FaultKind, where: str
) -> None:
    log.write(lambda unit: tampering(unit.connection))
    found = {(fault.kind, fault.where) for fault in audited(log, signer).faults}
    assert (kind, where) in found


def test_an_entry_swapped_for_another_of_the_same_form_is_found(
    log: Database, signer: MemorySigner
) -> None:
    def swap(connection: Connection) -> None:
        for number, target in ((10, -1), (11, 10), (-1, 11)):
            run("UPDATE ledger_entry SET number = :t WHERE number = :n", t=target, n=number)(
                connection
            )

    log.write(lambda unit: swap(unit.connection))
    kinds = {fault.kind for fault in audited(log, signer).faults}
    assert {FaultKind.TILE_DIFFERS, FaultKind.CHECKPOINT_DIFFERS} <= kinds


def test_a_checkpoint_signed_over_another_tree_is_found(
    log: Database, signer: MemorySigner
) -> None:
    note = sign_checkpoint(Checkpoint(origin=ORIGIN, size=301, root=bytes(32)), signer)
    log.write(
        lambda unit: run("UPDATE ledger_checkpoint SET note = :n WHERE size = 301", n=note)(
            unit.connection
        )
    )
    faults = audited(log, signer).faults
    assert [(fault.kind, fault.where) for fault in faults] == [
        (FaultKind.CHECKPOINT_DIFFERS, "301")
    ]


def test_a_history_rewritten_with_the_right_key_is_found_by_who_kept_a_checkpoint(
    log: Database, signer: MemorySigner, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with log.read() as reader:
        kept = queries.checkpoint(reader.connection).checkpoint
    assert audited(log, signer, kept).sound
    for table in ("entry", "tile", "checkpoint"):
        log.write(lambda unit, t=table: run(f"DELETE FROM ledger_{t}")(unit.connection))  # type: ignore[misc]
    signer.mark = Mark(TreeHead(0, EMPTY_ROOT))
    log.write(lambda unit: run("DELETE FROM ledger_log")(unit.connection))
    log.write(lambda unit: actions.append_all(unit, [a_disclosure()] * 800))
    actions.run_sequencer(log, signer)
    assert audited(log, signer).sound, "taken alone, the forgery is perfect"
    assert [fault.kind for fault in audited(log, signer, kept).faults] == [FaultKind.OTHER_HISTORY]
    larger = Checkpoint(origin=ORIGIN, size=900, root=kept.root)
    assert not audited(log, signer, larger).sound


def test_without_the_right_key_no_checkpoint_is_believed(
    log: Database, signer: MemorySigner
) -> None:
    kinds = {fault.kind for fault in audited(log, MemorySigner()).faults}
    assert kinds == {FaultKind.CHECKPOINT_NOT_SIGNED}
    assert audited(log, MemorySigner("other/log")).faults
    with log.read() as reader:
        assert queries.audit(reader.connection).sound


def test_no_more_than_a_hundred_faults_are_listed(log: Database, signer: MemorySigner) -> None:
    log.write(lambda unit: run("UPDATE ledger_entry SET department = 'x'")(unit.connection))
    audit = audited(log, signer)
    assert len(audit.faults) == 100
    assert audit.more == 600


def test_values_of_a_kind_that_nobody_writes_are_found_and_not_fatal(tmp_path: Path) -> None:
    log, signer = sqlite_database(tmp_path), MemorySigner()
    log.write(lambda unit: actions.append_all(unit, [a_disclosure()] * 5))
    actions.run_sequencer(log, signer)
    for statement in (
        "UPDATE ledger_entry SET body = 'text' WHERE number = 1",
        "UPDATE ledger_entry SET at = 'yesterday' WHERE number = 2",
        "UPDATE ledger_entry SET kind = 'rumour' WHERE number = 3",
        "UPDATE ledger_entry SET department = 5 WHERE number = 4",
        "UPDATE ledger_tile SET hashes = 'text'",
    ):
        log.write(lambda unit, s=statement: run(s)(unit.connection))  # type: ignore[misc]
    found = {(fault.kind, fault.where) for fault in audited(log, signer).faults}
    log.close()
    assert (FaultKind.ENTRY_UNREADABLE, "1") in found
    assert {(FaultKind.ENTRY_DIFFERS, str(number)) for number in (2, 3, 4)} <= found
    assert (FaultKind.TILE_DIFFERS, "0/000.p/5") in found
