"""A mail as bytes, a mail server's address, and what is sealed of a message as text."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any
from urllib.parse import unquote, urlsplit

import msgspec

from tongban.kernel.characters import without_hidden
from tongban.modules.notices import errors
from tongban.modules.notices.model import Datum, Mail


class Server(msgspec.Struct, frozen=True, kw_only=True):
    """Where mails are handed over."""

    host: str
    port: int
    encrypted: bool
    """Encrypted from the first byte (smtps); otherwise STARTTLS where the server offers it."""
    user: str = ""
    password: str = ""

    def __repr__(self) -> str:
        return f"Server({self.host}:{self.port})"


_PORTS = {"smtp": 587, "smtps": 465}


def read_server(setting: str) -> Server:
    """Read ``smtp://[user:password@]host[:port]`` or ``smtps://…``. Refuses anything else."""
    try:
        parts = urlsplit(setting)
        port = parts.port
    except ValueError:
        raise errors.mail_setting_unreadable() from None
    if parts.scheme not in _PORTS or not parts.hostname:
        raise errors.mail_setting_unreadable()
    return Server(
        host=parts.hostname,
        port=port or _PORTS[parts.scheme],
        encrypted=parts.scheme == "smtps",
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
    )


def compose(mail: Mail, sender: str) -> EmailMessage:
    """Return the mail as RFC 5322 wants it.

    A line break in the subject is a space there, and what nobody sees is left out: a name that holds
    one neither adds a line to the head nor keeps the mail from going out.
    """
    made = EmailMessage(policy=SMTP)
    made["From"] = sender
    made["To"] = mail.to
    made["Subject"] = without_hidden(mail.subject)
    made["Date"] = mail.at
    made["Message-ID"] = f"<{mail.key}@{sender.rpartition('@')[2] or 'localhost'}>"
    made["Auto-Submitted"] = "auto-generated"
    made.set_content(without_hidden(mail.text, several_lines=True), cte="base64")
    return made


def content_to_text(at: datetime, data: Mapping[str, Datum]) -> str:
    """Write what is sealed of a message as JSON: when it was sent, and its data, of which it is said what
    are dates and instants."""
    tagged = {name: _tagged(value) for name, value in data.items()}
    return msgspec.json.encode({"at": at.astimezone(UTC).isoformat(), "data": tagged}).decode()


def _tagged(value: Datum) -> Any:
    if isinstance(value, datetime):
        return {"$instant": value.isoformat()}
    if isinstance(value, date):
        return {"$date": value.isoformat()}
    return value


def content_from_text(text: str) -> tuple[datetime, dict[str, Datum]]:
    """Read what :func:`content_to_text` wrote."""
    content = msgspec.json.decode(text)
    data = {name: _untagged(value) for name, value in content["data"].items()}
    return datetime.fromisoformat(content["at"]), data


def _untagged(value: Any) -> Datum:
    if isinstance(value, dict) and "$instant" in value:
        return datetime.fromisoformat(value["$instant"])
    if isinstance(value, dict) and "$date" in value:
        return date.fromisoformat(value["$date"])
    plain: Datum = value
    return plain
