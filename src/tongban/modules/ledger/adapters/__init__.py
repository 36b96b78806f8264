"""What the ledger needs from outside itself: somewhere to keep its key, and what codes are called."""

from collections.abc import Collection, Mapping

from tongban.kernel.text import Text
from tongban.kit.house import House
from tongban.modules.ledger.adapters.keystore import open_signer
from tongban.modules.ledger.model import Names, Signer


class CodesOnly:
    """Knows no names: every code shows as itself."""

    def called(self, _codes: Mapping[str, Collection[str]]) -> Mapping[str, Mapping[str, Text]]:
        """Return nothing."""
        return {}


def plug(house: House) -> None:
    """Plug in the signer whose key lies in the house's key folder. Refuses a folder without it."""
    house.ports.plug(Names, CodesOnly())
    house.ports.plug(Signer, open_signer(house.settings.keys))
