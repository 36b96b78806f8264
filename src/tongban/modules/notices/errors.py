"""What notices refuses, each a fact with its own sentence in messages.toml."""

from tongban.kernel.errors import Kind, Refusal


def message_not_found() -> Refusal:
    """No message of this id in one's own box."""
    return Refusal("notices.message_not_found", Kind.NOT_FOUND)


def mail_not_configured() -> Refusal:
    """No mail server is set."""
    return Refusal("notices.mail_not_configured", Kind.UNAVAILABLE)


def mail_setting_unreadable() -> Refusal:
    """The setting of the mail server is not an address of one."""
    return Refusal("notices.mail_setting_unreadable", Kind.UNAVAILABLE)


def mail_failed(reason: str) -> Refusal:
    """A mail was not taken; ``reason`` is connection, encryption, password or address."""
    return Refusal(f"notices.mail_failed_{reason}", Kind.UNAVAILABLE)


def address_unfit() -> Refusal:
    """Nobody was named to send a mail to, or not by an address."""
    code = "notices.address_unfit"
    return Refusal(code, Kind.INVALID, fields={"address": code})
