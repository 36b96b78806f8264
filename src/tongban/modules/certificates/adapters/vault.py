"""Documents of certificates in the house's files, sealed: they hold personal data."""

from tongban.kernel.errors import Kind, Refusal
from tongban.kit.files import FileStore
from tongban.kit.keyring import Keyring


class FileVault:
    """Keeps documents sealed; a :class:`tongban.modules.certificates.model.Vault`."""

    def __init__(self, files: FileStore, keyring: Keyring) -> None:
        self._files = files
        self._keyring = keyring

    def put(self, content: bytes) -> str:
        """Seal and keep; returns the name of the sealed file."""
        return self._files.put(self._keyring.seal_bytes(content))

    def get(self, name: str) -> bytes:
        """Open what was kept. Refuses what is damaged."""
        try:
            return self._keyring.open_bytes(self._files.get(name))
        except ValueError as error:
            raise Refusal("kit.file_damaged", Kind.UNAVAILABLE, digest=name) from error
