"""What notices needs from outside itself: a mail server."""

from tongban.kit.house import House
from tongban.modules.notices.adapters.smtp import SmtpMailer
from tongban.modules.notices.model import Mailer


def plug(house: House) -> None:
    """Plug in the mail server of the settings; without one, nothing is mailed."""
    house.ports.plug(Mailer, SmtpMailer(house.settings.smtp, house.settings.smtp_from))
