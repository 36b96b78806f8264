"""Joins the modules: whose pages, events, jobs, rounds and definitions there are."""

import importlib
import importlib.util
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from tongban.app.tables import MODULES
from tongban.kit.house import House
from tongban.kit.jobs import Job
from tongban.kit.outbox import Subscription


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
    """Return every module's pages and JSON endpoints."""
    collected: list[Any] = []
    for room_name in ("routes", "pages"):
        for handlers in _all(room_name, "HANDLERS"):
            collected.extend(handlers)
    return collected


def subscriptions() -> list[Subscription]:
    """Return who wants to hear of which event; lower modules hear first."""
    return [one for several in _all("handlers", "SUBSCRIPTIONS") for one in several]


def jobs() -> Mapping[str, Job]:
    """Return the long work that modules know how to do, by name."""
    known: dict[str, Job] = {}
    for several in _all("handlers", "JOBS"):
        known.update(several or {})
    return known


def rounds() -> tuple[Callable[[House], None], ...]:
    """Return what is looked after again and again: the ledger's sequencer, clocks and cards."""
    return tuple(one for several in _all("handlers", "ROUNDS") for one in several)


def commands() -> list[Any]:
    """Return every module's commands."""
    return [one for several in _all("commands", "COMMANDS") for one in several]


def reindex(house: House) -> None:
    """Make every module's text index anew from its rows: after a restore."""
    for module in MODULES:
        actions = room(module, "actions")
        if actions is not None and hasattr(actions, "reindex"):
            house.db.write(actions.reindex)
