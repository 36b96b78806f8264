"""What can be wrong with what a government says of itself, its calendar and its departments."""

import re
from collections.abc import Iterator, Mapping
from datetime import time
from zoneinfo import available_timezones

from tongban.kernel.characters import half_width
from tongban.kernel.identifiers import Fault, credit_code_fault
from tongban.kernel.text import LANGUAGES
from tongban.kit.definitions.circles import way_round
from tongban.kit.definitions.finding import Severity
from tongban.kit.definitions.instance import Instance
from tongban.kit.definitions.nearest import nearest
from tongban.kit.definitions.part import Findings, check, check_all, found
from tongban.modules.government.definition import (
    LONGEST_KEPT_BACK,
    MOST_READ_A_DAY,
    CalendarDefinition,
    CalendarYear,
    DepartmentDefinition,
    GovernmentDefinition,
    divisions,
)
from tongban.modules.government.definition.codes import LEVELS, NATURES

_GOVERNMENT = """# file: government.yaml
name: 云汀市
division: "470181"
level: "4"
origin: yunting.example/ledger
"""
_DIVISION = re.compile(r"[0-9]{6}([0-9]{3}){0,2}")
_ORIGIN = re.compile(r"[a-z0-9.-]+\.[a-z0-9-]+(:[0-9]+)?(/[A-Za-z0-9._~-]+)*")
_NOBODYS = re.compile(r"(^|\.)(example|test|invalid|localhost)$|(^|\.)example\.(com|net|org)$")
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def is_origin(text: str) -> bool:
    """Whether a text can name the ledger (C2SP tlog-checkpoint): an address without scheme."""
    return _ORIGIN.fullmatch(text) is not None


@check(
    GovernmentDefinition,
    "government.bad_division",
    Severity.ERROR,
    zh="区划代码“{division}”应当是 6、9 或 12 位半角数字，如 470181。",
    en="Division code “{division}” should have 6, 9 or 12 plain digits, such as 470181.",
    why="GB/T 2260, GB/T 10114",
    fails=_GOVERNMENT.replace('"470181"', '"4701"'),
    passes=_GOVERNMENT,
)
def bad_division(government: GovernmentDefinition, _: Instance) -> Findings:
    if not _DIVISION.fullmatch(government.division):
        plain = half_width(government.division.strip())
        meant = plain if _DIVISION.fullmatch(plain) else ""
        yield found("division", division=government.division, suggestion=meant)


@check(
    GovernmentDefinition,
    "government.division_not_listed",
    Severity.WARNING,
    zh="区划代码“{division}”的前六位不在区划名单里。名单截至 {as_of}，只含大陆省、市、县三级；"
    "之后新设的区划、港澳台地区可以不理会。",
    en="The first six digits of division code “{division}” are not in the list of divisions. The list "
    "is of {as_of} and has the mainland's provinces, cities and counties only; for a newer division "
    "or one outside the mainland, leave it as it is.",
    why="Certificate and archive numbers carry the code; a mistyped one stays in them for ever.",
    fails=_GOVERNMENT,
    passes=_GOVERNMENT.replace("470181", "511602").replace("云汀市", "广安区"),
)
def division_not_listed(government: GovernmentDefinition, _: Instance) -> Findings:
    division = government.division
    if government.demonstration or not _DIVISION.fullmatch(division) or not int(division):
        return
    known = divisions.listed()
    if not divisions.is_listed(division, known):
        close = divisions.meant(division, known)
        yield found("division", division=division, as_of=divisions.AS_OF, suggestion=close)


@check(
    GovernmentDefinition,
    "government.unknown_level",
    Severity.ERROR,
    zh="行使层级“{level}”不在 GB/T 39046-2020 表 A.2 中，应为 1 至 7。",
    en="Level “{level}” is not in GB/T 39046-2020 table A.2; it is 1 to 7.",
    why="GB/T 39046-2020 A.2",
    fails=_GOVERNMENT.replace('"4"', '"8"'),
    passes=_GOVERNMENT,
)
def unknown_level(government: GovernmentDefinition, _: Instance) -> Findings:
    if government.level not in LEVELS:
        yield found("level", level=government.level)


