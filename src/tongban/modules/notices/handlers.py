"""React to what happened to passwords, and hand mails over beside the doors."""

import logging
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from tongban.kernel.errors import Refusal
from tongban.kernel.text import say
from tongban.kit.clock import new_id
from tongban.kit.db import Reader, Unit
from tongban.kit.house import House
from tongban.kit.i18n import translate
from tongban.kit.jobs import Job, Progress
from tongban.kit.troubles import WorkGivenUp
from tongban.modules.government import queries as government
from tongban.modules.identity import actions as identity_actions
from tongban.modules.identity import queries as identity
from tongban.modules.identity.events import PasswordChanged, PasswordLinkAsked
from tongban.modules.identity.model import Address, LinkPurpose
from tongban.modules.notices import actions, queries, store
from tongban.modules.notices.model import LINK_JOB, MAIL_JOB, Mail, Mailer

_GIVEN_UP = "notices.message.work_given_up"
_log = logging.getLogger("tongban.notices")


def mail_the_link(unit: Unit, event: PasswordLinkAsked) -> None:
    """Have a link mailed; an event without account is one of a login that nobody has."""
    if event.account:
        unit.enqueue(LINK_JOB, {"account": event.account})


def tell_of_password(unit: Unit, event: PasswordChanged) -> None:
    """Tell the owner that the password was set, so that a stranger's hand is noticed."""
    actions.send(
        unit, event.account, "notices.message.password_changed", {"at": unit.now}, "/account"
    )


def tell_operators(unit: Unit, event: WorkGivenUp) -> None:
    """Tell who looks after operations that work was given up, once until they have read it.

    A mail server that is away makes many mails fail at once, and each message asks for a mail.
    """
    for one in identity.staff_with(unit, "", "operations.read"):
        if not store.has_unread(unit, one.id, _GIVEN_UP):
            actions.send(unit, one.id, _GIVEN_UP, {"work": event.work}, "/operations")


def mail_message(house: House, payload: Mapping[str, Any], _progress: Progress) -> None:
    """Mail word of a message: its title without data, and where to read it."""
    mailer = house.port(Mailer)
    if not mailer.configured:
        return
    with house.db.read() as reader:
        message = store.by_id(reader, payload["message"])
        if message is None or message.read_at is not None:
            return
        if not message.vouched:
            _log.error("a message is not as it was written: no mail tells of it")
            return
        to = identity.address_of(reader, message.account)
        if to is None:
            return
        link = f"{house.settings.address}/messages/{message.id}"
        mail = _mail(reader, to, f"message-{message.id}", "message", link)
    mailer.send(mail)


def mail_password_link(house: House, payload: Mapping[str, Any], _progress: Progress) -> None:
    """Mail a fresh one-time link; each try makes a new one and the one before is worthless."""
    mailer, account = house.port(Mailer), str(payload["account"])
    if not mailer.configured:
        _log.warning("a password link was asked for, but no mail server is set")
        return
    try:
        token = house.db.write(
            lambda unit: identity_actions.issue_link(unit, account, LinkPurpose.RESET)
        )
    except Refusal:
        return  # the account was closed meanwhile
    with house.db.read() as reader:
        to = identity.address_of(reader, account)
        if to is None:
            return
        link = f"{house.settings.address}/reset-password?{urlencode({'link': token})}"
        mail = _mail(reader, to, f"link-{new_id(house.clock)}", "link", link)
    mailer.send(mail)


def _mail(reader: Reader, to: Address, key: str, words: str, link: str) -> Mail:
    name = say(government.profile(reader.connection).name, to.language)
    return Mail(
        key=key,
        to=to.address,
        subject=translate(to.language, f"notices.mail.{words}_subject", government=name),
        text=translate(to.language, f"notices.mail.{words}_text", government=name, link=link),
        at=reader.now,
    )


class AskForCalendar:
    """Looks once an hour of the government's own time whether a calendar is missing and to be asked for."""

    def __init__(self) -> None:
        self._last = ""

    def __call__(self, house: House) -> None:
        """Ask whoever was not asked this month."""
        hour = house.clock.now().strftime("%Y-%m-%dT%H")
        if hour == self._last:
            return
        with house.db.read() as reader:
            asked = queries.whom_to_ask_for_calendar(reader)
        if asked:
            house.db.write(actions.ask_for_calendar)
        self._last = hour


ROUNDS = (AskForCalendar(),)
SUBSCRIPTIONS = (
    (PasswordLinkAsked, mail_the_link),
    (PasswordChanged, tell_of_password),
    (WorkGivenUp, tell_operators),
)
JOBS: dict[str, Job] = {MAIL_JOB: mail_message, LINK_JOB: mail_password_link}
