"""The indicators, each open to its counts."""

from typing import Any

from litestar import Request, Response, get
from litestar.params import FromPath

from tongban.kit.html import page
from tongban.kit.http import house, public
from tongban.modules.evaluation import queries
from tongban.modules.government import queries as government

_WHY = "how a government does is everyone's to see"


@get("/indicators", opt={"access": public(_WHY)}, sync_to_thread=False)
def indicators(request: Request[Any, Any, Any]) -> Response[str]:
    """Every indicator, computed from the running system."""
    with house(request).db.read() as reader:
        found = queries.measured(reader.connection)
    return page(request, "evaluation/indicators.html", found=found, shown=queries.shown)


@get("/indicators/{code:str}", opt={"access": public(_WHY)}, sync_to_thread=False)
def indicator(request: Request[Any, Any, Any], code: FromPath[str]) -> Response[str]:
    """One indicator: how it is computed, from which counts, by department and by day."""
    with house(request).db.read() as reader:
        definition, result = queries.one(reader.connection, code)
        lines = queries.by_department(reader.connection, definition)
        departments = government.departments(reader.connection)
    return page(
        request,
        "evaluation/indicator.html",
        definition=definition,
        result=result,
        lines=lines,
        departments=departments,
        shown=queries.shown,
    )


HANDLERS = (indicators, indicator)
