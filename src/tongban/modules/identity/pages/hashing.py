"""Where passwords are looked at: few at a time, for each takes 64 MiB, and known browsers apart.

Whoever sends passwords from everywhere fills the line of unknown browsers, and no other.
"""

from functools import partial

from tongban.kit.house import House
from tongban.kit.narrow import NarrowLine
from tongban.modules.identity import errors, queries

_UNKNOWN = NarrowLine("tongban-password", places=2, waiting=62, full=errors.sign_in_busy)
_KNOWN = NarrowLine("tongban-password-known", places=1, waiting=31, full=errors.sign_in_busy)


def line(*, known: bool) -> NarrowLine:
    """Return the line for whoever comes from a known browser, has a session or a link, or not."""
    return _KNOWN if known else _UNKNOWN


async def proved(running: House, login: str, password: str, *, known: bool) -> str | None:
    """Return whose password was given rightly, or None; the attempt was counted before."""
    with running.db.read() as reader:
        kept = queries.kept_password(reader, login)
    return await line(known=known).do(partial(queries.password_proves, kept, password))


async def new_hash(password: str, again: str, login: str, name: str) -> str:
    """Return the hash of a new password of somebody who may set one. Refuses an unfit one."""
    with _KNOWN.place():
        return await _KNOWN.do(partial(queries.new_password_hash, password, again, login, name))
