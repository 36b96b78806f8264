"""Gives each entry about somebody its number, and lets it follow the one before, in the same unit."""

import datetime as dt
from itertools import groupby

from tongban.kit.db import Unit
from tongban.modules.exchange import store
from tongban.modules.exchange.model.chains import Numbered
from tongban.modules.exchange.rules.chains import chain_key, name_of_chain
from tongban.modules.ledger import actions as ledger
from tongban.modules.ledger import queries as log
from tongban.modules.ledger.model import NewEntry
from tongban.modules.ledger.queries import START_OF_CHAIN

_PERSONS = 200
"""How many persons one piece looks at."""


def append_about(unit: Unit, who: str, shown_on: dt.date | None, entry: NewEntry) -> str:
    """Log something about a subject (by keyed hash) as the next of the chain in which they will see it.

    Returns the entry's id. Nobody else adds to what is about the subject until the unit is over.
    """
    name = name_of_chain(shown_on)
    store.hold_chain(unit.connection, who)
    number, before = store.head_of_chain(unit.connection, who, name) or (0, START_OF_CHAIN)
    key = chain_key(unit.keyring, who, name)
    identifier, head = ledger.append_linked(unit, entry, key, number + 1, before)
    one = Numbered(who=who, name=name, number=number + 1, entry=identifier, head=head)
    store.put_in_chain(unit.connection, one)
    return identifier


def number_before(unit: Unit, most: int) -> int:
    """Number some of what was on record before there were numbers, in the order of its entries.

    Whole persons at a time, in the order of their keyed hashes, so that it goes on where it was broken
    off. Returns how many lines got a number; none once all have theirs.
    """
    after, done = store.last_who(unit.connection), 0
    while done < most and (whos := store.whos_behind(unit.connection, after, _PERSONS)):
        for who in whos:
            done += _number(unit, who)
            after = who
            if done >= most:
                break
    return done


def _number(unit: Unit, who: str) -> int:
    found = list(dict.fromkeys(store.not_numbered(unit.connection, [who])))
    made: list[Numbered] = []
    for day, lines in groupby(found, key=lambda each: each[1]):
        name = name_of_chain(day)
        number, head = store.head_of_chain(unit.connection, who, name) or (0, START_OF_CHAIN)
        entries = [entry for _, _, entry in lines]
        bodies = log.bodies_called(unit.connection, entries)
        for entry in entries:
            number, head = number + 1, log.head_after(head, bodies.get(entry, b""))
            made.append(Numbered(who=who, name=name, number=number, entry=entry, head=head))
    store.put_all_in_chain(unit.connection, made)
    return len(made)
