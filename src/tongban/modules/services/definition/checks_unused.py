"""What a folder declares and nothing uses: said once for each kind, since it may be meant for later.

Resources and divisions are not among them: they are rightly catalogued before anybody uses them. Nor
are certificate types of a service of the same code, which may only be listed yet: they are known before
it can be applied for here.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from msgspec import Struct

from tongban.kernel.text import CHINESE, ENGLISH, Text, say, together
from tongban.kit.definitions.finding import Severity
from tongban.kit.definitions.instance import Instance
from tongban.kit.definitions.part import Findings, check, found
from tongban.modules.catalog.definition import ElementDefinition, ResourceDefinition
from tongban.modules.certificates.definition import CertificateTypeDefinition
from tongban.modules.exchange.definition import GrantDefinition, SourceDefinition
from tongban.modules.government.definition import GovernmentDefinition
from tongban.modules.identity.definition import AccountDefinition, RoleDefinition
from tongban.modules.services.definition.conditions import names_in
from tongban.modules.services.definition.snippets import PASSES
from tongban.modules.services.model import Service

_SHOWN = 6
"""Definitions named; the count says how many there are."""
_GOVERNMENT = """# file: government.yaml
name: 云汀市
division: "470181"
level: "4"
origin: yunting.example/ledger
"""
_WHOLE = _GOVERNMENT + PASSES
_SOURCE = "- {code: civil, name: 民政业务系统, department: civil-affairs, location: civil.db}\n"
_AGE = "- {code: person.age, name: 年龄, subject: person, type: integer}\n"
_TYPE = "# file: certificates.yaml\n"
_STAFFED = (
    _GOVERNMENT + "demonstration: true\n# file: departments.yaml\n- {code: tax, name: 税务局}\n"
    "# file: roles.yaml\n- {code: clerk, name: 经办人, duties: [case.accept]}\n"
    "- {code: checker, name: 复核人, duties: [case.review]}\n"
    "# file: accounts.yaml\n"
    "- {login: wang, name: 王某, kind: staff, department: tax, roles: [clerk, checker]}\n"
)


@check(
    GovernmentDefinition,
    "services.sources_unused",
    Severity.INFO,
    zh="有 {count} 个数据源没有一项资源从中取数：{which}。在资源的 link 里写上它，或者删去。",
    en="Data sources that serve no resource ({count}): {which}. Name them in a "
    "resource's link, or remove them.",
    fails=_WHOLE.replace(_SOURCE, _SOURCE + _SOURCE.replace("code: civil", "code: spare")),
    passes=_WHOLE,
)
def sources_unused(_: GovernmentDefinition, instance: Instance) -> Findings:
    if instance.complete(ResourceDefinition):
        resources = instance.every(ResourceDefinition).values()
        linked = {resource.link.source for resource in resources if resource.link}
        yield from _unused(instance, SourceDefinition, linked)


@check(
    GovernmentDefinition,
    "services.elements_unused",
    Severity.INFO,
    zh="有 {count} 个数据元，资源、授权、证照和事项都没有用到：{which}。"
    "在信息项、表单或规则里写上它，或者删去。",
    en="Data elements that no resource, grant, certificate or service names ({count}): {which}. Name them "
    "in an item, a form or a rule, or remove them.",
    fails=_WHOLE,
    passes=_WHOLE.replace(_AGE, ""),
)
def elements_unused(_: GovernmentDefinition, instance: Instance) -> Findings:
    users = (ResourceDefinition, GrantDefinition, CertificateTypeDefinition, Service)
    if not instance.every(ResourceDefinition) or not instance.complete(*users):
        return  # before anything is catalogued, the vocabulary that Tongban brings waits for it
    used: set[str] = set()
    for shape in users:
        for one in instance.every(shape).values():
            for text in _texts(one):
                used |= {text, *names_in(text)} if shape is Service else {text}
    own = {code for code, one in instance.every(ElementDefinition).items() if one.own_identifier}
    yield from _unused(instance, ElementDefinition, used | own)


@check(
    GovernmentDefinition,
    "services.certificates_unused",
    Severity.INFO,
    zh="有 {count} 种证照没有一个事项颁发：{which}。在事项的 result 里写上它；不再颁发的，写 retired: true。",
    en="Kinds of certificate that no service issues ({count}): {which}. Name them in a service's result; of "
    "one that is no longer issued write retired: true.",
    fails=_WHOLE.replace(
        _TYPE, _TYPE + "- {code: spare, name: 备用证明, issuer: tax, basis: 本市办法}\n"
    ),
    passes=_WHOLE,
)
def certificates_unused(_: GovernmentDefinition, instance: Instance) -> Findings:
    if not instance.complete(Service):
        return
    services = instance.every(Service)
    issued = {service.result.certificate for service in services.values()}
    retired = {
        code for code, one in instance.every(CertificateTypeDefinition).items() if one.retired
    }
    yield from _unused(instance, CertificateTypeDefinition, issued | retired | services.keys())


@check(
    GovernmentDefinition,
    "services.roles_unused",
    Severity.INFO,
    zh="有 {count} 个角色没有一个演示账号担任：{which}。在 accounts.yaml 里给出账号，或者删去。",
    en="Roles that no demonstration account has ({count}): {which}. Give an account for them in "
    "accounts.yaml, or remove them.",
    why="Where there are no demonstration accounts, staff are given their roles while it runs.",
    fails=_STAFFED.replace("roles: [clerk, checker]", "roles: [clerk]"),
    passes=_STAFFED,
)
def roles_unused(_: GovernmentDefinition, instance: Instance) -> Findings:
    accounts = instance.every(AccountDefinition).values()
    given = {role for account in accounts for role in account.roles}
    if given and instance.complete(AccountDefinition):
        yield from _unused(instance, RoleDefinition, given)


def _unused(instance: Instance, shape: type[Struct], used: Iterable[str]) -> Findings:
    """Yield one finding that counts what of a shape nothing uses and names the first of it."""
    known = set(used)
    every: dict[str, Any] = {k: one for k, one in instance.every(shape).items() if k not in known}
    if every:
        named = [(key, one.name) for key, one in list(every.items())[:_SHOWN]]
        more = ", …" if len(every) > _SHOWN else ""
        which = {each: _listed(named, each) + more for each in (CHINESE, ENGLISH)}
        yield found("name", count=len(every), which=which)


def _listed(named: Iterable[tuple[str, Text]], language: str) -> str:
    return together([f"{say(name, language)} ({key})" for key, name in named], language)


def _texts(value: Any) -> Iterator[str]:
    """Yield every text inside a definition, keys and values."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Struct):
        for field in value.__struct_fields__:
            yield from _texts(getattr(value, field))
    elif isinstance(value, dict):
        for key, each in value.items():
            yield from _texts(key)
            yield from _texts(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _texts(each)