@check(
    GovernmentDefinition,
    "government.bad_origin",
    Severity.ERROR,
    zh="账本名称“{origin}”应当像不带协议的网址，如 yunxi.example/ledger。",
    en="The ledger's name “{origin}” should be a URL without scheme, such as yunxi.example/ledger.",
    why="C2SP tlog-checkpoint: an origin is a schema-less URL without spaces or plus signs.",
    fails=_GOVERNMENT.replace("yunting.example/ledger", "https://yunting.example/ledger"),
    passes=_GOVERNMENT,
)
def bad_origin(government: GovernmentDefinition, _: Instance) -> Findings:
    if not is_origin(government.origin):
        plain = government.origin.partition("://")[2] or ""
        yield found("origin", origin=government.origin, suggestion=plain.rstrip("/"))


@check(
    GovernmentDefinition,
    "government.placeholder",
    Severity.WARNING,
    zh="“{value}”只是占位，正式政务系统不能用它第一次启动；请换成自己的（启用以后账本名称不能再改）。",
    en="“{value}” only holds the place: no real government starts with it. Put your own; the "
    "ledger's name can never change once it has started.",
    why="RFC 2606: names under .example, .test and .invalid belong to nobody; no division is 000000.",
    fails=_GOVERNMENT,
    passes=_GOVERNMENT.replace("yunting.example", "yunting.gov.cn"),
)
def placeholder(government: GovernmentDefinition, _: Instance) -> Findings:
    for key, value in placeholders(government):
        yield found(key, value=value)


def placeholders(government: GovernmentDefinition) -> Iterator[tuple[str, str]]:
    """Yield key and value of what a real government has to replace before its first start."""
    if government.demonstration:
        return
    if _NOBODYS.search(re.split("[:/]", government.origin)[0]):
        yield "origin", government.origin
    if government.division.startswith("000000"):
        yield "division", government.division


@check(
    GovernmentDefinition,
    "government.unknown_time_zone",
    Severity.ERROR,
    zh="不认识时区“{zone}”。",
    en="Unknown time zone “{zone}”.",
    fails=_GOVERNMENT + "time_zone: Asia/Shangai\n",
    passes=_GOVERNMENT + "time_zone: Asia/Shanghai\n",
)
def unknown_time_zone(government: GovernmentDefinition, _: Instance) -> Findings:
    if government.time_zone not in available_timezones():
        close = nearest(government.time_zone, sorted(available_timezones()))
        yield found("time_zone", zone=government.time_zone, suggestion=close)


@check(
    GovernmentDefinition,
    "government.bad_office_hours",
    Severity.ERROR,
    zh="办公时间应当写成 HH:MM，并且上班早于下班；这里是 {opens} 到 {closes}。",
    en="Office hours are written HH:MM and open before they close; here {opens} to {closes}.",
    fails=_GOVERNMENT + 'office_hours: {opens: "18:00", closes: "09:00"}\n',
    passes=_GOVERNMENT + 'office_hours: {opens: "09:00", closes: "17:30"}\n',
)
def bad_office_hours(government: GovernmentDefinition, _: Instance) -> Findings:
    hours = government.office_hours
    opens, closes = _time(hours.opens), _time(hours.closes)
    if opens is None or closes is None or opens >= closes:
        yield found("office_hours", opens=hours.opens, closes=hours.closes)


