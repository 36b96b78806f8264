"""Services and one's own cases for programs."""

from typing import Any

from litestar import Request, Response, get
from litestar.params import FromPath

from tongban.kit.http import (
    actor_of,
    house,
    json_answer,
    language_of,
    ok,
    page_from,
    public,
    signed_in,
)
from tongban.modules.services import queries, wire
from tongban.modules.services.model import ServiceFilter

_OPEN = {"access": public("what can be applied for, and how, is for everyone to know")}
AnyRequest = Request[Any, Any, Any]


@get("/api/services", sync_to_thread=False, opt=_OPEN)
def services(request: AnyRequest) -> Response[bytes]:
    """A page of the services: ``q``, ``department``, ``type``, ``audience``, ``can_apply=yes``."""
    asked = request.query_params
    wanted = ServiceFilter(
        text=asked.get("q", "").strip()[:100],
        department=asked.get("department", ""),
        type=asked.get("type", ""),
        audience=asked.get("audience", ""),
        life_event=asked.get("life_event", ""),
        can_apply=asked.get("can_apply", "") == "yes",
    )
    with house(request).db.read() as reader:
        found = queries.search(reader.connection, wanted, page_from(asked))
    lines = [wire.service_line(line, language_of(request)) for line in found.lines]
    return json_answer(ok(lines, total=found.total, page=found.page, pages=found.pages))


@get("/api/services/{code:str}", sync_to_thread=False, opt=_OPEN)
def service(request: AnyRequest, code: FromPath[str]) -> Response[bytes]:
    """One service: what it takes, on what basis, in what time."""
    with house(request).db.read() as reader:
        found = queries.guide(reader.connection, code)
    return json_answer(ok(wire.service_guide(found, language_of(request))))


@get("/api/my/cases", sync_to_thread=False, opt={"access": signed_in()})
def my_cases(request: AnyRequest) -> Response[bytes]:
    """One's own cases: where each stands, on whom it waits, until when."""
    with house(request).db.read() as reader:
        found = queries.matters(reader, actor_of(request))
    lines = [*found.drafts, *found.mine, *found.running, *found.over]
    return json_answer(ok([wire.matter(line, language_of(request)) for line in lines]))


HANDLERS = (services, service, my_cases)
