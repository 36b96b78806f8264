"""The web application: every module's doors in one frame, behind one guard."""

from collections.abc import Callable
from contextvars import copy_context
from functools import partial
from importlib import resources
from pathlib import Path
from typing import Any

from litestar import Litestar, Response
from litestar.datastructures import State
from litestar.enums import HttpMethod, ScopeType
from litestar.middleware import DefineMiddleware
from litestar.static_files import create_static_files_router
from litestar.types import Message, Send

from tongban.app import developers, health, operations, pages, registry
from tongban.kernel.errors import Kind, Refusal
from tongban.kit import asked, crowds, http, keeping, turns
from tongban.kit.answers import answer_error
from tongban.kit.house import House
from tongban.kit.saying import say_from_now
from tongban.kit.sending import Finish
from tongban.kit.sent import LONGEST_BODY, SentRequest
from tongban.kit.settings import Settings

_NO_DOORS = "-"
"""A method that no door has: what is asked so is told those that are there."""


class Application(Litestar):
    """The web application; it answers HEAD like GET, without the body (RFC 9110, 9.3.2), and OPTIONS
    like any method that a door lacks: nobody on another page is to find out more by it (no CORS).

    ``notice`` is told of every turn that a request takes on the loop, with its seconds; ``pulse`` tells
    how late the loop is.
    """

    notice: Callable[[Any, float], None] = staticmethod(turns.log_slow)
    pulse: crowds.Pulse

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer one request, time its turns and tell it in the log, with a number of its own."""
        if scope["type"] != ScopeType.HTTP:
            await super().__call__(scope, receive, send)
            return
        settings: Settings = self.state["house"].settings
        one = asked.begin(scope, believed=http.is_from_proxy(scope, settings))
        context = copy_context()
        context.run(say_from_now, request=one.id)
        answering = self._answer(scope, receive, asked.noting(one, send))
        try:
            await turns.Timed(answering, partial(self.notice, scope), context)
        finally:
            context.run(asked.tell, scope, one)

    async def _answer(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer a request; whoever has left or waited too long is not worked for."""
        if await crowds.turned_away(self.pulse, scope, receive, send):
            return
        if scope["method"] == "HEAD":
            scope["method"] = HttpMethod.GET
            send = _without_body(send)
        elif scope["method"] == HttpMethod.OPTIONS:
            scope["method"] = _NO_DOORS  # the framework has a handler for it at every door
        await super().__call__(scope, receive, send)


def _without_body(send: Send) -> Send:
    async def send_head(message: Message) -> None:
        if message["type"] == "http.response.body":
            message["body"] = b""
        await send(message)

    return send_head


def create(house: House, on_start: Callable[[], None], on_stop: Callable[[], None]) -> Litestar:
    """Return the application of one government. Refuses an installation without styles and scripts."""
    pulse = crowds.Pulse()

    async def beat() -> None:
        pulse.start()

    application = Application(
        route_handlers=[
            *health.HANDLERS,
            *pages.HANDLERS,
            *operations.HANDLERS,
            *developers.HANDLERS,
            *registry.web_handlers(),
            *_static(),
        ],
        guards=[keeping.guard],
        middleware=[
            DefineMiddleware(Finish, https=house.settings.https),
            DefineMiddleware(http.Identify, house=house),
        ],
        exception_handlers={Exception: answer_error},
        openapi_config=None,
        state=State({"house": house, "readiness": health.Readiness(house)}),
        logging_config=None,  # there is one log, and the server's own access log is not on
        request_max_body_size=LONGEST_BODY,
        request_class=SentRequest,
        on_startup=[beat, lambda: on_start()],
        on_shutdown=[pulse.stop, lambda: on_stop()],
    )
    application.pulse = pulse
    application.state["programs"] = developers.addresses(application)
    return application


def _static() -> list[Any]:
    folder = Path(str(resources.files("tongban.kit") / "static"))
    if not (folder / "main.css").is_file():
        raise Refusal("app.front_end_missing", Kind.CONFLICT, folder=str(folder))

    async def keep_long(response: Response[Any]) -> Response[Any]:
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response

    return [
        create_static_files_router(
            "/static",
            directories=[folder],
            opt={"access": http.public("styles, scripts and fonts"), "is_static": True},
            cache_control=None,
            after_request=keep_long,
            include_in_schema=False,
        )
    ]
