"""Pages that no single module owns: the front door, help, language, and the demonstration's clock."""

from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from litestar import Request, Response, get, post
from litestar.datastructures import Cookie
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from tongban.app import house as opening
from tongban.app.reform import reform_of
from tongban.kernel.dates import add_working_days
from tongban.kernel.errors import Kind, Refusal
from tongban.kernel.text import LANGUAGES
from tongban.kit.clock import MovableClock
from tongban.kit.html import form_of, local_path, page, redirect
from tongban.kit.http import LANGUAGE_COOKIE, cookie_name, house, public
from tongban.modules.catalog import queries as catalog
from tongban.modules.evaluation import queries as evaluation
from tongban.modules.government import queries as government
from tongban.modules.identity import queries as identity
from tongban.modules.ledger import queries as ledger
from tongban.modules.services import queries as services

_OPENING = time(9, 0)
_FARTHEST = timedelta(days=90)
"""How far the demonstration's clock may run ahead of the machine's, whoever moves it."""


@get("/", opt={"access": public("the front door")}, sync_to_thread=False)
def home(request: Request[Any, Any, Any]) -> Response[str]:
    """The front door: find a service, and see what this government does not ask for."""
    with house(request).db.read() as reader:
        context: dict[str, Any] = {
            "open_services": services.open_services(reader.connection),
            "online": services.online(reader.connection),
            "counts": services.counts(reader.connection),
            "departments": government.departments(reader.connection),
            "checkpoint": ledger.latest_checkpoint(reader.connection),
            "reform": reform_of(reader),
            "indicators": evaluation.headline(reader),
            "set_up": identity.has_administrator(reader.connection),
        }
    return page(request, "app/home.html", **context)


@get(
    "/reform",
    opt={"access": public("what people need not bring is everyone's to see")},
    sync_to_thread=False,
)
def reform(request: Request[Any, Any, Any]) -> Response[str]:
    """What people should no longer have to bring, each count open to its evidence."""
    with house(request).db.read() as reader:
        context: dict[str, Any] = {
            "reform": reform_of(reader),
            "departments": government.departments(reader.connection),
            "elements": catalog.elements(reader.connection),
        }
    return page(request, "app/reform.html", **context)


@get("/help", opt={"access": public("help is for everyone")}, sync_to_thread=False)
def help_page(request: Request[Any, Any, Any]) -> Response[str]:
    """How to apply, what happens to data, and whom to call."""
    with house(request).db.read() as reader:
        profile = government.profile(reader.connection)
        online = services.online(reader.connection)
    return page(request, "app/help.html", profile=profile, online=online)


@get("/accessibility", opt={"access": public("an accessibility statement")}, sync_to_thread=False)
def accessibility(request: Request[Any, Any, Any]) -> Response[str]:
    """How accessible this is and how to say what is not."""
    with house(request).db.read() as reader:
        profile = government.profile(reader.connection)
    return page(request, "app/accessibility.html", profile=profile)


@get("/language/{wish:str}", opt={"access": public("a choice of language")}, sync_to_thread=False)
def language(
    request: Request[Any, Any, Any], wish: FromPath[str], to: FromQuery[str] = "/"
) -> Redirect:
    """Remember the reader's language and go back."""
    if wish not in LANGUAGES:
        raise Refusal("kit.not_found", Kind.NOT_FOUND)
    https = house(request).settings.https
    keep = Cookie(
        key=cookie_name(LANGUAGE_COOKIE, https=https),
        value=wish,
        max_age=365 * 86400,
        samesite="lax",
        httponly=True,
        secure=https,
    )
    return redirect(local_path(to), cookies=(keep,))


@post("/demonstration/clock", opt={"access": public("only a demonstration has this")})
async def advance_clock(request: Request[Any, Any, Any]) -> Redirect:
    """Set the demonstration's clock to the opening hour of the next working day.

    Anyone may: in a demonstration or a trial nobody is who they seem. Not so far that its calendar ends, and
    never where the data folder is a real government's, whose clock cannot be moved.
    """
    running = house(request)
    await form_of(request)
    real = not opening.is_invented(running.settings)
    if real or not isinstance(running.clock, MovableClock):
        raise Refusal("kit.not_found", Kind.NOT_FOUND)
    with running.db.read() as reader:
        profile = government.profile(reader.connection)
        calendar = government.calendar(reader.connection)
    zone = ZoneInfo(profile.time_zone)
    now = running.clock.now()
    following = add_working_days(calendar, now.astimezone(zone).date(), 1)
    step = datetime.combine(following, _OPENING, zone) - now
    if running.clock.ahead + step > _FARTHEST:
        raise Refusal("app.clock_far_ahead", Kind.CONFLICT, days=_FARTHEST.days)
    running.clock.advance(step)
    opening.keep_clock(running.settings, running.clock)
    running.db.on_work(frozenset())  # whatever is due now
    back = request.headers.get("referer", "")
    return redirect(local_path("/" + back.split("/", 3)[3] if back.count("/") >= 3 else "/"))


HANDLERS = (home, reform, help_page, accessibility, language, advance_clock)
