"""What nobody can guess: the machine's own random source, the same in every suite."""

from secrets import choice, randbelow, randbits, token_bytes, token_hex, token_urlsafe

__all__ = ["choice", "randbelow", "randbits", "token_bytes", "token_hex", "token_urlsafe"]
