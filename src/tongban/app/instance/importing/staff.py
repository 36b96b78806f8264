"""Rows of a list of staff become accounts: of a running government, or of a demonstration's folder."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from tongban.app.instance.importing.building import (
    Built,
    Ended,
    Known,
    Values,
    sole,
    stated_in,
    unfit,
    unknown,
)
from tongban.app.instance.importing.normal import is_reference
from tongban.app.instance.importing.outcome import Changes
from tongban.app.instance.importing.rows import Row, Say, Source
from tongban.kernel.identifiers import may_be_shortened
from tongban.kit.definitions.part import CODE
from tongban.modules.identity.definition import AccountDefinition, RoleDefinition

_NEEDED = ("login", "name", "department", "roles")


class Accounts(Protocol):
    """The accounts of a running government."""

    def problem(self, values: Values) -> str:
        """Return in words why somebody cannot be let in, nothing where they can or are in already."""

    def compare(self, staff: Sequence[Values]) -> Changes:
        """Return what letting them in would change."""

    def take(self, staff: Sequence[Values]) -> list[tuple[str, str]]:
        """Let in who is new and change who is there; return login and link of the new."""


class StaffBuilder:
    """Builds accounts. Findings never hold what a cell says: it is about people."""

    adds = ("roles",)
    decisive = None
    told_by = "login"
    ways: tuple[str, ...] = ("login", "name", "kind", "department", "roles")

    def __init__(self, source: Source, known: Known, accounts: Accounts | None = None) -> None:
        self._source, self._known, self._accounts = source, known, accounts
        self._roles = known.names(RoleDefinition)

    def survey(self, row: Row) -> None:
        """Note nothing: somebody needs no other."""

    def added(self) -> Mapping[str, Values]:
        """Return none: departments of staff must be known."""
        return {}

    def lines_of_added(self) -> Mapping[str, int]:
        """Return none, for none is added."""
        return {}

    def build(self, row: Row, say: Say) -> Built | Ended:
        """Return the account of a row, or why it has none."""
        if row.ends:
            return Ended(row.ends, row.data)
        if may_be_shortened(row.get("login")):
            return Ended("code_shortened", {"found": "…"})
        values: Values = {"kind": "staff"}
        for key in (*_NEEDED, "address"):
            value = self._source.value(row, key, say)
            if value not in (None, "", []):
                values[key] = value
        ended = self._ended(values)
        if ended is None and self._accounts is None and values.pop("address", ""):
            say(row.line, "key_not_kept", key="address")
        return ended or Built(row.line, values["login"], "", values)

    def claim(self, row: Row) -> tuple[str, Values] | None:
        """Return the login of a row with what it says, None without one that can be one."""
        login = row.get("login").lower()
        if row.ends or may_be_shortened(login) or not CODE.fullmatch(login):
            return None
        return login, stated_in(self._source, row, ("name", "department", "address"))

    def _ended(self, values: Values) -> Ended | None:
        lacking = next((key for key in _NEEDED if key not in values), None)
        if lacking is not None:
            return Ended("row_lacks", {"key": lacking})
        if is_reference(values["name"]):
            return Ended("name_is_reference", {"found": "…"})
        values["login"] = values["login"].lower()
        if not CODE.fullmatch(values["login"]):
            return unfit("login", "…", "login")
        department = self._known.department_or_end(values["department"], "department")
        if isinstance(department, Ended):
            return department
        values["department"] = department
        for place, said in enumerate(values["roles"]):
            role = sole(self._roles.find(said), "roles", said, unknown("roles", said, self._roles))
            if isinstance(role, Ended):
                return role
            values["roles"][place] = role
        values["roles"] = list(dict.fromkeys(values["roles"]))  # written twice, it is given once
        return self._refused(values)

    def _refused(self, values: Values) -> Ended | None:
        where = self._known.place(AccountDefinition, values["login"])
        if where:
            return Ended("row_defined_elsewhere", {"key": values["login"], "other": where})
        problem = self._accounts.problem(values) if self._accounts is not None else ""
        return unfit("login", "…", "refused", said=problem) if problem else None
