"""Send messages, and note that they were read."""

from collections.abc import Mapping, Sequence
from datetime import date

from tongban.kernel.actors import Actor
from tongban.kernel.text import LANGUAGES
from tongban.kit.db import Reader, Unit
from tongban.kit.i18n import translate
from tongban.modules.government import queries as government
from tongban.modules.identity import queries as identity
from tongban.modules.notices import errors, queries, store
from tongban.modules.notices.model import MAIL_JOB, Datum, Message

_NOBODY_HAS = "notices.message.nobody_has_duty"


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


def last_day(reader: Reader, day: date | None) -> Datum:
    """Return a day that was reckoned with the calendar as a message tells it: called provisional where
    the holidays of its year are only expected or not known. Empty where there is none."""
    calendar = government.calendar(reader.connection)
    if day is None or day.year in calendar.covers - calendar.provisional:
        return day or ""
    return {
        one: queries.written(day, one) + translate(one, "kit.value.provisional")
        for one in LANGUAGES
    }


def send_to_department(
    unit: Unit,
    department: str,
    duties: Sequence[str],
    message: str,
    data: Mapping[str, Datum],
    link: str,
) -> None:
    """Send to whoever is :func:`queries.responsible`; where nobody is, to those who keep the accounts."""
    accounts = queries.responsible(unit, department, duties)
    for account in accounts:
        send(unit, account, message, data, link)
    if not accounts:
        _tell_that_nobody_has(unit, department, duties[0])


def _tell_that_nobody_has(unit: Unit, department: str, duty: str) -> None:
    data: dict[str, Datum] = {
        "department": government.department_words(unit.connection, department),
        "duty": {one: translate(one, f"identity.duty.{duty}") for one in LANGUAGES},
    }
    for account in queries.responsible(unit, "", ["staff.manage"]):
        send(unit, account, _NOBODY_HAS, data, "/admin/staff")


def ask_for_calendar(unit: Unit) -> list[str]:
    """Ask whoever adopts definitions for the calendar that is missing, once a month.

    From October it is the next year's, before days promised into it become due. Returns whom it asked.
    """
    year = queries.year_wanted(unit)
    asked = queries.whom_to_ask_for_calendar(unit)
    for account in asked:
        send(unit, account, queries.CALENDAR_WANTED, {"year": year or 0}, "/about/calendar")
    return asked


def mark_read(unit: Unit, actor: Actor, identifier: str) -> None:
    """Note that one's own message was read. Refuses somebody else's as if there were none."""
    found = store.by_id(unit, identifier)
    if found is None or found.account != actor.account:
        raise errors.message_not_found()
    store.mark_read(unit, actor.account, identifier, unit.now)


def mark_all_read(unit: Unit, actor: Actor) -> int:
    """Note that all of one's own messages were read; returns how many were not before."""
    return store.mark_read(unit, actor.account, None, unit.now)
