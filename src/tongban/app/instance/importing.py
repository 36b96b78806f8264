"""Turns a listing of services into definitions of status ``listed``; what is absent stays absent."""

import csv
import hashlib
import io
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tongban.app.instance import load
from tongban.app.instance.listing import Listing, Row
from tongban.kernel.errors import Kind, Refusal
from tongban.kernel.identifiers import CodeStatus, credit_code_fault, find_credit_code
from tongban.kit.definitions.part import CODE
from tongban.kit.i18n import translator
from tongban.modules.government.definition import DepartmentDefinition
from tongban.modules.services.definition.checks_facts import is_web_address
from tongban.modules.services.definition.codes import type_of

SERVICES = "services/imported"
DEPARTMENTS = "departments/imported.csv"
ROWS_A_FILE = 20_000
"""So many services go into one file, far below the size that check refuses."""
_HEADER = ("code", "name", "department", "type", "local_code", "keywords", "guide_url")
_UNSORTED = ("未分类", "无", "-")
"""What listings write for no main item."""


@dataclass(frozen=True, slots=True)
class Remark:
    """Something to say about a row: its line, what, and whether the row was left out for it."""

    line: int
    code: str
    left_out: bool = False
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Imported:
    """What became of a listing."""

    rows: int = 0
    services: int = 0
    codes: Counter[str] = field(default_factory=Counter)
    """How many rows embed a credit code that is valid, lower_case, wrong or absent."""
    department_codes: Counter[str] = field(default_factory=Counter)
    """How many rows have a department code that is valid, wrong or absent; empty without a column."""
    remarks: list[Remark] = field(default_factory=list)
    departments: dict[str, str] = field(default_factory=dict)
    """Departments that were added: name by code."""
    files: list[str] = field(default_factory=list)
    unused: tuple[str, ...] = ()
    """Columns of the listing that nothing was taken from."""

    @property
    def left_out(self) -> int:
        """How many rows did not become a service."""
        return sum(remark.left_out for remark in self.remarks)


def import_listing(
    path: Path, into: Path, columns: Path | None = None, *, replace: bool = False
) -> Imported:
    """Write the services of a listing into an instance folder, and the departments it lacks.

    Refuses to overwrite an earlier import unless told to replace it.
    """
    listing = Listing(path, columns)
    earlier = sorted(into.glob(f"{SERVICES}*.csv")) + sorted(into.glob(DEPARTMENTS))
    if earlier and not replace:
        raise Refusal("app.would_overwrite", Kind.CONFLICT, path=str(earlier[0]))
    done = Imported(unused=listing.unused)
    kept = list(_read(listing, done))
    into.mkdir(parents=True, exist_ok=True)
    for one in earlier:
        one.unlink()
    codes = _departments(kept, into, done)
    _write(kept, codes, into, done)
    return done


@dataclass(frozen=True, slots=True)
class _Kept:
    """A row that becomes a service, and the code that the service gets."""

    row: Row
    code: str


def _read(listing: Listing, done: Imported) -> Iterator[_Kept]:
    seen: dict[str, int] = {}
    for row in listing.rows():
        done.rows += 1
        found = find_credit_code(row.get("local_code"))
        done.codes[found.status.value] += 1
        if listing.has("department_code"):
            done.department_codes[_kind_of(row.get("department_code"))] += 1
        problem = _problem(row, listing.width, seen)
        if problem is not None:
            done.remarks.append(problem)
            continue
        if found.status is not CodeStatus.VALID:
            code = f"code_{found.status.value}"
            done.remarks.append(Remark(row.line, code, data={"embedded": found.code}))
        if row.get("type") and not type_of(row.get("type")):
            data = {"type": row.get("type")}
            done.remarks.append(Remark(row.line, "type_unknown", data=data))
        if row.get("guide_url") and not is_web_address(row.get("guide_url")):
            data = {"url": row.get("guide_url")}
            done.remarks.append(Remark(row.line, "guide_url_unusable", data=data))
        key = code_of(row.get("local_code"))
        seen[key] = row.line
        yield _Kept(row, key)


def _kind_of(department_code: str) -> str:
    if not department_code:
        return "absent"
    return "wrong" if credit_code_fault(department_code) is not None else "valid"


def _problem(row: Row, width: int, seen: Mapping[str, int]) -> Remark | None:
    """Return why a row cannot become a service."""
    if row.width != width:
        data = {"found": row.width, "wanted": width}
        return Remark(row.line, "row_width", left_out=True, data=data)
    for key, code in (
        ("local_code", "row_without_code"),
        ("name", "row_without_name"),
        ("department", "row_without_department"),
    ):
        if not row.get(key):
            return Remark(row.line, code, left_out=True)
    other = seen.get(code_of(row.get("local_code")))
    if other is not None:
        return Remark(row.line, "row_same_code", left_out=True, data={"other": other})
    return None


def code_of(local_code: str) -> str:
    """Return the code of a service: its local code where that can stand in an address."""
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", local_code).strip("-._")
    if plain == local_code and CODE.fullmatch(plain):
        return plain
    return f"{plain[:80]}-{_short(local_code)}".strip("-")


