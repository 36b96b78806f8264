"""What the ledger needs from outside itself: somewhere to keep its key, and what codes are called."""

from collections.abc import Collection, Mapping

from tongban.kernel.text import Text
from tongban.kit.house import House
from tongban.modules.ledger.adapters.keystore import open_signer
from tongban.modules.ledger.adapters.places import places_of
from tongban.modules.ledger.model import Names, Place, Post, Signer


class CodesOnly:
    """Knows no names: every code shows as itself."""

    def called(self, _codes: Mapping[str, Collection[str]]) -> Mapping[str, Mapping[str, Text]]:
        """Return nothing."""
        return {}


def plug(house: House) -> None:
    """Plug in the signer whose key lies in the house's key folder. Refuses a folder without it."""
    house.ports.plug(Names, CodesOnly())
    house.ports.plug(Signer, open_signer(house.settings.keys))
    house.ports.plug(Places, Places(house))


class Places:
    """The places outside that the settings name, made once something is handed to them."""

    def __init__(self, house: House) -> None:
        self._house = house

    def every(self) -> list[Place]:
        """Return all of them."""
        return places_of(self._house.settings, _Later(self._house))

    def named(self, name: str) -> Place | None:
        """Return the place of that name, if the settings still name it."""
        return next((one for one in self.every() if one.name == name), None)


class _Later:
    """Sends mail through what the app plugs in once every module is there."""

    def __init__(self, house: House) -> None:
        self._house = house

    def send(self, address: str, subject: str, text: str) -> None:
        """Hand over one mail."""
        self._house.port(Post).send(address, subject, text)
