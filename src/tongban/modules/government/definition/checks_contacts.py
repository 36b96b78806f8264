"""What can be wrong with the ways to reach a government and its departments."""

import re

from tongban.kit.definitions.finding import Severity
from tongban.kit.definitions.instance import Instance
from tongban.kit.definitions.part import Findings, check, found
from tongban.modules.government.definition import DepartmentDefinition, GovernmentDefinition

_EXTENSION = re.compile(r"\b(?:ext\.?|x)\s*(?=[0-9])", re.IGNORECASE)
_LETTER = re.compile("[A-Za-zＡ-Ｚａ-ｚ]")
_DEPARTMENT = (
    "# file: departments.yaml\n- {code: tax, name: 税务局, contact: {phone: 0600-5550110}}\n"
)
_GOVERNMENT = """# file: government.yaml
name: 云汀市
division: "470181"
level: "4"
origin: yunting.example/ledger
contact: {phone: 0600-5550110}
"""


def letters_in(phone: str) -> bool:
    """Whether a telephone has letters other than those that announce an extension."""
    return _LETTER.search(_EXTENSION.sub("", phone)) is not None


@check(
    DepartmentDefinition,
    "government.letters_in_telephone",
    Severity.WARNING,
    zh="{it}的电话“{phone}”里有字母，打不通；数字 0 和字母 O、数字 1 和字母 l 容易混。请对照原件改。",
    en="Telephone “{phone}” of {it} has a letter in it and reaches nobody; a zero is easily taken "
    "for an O, a "
    "one for an l. Compare it with the original.",
    fails=_DEPARTMENT.replace("5550110", "555O110"),
    passes=_DEPARTMENT,
)
def letters_in_telephone(department: DepartmentDefinition, _: Instance) -> Findings:
    if letters_in(department.contact.phone):
        yield found("contact", "phone", phone=department.contact.phone)


@check(
    GovernmentDefinition,
    "government.letters_in_own_telephone",
    Severity.WARNING,
    zh="联系电话“{phone}”里有字母，打不通；数字 0 和字母 O、数字 1 和字母 l 容易混。请对照原件改。",
    en="Telephone “{phone}” has a letter in it and reaches nobody; a zero is easily taken for an O, "
    "a one for "
    "an l. Compare it with the original.",
    fails=_GOVERNMENT.replace("5550110", "555O110"),
    passes=_GOVERNMENT,
)
def letters_in_own_telephone(government: GovernmentDefinition, _: Instance) -> Findings:
    if letters_in(government.contact.phone):
        yield found("contact", "phone", phone=government.contact.phone)
