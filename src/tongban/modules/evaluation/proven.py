"""Rows of evaluation that the ledger speaks of: the readings of every day that is over."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence

from tongban.kernel.dates import local_date
from tongban.kernel.written_dates import read_iso_date
from tongban.kit.db import Reader, Unit
from tongban.modules.evaluation import store
from tongban.modules.evaluation.actions import settle_days, shown_on_record
from tongban.modules.evaluation.model import Reading
from tongban.modules.government import queries as government
from tongban.modules.ledger import queries as ledger
from tongban.modules.ledger.model import EntryKind, ErasureRule, LoggedEntry
from tongban.modules.ledger.queries import ProvenRow

_TABLE = "evaluation_reading"
_LACKING = 1000
"""Days without an entry that an audit names."""


class Readings:
    """The readings of a day stand in its entry by one digest; today's are not final yet."""

    name = "readings"
    tables = frozenset({_TABLE})
    kinds = frozenset({EntryKind.READINGS})
    erasures: tuple[ErasureRule, ...] = ()

    def between(self, reader: Reader, after: str | None, until: str | None) -> Iterator[ProvenRow]:
        """Yield days in the order of their entries, first those before the last that have none."""
        connection = reader.connection
        last = store.last_settled(connection)
        if after is None and last is not None:
            for day in store.days_to_settle(connection, last, _LACKING):
                yield ProvenRow(table=_TABLE, key=day.isoformat(), entry="", kinds=())
        for several in store.days_by_entry(connection, after, until):
            readings = store.readings_of(connection, [day for day, _ in several])
            yield from (_proven(day, entry, readings[day]) for day, entry in several)

    def accounted(self, reader: Reader, entries: Sequence[LoggedEntry]) -> set[str]:
        """Return the entries about days of which a later entry speaks."""
        days = [read_iso_date(ledger.spoken_of(one, "day")) for one in entries]
        newest = store.entries_of_days(reader.connection, days)
        return ledger.gave_way(reader.connection, entries, "day", newest)

    def adopt(self, unit: Unit, most: int) -> int:
        """Log the readings of days that were over before; the entry shows on which day that was done."""
        profile = government.profile_if_any(unit.connection)
        if profile is None:
            return 0
        return settle_days(unit, local_date(unit.now, profile.time_zone), most)


def _proven(day: dt.date, entry: str, readings: Mapping[str, Reading]) -> ProvenRow:
    return ProvenRow(
        table=_TABLE,
        key=day.isoformat(),
        entry=entry,
        kinds=Readings.kinds,
        public=dict(shown_on_record(day, readings)),
    )


PROVEN = (Readings(),)
