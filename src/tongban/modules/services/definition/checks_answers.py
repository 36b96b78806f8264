"""What a question or a telephone says that would be passed over, or shown as it should not be."""

from tongban.kit.definitions.finding import Severity
from tongban.kit.definitions.instance import Instance
from tongban.kit.definitions.nearest import nearest
from tongban.kit.definitions.part import Findings, check, found
from tongban.modules.catalog.definition import ElementDefinition
from tongban.modules.government.definition.checks_contacts import letters_in
from tongban.modules.services.definition.checks_data import fields_of
from tongban.modules.services.definition.snippets import PASSES, but
from tongban.modules.services.model import Service

_ACCOUNT = "{code: account, name: 银行账号, element: person.account}"
_PLAIN = """off on name honorific-prefix given-name additional-name family-name honorific-suffix nickname
username new-password current-password one-time-code organization-title organization street-address
address-line1 address-line2 address-line3 address-level4 address-level3 address-level2 address-level1
country country-name postal-code cc-name cc-given-name cc-additional-name cc-family-name cc-number cc-exp
cc-exp-month cc-exp-year cc-csc cc-type transaction-currency transaction-amount language bday bday-day
bday-month bday-year sex url photo""".split()
_REACHED = """tel tel-country-code tel-national tel-area-code tel-local tel-local-prefix tel-local-suffix
tel-extension email impp""".split()
_PLACES = ("shipping", "billing")
_KINDS = ("home", "work", "mobile", "fax", "pager")
"""Names of autofill fields (HTML Living Standard, 4.10.18.7.1), and what may stand before them."""


def is_autofill(text: str) -> bool:
    """Whether a browser understands it: ``[section-…] [shipping|billing] [home|work|…] name``."""
    words = text.lower().split()
    if words and words[0].startswith("section-"):
        words = words[1:]
    if len(words) > 1 and words[0] in _PLACES:
        words = words[1:]
    if len(words) > 1 and words[0] in _KINDS:
        return len(words) == 2 and words[1] in _REACHED
    return len(words) == 1 and words[0] in (*_PLAIN, *_REACHED)


@check(
    Service,
    "services.autocomplete_unknown",
    Severity.ERROR,
    zh="“{it}”的问题“{field}”写了 autocomplete: {found}，浏览器不认这个词，不会自动填写。请用 HTML "
    "标准里的名称，"
    "例如 name（姓名）、tel（电话）、email、street-address（地址）、bday（生日）。",
    en="Question “{field}” of “{it}” says autocomplete: {found}, which no browser knows, so nothing "
    "is filled "
    "in. Use a name of the HTML standard, such as name, tel, email, street-address or bday.",
    why="HTML Living Standard 4.10.18.7.1; WCAG 2.2, 1.3.5",
    fails=but(_ACCOUNT, _ACCOUNT[:-1] + ", autocomplete: phone}"),
    passes=but(_ACCOUNT, _ACCOUNT[:-1] + ", autocomplete: mobile tel}"),
)
def autocomplete_unknown(service: Service, _: Instance) -> Findings:
    for path, field in fields_of(service):
        wanted = field.autocomplete
        if wanted and not is_autofill(wanted):
            close = nearest(wanted, (*_PLAIN, *_REACHED))
            yield found(*path, "autocomplete", field=field.name, found=wanted, suggestion=close)


@check(
    Service,
    "services.type_against_element",
    Severity.ERROR,
    zh="“{it}”的问题“{field}”写了 type: {type}，它填的数据元 {element} 却是 {right}。以数据元为准，"
    "请删去这里的 type；类型不对的，改 elements.yaml。",
    en="Question “{field}” of “{it}” says type: {type}, but the element it fills, {element}, is of type "
    "{right}, which counts. Remove type here, or mend elements.yaml.",
    fails=but(_ACCOUNT, _ACCOUNT[:-1] + ", type: integer}"),
    passes=but(_ACCOUNT, _ACCOUNT[:-1] + ", type: text}"),
)
def type_against_element(service: Service, instance: Instance) -> Findings:
    for path, field in fields_of(service):
        element = instance.one(ElementDefinition, field.element) if field.element else None
        if element is not None and field.type and field.type != element.type:
            yield found(
                *path, "type", field=field.name, type=field.type, element=field.element,
                right=element.type.value,
            )  # fmt: skip


@check(
    Service,
    "services.options_against_element",
    Severity.ERROR,
    zh="“{it}”的问题“{field}”的选项 {codes} 不在数据元 {element} 的代码表里，选了它的答案谁也看不懂。"
    "请用代码表里的代码，或者删去这里的 options。",
    en="Options {codes} of question “{field}” in “{it}” are not in the list of codes of its element "
    "{element}, "
    "so that nobody could tell what such an answer means. Use codes of the list, or remove options here.",
    fails=but(
        _ACCOUNT,
        "{code: married, name: 婚姻, element: person.marital_status, "
        "options: [{code: single, name: 未婚}, {code: wed, name: 已婚}]}",
    ),
    passes=but(
        _ACCOUNT,
        "{code: married, name: 婚姻, element: person.marital_status, "
        "options: [{code: single, name: 未婚}, {code: married, name: 已婚}]}",
    ),
)
def options_against_element(service: Service, instance: Instance) -> Findings:
    for path, field in fields_of(service):
        element = instance.one(ElementDefinition, field.element) if field.element else None
        codes = [one.code for one in field.options]
        if element is not None and (strange := [c for c in codes if c not in element.codes]):
            yield found(*path, "options", field=field.name, element=field.element, codes=strange)


@check(
    Service,
    "services.letters_in_telephone",
    Severity.WARNING,
    zh="“{it}”的咨询电话“{phone}”里有字母，打不通；数字 0 和字母 O、数字 1 和字母 l 容易混。请对照原件改。",
    en="Telephone “{phone}” of “{it}” has a letter in it and reaches nobody; a zero is easily taken "
    "for an O, "
    "a one for an l. Compare it with the original.",
    fails=but("phone: 0600-5550110", "phone: 0600-555O110"),
    passes=PASSES,
)
def letters_in_telephone(service: Service, _: Instance) -> Findings:
    if letters_in(service.window.phone):
        yield found("window", "phone", phone=service.window.phone)
