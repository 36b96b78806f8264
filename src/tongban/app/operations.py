"""The operator's page: which background work waits, which has failed since when and why."""

from datetime import timedelta
from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from tongban.app.doctor import one_origin
from tongban.kit import clock_jumps, lanes, troubles
from tongban.kit.html import form_of, page, redirect
from tongban.kit.http import house, language_of, requires
from tongban.kit.i18n import catalogue, sentence, translate
from tongban.kit.origins import MANY
from tongban.modules.audit import queries as audit
from tongban.modules.ledger import queries as ledger
from tongban.modules.ledger.model import Signer

_SILENT = timedelta(minutes=5)
"""So long without a sign of life: a lane hangs, or nothing serves any more. It gives one every minute."""
_OPERATORS = {"access": requires("operations.read")}


@get("/operations", opt=_OPERATORS, sync_to_thread=False)
def operations(request: Request[Any, Any, Any]) -> Response[str]:
    """Background jobs and events: what waits, runs, has failed since when and why, was given up."""
    with house(request).db.read() as reader:
        queues, failing = troubles.queues(reader), troubles.failing(reader)
        signs, now = tuple(lanes.last_signs(reader)), reader.now
        behind = clock_jumps.behind(reader)
        log = ledger.health(reader, house(request).port(Signer))
        audits = {
            "running": audit.running(reader.connection),
            "last": audit.last_run(reader.connection),
            "standing": audit.standing(reader.connection),
        }
    context: dict[str, Any] = {
        "queues": queues,
        "failing": failing,
        "totals": {
            name: sum(getattr(one, name) for one in queues)
            for name in ("waiting", "running", "failing", "given_up")
        },
        "signs": signs,
        "is_silent": lambda one: abs(now - one.at) > _SILENT,
        "behind": round(behind.total_seconds() / 60),
        "log": log,
        "log_faults": [sentence(fault, language_of(request)) for fault in log.faults],
        "audit": audits,
        "lane_name": lambda one: translate(language_of(request), f"app.operations.lane.{one.lane}"),
        "most": troubles.SHOWN,
        "one_network": one_origin(house(request)),
        "many": MANY,
        "asked_again": "again" in request.query_params,
        "reason_of": lambda one: _reason(one, language_of(request)),
        "name_of": lambda one: _name(one, language_of(request)),
    }
    return page(request, "app/operations.html", **context)


def _name(one: troubles.Queue | troubles.Trouble, language: str) -> str:
    """Return what people call a job; an event, and a job of another release, by its own name."""
    words = f"app.operations.job.{one.work}"
    known = one.sort == "job" and words in catalogue()
    return translate(language, words) if known else ""


def _reason(one: troubles.Trouble, language: str) -> str:
    """Return the sentence of a refusal that needs nothing else to be said, or empty."""
    module, _, code = one.fault.rpartition(" ")[2].partition(".")
    words = f"{module}.refusal.{code}"
    said = translate(language, words) if words in catalogue() else ""
    return "" if "{" in catalogue().get(words, {}).get(language, "") else said


@post("/operations/{sort:str}/{identifier:str}/again", opt=_OPERATORS)
async def again(
    request: Request[Any, Any, Any], sort: FromPath[str], identifier: FromPath[str]
) -> Redirect:
    """Try at once what failed; it changes only when it is tried."""
    await form_of(request)
    await house(request).write(lambda unit: troubles.try_again(unit, sort, identifier))
    return redirect("/operations?again=1")


HANDLERS = (operations, again)
