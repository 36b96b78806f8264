"""Who governs here, where to turn to, and which days are worked."""

from dataclasses import dataclass
from typing import Any

from litestar import Request, Response, get
from litestar.params import FromPath, FromQuery

from tongban.kernel.characters import compact
from tongban.kernel.text import say
from tongban.kit.db import Reader
from tongban.kit.html import page
from tongban.kit.http import house, language_of, public
from tongban.kit.lists import (
    Asking,
    Column,
    Held,
    Kind,
    Listing,
    doors,
    in_words,
    look,
    search,
)
from tongban.kit.word_forms import simplified
from tongban.modules.government import queries
from tongban.modules.government.definition import DepartmentDefinition

_WHY = "who governs, and when offices are open, is for everyone to know"
_OPEN = {"access": public(_WHY)}
AnyRequest = Request[Any, Any, Any]


@dataclass(frozen=True)
class _Line:
    """A department, and how many stand above it."""

    department: DepartmentDefinition
    depth: int


def _find(reader: Reader, asking: Asking) -> list[_Line]:
    tree = queries.tree(reader.connection, asking.language)
    return [_Line(one, depth) for one, depth in tree if _matches(one, asking.values["q"])]


_FEWEST = 4
"""Characters of a credit code that somebody looks for at least: fewer are in most of them."""


def _matches(department: DepartmentDefinition, words: str) -> bool:
    """Whether a department is called so, is found there, or has that credit code or a part of it."""
    code = compact(words).upper()
    if len(code) >= _FEWEST and code in department.credit_code:
        return True
    texts = (department.name, department.contact.name, department.contact.address)
    haystack = " ".join(say(text, language) for text in texts for language in ("zh", "en"))
    return simplified(words.lower()) in simplified(haystack.lower())


DEPARTMENTS = Listing(
    name="departments",
    title="government.about.departments",
    address="/about",
    api="/api/departments",
    access=public(_WHY),
    columns=(
        Column("code", "government.about.code", Kind.IDENTIFIER, of="department.code",
               on_page=False),
        Column("name", "government.about.department", of="department.name", words=in_words),
        Column("phone", "government.about.phone", Kind.IDENTIFIER, of="department.contact.phone"),
        Column("address", "government.about.address", of="department.contact.address",
               words=in_words, width=40),
        Column("credit_code", "government.about.credit_code", Kind.IDENTIFIER,
               of="department.credit_code", on_page=False),
    ),
    filters=(search("q", "government.about.search"),),
    source=Held(_find),
    size=None,
)  # fmt: skip
"""The departments, a parent before its children."""


@get("/about", opt=_OPEN, sync_to_thread=False)
def about(request: AnyRequest) -> Response[str]:
    """Show the government, its office hours and its departments."""
    with house(request).db.read() as reader:
        profile = queries.profile(reader.connection)
        state = queries.office_state(reader.connection, reader.now)
        listed = look(request, reader, DEPARTMENTS)
    return page(request, "government/about.html", profile=profile, state=state, listed=listed)


@get("/about/departments/{code:str}", opt=_OPEN, sync_to_thread=False)
def department(request: AnyRequest, code: FromPath[str]) -> Response[str]:
    """Show one department and how to reach it."""
    with house(request).db.read() as reader:
        one = queries.department(reader.connection, code)
        every = queries.departments(reader.connection)
        ordered = queries.department_names(reader.connection, language_of(request))
    below = [every[key] for key in ordered if every[key].parent == code]
    return page(
        request,
        "government/department.html",
        department=one,
        parent=every.get(one.parent),
        below=below,
    )


@get("/about/calendar", opt=_OPEN, sync_to_thread=False)
def calendar(request: AnyRequest, year: FromQuery[int | None] = None) -> Response[str]:
    """Show the working days of a year and where they are laid down."""
    with house(request).db.read() as reader:
        years = queries.years(reader.connection)
        today = queries.local(reader.connection, reader.now).date()
        chosen = year or (today.year if today.year in years or not years else years[-1])
        shown = queries.year(reader.connection, chosen) if years else None
    months = [_month(number, language_of(request)) for number in range(1, 13)]
    return page(
        request,
        "government/calendar.html",
        years=years,
        shown=shown,
        months=months,
        covers_today=today.year in years,
        today=today,
    )


def _month(number: int, language: str) -> str:
    names = "January February March April May June July August September October November December"
    return names.split()[number - 1] if language == "en" else f"{number}月"


HANDLERS = (about, *doors(DEPARTMENTS), department, calendar)
