"""A process killed in the middle of appending and sequencing loses nothing that it had answered."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.builders.ledger import ORIGIN

from tongban.kit.clock import SystemClock
from tongban.kit.db import Database
from tongban.kit.testing import keyring_in
from tongban.modules.ledger import actions, queries
from tongban.modules.ledger.formats.note import parse_note
from tongban.modules.ledger.formats.proof import parse_proof
from tongban.modules.ledger.formats.receipt import verify_checkpoint, verify_receipt
from tongban.modules.ledger.model import Checkpoint, Policy

ROOT = Path(__file__).parents[3]


def run_and_kill(database: Database, keys: Path, seconds: float) -> list[str]:
    """Let a worker run, kill it hard, and return the ids it said were kept."""
    url = database.url
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.modules.ledger.worker_to_kill", url, str(keys)],
        stdout=subprocess.PIPE,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"},
        text=True,
    )
    assert process.stdout is not None
    first = process.stdout.readline().strip()
    time.sleep(seconds)
    process.send_signal(signal.SIGKILL)
    rest, _ = process.communicate(timeout=30)
    return [line for line in [first, *rest.split("\n")] if len(line) == 36]


def survive(database: Database, keys: Path, kills: int) -> None:
    """Kill a worker again and again; what was said to be kept is proved each time."""
    database.keyring, database.clock = keyring_in(keys), SystemClock()
    kept: list[str] = []
    seen: list[Checkpoint] = []
    for _ in range(kills):
        kept += run_and_kill(database, keys, random.uniform(0.0, 0.3))
        signer = actions.make_log_key(keys, ORIGIN)
        policy = Policy(logs=(signer.key,))
        actions.run_sequencer(database, signer)
        with database.read() as reader:
            audit = queries.audit(reader.connection, key=signer.key, earlier=seen)
            assert audit.sound
            assert audit.pending == 0
            newest = queries.checkpoint(reader.connection)
            verify_checkpoint(parse_note(newest.note.encode()), policy)
            seen.append(newest.checkpoint)
            for identifier in kept[-20:]:
                proof = queries.proof(reader.connection, identifier) or ""
                verify_receipt(parse_proof(proof.encode()), policy)
            logged = {each.entry.id for each in queries.every_entry(reader.connection)}
        assert set(kept) <= logged


def test_what_was_answered_before_a_kill_is_in_the_log_afterwards(
    database: Database, tmp_path: Path
) -> None:
    survive(database, tmp_path / "keys", kills=2)


@pytest.mark.drill
def test_a_hundred_kills_lose_nothing(database: Database, tmp_path: Path) -> None:
    survive(database, tmp_path / "keys", kills=100)
