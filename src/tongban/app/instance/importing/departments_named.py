"""The departments that a listing of services names: found in the instance, or added to it."""

from collections import Counter, defaultdict
from collections.abc import Mapping

from tongban.app.instance.importing.building import Known, Values
from tongban.app.instance.importing.coding import short
from tongban.app.instance.importing.normal import plain
from tongban.kernel.identifiers import credit_code_fault


class NamedDepartments:
    """Departments by the names of a listing, with the credit codes that it gives them.

    A credit code is a department's where its own column states it, else where the national codes
    of its services hold it: the same in all rows that have one, and of no other department. The code
    inside another item code is not that: it may be of another authority.
    """

    def __init__(self, known: Known) -> None:
        self._known = known
        self._names: dict[str, str] = {}
        self._lines: dict[str, int] = {}
        self._stated: defaultdict[str, set[str]] = defaultdict(set)
        self._inside: defaultdict[str, set[str]] = defaultdict(set)
        self._codes: dict[str, str] = {}
        self._added: dict[str, Values] | None = None

    def note(self, line: int, name: str, stated: str, inside: str) -> None:
        """Note that the row of a line names a department, and the credit codes that it has for it."""
        said = plain(name)
        self._names.setdefault(said, name)
        self._lines.setdefault(said, line)
        if stated and credit_code_fault(stated) is None:
            self._stated[said].add(stated)
        if inside:
            self._inside[said].add(inside)

    def code_of(self, name: str) -> str:
        """Return the code of a department after all rows were noted."""
        self.added()
        return self._known.department(name) or self._codes[plain(name)]

    def credit_code_of(self, code: str) -> str:
        """Return the credit code of a department, known before or added."""
        if code in self._known.credit_codes:
            return self._known.credit_codes[code]
        return str(self.added().get(code, {}).get("credit_code", ""))

    def added(self) -> Mapping[str, Values]:
        """Return the departments that the instance lacks, by code."""
        if self._added is None:
            self._added = self._add()
        return self._added

    def lines(self) -> Mapping[str, int]:
        """Return the line that names each of these first, by code."""
        self.added()
        return {code: self._lines[said] for said, code in self._codes.items()}

    def _add(self) -> dict[str, Values]:
        credit = self._credit_codes()
        found: dict[str, Values] = {}
        for said, name in self._names.items():
            if self._known.department(name):
                continue
            credit_code = credit.get(said, "")
            code = f"d-{(credit_code or short(name)).lower()}"
            self._codes[said] = code
            found[code] = {"code": code, "name": name}
            if credit_code:
                found[code]["credit_code"] = credit_code
        return found

    def _credit_codes(self) -> dict[str, str]:
        taken = {code for code in self._known.credit_codes.values() if code}
        stated = _sole(self._stated, taken)
        taken |= set(stated.values())
        silent = {name: codes for name, codes in self._inside.items() if not self._stated[name]}
        return {**_sole(silent, taken), **stated}


def _sole(used: Mapping[str, set[str]], taken: set[str]) -> dict[str, str]:
    """Return the code of each name that has one only, which no other name has."""
    owners = Counter(code for codes in used.values() for code in codes)
    return {
        name: code
        for name, codes in used.items()
        if len(codes) == 1
        for code in codes
        if owners[code] == 1 and code not in taken
    }
