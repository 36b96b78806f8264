"""Conditions that can never be true, or never be false."""

import time

import pytest
from hypothesis import given
from tests.builders import expressions as builders
from tests.builders.expressions import TYPES

from tongban.kernel.expressions import Expression, evaluate, parse, useless, verdict
from tongban.kernel.expressions.nodes import Node


@given(builders.conditions, builders.values)
def test_a_verdict_is_never_wrong(tree: Node, values: dict[str, object]) -> None:
    expression = Expression(tree)
    outcome = evaluate(expression, values)
    found = verdict(expression, TYPES)
    assert not (found == "never" and outcome is True)
    assert not (found == "always" and outcome is False)
    assert not (verdict(expression) == "never" and outcome is True)
    assert not (verdict(expression) == "always" and outcome is False)


@given(builders.trees)
def test_any_tree_can_be_looked_at(tree: Node) -> None:
    verdict(Expression(tree), TYPES)
    useless(Expression(tree), TYPES)


@pytest.mark.parametrize(
    "source",
    [
        "person.age > 60 and person.age < 18",
        "person.age >= 60 and not person.age > 59",
        "person.age > 60 and person.age < 61",
        "person.age * 2 = 3",
        "2 * person.age + 4 > 10 and person.age <= 3",
        "10 - person.age > 5 and person.age > 8",
        "person.age in (1, 2) and person.age in (3, 4)",
        "person.age = 1 and person.age not in (1, 2)",
        "person.age > person.children and person.children > person.age",
        "person.age - person.children > 3 and person.age <= person.children",
        "person.age > 10 and person.children < 5 and person.age < person.children",
        "person.name = 'a' and person.name = 'b'",
        "person.name = 'a' and person.name not in ('a', 'b')",
        "person.city = 'x'",
        "person.city != '110101' and person.city not in ('110102', '110105')",
        "person.income > 500 yuan and person.income < 400 yuan",
        "today > 2024-05-01 and today < 2024-05-02",
        "today + 30 days < 2024-01-01 and today > 2024-01-01",
        "person.birth > today and today > person.birth",
        "person.disabled and not person.disabled",
        "person.disabled = true and person.disabled = false",
        "person.disabled and person.disabled != true",
        "person.age > 3 and person.age is absent",
        "person.age is present and person.age is absent",
        "person.age + 1 is present and person.age is absent",
        "count(person.tags) < 0",
        "month(today) = 13",
        "'a' in person.tags and 'a' not in person.tags",
        "person.name = person.city and person.city != person.name",
        "person.age > person.age",
        "person.name != person.name",
        "1 > 2",
        "1 / 0 = 1",
        "(person.age > 3 or person.disabled) and person.age < 2 and not person.disabled",
        "(person.age > 5 if person.disabled else false) and person.age < 3",
        "(true if person.disabled else false) and not person.disabled",
    ],
)
def test_what_can_never_be_true_is_seen(source: str) -> None:
    assert verdict(parse(source), TYPES) == "never"


@pytest.mark.parametrize(
    "source",
    [
        "person.age > 60 or person.age <= 60",
        "person.age >= 60 or person.age < 61",
        "person.name = 'a' or person.name != 'a'",
        "person.city in ('110101', '110102', '110105')",
        "person.disabled or not person.disabled",
        "person.age is present or person.age is absent",
        "count(person.tags) >= 0",
        "person.age = person.age",
        "person.name = person.name",
        "person.city = person.city and person.disabled = person.disabled",
        "true",
        "2 > 1",
        "today + 1 days > today",
    ],
)
def test_what_can_never_be_false_is_seen(source: str) -> None:
    assert verdict(parse(source), TYPES) == "always"


@pytest.mark.parametrize(
    "source",
    [
        "person.age > 60 and person.age < 62",
        "person.height > 60 and person.height < 61",
        "person.age > 60",
        "person.city = '110101'",
        "person.age is absent",
        "person.disabled",
        "person.age > 3 or person.age is absent",
        "'110101' in (person.name, person.city) and person.name is absent",
        "today + 1 month > 2024-05-01 and today < 2024-05-01",
        "min(person.age, 3) > 2 and person.age > 2",
        "(1 if person.age is absent else 2) > 1",
    ],
)
def test_what_depends_on_values_has_no_verdict(source: str) -> None:
    assert verdict(parse(source), TYPES) is None


def test_without_types_nothing_is_known_to_be_whole_or_to_end() -> None:
    assert verdict(parse("a > 60 and a < 61")) is None
    assert verdict(parse("a > 60 and a < 18")) == "never"
    assert verdict(parse("a = 'x' and a = 'y'")) == "never"


def test_the_outermost_useless_parts_are_told_with_their_place() -> None:
    source = "person.disabled and (person.age > 5 and person.age < 3 or person.age >= person.age)"
    (found,) = useless(parse(source), TYPES)
    assert found.code == "kernel.expression_always_true"
    assert source[found.position : found.end] == found.data["text"]
    source = "person.disabled or (person.age > 5 and person.age < 3)"
    (found,) = useless(parse(source), TYPES)
    assert found.code == "kernel.expression_never_true"
    assert found.data["text"] == "person.age > 5 and person.age < 3"
    assert useless(parse("person.age > 5 and true"), TYPES) == []
    (found,) = useless(parse("10 yuan if person.age > person.age else 20 yuan"), TYPES)
    assert found.data["text"] == "person.age > person.age"


def test_a_condition_too_large_to_be_sure_about_is_left_alone_quickly() -> None:
    parts = " and ".join(f"(a{n} > {n} or b{n} in (1, 2, 3) or c{n} < {n})" for n in range(80))
    nested = "a > 1"
    for _ in range(25):
        nested = f"b if ({nested}) else c"
    started = time.process_time()
    assert useless(parse(parts)) == []
    assert useless(parse(nested)) == []
    assert time.process_time() - started < 3
