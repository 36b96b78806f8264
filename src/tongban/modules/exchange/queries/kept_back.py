"""What is kept back from those whose data were read: for whoever oversees reading, and for nobody else."""

from tongban.kernel.actors import Actor
from tongban.kernel.paging import skipped
from tongban.kit.db import Reader
from tongban.modules.exchange import errors, store
from tongban.modules.exchange.model.occasions import KeptBackReads
from tongban.modules.exchange.queries.preparing import today
from tongban.modules.exchange.rules.agreements import oversees


def may_oversee(actor: Actor) -> bool:
    """Whether someone looks over the reading of every department."""
    return oversees(actor)


def kept_back(
    reader: Reader, actor: Actor, department: str = "", page: int = 1, size: int | None = None
) -> tuple[list[KeptBackReads], int]:
    """Return a page of what is kept back today, and how many lines there are.

    Refuses who does not oversee.
    """
    _check(actor)
    day = today(reader.connection, reader.now)
    return store.kept_back(reader.connection, day, department, size, skipped(max(1, page), size))


def departments_keeping_back(reader: Reader, actor: Actor) -> list[str]:
    """Return whose reads are kept back today. Refuses who does not oversee."""
    _check(actor)
    return store.departments_keeping_back(reader.connection, today(reader.connection, reader.now))


def _check(actor: Actor) -> None:
    if not oversees(actor):
        raise errors.not_allowed()
