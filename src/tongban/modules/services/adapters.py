"""Where uploaded materials are kept: the house's own content-addressed files."""

from tongban.kit.house import House
from tongban.modules.services.model import Files


def plug(house: House) -> None:
    """Let the house's files answer to the protocol."""
    house.ports.plug(Files, house.files)
