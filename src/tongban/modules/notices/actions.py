"""Send messages, and note that they were read."""

from collections.abc import Mapping

from tongban.kernel.actors import Actor
from tongban.kit.db import Unit
from tongban.modules.identity import queries as identity
from tongban.modules.notices import errors, store
from tongban.modules.notices.model import Datum, Message

MAIL_JOB = "notices.mail"


def send(
    unit: Unit,
    to_account: str,
    message: str,
    data: Mapping[str, Datum] | None = None,
    link: str = "",
) -> str:
    """Put a message into an account's box, and mail word of it where there is an address.

    ``message`` names words in the catalogue; ``link`` is a path. Returns the message's id.
    The mail says only that there is a message and its title's kind, never the data.
    """
    new = Message(
        id=unit.new_id(),
        account=to_account,
        message=message,
        data=dict(data or {}),
        link=link,
        at=unit.now,
    )
    store.insert(unit, new)
    if identity.address_of(unit, to_account) is not None:
        unit.enqueue(MAIL_JOB, {"message": new.id})
    return new.id


def mark_read(unit: Unit, actor: Actor, identifier: str) -> None:
    """Note that one's own message was read. Refuses somebody else's as if there were none."""
    found = store.by_id(unit, identifier)
    if found is None or found.account != actor.account:
        raise errors.message_not_found()
    store.mark_read(unit, actor.account, identifier, unit.now)


def mark_all_read(unit: Unit, actor: Actor) -> int:
    """Note that all of one's own messages were read; returns how many were not before."""
    return store.mark_read(unit, actor.account, None, unit.now)
