"""The exchange for people: who may use what, and who used my data."""

from tongban.modules.exchange.pages import grants, uses

HANDLERS = (*grants.HANDLERS, *uses.HANDLERS)
