"""The directory of services and the guide of one, for everybody."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from litestar import get
from litestar.params import FromPath

from tongban.kernel.text import together
from tongban.kit.db import Reader
from tongban.kit.html import page
from tongban.kit.http import actor_of, house, language_of, public
from tongban.kit.lists import (
    Asking,
    Choice,
    Choices,
    Column,
    Found,
    Kind,
    Listing,
    Windows,
    choice,
    coded,
    doors,
    hidden,
    look,
    search,
)
from tongban.modules.government import queries as government
from tongban.modules.services import queries, wire
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

_WHY = "what can be applied for, and how, is for everyone to know"
_ACCESS = {"access": public(_WHY)}


@dataclass(frozen=True)
class _Known:
    """What the directory looks up once."""

    departments: Mapping[str, str]
    online: bool
    """Whether anybody can apply here by themself."""


def _known(reader: Reader, asking: Asking) -> _Known:
    names = government.department_names(reader.connection, asking.language)
    return _Known(names, directory.online(reader.connection))


_CAN_APPLY = {"yes": True, "no": False}


def _wanted(asking: Asking) -> ServiceFilter:
    asked = {name: value for name, value in asking.values.items() if name not in ("q", "can_apply")}
    can_apply = _CAN_APPLY.get(asking.values["can_apply"])
    return ServiceFilter(text=asking.values["q"], can_apply=can_apply, **asked)


def _page(reader: Reader, asking: Asking, number: int, size: int | None) -> Found:
    found = queries.search(reader.connection, _wanted(asking), number, size)
    return Found(found.lines, found.total, more=found.loose)


def _facets(name: str) -> Choices:
    """Return the values of a filter that occur, on the page each with how many services have it.

    A file that says by what it is narrowed says only how that is called.
    """

    def choices(reader: Reader, asking: Asking) -> Iterable[Choice]:
        loose = asking.found is not None and asking.found.more
        found = queries.facets(reader.connection, _wanted(asking), loose=loose)
        counted: tuple[Facet, ...] = getattr(found, f"{name}s")
        named = ((one, _named(asking, name, one.value)) for one in counted)
        if asking.found is None:
            return [(one.value, text) for one, text in named]
        return [(one.value, f"{text} ({one.count})") for one, text in named]

    return choices


def _named(asking: Asking, kind: str, value: str) -> str:
    if value == NOT_STATED:
        return asking.t("kit.page.not_stated")
    if kind == "department":
        return str(asking.known.departments.get(value, value))
    return asking.t(f"services.{kind}.{value}")


def _can_apply(_reader: Reader, asking: Asking) -> Iterable[Choice]:
    listed = asking.t(f"services.status.{ServiceStatus.LISTED}")
    here = "open" if asking.known.online else "counter"
    return [("yes", asking.t(f"services.status.{here}")), ("no", listed)]


def status_shown(line: ServiceLine, *, online: bool) -> str:
    """Return how a service is listed: open at the counter only, where nobody can apply online."""
    return "counter" if line.status is ServiceStatus.OPEN and not online else line.status.value


def _status(line: ServiceLine, asking: Asking) -> str:
    return asking.t(f"services.status.{status_shown(line, online=asking.known.online)}")


SERVICES = Listing(
    name="services",
    title="services.list.title",
    address="/services",
    api="/api/services",
    access=public(_WHY),
    known=_known,
    columns=(
        Column("code", "services.column.code", Kind.IDENTIFIER),
        Column("name", "services.column.name", words=lambda name, asking: asking.say(name),
               width=40),
        Column("department", "services.column.department",
               words=lambda code, asking: asking.known.departments.get(code, code)),
        Column("type", "services.column.type", words=coded("services.type")),
        Column("audience", "services.column.audience",
               words=lambda several, asking: together(
                   (asking.t(f"services.audience.{one}") for one in several), asking.language)),
        Column("status", "services.column.status", shows=_status),
        Column("visits", "services.column.visits", Kind.NUMBER),
        Column("promised", "services.column.promised", in_file=False,
               words=lambda limit, asking: in_words(limit, asking.language)),
        Column("promised_days", "services.column.promised_days", Kind.NUMBER, on_page=False),
        Column("promised_unit", "services.column.promised_unit", words=coded("services.limit_unit"),
               on_page=False),
    ),
    filters=(
        search("q", "services.list.search"),
        choice("department", "services.list.department", _facets("department")),
        choice("type", "services.list.type", _facets("type")),
        choice("audience", "services.list.audience", _facets("audience")),
        choice("can_apply", "services.list.can_apply", _can_apply, allowed=("yes", "no")),
        hidden("life_event"),
    ),
    thing=lambda line, asking: wire.service_line(line, asking.language),
    shape=wire.ServiceObject,
    source=Windows(_page),
    size=directory.PAGE,
)  # fmt: skip
"""The services: those that can be applied for first, best matches first."""


@get("/services", sync_to_thread=False, opt=_ACCESS)
def services(request: AnyRequest) -> Page:
    """The list of services: search, filters, counts, pages."""
    with house(request).db.read() as reader:
        listed = look(request, reader, SERVICES)
        profile = government.profile_if_any(reader.connection)
    known = listed.asking.known
    return page(
        request,
        "services/list.html",
        listed=listed,
        online=known.online,
        departments=known.departments,
        phone=profile.contact.phone if profile else "",
        **words(request),
    )


@get("/services/{code:str}", sync_to_thread=False, opt=_ACCESS)
def guide(request: AnyRequest, code: FromPath[str]) -> Page:
    """One service: what you get, what you need, in what time, on what basis, and where."""
    actor = actor_of(request)
    with house(request).db.read() as reader:
        found = queries.guide(reader.connection, code)
        mine = drafts(reader, actor, code) if actor.signed_in else []
        suits = not actor.signed_in or queries.may_apply(reader.connection, actor, code)
    language = language_of(request)
    return page(
        request,
        "services/guide.html",
        guide=found,
        drafts=mine,
        suits=suits,
        in_which=lambda when: found.in_which(when, language),
        **words(request),
    )


HANDLERS = (services, *doors(SERVICES), guide)
