"""Explanations: which clause decided, with what values, in both languages."""

import pytest
from hypothesis import given
from tests.builders import expressions as builders
from tests.builders.expressions import EXAMPLE, TYPES

from tongban.kernel.expressions import (
    UNKNOWN,
    Expression,
    Sentence,
    describe,
    evaluate,
    explain,
    parse,
    tell,
)
from tongban.kernel.expressions.explain import plain
from tongban.kernel.expressions.functions import FUNCTIONS
from tongban.kernel.expressions.nodes import Node
from tongban.kernel.text import Text
from tongban.kit.i18n import catalogue, translator

NAMES: dict[str, Text] = {
    "person.age": {"zh": "年龄", "en": "age"},
    "person.children": {"zh": "子女数", "en": "number of children"},
    "person.income": {"zh": "月收入", "en": "monthly income"},
    "person.birth": {"zh": "出生日期", "en": "date of birth"},
    "application.date": {"zh": "申请日期", "en": "date of application"},
    "person.disabled": {"zh": "持有残疾人证", "en": "disability certificate"},
    "person.city": {"zh": "户籍地", "en": "household"},
    "person.tags": {"zh": "类别", "en": "categories"},
}


def told(source: str, language: str = "zh", **values: object) -> str:
    given = {**EXAMPLE, **{name.replace("__", "."): value for name, value in values.items()}}
    explanation = explain(parse(source), given, TYPES)
    return tell(explanation, language, NAMES, translator(language)).sentence


@pytest.mark.parametrize(
    ("source", "zh", "en"),
    [
        (
            "person.age >= 60",
            "年龄不少于 60 岁：实际 58 岁，不满足",
            "age is at least 60 years: it is 58 years, not met",
        ),
        (
            "60 > person.age",
            "年龄小于 60 岁：实际 58 岁，满足",
            "age is less than 60 years: it is 58 years, met",
        ),
        (
            "not person.age < 60",
            "年龄不少于 60 岁：实际 58 岁，不满足",
            "age is at least 60 years: it is 58 years, not met",
        ),
        (
            "person.city = '110101'",
            "户籍地为“东城区”：实际“西城区”，不满足",
            "household is “Dongcheng”: it is “西城区”, not met",
        ),
        (
            "person.income <= 2000 yuan",
            "月收入不超过 ¥2,000.00：实际 ¥1,234.56，满足",
            "monthly income is at most ¥2,000.00: it is ¥1,234.56, met",
        ),
        (
            "application.date >= 2024-04-01",
            "申请日期不早于 2024年4月1日：实际 2024年3月1日，不满足",
            "date of application is on or after 1 April 2024: it is 1 March 2024, not met",
        ),
        (
            "person.birth + 60 years <= today",
            "出生日期之后 60年不晚于今天：出生日期为 1966年2月3日，今天为 2024年3月1日，不满足",
            (
                "60 years after date of birth is on or before today: date of birth is "
                "3 February 1966, today is 1 March 2024, not met"
            ),
        ),
        (
            "years_between(person.birth, today) >= 60",
            (
                "出生日期至今天的整年数不少于 60：出生日期为 1966年2月3日，"
                "今天为 2024年3月1日，实际 58，不满足"
            ),
            (
                "the complete years from date of birth to today is at least 60: date of birth is "
                "3 February 1966, today is 1 March 2024, it is 58, not met"
            ),
        ),
        (
            "person.disabled",
            "持有残疾人证：否，不满足",
            "disability certificate: no, not met",
        ),
        (
            "not person.disabled",
            "持有残疾人证：否，满足",
            "disability certificate: no, met",
        ),
        (
            "'a' in person.tags",
            "a 在类别之中：类别为 a、b，满足",
            "a is among categories: categories is a, b, met",
        ),
        (
            "person.age is absent",
            "年龄未提供：实际已提供，不满足",
            "age is not given: it was given, not met",
        ),
        (
            "min(person.income * 0.5, 300 yuan)",
            "月收入 × 0.5 与 ¥300.00 中较小的一个：月收入为 ¥1,234.56，结果为 ¥300.00",
            (
                "the smaller of monthly income × 0.5 and ¥300.00: monthly income is ¥1,234.56, "
                "which makes ¥300.00"
            ),
        ),
    ],
)
def test_an_outcome_is_told_with_what_was_asked_and_what_is_the_case(
    source: str, zh: str, en: str
) -> None:
    assert told(source) == zh
    assert told(source, "en") == en


def test_of_several_conditions_the_failing_ones_are_told() -> None:
    source = "person.age >= 60 and person.disabled and person.income <= 2000 yuan"
    assert told(source) == (
        "3 项条件中有 2 项不满足。年龄不少于 60 岁：实际 58 岁，不满足；持有残疾人证：否，不满足"
    )
    assert told("person.age > 1 and person.age > 2") == "2 项条件全部满足"


