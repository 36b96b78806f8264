"""The nightly audit: begun once a local day, gone through in pieces on a lane of its own."""

import time

from tongban.kit.house import House
from tongban.modules.audit import actions, queries
from tongban.modules.audit.model import Run
from tongban.modules.audit.queries import Declared
from tongban.modules.government import queries as government

HOUR = 2
"""Local hour from which the audit of a day begins."""
_STRETCH = 500
"""Entries compared in one view: some 20 ms in which other threads wait for their turn."""
_A_TURN = 5.0
"""Seconds that a round works before its lane gives a sign of life."""


def nightly(house: House) -> None:
    """Begin the audit of the day when it is due, and go on with one that is under way."""
    run = _at_hand(house)
    until = time.monotonic() + _A_TURN
    declared = house.port(Declared)
    while run is not None and run.ended_at is None and time.monotonic() < until:
        run = actions.go_on(house.db, declared.rows, run, _STRETCH, declared.sweeps)


def _at_hand(house: House) -> Run | None:
    with house.db.read() as reader:
        under_way = queries.running(reader.connection)
        if under_way is not None:
            return under_way
        if government.profile_if_any(reader.connection) is None:
            return None
        zone = government.zone(reader.connection)
        if not queries.is_due(reader.connection, reader.now, zone, HOUR):
            return None
    return house.db.write(lambda unit: actions.begin(unit, whole=True))


ROUNDS = (nightly,)
