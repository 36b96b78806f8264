"""What can be wrong with a certificate type."""

import re

from tongban.kernel.characters import half_width
from tongban.kernel.identifiers import Fault, certificate_type_fault, credit_code_fault
from tongban.kernel.subjects import SubjectKind
from tongban.kernel.text import CHINESE, ENGLISH, say
from tongban.kit.definitions.finding import Severity
from tongban.kit.definitions.instance import Instance
from tongban.kit.definitions.nearest import nearest
from tongban.kit.definitions.part import Findings, check, found
from tongban.modules.catalog.definition import ElementDefinition
from tongban.modules.certificates.definition import CertificateTypeDefinition
from tongban.modules.government.definition import DepartmentDefinition

CATEGORIES = ("licence", "approval", "certificate", "material", "document")
FIELD_TYPES = ("text", "integer", "decimal", "money", "date", "boolean", "code")
_BRACED = re.compile(r"[{｛][^{}｛｝]*[}｝]")
_HALF = re.compile(
    r"[{｛]\s*(?:[A-Za-z0-9_.-]+|[^\s{}｛｝，。、；,;]{1,12})|(?<![A-Za-z0-9_.-])[A-Za-z0-9_.-]{1,99}\s{0,9}[}｝]",
    re.ASCII,
)
"""A place of which one brace is missing, in what stands between whole ones."""
_PLACE = re.compile(r"\{([A-Za-z0-9_.-]+)\}")

_CREDIT_PROBLEMS = {
    Fault.LENGTH: ("的前 18 位不是统一社会信用代码", "does not begin with a credit code"),
    Fault.LOWER_CASE: ("有小写字母，应当写成大写", "has small letters; write capitals"),
    Fault.CHARACTERS: (
        "的前 18 位里有信用代码不用的字符（只有数字和大写字母，没有 I、O、S、V、Z）",
        "has a character in its first 18 that no credit code has (digits and capitals except I, O, S, V, Z)",
    ),
    Fault.CHECK: (
        "的第 18 位校验码不对，前 18 位可能抄错了",
        "has a wrong check character at 18; the first 18 may be copied wrongly",
    ),
    Fault.ORGANISATION_CHECK: (
        "的第 17 位（组织机构代码的校验码）不对，前 17 位可能抄错了",
        "has a wrong check character of the organisation code at 17; the first 17 may be copied wrongly",
    ),
}

_TYPE = """# file: departments.yaml
- {code: human-resources, name: 人力资源和社会保障局}
# file: elements.yaml
- {code: person.name, name: 姓名, subject: person}
# file: certificates/subsidy.yaml
code: subsidy-decision
name: 社会保险补贴核准决定
type_code: 11100000000013338W032
issuer: human-resources
fields:
  - {code: holder_name, name: 姓名, element: person.name}
  - {code: amount, name: 补贴金额, type: money}
body: 经核准，{holder_name}可领取补贴{amount}。
"""


@check(
    CertificateTypeDefinition,
    "certificates.unknown_issuer",
    Severity.ERROR,
    zh="证照“{it}”的颁发部门“{issuer}”没有定义。",
    en="Issuer “{issuer}” of certificate “{it}” is not defined.",
    fails=_TYPE.replace("issuer: human-resources", "issuer: human-resource"),
    passes=_TYPE,
)
def unknown_issuer(kind: CertificateTypeDefinition, instance: Instance) -> Findings:
    if instance.lacks(DepartmentDefinition, kind.issuer):
        close = instance.meant(DepartmentDefinition, kind.issuer)
        yield found("issuer", issuer=kind.issuer, suggestion=close)


@check(
    CertificateTypeDefinition,
    "certificates.bad_type_code",
    Severity.ERROR,
    zh="证照类型代码“{code}”{problem_zh}。它由定义机构的统一社会信用代码 18 位和 3 位数字组成，共 21 位。",
    en="Type code “{code}” {problem_en}. It is the defining authority's credit code (18 characters) and 3 "
    "digits, 21 in all.",
    why="GB/T 36904",
    fails=_TYPE.replace("13338W032", "13338X032"),
    passes=_TYPE,
)
def bad_type_code(kind: CertificateTypeDefinition, _: Instance) -> Findings:
    code = kind.type_code
    fault = certificate_type_problem(code) if code else None
    if fault is not None:
        zh, en = fault
        yield found("type_code", code=code, problem_zh=zh, problem_en=en)


def certificate_type_problem(code: str) -> tuple[str, str] | None:
    """Say in words, Chinese and English, what is wrong with a type code; None when it is sound."""
    if len(code) != 21:
        return f"有 {len(code)} 位", f"has {len(code)} characters"
    fault = credit_code_fault(code[:18])
    if fault is not None:
        return _CREDIT_PROBLEMS[fault]
    if certificate_type_fault(code) is not None:
        return "的最后 3 位不是半角数字", "does not end in 3 plain digits"
    return None


