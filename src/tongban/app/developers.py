"""The interface for programs, described: as OpenAPI for tools, and as pages for people."""

import re
from typing import Any

import msgspec
from litestar import Litestar, Request, Response
from litestar.datastructures import State

from tongban import __version__
from tongban.kit.crypto.hashing import fingerprint
from tongban.kit.http import house, public
from tongban.kit.interface.declaration import Nothing, Operation
from tongban.kit.interface.document import described, operations
from tongban.kit.interface.doors import offered

_WHY = "how programs ask is for everyone to know, and about nobody"
_MEDIA = "application/openapi+json"


def addresses(application: Litestar) -> re.Pattern[str]:
    """Return what the paths of all doors for programs look like."""
    return re.compile(
        "|".join(_PLACE.sub("[^/]+", re.escape(one.path)) for one in operations(application))
    )


_PLACE = re.compile(r"\\\{[a-z_]+\\\}")


def description(application: Litestar, *, https: bool = False) -> dict[str, Any]:
    """Return the OpenAPI description of an application's doors for programs."""
    return described(operations(application), __version__, https=https)


@offered(
    Operation(
        id="openapi",
        path="/openapi.json",
        access=public(_WHY),
        message="app.interface.openapi",
        answer=dict[str, Any],
        enveloped=False,
    )
)
def openapi(request: Request[Any, Any, Any], _: Nothing) -> Response[bytes]:
    """This description, as OpenAPI 3.1; the same bytes until the release changes."""
    state: State = request.app.state
    if "openapi" not in state:
        whole = description(request.app, https=house(request).settings.https)
        state["openapi"] = msgspec.json.format(msgspec.json.encode(whole, order="sorted"), indent=1)
    found: bytes = state["openapi"]
    tag = f'W/"{fingerprint(found)[:32]}"'  # weak: it goes out packed too
    headers = {"etag": tag, "cache-control": "public, no-cache", "access-control-allow-origin": "*"}
    if tag in (each.strip() for each in request.headers.get("if-none-match", "").split(",")):
        return Response(b"", status_code=304, headers=headers)
    return Response(found, media_type="application/json", headers=headers)


HANDLERS = (openapi,)
