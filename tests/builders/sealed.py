"""Values as releases before 0032 sealed them: for no place."""

from tongban.kit.keyring import Keyring


def sealed_before(keyring: Keyring, text: str) -> bytes:
    """Return ``key number (4 bytes) || nonce || ciphertext``, bound to the number alone."""
    number = keyring.newest.to_bytes(4, "big")
    return number + keyring._sealing[keyring.newest].seal(text.encode(), number)
