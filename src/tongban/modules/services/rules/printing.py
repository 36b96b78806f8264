"""Which values of a case get onto its certificate."""

from tongban.modules.services.model import Service
from tongban.modules.services.rules.conditions import keys_of


def printed(service: Service) -> frozenset[str]:
    """Return the values that a certificate shows, also those that it is worked out from."""
    if not service.result.certificate:
        return frozenset()
    found = {key for line in service.result.fields.values() for key in keys_of(line)}
    for calculation in reversed(service.calculations):  # each may rest on those before it
        if f"result.{calculation.code}" in found:
            found.update(keys_of(calculation.value))
    return frozenset(found)
