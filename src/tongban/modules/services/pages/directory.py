"""The directory of services and the guide of one, for everybody."""

from typing import Any

from litestar import Response, get
from litestar.params import FromPath

from tongban.kernel.text import say
from tongban.kit.html import page
from tongban.kit.http import actor_of, house, language_of, page_from, public
from tongban.kit.i18n import Translate, translator
from tongban.kit.sheets import MOST, csv_file
from tongban.modules.government import queries as government
from tongban.modules.services import queries
from tongban.modules.services.model import (
    NOT_STATED,
    Facet,
    ServiceFilter,
    ServiceLine,
    ServiceStatus,
)
from tongban.modules.services.pages.showing import AnyRequest, Page, in_words, words
from tongban.modules.services.queries import directory
from tongban.modules.services.queries.application import drafts

_ACCESS = {"access": public("what can be applied for, and how, is for everyone to know")}


def wanted_of(request: AnyRequest) -> tuple[ServiceFilter, int]:
    """Return what the address asks for, and which page."""
    asked = request.query_params
    wanted = ServiceFilter(
        text=asked.get("q", "").strip()[:100],
        department=asked.get("department", ""),
        type=asked.get("type", ""),
        audience=asked.get("audience", ""),
        life_event=asked.get("life_event", ""),
        can_apply=asked.get("can_apply", "") == "yes",
    )
    return wanted, page_from(asked)


def kept(wanted: ServiceFilter) -> dict[str, str]:
    """Return a filter as an address holds it."""
    return {
        "q": wanted.text,
        "department": wanted.department,
        "type": wanted.type,
        "audience": wanted.audience,
        "life_event": wanted.life_event,
        "can_apply": "yes" if wanted.can_apply else "",
    }


@get("/services", sync_to_thread=False, opt=_ACCESS)
def services(request: AnyRequest) -> Page:
    """The list of services: search, filters, counts, pages."""
    wanted, number = wanted_of(request)
    with house(request).db.read() as reader:
        found = queries.search(reader.connection, wanted, number)
        facets = queries.facets(reader.connection, wanted, loose=found.loose)
        names = government.department_names(reader.connection, language_of(request))
        online = directory.online(reader.connection)
    t = translator(language_of(request))
    asked = {name: value for name, value in kept(wanted).items() if value}
    return page(
        request,
        "services/list.html",
        found=found,
        wanted=wanted,
        asked=asked,
        online=online,
        departments=names,
        department_options=_options(facets.departments, lambda v: names.get(v, v)),
        type_options=_options(facets.types, lambda v: _named(t, "type", v)),
        audience_options=_options(facets.audiences, lambda v: _named(t, "audience", v)),
        **words(request),
    )


def _named(t: Translate, kind: str, value: str) -> str:
    return t("kit.page.not_stated") if value == NOT_STATED else t(f"services.{kind}.{value}")


def status_shown(line: ServiceLine, *, online: bool) -> str:
    """Return how a service is listed: open at the counter only, where nobody can apply online."""
    return "counter" if line.status is ServiceStatus.OPEN and not online else line.status.value


def _options(facets: tuple[Facet, ...], name: Any) -> list[dict[str, str]]:
    return [{"value": one.value, "text": f"{name(one.value)} ({one.count})"} for one in facets]


@get("/services/export.csv", sync_to_thread=True, opt=_ACCESS)
def services_csv(request: AnyRequest) -> Response[bytes]:
    """The list as filtered, for a spreadsheet."""
    wanted, _ = wanted_of(request)
    language = language_of(request)
    t = translator(language)
    with house(request).db.read() as reader:
        names = government.department_names(reader.connection, language)
        lines = directory.every(reader.connection, wanted, MOST)
        online = directory.online(reader.connection)
    head = ("code", "name", "department", "type", "audience", "status", "visits", "promised")
    rows = [
        [
            line.code,
            say(line.name, language),
            names.get(line.department, line.department),
            t(f"services.type.{line.type}") if line.type else "",
            "、".join(t(f"services.audience.{one}") for one in line.audience),
            t(f"services.status.{status_shown(line, online=online)}"),
            line.visits,
            in_words(line.promised, language),
        ]
        for line in lines
    ]
    return csv_file("services", [t(f"services.column.{one}") for one in head], rows)


@get("/services/{code:str}", sync_to_thread=False, opt=_ACCESS)
def guide(request: AnyRequest, code: FromPath[str]) -> Page:
    """One service: what you get, what you need, in what time, on what basis, and where."""
    actor = actor_of(request)
    with house(request).db.read() as reader:
        found = queries.guide(reader.connection, code)
        mine = drafts(reader, actor, code) if actor.signed_in else []
        suits = not actor.signed_in or queries.may_apply(reader.connection, actor, code)
    return page(
        request, "services/guide.html", guide=found, drafts=mine, suits=suits, **words(request)
    )


HANDLERS = (services, services_csv, guide)
