"""What supervision and evaluation ask of cases: clocks of running ones, facts of all, no person."""

import datetime as dt
import functools
from collections.abc import Hashable, Iterator, Sequence

from sqlalchemy import Connection

from tongban.kernel.dates import Calendar
from tongban.kernel.text import Text
from tongban.kit import shelf
from tongban.kit.db import Reader
from tongban.kit.lanes import faulty_among
from tongban.modules.exchange import queries as exchange
from tongban.modules.government import queries as government
from tongban.modules.services.model import (
    Brought,
    Case,
    CaseFact,
    Correction,
    Kept,
    Moved,
    Origin,
    RunningCase,
    Service,
    StepRun,
)
from tongban.modules.services.queries.definitions import service, version_of
from tongban.modules.services.rules import clocks, redating, timeliness
from tongban.modules.services.store import cases, steps, values


def running(reader: Reader, numbers: Sequence[str] | None = None) -> list[RunningCase]:
    """Return every running case, or some, with its clocks and open steps as they stand now."""
    connection = reader.connection
    calendar = government.calendar(connection)
    today = calendar.local_date(reader.now)
    found = cases.running_cases(connection, numbers)
    identifiers = [case.id for case in found]
    asked = values.corrections_of(reader, identifiers)
    open_steps = steps.open_steps(connection, identifiers)
    procedures = {
        key: service(connection, *key)
        for key in {(case.service, case.service_version) for case in found}
    }
    return [
        _running(
            calendar,
            procedures[(case.service, case.service_version)],
            case,
            open_steps.get(case.id, []),
            asked[case.id],
            today,
        )
        for case in found
    ]


def _running(
    calendar: Calendar,
    procedure: Service,
    case: Case,
    runs: Sequence[StepRun],
    corrections: tuple[Correction, ...],
    today: dt.date,
) -> RunningCase:
    received = calendar.local_date(case.submitted_at or case.created_at)
    return RunningCase(
        case=clocks.as_it_stands(calendar, case, corrections, today),
        service_name=procedure.name,
        clocks=clocks.clocks_of(calendar, procedure, case, corrections, today),
        steps=tuple(
            clocks.running_step(
                calendar, procedure.step(run.step), run, corrections, today, received
            )
            for run in runs
        ),
    )


def moved_by(reader: Reader, calendar: Calendar) -> tuple[list[Moved], list[str]]:
    """Return the running cases whose days another calendar than today's would move, oldest first.

    And the numbers of those that cannot be judged, whose days stay as they are.
    """
    before = government.calendar(reader.connection)
    if calendar == before:
        return [], []
    running = cases.running_cases(reader.connection)
    found = {case.number: case for case in running if case.decided_at is None}
    moves: list[Moved] = []

    def look(some: Sequence[str]) -> None:
        moves.extend(_moved(reader, before, calendar, [found[number] for number in some]))

    faulty = faulty_among(list(found), look)
    return moves, faulty


def _moved(reader: Reader, before: Calendar, after: Calendar, some: Sequence[Case]) -> list[Moved]:
    """Return which of some running cases another calendar moves."""
    today = before.local_date(reader.now)
    followed = functools.cache(functools.partial(service, reader.connection))
    asked = values.corrections_of(reader, [case.id for case in some])
    moves = (
        redating.moved(
            before, after, followed(case.service, case.service_version), case, asked[case.id], today
        )
        for case in some
    )
    return [one for one in moves if one is not None]


