"""A form that was refused, shown again; a wait is told with the time at which it is over."""

from datetime import datetime
from typing import Any

from litestar import Response

from tongban.kernel.errors import Refusal
from tongban.kit.html import errors_of, page, show_instant
from tongban.kit.http import STATUS, house, language_of
from tongban.modules.government import queries as government
from tongban.modules.identity.pages.cookies import AnyRequest


def refused(request: AnyRequest, template: str, refusal: Refusal, **context: Any) -> Response[str]:
    """Return the page of a form with what is wrong; programs are told when to try again."""
    said = _with_time(request, refusal)
    answer = page(
        request, template, status=STATUS[said.kind], **context, **errors_of(said, request)
    )
    if "retry_after" in said.data:
        answer.headers["Retry-After"] = str(said.data["retry_after"])
    return answer


def _with_time(request: AnyRequest, refusal: Refusal) -> Refusal:
    until = refusal.data.get("until")
    if not isinstance(until, datetime):
        return refusal
    with house(request).db.read() as reader:
        zone = government.zone(reader.connection)
    time = show_instant(until, language_of(request), zone)
    return Refusal(refusal.code, refusal.kind, **{**refusal.data, "time": time})
