"""Rows of which entries spoke are erased by a rule, and the log says so: how many, and by which."""

from collections.abc import Sequence

from tongban.kit.db import Unit
from tongban.modules.ledger import store
from tongban.modules.ledger.actions.appending import append, commit
from tongban.modules.ledger.formats.erasure import erasure_facts
from tongban.modules.ledger.model import EntryKind, ErasureRule, NewEntry


def record_erasure(unit: Unit, table: str, rule: ErasureRule, entries: Sequence[str]) -> str:
    """Log that the rows of some entries are erased; returns the id of the entry that says so.

    In the unit of work that erases them. ``entries`` are those that spoke last of each row. What they
    spoke of can no longer be opened by anybody; that they are accounted for, an audit sees.
    """
    erased = tuple(sorted(entries))
    commitment, salt = commit(erasure_facts(erased))
    entry = append(
        unit,
        NewEntry(
            kind=EntryKind.ERASED,
            public={"table": table, "reason": rule.name, "rows": len(erased)},
            commitment=commitment,
        ),
    )
    store.insert_erasure(unit.connection, store.Erasure(entry, salt, erased))
    return entry
