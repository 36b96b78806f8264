"""What is kept of who works on which case, for whoever declares it to hold against the case."""

from collections.abc import Iterable

from sqlalchemy import Connection

from tongban.kit.db import Reader
from tongban.modules.exchange.model.at_work import AtWork
from tongban.modules.exchange.rules import reading
from tongban.modules.exchange.store import work


def unlike_work(reader: Reader, case_number: str, several: Iterable[AtWork]) -> tuple[str, ...]:
    """Return by which columns what is kept of a case is not what is declared of it now."""
    return work.unlike(reader, case_number, reading.declared(several))


def worked_on_after(connection: Connection, case_number: str, most: int) -> list[str]:
    """Return the next numbers of cases of which it is kept that somebody works on them."""
    return work.numbers_after(connection, case_number, most)
