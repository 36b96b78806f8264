"""Rows that somebody slips in, marks that are taken away and clocks that go wrong, on both databases."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from tests.builders.ledger import Forgery, MemorySigner, a_closing, a_disclosure, slip_in

from tongban.kernel.errors import Refusal
from tongban.kit import testing
from tongban.kit.clock import MovableClock
from tongban.kit.db import Database, Unit
from tongban.modules.ledger import actions, queries
from tongban.modules.ledger.model import (
    EntryKind,
    LogException,
    Mark,
    NewEntry,
    RefusalReason,
    TreeHead,
)
from tongban.modules.ledger.rules.tree import EMPTY_ROOT

LONG_AGO = datetime(2024, 3, 1, 9, tzinfo=UTC)


@pytest.fixture
def signer(database: Database) -> MemorySigner:
    """The signer of a log of three entries."""
    made = MemorySigner()
    append(database, 3)
    actions.run_sequencer(database, made)
    return made


def append(database: Database, count: int = 1) -> list[str]:
    return database.write(lambda unit: actions.append_all(unit, [a_disclosure()] * count))


def append_at(database: Database, at: datetime, new: NewEntry | None = None) -> str:
    """Append as a process does whose clock says this instant."""

    def work(unit: Unit) -> str:
        unit.now = at
        return actions.append(unit, new or a_closing())

    return database.write(work)


def refused(act: Callable[[], object]) -> str:
    with pytest.raises(Refusal) as raised:
        act()
    return raised.value.code


def numbers(database: Database) -> dict[str, int]:
    with database.read() as reader:
        return {one.entry.id: one.number or 0 for one in queries.every_entry(reader.connection)}


def aside(database: Database) -> dict[str, RefusalReason]:
    with database.read() as reader:
        found = queries.set_aside(reader.connection, 1000)
    return {one.entry.id: one.reason for one in found}


def run(database: Database, sql: str, **parameters: object) -> None:
    database.write(lambda unit: unit.connection.execute(text(sql), parameters))


def take_away(signer: MemorySigner) -> None:
    signer.mark = None


def clock_of(database: Database) -> MovableClock:
    assert isinstance(database.clock, MovableClock)
    return database.clock


@pytest.mark.parametrize("authenticator", [None, b"", bytes(32)])
def test_a_back_dated_row_that_is_slipped_in_is_never_numbered_and_stops_nobody(
    database: Database, signer: MemorySigner, authenticator: bytes | None
) -> None:
    forged = slip_in(database, Forgery(None, LONG_AGO, authenticator))
    honest = append(database, 2)
    signed = actions.run_sequencer(database, signer)
    assert signed is not None
    assert signed.checkpoint.size == 5
    assert set(honest) < set(numbers(database))
    assert forged not in numbers(database)
    assert aside(database) == {forged: RefusalReason.UNKNOWN}
    with database.read() as reader:
        assert queries.audit(reader.connection, key=signer.key).sound
        assert refused(lambda: queries.entry(reader.connection, forged)) == "ledger.entry_not_found"
        found = queries.health(reader, signer)
    assert (found.set_aside, found.waiting) == (1, 0)
    assert [fault.code for fault in found.faults] == ["ledger.entries_set_aside"]
    assert found.faults[0].data == {"count": 1, "unknown": 1}


def test_a_row_alone_that_is_slipped_in_signs_nothing(
    database: Database, signer: MemorySigner
) -> None:
    slip_in(database, Forgery(None, clock_of(database).now(), None))
    assert actions.run_sequencer(database, signer) is None
    assert len(aside(database)) == 1


def test_an_entry_that_is_changed_while_it_waits_is_never_numbered(
    database: Database, signer: MemorySigner
) -> None:
    (changed, moved, whole) = append(database, 3)
    run(
        database,
        "UPDATE ledger_entry SET body = :body WHERE id = :id",
        id=changed,
        body=_body_of(database, changed).replace(b'"given"', b'"asked"'),
    )
    run(database, "UPDATE ledger_entry SET id = :new WHERE id = :id", id=moved, new="0" * 36)
    actions.run_sequencer(database, signer)
    assert aside(database) == {
        changed: RefusalReason.UNKNOWN,
        "0" * 36: RefusalReason.UNKNOWN,
    }
    assert whole in numbers(database)


def _body_of(database: Database, identifier: str) -> bytes:
    with database.read() as reader:
        return queries.entry(reader.connection, identifier).body


def test_the_authenticator_of_one_entry_vouches_for_no_other(
    database: Database, signer: MemorySigner
) -> None:
    (mine,) = append(database)
    with database.read() as reader:
        found = reader.connection.execute(
            text("SELECT authenticator FROM ledger_entry WHERE id = :id"), {"id": mine}
        ).scalar()
    forged = slip_in(database, Forgery(None, clock_of(database).now(), bytes(found or b"")))
    actions.run_sequencer(database, signer)
    assert aside(database) == {forged: RefusalReason.UNKNOWN}


def test_another_governments_key_vouches_for_nothing_here(
    database: Database, signer: MemorySigner
) -> None:
    mine = database.keyring
    database.keyring = type(mine).fresh()
    (foreign,) = append(database)
    database.keyring = mine
    actions.run_sequencer(database, signer)
    assert aside(database) == {foreign: RefusalReason.UNKNOWN}


def test_keys_that_rotate_go_on_vouching_for_what_waits(
    database: Database, signer: MemorySigner
) -> None:
    (waiting,) = append(database)
    database.keyring = database.keyring.rotated()
    actions.run_sequencer(database, signer)
    assert waiting in numbers(database)


def test_an_instant_before_what_has_a_number_or_after_now_is_refused(
    database: Database, signer: MemorySigner
) -> None:
    now = clock_of(database).now()
    long_import = append_at(database, now - timedelta(minutes=59))
    early = append_at(database, now - timedelta(minutes=61))
    clock_a_little_ahead = append_at(database, now + timedelta(seconds=59))
    late = append_at(database, now + timedelta(seconds=62))
    actions.run_sequencer(database, signer)
    assert {long_import, clock_a_little_ahead} < set(numbers(database))
    assert aside(database) == {early: RefusalReason.EARLY, late: RefusalReason.LATE}


def test_entries_that_waited_for_days_are_numbered_in_many_batches(
    database: Database, signer: MemorySigner
) -> None:
    ids = []
    for _ in range(6):
        ids += append(database, 5)
        clock_of(database).advance(timedelta(hours=9))
    while signed := database.write(lambda unit: actions.sequence(unit, signer, 4)):
        signer.remember(signed.checkpoint.head, signed.newest)
    assert set(ids) < set(numbers(database))
    assert aside(database) == {}


@pytest.mark.parametrize(
    ("columns", "values"),
    [
        ("id", "x'00ff00'"),
        ("id", "CAST(x'ff41fe' AS TEXT)"),
        ("id", "'a' || char(0) || 'b'"),
        ("id", "7"),
        ("body", "'not bytes'"),
        ("body", "CAST(x'ff' AS TEXT)"),
        ("body", "3.5"),
        ("authenticator", "'text'"),
        ("authenticator", "CAST(x'ff' AS TEXT)"),
        ("at", "'yesterday'"),
        ("at", "x'ff'"),
        ("kind", "'no_such_kind'"),
        ("department", "CAST(x'ff' AS TEXT)"),
    ],
)
def test_a_row_of_any_make_is_set_aside_and_can_be_looked_at(
    database: Database, signer: MemorySigner, columns: str, values: str
) -> None:
    if database.dialect != "sqlite":
        assert columns, "PostgreSQL keeps no value of another type"
        return
    written = {
        "id": "'0'",
        "kind": "'decision'",
        "department": "''",
        "at": "'2024-03-01T00:00:00.000000Z'",
        "body": "x'7b7d'",
        "authenticator": "NULL",
        columns: values,
    }
    run(
        database,
        f"INSERT INTO ledger_entry ({', '.join(written)}) VALUES ({', '.join(written.values())})",
    )
    (honest,) = append(database)
    actions.run_sequencer(database, signer)
    assert honest in numbers(database)
    assert list(aside(database).values()) == [RefusalReason.UNKNOWN]
    with database.read() as reader:
        assert queries.pending_count(reader.connection) == 0


@pytest.mark.parametrize("number", [3, 4, 900, -1])
def test_a_number_that_the_sequencer_never_gave_is_taken_back(
    database: Database, signer: MemorySigner, number: int
) -> None:
    forged = slip_in(database, Forgery(None, clock_of(database).now(), None))
    (ours,) = append(database)
    run(database, "UPDATE ledger_entry SET number = :n WHERE id = :id", n=number, id=forged)
    run(database, "UPDATE ledger_entry SET number = :n WHERE id = :id", n=number + 1000, id=ours)
    append(database)
    signed = actions.run_sequencer(database, signer)
    assert signed is not None
    assert signed.checkpoint.size == 5
    assert numbers(database)[ours] in {3, 4}
    assert aside(database) == {forged: RefusalReason.UNKNOWN}
    with database.read() as reader:
        assert queries.audit(reader.connection, key=signer.key).sound


def test_the_same_forgery_comes_again_and_again_and_stops_nobody(
    database: Database, signer: MemorySigner
) -> None:
    for _ in range(3):
        run(
            database,
            "INSERT INTO ledger_entry (id, kind, department, at, body)"
            " SELECT '0', kind, department, at, body FROM ledger_entry WHERE number = 0",
        )
        (honest,) = append(database)
        actions.run_sequencer(database, signer)
        assert honest in numbers(database)
    with database.read() as reader:
        assert queries.set_aside_count(reader.connection) == 3


def test_a_whole_batch_of_forgeries_keeps_what_is_behind_it_waiting_for_one_turn(
    database: Database, signer: MemorySigner
) -> None:
    for number in range(5):
        slip_in(database, Forgery(f"0000{number}", LONG_AGO, None))
    (honest,) = append(database)
    assert database.write(lambda unit: actions.sequence(unit, signer, 5)) is None
    assert database.write(lambda unit: actions.sequence(unit, signer, 5)) is not None
    assert honest in numbers(database)


def test_what_was_set_aside_is_settled_once_and_the_log_says_so(
    database: Database, signer: MemorySigner
) -> None:
    now = clock_of(database).now()
    forged = slip_in(database, Forgery(None, now, None))
    ours = append_at(database, now - timedelta(days=2))
    actions.run_sequencer(database, signer)
    assert len(aside(database)) == 2

    def settle(reason: str) -> object:
        return database.write(lambda unit: actions.settle(unit, reason))

    assert refused(lambda: settle("  ")) == "ledger.explanation_missing"
    assert refused(lambda: settle("打电话 13800138000")) == "ledger.field_looks_personal"
    assert len(aside(database)) == 2, "a reason that is refused settles nothing"
    assert settle("机器时间错了两天") == {"admitted": 1, "noted": 1}
    actions.run_sequencer(database, signer)
    assert ours in numbers(database)
    assert forged not in numbers(database)
    assert aside(database) == {}
    with database.read() as reader:
        (said,) = _exceptions(reader.connection)
        assert queries.health(reader, signer).well
    assert said == {
        "exception": "set_aside",
        "explanation": "机器时间错了两天",
        "log_size": 3,
        "admitted": 1,
        "noted": 1,
    }
    assert refused(lambda: settle("again")) == "ledger.nothing_to_accept"
    run(database, "DELETE FROM ledger_refused WHERE id <> :id", id=forged)
    with database.read() as reader:
        kept = reader.connection.execute(text("SELECT id, settled FROM ledger_refused")).all()
    assert [tuple(row) for row in kept] == [(forged, "noted")], "kept for ever"


def _exceptions(connection: object) -> list[dict[str, object]]:
    return [
        dict(one.entry.public)
        for one in queries.every_entry(connection)  # type: ignore[arg-type]
        if one.entry.kind is EntryKind.LOG_EXCEPTION
    ]


def test_without_the_mark_nothing_is_signed_until_somebody_says_why(
    database: Database, signer: MemorySigner
) -> None:
    append(database)
    kept, signer.mark = signer.mark, None
    assert refused(lambda: actions.run_sequencer(database, signer)) == "ledger.mark_missing"
    with database.read() as reader:
        assert not queries.health(reader, signer).well
        assert queries.pending_count(reader.connection) == 1
    signer.mark = kept
    assert actions.run_sequencer(database, signer) is not None, "put back, all is well"
    assert refused(lambda: actions.accept(database, signer, "why")) == "ledger.nothing_to_accept"

    take_away(signer)
    append(database)
    assert refused(lambda: actions.accept(database, signer, "")) == "ledger.explanation_missing"
    assert (
        actions.accept(database, signer, "磁盘坏了，密钥文件夹从别处恢复")
        is LogException.MARK_MISSING
    )
    assert signer.mark is not None
    append(database)
    newest = actions.run_sequencer(database, signer)
    assert newest is not None
    assert newest.checkpoint.size == 7
    with database.read() as reader:
        (said,) = _exceptions(reader.connection)
        assert queries.audit(reader.connection, key=signer.key).sound
    assert (said["exception"], said["log_size"]) == ("mark_missing", 4)


def test_a_mark_that_is_set_back_to_the_beginning_counts_as_missing(
    database: Database, signer: MemorySigner
) -> None:
    signer.mark = Mark(TreeHead(0, EMPTY_ROOT))
    append(database)
    assert actions.run_sequencer(database, signer) is not None, "killed before it was remembered"
    signer.mark = Mark(TreeHead(0, EMPTY_ROOT))
    append(database)
    assert refused(lambda: actions.run_sequencer(database, signer)) == "ledger.mark_missing"


def test_an_emptied_database_begins_no_second_log_when_the_mark_is_taken_away_too(
    database: Database, signer: MemorySigner
) -> None:
    for table in ("entry", "tile", "checkpoint", "log"):
        run(database, f"DELETE FROM ledger_{table}")
    append(database)
    assert refused(lambda: actions.run_sequencer(database, signer)) == "ledger.log_rolled_back"
    signer.mark = None
    assert refused(lambda: actions.run_sequencer(database, signer)) == "ledger.mark_missing"


def test_a_fork_is_never_accepted_whatever_the_reason(
    database: Database, signer: MemorySigner
) -> None:
    signer.mark = Mark(TreeHead(9, bytes(32)))
    assert refused(lambda: actions.accept(database, signer, "why")) == "ledger.log_rolled_back"
    signer.mark = None
    run(database, "UPDATE ledger_tile SET hashes = :hashes", hashes=bytes(96))
    assert refused(lambda: actions.accept(database, signer, "why")) == "ledger.tree_disagrees"


def test_nothing_is_signed_at_an_instant_before_what_was_signed_last(
    database: Database, signer: MemorySigner
) -> None:
    right = clock_of(database)
    append(database)
    database.clock = MovableClock(start=right.now() - timedelta(seconds=30))
    signed = actions.run_sequencer(database, signer)
    assert signed is not None
    assert signed.at == right.now(), (
        "clocks of several machines differ a little; instants never go back"
    )
    database.clock = MovableClock(start=right.now() - timedelta(hours=2))
    (waiting,) = append(database)
    assert refused(lambda: actions.run_sequencer(database, signer)) == "ledger.clock_behind"
    with database.read() as reader:
        assert [fault.code for fault in queries.health(reader, signer).faults] == [
            "ledger.clock_behind"
        ]
    assert waiting not in numbers(database)
    database.clock = right
    actions.run_sequencer(database, signer)
    assert aside(database) == {waiting: RefusalReason.EARLY}, "its instant was the wrong clock's"


def test_a_log_that_was_signed_in_the_future_goes_on_once_somebody_says_why(
    database: Database, signer: MemorySigner
) -> None:
    right = clock_of(database)
    database.clock = MovableClock(start=right.now() + timedelta(days=3650))
    append(database)
    assert actions.run_sequencer(database, signer) is not None
    database.clock = right
    (waiting,) = append(database)
    assert refused(lambda: actions.run_sequencer(database, signer)) == "ledger.clock_behind"
    assert actions.accept(database, signer, "时间曾误设为十年后") is LogException.CLOCK_BEHIND
    assert waiting in numbers(database)
    append(database)
    signed = actions.run_sequencer(database, signer)
    assert signed is not None
    assert signed.at == right.now()
    assert aside(database) == {}


ODD_NUMBERS = ("1.5", "0.1", "2.999", "-0.5", "'abc'", "''", "x'07'", "1e300", "9.3e18")


@pytest.fixture
def sqlite(tmp_path: Path) -> Iterator[Database]:
    """A database that keeps what is put into a column, of whatever type it is."""
    made = testing.sqlite_database(tmp_path)
    yield made
    made.close()


@pytest.mark.parametrize("number", ODD_NUMBERS)
def test_a_number_that_is_none_is_named_by_the_replay_and_taken_back_by_the_round(
    sqlite: Database, number: str
) -> None:
    signer = MemorySigner()
    append(sqlite, 3)
    actions.run_sequencer(sqlite, signer)
    forged = slip_in(sqlite, Forgery(None, sqlite.clock.now(), b"\0" * 32))
    with sqlite.engine.begin() as connection:
        connection.execute(text(f"UPDATE ledger_entry SET number = {number} WHERE id = '{forged}'"))
    with sqlite.read() as reader:
        found = queries.audit(reader.connection).faults
        assert number.startswith("-") or f"number_odd {forged}" in [str(fault) for fault in found]
        assert queries.entries(reader.connection).total == 3
    append(sqlite)
    actions.run_sequencer(sqlite, signer)
    with sqlite.read() as reader:
        assert queries.set_aside_count(reader.connection) == 1
        assert queries.audit(reader.connection).sound
        assert queries.checkpoint(reader.connection).checkpoint.size == 4


def test_a_forged_number_among_many_keeps_no_entry_from_being_replayed(sqlite: Database) -> None:
    signer = MemorySigner()
    for _ in range(3):
        append(sqlite, 2000)
    actions.run_sequencer(sqlite, signer)
    forged = slip_in(sqlite, Forgery(None, sqlite.clock.now(), b"\0" * 32))
    with sqlite.engine.begin() as connection:
        connection.execute(text(f"UPDATE ledger_entry SET number = 7.5 WHERE id = '{forged}'"))
    with sqlite.read() as reader:
        found = queries.audit(reader.connection)
    assert [str(fault) for fault in found.faults] == [f"number_odd {forged}"]
    assert found.size == 6000
