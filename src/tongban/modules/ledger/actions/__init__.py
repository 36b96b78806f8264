"""What changes the ledger: appending, the one sequencer, and stated exceptions."""

from pathlib import Path

from tongban.modules.ledger.actions.appending import append, append_all, append_linked, commit
from tongban.modules.ledger.actions.erasing import record_erasure
from tongban.modules.ledger.actions.exceptions import accept, accept_restored, settle
from tongban.modules.ledger.actions.outside import EVERY, JOB, ask_to_push, compare, push
from tongban.modules.ledger.actions.proving import record_as_found, record_baseline
from tongban.modules.ledger.actions.sequencing import BATCH, run_sequencer, sequence
from tongban.modules.ledger.adapters.keystore import make_signer, open_signer
from tongban.modules.ledger.model import Signer

__all__ = [
    "BATCH",
    "EVERY",
    "JOB",
    "accept",
    "accept_restored",
    "append",
    "append_all",
    "append_linked",
    "ask_to_push",
    "commit",
    "compare",
    "log_key",
    "make_log_key",
    "push",
    "record_as_found",
    "record_baseline",
    "record_erasure",
    "run_sequencer",
    "sequence",
    "settle",
]


def make_log_key(folder: Path, origin: str) -> Signer:
    """Make the key of a new log in a folder (mode 0600), or open the one that is there.

    ``origin`` names the log for ever, as government.yaml says it: a URL without its scheme, such as
    ``zwfw.example.gov.cn/ledger``. Refuses a key that was made for another origin.
    """
    return make_signer(folder, origin)


def log_key(folder: Path) -> Signer:
    """Open the key of the log in a folder. Refuses a folder without one: none is ever made."""
    return open_signer(folder)
