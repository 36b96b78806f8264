"""What codes in the public ledger are called now: departments, resources, elements and services."""

from collections.abc import Collection, Mapping

from tongban.kernel.text import Text
from tongban.kit.house import House
from tongban.modules.catalog import queries as catalog
from tongban.modules.government import queries as government
from tongban.modules.ledger.model import Names
from tongban.modules.services import queries as services


class PresentNames:
    """Names as the running government has them."""

    def __init__(self, house: House) -> None:
        self._house = house

    def called(self, codes: Mapping[str, Collection[str]]) -> Mapping[str, Mapping[str, Text]]:
        """Return names by code for what stands in public fields; what has none is left out."""
        with self._house.db.read() as reader:
            there = reader.connection
            departments = {code: one.name for code, one in government.departments(there).items()}
            elements = {code: one.name for code, one in catalog.elements(there).items()}
            profile = government.profile(there)
            known: Mapping[str, Mapping[str, Text]] = {
                "department": departments,
                "provider": departments,
                "resource": {code: one.name for code, one in catalog.resources(there).items()},
                "elements": elements,
                "unreadable": elements,
                "items": elements,
                "instance": {profile.division: profile.name},
                "service": services.names_of_services(there, sorted(codes.get("service", ()))),
            }
        return {
            field: {code: name for code in asked if (name := known[field].get(code, code)) != code}
            for field, asked in codes.items()
            if field in known
        }


def plug(house: House) -> None:
    """Give the ledger the names of what its entries are about."""
    house.ports.plug(Names, PresentNames(house))
