"""What another person was asked to agree to, as those concerned see it."""

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import Connection

from tongban.kernel.actors import Actor, ActorKind
from tongban.kernel.paging import skipped
from tongban.kit.db import Reader
from tongban.modules.exchange import errors, store
from tongban.modules.exchange.model import Grant
from tongban.modules.exchange.model.agreements import Agreement
from tongban.modules.exchange.queries.preparing import today
from tongban.modules.exchange.rules import agreements as rules
from tongban.modules.exchange.rules.grants import may_read
from tongban.modules.identity import queries as identity


def agreements(
    reader: Reader, actor: Actor, page: int = 1, size: int | None = None
) -> tuple[Sequence[Agreement], int]:
    """Return a page of the agreements that someone may see, and how many there are."""
    offset = skipped(max(1, page), size)
    return store.find_agreements(reader.connection, actor, size, offset)


def agreement(connection: Connection, actor: Actor, identifier: str) -> Agreement:
    """Return an agreement. Refuses one that does not exist or may not be seen, alike."""
    found = store.agreement(connection, identifier)
    if found is None or not rules.may_see(actor, found):
        raise errors.agreement_not_found()
    return found


def may_answer_agreement(reader: Reader, actor: Actor, agreement: Agreement) -> bool:
    """Whether someone may agree to it or refuse it: by no account of who reads or asks."""
    accounts = identity.accounts_of_same(reader, actor.account)
    return rules.may_answer(actor, agreement, accounts)


def may_ask_agreement(reader: Reader, actor: Actor, grant: Grant) -> bool:
    """Whether someone may ask another person to agree to reads by a grant."""
    return rules.may_ask(actor, grant, today(reader.connection, reader.now))


def grant_to_read(reader: Reader, actor: Actor, code: str) -> Grant:
    """Return a grant for whose use without a case someone may ask. Refuses any other."""
    found = store.grant(reader.connection, code)
    if found is None or not may_ask_agreement(reader, actor, found):
        raise errors.grant_not_found(code)
    return found


def readers_of(reader: Reader, actor: Actor) -> dict[str, str]:
    """Return for whom someone may ask: themself (by an empty code) where they read, and systems."""
    own = {"": actor.name} if may_read(actor) else {}
    return own | clients_of(reader.connection, actor.department)


def clients_of(connection: Connection, department: str) -> dict[str, str]:
    """Return what the systems of a department are called, by code, that can ask at present."""
    known = store.every_client(connection)
    return {
        each.code: each.name or each.code
        for each in known
        if each.active and each.department == department
    }


def reader_names(reader: Reader, several: Sequence[str]) -> dict[str, str]:
    """Return what accounts and clients are called, by ``kind:account``."""
    clients = {each.code: each.name or each.code for each in store.every_client(reader.connection)}
    found = {}
    for who in dict.fromkeys(several):
        kind, _, account = who.partition(":")
        is_client = kind == ActorKind.CLIENT
        name = clients.get(account, "") if is_client else identity.name_of(reader, account)
        found[who] = name or account
    return found


def last_day_to_agree(today: dt.date) -> dt.date:
    """Return the last day for which somebody can be asked today."""
    return today + dt.timedelta(days=rules.MOST_DAYS - 1)