@check(
    GovernmentDefinition,
    "government.bad_reading_quota",
    Severity.ERROR,
    zh="每天最多查询的次数（reading 的 {name}）应当在 1 到 {most} 之间，这里是 {number}。",
    en="How often data may be read a day ({name} of reading) is from 1 to {most}; here {number}.",
    why="A quota without a bound is none; where nothing is written, the usual ones hold.",
    fails=_GOVERNMENT + "reading: {account: 0}\n",
    passes=_GOVERNMENT + "reading: {account: 300}\n",
)
def bad_reading_quota(government: GovernmentDefinition, _: Instance) -> Findings:
    for name in ("account", "client", "grant"):
        number = getattr(government.reading, name)
        if not 1 <= number <= MOST_READ_A_DAY:
            yield found("reading", name, name=name, number=number, most=MOST_READ_A_DAY)


@check(
    GovernmentDefinition,
    "government.bad_most_days_kept_back",
    Severity.ERROR,
    zh="最长暂缓告知的天数（most_days_kept_back）应当在 0 到 {most} 之间，这里是 {number}。",
    en="Something is kept back for 0 to {most} days at most (most_days_kept_back); here {number}.",
    why="What is kept back appears on a stated day; where nothing is written, nothing is kept back.",
    fails=_GOVERNMENT + "most_days_kept_back: -1\n",
    passes=_GOVERNMENT + "most_days_kept_back: 30\n",
)
def bad_most_days_kept_back(government: GovernmentDefinition, _: Instance) -> Findings:
    number = government.most_days_kept_back
    if not 0 <= number <= LONGEST_KEPT_BACK:
        yield found("most_days_kept_back", number=number, most=LONGEST_KEPT_BACK)


def _time(written: str) -> time | None:
    if not re.fullmatch(r"[0-2][0-9]:[0-5][0-9]", written):
        return None
    try:
        return time.fromisoformat(written)
    except ValueError:
        return None


@check(
    GovernmentDefinition,
    "government.unknown_language",
    Severity.ERROR,
    zh="界面没有语言“{language}”；现有：{known}。",
    en="There is no interface in “{language}”; there is {known}.",
    fails=_GOVERNMENT + "languages: [zh, fr]\n",
    passes=_GOVERNMENT + "languages: [zh, en]\n",
)
def unknown_language(government: GovernmentDefinition, _: Instance) -> Findings:
    for position, language in enumerate(government.languages):
        if language not in LANGUAGES:
            yield found("languages", position, language=language, known=LANGUAGES)


FAULTS_ZH: Mapping[Fault, str] = {
    Fault.LENGTH: "应当有 18 个字符",
    Fault.CHARACTERS: "有不允许的字符",
    Fault.LOWER_CASE: "字母应当大写",
    Fault.CHECK: "校验位不对",
    Fault.ORGANISATION_CHECK: "其中第 9 至 17 位组织机构代码的校验位不对",
}
FAULTS_EN: Mapping[Fault, str] = {
    Fault.LENGTH: "it should have 18 characters",
    Fault.CHARACTERS: "it has characters that are not allowed",
    Fault.LOWER_CASE: "its letters should be capitals",
    Fault.CHECK: "its check character is wrong",
    Fault.ORGANISATION_CHECK: "the check character of the organisation code inside it is wrong",
}


def credit_code_finding(code: str, *path: str | int) -> Findings:
    """Yield what is wrong with a credit code, with the data its sentence needs."""
    fault = credit_code_fault(code) if code else None
    if fault is not None:
        yield found(
            *path,
            code=code,
            fault_zh=FAULTS_ZH.get(fault, "格式不对"),
            fault_en=FAULTS_EN.get(fault, "its form is wrong"),
            suggestion=code.upper() if fault is Fault.LOWER_CASE else "",
        )


@check(
    GovernmentDefinition,
    "government.bad_credit_code",
    Severity.ERROR,
    zh="统一社会信用代码“{code}”{fault_zh}。请对照证书核对。",
    en="Credit code “{code}”: {fault_en}. Compare it with the certificate.",
    why="GB 32100-2015, GB 11714-1997",
    fails=_GOVERNMENT + "credit_code: 11470181017001114A\n",
    passes=_GOVERNMENT + "credit_code: 11470181017001114T\n",
)
def bad_government_credit_code(government: GovernmentDefinition, _: Instance) -> Findings:
    yield from credit_code_finding(government.credit_code, "credit_code")


