"""Services and cases as JSON, where it differs from the model."""

from typing import Any

from tongban.kernel.text import say
from tongban.modules.services.model import Case, ServiceLine
from tongban.modules.services.queries import Guide
from tongban.modules.services.queries.mine import Matter


def service_line(line: ServiceLine, language: str) -> dict[str, Any]:
    """A service in a list."""
    return {
        "code": line.code,
        "name": say(line.name, language),
        "summary": say(line.summary, language),
        "department": line.department,
        "type": line.type,
        "audience": list(line.audience),
        "status": line.status,
        "visits": line.visits,
        "promised_days": line.promised_days,
        "promised_unit": line.promised_unit or None,
    }


def service_guide(guide: Guide, language: str) -> dict[str, Any]:
    """A service as its guide shows it; what the definition does not say is null."""
    found = guide.definition
    return {
        "code": found.code,
        "version": found.version,
        "status": found.status,
        "name": say(found.name, language),
        "summary": say(found.summary, language),
        "department": found.department,
        "type": found.type or None,
        "level": found.level or None,
        "audience": list(found.audience),
        "national_code": found.national_code or None,
        "local_code": found.local_code or None,
        "statutory_days": found.statutory_limit.days if found.statutory_limit else None,
        "promised_days": found.promised_limit.days if found.promised_limit else None,
        "promised_unit": found.promised_limit.unit if found.promised_limit else None,
        "visits": found.visits,
        "fee": say(found.fee, language) or None,
        "needs": [
            {
                "resource": need.definition.resource,
                "provider": need.provider,
                "elements": list(need.definition.elements),
                "basis": need.definition.basis,
                "purpose": say(need.definition.purpose, language),
            }
            for need in guide.needs
        ],
        "materials": [
            {
                "code": material.code,
                "name": say(material.name, language),
                "required": material.required,
                "replaced_by_data": material.code in guide.replaced,
            }
            for material in found.materials
        ],
        "basis": [
            {"title": say(one.title, language), "article": say(one.article, language)}
            for one in found.basis
        ],
        "can_apply": guide.can_apply,
    }


def matter(line: Matter, language: str) -> dict[str, Any]:
    """One of my cases in a list."""
    return {
        **case(line.case),
        "service_name": say(line.service_name, language),
        "waits_on": list(line.waits_on),
        "until": line.until,
        "until_provisional": line.until_provisional or None,
        "until_what": line.until_what or None,
        "left": line.clock.left if line.clock else None,
        "due": line.promised.due,
        "due_provisional": line.promised.provisional or None,
    }


def case(found: Case) -> dict[str, Any]:
    """A case without anything personal; a draft has no number."""
    return {
        "number": found.number or None,
        "service": found.service,
        "service_version": found.service_version,
        "department": found.department,
        "state": found.state,
        "outcome": found.outcome,
        "created_at": found.created_at,
        "submitted_at": found.submitted_at,
        "accepted_on": found.accepted_on,
        "decided_at": found.decided_at,
        "closed_at": found.closed_at,
    }
