"""Who governs here, where to turn to, and which days are worked."""

from typing import Any

from litestar import Request, Response, get
from litestar.params import FromPath, FromQuery

from tongban.kernel.text import say
from tongban.kit.html import page
from tongban.kit.http import house, language_of, public
from tongban.kit.i18n import translator
from tongban.kit.sheets import csv_file
from tongban.modules.government import queries
from tongban.modules.government.definition import DepartmentDefinition

_OPEN = {"access": public("who governs, and when offices are open, is for everyone to know")}
AnyRequest = Request[Any, Any, Any]


@get("/about", opt=_OPEN, sync_to_thread=False)
def about(request: AnyRequest, q: FromQuery[str] = "") -> Response[str]:
    """Show the government, its office hours and its departments."""
    with house(request).db.read() as reader:
        profile = queries.profile(reader.connection)
        state = queries.office_state(reader.connection, reader.now)
        tree = queries.tree(reader.connection, language_of(request))
    found = [(one, depth) for one, depth in tree if _matches(one, q)]
    return page(
        request, "government/about.html", profile=profile, state=state, departments=found, q=q
    )


_COLUMNS = ("about.department", "about.phone", "about.address", "about.credit_code")


@get("/about/export.csv", opt=_OPEN, sync_to_thread=False)
def departments_csv(request: AnyRequest, q: FromQuery[str] = "") -> Response[bytes]:
    """The departments as filtered, for a spreadsheet."""
    language = language_of(request)
    t = translator(language)
    with house(request).db.read() as reader:
        tree = queries.tree(reader.connection, language)
    rows = [
        [
            say(one.name, language),
            one.contact.phone,
            say(one.contact.address, language),
            one.credit_code,
        ]
        for one, _ in tree
        if _matches(one, q)
    ]
    return csv_file("departments", [t(f"government.{name}") for name in _COLUMNS], rows)


def _matches(department: DepartmentDefinition, words: str) -> bool:
    texts = (department.name, department.contact.name, department.contact.address)
    haystack = " ".join(say(text, language) for text in texts for language in ("zh", "en"))
    return words.lower() in haystack.lower()


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


HANDLERS = (about, departments_csv, department, calendar)
