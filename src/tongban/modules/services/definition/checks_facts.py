"""What can be wrong with the facts of a service: codes of standards, names, limits, references."""

from collections.abc import Mapping

from tongban.kernel.identifiers import (
    CodeStatus,
    find_credit_code,
    implementation_code_fault,
    is_shortened,
)
from tongban.kernel.text import CHINESE, say
from tongban.kit.definitions.finding import Severity
from tongban.kit.definitions.instance import Instance
from tongban.kit.definitions.nodes import Step
from tongban.kit.definitions.part import Findings, Found, check, check_all, found
from tongban.kit.web_addresses import is_web_address
from tongban.modules.exchange.definition import GrantDefinition
from tongban.modules.government.definition import DepartmentDefinition
from tongban.modules.government.definition.codes import LEVELS
from tongban.modules.services.definition.codes import AUDIENCES, CHANNELS, KINDS, TYPES, is_type
from tongban.modules.services.definition.snippets import PASSES, but, plus
from tongban.modules.services.model import Limited, Service

UNITS = ("working_day", "day")
_STANDARD = "GB/T 39046-2020"


@check(
    Service,
    "services.unknown_department",
    Severity.ERROR,
    zh="“{it}”的部门“{department}”没有定义。",
    en="Department “{department}” of “{it}” is not defined.",
    fails=but("\ndepartment: human-resources\ntype", "\ndepartment: human-resource\ntype"),
    passes=PASSES,
)
def unknown_department(service: Service, instance: Instance) -> Findings:
    if instance.lacks(DepartmentDefinition, service.department):
        yield _no_department(instance, service.department, "department")
    for position, code in enumerate(service.joint):
        if instance.lacks(DepartmentDefinition, code):
            yield _no_department(instance, code, "joint", position)


def _no_department(instance: Instance, code: str, *path: Step) -> Found:
    close = instance.meant(DepartmentDefinition, code)
    return found(*path, department=code, suggestion=close)


def _known(codes: Mapping[str, Mapping[str, str]]) -> list[str]:
    return [f"{code} {name['zh']}" for code, name in codes.items()]


@check(
    Service,
    "services.unknown_type",
    Severity.ERROR,
    zh="“{it}”的事项类型“{value}”不在标准里：{known}。",
    en="Type “{value}” of “{it}” is not in the standard: {known}.",
    why=f"{_STANDARD} A.1",
    fails=but('type: "05"', 'type: "5"'),
    passes=PASSES,
)
def unknown_type(service: Service, _: Instance) -> Findings:
    if service.type and not is_type(service.type):
        padded = service.type.zfill(2)
        close = padded if is_type(padded) else ""
        yield found("type", value=service.type, known=_known(TYPES), suggestion=close)


@check(
    Service,
    "services.unknown_level",
    Severity.ERROR,
    zh="“{it}”的行使层级“{value}”不在标准里：{known}。",
    en="Level “{value}” of “{it}” is not in the standard: {known}.",
    why=f"{_STANDARD} A.2",
    fails=but('level: "4"', 'level: "县级"'),
    passes=PASSES,
)
def unknown_level(service: Service, _: Instance) -> Findings:
    if service.level and service.level not in LEVELS:
        yield found("level", value=service.level, known=_known(LEVELS))


@check(
    Service,
    "services.unknown_code",
    Severity.ERROR,
    zh="“{it}”的 {what}“{value}”不在标准里：{known}。",
    en="“{value}” as {what} of “{it}” is not in the standard: {known}.",
    why=f"{_STANDARD} A.4 服务对象, A.5 办理形式, A.6 办件类型",
    fails=but('audience: ["1"]', 'audience: ["7"]'),
    passes=PASSES,
)
def unknown_code(service: Service, _: Instance) -> Findings:
    for key, codes in (("audience", AUDIENCES), ("channels", CHANNELS)):
        for position, value in enumerate(getattr(service, key)):
            if value not in codes:
                yield found(key, position, what=key, value=value, known=_known(codes))
    if service.kind and service.kind not in KINDS:
        yield found("kind", what="kind", value=service.kind, known=_known(KINDS))


