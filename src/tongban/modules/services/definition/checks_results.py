"""What can be wrong with what a service works out: asked for too early, or on a line that may stay empty."""

from collections.abc import Iterator

from tongban.kernel.text import Text
from tongban.kit.definitions.finding import Severity
from tongban.kit.definitions.instance import Instance
from tongban.kit.definitions.nodes import Step
from tongban.kit.definitions.part import Findings, check, found
from tongban.modules.services.definition.checks_data import fields_of
from tongban.modules.services.definition.conditions import names_in, needed_in
from tongban.modules.services.definition.snippets import PASSES, but
from tongban.modules.services.model import Service

_MONTHS = "{code: months, name: 申请月数, type: integer}"
_ONLY_SOME = _MONTHS[:-1] + ', when: situation.kind = "delivery"}'
_VALUE = "value: form.months * 200 yuan"


@check(
    Service,
    "services.result_before_answers",
    Severity.ERROR,
    zh="“{it}”的 when “{source}”用到 {names}。结果要等问题都答完才算得出，这个条件永远没有定论，"
    "写了等于没写。"
    "请改用情形、问题或数据。",
    en="“when: {source}” of “{it}” uses {names}. Results are worked out once everything is answered, so this "
    "is never known and keeps nothing away. Use a situation, a question or data.",
    fails=but('when: situation.kind = "other"', "when: result.amount > 100 yuan"),
    passes=PASSES,
)
def result_before_answers(service: Service, _: Instance) -> Findings:
    for path, source in _whens(service):
        results = sorted(name for name in names_in(source) if name.startswith("result."))
        if results:
            yield found(*path, "when", source=source, names=results)


def _whens(service: Service) -> Iterator[tuple[tuple[Step, ...], str]]:
    for position, need in enumerate(service.needs):
        yield ("needs", position), need.when
    for path, field in fields_of(service):
        yield path, field.when
    for position, material in enumerate(service.materials):
        yield ("materials", position), material.when


@check(
    Service,
    "services.result_line_may_be_empty",
    Severity.ERROR,
    zh="“{it}”的结果“{field}”（{source}）要用问题“{question}”的答案，而这个问题{why}：没有答案的办件，决定准予时"
    "会被拒绝。请删去这个问题的 {rest}，或者写出没有答案时填什么，例如“… if {name} is present else …”。",
    en="Result “{field}” ({source}) of “{it}” needs the answer to “{question}”, which {why}: a case "
    "without it is refused when it is to be approved. Remove {rest} from that question, or say what stands "
    "there without an answer, as in “… if {name} is present else …”.",
    fails=but(_MONTHS, _ONLY_SOME),
    passes=but(_MONTHS, _ONLY_SOME).replace(
        _VALUE, _VALUE + " if form.months is present else 0 yuan"
    ),
)
def result_line_may_be_empty(service: Service, _: Instance) -> Findings:
    always = {element for need in service.needs if not need.when for element in need.elements}
    unsure = {
        field.key: field
        for _path, field in fields_of(service)
        if (field.when or not field.required) and field.key not in always
    }
    for path, field, source in _lines(service):
        for name in sorted(needed_in(source) & unsure.keys()):
            asked = unsure[name]
            rest = "when" if asked.when else "required: false"
            yield found(
                *path, field=field, source=source, question=asked.name, why=_WHY[bool(asked.when)],
                rest=rest, name=name,
            )  # fmt: skip


_WHY: dict[bool, Text] = {
    True: {"zh": "不是每个人都要答（when）", "en": "not everybody is asked (when)"},
    False: {"zh": "可以不答（required: false）", "en": "need not be answered (required: false)"},
}


def _lines(service: Service) -> Iterator[tuple[tuple[Step, ...], Text, str]]:
    """Return what must come out before a case can be approved, and where it stands. A line with a result
    needs what its calculation does, which is told there."""
    for position, one in enumerate(service.calculations):
        yield ("calculations", position, "value"), one.name, one.value
    for field, source in service.result.fields.items():
        yield ("result", "fields", field), field, source
