"""Mistakes that a county's engineer makes in a folder: each is told where it stands, and what to write."""

from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.builders.definitions import SMALL, instance_in, instance_of, write

from tongban.kernel.text import LANGUAGES
from tongban.kit.definitions.finding import Finding
from tongban.modules.services.definition.snippets import PASSES

_WHOLE = SMALL.partition("# file: departments.yaml")[0] + PASSES


@dataclass(frozen=True)
class Mistake:
    """What is written for what, and what the answer has: code, place, what is wrong, what to do."""

    right: str
    wrong: str
    code: str
    place: str
    names: str
    zh: str
    en: str
    meant: str = ""


_SUBSIDY = "services/subsidy.yaml"
_GRANT = "starts: 2026-01-01"
_LIMIT = "statutory_limit: {days: 20}"
_YEAR = "{year: 2026, source: 通知"
MISTAKES = {
    "a tab for indentation": Mistake(
        "  - {year: 2026", "\t- {year: 2026", "definitions.wide_mark", "calendar.yaml:2",
        "calendar.yaml", "半角空格", "plain spaces",
    ),
    "a line indented too far": Mistake(
        "status: open", "  status: open", "definitions.malformed", f"{_SUBSIDY}:2",
        "mapping values", "缩进和上面不对齐", "not indented like those above",
    ),
    "a quote that is not closed": Mistake(
        "name: 申请月数", 'name: "申请月数', "definitions.malformed", f"{_SUBSIDY}:29",
        "did not find", "引号没有成对", "closing quote is missing",
    ),
    "a colon in a text": Mistake(
        "remedy: 六", "remedy: 注意: 六", "definitions.malformed", f"{_SUBSIDY}:15",
        "mapping values", "没有加引号", "without quotes",
    ),
    "a full-width colon": Mistake(
        "name: 云汀市", "name：云汀市", "definitions.wide_mark", "government.yaml:1",
        "：", "半角冒号", "plain colon",
    ),
    "a misspelt key": Mistake(
        "remedy:", "remdy:", "definitions.unknown_key", f"{_SUBSIDY}:15",
        "remdy", "是不是要写", "Did you mean", "remedy",
    ),
    "an amount on a line of a certificate that says no type": Mistake(
        "name: 金额, type: money", "name: 金额", "services.result_line_is_text", f"{_SUBSIDY}:40",
        "result.amount", "请在证照的这一栏写 type: money", "Write type: money",
    ),
    "a key that is like none": Mistake(
        "- {code: tax, name: 税务局}", "- {code: tax, name: 税务局, 电话: 1}",
        "definitions.unknown_key", "departments.yaml:3", "电话", "这里可以写：", "There may be: ",
    ),
    "a key left out": Mistake(
        "- {code: tax, name: 税务局}", "- {code: tax}", "definitions.missing_key", "departments.yaml:3",
        "name", "请补上", "Add it",
    ),
    "a name of blanks alone": Mistake(
        "- {code: tax, name: 税务局}", "- {code: tax, name: '  '}", "definitions.blank",
        "departments.yaml:3", "name", "请写上内容", "Write what belongs there",
    ),
    "a reference left empty": Mistake(
        "provider: civil-affairs", "provider: ''", "definitions.blank", "resources.yaml:3",
        "provider", "请写上内容", "Write what belongs there",
    ),
    "a wrong reference": Mistake(
        "department: civil-affairs, after", "department: civil-afairs, after",
        "services.step_of_unknown_department", f"{_SUBSIDY}:36",
        "civil-afairs", "没有定义", "not defined", "civil-affairs",
    ),
    "a wrong code of a certificate": Mistake(
        "certificate: decision", "certificate: desision", "services.unknown_certificate",
        f"{_SUBSIDY}:39", "desision", "没有定义", "not defined", "decision",
    ),
    "a field that the certificate has not": Mistake(
        "{holder: applicant.name", "{holdr: applicant.name", "services.result_field_unknown",
        f"{_SUBSIDY}:40", "holdr", "没有这一项", "does not have", "holder",
    ),
    "a wrong resource": Mistake(
        "resource: 101003/1, purpose", "resource: 101003/2, purpose",
        "services.need_of_unknown_resource", f"{_SUBSIDY}:22", "101003/2", "没有定义", "not defined",
        "101003/1",
    ),
    "a wrong element": Mistake(
        "element: person.account", "element: person.acount", "services.unknown_element",
        f"{_SUBSIDY}:26", "person.acount", "没有定义", "not defined", "person.account",
    ),
    "a wrong name in a condition": Mistake(
        "form.months <= 12", "form.month <= 12", "services.bad_condition", f"{_SUBSIDY}:31",
        "form.month", "是否要写 form.months", "Did you mean form.months",
    ),
    "a duty that does not exist": Mistake(
        "case.accept,", "case.acept,", "identity.unknown_duty", "roles.yaml:1",
        "case.acept", "不存在", "does not exist", "case.accept",
    ),
    "a word that is none of the choices": Mistake(
        "status: open", "status: opne", "definitions.unknown_value", f"{_SUBSIDY}:2",
        "opne", "只能是", "one of", "open",
    ),
    "words for a number": Mistake(
        "visits: 0", "visits: 零", "definitions.wrong_type", f"{_SUBSIDY}:14",
        "零", "应当是整数", "whole number",
    ),
    "a code twice": Mistake(
        "- {code: tax, name: 税务局}", "- {code: civil-affairs, name: 税务局}",
        "definitions.duplicate", "departments.yaml:3", "departments.yaml:2", "请改用别的代码",
        "Choose another code",
    ),
    "steps in a circle": Mistake(
        "after: [accept]", "after: [accept, decide]", "services.step_cycle", f"{_SUBSIDY}:37",
        "核对婚姻 → 决定", "请改其中一个环节的 after", "Change after",
    ),
    "a step after one that is not there": Mistake(
        "after: [accept]", "after: [acept]", "services.step_after_unknown", f"{_SUBSIDY}:36",
        "acept", "没有这个环节", "no step", "accept",
    ),
    "a date with slashes": Mistake(
        _GRANT, "starts: 2026/1/1", "definitions.wrong_type", "grants.yaml:7",
        "2026/1/1", "应当是日期", "should be a date", "2026-01-01",
    ),
    "a date in Chinese": Mistake(
        _GRANT, "starts: 2026年1月1日", "definitions.wrong_type", "grants.yaml:7",
        "2026年1月1日", "应当是日期", "should be a date", "2026-01-01",
    ),
    "a date without marks": Mistake(
        _GRANT, "starts: 20260101", "definitions.wrong_type", "grants.yaml:7",
        "20260101", "应当是日期", "should be a date", "2026-01-01",
    ),
    "a day that no month has": Mistake(
        _GRANT, "starts: 2026-02-30", "definitions.wrong_type", "grants.yaml:7",
        "2026-02-30", "应当是日期", "should be a date",
    ),
    "full-width digits": Mistake(
        'division: "470181"', 'division: "４７０１８１"', "government.bad_division",
        "government.yaml:2", "４７０１８１", "半角数字", "plain digits", "470181",
    ),
    "a number that begins with nought": Mistake(
        'division: "470181"', "division: 0123", "government.bad_division", "government.yaml:2",
        "0123", "6、9 或 12 位", "6, 9 or 12",
    ),
    "yes for true": Mistake(
        "demonstration: true", "demonstration: yes", "definitions.wrong_type", "government.yaml:5",
        "yes", "应当是true", "true or false", "true",
    ),
    "是 for true": Mistake(
        "local: true", "local: 是", "definitions.wrong_type", f"{_SUBSIDY}:11",
        "是", "应当是true", "true or false", "true",
    ),
    "否 for false": Mistake(
        "demonstration: true", "demonstration: 否", "definitions.wrong_type", "government.yaml:5",
        "否", "应当是true", "true or false", "false",
    ),
    "one word for a list": Mistake(
        'audience: ["1"]', "audience: 1", "definitions.wrong_type", f"{_SUBSIDY}:7",
        "audience", "应当是列表", "should be a list",
    ),
    "keys for a list": Mistake(
        "years:\n", "years: {2026: 通知}\nx:\n",
        "definitions.wrong_type", "calendar.yaml:1", "years", "应当是列表", "should be a list",
    ),
    "a limit without unit": Mistake(
        _LIMIT, "statutory_limit: 20", "definitions.wrong_type", f"{_SUBSIDY}:12",
        "20", "如 {days: …}", "such as {days: …}",
    ),
    "a limit in words": Mistake(
        _LIMIT, "statutory_limit: 20个工作日", "definitions.wrong_type", f"{_SUBSIDY}:12",
        "20个工作日", "如 {days: …}", "such as {days: …}",
    ),
    "a promise longer than the law allows": Mistake(
        "promised_limit: {days: 5}", "promised_limit: {days: 30}",
        "services.promised_over_statutory", f"{_SUBSIDY}:13", "30", "请缩短承诺时限",
        "Shorten the promised limit",
    ),
    "money without unit": Mistake(
        "form.months * 200 yuan", "form.months * 200", "services.bad_calculation",
        f"{_SUBSIDY}:33", "form.months * 200", "金额要写单位", "with their unit",
    ),
    "a grant that ended": Mistake(
        "ends: 2027-12-31", "ends: 2026-06-30", "exchange.grant_expired", "grants.yaml:8",
        "2026-06-30", "请续期或删去", "Renew or remove",
    ),
    "a credit code mistyped": Mistake(
        "114701810170104403", "114701810170104404", "government.bad_department_credit_code",
        "departments.yaml:1", "114701810170104404", "请对照证书核对", "Compare it with the certificate",
    ),
    "a holiday of another year": Mistake(
        _YEAR, f"{_YEAR}, holidays: [{{date: 2027-01-01, name: 元旦}}]",
        "government.calendar_contradiction", "calendar.yaml:2", "2027-01-01", "移到它那一年",
        "move it to its year",
    ),
    "a working day that is one anyway": Mistake(
        _YEAR, f"{_YEAR}, workdays: [{{date: 2026-01-05, name: 补班}}]",
        "government.make_up_day_in_week", "calendar.yaml:2", "2026-01-05", "不需要写成调休",
        "need not be declared",
    ),
    "a holiday without year": Mistake(
        _YEAR, f"{_YEAR}, holidays: [{{date: 1月1日, name: 元旦}}]", "definitions.wrong_type",
        "calendar.yaml:2", "1月1日", "如 2026-01-01", "such as 2026-01-01",
    ),
    "another ending of a file": Mistake(
        "# file: roles.yaml", "# file: roles.yml", "definitions.unknown_file", "roles.yml:1",
        "roles.yml", "没有读取", "was not read", "roles.yaml",
    ),
    "a wrong name of a file": Mistake(
        "# file: roles.yaml", "# file: role.yaml", "definitions.unknown_file", "role.yaml:1",
        "role.yaml", "没有读取", "was not read", "roles.yaml",
    ),
    "a file in a wrong folder": Mistake(
        "# file: services/subsidy.yaml", "# file: service/subsidy.yaml", "definitions.unknown_file",
        "service:1", "service", "没有读取", "was not read", "services/",
    ),
}  # fmt: skip


