"""Messages in the box, mails, and what sends them."""

from datetime import date, datetime
from typing import Protocol

import msgspec

from tongban.kernel.text import Text

Datum = Text | int | date | datetime
"""What a message's sentence may be filled with; each is shown in the reader's language and time."""


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """One message to one account. ``message`` names its words in the catalogue, data fill them.

    The words are ``<message>.title`` and ``<message>.text``, or ``<message>`` alone as the title.
    ``link`` is a path of this site. Data are sealed at rest, bound to the rest. One that nobody with the
    keys wrote as it stands is not ``vouched`` for, and says nothing but that.
    """

    id: str
    account: str
    message: str
    data: dict[str, Datum]
    link: str
    at: datetime
    read_at: datetime | None = None
    vouched: bool = True


NOT_VOUCHED = "notices.message.not_vouched"
"""What is said instead of a message that was changed, moved or written without the keys."""


MAIL_JOB = "notices.mail"
LINK_JOB = "notices.password_link"
MAIL_JOBS = frozenset({MAIL_JOB, LINK_JOB})
"""The jobs that hand mails over."""


class Mail(msgspec.Struct, frozen=True, kw_only=True):
    """A mail in plain text. ``key`` is the same for every try to send it."""

    key: str
    to: str
    subject: str
    text: str
    at: datetime


class Mailer(Protocol):
    """Hands mails to a mail server."""

    @property
    def configured(self) -> bool:
        """Whether a mail server is set at all."""
        ...

    @property
    def server(self) -> str:
        """The mail server as host and port, without password: for the set-up page."""
        ...

    @property
    def sender(self) -> str:
        """The address mails come from."""
        ...

    def check(self, seconds: float) -> None:
        """Speak with the server as for a mail, and send none. Refuses (``mail_failed``) within some seconds.

        That it takes a connection says nothing: it has to greet, and to sign in whom it is told.
        """
        ...

    def send(self, mail: Mail) -> None:
        """Hand over one mail. Refuses (``mail_failed``) when the server does not take it."""
        ...
