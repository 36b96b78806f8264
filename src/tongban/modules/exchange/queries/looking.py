"""What somebody looked at of a case today, and who looked at somebody's cases."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from msgspec.structs import replace

from tongban.kernel.subjects import SubjectRef
from tongban.kit.db import Reader
from tongban.modules.exchange import errors, store
from tongban.modules.exchange.model.looks import Looked, LookKind, LookLine, LookReason
from tongban.modules.exchange.queries.as_logged import looks_as_logged, proven_look
from tongban.modules.exchange.queries.preparing import today
from tongban.modules.exchange.rules import looks as rules
from tongban.modules.exchange.rules.values import subject_key
from tongban.modules.government import queries as government
from tongban.modules.government.definition import NamesOfStaff
from tongban.modules.identity import queries as identity
from tongban.modules.ledger import queries as ledger
from tongban.modules.ledger.model import Opening


def looks_today(reader: Reader, account: str, case_number: str) -> list[Looked]:
    """Return what an account looked at of a case since midnight where the government is.

    What was opened stays so by it, and what is the same look still is not logged again: so a row counts
    only if it is what its entry says, and of today by the time to which that entry commits.
    """
    day, zone = today(reader.connection, reader.now), government.zone(reader.connection)
    rows = store.looks_of(reader.connection, account, case_number, day)
    unlike = ledger.unlike(reader.connection, [proven_look(reader, row) for row in rows])
    return [
        _looked(row)
        for row in rows
        if row.id not in unlike and row.first_at.astimezone(zone).date() == day
    ]


def _looked(row: Any) -> Looked:
    return Looked(
        id=row.id,
        kind=LookKind(row.kind),
        step=row.step,
        elements=tuple(row.elements),
        last_at=row.last_at,
        reason=LookReason(row.reason) if row.reason else None,
    )


def opened(looks: Iterable[Looked]) -> frozenset[str]:
    """Return what was opened with a reason: it stays so for the rest of the day."""
    return rules.opened(looks)


def is_look_due(
    looks: Iterable[Looked],
    kind: LookKind,
    step: str,
    elements: Iterable[str],
    now: dt.datetime,
) -> bool:
    """Whether a look that shows these is to be put on record, or is still the one before."""
    return rules.is_due(rules.same_day(looks, kind, step), elements, now)


def reason_of(reason: str, words: str) -> LookReason:
    """Return the reason for opening something. Refuses none, and one without words or with too many."""
    return rules.check_reason(reason, words)


# For the one whose data they are ------------------------------------------------------------------


def apart(reader: Reader) -> bool:
    """Whether the looks of each member of staff are told apart: not where only posts are named."""
    return _called(reader) is not NamesOfStaff.POST


def with_staff(reader: Reader, line: LookLine) -> LookLine:
    """Return looks with who looked, called as the government says: by number, by name or not at all."""
    called = _called(reader)
    if called is NamesOfStaff.POST or line.altered:
        return line
    (account,) = line.accounts
    told = {NamesOfStaff.NAME: identity.name_of, NamesOfStaff.NUMBER: identity.staff_number}
    return replace(line, staff=told[called](reader, account))


def look_about(reader: Reader, subject: SubjectRef, identifier: str) -> LookLine | None:
    """Return one line of looks at a subject's case, None where there is none for them."""
    found = store.look_line(reader, _index(reader, subject), identifier, apart=apart(reader))
    (said,) = looks_as_logged(reader, [found]) if found else (None,)
    return with_staff(reader, said) if said else None


def looks_at_case(
    reader: Reader, subject: SubjectRef, case_number: str, most: int
) -> tuple[list[LookLine], int]:
    """Return the latest looks at one's case, newest first, and how many lines there are."""
    index = _index(reader, subject)
    lines, total = store.looks_at_case(reader, index, case_number, most, apart=apart(reader))
    said = looks_as_logged(reader, lines)
    return [with_staff(reader, each) for each in said], total


def look_opening(
    reader: Reader, subject: SubjectRef, line: LookLine
) -> tuple[bytes, dict[str, object]]:
    """Return the salt and facts that open the ledger entry of looks. Refuses where there is none."""
    found = store.look_opening(reader, _index(reader, subject), line.ledger_entry)
    if found is None or not line.ledger_entry:
        raise errors.disclosure_not_found()
    row, identifier = found
    salt, whole = bytes(row.commitment_salt), rules.facts_kept(row, identifier, line.words)
    there = ledger.entries_called(reader.connection, {row.entry}).get(row.entry)
    said = there.entry.commitment if there is not None else None
    if ledger.opens(Opening(salt=salt, facts=whole), said):
        return salt, whole
    return salt, rules.facts_kept(row, identifier, line.words, whole=False)


def _called(reader: Reader) -> NamesOfStaff:
    return government.profile(reader.connection).names_of_staff


def _index(reader: Reader, subject: SubjectRef) -> str:
    return reader.keyring.index(subject_key(subject))
