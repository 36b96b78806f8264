"""Lets the ledger, which knows no other module, send its checkpoints by mail."""

from tongban.kit.house import House
from tongban.modules.ledger.model import Post
from tongban.modules.notices.model import Mail, Mailer


class ByMail:
    """Sends through the house's mail server; a :class:`tongban.modules.ledger.model.Post`."""

    def __init__(self, house: House) -> None:
        self._house = house

    def send(self, address: str, subject: str, text: str) -> None:
        """Hand over one mail. Refuses when the server does not take it."""
        now = self._house.clock.now()
        mail = Mail(key=subject, to=address, subject=subject, text=text, at=now)
        self._house.port(Mailer).send(mail)


def plug(house: House) -> None:
    """Plug it in."""
    house.ports.plug(Post, ByMail(house))
