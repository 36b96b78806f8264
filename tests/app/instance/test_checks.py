"""Every check: its failing snippet fails, its passing one passes, its sentences say everything."""

import importlib
import importlib.util
import pkgutil
import re
import string

import pytest
from tests.builders.definitions import instance_of

import tongban.modules
from tongban.app.instance.parts import ALL_RULES, CHECKS, PARTS
from tongban.app.instance.reference import checks_page
from tongban.kernel.text import LANGUAGES
from tongban.kit.definitions.finding import Rule, Severity
from tongban.kit.definitions.part import Check

WITH_SNIPPETS = [rule for rule in ALL_RULES if rule.fails]
TESTED_ELSEWHERE = {
    "definitions.missing_part",
    "definitions.too_large",
    "definitions.outside",
    "definitions.not_a_file",
    "definitions.path_too_long",
    "definitions.unreadable",
}
"""What only a folder can show: see tests/kit/definitions/test_folder.py."""


def named(rule: Rule) -> str:
    return rule.code


@pytest.mark.parametrize("rule", WITH_SNIPPETS, ids=named)
def test_the_failing_snippet_of_a_rule_fails_at_a_line_of_its_file(rule: Rule) -> None:
    found = [one for one in instance_of(rule.fails).findings if one.code == rule.code]
    assert found
    assert found[0].severity is rule.severity
    assert found[0].place.file
    assert found[0].place.line >= 1


@pytest.mark.parametrize("rule", WITH_SNIPPETS, ids=named)
def test_the_passing_snippet_of_a_rule_has_no_error_at_all(rule: Rule) -> None:
    instance = instance_of(rule.passes)
    assert [one.code for one in instance.findings if one.code == rule.code] == []
    assert [one.message("en") for one in instance.errors] == []


@pytest.mark.parametrize("rule", WITH_SNIPPETS, ids=named)
def test_the_sentences_of_a_rule_name_only_data_that_its_findings_have(rule: Rule) -> None:
    names = {
        name
        for template in (rule.zh, rule.en)
        for _, name, _, _ in string.Formatter().parse(template)
        if name
    }
    for finding in instance_of(rule.fails).findings:
        if finding.code == rule.code:
            assert names <= set(finding.data)
            for language in LANGUAGES:
                assert "{zh" not in finding.message(language)
                assert "()" not in finding.message(language)
                assert "“”" not in finding.message(language)


def test_every_code_is_used_once_and_named_after_its_module() -> None:
    codes = [rule.code for rule in ALL_RULES]
    assert len(codes) == len(set(codes))
    assert all(re.fullmatch(r"[a-z]+\.[a-z][a-z0-9_]+", code) for code in codes)


def test_there_are_checks_of_value_enough() -> None:
    assert len(CHECKS) >= 100
    assert {rule.code for rule in ALL_RULES if not rule.fails} == TESTED_ELSEWHERE


def test_a_chinese_sentence_ends_like_one_and_an_english_one_too() -> None:
    for rule in ALL_RULES:
        assert rule.zh.endswith(("。", "？", "{problem}", "{elsewhere}")), rule.code
        assert rule.en.endswith((".", "?", "{problem}", "{elsewhere}")), rule.code


def test_every_check_that_is_written_belongs_to_a_part() -> None:
    written = {
        check.rule.code
        for module in pkgutil.iter_modules(tongban.modules.__path__)
        for check in _checks_of(module.name)
    }
    assert written == {check.rule.code for check in CHECKS}


def _checks_of(module: str) -> list[Check]:
    package = f"tongban.modules.{module}.definition"
    if importlib.util.find_spec(package) is None:
        return []
    rooms = importlib.import_module(package)
    return [
        value
        for room in pkgutil.iter_modules(rooms.__path__)
        if room.name.startswith("checks")
        for value in vars(importlib.import_module(f"{package}.{room.name}")).values()
        if isinstance(value, Check)
    ]