FEWEST_HOLIDAYS = 11
"""Days off for everybody in a year: 11 until 2024, 13 since."""
_YEARS = "years:\n  - {year: 2026, source: 通知}\n  - {year: 2027, source: 通知}\n"

# The calendar -----------------------------------------------------------------------------------


@check(
    CalendarDefinition,
    "government.calendar_gap",
    Severity.ERROR,
    zh="日历没有今年（{year} 年），办理期限只能按周末推算，标为暂定。请按国务院办公厅的放假通知补上。",
    en="The calendar lacks this year ({year}), so every limit is only provisional. Add it from the "
    "State Council's notice on holidays.",
    why="A working day is never guessed in silence: without the year, days are by weekends alone.",
    fails="# file: calendar.yaml\nyears:\n  - {year: 1999, source: 通知}\n",
    passes="# file: calendar.yaml\nyears:\n  - {year: 2026, source: 通知}\n"
    "  - {year: 2027, source: 通知}\n",
)
def calendar_gap(calendar: CalendarDefinition, instance: Instance) -> Findings:
    if instance.today.year not in {year.year for year in calendar.years}:
        yield found("years", year=instance.today.year)


@check(
    CalendarDefinition,
    "government.calendar_ends_soon",
    Severity.WARNING,
    zh="日历只到今年年底，跨年的办理期限只能按周末推算，标为暂定。请在 {year} 年的放假通知公布后补上。",
    en="The calendar ends with this year, so limits into {year} are provisional. Add {year} once "
    "its holidays are published.",
    fails="# file: calendar.yaml\nyears:\n  - {year: 2026, source: 通知}\n",
    passes="# file: calendar.yaml\nyears:\n  - {year: 2026, source: 通知}\n"
    "  - {year: 2027, source: 通知}\n",
)
def calendar_ends_soon(calendar: CalendarDefinition, instance: Instance) -> Findings:
    years = {year.year for year in calendar.years}
    today = instance.today
    if today.year in years and today.year + 1 not in years and today.month >= 10:
        yield found("years", year=today.year + 1)


@check(
    CalendarDefinition,
    "government.calendar_short_year",
    Severity.WARNING,
    zh="{year} 年写了 {count} 个放假日，法定节假日每年至少有 11 天，没有写的会当作工作日计算期限。"
    "请照放假通知补全；通知还没有公布的，先不要写这一年，期限会标为暂定。",
    en="{year} has {count} of its holidays, and the law gives at least 11 days a year: limits count those "
    "not written as working days. Write every day of the notice; until it is published leave the year "
    "out, and limits are marked as provisional.",
    why="《全国年节及纪念日放假办法》第二条：全体公民放假的节日",
    fails="# file: calendar.yaml\nyears:\n  - year: 2026\n    source: 通知\n"
    "    holidays: [{date: 2026-10-01, name: 国庆节}]\n",
    passes="# file: calendar.yaml\nyears:\n  - year: 2026\n    source: 通知\n    holidays:\n"
    + "".join(f"      - {{date: 2026-10-{day:02d}, name: 国庆节}}\n" for day in range(1, 12)),
)
def calendar_short_year(calendar: CalendarDefinition, _: Instance) -> Findings:
    for number, year in enumerate(calendar.years):
        count = len({day.date for day in year.holidays})
        if count < FEWEST_HOLIDAYS:
            yield found("years", number, year=year.year, count=count)


