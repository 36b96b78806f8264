"""What the demonstration published once stays as it was: today's runs on the data of an earlier one.

``published.toml`` keeps of every version of every open service a digest of its content, and what its
cases use of the other definitions. A service that changed without a new version, or a grant that lost
what a case of an older version fetches, would be refused by ``tongban plan`` on a data folder that an
earlier release had set up. So it is refused here, before it is released.
"""

import hashlib
import json
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tongban.app.instance import load
from tongban.kit.definitions.instance import Instance
from tongban.modules.catalog import queries as catalog
from tongban.modules.catalog.definition import ElementDefinition, ResourceDefinition, ShareType
from tongban.modules.certificates.definition import CertificateTypeDefinition
from tongban.modules.exchange.definition import GrantDefinition
from tongban.modules.government.definition import DepartmentDefinition
from tongban.modules.identity.definition import RoleDefinition
from tongban.modules.services.model import Service, ServiceStatus

HERE = Path(__file__).parent
DEMONSTRATION = HERE.parents[1] / "instances" / "demonstration"


def content(value: Any) -> Any:
    """Return what a definition says, without what it leaves to a default: a new key is no change."""
    if isinstance(value, msgspec.Struct):
        fields = msgspec.structs.fields(value)
        return {f.name: content(getattr(value, f.name)) for f in fields if _is_said(value, f)}
    if isinstance(value, dict):
        return {str(key): content(one) for key, one in value.items()}
    if isinstance(value, (tuple, list)):
        return [content(one) for one in value]
    return msgspec.to_builtins(value, str_keys=True)


def _is_said(value: msgspec.Struct, field: msgspec.structs.FieldInfo) -> bool:
    made = field.default_factory
    left_out = field.default if made is msgspec.NODEFAULT else made()
    return bool(getattr(value, field.name) != left_out)


def digest(service: Service) -> str:
    """Return the digest of what a service says, whatever its comments, layout and order of keys."""
    said = json.dumps(content(service), ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()[:24]


def used(service: Service, instance: Instance) -> Iterator[str]:
    """Yield what a case of a service uses of the other definitions: a part, a key, what of it."""
    elements = instance.every(ElementDefinition)
    asked = {field.element for section in service.form for field in section.fields}
    for need in service.needs:
        asked |= set(need.elements)
        yield from (f"resources {need.resource} {element}" for element in need.elements)
    yield from (f"elements {code} {elements[code].type}" for code in asked if code in elements)
    for step in service.steps:
        yield from (f"departments {step.department}", f"duties {step.needed_duty}")
    for field in service.result.fields:
        yield f"certificates {service.result.certificate} {field}"


def given(instance: Instance, code: str, department: str) -> Iterator[str]:
    """Yield, in the same words, all that a folder gives to cases of a service of a department."""
    yield from (f"departments {key}" for key in instance.every(DepartmentDefinition))
    for role in instance.every(RoleDefinition).values():
        yield from (f"duties {duty}" for duty in role.duties)
    for element in instance.every(ElementDefinition).values():
        yield f"elements {element.code} {element.type}"
    for kind in instance.every(CertificateTypeDefinition).values():
        yield from (f"certificates {kind.code} {field.code}" for field in kind.fields)
    whole = _granted(instance, code, department)
    for key, resource in instance.every(ResourceDefinition).items():
        own = resource.provider == department
        yield from (
            f"resources {key} {item.element}"
            for item in resource.items
            if resource.link is not None
            and item.column
            and (own or (key, item.element) in whole)
            and (own or catalog.share_of(resource, item).type is not ShareType.NONE)
        )


def _granted(instance: Instance, code: str, department: str) -> set[tuple[str, str]]:
    """Return resource and element of all that a service may fetch whole, not masked."""
    return {
        (grant.resource, element)
        for grant in instance.every(GrantDefinition).values()
        if grant.department == department and (not grant.services or code in grant.services)
        for element in set(grant.items) - set(grant.masked)
    }


def lines(service: Service, instance: Instance) -> str:
    """Return what ``published.toml`` says of a version."""
    found = set(used(service, instance)) & set(given(instance, service.code, service.department))
    uses = "".join(f'  "{one}",\n' for one in sorted(found))
    return (
        f"[{service.code}.{service.version}]\n"
        f'department = "{service.department}"\ndigest = "{digest(service)}"\nuses = [\n{uses}]\n'
    )


def published() -> dict[tuple[str, int], dict[str, Any]]:
    """Return what is kept of every version, by code and version."""
    kept = tomllib.loads((HERE / "published.toml").read_text("utf-8"))
    return {(code, int(n)): one for code, versions in kept.items() for n, one in versions.items()}


def changed(instance: Instance, kept: dict[tuple[str, int], dict[str, Any]]) -> Iterator[str]:
    """Yield what to do about every open service that is not the one that was published."""
    for service in instance.every(Service).values():
        if service.status is not ServiceStatus.OPEN:
            continue
        version = kept.get((service.code, service.version))
        if version is None:
            yield f"add to tests/laws/published.toml:\n{lines(service, instance)}"
        elif version["digest"] != digest(service):
            raised = max(number for code, number in kept if code == service.code) + 1
            yield f"{service.code} is published and changed: raise it to version: {raised}"


def lost(instance: Instance, kept: dict[tuple[str, int], dict[str, Any]]) -> Iterator[str]:
    """Yield what a case of a published version would miss in a folder."""
    for (code, version), one in kept.items():
        for missed in sorted(set(one["uses"]) - set(given(instance, code, one["department"]))):
            yield f"cases of {code}, version {version}, still use: {missed}"


@pytest.fixture(scope="module")
def demonstration() -> Instance:
    return load(DEMONSTRATION)


def test_no_service_changes_without_a_new_version(demonstration: Instance) -> None:
    assert list(changed(demonstration, published())) == []


def test_nothing_is_taken_away_that_cases_of_an_earlier_version_use(
    demonstration: Instance,
) -> None:
    assert list(lost(demonstration, published())) == []


def test_a_changed_word_and_a_grant_that_lost_an_item_are_seen(demonstration: Instance) -> None:
    kept = published()
    code, version = max(kept)
    assert list(changed(demonstration, {**kept, (code, version): {"digest": "another"}})) == [
        f"{code} is published and changed: raise it to version: {version + 1}"
    ]
    used_too = {"department": "housing", "uses": ["resources 203008/1 person.bank_account_name"]}
    assert list(lost(demonstration, {(code, version): used_too})) == [
        f"cases of {code}, version {version}, still use: {used_too['uses'][0]}"
    ]