def test_an_error_of_an_open_service_is_never_an_error_of_a_listed_one_that_says_little() -> None:
    listed = instance_of(
        "# file: departments.yaml\n- {code: tax, name: 税务局}\n"
        "# file: services/a.yaml\n{code: a, name: 某事项, department: tax}\n"
    )
    assert listed.errors == []
    assert [one.severity for one in listed.findings] == [Severity.WARNING]


def test_the_reference_page_has_every_rule() -> None:
    page = checks_page()
    for rule in ALL_RULES:
        assert f"### `{rule.code}`" in page
        assert rule.en in page
        assert rule.zh in page


def test_every_part_is_named_in_both_languages() -> None:
    for part in PARTS:
        assert isinstance(part.title, dict)
        assert set(part.title) == set(LANGUAGES)


def told(code: str, source: str) -> list[str]:
    return [one.message("en") for one in instance_of(source).findings if one.code == code]


@pytest.mark.parametrize(
    ("kind", "least", "most", "swapped"),
    [
        ("integer", "120", "0", True),
        ("decimal", "2.5", "2.5", False),
        ("decimal", "2.51", "2.5", True),
        ("money", "10 yuan", "5 yuan", True),
        ("date", "today", "today - 120 years", True),
        ("date", "today - 120 years", "today", False),
        ("date", "today", "2020-12-31", True),
        ("date", "2030-01-01", "today", False),  # some day a value fits
        ("integer", "nonsense +", "0", False),
    ],
)
def test_a_least_above_the_most_is_told_with_both_on_whichever_day(
    kind: str, least: str, most: str, swapped: bool
) -> None:
    said = told(
        "catalog.bounds_reversed",
        "# file: elements.yaml\n- {code: person.x, name: 甲, subject: person, "
        f'type: {kind}, least: "{least}", most: "{most}"}}\n',
    )
    assert [least in one and most in one for one in said] == [True] * swapped


@pytest.mark.parametrize(
    ("condition", "doubted"),
    [
        ("case.used_share >= 90", True),
        ("90 <= case.used_share", True),
        ("case.used_share >= 2.5 and case.overdue_days = 0", True),
        ("case.used_share >= 2", False),
        ("case.used_share * 100 >= 90", False),
        ("90 <= case.used_share * 100", False),
        ("100 * case.used_share >= 90", False),
        ("case.used_share >= 90 / 100", False),
        ("case.overdue_days > 90", False),
    ],
)
def test_a_share_beside_a_number_above_two_is_taken_for_a_percentage(
    condition: str, doubted: bool
) -> None:
    rule = (
        f"# file: supervision.yaml\n- {{code: a, name: 甲, colour: red, condition: {condition}}}\n"
    )
    assert bool(told("supervision.share_in_hundreds", rule)) is doubted


@pytest.mark.parametrize(
    ("body", "places"),
    [
        ("补贴{amount。", ["{amount"]),
        ("补贴amount}。", ["amount}"]),
        ("补贴｛amount。", ["｛amount"]),
        ("{amount{name}", ["{amount"]),
        ("{name}补贴{amount}。", []),
        ("{补贴金额，按月发给{name}", ["{补贴金额"]),
    ],
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_place_that_lacks_a_brace_is_told_in_the_body_of_each_language(
    language: str, body: str, places: list[str]
) -> None:
    bodies = {"zh": "好", "en": "Good"} | {language: body}
    said = told(
        "certificates.body_brace_missing",
        "# file: certificates/a.yaml\ncode: a\nname: 证\nissuer: a\nfields:\n"
        "  - {code: name, name: 姓名}\n  - {code: amount, name: 补贴金额, type: money}\n"
        f"body: {{zh: '{bodies['zh']}', en: '{bodies['en']}'}}\n",
    )
    assert [one.split("”")[0].strip("“") for one in said] == places
    assert all(one.endswith("{amount}.") for one in said)
