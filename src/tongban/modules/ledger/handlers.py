"""What the ledger does by itself: number and sign whatever waits, every second or so."""

import logging

from tongban.kernel.errors import Refusal
from tongban.kit.house import House
from tongban.modules.ledger import actions
from tongban.modules.ledger.model import Signer

_log = logging.getLogger("tongban.ledger")


class Sequencing:
    """A round of the worker. When the ledger must not go on, it says so once, and the rest of the
    government does: entries wait, and nothing false is signed.
    """

    def __init__(self) -> None:
        self._said = ""

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


ROUNDS = (Sequencing(),)
