"""The indicators as JSON."""

from typing import Any

from litestar import Request, get

from tongban.kit.http import house, ok, public
from tongban.modules.evaluation import queries


@get(
    "/api/indicators",
    opt={"access": public("how a government does is everyone's to see")},
    sync_to_thread=False,
)
def indicators(request: Request[Any, Any, Any]) -> dict[str, Any]:
    """Every indicator with its counts, value and target."""
    with house(request).db.read() as reader:
        found = queries.measured(reader.connection)
    return ok(
        [
            {
                "code": definition.code,
                "name": definition.name,
                "of": definition.of,
                "numerator": result.reading.numerator,
                "denominator": result.reading.denominator,
                "value": result.reading.value,
                "target": definition.target,
                "reached": result.reached,
                "better": result.better.value,
            }
            for definition, result in found
        ]
    )


HANDLERS = (indicators,)
