"""The directory follows the services that were adopted."""

from collections.abc import Iterable, Sequence

from tongban.kernel.text import CHINESE, ENGLISH, Text, cited
from tongban.kit import shelf
from tongban.kit.db import Unit
from tongban.modules.exchange import actions as exchange
from tongban.modules.exchange.model import Purpose
from tongban.modules.government import queries as government
from tongban.modules.services.model import Service, ServiceLine, ServiceStatus
from tongban.modules.services.queries.definitions import PART
from tongban.modules.services.store import listings

_AT_ONCE = 2000


def reindex(unit: Unit) -> None:
    """Make the directory agree with the definitions on the shelf."""
    listings.clear_listings(unit.connection)
    services = shelf.every(unit.connection, PART, Service).values()
    names = {
        code: department.name
        for code, department in government.departments(unit.connection).items()
    }
    listed = [one for one in services if ServiceStatus(one.status) is not ServiceStatus.RETIRED]
    for at in range(0, len(listed), _AT_ONCE):
        some = listed[at : at + _AT_ONCE]
        listings.put_listings(
            unit.connection,
            [_line(one) for one in some],
            {one.code: one.life_events for one in some},
            {one.code: _texts(one, names.get(one.department, "")) for one in some},
        )
    _declare_purposes(unit, listed)


def _declare_purposes(unit: Unit, services: Iterable[Service]) -> None:
    """Tell exchange for which services data may be read: those whose legal basis is stated."""
    exchange.declare_purposes(
        unit,
        [
            Purpose(
                code=one.code,
                departments=tuple(
                    dict.fromkeys([one.department, *(step.department for step in one.steps)])
                ),
                name=one.name,
                clause=_clause(one),
            )
            for one in services
            if one.basis
        ],
    )


def _clause(definition: Service) -> Text:
    """Return law and article of a service in each language, as one text."""
    return {
        language: mark.join(cited(one.title, one.article, language) for one in definition.basis)
        for language, mark in ((CHINESE, "、"), (ENGLISH, "; "))
    }


def _line(definition: Service) -> ServiceLine:
    limit = definition.promised_limit
    return ServiceLine(
        code=definition.code,
        name=definition.name,
        summary=definition.summary,
        department=definition.department,
        type=definition.type,
        audience=definition.audience,
        status=ServiceStatus(definition.status),
        visits=definition.visits,
        promised_days=limit.days if limit else None,
        promised_unit=limit.unit if limit else "",
    )


def _texts(definition: Service, department: Text) -> Sequence[str]:
    """Return the words a service is found by, its name twice so that it counts most."""
    said: list[Text] = [definition.name, definition.name, definition.summary, department]
    said += [definition.theme, definition.national_code, definition.local_code, definition.code]
    said += definition.keywords
    return [word for text in said for word in _each_language(text) if word]


def _each_language(text: Text) -> list[str]:
    return [text] if isinstance(text, str) else list(text.values())
