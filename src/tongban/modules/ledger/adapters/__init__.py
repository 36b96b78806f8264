"""What the ledger needs from outside itself: somewhere to keep its key."""

from tongban.kit.house import House
from tongban.modules.ledger.adapters.keystore import open_signer
from tongban.modules.ledger.model import Signer


def plug(house: House) -> None:
    """Plug in the signer whose key lies in the house's key folder. Refuses a folder without it."""
    house.ports.plug(Signer, open_signer(house.settings.keys))
