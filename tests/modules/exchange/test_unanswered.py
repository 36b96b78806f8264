"""Which refusals say that a source gave nothing: exactly those, whatever else begins alike."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tongban.kernel.errors import Refusal
from tongban.modules.exchange import adapters, errors

WITH = {"source": "homes", "resource": "homes", "cause": errors.Cause.OTHER, "file": "homes.db"}


def _refused_by_adapters() -> Iterator[str]:
    """Yield the name of every refusal that the code of an adapter makes."""
    for file in Path(adapters.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                of = node.func.value
                if isinstance(of, ast.Name) and of.id == "errors":
                    yield node.func.attr


def _made(name: str) -> Refusal:
    make = getattr(errors, name)
    given = [WITH[each] for each in make.__annotations__ if each != "return"]
    refusal = make(*given)
    assert isinstance(refusal, Refusal)
    return refusal


@pytest.mark.parametrize("name", sorted(set(_refused_by_adapters())))
def test_whatever_an_adapter_refuses_counts_as_a_source_that_gave_nothing(name: str) -> None:
    assert errors.is_unanswered(_made(name))


def test_a_source_that_nobody_has_or_a_table_that_was_tried_is_no_attempt_to_read_data() -> None:
    assert not errors.is_unanswered(errors.source_not_found("homes"))
    assert not errors.is_unanswered(errors.source_no_table("homes", "people"))
