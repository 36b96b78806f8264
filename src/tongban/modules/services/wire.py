"""Services and cases as JSON, where it differs from the model."""

import datetime as dt
from typing import TypedDict

from tongban.kernel.text import say
from tongban.modules.services.model import Case, Outcome, ServiceLine, ServiceStatus, State
from tongban.modules.services.queries import Guide
from tongban.modules.services.queries.mine import Matter


class ServiceObject(TypedDict):
    """A service as a line of the directory."""

    code: str
    name: str
    summary: str
    department: str
    type: str
    audience: list[str]
    status: ServiceStatus
    visits: int | None
    promised_days: int | None
    promised_unit: str | None


def service_line(line: ServiceLine, language: str) -> ServiceObject:
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


class NeedObject(TypedDict):
    """What a service fetches instead of asking for it."""

    resource: str
    provider: str
    elements: list[str]
    basis: str
    purpose: str


class MaterialObject(TypedDict):
    """A material, and whether data replace it."""

    code: str
    name: str
    required: bool
    replaced_by_data: bool


class ClauseObject(TypedDict):
    """A law and its article."""

    title: str
    article: str


class GuideObject(TypedDict):
    """A service as its guide shows it; what its definition does not say is null."""

    code: str
    version: int
    status: ServiceStatus
    name: str
    summary: str
    department: str
    type: str | None
    level: str | None
    audience: list[str]
    national_code: str | None
    local_code: str | None
    statutory_days: int | None
    promised_days: int | None
    promised_unit: str | None
    visits: int | None
    fee: str | None
    needs: list[NeedObject]
    materials: list[MaterialObject]
    basis: list[ClauseObject]
    can_apply: bool


def service_guide(guide: Guide, language: str) -> GuideObject:
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


class CaseObject(TypedDict):
    """A case without anything personal; a draft has no number."""

    number: str | None
    service: str
    service_version: int
    department: str
    state: State
    outcome: Outcome | None
    created_at: dt.datetime
    submitted_at: dt.datetime | None
    accepted_on: dt.date | None
    decided_at: dt.datetime | None
    closed_at: dt.datetime | None


class MatterObject(CaseObject):
    """One of my cases: on whom it waits, and until when."""

    service_name: str
    waits_on: list[str]
    until: dt.date | None
    until_provisional: str | None
    until_what: str | None
    left: int | None
    due: dt.date | None
    due_provisional: str | None


def matter(line: Matter, language: str) -> MatterObject:
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


def case(found: Case) -> CaseObject:
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
