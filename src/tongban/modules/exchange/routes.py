"""The exchange for departments' systems: the protected read, and who may use what."""

import asyncio
from typing import Annotated, Any

from litestar import Request
from msgspec import Meta, Struct

from tongban.kernel.actors import Actor
from tongban.kernel.errors import Refusal
from tongban.kit.db import Reader, Unit
from tongban.kit.house import House
from tongban.kit.http import actor_of, house, signed_in
from tongban.kit.interface.declaration import Example, Operation
from tongban.kit.interface.doors import offered
from tongban.modules.catalog import errors as catalog
from tongban.modules.exchange import actions, errors, queries, wire
from tongban.modules.exchange.model import Fetched, Prepared

REFUSALS = (
    catalog.resource_not_found,
    errors.not_allowed,
    errors.no_grant,
    errors.consent_missing,
    errors.purpose_unknown,
    errors.case_unknown,
    errors.case_needed,
    errors.not_needed,
    errors.occasion_unknown,
    errors.occasion_ill_shaped,
    errors.account_quota_spent,
    errors.refused_too_often,
    errors.grant_quota_spent,
    errors.each_quota_spent,
    errors.second_person_needed,
    errors.not_shared,
    errors.resource_not_connected,
    errors.element_not_held,
    errors.nothing_asked,
    errors.purpose_ill_shaped,
    errors.case_number_ill_shaped,
    errors.subject_ill_shaped,
    errors.subject_length_wrong,
    errors.person_characters_wrong,
    errors.organisation_characters_wrong,
    errors.subject_kind_wrong,
    errors.delivery_not_available,
    errors.source_unavailable,
    errors.source_unknown,
    errors.source_lacks,
    errors.source_unreadable,
    errors.source_wal,
    errors.source_misdeclared,
    errors.use_closed,
)
"""Why a read may be refused; what is said and not here is logged, and fails a test."""


class _Resource(Struct, frozen=True, kw_only=True):
    code: Annotated[str, Meta(min_length=1, max_length=100, pattern="^[A-Za-z0-9._/-]+$")]


@offered(
    Operation(
        id="exchange_read",
        method="POST",
        path="/api/exchange/resources/{code}",
        slashes=True,
        access=signed_in(),
        message="exchange.interface.read",
        answer=wire.ReadAnswer,
        values=_Resource,
        body=wire.ReadRequest,
        longest=wire.LONGEST,
        refusals=REFUSALS,
        example=Example(
            values={"code": "101001/1"},
            body={
                "subject": "470181197906309016",
                "elements": ["person.name"],
                "purpose": "G-2026-015",
                "occasion": "inspection",
                "occasion_reference": "JC-2026-0012",
            },
            by="medical-officer",
        ),
    )
)
async def read(
    request: Request[Any, Any, Any], values: _Resource, asked: wire.ReadRequest
) -> wire.ReadAnswer:
    """Read elements about one subject, if a grant covers it; the read is on record before the answer.

    A POST, so that nobody's identifier stands in an address. For a department's system with its key,
    or its staff with a case duty.
    """
    home, actor, resource = house(request), actor_of(request), values.code.strip("/")
    try:
        prepared = await _prepared(home, actor, resource, asked)
    except Refusal as refusal:
        await _count(home, resource, refusal)
        raise

    def record(unit: Unit) -> Fetched:
        return actions.read(unit, actor, prepared)

    return wire.answer(await home.write(record, short=True))


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
