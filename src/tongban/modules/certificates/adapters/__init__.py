"""What certificates need from outside: keys, files, typefaces, and the address by which people come."""

from pathlib import Path

from tongban.kit.house import House
from tongban.modules.certificates.adapters.authority import FileSealer
from tongban.modules.certificates.adapters.typefaces import FoundTypefaces
from tongban.modules.certificates.adapters.vault import FileVault
from tongban.modules.certificates.model import Place, Sealer, Typefaces, Vault


def plug(house: House) -> None:
    """Plug in the seals' keys, the vault and the address; keys are made when first used."""
    fonts = house.settings.fonts
    typefaces = FoundTypefaces(Path(fonts) if fonts else None)
    house.ports.plug(Typefaces, typefaces)
    house.ports.plug(Sealer, FileSealer(house.settings.keys, house.clock, typefaces))
    house.ports.plug(Vault, FileVault(house.files, house.keyring))
    house.ports.plug(Place, Place(address=house.settings.address.rstrip("/")))
