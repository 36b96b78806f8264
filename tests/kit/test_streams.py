"""Long answers of a database in pieces."""

from sqlalchemy import Column, Integer, MetaData, Table, insert, select

from tongban.kit.db import Database
from tongban.kit.db.streams import in_pieces

_TABLE = Table("kit_test_stream", MetaData(), Column("number", Integer, primary_key=True))


def test_every_row_comes_once_and_other_questions_may_be_asked_between(database: Database) -> None:
    _TABLE.create(database.engine)
    try:
        rows = [{"number": number} for number in range(2500)]
        database.write(lambda unit: unit.connection.execute(insert(_TABLE), rows))
        query = select(_TABLE.c.number).order_by(_TABLE.c.number)
        with database.read() as reader:
            found, sizes = [], []
            for piece in in_pieces(reader.connection, query):
                sizes.append(len(piece))
                found += [row.number for row in piece]
                again = select(_TABLE.c.number).where(_TABLE.c.number == found[-1])
                assert reader.connection.execute(again).scalar_one() == found[-1]
            assert found == list(range(2500))
            assert sizes == [1000, 1000, 500]
            for piece in in_pieces(reader.connection, query):
                assert len(piece) == 1000
                break  # whoever stops early leaves nothing open
            assert reader.connection.execute(query.limit(1)).scalar_one() == 0
    finally:
        _TABLE.drop(database.engine)
