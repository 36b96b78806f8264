"""What the entry of an erasure commits to."""

from collections.abc import Sequence
from typing import Any


def erasure_facts(erased: Sequence[str]) -> dict[str, Any]:
    """Return what is committed to: the ids of the entries whose rows are gone, in their order."""
    return {"entries": list(erased)}
