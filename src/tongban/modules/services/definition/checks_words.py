"""What people read of a service: one thing has one name, and nobody is asked what a department said."""

import re
from collections.abc import Iterator

from tongban.kernel.text import CHINESE, LANGUAGES, Text, say
from tongban.kit.definitions.finding import Severity
from tongban.kit.definitions.instance import Instance
from tongban.kit.definitions.nodes import Step
from tongban.kit.definitions.part import Findings, check, found
from tongban.modules.catalog.definition import ElementDefinition
from tongban.modules.services.definition.checks_data import fields_of
from tongban.modules.services.definition.snippets import PASSES, but
from tongban.modules.services.model import Service

_ACCOUNT = "{code: account, name: 银行账号, element: person.account}"


@check(
    Service,
    "services.field_called_otherwise",
    Severity.WARNING,
    zh="“{it}”的问题“{name}”指向数据元 {element}，数据元叫“{called}”；同一项内容在不同页面上会有两个名称。",
    en="Question “{name}” of “{it}” means element {element}, which is called “{called}”: pages will call "
    "one thing by two names.",
    fails=but(_ACCOUNT, "{code: account, name: 账号, element: person.account}"),
    passes=PASSES,
)
def field_called_otherwise(service: Service, instance: Instance) -> Findings:
    for path, field in fields_of(service):
        element = instance.one(ElementDefinition, field.element) if field.element else None
        if element is None:
            continue
        for language in LANGUAGES:
            name, called = say(field.name, language), say(element.name, language)
            if name != called:
                yield found(
                    *path, "name", name=name, element=element.code, called=called, suggestion=called
                )
                break


@check(
    Service,
    "services.asks_what_is_brought",
    Severity.WARNING,
    zh="“{it}”问申请人“{name}”，而数据需求已经取得叫这个名称的 {element}；请写 element: {element}，"
    "取到了就不再问。",
    en="“{it}” asks for “{name}” although a need brings {element}, which is called so. Write element: "
    "{element}, and it is asked only where it did not come.",
    fails=but(
        "{code: months, name: 申请月数, type: integer}",
        "{code: months, name: 婚姻状况, type: text}",
    ),
    passes=PASSES,
)
def asks_what_is_brought(service: Service, instance: Instance) -> Findings:
    brought = {code for need in service.needs for code in need.elements}
    known = {code: instance.one(ElementDefinition, code) for code in brought}
    named = {say(one.name, CHINESE): code for code, one in known.items() if one is not None}
    for path, field in fields_of(service):
        name = say(field.name, CHINESE)
        if not field.element and name in named:
            yield found(*path, "name", name=name, element=named[name])


_TO_SOMEBODY = re.compile(r"您|你|\b[Yy]ou(?:r|rs)?\b")


@check(
    Service,
    "services.speaks_to_the_applicant",
    Severity.WARNING,
    zh="“{it}”的 {what}“{words}”是对申请人说的，但工作人员和公开账本也会写出这句话；请不写“您”。",
    en="{what} of “{it}”, “{words}”, speaks to the applicant, but staff and the public ledger read it too: "
    "leave out “you”.",
    fails=but("purpose: 核验家庭情况}", "purpose: 核验您的家庭情况}"),
    passes=PASSES,
)
def speaks_to_the_applicant(service: Service, _: Instance) -> Findings:
    for path, text in _read_by_all(service):
        for language in LANGUAGES:
            words = say(text, language)
            if _TO_SOMEBODY.search(words):
                yield found(*path, what=str(path[-1]), words=words)
                break


def _read_by_all(service: Service) -> Iterator[tuple[tuple[Step, ...], Text]]:
    """Yield what applicants, staff and the public all read, and where it stands."""
    for number, need in enumerate(service.needs):
        yield ("needs", number, "purpose"), need.purpose
    for number, step in enumerate(service.steps):
        yield ("steps", number, "name"), step.name
        yield ("steps", number, "task"), step.task
    for number, rule in enumerate(service.rules):
        yield ("rules", number, "name"), rule.name
    for number, each in enumerate(service.calculations):
        yield ("calculations", number, "name"), each.name