def told(folder: Path, mistake: Mistake) -> Finding:
    """Return what is found of the kind that the mistake is."""
    found = [one for one in instance_in(folder).findings if one.code == mistake.code]
    assert found, [one.message("en") for one in instance_in(folder).findings]
    return found[0]


@pytest.mark.parametrize("mistake", MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_told_by_its_place_what_is_wrong_and_what_to_do(
    mistake: Mistake, tmp_path: Path
) -> None:
    assert mistake.right in _WHOLE
    finding = told(write(tmp_path, _WHOLE.replace(mistake.right, mistake.wrong, 1)), mistake)
    assert f"{finding.place.file}:{finding.place.line}" == mistake.place
    assert finding.suggestion == mistake.meant
    for language in LANGUAGES:
        said = f"{finding.place.file} {finding.message(language)}"
        assert mistake.names in said
        assert {"zh": mistake.zh, "en": mistake.en}[language] in said
        assert mistake.meant in said


@pytest.mark.parametrize(
    ("language", "words"),
    [("zh", ("14 个工作日", "15 个自然日", "10.7 个工作日")),
     ("en", ("14 working days", "15 calendar days", "about 10.7 working days"))],
)  # fmt: skip
def test_limits_that_count_other_days_are_compared_by_name(
    language: str, words: tuple[str, ...]
) -> None:
    text = PASSES.replace("statutory_limit: {days: 20}", "statutory_limit: {days: 15, unit: day}")
    text = text.replace("promised_limit: {days: 5}", "promised_limit: {days: 14}")
    said = [
        one.message(language)
        for one in instance_of(text).findings
        if one.code == "services.promised_over_statutory"
    ]
    assert len(said) == 1
    assert all(each in said[0] for each in words), said


@pytest.mark.parametrize("body", ["｛amount｝", "{ amount }", "{补贴金额}", "{ａｍｏｕｎｔ}", "{}"])
def test_what_a_certificate_would_print_with_its_braces_is_an_error(body: str) -> None:
    text = PASSES.replace(
        "  basis: 本市补贴办法第十条\n", f'  basis: 本市补贴办法第十条\n  body: "补贴{body}元"\n'
    )
    found = [one.code for one in instance_of(text).errors]
    assert found == ["certificates.body_place_unread"]
