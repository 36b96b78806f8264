"""Any history of appending, sequencing, failing and starting again, on both databases."""

from collections.abc import Callable
from typing import ClassVar

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from pymerkle import InmemoryTree
from sqlalchemy import text
from tests.builders.ledger import FORGERIES, Forgery, MemorySigner, a_closing, a_disclosure, slip_in

from tongban.kit.db import Database, Unit
from tongban.modules.ledger import actions, queries
from tongban.modules.ledger.formats.proof import parse_proof
from tongban.modules.ledger.formats.receipt import verify_receipt
from tongban.modules.ledger.model import Checkpoint, Policy
from tongban.modules.ledger.rules.tree import is_consistent

BATCHES = st.integers(1, 40) | st.sampled_from([200, 255, 256, 257])


def _empty(unit: Unit) -> None:
    for table in ("entry", "refused", "tile", "checkpoint", "log"):
        unit.connection.execute(text(f"DELETE FROM ledger_{table}"))


class Log(RuleBasedStateMachine):
    """Acts on one database and knows what must be in it."""

    database: ClassVar[Database]

    def __init__(self) -> None:
        super().__init__()
        self.write(_empty)
        self.signer = MemorySigner()
        self.appended: set[str] = set()
        self.forged: set[str] = set()
        self.signed: list[Checkpoint] = []

    def write(self, work: Callable[[Unit], object]) -> None:
        self.database.write(work)

    @rule(count=BATCHES)
    def append(self, count: int) -> None:
        ids = self.database.write(
            lambda unit: actions.append_all(unit, [a_disclosure(), a_closing()] * count)
        )
        assert not self.appended & set(ids)
        self.appended |= set(ids)

    @rule(count=st.integers(1, 300), forgery=FORGERIES)
    def slip_in(self, count: int, forgery: Forgery) -> None:
        made = {slip_in(self.database, forgery) for _ in range(count if count < 9 else 1)}
        assert not made & (self.appended | self.forged)
        self.forged |= made

    @rule(count=st.integers(1, 5))
    def append_and_fail(self, count: int) -> None:
        def work(unit: Unit) -> None:
            actions.append_all(unit, [a_closing()] * count)
            raise LookupError

        try:
            self.database.write(work)
        except LookupError:
            return
        raise AssertionError

    @rule(limit=BATCHES)
    def sequence(self, limit: int) -> None:
        signed = self.database.write(lambda unit: actions.sequence(unit, self.signer, limit))
        if signed is not None:
            self.signed.append(signed.checkpoint)
            self.signer.remember(signed.checkpoint.head, signed.newest)

    @rule(limit=BATCHES)
    def sequence_and_fail(self, limit: int) -> None:
        def work(unit: Unit) -> None:
            actions.sequence(unit, self.signer, limit)
            raise LookupError

        try:
            self.database.write(work)
        except LookupError:
            return
        raise AssertionError

    @rule()
    def start_again(self) -> None:
        mark = self.signer.mark
        self.signer = MemorySigner(seed=self.signer.seed)
        self.signer.mark = mark

    @precondition(lambda self: len(self.signed) > 1)
    @rule(data=st.data())
    def compare_two_checkpoints(self, data: st.DataObject) -> None:
        place = data.draw(st.integers(0, len(self.signed) - 2))
        old, new = self.signed[place], self.signed[-1]
        with self.database.read() as reader:
            proof = queries.consistency(reader.connection, old.size, new.size)
        assert is_consistent(old.size, new.size, proof.path, old.root, new.root)

    @precondition(lambda self: bool(self.appended))
    @rule(data=st.data())
    def prove_an_entry(self, data: st.DataObject) -> None:
        identifier = data.draw(st.sampled_from(sorted(self.appended)))
        with self.database.read() as reader:
            proof = queries.proof(reader.connection, identifier)
            logged = queries.entry(reader.connection, identifier)
        assert (proof is None) == (logged.number is None)
        if proof is not None:
            policy = Policy(logs=(self.signer.key,))
            assert verify_receipt(parse_proof(proof.encode()), policy).entry == logged.entry

    @invariant()
    def nothing_is_lost(self) -> None:
        with self.database.read() as reader:
            newest = queries.latest_checkpoint(reader.connection)
            pending = queries.pending_count(reader.connection)
            aside = queries.set_aside_count(reader.connection)
        size = newest.checkpoint.size if newest else 0
        assert size + pending + aside == len(self.appended | self.forged)

    def teardown(self) -> None:
        actions.run_sequencer(self.database, self.signer)
        peer = InmemoryTree(algorithm="sha256")
        with self.database.read() as reader:
            for logged in queries.every_entry(reader.connection):
                peer.append_entry(logged.body)
                assert logged.entry.id in self.appended, "what was slipped in is never numbered"
            audit = queries.audit(reader.connection, key=self.signer.key, earlier=self.signed)
            assert queries.set_aside_count(reader.connection) == len(self.forged)
        assert audit.sound
        assert audit.head.size == len(self.appended)
        assert audit.head.root == peer.get_root()


def test_whatever_happens_the_log_keeps_all_entries_and_only_grows(database: Database) -> None:
    run_state_machine_as_test(
        type("BoundLog", (Log,), {"database": database}),
        settings=settings(
            max_examples=12,
            stateful_step_count=15,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.explicit, Phase.generate, Phase.shrink],
        ),
    )
