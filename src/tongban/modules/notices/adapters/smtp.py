"""Mail through an SMTP server (RFC 5321), encrypted wherever the server can."""

import ipaddress
import smtplib
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from tongban.kernel.identifiers import mailbox_fault
from tongban.kit import tally
from tongban.modules.notices import errors
from tongban.modules.notices.formats import Server, compose, read_server
from tongban.modules.notices.model import Mail

_TIMEOUT = 20.0


class SmtpMailer:
    """Hands each mail over in a connection of its own: notices are few, and a server may restart."""

    def __init__(self, setting: str, sender: str) -> None:
        self._setting = setting
        self._sender = sender

    @property
    def configured(self) -> bool:
        """Whether a mail server is set at all."""
        return bool(self._setting)

    @property
    def server(self) -> str:
        """The mail server as host and port, without password."""
        if not self._setting:
            return ""
        server = read_server(self._setting)
        return f"{server.host}:{server.port}"

    @property
    def sender(self) -> str:
        """The address mails come from."""
        return self._sender

    def send(self, mail: Mail) -> None:
        """Hand over one mail. Refuses without repeating what the server said: it names addresses."""
        if not self._setting:
            raise errors.mail_not_configured()
        if mailbox_fault(mail.to) is not None or mailbox_fault(self._sender) is not None:
            raise errors.mail_failed("address")
        sent = False
        try:
            server = read_server(self._setting)
            with _named(), _connected(server, _TIMEOUT) as connection:
                connection.send_message(compose(mail, self._sender))
            sent = True
        finally:
            tally.count("tongban_mails", "sent" if sent else "failed")

    def check(self, seconds: float) -> None:
        """Greet, encrypt and sign in as for a mail. Refuses what keeps a mail from going out.

        Beside the caller: a server that says one letter now and then keeps every single wait short.
        """
        server = read_server(self._setting)
        said: list[BaseException | None] = []
        thread = threading.Thread(target=lambda: said.append(_fault(server, seconds)), daemon=True)
        thread.start()
        thread.join(seconds * _WORDS)
        fault = said[0] if said else errors.mail_failed("connection")
        if fault is not None:
            raise fault


_WORDS = 4
"""What a server says until a mail can be handed over: greeting, what it can, encryption, who it is."""


def _fault(server: Server, seconds: float) -> BaseException | None:
    """Return what a server refuses, or what is broken here, for the caller to meet."""
    try:
        with _named(), _connected(server, seconds):
            return None
    except BaseException as fault:
        return fault


@contextmanager
def _named() -> Iterator[None]:
    """Turn what the library raises into refusals that do not repeat what the server said."""
    try:
        yield
    except smtplib.SMTPAuthenticationError:
        raise errors.mail_failed("password") from None
    except (smtplib.SMTPRecipientsRefused, smtplib.SMTPSenderRefused, smtplib.SMTPDataError):
        raise errors.mail_failed("address") from None
    except ssl.SSLError:
        raise errors.mail_failed("encryption") from None
    except (smtplib.SMTPException, OSError):
        raise errors.mail_failed("connection") from None


def _connected(server: Server, seconds: float) -> smtplib.SMTP:
    """Return a connection that is encrypted where it can be, and signed in where that is asked.

    A password is never sent unencrypted beyond this machine. ``seconds`` is how long each of its words
    may take.
    """
    context = ssl.create_default_context()
    connection: smtplib.SMTP
    if server.encrypted:
        connection = smtplib.SMTP_SSL(server.host, server.port, timeout=seconds, context=context)
    else:
        connection = smtplib.SMTP(server.host, server.port, timeout=seconds)
    try:
        encrypted = server.encrypted
        connection.ehlo()
        if not encrypted and connection.has_extn("starttls"):
            connection.starttls(context=context)
            encrypted = True
        if server.user:
            if not encrypted and not _is_here(server.host):
                raise errors.mail_failed("encryption")
            connection.login(server.user, server.password)
    except BaseException:
        connection.close()
        raise
    return connection


def _is_here(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
