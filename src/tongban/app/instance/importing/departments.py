"""Rows of a register of departments become departments."""

from collections.abc import Mapping

from tongban.app.instance.importing.building import (
    Built,
    Ended,
    Known,
    MadeCodes,
    Names,
    Values,
    find_first,
    say_not_one,
)
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

_OWN_PERHAPS = ("机构代码", "部门代码", "部门编码", "dept_code")
"""Names of columns that hold credit codes in some listings, and a department's own codes in others."""


class DepartmentBuilder:
    """Builds departments; after the first round it knows the code of each, and who is above whom."""

    adds = ()
    decisive = None
    told_by = "name"
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
        """The code of each department of the listing by its plain name."""
        self._own = Names()
        """What the rows of this listing call their departments, those that the instance has too."""
        self._taken: dict[str, int] = {}
        self._names: dict[str, str] = {}
        self._above: dict[str, str] = {}
        self._lines: dict[str, int] = {}
        self._credit_codes: dict[str, str] = {
            code: key for key, code in known.credit_codes.items() if code
        }
        self._claimed: dict[str, int] = {}
        """Credit codes of departments whose rows are left out, by the line of the first."""
        self._made = MadeCodes(source, ("code", "credit_code"), ("name",))
        self._left_out: dict[str, int] = {}
        self._left_out_codes: dict[str, int] = {}
        """Plain names and codes of rows that are left out, by the line of the first."""

    def survey(self, row: Row) -> None:
        """Note the codes of a department and which one it names as above it.

        A row that is left out keeps its code from others, for it may be mended; a further row of a
        department brings nothing of its own.
        """
        name = row.get("name")
        if row.ends or not name or plain(name) in self._codes:
            return
        ended, credit = self._problem(row, name), compact(row.get("credit_code"))
        if ended is None:
            self._take_in(row, name, credit)
        elif known := self._known.departments.find(name):
            self._own.add(known[0], (_stated(row), credit), (name,))
        else:
            self._note_left_out(row, name, credit, ended)

    def _note_left_out(self, row: Row, name: str, credit: str, ended: Ended) -> None:
        self._left_out.setdefault(plain(name), row.line)
        if ended.code == "code_shortened":
            if credit_code_fault(credit) is None:
                self._claimed.setdefault(credit, row.line)
        elif stated := _stated(row):
            self._taken.setdefault(stated, row.line)
            self._left_out_codes.setdefault(stated, row.line)

    def _take_in(self, row: Row, name: str, credit: str) -> None:
        code = self._code(row)
        taken = code in self._taken or bool(self._known.departments.find(code))
        self._codes[plain(name)] = code = f"d-{short(name)}" if taken else code
        self._taken.setdefault(code, row.line)
        self._taken.setdefault(_stated(row) or code, row.line)
        self._names[code], self._above[code] = name, row.get("parent")
        if credit_code_fault(credit) is not None or credit in self._claimed:
            credit = ""
        own = credit and self._credit_codes.setdefault(credit, code) == code
        self._own.add(code, (code, _stated(row), credit if own else ""), (name,))

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
        ended = self._problem(row, name) or self._contradiction(row, name)
        if ended is not None:
            return ended
        code = self._codes[plain(name)]
        values: Values = {"code": code, "name": name}
        for key in ("nature", "contact.name", "contact.phone", "contact.address"):
            value = self._source.value(row, key, say)
            if value:
                values[key] = value
        if self._lines.setdefault(plain(name), row.line) == row.line:
            self._say_of_code(row, code, say)
            self._take_credit_code(row, code, values, say)
        elif credit := self._source.value(row, "credit_code", say):
            values["credit_code"] = credit
        self._take_parent(row, name, values, say)
        return Built(row.line, code, name, values)

    def claim(self, row: Row) -> tuple[str, Values] | None:
        """Return none: what a row states is its department's before any is built."""
        return None

    def _problem(self, row: Row, name: str) -> Ended | None:
        """Return why a row has no department of its own, whatever other rows say."""
        if not name:
            return Ended("row_without_name")
        known = self._known.departments.find(name)
        if known:
            where = self._known.place(DepartmentDefinition, known[0])
            return Ended("row_defined_elsewhere", {"key": known[0], "other": where})
        if is_reference(name):
            return Ended("name_is_reference", {"found": name})
        if is_several_bodies(name):
            return Ended("name_several", {"found": name})
        if is_any_body(name):
            return Ended("department_generic", {"found": name})
        if may_be_shortened(row.get("code")):
            return Ended("code_shortened", {"found": row.get("code")})
        return None

    def _contradiction(self, row: Row, name: str) -> Ended | None:
        """Return why a further row of a name ends: it has another code than the first."""
        first, code = self._lines.get(plain(name)), self._codes[plain(name)]
        if first is None or _stated(row) in ("", code):
            return None
        return Ended("name_of_two_codes", {"other": first, "found": _stated(row), "own": code})

    def _say_of_code(self, row: Row, code: str, say: Say) -> None:
        stated = _stated(row)
        if not stated and credit_code_fault(compact(row.get("credit_code"))) is not None:
            self._made(row.line, code, say)
        if not stated or stated == code:
            return
        known = self._known.departments.find(stated)
        if known and CODE.fullmatch(stated):
            where = self._known.place(DepartmentDefinition, known[0])
            say(row.line, "code_defined", found=stated, other=where, own=code)
        elif self._taken[stated] != row.line:
            say(row.line, "code_taken", found=stated, other=self._taken[stated], own=code)
        else:
            say(row.line, "value_unfit", key="code", value=stated)

    def _code(self, row: Row) -> str:
        stated, credit = _stated(row), compact(row.get("credit_code"))
        if stated and CODE.fullmatch(stated) and not may_be_shortened(stated):
            return stated
        sound = credit and credit_code_fault(credit) is None
        return f"d-{(credit if sound else short(row.get('name'))).lower()}"

    def _take_credit_code(self, row: Row, code: str, values: Values, say: Say) -> None:
        credit = self._source.value(row, "credit_code", say)
        if not credit:
            return
        owner = self._credit_codes.get(credit, code)
        column = self._source.column("credit_code")
        is_own = column in _OWN_PERHAPS and column != self._source.column("code")
        if credit_code_fault(credit) is not None and is_own:
            say(row.line, "code_perhaps_own", key="credit_code", value=credit, column=column)
        elif credit_code_fault(credit) is not None:
            say(row.line, "value_unfit", key="credit_code", value=credit)
        elif owner != code:
            say(row.line, "credit_code_taken", found=credit, other=owner)
        elif credit in self._claimed:
            say(row.line, "credit_code_claimed", found=credit, other=self._claimed[credit])
        else:
            values["credit_code"] = credit

    def _take_parent(self, row: Row, name: str, values: Values, say: Say) -> None:
        above = self._source.value(row, "parent", say)
        if not above:
            return
        found = self._meant(above)
        if len(found) != 1:
            self._say_not_one(found, row.line, above, say)
            return
        circle = self._circle(self._codes[plain(name)])
        if circle:
            way = way_round([self._called(one) for one in circle])
            say(row.line, "parent_circle", way=way[CHINESE])
        else:
            values["parent"] = found[0]

    def _say_not_one(self, found: tuple[str, ...], line: int, above: str, say: Say) -> None:
        lost = self._left_out_codes.get(compact(above), self._left_out.get(plain(above)))
        if lost is not None and not found:
            say(line, "reference_left_out", key="parent", value=above, other=lost)
        else:
            say_not_one(found, line, "parent", above, say, self._own, self._known.departments)

    def _meant(self, said: str) -> tuple[str, ...]:
        """Return the departments that a cell names: by what this listing calls them, or the instance.

        What is the code of a row that is left out names that one, and so none.
        """
        if compact(said) in self._left_out_codes:
            return ()
        return find_first(said, self._own, self._known.departments)

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
            found = self._meant(self._above[code])
            return found[0] if len(found) == 1 else ""
        known = self._known.every(DepartmentDefinition).get(code)
        return "" if known is None else known.parent

    def _called(self, code: str) -> Text:
        known = self._known.every(DepartmentDefinition).get(code)
        return self._names.get(code, code) if known is None else known.name


def _stated(row: Row) -> str:
    return compact(row.get("code"))
