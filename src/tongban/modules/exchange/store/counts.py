"""What exchange counts."""

import datetime as dt

from sqlalchemy import ColumnElement, Connection, Table, func, select

from tongban.modules.exchange.model import Basis, Facts, GrantState, LineState, Outcome
from tongban.modules.exchange.store.disclosures import in_state
from tongban.modules.exchange.store.tables import disclosures, grants
from tongban.modules.exchange.store.unanswered import unanswered_times


def facts(connection: Connection, today: dt.date) -> Facts:
    """Count grants and disclosures."""
    by_outcome = select(disclosures.c.outcome, func.count()).group_by(disclosures.c.outcome)
    outcome = {str(row[0]): int(row[1]) for row in connection.execute(by_outcome)}
    given = disclosures.c.outcome == Outcome.DISCLOSED.value
    consent = given & (disclosures.c.basis == Basis.CONSENT.value)
    receiving = select(func.count(disclosures.c.department.distinct())).where(given)
    effective = (
        (grants.c.state == GrantState.IN_EFFECT.value)
        & (grants.c.starts <= today)
        & (grants.c.ends >= today)
    )
    waiting = grants.c.state == GrantState.REQUESTED.value

    def number(table: Table, condition: ColumnElement[bool]) -> int:
        return connection.execute(
            select(func.count()).select_from(table).where(condition)
        ).scalar_one()

    return Facts(
        grants_in_effect=number(grants, effective),
        requests_waiting=number(grants, waiting),
        disclosures=outcome.get(Outcome.DISCLOSED.value, 0),
        partly_unreadable=number(disclosures, in_state(LineState.PARTLY_UNREADABLE)),
        nothing_found=outcome.get(Outcome.NOTHING_FOUND.value, 0),
        unreadable=outcome.get(Outcome.UNREADABLE.value, 0),
        refused=outcome.get(Outcome.REFUSED.value, 0),
        unanswered=unanswered_times(connection),
        with_consent=number(disclosures, consent),
        departments=connection.execute(receiving).scalar_one(),
    )
