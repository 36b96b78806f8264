"""Rows of a register of departments become departments."""

from collections.abc import Mapping

from tongban.app.instance.importing.building import Built, Ended, Known, Values
from tongban.app.instance.importing.coding import short
from tongban.app.instance.importing.normal import (
    is_any_body,
    is_reference,
    is_several_bodies,
    plain,
)
from tongban.app.instance.importing.rows import Row, Say, Source
from tongban.kernel.characters import compact
from tongban.kernel.identifiers import credit_code_fault, may_be_shortened
from tongban.kernel.text import CHINESE, Text
from tongban.kit.definitions.circles import way_round
from tongban.kit.definitions.part import CODE
from tongban.modules.government.definition import DepartmentDefinition


class DepartmentBuilder:
    """Builds departments; after the first round it knows the code of each, and who is above whom."""

    adds = ()
    decisive = None
    ways: tuple[str, ...] = (
        "code",
        "name",
        "credit_code",
        "parent",
        "nature",
        "contact.name",
        "contact.phone",
        "contact.address",
    )

    def __init__(self, source: Source, known: Known) -> None:
        self._source, self._known = source, known
        self._codes: dict[str, str] = {}
        self._taken: dict[str, int] = {}
        self._names: dict[str, str] = {}
        self._above: dict[str, str] = {}
        self._lines: dict[str, int] = {}
        self._credit_codes: dict[str, str] = {
            code: key for key, code in known.credit_codes.items() if code
        }

    def survey(self, row: Row) -> None:
        """Note the code of a department and which one it names as above it."""
        name = row.get("name")
        if row.ends or not name or may_be_shortened(row.get("code")):
            return
        if plain(name) not in self._codes:
            code = self._code(row)
            taken = code in self._taken or bool(self._known.departments.find(code))
            self._codes[plain(name)] = code = f"d-{short(name)}" if taken else code
            self._taken.setdefault(code, row.line)
            self._names[code], self._above[code] = name, row.get("parent")

    def added(self) -> Mapping[str, Values]:
        """Return none: a register names itself all that it needs."""
        return {}

    def lines_of_added(self) -> Mapping[str, int]:
        """Return none, for none is added."""
        return {}

    def build(self, row: Row, say: Say) -> Built | Ended:
        """Return the department of a row, or why it has none."""
        if row.ends:
            return Ended(row.ends, row.data)
        name = str(self._source.value(row, "name", say) or "")
        ended = self._problem(row, name)
        if ended is not None:
            return ended
        code = self._codes[plain(name)]
        self._lines.setdefault(plain(name), row.line)
        values: Values = {"code": code, "name": name}
        for key in ("nature", "contact.name", "contact.phone", "contact.address"):
            value = self._source.value(row, key, say)
            if value:
                values[key] = value
        stated = compact(row.get("code"))
        if stated in self._taken and stated != code:
            say(row.line, "code_taken", found=stated, other=self._taken[stated], own=code)
        elif stated and stated != code:
            say(row.line, "value_unfit", key="code", value=stated)
        self._take_credit_code(row, code, values, say)
        self._take_parent(row, name, values, say)
        return Built(row.line, code, name, values)

    def claim(self, row: Row) -> tuple[str, Values] | None:
        """Return none: what a row states is its department's before any is built."""
        return None

    def _problem(self, row: Row, name: str) -> Ended | None:
        if not name:
            return Ended("row_without_name")
        if is_reference(name):
            return Ended("name_is_reference", {"found": name})
        if is_several_bodies(name):
            return Ended("department_several", {"found": name})
        if is_any_body(name):
            return Ended("department_generic", {"found": name})
        if may_be_shortened(row.get("code")):
            return Ended("code_shortened", {"found": row.get("code")})
        known = self._known.departments.find(name)
        if known:
            where = self._known.place(DepartmentDefinition, known[0])
            return Ended("row_defined_elsewhere", {"key": known[0], "other": where})
        stated = compact(row.get("code"))
        if plain(name) in self._lines and stated not in ("", self._codes[plain(name)]):
            return Ended("row_contradicts", {"other": self._lines[plain(name)], "keys": ("code",)})
        return None

    def _code(self, row: Row) -> str:
        stated, credit = compact(row.get("code")), compact(row.get("credit_code"))
        if stated and CODE.fullmatch(stated) and not may_be_shortened(stated):
            return stated
        sound = credit and credit_code_fault(credit) is None
        return f"d-{(credit if sound else short(row.get('name'))).lower()}"

    def _take_credit_code(self, row: Row, code: str, values: Values, say: Say) -> None:
        credit = self._source.value(row, "credit_code", say)
        if not credit:
            return
        owner = self._credit_codes.setdefault(credit, code)
        if credit_code_fault(credit) is not None:
            say(row.line, "value_unfit", key="credit_code", value=credit)
        elif owner != code:
            say(row.line, "credit_code_taken", found=credit, other=owner)
        else:
            values["credit_code"] = credit

    def _take_parent(self, row: Row, name: str, values: Values, say: Say) -> None:
        above = self._source.value(row, "parent", say)
        if not above:
            return
        code = self._known.department(above) or self._codes.get(plain(above), "")
        if not code:
            say(row.line, "reference_unknown", key="parent", value=above)
            return
        circle = self._circle(self._codes[plain(name)])
        if circle:
            way = way_round([self._called(one) for one in circle])
            say(row.line, "parent_circle", way=way[CHINESE])
        else:
            values["parent"] = code

    def _circle(self, code: str) -> list[str]:
        """Return the way up from a department until it comes back to it; nothing if it does not."""
        way = dict.fromkeys([code])
        at = self._parent_of(code)
        while at and at not in way:
            way[at] = None
            at = self._parent_of(at)
        return [*way, code] if at == code else []

    def _parent_of(self, code: str) -> str:
        """Return the code of who is above a department, as the listing or the instance says."""
        if code in self._above:
            above = self._above[code]
            return self._known.department(above) or self._codes.get(plain(above), "")
        known = self._known.every(DepartmentDefinition).get(code)
        return "" if known is None else known.parent

    def _called(self, code: str) -> Text:
        known = self._known.every(DepartmentDefinition).get(code)
        return self._names.get(code, code) if known is None else known.name
