"""Rows of a listing of services become services of status ``listed``; what is absent stays absent."""

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from tongban.app.instance.importing.building import Built, Ended, Known, Values, say_not_one
from tongban.app.instance.importing.cells import READERS, Asked
from tongban.app.instance.importing.coding import National, code_of, national_of, short
from tongban.app.instance.importing.departments_named import NamedDepartments
from tongban.app.instance.importing.fees import FREE, contradicts, says_none
from tongban.app.instance.importing.leads import lead_of
from tongban.app.instance.importing.limits import (
    fault_beside,
    says_any_day,
    states_both,
    unit_in,
)
from tongban.app.instance.importing.normal import (
    is_any_body,
    is_reference,
    is_several_bodies,
    plain,
)
from tongban.app.instance.importing.rows import Row, Say, Source
from tongban.kernel.characters import compact
from tongban.kernel.identifiers import (
    CodeStatus,
    FoundCode,
    credit_code_fault,
    find_credit_code,
    may_be_shortened,
)
from tongban.kit.definitions.part import CODE
from tongban.kit.web_addresses import is_web_address
from tongban.modules.certificates.definition import CertificateTypeDefinition
from tongban.modules.services.definition.checks_facts import working_days
from tongban.modules.services.definition.codes import is_type
from tongban.modules.services.model import Limited, Service, ServiceStatus

_FIRST = ("code", "name", "department", "type", "level", "national_code", "local_code", "keywords",
          "guide_url")  # fmt: skip
_APART = ("main_item", "middle_item", "sub_item", "charged", "department_code", "statutory_limit.unit",
          "promised_limit.unit")  # fmt: skip
"""Keys of a listing that help to fill others."""
_LIMITS = ("statutory_limit", "promised_limit")
_UNSORTED = ("未分类", "无", "-")
"""What listings write for no main item."""
_CERTIFICATE = "result.certificate"
_ITS_OWN = ("code", "name", "department", "local_code", "national_code")
"""Keys that every service has by its row, before what else the row says."""
_FITS: Mapping[str, Callable[[Any], bool]] = {
    "visits": lambda said: 0 <= said <= 20,
    "most_open": lambda said: said >= 0,
    "version": lambda said: said >= 1,
    "status": lambda said: said != ServiceStatus.OPEN,  # a row alone says too little to apply by
    "apply_url": is_web_address,
}
"""What `tongban check` would refuse later is a finding of its row."""