@check(
    CalendarDefinition,
    "government.calendar_contradiction",
    Severity.ERROR,
    zh="{day} {problem_zh}。",
    en="{day} {problem_en}.",
    fails="# file: calendar.yaml\nyears:\n  - year: 2026\n    source: 通知\n"
    "    holidays: [{date: 1999-10-01, name: 国庆节}]\n",
    passes="# file: calendar.yaml\nyears:\n  - year: 2026\n    source: 通知\n"
    "    holidays: [{date: 2026-10-01, name: 国庆节}]\n  - {year: 2027, source: 通知}\n",
)
def calendar_contradiction(calendar: CalendarDefinition, _: Instance) -> Findings:
    seen: set[int] = set()
    for number, year in enumerate(calendar.years):
        if year.year in seen:
            yield found(
                "years",
                number,
                day=year.year,
                problem_zh="写了两次，请删去一处",
                problem_en="stands twice; remove one",
            )
        seen.add(year.year)
        yield from _contradictions(year, number)


def _contradictions(year: CalendarYear, number: int) -> Findings:
    kinds: dict[object, str] = {}
    for kind, days in (("holidays", year.holidays), ("workdays", year.workdays)):
        for position, day in enumerate(days):
            path = ("years", number, kind, position)
            if day.date.year != year.year:
                zh = f"不在 {year.year} 年，请改日期，或移到它那一年下面"
                en = f"is not in {year.year}; mend the date or move it to its year"
                yield found(*path, day=day.date, problem_zh=zh, problem_en=en)
            elif day.date in kinds:
                both = kinds[day.date] != kind
                zh = "既是放假又是上班，请删去一处" if both else "写了两次，请删去一处"
                twice = "is both a holiday and a working day" if both else "stands twice"
                en = f"{twice}; remove one"
                yield found(*path, day=day.date, problem_zh=zh, problem_en=en)
            kinds[day.date] = kind


@check(
    CalendarDefinition,
    "government.unknown_weekday",
    Severity.ERROR,
    zh="“{day}”不是星期几；写英文，如 saturday。",
    en="“{day}” is no day of the week.",
    fails="# file: calendar.yaml\nweekend: [saterday]\n" + _YEARS,
    passes="# file: calendar.yaml\nweekend: [saturday, sunday]\n" + _YEARS,
)
def unknown_weekday(calendar: CalendarDefinition, _: Instance) -> Findings:
    for position, day in enumerate(calendar.weekend):
        if day not in _WEEKDAYS:
            yield found("weekend", position, day=day, suggestion=nearest(day, _WEEKDAYS))


@check(
    CalendarDefinition,
    "government.make_up_day_in_week",
    Severity.WARNING,
    zh="{day} 本来就是工作日，不需要写成调休上班。",
    en="{day} is a working day anyway and need not be declared as one.",
    fails="# file: calendar.yaml\nyears:\n  - year: 2026\n    source: 通知\n"
    "    workdays: [{date: 2026-11-24, name: 调休}]\n",
    passes="# file: calendar.yaml\nyears:\n  - year: 2026\n    source: 通知\n"
    "    workdays: [{date: 2026-11-28, name: 调休}]\n",
)
def make_up_day_in_week(calendar: CalendarDefinition, _: Instance) -> Findings:
    for number, year in enumerate(calendar.years):
        for position, day in enumerate(year.workdays):
            if _WEEKDAYS[day.date.weekday()] not in calendar.weekend:
                yield found("years", number, "workdays", position, day=day.date)


# Departments ------------------------------------------------------------------------------------

_DEPARTMENTS = """# file: departments.yaml
- {code: government, name: 市人民政府}
- {code: finance, name: 财政局, credit_code: 11470181017009079L, parent: government}
"""


@check(
    DepartmentDefinition,
    "government.bad_department_credit_code",
    Severity.ERROR,
    zh="{it}的统一社会信用代码“{code}”{fault_zh}。请对照证书核对。",
    en="Credit code “{code}” of {it}: {fault_en}. Compare it with the certificate.",
    why="GB 32100-2015; the organisation code inside it is checked too (GB 11714-1997).",
    fails=_DEPARTMENTS.replace("9079L", "9079M"),
    passes=_DEPARTMENTS,
)
def bad_department_credit_code(department: DepartmentDefinition, _: Instance) -> Findings:
    yield from credit_code_finding(department.credit_code, "credit_code")


