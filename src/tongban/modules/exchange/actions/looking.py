"""Who of a department looked at the data of a case: on record before the page is answered."""

import datetime as dt

import msgspec

from tongban.kit.db import Unit
from tongban.modules.exchange import store
from tongban.modules.exchange.actions.chaining import append_about
from tongban.modules.exchange.actions.disclosing import published
from tongban.modules.exchange.model.looks import Look, Looked, LookKind
from tongban.modules.exchange.queries.looking import looks_today
from tongban.modules.exchange.queries.preparing import today
from tongban.modules.exchange.rules import looks as rules
from tongban.modules.exchange.rules.values import subject_key
from tongban.modules.government import queries as government
from tongban.modules.ledger import actions as ledger
from tongban.modules.ledger.model import EntryKind, NewEntry, PublicValue

_LONGEST_NAME = 200


def note_look(unit: Unit, look: Look) -> None:
    """Put a look on record; another one of the same account, case, step and day is counted on its line.

    The ledger gets an entry for each that was opened with a reason, for the first look of an account
    at a case for a step on a day, and for each after it that shows more. What is the same look still
    (``rules.looks.is_due``) writes nothing.
    """
    day = today(unit.connection, unit.now)
    known = looks_today(unit, look.account, look.case_number)
    line = rules.same_day(known, look.kind, look.step)
    if line is not None:
        if rules.is_due(line, look.elements, unit.now):
            _again(unit, line, look, day)
        return
    if look.kind is LookKind.OPENED and set(look.elements) <= rules.opened(known):
        return  # pressed twice
    _keep(unit, look, day, times=1)


def _again(unit: Unit, line: Looked, look: Look, day: dt.date) -> None:
    """Count one more look on a line of today; what it showed besides is a row with an entry of its own."""
    store.count_on(unit, line)
    more = tuple(each for each in look.elements if each not in line.elements)
    if more:
        _keep(unit, msgspec.structs.replace(look, elements=more), day, times=0)


def _keep(unit: Unit, look: Look, day: dt.date, *, times: int) -> None:
    identifier = unit.new_id()
    entry, salt = _log(unit, look, identifier)
    store.insert_look(unit, store.NewLook(look, identifier, day, times, entry, salt))


def _log(unit: Unit, look: Look, identifier: str) -> tuple[str, bytes]:
    """Append that a department looked at a case of a service; returns the entry and its salt."""
    commitment, salt = ledger.commit(rules.facts_of(look, identifier, unit.now))
    public = {**shown_on_record(look), **_named(unit, look)}
    new = NewEntry(kind=EntryKind.CASE_LOOKED_AT, public=public, commitment=commitment)
    index = unit.keyring.index(subject_key(look.subject))
    return append_about(unit, index, None, new), salt


def shown_on_record(look: Look) -> dict[str, PublicValue]:
    """Return what everyone may see of a look: nothing that says whose case it is, or who looked."""
    public: dict[str, PublicValue] = {
        "department": look.department,
        "service": look.service,
        "service_version": str(look.service_version),
        "elements": list(look.elements),
        "item_count": len(look.elements),
        "what": look.kind.value,
        "subject_kind": look.subject.kind.value,
    }
    if look.step:
        public["step"] = look.step
    if look.reason is not None:
        public["reason"] = look.reason.value
    return public


def _named(unit: Unit, look: Look) -> dict[str, PublicValue]:
    names = {
        "department_name": government.department_words(unit.connection, look.department),
        "service_name": look.service_name,
        "step_name": look.post,
    }
    said = {field: published(name, _LONGEST_NAME) for field, name in names.items()}
    return {field: name for field, name in said.items() if name}
