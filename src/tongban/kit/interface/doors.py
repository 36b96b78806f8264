"""A door made from its declaration: what comes in is read by it, what goes out is as it says."""

from collections.abc import Awaitable, Callable
from functools import partial
from inspect import iscoroutinefunction
from typing import Any

from litestar import Request, Response, get, post
from litestar.handlers import HTTPRouteHandler

from tongban.kit.http import ASKS_NOBODY, json_answer, ok
from tongban.kit.interface.declaration import Operation
from tongban.kit.interface.reading import body_of, negotiate, values_of

AnyRequest = Request[Any, Any, Any]


def offered(
    operation: Operation, *, beside: bool = False
) -> Callable[[Callable[..., Any]], HTTPRouteHandler]:
    """Make a door of a function: of ``(request, values)``, of a POST ``async`` with ``body`` too.

    With ``beside`` it works on a thread. What it returns goes out as JSON, unless it is a response.
    """
    if operation.method == "POST":
        return partial(_posted, operation)
    return partial(_got, operation, beside=beside)


def _got(
    operation: Operation, answer: Callable[[AnyRequest, Any], Any], *, beside: bool
) -> HTTPRouteHandler:
    def asked(request: AnyRequest) -> Response[Any]:
        return said(operation, answer(request, values_of(operation, request)))

    async def awaited(request: AnyRequest) -> Response[Any]:
        return said(operation, await answer(request, values_of(operation, request)))

    if iscoroutinefunction(answer):
        _named(awaited, operation, answer)
        return get(address(operation), opt=options(operation))(awaited)
    _named(asked, operation, answer)
    return get(address(operation), sync_to_thread=beside, opt=options(operation))(asked)


def _posted(
    operation: Operation, answer: Callable[[AnyRequest, Any, Any], Awaitable[Any]]
) -> HTTPRouteHandler:
    async def sent(request: AnyRequest) -> Response[Any]:
        values = values_of(operation, request)
        return said(
            operation, await answer(request, values, body_of(operation, await request.body()))
        )

    _named(sent, operation, answer)
    return post(
        address(operation),
        status_code=200,
        opt=options(operation),
        request_max_body_size=operation.longest,
    )(sent)


def _named(door: Any, operation: Operation, answer: Any) -> None:
    door.__name__ = operation.id
    door.__doc__ = answer.__doc__


def options(operation: Operation) -> dict[str, Any]:
    """Return what the guard and the description know of a door."""
    return {
        "access": operation.access,
        "operation": operation,
        "negotiate": partial(negotiate, operation),
        ASKS_NOBODY: operation.asks_nobody,
    }


def address(operation: Operation) -> str:
    """Return the path as the framework writes it."""
    path = operation.path
    last = operation.places[-1] if operation.places else ""
    for name in operation.places:
        kind = "path" if operation.slashes and name == last else "str"
        path = path.replace(f"{{{name}}}", f"{{{name}:{kind}}}")
    return path


def said(operation: Operation, found: Any) -> Response[Any]:
    """Return an answer: a response as it is, anything else as JSON."""
    if isinstance(found, Response):
        return found
    return json_answer(ok(found) if operation.enveloped else found)