# Codes ------------------------------------------------------------------------------------------

_SOUND = "11100000000013338W4000512345000"


@check(
    Service,
    "services.bad_national_code",
    Severity.ERROR,
    zh="“{it}”的实施编码“{code}”不合规则：应为 31 位（统一社会信用代码 18、行使层级 1、基本编码 12）。",
    en="Implementation code “{code}” of “{it}” is malformed: 31 characters, credit code 18, level 1, "
    "base code 12.",
    why="GB/T 39554.1-2020",
    fails=plus(f"national_code: {_SOUND.replace('8W4', '8X4')}\n"),
    passes=PASSES,
)
def bad_national_code(service: Service, _: Instance) -> Findings:
    if service.national_code and implementation_code_fault(service.national_code):
        yield found("national_code", code=service.national_code)


@check(
    Service,
    "services.national_code_contradicts",
    Severity.ERROR,
    zh="“{it}”的实施编码里的{what_zh}是 {inside}，与这里写的 {stated} 不一致。",
    en="The {what_en} inside the implementation code of “{it}” is {inside}, not {stated} as stated.",
    why="GB/T 39554.1-2020",
    fails=plus(f"national_code: {_SOUND.replace('W4', 'W3')}\n"),
    passes=PASSES,
)
def national_code_contradicts(service: Service, instance: Instance) -> Findings:
    code = service.national_code
    if not code or implementation_code_fault(code):
        return
    department = instance.one(DepartmentDefinition, service.department)
    stated = department.credit_code if department else ""
    for inside, said, zh, en in (
        (code[:18], stated, "统一社会信用代码", "credit code"),
        (code[18], service.level, "行使层级", "level"),
        (code[21:23], service.type, "事项类型", "type"),
    ):
        if said and inside != said:
            yield found("national_code", what_zh=zh, what_en=en, inside=inside, stated=said)


@check_all(
    Service,
    "services.same_national_code",
    Severity.ERROR,
    zh="“{it}”的实施编码与 {other} 相同。",
    en="“{it}” has the same implementation code as {other}.",
    why="GB/T 39554.1-2020",
    fails=plus(
        f"national_code: {_SOUND}\n# file: services/b.yaml\ncode: b\nname: 另一事项\n"
        f"department: tax\nnational_code: {_SOUND}\n"
    ),
    passes=PASSES,
)
def same_national_code(services: Mapping[str, Service], _: Instance) -> Findings:
    owners: dict[str, str] = {}
    for key, service in services.items():
        code = service.national_code
        if code and code in owners:
            yield found("national_code", key=key, other=owners[code])
        owners.setdefault(code, key)


@check_all(
    Service,
    "services.same_name",
    Severity.WARNING,
    zh="“{it}”与同一部门的 {other} 同名，办事人分不清。",
    en="“{it}” has the same name as {other} of the same department; people cannot tell them apart.",
    fails=plus(
        "# file: services/b.yaml\n{code: b, name: 灵活就业社会保险补贴, "
        "department: human-resources}\n"
    ),
    passes=PASSES,
)
def same_name(services: Mapping[str, Service], _: Instance) -> Findings:
    owners: dict[tuple[str, str], str] = {}
    for key, service in services.items():
        name = service.name if isinstance(service.name, str) else say(service.name, CHINESE)
        whose = (service.department, name)
        if whose in owners:
            yield found("name", key=key, other=owners[whose])
        else:
            owners[whose] = key


