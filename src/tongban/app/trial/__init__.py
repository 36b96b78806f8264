"""Any folder tried out: invented people whose data have the shape of what the folder declares.

A trial takes over the definitions as they are and puts its own in the place of what is outside them:
the sources (one SQLite file for each, written in the way that the links declare), the accounts
(residents and staff, switched without a password), and the name of the ledger. So the same adapter,
conversion, consent, rules and clocks run as in the real government, over people who do not exist.
"""

from tongban.app.trial.beginning import Trial, default_data, ready
from tongban.app.trial.saying import said

__all__ = ["Trial", "default_data", "ready", "said"]
