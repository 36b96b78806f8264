"""Whom of the staff cases concern."""

import functools
from collections.abc import Sequence

from tongban.kit.db import Reader
from tongban.modules.notices import queries as notices
from tongban.modules.services.model import Case
from tongban.modules.services.queries.definitions import service
from tongban.modules.services.rules import may
from tongban.modules.services.store import steps


def clerks_of(reader: Reader, concerned: Sequence[Case]) -> dict[str, set[str]]:
    """Return who has the open steps of cases in hand or could take them, by case number.

    However many cases move, each procedure and each department's staff are looked up once: the
    writer is the only one there is, and others wait for it.
    """
    followed = functools.cache(functools.partial(service, reader.connection))

    @functools.cache
    def able(department: str, duties: tuple[str, ...]) -> frozenset[str]:
        return frozenset(notices.responsible(reader, department, duties))

    runs = steps.open_steps(reader.connection, [case.id for case in concerned])
    found: dict[str, set[str]] = {}
    for case in concerned:
        clerks = found.setdefault(case.number, set())
        for run in runs.get(case.id, []):
            if run.clerk:
                clerks.add(run.clerk)
            else:
                step = followed(case.service, case.service_version).step(run.step)
                clerks |= able(run.department, may.answerable_for(step))
    return found
