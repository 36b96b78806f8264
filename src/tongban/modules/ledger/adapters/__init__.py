"""What the ledger needs from outside itself: somewhere to keep its key."""

from tongban.kit.house import House
from tongban.modules.ledger.adapters.keystore import open_signer
from tongban.modules.ledger.model import Signer


def origin_of(address: str) -> str:
    """Name the log of a government by where it is served, without scheme (tlog-tiles)."""
    return address.partition("://")[2].rstrip("/") + "/ledger"


def plug(house: House) -> None:
    """Plug in the signer whose key lies in the house's key folder; made there at the first time."""
    house.ports.plug(Signer, open_signer(house.settings.keys, origin_of(house.settings.address)))
