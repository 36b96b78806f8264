"""Adopted definitions: every version for ever, the current ones quickly."""

from tongban.kit import shelf
from tongban.kit.db import Database
from tongban.kit.definitions.shape import Shape


class Thing(Shape):
    """A definition of this test."""

    code: str
    size: int = 0


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
        database.write(
            lambda unit, size=size: shelf.put(unit, "things", "a", 1, Thing(code="a", size=size))
        )
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
