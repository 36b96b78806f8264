"""The exchange for departments' systems: the protected read, and who may use what."""

import asyncio
from typing import Any

from litestar import Request, post
from litestar.params import FromPath

from tongban.kernel.actors import Actor
from tongban.kernel.errors import Refusal
from tongban.kit.db import Reader, Unit
from tongban.kit.house import House
from tongban.kit.http import actor_of, house, ok, signed_in
from tongban.modules.exchange import actions, errors, queries, wire
from tongban.modules.exchange.model import Fetched, Prepared


@post(
    "/api/exchange/resources/{code:path}",
    status_code=200,
    opt={"access": signed_in()},
)
async def read(request: Request[Any, Any, Any], code: FromPath[str]) -> dict[str, Any]:
    """Read elements about one subject, if a grant covers it; the read is on record before the answer.

    Body: ``{"subject", "elements", "purpose"}`` with ``"case_number"``, or with ``"occasion"`` and
    ``"occasion_reference"`` by a grant that allows reading without a case. A POST, so that nobody's
    identifier stands in an address. For a department's system with its key, or its staff with a case duty.
    """
    asked = wire.read_request(await request.body())
    home, actor, resource = house(request), actor_of(request), code.strip("/")
    try:
        prepared = await _prepared(home, actor, resource, asked)
    except Refusal as refusal:
        await _count(home, resource, refusal)
        raise

    def record(unit: Unit) -> Fetched:
        return actions.read(unit, actor, prepared)

    return ok(wire.answer(await home.write(record, short=True)))


async def _count(home: House, resource: str, refusal: Refusal) -> None:
    """Count what no source answered, or a figure would only see the attempts that went well."""
    if errors.is_unanswered(refusal):
        await home.write(lambda unit: actions.count_unanswered(unit, resource, refusal), short=True)


async def _prepared(home: House, actor: Actor, code: str, asked: wire.ReadRequest) -> Prepared:
    """Decide and read here where the source is a file beside us, on a thread where it is far."""
    with home.db.read() as reader:
        if queries.is_near(reader.connection, code):
            return _prepare(reader, actor, code, asked)

    def far() -> Prepared:
        with home.db.read() as reader:
            return _prepare(reader, actor, code, asked)

    return await asyncio.to_thread(far)


def _prepare(reader: Reader, actor: Actor, code: str, asked: wire.ReadRequest) -> Prepared:
    wanted = queries.wanted_from(
        reader,
        actor,
        code,
        asked.subject,
        asked.elements,
        asked.purpose,
        case_number=asked.case_number,
        occasion=asked.occasion,
        reference=asked.occasion_reference,
    )
    return queries.prepare(reader, wanted)


HANDLERS = (read,)
