"""Appending and sequencing, on both databases."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from tests.builders.ledger import ORIGIN, MemorySigner, a_closing, a_disclosure

from tongban.kernel.errors import Refusal
from tongban.kit.db import Database, Unit
from tongban.modules.ledger import actions, queries
from tongban.modules.ledger.formats.entry import commitment_of, parse_opening
from tongban.modules.ledger.formats.note import parse_note, verify_note
from tongban.modules.ledger.formats.proof import parse_proof
from tongban.modules.ledger.formats.receipt import verify_receipt
from tongban.modules.ledger.formats.tiles import parse_bundle
from tongban.modules.ledger.model import Checkpoint, Mark, Policy, SignedCheckpoint, TreeHead
from tongban.modules.ledger.rules.tiles import Edge, grow, tiles_of
from tongban.modules.ledger.rules.tree import EMPTY_ROOT, is_consistent, leaf_hash


def append(database: Database, count: int = 1) -> list[str]:
    return database.write(lambda unit: actions.append_all(unit, [a_disclosure()] * count))


def sequence(
    database: Database, signer: MemorySigner, limit: int = actions.BATCH
) -> SignedCheckpoint | None:
    signed = database.write(lambda unit: actions.sequence(unit, signer, limit))
    if signed is not None:
        signer.remember(signed.checkpoint.head, signed.newest)
    return signed


def refused(act: Callable[[], object]) -> str:
    with pytest.raises(Refusal) as raised:
        act()
    return raised.value.code


def test_the_first_turn_opens_the_log_with_the_empty_tree(database: Database) -> None:
    signer = MemorySigner()
    signed = sequence(database, signer)
    assert signed is not None
    assert signed.checkpoint == Checkpoint(origin=ORIGIN, size=0, root=EMPTY_ROOT)
    assert sequence(database, signer) is None
    with database.read() as reader:
        assert queries.latest_checkpoint(reader.connection) == signed
        assert str(queries.verifier_key(reader.connection)).startswith(f"{ORIGIN}+")


def test_an_entry_is_pending_until_it_is_sequenced_and_then_has_a_proof(
    database: Database,
) -> None:
    signer = MemorySigner()
    (identifier,) = append(database)
    with database.read() as reader:
        assert queries.proof(reader.connection, identifier) is None
        assert queries.entry(reader.connection, identifier).number is None
        assert queries.entries(reader.connection).entries == ()
    sequence(database, signer)
    with database.read() as reader:
        proof = queries.proof(reader.connection, identifier)
        logged = queries.entry(reader.connection, identifier)
    assert proof is not None
    verified = verify_receipt(parse_proof(proof.encode()), Policy(logs=(signer.key,)))
    assert verified.entry == logged.entry
    assert verified.index == logged.number == 0
    assert logged.entry.id == identifier


def test_every_entry_of_many_batches_proves_itself(database: Database) -> None:
    signer = MemorySigner()
    ids = sorted(append(database, 600))
    with database.read() as reader:
        bodies = [queries.entry(reader.connection, identifier).body for identifier in ids]
    while sequence(database, signer, limit=77):
        pass
    with database.read() as reader:
        expected, _ = grow(Edge(), [leaf_hash(body) for body in bodies])
        assert queries.checkpoint(reader.connection).checkpoint.head == expected.head
        for identifier in (ids[0], ids[255], ids[256], ids[599]):
            proof = queries.proof(reader.connection, identifier) or ""
            verify_receipt(parse_proof(proof.encode()), Policy(logs=(signer.key,)))
        for tile in tiles_of(600):
            assert len(queries.tile(reader.connection, tile.level, tile.number, tile.width))
        served = b"".join(
            queries.tile(reader.connection, tile.level, tile.number, tile.width)
            for tile in tiles_of(600)
            if tile.level == 0
        )
        bundles = [
            *parse_bundle(queries.entry_bundle(reader.connection, 0)),
            *parse_bundle(queries.entry_bundle(reader.connection, 1)),
            *parse_bundle(queries.entry_bundle(reader.connection, 2, 88)),
        ]
        assert bundles == bodies
        assert served == b"".join(map(leaf_hash, bodies))


def test_tiles_beyond_the_signed_tree_are_not_served(database: Database) -> None:
    append(database, 300)
    sequence(database, MemorySigner())
    append(database, 300)
    with database.read() as reader:
        connection = reader.connection
        assert len(queries.tile(connection, 0, 1, 44)) == 44 * 32
        for level, number, width in ((0, 1, 45), (0, 2, 1), (1, 0, 2), (1, 0, 256), (2, 0, 1)):
            code = refused(lambda: queries.tile(connection, level, number, width))  # noqa: B023
            assert code == "ledger.tile_not_found"
        assert refused(lambda: queries.entry_bundle(connection, 1, 45)) == "ledger.tile_not_found"
        assert refused(lambda: queries.entry_bundle(connection, 9)) == "ledger.tile_not_found"


def test_each_checkpoint_is_shown_to_contain_the_one_before(database: Database) -> None:
    signer = MemorySigner()
    heads = []
    for count in (1, 1, 3, 250, 2, 300):
        append(database, count)
        signed = sequence(database, signer)
        assert signed is not None
        verify_note(parse_note(signed.note.encode()), [signer.key])
        heads.append(signed.checkpoint.head)
    with database.read() as reader:
        for old in heads:
            for new in (head for head in heads if head.size >= old.size):
                proof = queries.consistency(reader.connection, old.size, new.size)
                assert is_consistent(old.size, new.size, proof.path, old.root, new.root)
        size = heads[-1].size
        assert refused(lambda: queries.consistency(reader.connection, 1, size + 1)) == (
            "ledger.sizes_impossible"
        )


def test_a_refused_entry_leaves_nothing(database: Database) -> None:
    def work(unit: Unit) -> None:
        actions.append(unit, a_closing())
        actions.append(unit, a_disclosure(case_number="1"))

    assert refused(lambda: database.write(work)) == "ledger.field_not_public"
    assert sequence(database, MemorySigner()) is not None
    with database.read() as reader:
        assert queries.checkpoint(reader.connection).checkpoint.size == 0


def test_an_entry_stands_or_falls_with_the_transaction_that_appended_it(
    database: Database,
) -> None:
    def work(unit: Unit) -> None:
        actions.append(unit, a_closing())
        raise LookupError

    with pytest.raises(LookupError):
        database.write(work)
    assert actions.run_sequencer(database, MemorySigner()) is not None
    with database.read() as reader:
        assert queries.audit(reader.connection).head.size == 0


def test_sequencers_at_the_same_time_give_each_entry_one_number(database: Database) -> None:
    signer = MemorySigner()
    append(database)
    sequence(database, signer)
    faults: list[BaseException] = []

    def work(act: Callable[[], object]) -> None:
        try:
            for _ in range(15):
                act()
        except BaseException as fault:
            faults.append(fault)

    acts = [lambda: append(database, 5)] * 2 + [lambda: sequence(database, signer, 7)] * 3
    threads = [threading.Thread(target=work, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    actions.run_sequencer(database, signer)
    with database.read() as reader:
        audit = queries.audit(reader.connection, key=signer.key)
    assert audit.sound
    assert audit.head.size == 151
    assert audit.pending == 0


def test_a_signer_of_another_log_is_refused(database: Database) -> None:
    sequence(database, MemorySigner())
    append(database)
    assert refused(lambda: sequence(database, MemorySigner())) == "ledger.other_log"


def test_nothing_is_signed_on_tiles_that_no_longer_give_the_signed_root(
    database: Database,
) -> None:
    signer = MemorySigner()
    append(database, 3)
    sequence(database, signer)
    database.write(
        lambda unit: unit.connection.execute(
            text("UPDATE ledger_tile SET hashes = :hashes"), {"hashes": bytes(96)}
        )
    )
    append(database)
    assert refused(lambda: sequence(database, signer)) == "ledger.tree_disagrees"


def test_a_database_older_than_what_was_signed_is_refused(database: Database) -> None:
    signer = MemorySigner()
    append(database, 3)
    actions.run_sequencer(database, signer)
    assert signer.mark is not None
    assert signer.mark.head.size == 3
    append(database)
    signer.mark = Mark(TreeHead(4, bytes(32)))
    assert refused(lambda: sequence(database, signer)) == "ledger.log_rolled_back"
    signer.mark = Mark(TreeHead(3, bytes(32)))
    assert refused(lambda: sequence(database, signer)) == "ledger.log_rolled_back"
    with database.read() as reader:
        assert queries.checkpoint(reader.connection).checkpoint.size == 3


def test_the_sequencer_takes_all_that_waits_and_remembers_what_was_committed(
    database: Database,
) -> None:
    signer = MemorySigner()
    append(database, 5000)
    newest = actions.run_sequencer(database, signer)
    assert newest is not None
    assert newest.checkpoint.size == 5000
    assert signer.mark is not None
    assert signer.mark.head == newest.checkpoint.head
    assert actions.run_sequencer(database, signer) is None


def test_what_was_committed_to_is_opened_by_its_salt(database: Database) -> None:
    facts = {"case": "51160220261124001", "fields": ["household"], "count": 2}
    commitment, salt = actions.commit(facts)
    opening = parse_opening(queries.opening_file(salt, facts))
    assert commitment_of(opening) == commitment
    assert actions.commit(facts)[0] != commitment
    assert database.dialect in {"sqlite", "postgresql"}


def test_unknown_entries_and_a_log_not_opened_are_refused(database: Database) -> None:
    with database.read() as reader:
        connection = reader.connection
        assert refused(lambda: queries.proof(connection, "none")) == "ledger.entry_not_found"
        assert refused(lambda: queries.checkpoint(connection)) == "ledger.nothing_signed_yet"
        assert queries.latest_checkpoint(connection) is None
        assert queries.verifier_key(connection) is None


def test_the_key_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    made = actions.make_log_key(folder, ORIGIN)
    assert (folder / "ledger.key").stat().st_mode & 0o777 == 0o600
    assert folder.stat().st_mode & 0o777 == 0o700
    assert refused(lambda: actions.make_log_key(folder, "another.name/ledger")) == (
        "ledger.other_origin"
    ), "a log keeps its name, and never silently becomes another one"
    again = actions.make_log_key(folder, ORIGIN)
    assert again.key == made.key
    assert again.key.name == ORIGIN
    assert again.remembered() == Mark(TreeHead(0, EMPTY_ROOT)), "the mark is made with the key"
    at = datetime(2026, 11, 24, 8, 30, tzinfo=UTC)
    again.remember(TreeHead(7, bytes(32)), at)
    again.remember(TreeHead(5, bytes(32)), at + timedelta(hours=1))
    assert again.remembered() == Mark(TreeHead(7, bytes(32)), at)
    assert actions.make_log_key(folder, ORIGIN).remembered() == Mark(TreeHead(7, bytes(32)), at)
    (folder / "ledger.mark").write_text(f"9 {'A' * 43}=\n")
    assert again.remembered() == Mark(TreeHead(9, bytes(32))), "one of an earlier release"
    (folder / "ledger.mark").write_text(f"8 {'A' * 43}=\n")
    assert again.remembered() == Mark(TreeHead(9, bytes(32))), "nobody sets it back while it runs"
    (folder / "ledger.mark").unlink()
    assert again.remembered() is None, "taken away while it runs"
    (folder / "ledger.key").chmod(0o640)
    assert refused(lambda: actions.make_log_key(folder, ORIGIN)) == "ledger.key_file_open"


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("ledger.key", "", "ledger.private_key_unreadable"),
        ("ledger.key", "PRIVATE+KEY+a+00000000+AAAA", "ledger.private_key_unreadable"),
        ("ledger.mark", "", "ledger.mark_unreadable"),
        ("ledger.mark", "7 seven", "ledger.mark_unreadable"),
        ("ledger.mark", f"7 {'A' * 43}= yesterday", "ledger.mark_unreadable"),
        ("ledger.mark", f"7 {'A' * 43}= 2026-11-24T08:30:00Z x", "ledger.mark_unreadable"),
    ],
)
def test_a_damaged_key_or_mark_is_refused(
    tmp_path: Path, name: str, content: str, code: str
) -> None:
    actions.make_log_key(tmp_path, ORIGIN)
    (tmp_path / name).write_text(content)
    assert refused(lambda: actions.make_log_key(tmp_path, ORIGIN)) == code


def test_a_log_cannot_be_named_with_a_space(tmp_path: Path) -> None:
    assert refused(lambda: actions.make_log_key(tmp_path, "two words")) == "ledger.key_unreadable"
