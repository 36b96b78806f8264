"""Lets certificates, which know neither cases nor the exchange, show of one what the case shows."""

from tongban.kernel.actors import Actor
from tongban.kit.house import House
from tongban.modules.certificates.model import Certificate, Looks, Seen
from tongban.modules.services import actions, queries


class LooksOfCases:
    """Shows and records by the case; a :class:`tongban.modules.certificates.model.Looks`."""

    def __init__(self, house: House) -> None:
        self._house = house

    async def look(self, actor: Actor, certificate: Certificate) -> Seen:
        """Return what somebody sees of a certificate, once it is on record that they look at it."""
        with self._house.db.read() as reader:
            found = queries.certified(reader, actor, certificate)
        if found is None:
            return Seen()
        work, keys = found.work, found.shown
        if found.look_due:
            await self._house.write(
                lambda unit: actions.look_at_certificate(unit, actor, work, keys)
            )
        return found.seen


def plug(house: House) -> None:
    """Plug it in."""
    house.ports.plug(Looks, LooksOfCases(house))
