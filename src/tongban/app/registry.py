"""Joins the modules: whose pages, events, jobs, rounds and definitions there are."""

import importlib
import importlib.util
from collections.abc import Iterator, Mapping
from typing import Any

from tongban.app.instance.proven import PROVEN as DEFINITIONS
from tongban.app.tables import MODULES
from tongban.kit.clock_jumps import Watch
from tongban.kit.db import Unit
from tongban.kit.house import House
from tongban.kit.jobs import Job
from tongban.kit.lanes import Round
from tongban.kit.lists import Listing, long
from tongban.kit.lists.exports import export_doors
from tongban.kit.outbox import Subscription
from tongban.kit.seals import Seals
from tongban.kit.sweeps import Sweep
from tongban.modules.ledger.queries import ProvenRows


def room(module: str, name: str) -> Any | None:
    """Return a room of a module, or None when the module has none of that name."""
    path = f"tongban.modules.{module}.{name}"
    if importlib.util.find_spec(path) is None:
        return None
    return importlib.import_module(path)


def plug(house: House) -> None:
    """Plug every module's adapters into the house, and who asks into its doors."""
    for module in MODULES:
        adapters = room(module, "adapters")
        if adapters is not None and hasattr(adapters, "plug"):
            adapters.plug(house)


def _all(room_name: str, names: str) -> Iterator[Any]:
    for module in MODULES:
        found = room(module, room_name)
        if found is not None:
            yield getattr(found, names, ())


def web_handlers() -> list[Any]:
    """Return every module's pages and JSON endpoints, and the doors of long files of their lists."""
    collected = _handlers()
    return [*collected, *export_doors(_listings(collected))]


def _handlers() -> list[Any]:
    rooms = (handlers for name in ("routes", "pages") for handlers in _all(name, "HANDLERS"))
    return [handler for handlers in rooms for handler in handlers]


def _listings(handlers: list[Any]) -> dict[str, Listing]:
    """Return the lists of these doors, by name."""
    found = [handler.opt.get("listing") for handler in handlers]
    return {one.name: one for one in found if isinstance(one, Listing)}


def subscriptions() -> list[Subscription]:
    """Return who wants to hear of which event; lower modules hear first."""
    return [one for several in _all("handlers", "SUBSCRIPTIONS") for one in several]


def jobs() -> Mapping[str, Job]:
    """Return the long work that modules know how to do, by name."""
    known: dict[str, Job] = {}
    for several in _all("handlers", "JOBS"):
        known.update(several or {})
    return {**known, long.JOB: long.job_of(_listings(_handlers()))}


def rounds() -> Mapping[str, tuple[Round, ...]]:
    """Return what is looked after again and again, by lane: a module's rounds wait for no other's.

    The ledger's sequencer, cards and clocks, what expires, and files of lists that are old.
    """
    found = {f"rounds-{module}": _rounds_of(module) for module in MODULES}
    return {lane: several for lane, several in found.items() if several} | {
        "rounds-kit": (long.forget_old, Watch())
    }


def _rounds_of(module: str) -> tuple[Round, ...]:
    return tuple(getattr(room(module, "handlers"), "ROUNDS", ()))


def proven() -> tuple[ProvenRows, ...]:
    """Return what is declared of the rows that the ledger speaks of: definitions, then each module's."""
    modules = (one for several in _all("proven", "PROVEN") for one in several)
    return (*DEFINITIONS, *modules)


def sweeps() -> tuple[Sweep, ...]:
    """Return what is looked through each night beside those rows: sealed values, then each module's."""
    return (Seals(), *(one for several in _all("proven", "SWEPT") for one in several))


def commands() -> list[Any]:
    """Return every module's commands."""
    return [one for several in _all("commands", "COMMANDS") for one in several]


def reindex(unit: Unit) -> None:
    """Make every module's text index anew from its rows."""
    for module in MODULES:
        actions = room(module, "actions")
        if actions is not None and hasattr(actions, "reindex"):
            actions.reindex(unit)