def test_of_alternatives_the_ones_that_hold_are_told() -> None:
    assert told("person.age >= 60 or person.income <= 2000 yuan") == (
        "2 项条件满足一项即可，已满足 1 项。月收入不超过 ¥2,000.00：实际 ¥1,234.56，满足"
    )


def test_what_is_not_known_yet_is_told_as_open_and_not_as_refused() -> None:
    assert told("person.age >= 60", person__age=None) == (
        "年龄不少于 60 岁：年龄未提供，尚不能判断"
    )
    assert told("person.age >= 60 and person.age < 70", person__age=None).startswith(
        "2 项条件中有 2 项尚不能判断。"
    )
    assert told("person.age >= 60 or person.disabled", person__age=None).startswith(
        "2 项条件满足一项即可，尚有 1 项不能判断。"
    )
    assert told("person.income * 2", person__income=None) == (
        "月收入 × 2：月收入未提供，尚不能计算"
    )


def test_what_is_just_as_asked_is_said_once() -> None:
    assert told("person.city = '110102'") == "户籍地为“西城区”，满足"
    assert told("person.city = '110102'", "en") == "household is “西城区”, met"
    assert told("person.age is present") == "年龄已提供，满足"
    assert told("person.city != '110101'") == "户籍地不是“东城区”：实际“西城区”，满足"


def test_of_more_than_two_the_least_is_told_of_all() -> None:
    assert told("min(1 yuan, 2 yuan, person.income)").startswith(
        "¥1.00、¥2.00、月收入中最小的一个："
    )
    assert told("max(1 yuan, person.income)").startswith("¥1.00 与月收入中较大的一个：")


def test_a_declaration_or_a_question_ends_like_a_name_inside_a_sentence() -> None:
    names: dict[str, Text] = {"person.disabled": "本人承诺及时告知。", "person.city": "住在哪里？"}
    words = translator("zh")
    for source, said in (
        ("person.disabled", "本人承诺及时告知：否，不满足"),
        ("person.city = '110102'", "住在哪里为“西城区”，满足"),
    ):
        assert tell(explain(parse(source), EXAMPLE, TYPES), "zh", names, words).sentence == said


def test_a_choice_tells_what_applies_and_why() -> None:
    source = "1000 yuan if person.disabled else person.income * 0.5"
    assert told(source) == (
        "持有残疾人证：否，不满足，因此适用：月收入 × 0.5：月收入为 ¥1,234.56，结果为 ¥617.28"
    )
    assert told(source, person__disabled=None).endswith("还不能确定适用哪一项")


def test_an_expression_can_be_described_without_values() -> None:
    source = "(person.age >= 60 or person.disabled) and person.city in ('110101', '110102')"
    words = describe(parse(source), "zh", NAMES, translator("zh"), TYPES)
    assert words == (
        "（年龄不少于 60 岁，或者持有残疾人证为“是”），并且户籍地为“东城区”、“西城区”之一"
    )


def test_every_clause_is_there_with_its_values_for_a_page_to_show() -> None:
    explanation = explain(parse("person.age >= 60 and (person.disabled or gone)"), EXAMPLE, TYPES)
    assert explanation.sentence is Sentence.ALL
    assert [clause.outcome for clause in explanation.clauses()] == [False, False, UNKNOWN]
    assert explanation.clauses()[0].values == {"person.age": 58}
    told_ = tell(explanation, "zh", NAMES, translator("zh"))
    assert told_.parts[0].requirement == "年龄不少于 60 岁"
    assert told_.parts[0].actual == "实际 58 岁"
    assert explanation.value is False


@given(builders.conditions, builders.values)
def test_the_statement_without_not_comes_to_the_same(tree: Node, values: dict[str, object]) -> None:
    expected = evaluate(Expression(tree), values)
    assert evaluate(Expression(plain(tree)), values) is expected
    assert explain(Expression(tree), values, TYPES).outcome is expected


@given(builders.trees, builders.wild_values)
def test_anything_can_be_explained_in_both_languages(tree: Node, values: dict[str, object]) -> None:
    explanation = explain(Expression(tree), values, TYPES)
    for language in ("zh", "en"):
        words = tell(explanation, language, NAMES, translator(language)).sentence
        assert words
        assert "kernel.expression" not in words
        describe(Expression(tree), language, NAMES, translator(language), TYPES)


def test_every_function_has_its_phrase() -> None:
    calls = {name for name in catalogue() if name.startswith("kernel.expression.call_")}
    assert calls == {f"kernel.expression.call_{name}" for name in FUNCTIONS}
