"""The exchange for people: who may use what, who used my data, what cannot be read of a source."""

from tongban.modules.exchange.pages import agreements, alarms, grants, kept_back, sources, uses

HANDLERS = (
    *agreements.HANDLERS,
    *alarms.HANDLERS,
    *grants.HANDLERS,
    *kept_back.HANDLERS,
    *sources.HANDLERS,
    *uses.HANDLERS,
)
