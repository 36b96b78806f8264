"""A process that appends and sequences until it is killed: ``worker_to_kill.py URL KEYS``.

It prints the id of an entry once it is kept, and nothing earlier.
"""

import sys
import threading
from pathlib import Path

from tests.builders.ledger import ORIGIN, a_closing, a_disclosure

import tongban.app.tables
from tongban.kit.clock import SystemClock
from tongban.kit.db import Database
from tongban.kit.testing import keyring_in
from tongban.modules.ledger import actions

assert tongban.app.tables.MODULES


def main(url: str, keys: Path) -> None:
    """Append on this thread, sequence on another."""
    database = Database(url, SystemClock(), keyring_in(keys))
    signer = actions.make_log_key(keys, ORIGIN)

    def sequencer() -> None:
        while True:
            actions.run_sequencer(database, signer)

    threading.Thread(target=sequencer, daemon=True).start()
    while True:
        ids = database.write(
            lambda unit: actions.append_all(unit, [a_closing(), a_disclosure(), a_closing()])
        )
        sys.stdout.write("".join(f"{each}\n" for each in ids))
        sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