@check_all(
    DepartmentDefinition,
    "government.same_credit_code",
    Severity.ERROR,
    zh="{it}的统一社会信用代码“{code}”已经属于“{other}”。",
    en="Credit code “{code}” of {it} already belongs to “{other}”.",
    fails=_DEPARTMENTS + "- {code: tax, name: 税务局, credit_code: 11470181017009079L}\n",
    passes=_DEPARTMENTS,
)
def same_credit_code(departments: Mapping[str, DepartmentDefinition], _: Instance) -> Findings:
    owners: dict[str, str] = {}
    for key, department in departments.items():
        code = department.credit_code
        if code and code in owners:
            yield found("credit_code", key=key, code=code, other=owners[code])
        owners.setdefault(code, key)


@check_all(
    DepartmentDefinition,
    "government.same_department_name",
    Severity.WARNING,
    zh="部门“{it}”与“{other}”同名，办事人分不清。",
    en="Department “{it}” has the same name as “{other}”; people cannot tell them apart.",
    fails=_DEPARTMENTS + "- {code: finance-2, name: 财政局}\n",
    passes=_DEPARTMENTS,
)
def same_department_name(departments: Mapping[str, DepartmentDefinition], _: Instance) -> Findings:
    names: dict[str, str] = {}
    for key, department in departments.items():
        name = str(department.name)
        if name in names:
            yield found("name", key=key, other=names[name])
        names.setdefault(name, key)


@check(
    DepartmentDefinition,
    "government.unknown_parent",
    Severity.ERROR,
    zh="{it}的上级部门“{parent}”没有定义。",
    en="The parent “{parent}” of {it} is not defined.",
    fails=_DEPARTMENTS.replace("parent: government", "parent: goverment"),
    passes=_DEPARTMENTS,
)
def unknown_parent(department: DepartmentDefinition, instance: Instance) -> Findings:
    if instance.lacks(DepartmentDefinition, department.parent):
        close = instance.meant(DepartmentDefinition, department.parent)
        yield found("parent", parent=department.parent, suggestion=close)


@check_all(
    DepartmentDefinition,
    "government.department_cycle",
    Severity.ERROR,
    zh="部门的上下级成了循环：{way}。请改其中一个的 parent。",
    en="Departments are above one another in a circle: {way}. Change the parent of one.",
    fails="# file: departments.yaml\n- {code: a, name: 甲局, parent: b}\n"
    "- {code: b, name: 乙局, parent: a}\n",
    passes=_DEPARTMENTS,
)
def department_cycle(departments: Mapping[str, DepartmentDefinition], _: Instance) -> Findings:
    done: set[str] = set()
    for key in departments:
        way: list[str] = []
        for step in _upwards(key, departments):
            if step in done:
                break
            if step in way:
                circle = [*way[way.index(step) :], step]
                names = [departments[one].name for one in circle]
                yield found("parent", key=step, way=way_round(names))
                break
            way.append(step)
        done.update(way)


def _upwards(key: str, departments: Mapping[str, DepartmentDefinition]) -> Iterator[str]:
    while key in departments:
        yield key
        key = departments[key].parent


@check(
    DepartmentDefinition,
    "government.unknown_nature",
    Severity.ERROR,
    zh="{it}的实施主体性质“{nature}”不在 GB/T 39046-2020 表 A.3 中：{known}。",
    en="The nature “{nature}” of {it} is not in GB/T 39046-2020 table A.3: {known}.",
    why="GB/T 39046-2020 A.3",
    fails='# file: departments.yaml\n- {code: a, name: 甲局, nature: "5"}\n',
    passes='# file: departments.yaml\n- {code: a, name: 甲局, nature: "2"}\n',
)
def unknown_nature(department: DepartmentDefinition, _: Instance) -> Findings:
    if department.nature not in NATURES:
        known = [f"{code} {name['zh']}" for code, name in NATURES.items()]
        yield found("nature", nature=department.nature, known=known)
