"""Everything a door needs, handed in once by the app."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from tongban.kit.clock import Clock
from tongban.kit.crypto.suite import Suite
from tongban.kit.db import Database, Unit
from tongban.kit.files import FileStore
from tongban.kit.keyring import Keyring
from tongban.kit.ports import Ports
from tongban.kit.settings import Settings

P = TypeVar("P")
T = TypeVar("T")


@dataclass(frozen=True)
class House:
    """One running government: its database, clock, keys, files, settings and ports."""

    settings: Settings
    db: Database
    clock: Clock
    keyring: Keyring
    files: FileStore
    ports: Ports

    @property
    def suite(self) -> Suite:
        """The algorithms of this government; its keys are of the same suite."""
        return self.keyring.suite

    def port(self, protocol: type[P]) -> P:
        """Return what the app plugged in for a protocol."""
        return self.ports.get(protocol)

    async def write(self, work: Callable[[Unit], T], *, short: bool = False) -> T:
        """Do a unit of work and return once it is kept; see ``Database.write_async`` for short ones."""
        return await self.db.write_async(work, short=short)
