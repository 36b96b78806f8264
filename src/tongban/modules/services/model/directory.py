"""The directory of services."""

from tongban.kernel.text import Text
from tongban.modules.services.model.base import Value
from tongban.modules.services.model.service import Limited, ServiceStatus

NOT_STATED = "none"
"""What a filter asks for to see the services that do not state a thing."""


class ServiceFilter(Value, frozen=True, kw_only=True):
    """What to list; an empty value asks for everything."""

    text: str = ""
    department: str = ""
    type: str = ""
    audience: str = ""
    life_event: str = ""
    can_apply: bool | None = None
    """Whether it can be applied for here; None asks for all."""


class ServiceLine(Value, frozen=True, kw_only=True):
    """A service as a line of the directory."""

    code: str
    name: Text
    summary: Text
    department: str
    type: str
    audience: tuple[str, ...]
    status: ServiceStatus
    visits: int | None = None
    promised_days: int | None = None
    promised_unit: str = ""
    """working_day or day; empty where nothing is promised."""

    @property
    def promised(self) -> Limited | None:
        """The limit that is promised."""
        if self.promised_days is None:
            return None
        return Limited(days=self.promised_days, unit=self.promised_unit)


class ServicePage(Value, frozen=True, kw_only=True):
    """A page of the directory, and how many there are altogether."""

    lines: tuple[ServiceLine, ...]
    total: int
    page: int
    pages: int
    loose: bool = False
    """Whether nothing held every word asked for, so that one word was enough."""


class Facet(Value, frozen=True, kw_only=True):
    """One value of a filter and how many services have it."""

    value: str
    count: int
