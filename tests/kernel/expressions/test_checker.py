"""Whether expressions make sense."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from tests.builders import expressions as builders
from tests.builders.expressions import TYPES

from tongban.kernel.expressions import (
    BOOLEAN,
    DATE,
    DECIMAL,
    INTEGER,
    MONEY,
    TEXT,
    Expression,
    Type,
    check,
    parse,
    type_of,
)
from tongban.kernel.expressions.nodes import Node
from tongban.kit.i18n import catalogue, translate

SOURCES = Path(__file__).parents[3] / "src" / "tongban" / "kernel" / "expressions"


@pytest.mark.parametrize(
    ("source", "type_"),
    [
        ("person.age >= 60", BOOLEAN),
        ("person.age + 1", INTEGER),
        ("person.age / 2", DECIMAL),
        ("person.income * 0.5", MONEY),
        ("0.5 * person.income", MONEY),
        ("person.income / person.rent", DECIMAL),
        ("-person.income + 20 yuan", MONEY),
        ("person.birth + 2 years - 3 days", DATE),
        ("today + (1 year + 6 months)", DATE),
        ("today + months(person.age)", DATE),
        ("years_between(person.birth, today)", INTEGER),
        ("sum(person.payments)", MONEY),
        ("min(person.income, 100 yuan)", MONEY),
        ("max(1, 2.5)", DECIMAL),
        ("round(person.height, 1)", DECIMAL),
        ("person.name if person.disabled else person.city", TEXT),
        ("1 if person.disabled else 2.5", DECIMAL),
        ("person.city in ('110101', '110102')", BOOLEAN),
        ("person.name in person.tags", BOOLEAN),
        ("'a' not in person.tags", BOOLEAN),
        ("person.age is absent", BOOLEAN),
        ("starts_with(person.city, '1101')", BOOLEAN),
    ],
)
def test_what_makes_sense_has_a_type(source: str, type_: Type) -> None:
    expression = parse(source)
    assert check(expression, TYPES, type_) == []
    assert type_of(expression, TYPES) == type_


def test_today_needs_no_declaration() -> None:
    assert check(parse("today > 2024-01-01"), {}) == []


@pytest.mark.parametrize(
    ("source", "code", "span", "suggestion"),
    [
        ("person.agee > 1", "name_meant", (0, 11), "person.age"),
        ("persn.disabled", "name_meant", (0, 14), "person.disabled"),
        ("disabled", "name_meant", (0, 8), "person.disabled"),
        ("zzz.qqq > 1", "name_unknown", (0, 7), None),
        ("person.age", "result", (0, 10), None),
        ("person.age and person.disabled", "not_boolean", (0, 10), None),
        ("not person.name", "not_boolean", (4, 15), None),
        ("person.name < 'b'", "not_comparable", (0, 17), None),
        ("person.disabled > true", "not_comparable", (0, 22), None),
        ("1 month = 30 days", "not_comparable", (0, 17), None),
        ("person.tags = person.tags", "not_comparable", (0, 25), None),
        ("person.age = person.name", "types_differ", (0, 24), None),
        ("person.age = true", "types_differ", (0, 17), None),
        ("person.income > 500", "written_otherwise", (16, 19), "500 yuan"),
        ("500 < person.income", "written_otherwise", (0, 3), "500 yuan"),
        ("person.city = 110101", "written_otherwise", (14, 20), '"110101"'),
        ("person.age > '60'", "written_otherwise", (13, 17), "60"),
        ("person.birth > '2000-01-01'", "written_otherwise", (15, 27), "2000-01-01"),
        ("person.disabled = 'true'", "written_otherwise", (18, 24), "true"),
        ("person.city = '11010'", "code_meant", (14, 21), "110105"),
        ("person.city = '西城区'", "code_meant", (14, 19), "110102"),
        ("person.city = 'Dongcheng'", "code_meant", (14, 25), "110101"),
        ("person.city in ('110101', 'x')", "code_unknown", (26, 29), ""),
        ("person.name in person.age", "not_a_list", (15, 25), None),
        ("person.age in person.tags", "types_differ", (0, 25), None),
        ("person.age + person.income > 1 yuan", "operands", (0, 26), None),
        ("person.income * person.income > 1 yuan", "operands", (0, 29), None),
        ("today + 1 > today", "operands", (0, 9), None),
        ("person.name + 'x' = 'y'", "operands", (0, 17), None),
        (
            "today - person.birth > 1",
            "dates_subtracted",
            (0, 20),
            "days_between(person.birth, today)",
        ),
        ("-person.name = 'x'", "operand", (0, 12), None),
        ("count(person.age) > 1", "argument", (6, 16), None),
        ("min(person.age, 1 yuan) > 1", "arguments_differ", (0, 23), None),
        ("sum(person.tags) > 1", "arguments_differ", (0, 16), None),
        ("(1 if person.disabled else 'x') = 1", "types_differ", (1, 30), None),
    ],
)
def test_what_makes_no_sense_is_told_where_and_what_was_meant(
    source: str, code: str, span: tuple[int, int], suggestion: str | None
) -> None:
    (problem,) = check(parse(source), TYPES)
    assert problem.code == f"kernel.expression_{code}"
    assert (problem.position, problem.end) == span
    assert problem.data.get("suggestion") == suggestion
    for language in ("zh", "en"):
        name = problem.code.replace("kernel.", "kernel.refusal.")
        assert "{" not in translate(language, name, **problem.data)


def test_every_problem_is_told_once_and_in_order() -> None:
    problems = check(parse("a > 1 and b > 1 and a + 1 > 'x'"), {"b": TEXT})
    assert [problem.position for problem in problems] == [0, 14, 20]


@given(builders.conditions)
def test_every_condition_of_the_builder_makes_sense(tree: Node) -> None:
    assert check(Expression(tree), TYPES) == []


@given(builders.trees)
def test_any_tree_can_be_checked(tree: Node) -> None:
    for problem in check(Expression(tree), TYPES, None):
        assert problem.code.replace("kernel.", "kernel.refusal.") in catalogue()


def test_everything_that_can_be_wrong_has_its_sentence_and_no_sentence_is_idle() -> None:
    facts = set()
    for file in SOURCES.glob("*.py"):
        text = file.read_text("utf-8")
        for pattern in (
            r"ExpressionError\(\s*\"(\w+)\"",
            r"_refused\(\"(\w+)\"",
            r"_tell\(\s*\"(\w+)\"",
            r"fact = \"(\w+)\" if .* else \"(?:\w+)\"",
            r"fact = \"(?:\w+)\" if .* else \"(\w+)\"",
        ):
            facts.update(re.findall(pattern, text))
    refused = re.findall(r"_refused\(\"(\w+)\"", (SOURCES / "parser.py").read_text("utf-8"))
    facts |= {f"{fact}_end" for fact in refused if fact not in ("chained", "unexpected")}
    facts |= {"never_true", "always_true"}
    prefix = "kernel.refusal.expression_"
    told = {name.removeprefix(prefix) for name in catalogue() if name.startswith(prefix)}
    assert told == facts
