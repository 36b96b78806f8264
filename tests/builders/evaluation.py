"""Figures as the worker counts them, and as a count of everything would have them."""

from collections.abc import Mapping

from tongban.kit.db import Reader
from tongban.kit.house import House
from tongban.kit.lanes import OnceAMinute, Worker
from tongban.kit.outbox import Outbox
from tongban.modules.evaluation import actions, handlers, queries, rules, store
from tongban.modules.evaluation.model import Reading, Tally
from tongban.modules.services import queries as services


def settled(house: House) -> None:
    """Let the worker do one round of everything, as the server does again and again."""
    rounds = (OnceAMinute(queries.days_to_count, actions.count_day),)
    worker = Worker(
        house, Outbox(house.db, handlers.SUBSCRIPTIONS), handlers.JOBS, {"rounds": rounds}
    )
    for look in rounds:
        look(house)
    worker.settle()


def figures(house: House) -> dict[str, Reading]:
    """Return every measure as counted, having made sure that a count of everything says the same."""
    house.db.write(actions.ask_recount)
    settled(house)
    with house.db.read() as reader:
        assert store.tallies(reader.connection) == recounted(reader)
        return queries.read_all(queries.facts(reader))


def recounted(reader: Reader) -> Mapping[str, Tally]:
    """Return the sums of every department, from every case that ever came in."""
    every = services.came_in_after(reader.connection, "", 1_000_000)
    counted = [queries.counted(fact) for fact in services.facts(reader, every)]
    return {
        department: rules.added(rules.tally(one) for one in counted if one.department == department)
        for department in sorted({one.department for one in counted})
    }
