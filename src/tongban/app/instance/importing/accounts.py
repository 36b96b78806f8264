"""Staff of a list are let into a running government, or changed there: all of them or nobody."""

from collections.abc import Sequence

from tongban.app.instance.importing.building import Values
from tongban.app.instance.importing.outcome import Changes
from tongban.kernel.actors import SYSTEM
from tongban.kernel.errors import Refusal
from tongban.kit.cli import terminal_language
from tongban.kit.db import Reader, Unit
from tongban.kit.house import House
from tongban.kit.i18n import sentence
from tongban.modules.identity import actions, queries
from tongban.modules.identity.model import Account, AccountKind, NewStaff

Links = list[tuple[str, str]]


class RunningAccounts:
    """The accounts of a running government."""

    def __init__(self, house: House) -> None:
        self._house = house

    def problem(self, values: Values) -> str:
        """Return in words why somebody cannot be let in, nothing where they can or are in already."""
        with self._house.db.read() as reader:
            held = _held(reader, values["login"])
            faults = actions.faults_of_staff(reader, _new(values))
        if held is not None and held.kind is AccountKind.STAFF:
            faults = [one for one in faults if one.code != "identity.login_taken"]
        return sentence(faults[0], terminal_language()) if faults else ""

    def compare(self, staff: Sequence[Values]) -> Changes:
        """Return what letting them in would change."""
        changes = Changes()
        with self._house.db.read() as reader:
            for values in staff:
                _count(changes, _held(reader, values["login"]), values)
        return changes

    def take(self, staff: Sequence[Values]) -> Links:
        """Let in who is new and change who is there; return the links with which passwords are set.

        Refuses what identity refuses, and then changes nothing.
        """
        tokens = self._house.db.write(lambda unit: [_take(unit, values) for values in staff])
        address = self._house.settings.address
        return [
            (values["login"], f"{address}/reset-password?link={token}")
            for values, token in zip(staff, tokens, strict=True)
            if token
        ]


def _new(values: Values) -> NewStaff:
    return NewStaff(
        login=values["login"],
        name=values["name"],
        department=values["department"],
        roles=tuple(values["roles"]),
        address=values.get("address", ""),
    )


def _held(reader: Reader, login: str) -> Account | None:
    try:
        return queries.account_by_login(reader, login)
    except Refusal:
        return None


def _is_same(held: Account, values: Values) -> bool:
    stated = (values["name"], values["department"], set(values["roles"]))
    return (held.name, held.department, set(held.roles)) == stated


def _count(changes: Changes, held: Account | None, values: Values) -> None:
    if held is None:
        changes.added += 1
    elif _is_same(held, values):
        changes.same += 1
    else:
        changes.changed.append(values["login"])


def _take(unit: Unit, values: Values) -> str:
    """Let somebody in and return their token; change who is there, where anything differs."""
    held = _held(unit, values["login"])
    if held is None:
        return actions.create_staff(unit, SYSTEM, _new(values))[1]
    if not _is_same(held, values):
        actions.change_staff(unit, SYSTEM, held.id, _new(values))
    return ""