@check(
    CertificateTypeDefinition,
    "certificates.unknown_category",
    Severity.ERROR,
    zh="证照“{it}”的类别“{value}”不存在，可用：{known}。",
    en="Category “{value}” of certificate “{it}” does not exist; there is {known}.",
    fails=_TYPE + "category: license\n",
    passes=_TYPE + "category: licence\n",
)
def unknown_category(kind: CertificateTypeDefinition, _: Instance) -> Findings:
    if kind.category not in CATEGORIES:
        close = nearest(kind.category, CATEGORIES)
        yield found("category", value=kind.category, known=CATEGORIES, suggestion=close)


@check(
    CertificateTypeDefinition,
    "certificates.unknown_holder",
    Severity.ERROR,
    zh="证照“{it}”的持有主体“{value}”不存在，可用：{known}。",
    en="Holder “{value}” of certificate “{it}” does not exist; there is {known}.",
    fails=_TYPE + "holder: people\n",
    passes=_TYPE + "holder: person\n",
)
def unknown_holder(kind: CertificateTypeDefinition, _: Instance) -> Findings:
    kinds = tuple(SubjectKind)
    if kind.holder not in kinds:
        close = nearest(kind.holder, kinds)
        yield found("holder", value=kind.holder, known=kinds, suggestion=close)


@check(
    CertificateTypeDefinition,
    "certificates.field_of_unknown_element",
    Severity.ERROR,
    zh="证照“{it}”的“{field}”指向的数据元 {element} 没有定义。",
    en="Line “{field}” of certificate “{it}” points to element {element}, which is not defined.",
    fails=_TYPE.replace("element: person.name", "element: person.nane"),
    passes=_TYPE,
)
def field_of_unknown_element(kind: CertificateTypeDefinition, instance: Instance) -> Findings:
    for position, field in enumerate(kind.fields):
        if instance.lacks(ElementDefinition, field.element):
            close = instance.meant(ElementDefinition, field.element)
            path = ("fields", position, "element")
            yield found(*path, field=field.name, element=field.element, suggestion=close)


@check(
    CertificateTypeDefinition,
    "certificates.bad_field",
    Severity.ERROR,
    zh="证照“{it}”的“{field}”{problem_zh}。",
    en="Line “{field}” of certificate “{it}” {problem_en}.",
    fails=_TYPE.replace("type: money", "type: cash"),
    passes=_TYPE,
)
def bad_field(kind: CertificateTypeDefinition, _: Instance) -> Findings:
    seen: set[str] = set()
    for position, field in enumerate(kind.fields):
        path = ("fields", position)
        if field.type and field.type not in FIELD_TYPES:
            zh, en = f"的类型“{field.type}”不存在", f"has the unknown type “{field.type}”"
            close = nearest(field.type, FIELD_TYPES)
            yield found(
                *path,
                "type",
                field=field.name,
                problem_zh=zh,
                problem_en=en,
                suggestion=close,
            )
        if field.code in seen:
            zh, en = f"的代码 {field.code} 重复", f"repeats the code {field.code}"
            yield found(*path, "code", field=field.name, problem_zh=zh, problem_en=en)
        seen.add(field.code)


@check(
    CertificateTypeDefinition,
    "certificates.field_not_as_its_element",
    Severity.ERROR,
    zh="证照“{it}”的“{field}”写的类型是 {type}，数据元 {element} 的类型却是 {wanted}，照此发不出证照。"
    "类型不用写，随数据元。",
    en="Line “{field}” of certificate “{it}” is said to be {type}, while its element {element} is {wanted}: "
    "no certificate could be issued. Leave the type out; it is the element's.",
    fails=_TYPE.replace("element: person.name", "element: person.name, type: date"),
    passes=_TYPE.replace("element: person.name", "element: person.name, type: text"),
)
def field_not_as_its_element(kind: CertificateTypeDefinition, instance: Instance) -> Findings:
    for position, field in enumerate(kind.fields):
        element = instance.one(ElementDefinition, field.element) if field.element else None
        if element and field.type in FIELD_TYPES and field.type != element.type:
            path = ("fields", position, "type")
            yield found(
                *path,
                field=field.name,
                type=field.type,
                element=field.element,
                wanted=element.type.value,
                suggestion=element.type.value,
            )


@check(
    CertificateTypeDefinition,
    "certificates.body_names_unknown_field",
    Severity.ERROR,
    zh="证照“{it}”的正文里的“{place}”不是它的字段。",
    en="“{place}” in the body of certificate “{it}” is none of its fields.",
    fails=_TYPE.replace("补贴{amount}", "补贴{sum}"),
    passes=_TYPE,
)
def body_names_unknown_field(kind: CertificateTypeDefinition, _: Instance) -> Findings:
    known = {field.code for field in kind.fields}
    bodies = [kind.body] if isinstance(kind.body, str) else list(kind.body.values())
    for place in sorted({name for body in bodies for name in _PLACE.findall(body)} - known):
        yield found("body", place=place, suggestion=nearest(place, known))


