"""Where packages lie: a folder of the house."""

from tongban.kit.house import House
from tongban.modules.archive.adapters.folder import FolderShelves
from tongban.modules.archive.model import Shelves


def plug(house: House) -> None:
    """Let a folder below the house's data answer to the protocol."""
    folder = house.settings.data / "packages"
    house.ports.plug(Shelves, FolderShelves(folder, house.files, house.keyring))
