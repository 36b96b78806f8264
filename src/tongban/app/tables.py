"""Every module's tables on the shared metadata: import this before making or migrating a database."""

import importlib
import importlib.util
import pkgutil

from tongban.kit import belonging, lanes, outbox, shelf

MODULES = (
    "government",
    "ledger",
    "identity",
    "notices",
    "catalog",
    "archive",
    "exchange",
    "certificates",
    "services",
    "supervision",
    "evaluation",
    "audit",
)

for _module in MODULES:
    _store = f"tongban.modules.{_module}.store"
    if importlib.util.find_spec(_store) is None:
        continue
    _room = importlib.import_module(_store)
    for _part in pkgutil.iter_modules(getattr(_room, "__path__", [])):
        importlib.import_module(f"{_store}.{_part.name}")

__all__ = ["MODULES", "belonging", "lanes", "outbox", "shelf"]
