"""What an open service must say before anybody can apply for it; a listed one is only warned."""

from collections.abc import Iterator, Mapping

from tongban.kernel.text import CHINESE, Text, say
from tongban.kit.definitions.finding import Severity
from tongban.kit.definitions.instance import Instance
from tongban.kit.definitions.nodes import Step
from tongban.kit.definitions.part import Findings, check, found
from tongban.modules.services.definition.codes import CHANNELS
from tongban.modules.services.definition.snippets import BEFORE, PASSES, but
from tongban.modules.services.model import ONLINE_CHANNELS, Service, ServiceStatus, StepKind, Window

_LISTED = BEFORE + "# file: services/b.yaml\n{code: b, name: 某事项, department: tax}\n"


def is_open(service: Service) -> bool:
    """Whether people can apply for the service here."""
    return service.status is ServiceStatus.OPEN


def _silent(text: Text) -> bool:
    return not say(text, CHINESE).strip()


_ENTRY: Mapping[str, dict[str, str]] = {
    "basis": {"zh": "设定依据", "en": "legal basis"},
    "statutory_limit": {"zh": "法定时限", "en": "statutory limit"},
    "promised_limit": {"zh": "承诺时限", "en": "promised limit"},
    "audience": {"zh": "服务对象", "en": "audience"},
    "type": {"zh": "事项类型", "en": "type"},
    "level": {"zh": "行使层级", "en": "level"},
    "kind": {"zh": "办件类型", "en": "kind"},
    "channels": {"zh": "办理形式", "en": "channels"},
    "visits": {"zh": "到现场次数", "en": "visits"},
    "window": {"zh": "窗口和咨询方式", "en": "counter and contact"},
}
"""What a directory entry should say."""
_NOTHING = (None, "", (), Window())


def _absent(service: Service) -> Iterator[tuple[str, dict[str, str]]]:
    """Return what this entry does not say, with its name."""
    for key, name in _ENTRY.items():
        if getattr(service, key) in _NOTHING:
            yield key, name


@check(
    Service,
    "services.listed_incomplete",
    Severity.WARNING,
    zh="“{it}”的目录条目还缺：{absent}。页面上显示为“未提供”。",
    en="The directory entry of “{it}” does not state: {absent}. Pages show these as not stated.",
    why="GB/T 39046-2020 表4: what is absent stays absent and is never invented.",
    fails=_LISTED,
    passes=PASSES,
)
def listed_incomplete(service: Service, _: Instance) -> Findings:
    if service.status is ServiceStatus.LISTED:
        absent = [name for _key, name in _absent(service)]
        if absent:
            yield found(absent=absent)


@check(
    Service,
    "services.online_nowhere",
    Severity.WARNING,
    zh="“{it}”只列入目录，却写着可以{names}，又没有写到哪个网址（apply_url）去办，页面上不会显示这种办理形式。",
    en="“{it}” is only listed, yet says it can be applied for online ({names}) and gives no address "
    "(apply_url) to do so; pages leave that way out.",
    why="GB/T 39046-2020 A.5",
    fails=but("status: open", "status: listed"),
    passes=but("status: open", "status: listed\napply_url: https://yunting.example/apply/1"),
)
def online_nowhere(service: Service, _: Instance) -> Findings:
    claimed = [code for code in service.channels if code in ONLINE_CHANNELS]
    if claimed and not is_open(service) and not (service.apply_url or service.guide_url):
        yield found("channels", names=[CHANNELS[code] for code in claimed])


@check(
    Service,
    "services.open_incomplete",
    Severity.ERROR,
    zh="“{it}”已开放办理，却没有写{name}。",
    en="“{it}” is open but states no {name}.",
    why="GB/T 39046-2020 表4 (audience, type, level, kind, channels, visits)",
    fails=but('audience: ["1"]\n', ""),
    passes=PASSES,
)
def open_incomplete(service: Service, _: Instance) -> Findings:
    if not is_open(service):
        return
    for key, name in _absent(service):
        if key not in ("basis", "statutory_limit", "promised_limit", "window"):
            yield found(key, name=name)


@check(
    Service,
    "services.open_without_basis",
    Severity.ERROR,
    zh="“{it}”已开放办理，却没有设定依据。法无授权不可为。",
    en="“{it}” is open but rests on no law. An authority may do only what the law lets it.",
    why="行政许可法第四条",
    fails=but("basis:\n  - {title: 本市补贴办法, article: 第三条, local: true}\n", ""),
    passes=PASSES,
)
def open_without_basis(service: Service, _: Instance) -> Findings:
    if is_open(service) and not service.basis:
        yield found()
    for position, basis in enumerate(service.basis):
        if _silent(basis.title):
            yield found("basis", position, "title")


