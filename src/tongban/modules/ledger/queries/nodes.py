"""Reads the tiles from which a proof is made."""

import functools

from sqlalchemy import Connection

from tongban.modules.ledger import store
from tongban.modules.ledger.rules import tiles


def tile_reader(connection: Connection) -> tiles.TileReader:
    """Return what reads each tile once, for as many proofs as are made with it."""

    @functools.cache
    def read(level: int, number: int) -> bytes:
        return store.tile_hashes(connection, level, number)

    return read