class ServiceBuilder:
    """Builds services; after the first round it knows who shares a name or a code with whom."""

    adds = ("materials", "basis")
    decisive = ("name", "department")
    told_by = "code"

    def __init__(self, source: Source, known: Known) -> None:
        self._source, self._known = source, known
        self._named = NamedDepartments(known)
        self._certificates = known.every(CertificateTypeDefinition)
        self._names: Counter[int] = Counter()
        self._coded: dict[int, str] = {}
        self._first: dict[int, tuple[int, str]] = {}
        self._national: Counter[str] = Counter()
        self._told: set[str] = set()
        self.codes: Counter[str] = Counter()
        """How many rows embed a credit code that is valid, lower_case, wrong or absent."""
        self.department_codes: Counter[str] = Counter()
        """How many rows have a department code that is valid, wrong or absent."""
        others = [key for key in source.keys if key not in (*_FIRST, *_APART, *_LIMITS)]
        limits = [
            f"{key}.{part}" for key in _LIMITS if key in source.keys for part in ("days", "unit")
        ]
        fee = ["fee"] if source.has("charged") and "fee" not in others else []
        self.ways: tuple[str, ...] = (*_FIRST, *limits, *sorted(others), *fee)

    # The first round ----------------------------------------------------------------------------

    def survey(self, row: Row) -> None:
        """Note the department of a row, its name and its national code."""
        local = self._local_code(row)
        if row.ends or self._problem(row, local) is not None:
            return
        department, name = self._department(row), self._name(row)
        if "joint" not in self.ways and self._joining(row):
            self.ways += ("joint",)
        national = national_of(self._code(row, "national_code")) or national_of(local)
        inside = national.credit_code if national else ""
        self._named.note(row.line, department, self._code(row, "department_code"), inside)
        mark = _mark(department, name)
        if not local or self._coded.get(mark) != local:
            self._coded[mark] = local  # further rows of a service bear its name too
            self._names[mark] += 1
        if national:
            self._national[national.code] += 1

    def added(self) -> Mapping[str, Values]:
        """Return the departments that the instance lacks."""
        return self._named.added()

    def lines_of_added(self) -> Mapping[str, int]:
        """Return the line that names each of them first."""
        return self._named.lines()

    # The second ---------------------------------------------------------------------------------

    def build(self, row: Row, say: Say) -> Built | Ended:
        """Return the service of a row, or why it has none."""
        if row.ends:
            return Ended(row.ends, row.data)
        local = self._local_code(row)
        found = find_credit_code(local)
        self.codes[found.status.value] += 1
        self._count_department_code(row)
        ended = self._problem(row, local)
        if ended is not None:
            return ended
        name, department = self._name(row), self._named.code_of(self._department(row))
        code = self._own_code(row, say) or (code_of(local) if local else self._made(row, name, say))
        where = self._known.place(Service, code)
        if where:
            return Ended("row_defined_elsewhere", {"key": code, "other": where})
        self._say_of_code(row, found, say)
        self._say_of_name(row, name, code, say)
        values: Values = {
            "code": code,
            "name": self._told_apart(row, name),
            "department": department,
        }
        values |= self._values(row, say)
        self._take_codes(row, values, local, say)
        return Built(row.line, code, str(values["name"]), values)

    def claim(self, row: Row) -> tuple[str, Values] | None:
        """Return the code that a row states, with the name and the department that it says it is of."""
        own, local = self._code(row, "code"), self._local_code(row)
        code = own if CODE.fullmatch(own) else code_of(local) if local else ""
        if row.ends or not code or may_be_shortened(local):
            return None
        said = {"name": self._name(row), "department": self._department(row)}
        return code, {key: plain(one) for key, one in said.items() if one and not is_reference(one)}

    # What a row says ----------------------------------------------------------------------------

    def _local_code(self, row: Row) -> str:
        return self._code(row, "local_code") or self._code(row, "national_code")

    def _code(self, row: Row, key: str) -> str:
        found = row.said.get(key)
        if found is None:
            found = row.said[key] = compact(row.get(key))
        return found

    def _said(self, row: Row, key: str) -> str:
        found = row.said.get(key)
        if found is None:
            known, cell = self._source.target.keys[key], row.get(key)
            found = str(READERS[known.sort](cell, Asked(known))) if cell else ""
            row.said[key] = found
        return found

    def _department(self, row: Row) -> str:
        """Return the department that a row names; of several the one that leads, where one does."""
        return lead_of(self._said(row, "department"))[0]

    def _joining(self, row: Row) -> tuple[str, ...]:
        """Return the departments that take part, where a row says which one leads."""
        return lead_of(self._said(row, "department"))[1]

    def _name(self, row: Row) -> str:
        """Return the name of a row; without a column of names that of its main and sub-item."""
        name = self._said(row, "name")
        if name:
            return name
        ways = ("middle_item", "main_item", "sub_item")
        return next((said for way in ways if (said := self._said(row, way))), "")

    def _told_apart(self, row: Row, name: str) -> str:
        """Return a name with its sub-item where that tells it from its sisters."""
        alone = self._source.has("name") and self._names[_mark(self._department(row), name)] < 2
        return name if alone else self._with_sub_item(row, name)

    def _with_sub_item(self, row: Row, name: str) -> str:
        sub = self._sub_item(row)
        return f"{name}（{sub}）" if sub and plain(sub) != plain(name) else name

    def _sub_item(self, row: Row) -> str:
        """Return the sub-item of a row where it is one in words: no number, hash or address."""
        sub = self._said(row, "sub_item")
        return "" if is_reference(sub) else sub

    def _problem(self, row: Row, local: str) -> Ended | None:
        if may_be_shortened(local):
            return Ended("code_shortened", {"found": local})
        name, department = self._name(row), self._department(row)
        coded = self._source.has("local_code") or self._source.has("national_code")
        for there, code in (
            (local or not coded, "row_without_code"),
            (name, "row_without_name"),
            (department, "row_without_department"),
        ):
            if not there:
                return Ended(code)
        if name.startswith(("[{", '{"')):
            return Ended("name_is_list")
        if is_reference(name):
            return Ended("name_is_reference", {"found": name})
        known = self._known.departments.find(department)
        if len(known) > 1:
            return Ended(
                "name_ambiguous", {"key": "department", "found": department, "keys": known}
            )
        if is_several_bodies(department) and not known:
            return Ended("department_several", {"found": department})
        if is_any_body(department) and not known:
            return Ended("department_generic", {"found": department})
        if is_reference(department) and not known:
            return Ended("department_is_reference", {"found": department})
        return None

    def _made(self, row: Row, name: str, say: Say) -> str:
        """Return a code for a service whose listing has no codes: from department and name.

        It holds the sub-item whether another row has that name or not, so that it stays.
        """
        if "code_made" not in self._told:
            self._told.add("code_made")
            say(row.line, "code_made", keys=("department", "name"))
        whole = self._with_sub_item(row, name)
        return f"s-{short(f'{plain(self._department(row))}/{plain(whole)}')}"

    def _own_code(self, row: Row, say: Say) -> str:
        """Return the code that a map says each service is kept by; none where it cannot be one."""
        said = self._code(row, "code")
        if said and not CODE.fullmatch(said):
            say(row.line, "value_unfit", key="code", value=said)
        return said if CODE.fullmatch(said) else ""

    def _say_of_code(self, row: Row, found: FoundCode, say: Say) -> None:
        if found.status is not CodeStatus.VALID and self._source.has("local_code"):
            say(row.line, f"code_{found.status.value}", embedded=found.code)

    def _say_of_name(self, row: Row, name: str, code: str, say: Say) -> None:
        sub = self._said(row, "sub_item")
        if sub and not self._sub_item(row):
            say(row.line, "value_unfit", key="sub_item", value=sub)
        if self._names[_mark(self._department(row), name)] < 2:
            return
        name = self._told_apart(row, name)
        mark = _mark(self._department(row), name)
        first, coded = self._first.setdefault(mark, (row.line, code))
        if coded != code:
            say(row.line, "row_same_name", name=name, other=first)

    def _count_department_code(self, row: Row) -> None:
        if self._source.has("department_code"):
            stated = self._code(row, "department_code")
            sound = "wrong" if credit_code_fault(stated) is not None else "valid"
            self.department_codes[sound if stated else "absent"] += 1

    def _values(self, row: Row, say: Say) -> Values:
        found: Values = {}
        for key in self._source.keys:
            if key in _APART or key in _ITS_OWN:
                continue
            if key in _LIMITS:
                found |= self._limit(row, key, say)
            elif (value := self._source.value(row, key, say)) not in (None, [], ""):
                found[key] = value
        self._take_out_what_fails(row, found, say)
        self._take_joint(row, found, say)
        self._take_fee(row, found, say)
        main = self._said(row, "main_item")
        named = self._source.has("name") or bool(self._said(row, "middle_item"))
        if main and main not in _UNSORTED and named:
            found["keywords"] = [*found.get("keywords", []), main]
        _check_promise(row, found, say)
        return found

    def _take_out_what_fails(self, row: Row, found: Values, say: Say) -> None:
        for key, fits in _FITS.items():
            if key in found and not fits(found[key]):
                say(row.line, "value_unfit", key=key, value=found.pop(key))
        certificate = found.get(_CERTIFICATE)
        if certificate and certificate not in self._certificates:
            say(row.line, "reference_unknown", key=_CERTIFICATE, value=found.pop(_CERTIFICATE))

    def _limit(self, row: Row, key: str, say: Say) -> Values:
        beside = row.get(f"{key}.unit")
        fault = fault_beside(row.get(key), beside)
        if fault:
            say(row.line, fault, key=key, value=f"{row.get(key)}{beside}")
            return {}
        any_day = says_any_day(beside)
        unit = "" if any_day else self._source.value(row, f"{key}.unit", say) or ""
        limit = self._source.value_with(row, key, unit, say)
        if limit is None:
            return {}
        cell = row.get(key)
        own = unit_in(cell)
        if limit["days"] and not own and f"{key}.unit" in row.unread:
            say(row.line, "limit_unit_unknown", key=key, value=cell)
            return {}
        if limit["days"] and len({own, unit, self._source.unit_above(key)} - {""}) > 1:
            say(row.line, "limit_units_differ", key=key, value=cell)
            return {}
        other = _LIMITS[1 - _LIMITS.index(key)]
        if states_both(cell) and not row.get(other):
            say(row.line, "limit_of_both", key=key, other=other, value=cell)
        return {f"{key}.{part}": value for part, value in limit.items()}

    def _take_fee(self, row: Row, found: Values, say: Say) -> None:
        """Let whether something is charged and how much agree, or say what is missing."""
        charged = self._source.value(row, "charged", say)
        fee = found.get("fee")
        if charged is None:
            if says_none(row.cells.get("fee", "")):
                say(row.line, "fee_none_unclear", key="fee")
        elif fee and contradicts(fee, charged=charged):
            say(row.line, "fee_contradicts", value=found.pop("fee"), charged=row.get("charged"))
        elif fee or "fee" in row.unread:
            return
        elif not charged:
            found["fee"] = FREE
        else:
            say(row.line, "fee_not_said", key="charged", value=row.get("charged"))

    def _take_joint(self, row: Row, found: Values, say: Say) -> None:
        """Take the joint departments of a row, with those that a lead in the other column has."""
        joining, cell, lead = (
            self._joining(row),
            self._said(row, "department"),
            self._department(row),
        )
        said = [*found.get("joint", []), *joining]
        if joining:
            say(row.line, "department_leads", found=cell, department=lead, others=joining)
        elif lead != cell:
            note = cell.replace(lead, "").strip("()（）:： ")
            say(row.line, "note_not_kept", key="department", value=cell, note=note)
        if "joint" in found or said:
            found["joint"] = self._joint(row, list(dict.fromkeys(said)), say)

    def _joint(self, row: Row, said: list[str], say: Say) -> list[str]:
        found = [(name, self._known.departments.find(name)) for name in said]
        for name, codes in found:
            if len(codes) != 1:
                say_not_one(codes, row.line, "joint", name, say, self._known.departments)
        return [codes[0] for _, codes in found if len(codes) == 1]

    # Codes --------------------------------------------------------------------------------------

    def _take_codes(self, row: Row, values: Values, local: str, say: Say) -> None:
        """Fill the national code with what it says, where nothing contradicts it."""
        stated = self._code(row, "national_code")
        if stated not in ("", local) and national_of(stated) is None:
            code = "number_shortened" if may_be_shortened(stated) else "value_unfit"
            say(row.line, code, key="national_code", value=stated)
        national = national_of(stated) or national_of(local)
        if local and not (national and national.code == local):
            values["local_code"] = local
        if national is None:
            return
        for what, inside, said in self._contradictions(national, values):
            say(row.line, "national_code_contradicts", what=what, inside=inside, stated=said)
            values["local_code"] = local
            return
        if self._national[national.code] > 1:
            say(row.line, "national_code_shared", found=national.code)
            values["local_code"] = local
            return
        values["national_code"] = national.code
        values.setdefault("level", national.level)
        if is_type(national.type):
            values.setdefault("type", national.type)
        self._say_of_department(row, values["department"], national, say)

    def _contradictions(self, national: National, values: Values) -> list[tuple[str, str, str]]:
        credit = self._named.credit_code_of(values["department"])
        compared = (
            ("credit_code", national.credit_code, credit),
            ("level", national.level, values.get("level", "")),
            ("type", national.type, values.get("type", "")),
        )
        return [(what, inside, said) for what, inside, said in compared if said and said != inside]

    def _say_of_department(self, row: Row, department: str, national: National, say: Say) -> None:
        """Say once that a department of the instance has no credit code although the listing has."""
        known = self._known.credit_codes.get(department)
        if known == "" and department not in self._told:
            self._told.add(department)
            say(row.line, "department_without_credit_code", department=department,
                found=national.credit_code)  # fmt: skip


def _mark(department: str, name: str) -> int:
    return hash((plain(department), plain(name)))


def _check_promise(row: Row, found: Values, say: Say) -> None:
    """Leave out a promise that is longer than the law allows, and say so."""
    limits = [
        Limited(days=found[f"{key}.days"], unit=found[f"{key}.unit"])
        for key in _LIMITS
        if f"{key}.days" in found
    ]
    if len(limits) == 2 and working_days(limits[1]) > working_days(limits[0]):
        statutory, promised = (
            (row.get(key) + row.get(f"{key}.unit")) or str(found[f"{key}.days"]) for key in _LIMITS
        )
        say(row.line, "promise_over_law", promised=promised, statutory=statutory)
        del found["promised_limit.days"], found["promised_limit.unit"]