@check(
    Service,
    "services.basis_without_article",
    Severity.WARNING,
    zh="“{it}”的设定依据“{title}”没有写到条款。",
    en="The basis “{title}” of “{it}” names no article.",
    fails=but(", article: 第三条", ""),
    passes=PASSES,
)
def basis_without_article(service: Service, _: Instance) -> Findings:
    for position, basis in enumerate(service.basis):
        if _silent(basis.article) and is_open(service):
            yield found("basis", position, title=basis.title)


@check(
    Service,
    "services.open_without_limit",
    Severity.ERROR,
    zh="“{it}”已开放办理，却没有{name}。",
    en="“{it}” is open but has no {name}.",
    why="行政许可法第四十二条",
    fails=but("statutory_limit: {days: 20}\n", ""),
    passes=PASSES,
)
def open_without_limit(service: Service, _: Instance) -> Findings:
    if not is_open(service):
        return
    if service.statutory_limit is None:
        yield found(name={"zh": "法定时限", "en": "statutory limit"})
    if service.promised_limit is None:
        yield found(name={"zh": "承诺时限", "en": "promised limit"})


@check(
    Service,
    "services.open_without_remedy",
    Severity.ERROR,
    zh="“{it}”已开放办理，却没有写不予批准时怎样救济（remedy）。",
    en="“{it}” is open but does not say how a refusal may be challenged (remedy).",
    why="行政许可法第三十八条",
    fails=but("remedy: 六十日内申请行政复议，或者六个月内提起行政诉讼\n", ""),
    passes=PASSES,
)
def open_without_remedy(service: Service, _: Instance) -> Findings:
    if is_open(service) and _silent(service.remedy):
        yield found()


@check(
    Service,
    "services.open_without_contact",
    Severity.ERROR,
    zh="“{it}”已开放办理，却没有写{name}（window）。",
    en="“{it}” is open but gives no {name} (window).",
    why="GB/T 39046-2020 表4: 办理地点, 办理时间, 咨询方式",
    fails=but(", phone: 0600-5550110}", "}"),
    passes=PASSES,
)
def open_without_contact(service: Service, _: Instance) -> Findings:
    if not is_open(service):
        return
    window = service.window
    if not any(mark.isdigit() for mark in window.phone):  # empty, or “to be announced”
        yield found("window", name={"zh": "咨询电话", "en": "phone number"})
    if _silent(window.address):
        yield found("window", name={"zh": "办理地点", "en": "address"})
    if _silent(window.hours):
        yield found("window", name={"zh": "办理时间", "en": "opening hours"})


@check(
    Service,
    "services.open_without_result",
    Severity.WARNING,
    zh="“{it}”已开放办理，却没有写结果（result），也没有制证送达的环节（kind: issue）：批准以后只有决定通知，"
    "不颁发任何证照。请写上颁发哪种证照；不颁发证照的，加一个 kind: issue 的环节，写明怎样送达。",
    en="“{it}” is open but has no result and no step that hands something over (kind: issue): an approval "
    "ends with the notice of the decision, and nothing is issued. Name the certificate that is issued; where "
    "there is none, add a step of kind: issue that says how the result is delivered.",
    fails=but(
        "result:\n  certificate: decision\n  fields: {holder: applicant.name, amount: result.amount}\n",
        "",
    ),
    passes=PASSES,
)
def open_without_result(service: Service, _: Instance) -> Findings:
    handed_over = any(step.kind is StepKind.ISSUE for step in service.steps)
    if is_open(service) and not service.result.certificate and not handed_over:
        yield found("result")


@check(
    Service,
    "services.open_without_questions",
    Severity.ERROR,
    zh="“{it}”已开放办理，却既不取数据也不问问题，没有可以申请的内容。",
    en="“{it}” is open but neither fetches data nor asks anything; there is nothing to apply with.",
    fails=BEFORE
    + """# file: services/b.yaml
{code: b, status: open, name: 某事项, department: tax}
""",
    passes=PASSES,
)
def open_without_questions(service: Service, _: Instance) -> Findings:
    asked = service.needs or service.form or service.materials or service.situations
    if is_open(service) and not asked:
        yield found()


@check(
    Service,
    "services.clause_missing",
    Severity.ERROR,
    zh="“{it}”的“{name}”没有写依据的条款（clause）。每个决定都要说得出依据。",
    en="“{name}” of “{it}” names no clause. Every decision must say what it rests on.",
    why="行政许可法第三十八条",
    fails=but("clause: 本市补贴办法第五条", "clause: ''"),
    passes=PASSES,
)
def clause_missing(service: Service, _: Instance) -> Findings:
    for position, rule in enumerate(service.rules):
        if _silent(rule.clause):
            yield found("rules", position, "clause", name=rule.name)
    for position, calculation in enumerate(service.calculations):
        if _silent(calculation.clause):
            path: tuple[Step, ...] = ("calculations", position)
            yield found(*path, name=calculation.name)