def facts(reader: Reader, identifiers: Sequence[str]) -> list[CaseFact]:
    """Return those of some cases that came in, as they are counted today."""
    connection = reader.connection
    found = cases.submitted_cases(connection, identifiers)
    origins = values.origin_counts(connection, identifiers)
    attached = values.attachment_counts(connection, identifiers)
    corrected = values.corrected_cases(connection, identifiers)
    missing = _missing(connection, identifiers)
    calendar = government.calendar(connection)
    kept = _kept(reader, calendar, found)

    def day(at: dt.datetime | None) -> dt.date | None:
        return calendar.local_date(at) if at else None

    return [
        CaseFact(
            id=case.id,
            service=case.service,
            department=case.department,
            state=case.state,
            outcome=case.outcome,
            submitted_on=day(case.submitted_at),
            accepted_on=case.accepted_on,
            decided_on=day(case.decided_at),
            closed_on=day(case.closed_at),
            promised_due=case.promised_due,
            statutory_due=case.statutory_due,
            values_fetched=origins.get(case.id, {}).get(Origin.FETCHED, 0),
            values_asked=origins.get(case.id, {}).get(Origin.ASKED, 0),
            materials_attached=attached.get(case.id, 0),
            corrections=int(case.id in corrected),
            values_missing=missing.get(case.id, 0),
            on_time=kept[case.id].on_time,
            days_saved=kept[case.id].days_saved,
        )
        for case in found
    ]


def came_in_after(connection: Connection, identifier: str, limit: int) -> list[str]:
    """Return the next internal ids of cases that came in, in the order of ids, to go through them all."""
    return cases.submitted_after(connection, identifier, limit)


def number_of(connection: Connection, identifier: str) -> str:
    """Return the public number of a case by its internal id, whatever else of it cannot be read."""
    return cases.number_of(connection, identifier)


def _missing(connection: Connection, identifiers: Sequence[str]) -> dict[str, int]:
    """Return how many values of each case did not come as they should and were not brought either.

    That a department holds nothing of something is an answer; these are not.
    """
    gaps = values.gaps(connection, identifiers)
    uses = [consent.use for _, consent in gaps if consent.brought is Brought.FAILED and consent.use]
    asked = exchange.elements_of_uses(connection, uses)
    wanted: dict[str, set[str]] = {}
    for case, consent in gaps:
        failed = consent.brought is Brought.FAILED
        elements = asked.get(consent.use, ()) if failed else consent.unfit
        wanted.setdefault(case, set()).update(elements)
    held = values.keys_of_cases(connection, list(wanted))
    return {case: len(elements - held.get(case, set())) for case, elements in wanted.items()}


def _kept(reader: Reader, calendar: Calendar, found: Sequence[Case]) -> dict[str, Kept]:
    """Return how every case stands to its limits today, by internal id."""
    today = calendar.local_date(reader.now)
    undecided = [case.id for case in found if case.decided_at is None]
    asked = values.corrections_of(reader, undecided)
    followed = {(case.service, case.service_version) for case in found}
    procedures = {key: service(reader.connection, *key) for key in followed}
    return {
        case.id: timeliness.kept(
            calendar,
            procedures[(case.service, case.service_version)],
            case,
            tuple(clocks.dated(calendar, each) for each in asked.get(case.id, ())),
            today,
        )
        for case in found
    }


def step_name(connection: Connection, number: str, step: str) -> Text:
    """Return what a step is called in the version that a case follows; its code where that is not known."""
    case = cases.find_by_number(connection, number)
    followed = case and version_of(connection, case.service, case.service_version)
    named = {each.code: each.name for each in followed.steps} if followed else {}
    return named.get(step, step)


def open_versions(connection: Connection) -> dict[tuple[str, int], int]:
    """Return how many drafts and running cases follow each version of each service.

    What a plan asks before a service, or something it uses, is changed or taken away.
    """
    return {(code, version): count for code, version, count in cases.open_counts(connection)}


def digests(connection: Connection) -> Iterator[str]:
    """Yield the name of every kept file that a case speaks of."""
    yield from values.digests(connection)


def judged_by(reader: Reader, parts: Sequence[str]) -> dict[str, Hashable]:
    """Return what tells whether a running case must be judged again, by its number, the oldest first.

    A judgement rests on the case, whose version every change raises, on the day, and on what was adopted:
    ``parts`` of a definition.
    """
    connection = reader.connection
    versions = cases.running_versions(connection)
    if not versions:
        return {}
    today = government.local(connection, reader.now).date()
    adopted = tuple(shelf.mark(connection, part) for part in parts)
    return {number: (version, today, adopted) for number, version in versions.items()}


def open_numbers(connection: Connection, code: str = "", version: int | None = None) -> list[str]:
    """Return the numbers of the running cases: all, of a service or of one version of it."""
    return cases.running_numbers(connection, code, version)
