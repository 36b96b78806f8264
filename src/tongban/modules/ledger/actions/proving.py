"""Log once what was there before rows of its kind had entries of their own time."""

from collections.abc import Mapping, Sequence
from typing import Any

from tongban.kit.db import Unit
from tongban.modules.ledger.actions.appending import append, append_all, commit
from tongban.modules.ledger.model import EntryKind, NewEntry


def record_as_found(
    unit: Unit, table: str, rows: Mapping[str, Mapping[str, Any]]
) -> dict[str, tuple[str, bytes]]:
    """Log how rows of before they were proven are found, by key and facts; returns entry and salt of each.

    Only before the baseline of the table: see :func:`record_baseline`.
    """
    commitments = {key: commit(facts) for key, facts in rows.items()}
    entries = append_all(
        unit,
        [
            NewEntry(
                kind=EntryKind.RECORDED_AS_FOUND,
                public={"table": table, "row": key},
                commitment=commitment,
            )
            for key, (commitment, _) in commitments.items()
        ],
    )
    salts = (salt for _, salt in commitments.values())
    return dict(zip(rows, zip(entries, salts, strict=True), strict=True))


def record_baseline(unit: Unit, tables: Sequence[str]) -> str:
    """Log that from now on every row of these tables has an entry of its own time."""
    return append(unit, NewEntry(kind=EntryKind.BASELINE, public={"tables": list(tables)}))
