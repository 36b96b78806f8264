"""The demonstration's data: an invented town, drawn from a seed, as its departments hold it.

Owns the 5,000 people and 1,000 organisations of 云汀市 and the databases of its departments, which
the instance in ``instances/demonstration`` links its resources to. Nobody and nothing in it is
real: every number carries a division that exists nowhere. Nothing here is used by a government
that is not a demonstration.
"""

from tongban.app.demonstration.databases import SEED, Summary, build

__all__ = ["SEED", "Summary", "build"]
