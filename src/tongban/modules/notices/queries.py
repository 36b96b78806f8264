"""Ask what is in the message box, and what a message says."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from tongban.kernel.paging import skipped
from tongban.kernel.text import say
from tongban.kit.db import Reader
from tongban.kit.i18n import catalogue, translate
from tongban.modules.government import queries as government
from tongban.modules.identity import queries as identity
from tongban.modules.notices import errors, store
from tongban.modules.notices.model import Datum, Message

CALENDAR_WANTED = "notices.message.calendar_wanted"


def inbox(
    reader: Reader,
    account: str,
    *,
    read: bool | None = None,
    oldest: bool = False,
    page: int = 1,
    size: int | None = None,
) -> list[Message]:
    """Return a page of an account's messages, the newest first or the oldest; all without a size.

    ``read`` asks for those that were read, or were not; None for all.
    """
    offset = skipped(page, size)
    return store.box(reader, account, read=read, oldest=oldest, limit=size, offset=offset)


def every(
    reader: Reader, account: str, *, read: bool | None = None, oldest: bool = False
) -> Iterator[list[Message]]:
    """Return all of an account's messages in pieces."""
    return store.every(reader, account, read=read, oldest=oldest)


def count(reader: Reader, account: str, *, read: bool | None = None) -> int:
    """Return how many messages an account has, or of these has read, or not."""
    return store.count(reader, account, read=read)


def unread(reader: Reader, account: str) -> int:
    """Return how many messages an account has not read."""
    return store.unread(reader, account)


def message(reader: Reader, account: str, identifier: str) -> Message:
    """Return one message of an account's box. Refuses somebody else's as if there were none."""
    found = store.by_id(reader, identifier)
    if found is None or found.account != account:
        raise errors.message_not_found()
    return found


def responsible(reader: Reader, department: str, duties: Sequence[str]) -> list[str]:
    """Return who of a department has the first of these duties that anybody there has, by login.

    A duty that nobody of the department has leaves no work unread: it falls to the next.
    """
    found = ([one.id for one in identity.staff_with(reader, department, duty)] for duty in duties)
    return next((accounts for accounts in found if accounts), [])


def words(reader: Reader, found: Message, language: str) -> tuple[str, str]:
    """Return title and text of a message in a language; the text may be empty."""
    zone = government.zone(reader.connection)
    data = {name: _shown(value, language, zone) for name, value in found.data.items()}
    if f"{found.message}.title" not in catalogue():
        return translate(language, found.message, **data), ""
    title = translate(language, f"{found.message}.title", **data)
    return title, translate(language, f"{found.message}.text", **data)


def _shown(value: Datum, language: str, zone: ZoneInfo) -> str:
    if isinstance(value, datetime):
        local = value.astimezone(zone)
        return f"{_shown(local.date(), language, zone)} {local:%H:%M}"
    if isinstance(value, date):
        return written(value, language)
    return str(value) if isinstance(value, int) else say(value, language)


def written(day: date, language: str) -> str:
    """Write a day as a message does."""
    if language == "en":
        return f"{day.day} {day:%B} {day.year}"
    return f"{day.year}年{day.month}月{day.day}日"


def whom_to_ask_for_calendar(reader: Reader) -> list[str]:
    """Return who adopts definitions and was not asked this month for the calendar that is missing."""
    if year_wanted(reader) is None:
        return []
    local = government.local(reader.connection, reader.now)
    month = local.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    accounts = [one.id for one in identity.staff_with(reader, "", "instance.apply")]
    return [
        account
        for account in accounts
        if not store.was_sent(reader.connection, account, CALENDAR_WANTED, month)
    ]


def year_wanted(reader: Reader) -> int | None:
    """Return the year whose calendar has to be asked for now, if one is missing."""
    if not government.adopted(reader.connection):
        return None
    today = government.local(reader.connection, reader.now).date()
    return government.year_to_ask_for(reader.connection, today)
