"""What exchange plugs in: the departments' own databases."""

from tongban.kit.house import House
from tongban.modules.exchange.adapters.sources import DepartmentSources
from tongban.modules.exchange.model import Sources


def plug(house: House) -> None:
    """Plug in the departments' sources below the settings' folder."""
    house.ports.plug(
        Sources, DepartmentSources(house.settings.sources_folder, house.settings.source_addresses)
    )
