"""sources.yaml and grants.yaml: where data lie, and who may use which of them for what."""

import datetime as dt

from tongban.kernel.text import Text
from tongban.kit.definitions.shape import Shape
from tongban.modules.exchange.model import Basis
from tongban.modules.exchange.model.occasions import WithoutCase


class SourceDefinition(Shape, frozen=True, kw_only=True):
    """A department's own database, read and never written. sources.yaml."""

    code: str
    name: Text
    department: str
    adapter: str = "sqlite"
    """sqlite (a file, opened read-only) or postgresql (an address in the settings)."""
    location: str
    """File in the folder of sources (``sources`` in the data folder, or what TONGBAN_SOURCES names), or the
    name of the setting that holds the address."""


class GrantDefinition(Shape, frozen=True, kw_only=True):
    """共享授权: one department may use these items of a resource for one purpose. grants.yaml."""

    code: str
    resource: str
    department: str
    """Who receives."""
    items: tuple[str, ...]
    """Elements (or item names where there is no element)."""
    masked: tuple[str, ...] = ()
    """Of these, the elements that are given masked as their element says."""
    purpose: Text
    services: tuple[str, ...] = ()
    """Codes of the services it is for; empty for any service of the department."""
    basis: Text
    """Law and article, or the city's own rule."""
    rests_on: Basis = Basis.CONSENT
    """``law``: the basis is enough, and the person is informed; ``consent``, also where nothing is
    said: the person's consent is needed each time."""
    starts: dt.date
    ends: dt.date
    delivery: str = "api"
    """api, file or table."""
    without_case: WithoutCase | None = None
    """What may be read without a case, where a law allows it (an inspection, statistics by the base
    register). Where nothing is said, every read names a running case."""
