"""The guide and the reference say what the language does."""

import re
from pathlib import Path

import pytest
from tests.builders.expressions import TYPES

from tongban.kernel.expressions import DATE, FUNCTIONS, ExpressionError, check, parse
from tongban.kernel.expressions.nodes import Order
from tongban.kernel.expressions.parser import DEEPEST, MOST_NODES
from tongban.kernel.expressions.tokens import LONGEST_SOURCE, RESERVED

DOCUMENTS = Path(__file__).parents[3] / "docs"
GUIDE = (DOCUMENTS / "guides" / "conditions.md").read_text("utf-8")
REFERENCE = (DOCUMENTS / "reference" / "expressions.md").read_text("utf-8")
KNOWN = {**TYPES, "person.registered_on": DATE}


def examples() -> list[str]:
    blocks = re.findall(r"^```(\w*)\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)
    return [line for kind, block in blocks if not kind for line in block.splitlines()]


@pytest.mark.parametrize("source", examples())
def test_every_example_of_the_guide_makes_sense(source: str) -> None:
    assert check(parse(source), KNOWN, None) == []


def test_what_the_guide_calls_wrong_is_wrong() -> None:
    table = GUIDE.split("## What check tells you")[1].split("## ")[0]
    wrong = re.findall(r"^\| `([^`]+)` \|", table, re.MULTILINE)
    assert len(wrong) == 8
    for source in wrong[:4]:
        assert check(parse(source), KNOWN)
    for source in wrong[4:6]:
        with pytest.raises(ExpressionError):
            parse(source)


def test_every_function_is_in_the_reference_and_no_other() -> None:
    listed = REFERENCE.split("## Functions")[1].split("## ")[0]
    assert set(re.findall(r"^\| `(\w+)\(", listed, re.MULTILINE)) == set(FUNCTIONS)


def test_every_word_sign_and_limit_is_in_the_reference() -> None:
    for word in RESERVED:
        assert re.search(rf"\b{word}\b", REFERENCE), word
    for order in Order:
        assert f"`{order}`" in REFERENCE
    assert f"{LONGEST_SOURCE:,} characters" in REFERENCE
    assert f"{DEEPEST} levels" in REFERENCE
    assert f"{MOST_NODES:,} parts" in REFERENCE
