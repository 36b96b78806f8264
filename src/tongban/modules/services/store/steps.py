"""Steps (环节) of cases: who has what in hand, and how it ended."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, insert, or_, select, update

from tongban.kit.db import Reader, Unit, cell_of, chunks
from tongban.modules.services.model import (
    Case,
    SecondLook,
    StepKind,
    StepOutcome,
    StepRun,
    StepState,
)
from tongban.modules.services.store import tables
from tongban.modules.services.store.cases import case_of_row

_AT_HAND = or_(
    tables.step.c.state == StepState.OPEN.value,
    tables.step.c.second_look == SecondLook.WAITING.value,
)
"""Steps that somebody has something to do about: open ones, and reviews to be looked at again."""


def at_hand(
    connection: Connection, keys: Sequence[tuple[str, str]]
) -> dict[tuple[str, str], tuple[Case, StepRun]]:
    """Return open steps and second looks with their cases, by the case's internal id and the step."""
    found = {}
    for chunk in chunks(list(dict.fromkeys(case for case, _ in keys))):
        rows = connection.execute(
            select(tables.case, *_step_columns())
            .join(tables.step, tables.step.c.case_id == tables.case.c.id)
            .where(tables.case.c.id.in_(chunk), _AT_HAND)
        )
        for row in rows.mappings():
            found[(row["id"], row["step_step"])] = (case_of_row(row), _step(_named(row), ""))
    return found


def _step_columns() -> list[Any]:
    return [
        column.label(f"step_{column.name}")
        for column in tables.step.c
        if column.name not in ("case_id", "opinion")
    ]


def _named(row: RowMapping) -> dict[str, Any]:
    return {
        name.removeprefix("step_"): value for name, value in row.items() if name.startswith("step_")
    }


def steps_of(reader: Reader, identifier: str) -> list[StepRun]:
    """Return the steps of a case that have begun, in the order they did."""
    rows = reader.connection.execute(
        select(tables.step)
        .where(tables.step.c.case_id == identifier)
        .order_by(tables.step.c.opened_at, tables.step.c.step)
    )
    found = []
    for row in rows.mappings():
        sealed = row["opinion"]
        opened = reader.keyring.open
        opinion = opened(sealed, cell_of(tables.step.c.opinion, row)) if sealed else ""
        found.append(_step(row, opinion))
    return found


def open_steps(connection: Connection, identifiers: Sequence[str]) -> dict[str, list[StepRun]]:
    """Return the open steps and second looks of many cases, by internal id, without opinions."""
    found: dict[str, list[StepRun]] = {}
    for some in chunks(identifiers):
        rows = connection.execute(
            select(tables.step).where(tables.step.c.case_id.in_(some), _AT_HAND)
        )
        for row in rows.mappings():
            found.setdefault(row["case_id"], []).append(_step(row, ""))
    return found


def in_hand(connection: Connection, clerk: str) -> list[tuple[str, str]]:
    """Return the open steps that a clerk has in hand: internal id of the case and code of the step."""
    rows = connection.execute(
        select(tables.step.c.case_id, tables.step.c.step)
        .where(tables.step.c.clerk == clerk, tables.step.c.state == StepState.OPEN.value)
        .order_by(tables.step.c.opened_at, tables.step.c.case_id)
    )
    return [(row.case_id, row.step) for row in rows]


def _sealed_opinion(unit: Unit, identifier: str, run: StepRun) -> bytes | None:
    if not run.opinion:
        return None
    bound = {"case_id": identifier, "step": run.step}
    return unit.keyring.seal(run.opinion, cell_of(tables.step.c.opinion, bound))


def put_step(unit: Unit, identifier: str, run: StepRun) -> None:
    """Keep a step as it is now."""
    mine = (tables.step.c.case_id == identifier) & (tables.step.c.step == run.step)
    row = {
        "kind": run.kind.value,
        "department": run.department,
        "state": run.state.value,
        "clerk": run.clerk,
        "opened_at": run.opened_at,
        "done_at": run.done_at,
        "outcome": run.outcome.value if run.outcome else None,
        "opinion": _sealed_opinion(unit, identifier, run),
        "second_look": run.second_look.value if run.second_look else None,
        "asked_again_at": run.asked_again_at,
        "looked_again_at": run.looked_again_at,
    }
    done = unit.connection.execute(update(tables.step).where(mine).values(**row))
    if done.rowcount == 0:
        unit.connection.execute(
            insert(tables.step).values(case_id=identifier, step=run.step, **row)
        )


def _step(row: Mapping[Any, Any], opinion: str) -> StepRun:
    return StepRun(
        step=row["step"],
        kind=StepKind(row["kind"]),
        department=row["department"],
        state=StepState(row["state"]),
        clerk=row["clerk"],
        opened_at=row["opened_at"],
        done_at=row["done_at"],
        outcome=StepOutcome(row["outcome"]) if row["outcome"] else None,
        opinion=opinion,
        second_look=SecondLook(row["second_look"]) if row["second_look"] else None,
        asked_again_at=row["asked_again_at"],
        looked_again_at=row["looked_again_at"],
    )