def _short(words: str) -> str:
    return hashlib.sha256(words.encode()).hexdigest()[:10]


# Departments ------------------------------------------------------------------------------------


def _departments(kept: list[_Kept], into: Path, done: Imported) -> dict[str, str]:
    """Return the code of each department by name, adding those that the instance lacks."""
    codes = _known(into)
    credit = _credit_codes(kept)
    rows: list[tuple[str, str, str]] = []
    for name in dict.fromkeys(one.row.get("department") for one in kept):
        if name in codes:
            continue
        credit_code = credit.get(name, "")
        code = f"d-{(credit_code or _short(name)).lower()}"
        codes[name] = code
        done.departments[code] = name
        rows.append((code, name, credit_code))
    if rows:
        _save(into, DEPARTMENTS, ("code", "name", "credit_code"), rows)
        done.files.append(DEPARTMENTS)
    return codes


def _known(into: Path) -> dict[str, str]:
    found: dict[str, str] = {}
    for code, department in load(into).every(DepartmentDefinition).items():
        names = department.name
        for name in [names] if isinstance(names, str) else names.values():
            found.setdefault(name, code)
    return found


def _credit_codes(kept: list[_Kept]) -> dict[str, str]:
    """Return the credit code that the listing states for a department.

    Stated is what stands in its own column, the same in all rows that have one there and of no
    other department. The code inside an item code is not that: it may be of another authority.
    """
    used: defaultdict[str, set[str]] = defaultdict(set)
    for one in kept:
        stated = one.row.get("department_code")
        if _kind_of(stated) == "valid":
            used[one.row.get("department")].add(stated)
    owners = Counter(code for codes in used.values() for code in codes)
    return {
        name: code
        for name, codes in used.items()
        if len(codes) == 1
        for code in codes
        if owners[code] == 1
    }


# Files ------------------------------------------------------------------------------------------


def _write(kept: list[_Kept], departments: Mapping[str, str], into: Path, done: Imported) -> None:
    several = len(kept) > ROWS_A_FILE
    for number, start in enumerate(range(0, len(kept), ROWS_A_FILE), 1):
        name = f"{SERVICES}-{number:03d}.csv" if several else f"{SERVICES}.csv"
        rows = [_row(one, departments) for one in kept[start : start + ROWS_A_FILE]]
        _save(into, name, _HEADER, rows)
        done.files.append(name)
    done.services = len(kept)


def _row(one: _Kept, departments: Mapping[str, str]) -> tuple[str, ...]:
    row = one.row
    main = row.get("main_item")
    url = row.get("guide_url")
    return (
        one.code,
        row.get("name"),
        departments[row.get("department")],
        type_of(row.get("type")),
        row.get("local_code"),
        "" if main in _UNSORTED else main.replace(";", "；"),
        url if is_web_address(url) else "",
    )


def _save(into: Path, name: str, header: tuple[str, ...], rows: list[Any]) -> None:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    path = into / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text.getvalue(), "utf-8")


# What is said -----------------------------------------------------------------------------------

MOST_ALIKE = 5
"""Findings of one kind that are named before the rest is only counted."""
_KINDS = ("valid", "wrong", "absent")


def as_text(done: Imported, language: str, *, everything: bool = False) -> Iterator[str]:
    """Yield the lines that say what became of a listing; ``everything`` names each finding."""
    t = translator(language)
    yield t(
        "app.import.done",
        rows=done.rows,
        services=done.services,
        problems=done.left_out,
        departments=len(done.departments),
    )
    yield t("app.import.codes", **{status.value: done.codes[status.value] for status in CodeStatus})
    if done.department_codes:
        kinds = {kind: done.department_codes[kind] for kind in _KINDS}
        yield t("app.import.department_codes", **kinds)
    seen: Counter[str] = Counter()
    for remark in done.remarks:
        seen[remark.code] += 1
        if everything or seen[remark.code] <= MOST_ALIKE:
            yield f"  {remark.line:>6}  {t(f'app.import.{remark.code}', **remark.data)}"
    for code, count in seen.items():
        if not everything and count > MOST_ALIKE:
            yield f"          {t('app.check.more', count=count - MOST_ALIKE, code=code)}"
    joint = t("app.check.joint")
    if done.unused:
        yield t("app.import.unused", columns=joint.join(done.unused))
    yield t("app.import.written", files=joint.join(done.files))


def as_plain(done: Imported) -> dict[str, Any]:
    """Return what became of a listing as plain data."""
    return {
        "rows": done.rows,
        "services": done.services,
        "left_out": done.left_out,
        "codes": {status.value: done.codes[status.value] for status in CodeStatus},
        "department_codes": {kind: done.department_codes[kind] for kind in _KINDS},
        "departments": done.departments,
        "files": done.files,
        "unused_columns": done.unused,
        "findings": [
            {
                "line": remark.line,
                "code": f"import.{remark.code}",
                "left_out": remark.left_out,
                **remark.data,
            }
            for remark in done.remarks
        ],
    }