@check(
    Service,
    "services.bad_code_in_local_code",
    Severity.WARNING,
    zh="“{it}”的地方编码里的统一社会信用代码“{code}”{problem_zh}。",
    en="The credit code “{code}” inside the local code of “{it}” {problem_en}.",
    why="GB 32100-2015; the layout 511A0138000000-511602000000-000-<credit code>-1-00",
    fails=plus("local_code: 511A62001004-511602000000-000-TE5116020105116050-1-00\n"),
    passes=plus("local_code: 511Z07001006-511602000000-000-11511301008778183N-1-00\n"),
)
def bad_code_in_local_code(service: Service, _: Instance) -> Findings:
    if not service.local_code:
        return
    inside = find_credit_code(service.local_code)
    if inside.status is CodeStatus.WRONG:
        zh, en = "校验不通过", "is not valid"
        yield found("local_code", code=inside.code, problem_zh=zh, problem_en=en)
    elif inside.status is CodeStatus.LOWER_CASE:
        zh, en = "改成大写才有效", "is valid only in capitals"
        meant = service.local_code.replace(inside.code, inside.code.upper())
        yield found("local_code", code=inside.code, problem_zh=zh, problem_en=en, suggestion=meant)


@check(
    Service,
    "services.shortened_code",
    Severity.ERROR,
    zh="“{it}”的编码“{code}”被电子表格缩短过，后面的位数已经丢失。请从原系统重新抄写。",
    en="A spreadsheet has shortened a code of “{it}” to “{code}”; its other digits are lost. Copy it "
    "again from where it came.",
    why="A spreadsheet keeps 15 digits of a number; a code is text.",
    fails=plus("local_code: 1.147E+30\n"),
    passes=plus("local_code: 511A0138000000-000\n"),
)
def shortened_code(service: Service, _: Instance) -> Findings:
    for key in ("code", "local_code", "national_code"):
        if is_shortened(getattr(service, key)):
            yield found(key, code=getattr(service, key))


@check(
    Service,
    "services.bad_address",
    Severity.ERROR,
    zh="“{it}”的 {what} “{url}”不是 http 或 https 网址。",
    en="{what} of “{it}”, “{url}”, is not an http or https address.",
    fails=plus("guide_url: javascript:alert(1)\n"),
    passes=plus("guide_url: https://yunting.example/guide/1\n"),
)
def bad_address(service: Service, _: Instance) -> Findings:
    for key in ("guide_url", "apply_url"):
        url = getattr(service, key)
        if url and not is_web_address(url):
            yield found(key, what=key, url=url)


# Limits -----------------------------------------------------------------------------------------


@check(
    Service,
    "services.bad_limit",
    Severity.ERROR,
    zh="“{it}”的 {what} 写的是 {days} {unit}；天数应为 0 至 3650，单位是 working_day 或 day。",
    en="{what} of “{it}” is {days} {unit}; days are 0 to 3650 and the unit is working_day or day.",
    fails=but("promised_limit: {days: 5}", "promised_limit: {days: 5, unit: week}"),
    passes=PASSES,
)
def bad_limit(service: Service, _: Instance) -> Findings:
    limits: list[tuple[tuple[Step, ...], Limited | None]] = [
        (("statutory_limit",), service.statutory_limit),
        (("promised_limit",), service.promised_limit),
    ]
    limits += [(("steps", n, "limit"), step.limit) for n, step in enumerate(service.steps)]
    for path, limit in limits:
        if limit is not None and (limit.unit not in UNITS or not 0 <= limit.days <= 3650):
            yield found(*path, what=str(path[0]), days=limit.days, unit=limit.unit)


def working_days(limit: Limited) -> float:
    """Return a limit in working days, five of seven for calendar days: for comparing two."""
    return limit.days if limit.unit == "working_day" else limit.days * 5 / 7


