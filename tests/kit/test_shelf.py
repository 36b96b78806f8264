"""Adopted definitions: every version for ever, the current ones quickly."""

from functools import partial

from tongban.kit import shelf
from tongban.kit.db import Database, Unit
from tongban.kit.definitions.shape import Shape


class Thing(Shape, frozen=True, kw_only=True):
    """A definition of this test."""

    code: str
    size: int = 0


def put_thing(size: int, unit: Unit) -> None:
    shelf.put(unit, "things", "a", 1, Thing(code="a", size=size))


def test_what_was_put_is_current_and_its_versions_stay(database: Database) -> None:
    database.write(lambda unit: shelf.put(unit, "things", "a", 1, Thing(code="a", size=1)))
    database.write(lambda unit: shelf.put(unit, "things", "a", 2, Thing(code="a", size=2)))
    with database.read() as reader:
        connection = reader.connection
        assert shelf.every(connection, "things", Thing) == {"a": Thing(code="a", size=2)}
        assert shelf.one(connection, "things", "a", Thing) == Thing(code="a", size=2)
        assert shelf.one(connection, "things", "a", Thing, 1) == Thing(code="a", size=1)
        assert shelf.latest_version(connection, "things", "a") == 2


def test_a_retired_definition_is_not_current_and_still_readable(database: Database) -> None:
    database.write(lambda unit: shelf.put(unit, "things", "a", 1, Thing(code="a")))
    database.write(lambda unit: shelf.retire(unit, "things", "a"))
    with database.read() as reader:
        assert shelf.every(reader.connection, "things", Thing) == {}
        assert shelf.one(reader.connection, "things", "a", Thing) is None
        assert shelf.one(reader.connection, "things", "a", Thing, 1) == Thing(code="a")


def test_a_change_is_seen_at_once_although_parts_are_kept_decoded(database: Database) -> None:
    for size in range(5):
        database.write(partial(put_thing, size))
        with database.read() as reader:
            assert shelf.every(reader.connection, "things", Thing)["a"].size == size


def test_one_part_does_not_see_another(database: Database) -> None:
    database.write(lambda unit: shelf.put(unit, "things", "a", 1, Thing(code="a")))
    with database.read() as reader:
        assert shelf.every(reader.connection, "others", Thing) == {}


def test_files_come_back_byte_for_byte(database: Database) -> None:
    files = {"a.yaml": "名称: 甲\r\n".encode(), "b/c.csv": b"\xef\xbb\xbfx"}
    database.write(lambda unit: shelf.keep_files(unit, files))
    with database.read() as reader:
        assert shelf.kept_files(reader.connection) == files


def test_what_was_undone_is_forgotten_even_within_one_transaction(database: Database) -> None:
    """As in a batch: one unit changes something and is undone, the next ones follow."""
    database.write(lambda unit: shelf.put(unit, "things", "a", 1, Thing(code="a", size=1)))

    def batch(unit: Unit) -> list[int]:
        def size() -> int:
            return shelf.every(unit.connection, "things", Thing)["a"].size

        sizes = [size()]
        with unit.connection.begin_nested() as savepoint:
            shelf.put(unit, "things", "a", 1, Thing(code="a", size=2))
            sizes.append(size())
            savepoint.rollback()
        sizes.append(size())
        shelf.put(unit, "things", "a", 1, Thing(code="a", size=3))
        return [*sizes, size()]

    assert database.write(batch) == [1, 2, 1, 3]
    with database.read() as reader:
        assert shelf.every(reader.connection, "things", Thing)["a"].size == 3


def test_a_mark_changes_with_its_part_and_with_no_other(database: Database) -> None:
    def marks() -> tuple[int | None, int | None]:
        with database.read() as reader:
            return shelf.mark(reader.connection, "a"), shelf.mark(reader.connection, "b")

    assert marks() == (None, None)
    database.write(lambda unit: shelf.touch(unit.connection, "a"))
    first = marks()
    database.write(lambda unit: shelf.touch(unit.connection, "a"))
    second = marks()
    assert first[0] != second[0]
    assert first[1] is second[1] is None