@check(
    CertificateTypeDefinition,
    "certificates.body_place_unread",
    Severity.ERROR,
    zh="证照“{it}”的正文里的“{place}”不会换成值，会照原样印在证照上。"
    "请用半角花括号写字段代码，中间不留空格，如 {{{meant}}}。",
    en="“{place}” in the body of certificate “{it}” is replaced by nothing and would be printed as it "
    "stands. Write a field's code in plain braces without blanks, such as {{{meant}}}.",
    why="A certificate that says ｛amount｝ in place of an amount is issued for good.",
    fails=_TYPE.replace("补贴{amount}", "补贴｛amount｝"),
    passes=_TYPE,
)
def body_place_unread(kind: CertificateTypeDefinition, _: Instance) -> Findings:
    for path, body in _bodies(kind):
        for one in _BRACED.finditer(body):
            if not _PLACE.fullmatch(one[0]):
                yield found(*path, place=one[0], meant=_field_meant(kind, one[0]))


@check(
    CertificateTypeDefinition,
    "certificates.body_brace_missing",
    Severity.ERROR,
    zh="证照“{it}”的正文里的“{place}”少一半花括号，不会换成值，会照原样印在证照上。请写成 {{{meant}}}。",
    en="“{place}” in the body of certificate “{it}” lacks one of its braces, is replaced by nothing and "
    "would be printed as it stands. Write {{{meant}}}.",
    fails=_TYPE.replace("补贴{amount}", "补贴{amount"),
    passes=_TYPE,
)
def body_brace_missing(kind: CertificateTypeDefinition, _: Instance) -> Findings:
    for path, body in _bodies(kind):
        for between in _BRACED.split(body):
            for one in _HALF.finditer(between):
                yield found(*path, place=one[0], meant=_field_meant(kind, one[0]))


def _bodies(kind: CertificateTypeDefinition) -> list[tuple[tuple[str, ...], str]]:
    """Return the certifying sentence in each language, and where it stands."""
    if isinstance(kind.body, str):
        return [(("body",), kind.body)]
    return [(("body", language), body) for language, body in kind.body.items()]


def _field_meant(kind: CertificateTypeDefinition, place: str) -> str:
    """Return the field that a place probably means: by code, by name, by likeness, else the first."""
    said = half_width(place).strip("{} ")
    for field in kind.fields:
        if said in (field.code, say(field.name, CHINESE), say(field.name, ENGLISH)):
            return field.code
    codes = [field.code for field in kind.fields]
    return nearest(said, codes) or next(iter(codes), "code")


@check(
    CertificateTypeDefinition,
    "certificates.body_languages_differ",
    Severity.WARNING,
    zh="证照“{it}”的正文，{languages} 里没有 {{{field}}}，别的语言里有；两种文字的证照说的不一样。",
    en="The body of certificate “{it}” has {{{field}}} in one language and not in {languages}: the "
    "certificate would say more in one than in the other.",
    fails=_TYPE.replace(
        "body: 经核准，{holder_name}可领取补贴{amount}。",
        "body: {zh: '{holder_name}可领取补贴{amount}。', en: '{holder_name} receives a subsidy.'}",
    ),
    passes=_TYPE.replace(
        "body: 经核准，{holder_name}可领取补贴{amount}。",
        "body: {zh: '{holder_name}可领取补贴{amount}。', en: '{holder_name} receives {amount}.'}",
    ),
)
def body_languages_differ(kind: CertificateTypeDefinition, _: Instance) -> Findings:
    places = {path: set(_PLACE.findall(body)) for path, body in _bodies(kind) if body.strip()}
    for field in (one.code for one in kind.fields):
        lacking = [path[-1] for path, named in places.items() if field not in named]
        if lacking and len(lacking) < len(places):
            yield found("body", lacking[0], field=field, languages=", ".join(lacking))


@check(
    CertificateTypeDefinition,
    "certificates.without_basis",
    Severity.WARNING,
    zh="证照“{it}”没有写设定依据。",
    en="Certificate “{it}” names no legal basis.",
    fails=_TYPE,
    passes=_TYPE + "basis: 本市灵活就业社会保险补贴办法第十条\n",
)
def without_basis(kind: CertificateTypeDefinition, _: Instance) -> Findings:
    if not say(kind.basis, CHINESE).strip() and not kind.retired:
        yield found("basis")


@check(
    CertificateTypeDefinition,
    "certificates.no_validity",
    Severity.ERROR,
    zh="证照“{it}”的有效期是 {months} 个月；应当大于 0，长期有效则不写。",
    en="Certificate “{it}” is valid for {months} months; give more than 0, or leave it out.",
    fails=_TYPE + "valid_months: 0\n",
    passes=_TYPE + "valid_months: 12\n",
)
def no_validity(kind: CertificateTypeDefinition, _: Instance) -> Findings:
    if kind.valid_months is not None and not 0 < kind.valid_months <= 1200:
        yield found("valid_months", months=kind.valid_months)