@check(
    Service,
    "services.promised_over_statutory",
    Severity.ERROR,
    zh="“{it}”承诺 {promised}办结，超过法定的 {statutory}{folded}。请缩短承诺时限，或核对法定时限。",
    en="“{it}” promises {promised}, more than the {statutory} that the law allows{folded}. Shorten "
    "the promised limit, or check the statutory one.",
    why="行政许可法第四十二条；承诺时限不得长于法定时限",
    fails=but("promised_limit: {days: 5}", "promised_limit: {days: 25}"),
    passes=PASSES,
)
def promised_over_statutory(service: Service, _: Instance) -> Findings:
    statutory, promised = service.statutory_limit, service.promised_limit
    if statutory is None or promised is None:
        return
    if working_days(promised) > working_days(statutory):
        yield found(
            "promised_limit",
            promised=days_of(promised),
            statutory=days_of(statutory),
            folded=_folded(statutory) if promised.unit != statutory.unit else "",
        )


def days_of(limit: Limited) -> dict[str, str]:
    """Return a limit in words with the kind of its days: 14 个工作日, 15 calendar days."""
    zh, en = ("工作日", "working") if limit.unit == "working_day" else ("自然日", "calendar")
    return {
        "zh": f"{limit.days} 个{zh}",
        "en": f"{limit.days} {en} {'day' if limit.days == 1 else 'days'}",
    }


def _folded(statutory: Limited) -> dict[str, str]:
    """Return how a limit compares that is not counted in the days of the other."""
    days = working_days(statutory)
    if statutory.unit == "working_day":
        all_days = f"{days * 7 / 5:.1f}".removesuffix(".0")
        return {
            "zh": f"（每周按五个工作日算，约合 {all_days} 个自然日）",
            "en": f" (about {all_days} calendar days, five working days to a week)",
        }
    worked = f"{days:.1f}".removesuffix(".0")
    return {
        "zh": f"（每周按五个工作日算，约合 {worked} 个工作日）",
        "en": f" (about {worked} working days, five to a week)",
    }


@check(
    Service,
    "services.at_once_with_days",
    Severity.WARNING,
    zh="“{it}”是即办件，却承诺 {days} 天办结。即办件当日办结。",
    en="“{it}” is done at once (即办件), yet promises {days} days.",
    why=f"{_STANDARD} A.6",
    fails=but('kind: "2"', 'kind: "1"'),
    passes=PASSES,
)
def at_once_with_days(service: Service, _: Instance) -> Findings:
    promised = service.promised_limit
    if service.kind == "1" and promised is not None and promised.days > 1:
        yield found("promised_limit", days=promised.days)


@check(
    Service,
    "services.bad_visits",
    Severity.ERROR,
    zh="“{it}”的到现场次数是 {visits}，应为 0 至 20。",
    en="“{it}” takes {visits} visits; that should be 0 to 20.",
    fails=but("visits: 0", "visits: -1"),
    passes=PASSES,
)
def bad_visits(service: Service, _: Instance) -> Findings:
    if service.visits is not None and not 0 <= service.visits <= 20:
        yield found("visits", visits=service.visits)


@check(
    Service,
    "services.bad_version",
    Severity.ERROR,
    zh="“{it}”的版本是 {version}，应为 1 或更大。",
    en="“{it}” has version {version}; versions count from 1.",
    fails=plus("version: 0\n"),
    passes=plus("version: 2\n"),
)
def bad_version(service: Service, _: Instance) -> Findings:
    if not 1 <= service.version <= 1_000_000:
        yield found("version", version=service.version)


@check(
    GrantDefinition,
    "services.grant_for_unknown_service",
    Severity.ERROR,
    zh="授权 {code} 所服务的事项“{service}”没有定义。",
    en="Service “{service}”, for which grant {code} is, is not defined.",
    fails=but("  starts: 2026-01-01", "  services: [subsidi]\n  starts: 2026-01-01"),
    passes=but("  starts: 2026-01-01", "  services: [subsidy]\n  starts: 2026-01-01"),
)
def grant_for_unknown_service(grant: GrantDefinition, instance: Instance) -> Findings:
    for position, code in enumerate(grant.services):
        if instance.lacks(Service, code):
            close = instance.meant(Service, code)
            yield found("services", position, code=grant.code, service=code, suggestion=close)
