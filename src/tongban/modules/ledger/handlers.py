"""What the ledger does by itself: number and sign whatever waits, every second or so."""

import logging
from collections.abc import Mapping
from typing import Any

from tongban.kernel.errors import Refusal
from tongban.kit.house import House
from tongban.kit.jobs import Progress
from tongban.modules.ledger import actions, queries
from tongban.modules.ledger.adapters import Places
from tongban.modules.ledger.model import Signer

_log = logging.getLogger("tongban.ledger")


class Sequencing:
    """A round of the worker. When the ledger must not go on, it says so once, and the rest of the
    government does: entries wait, and nothing false is signed.
    """

    def __init__(self) -> None:
        self._said = ""
        self._aside = 0

    def __call__(self, house: House) -> None:
        """Sequence what waits."""
        try:
            actions.run_sequencer(house.db, house.port(Signer))
        except Refusal as refusal:
            if refusal.code != self._said:
                _log.error(
                    "nothing more is signed: %s (run: tongban doctor --data DATA)", refusal.code
                )
            self._said = refusal.code
        else:
            self._said = ""
        self._tell_set_aside(house)

    def _tell_set_aside(self, house: House) -> None:
        """Say it when entries were refused a number, each time there are more of them."""
        with house.db.read() as reader:
            count = queries.set_aside_count(reader.connection)
        if count > self._aside:
            _log.error("%d entries are refused a number (run: tongban ledger refused)", count)
        self._aside = count


class Outside:
    """A round of the worker: asks every ten minutes that each place be handed the newest checkpoint."""

    def __init__(self) -> None:
        self._last = ""
        self._said: tuple[str, ...] = ()

    def __call__(self, house: House) -> None:
        """Ask for what it is time for, and say in the log when a place holds what this log does not."""
        minute = house.clock.now().strftime("%Y-%m-%dT%H:%M")
        places = house.port(Places).every()
        if not places or minute == self._last:
            return
        self._last = minute
        house.db.write(lambda unit: actions.ask_to_push(unit, places))
        with house.db.read() as reader:
            faults = queries.faults_outside(reader.connection)
        codes = tuple(fault.code for fault in faults)
        if codes and codes != self._said:
            _log.error("a place outside disagrees: %s (run: tongban doctor)", ", ".join(codes))
        self._said = codes


def push(house: House, payload: Mapping[str, Any], _progress: Progress) -> None:
    """Hand the newest checkpoint to a place, having compared what stands there."""
    place = house.port(Places).named(payload["place"])
    if place is not None:
        actions.push(house.db, place, house.port(Signer))


JOBS = {actions.JOB: push}
ROUNDS = (Sequencing(), Outside())
