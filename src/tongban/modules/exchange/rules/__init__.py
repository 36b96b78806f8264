"""Every decision of exchange: who may, by which grant, and what of a value is shown."""
